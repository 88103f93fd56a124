//! Files and folders that may not be read, are no files, or lead elsewhere.

#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt, symlink};
use std::process::{Command, Output, Stdio};

use crate::support::{Folder, SCHEMA, lunora_advisor, text};

#[test]
fn a_lunora_folder_that_may_not_be_read_is_named() {
    let Some(person) = Person::without_rights() else { return };
    let folder = Folder::with_findings();
    for path in [".", "lunora"] {
        set_mode(&folder, "lunora", 0o000);
        let output = person.run(&folder, &["check", path]);
        set_mode(&folder, "lunora", 0o755);
        let said = text(&output.stderr);
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(2), String::new()), "{said}");
        assert!(said.contains("/lunora: Permission denied"), "{said}");
    }
}

#[test]
fn one_project_that_may_not_be_read_leaves_the_others_checked() {
    let Some(person) = Person::without_rights() else { return };
    let folder = Folder::with_findings();
    for app in ["a", "b"] {
        folder.write(&format!("apps/{app}/lunora/schema.ts"), SCHEMA);
    }
    set_mode(&folder, "apps/a/lunora", 0o000);
    let check = |options: &[&str]| {
        let output = person.run(&folder, &[&["check", "--format", "concise"], options].concat());
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let checks = [check(&["--fail-on", "never"]), check(&[".", "apps/a"])];
    set_mode(&folder, "apps/a/lunora", 0o755);
    for (status, findings, said) in checks {
        assert_eq!(status, Some(2), "{said}");
        assert!(findings.contains("lunora/posts.ts:4:23: ERROR unknown_table"), "{findings}");
        assert!(said.contains("/apps/a/lunora: Permission denied"), "{said}");
    }
    assert_eq!(check(&["--fail-on", "never"]).0, Some(0));
}

#[test]
fn what_may_not_be_read_in_a_project_is_a_finding_and_the_rest_is_checked() {
    let Some(person) = Person::without_rights() else { return };
    let folder = Folder::with_findings();
    folder.write("lunora/secret.ts", "export {};\n");
    folder.write("lunora/vault/inner.ts", "export {};\n");
    set_mode(&folder, "lunora/secret.ts", 0o000);
    set_mode(&folder, "lunora/vault", 0o000);
    let output = person.run(&folder, &["check", "--format", "concise", "--fail-on", "never"]);
    set_mode(&folder, "lunora/vault", 0o755);
    let findings = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(findings.contains("lunora/secret.ts:1:1: ERROR parse_error"), "{findings}");
    assert!(findings.contains("lunora/vault"), "{findings}");
    assert!(findings.contains("lunora/posts.ts:4:23: ERROR unknown_table"), "{findings}");
}

#[test]
fn a_fix_that_may_not_be_written_changes_nothing() {
    let Some(person) = Person::without_rights() else { return };
    let folder = Folder::with_findings();
    let before = folder.read("lunora/posts.ts");
    let output = person.run(&folder, &["check", "--fix", "--unsafe-fixes"]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(2), "{said}");
    assert!(said.contains("cannot write") && said.contains("Permission denied"), "{said}");
    assert_eq!(folder.read("lunora/posts.ts"), before);
}

#[test]
fn links_that_lead_nowhere_or_in_circles_end() {
    let folder = Folder::with_findings();
    symlink("nowhere.ts", folder.path("lunora/dangling.ts")).expect("a link");
    symlink(".", folder.path("lunora/circle")).expect("a link");
    symlink("b.ts", folder.path("lunora/a.ts")).expect("a link");
    symlink("a.ts", folder.path("lunora/b.ts")).expect("a link");
    let output = folder.run(&["check", "--format", "concise", "--fail-on", "never"]);
    let findings = text(&output.stdout);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(findings.matches("unknown_table").count(), 1, "{findings}");
    for link in ["a", "b", "dangling"] {
        assert!(
            findings.contains(&format!("`lunora/{link}.ts` is not checked: it can't be read")),
            "{findings}"
        );
    }
}

#[test]
fn nobody_waits_for_a_pipe() {
    let folder = Folder::with_findings();
    let pipes = [
        "lunora/pipe.ts",
        "tsconfig.json",
        "package.json",
        "wrangler.jsonc",
        "lunora.config.ts",
        ".gitignore",
    ];
    for pipe in pipes {
        make_pipe(&folder, pipe);
    }
    symlink("pipe.ts", folder.path("lunora/to_pipe.ts")).expect("a link");
    folder.write("lunora/imports.ts", "import \"./pipe\";\nimport \"lodash\";\n");
    let output = folder.run(&["check", "--format", "concise", "--fail-on", "never"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("unknown_table"), "{}", text(&output.stdout));
    make_pipe(&folder, "named");
    for arguments in
        [["check", "--config=named"], ["check", "--baseline=named"], ["score", "--baseline=named"]]
    {
        let output = folder.run(&arguments);
        let said = text(&output.stderr);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("named: ") && said.contains("no file"), "{said}");
    }
}

/// Somebody to whom permissions apply: whoever runs the tests, or nobody if that is root.
struct Person {
    is_nobody: bool,
}

impl Person {
    /// `None`, with a reason on stderr, if there is only root.
    #[expect(clippy::print_stderr, reason = "a test that is skipped says why")]
    fn without_rights() -> Option<Self> {
        let folder = Folder::empty();
        let is_nobody = fs::metadata(folder.path("")).expect("a folder").uid() == 0;
        let person = Self { is_nobody };
        let mut trial = person.command();
        trial.arg("--version").stdout(Stdio::null()).stderr(Stdio::null());
        let can_run = trial.status().is_ok_and(|status| status.success());
        if !can_run {
            eprintln!("skipped: root may read everything, and nobody else can run the binary here");
        }
        can_run.then_some(person)
    }

    fn run(&self, folder: &Folder, arguments: &[&str]) -> Output {
        // A new folder is its owner's alone.
        set_mode(folder, "", 0o755);
        self.command().current_dir(folder.path("")).args(arguments).output().expect("it runs")
    }

    fn command(&self) -> Command {
        let advisor = lunora_advisor();
        if !self.is_nobody {
            return advisor;
        }
        let mut command = Command::new("setpriv");
        command.args(["--reuid=65534", "--regid=65534", "--clear-groups"]).arg(advisor.get_program());
        command.env_remove("FORCE_COLOR").env("NO_COLOR", "1");
        command
    }
}

fn set_mode(folder: &Folder, path: &str, mode: u32) {
    fs::set_permissions(folder.path(path), Permissions::from_mode(mode)).expect("permissions");
}

fn make_pipe(folder: &Folder, path: &str) {
    let made = Command::new("mkfifo").arg(folder.path(path)).status().expect("mkfifo runs");
    assert!(made.success(), "{path} is made");
}
