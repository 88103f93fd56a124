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

(defcustom lunora-advisor-patience 60
  "Seconds to wait for what a command shows; to verify is to run code."
  :type 'number)

(defun lunora-advisor-contact (&rest _)
  "How eglot starts the server."
  (list lunora-advisor-program "lsp"))

(add-to-list 'eglot-server-programs
             '((typescript-mode typescript-ts-mode tsx-ts-mode js-mode js-ts-mode) . lunora-advisor-contact))

;;;###autoload
(defun lunora-advisor-access-paths ()
  "Show every access to the table at point."
  (interactive)
  (lunora-advisor--show "lunora-advisor.accessPaths"))

;;;###autoload
(defun lunora-advisor-verify ()
  "Show what running the code says of the findings on this line, or in this file."
  (interactive)
  (lunora-advisor--show "lunora-advisor.verify"))

;;;###autoload
(defun lunora-advisor-status ()
  "Show what the server knows of the projects."
  (interactive)
  (lunora-advisor--show "lunora-advisor.status"))

(defun lunora-advisor--show (command)
  "Have the server run COMMAND at point, and show the text that it gives."
  (let* ((server (or (eglot-current-server) (user-error "No server is attached to this buffer")))
         (at (eglot--TextDocumentPositionParams))
         (place (list :uri (plist-get (plist-get at :textDocument) :uri) :position (plist-get at :position)))
         (result (jsonrpc-request server :workspace/executeCommand
                                  (list :command command :arguments (vector place))
                                  :timeout lunora-advisor-patience)))
    (with-current-buffer (get-buffer-create (format "*%s*" (plist-get result :title)))
      (let ((inhibit-read-only t))
        (erase-buffer)
        (insert (plist-get result :text)))
      (goto-char (point-min))
      (special-mode)
      (display-buffer (current-buffer)))))

(provide 'lunora-advisor)

;;; lunora-advisor.el ends here
