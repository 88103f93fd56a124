;;; lunora-advisor.el --- lunora-advisor for eglot  -*- lexical-binding: t; -*-

;; Package-Requires: ((emacs "28.1") (eglot "1.9"))

;;; Commentary:

;; Has eglot start the language server of lunora-advisor in TypeScript and JavaScript.

;;; Code:

(require 'eglot)

(defgroup lunora-advisor nil
  "Says what the reads and writes of a Lunora project will do in production."
  :group 'tools)

(defcustom lunora-advisor-program "lunora-advisor"
  "The program to start."
  :type 'string)

(defun lunora-advisor-contact (&rest _)
  "How eglot starts the server."
  (list lunora-advisor-program "lsp"))

(add-to-list 'eglot-server-programs
             '((typescript-mode typescript-ts-mode tsx-ts-mode js-mode js-ts-mode) . lunora-advisor-contact))

(provide 'lunora-advisor)

;;; lunora-advisor.el ends here
