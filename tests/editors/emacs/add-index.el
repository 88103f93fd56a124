;;; add-index.el --- applies the fix that adds an index, in Emacs with eglot  -*- lexical-binding: t; -*-

;; Opens a file with a finding, looks at what the commands show, applies the fix, saves, and waits until the finding is gone.
;; Told by the environment: PROGRAM (lunora-advisor), FILE, RULE. Ends Emacs with status 0, or prints why not and ends it with 1.

(package-initialize)
(require 'cl-lib)
(add-to-list 'load-path (expand-file-name "../../../editors/emacs" (file-name-directory load-file-name)))
(require 'lunora-advisor)

(defconst slow-seconds 60)

(defun fail (&rest words)
  (message "%s" (mapconcat (lambda (word) (format "%s" word)) words " "))
  (kill-emacs 1))

(defun send-changes ()
  "Tell the server of edits, as eglot does when the user pauses: in batch nobody does."
  (dolist (buffer (buffer-list))
    (with-current-buffer buffer
      (when (bound-and-true-p eglot--managed-mode)
        (eglot--signal-textDocument/didChange)))))

(defun wait-until (what is-true)
  "Let the server talk until IS-TRUE gives something, and return that."
  (let ((end (+ (float-time) slow-seconds))
        found)
    (while (not (setq found (funcall is-true)))
      (when (> (float-time) end)
        (fail "waited in vain:" what (mapcar #'flymake-diagnostic-text (flymake-diagnostics))))
      (accept-process-output nil 0.05))
    found))

;; Emacs 28 has no mode for TypeScript; what the server needs of one is its name.
(unless (fboundp 'typescript-mode)
  (define-derived-mode typescript-mode prog-mode "TypeScript"))
(add-to-list 'auto-mode-alist '("\\.ts\\'" . typescript-mode))
(setq lunora-advisor-program (getenv "PROGRAM")
      eglot-sync-connect t
      eglot-autoshutdown t
      make-backup-files nil
      create-lockfiles nil)

(let ((root (locate-dominating-file (getenv "FILE") "package.json")))
  (setq project-find-functions (list (lambda (_folder) (cons 'transient root)))))

(find-file (getenv "FILE"))
(apply #'eglot (eglot--guess-contact))

(defun finding ()
  "The finding of the rule in this buffer."
  (cl-find-if (lambda (diagnostic)
                (equal (plist-get (alist-get 'eglot-lsp-diag (flymake-diagnostic-data diagnostic)) :code)
                       (getenv "RULE")))
              (flymake-diagnostics)))

;; In batch no command ends and nothing is displayed, at which flymake would start by itself.
(defun report () (flymake-start nil t) (finding))

(goto-char (flymake-diagnostic-beg (wait-until "the finding is reported" #'report)))

(defun expect-text (command title text)
  "Run COMMAND and fail unless the buffer TITLE that it shows has TEXT."
  (funcall command)
  (with-current-buffer title
    (unless (string-search text (buffer-string))
      (fail command "shows" (buffer-string)))))

(expect-text #'lunora-advisor-access-paths "*Access paths of presence*" "SCAN")
(expect-text #'lunora-advisor-verify "*Verified by running the code*" (getenv "RULE"))
(expect-text #'lunora-advisor-status "*Lunora Advisor status*" "files: ")

;; The user picks the action from a list; here its title picks it. Edits of files that no buffer visits are confirmed.
(let (picked)
  (cl-letf (((symbol-function 'completing-read)
             (lambda (_prompt titles &rest _)
               (setq picked (cl-find-if (lambda (title) (string-prefix-p "Add index" title))
                                        (mapcar (lambda (title) (if (consp title) (car title) title)) titles)))
               (or picked (fail "no action adds an index:" titles))))
            ((symbol-function 'y-or-n-p) #'always))
    ;; As after a key: after a mouse click, which is what an empty list stands for, there would be a menu.
    (let ((last-nonmenu-event ?a))
      (eglot-code-actions (point) (point) nil t)))
  (send-changes)
  (wait-until "the finding is gone after the fix" (lambda () (not (report))))
  (save-some-buffers t)
  (accept-process-output nil 0.5)
  (when (report)
    (fail "the finding is back after saving"))
  (message "applied: %s" picked))
(kill-emacs 0)
