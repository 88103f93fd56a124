//! Real editors, headless: each opens an example, applies the fix that adds an index, saves, and sees the finding gone; and runs its own
//! commands. What it saved is then checked by the command line. The scripts that drive them are in `tests/editors`; an editor that is not
//! installed is left out.

#![expect(
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test that can't go on has failed, or says that it was left out"
)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

const PROGRAM: &str = env!("CARGO_BIN_EXE_lunora-advisor");
/// A finding whose fix edits two files, of which the editor has one open.
const FILE: &str = "lunora/presence.ts";
const RULE: &str = "filter_without_index";

#[test]
fn neovim_adds_an_index_and_sees_the_finding_gone() {
    for editor in neovims("add_index.lua") {
        run(editor, "applied: Add index");
    }
}

#[test]
fn neovim_runs_the_commands_of_the_plugin_and_suppresses_with_a_reason() {
    for editor in neovims("commands.lua") {
        run(editor, "all commands ran");
    }
}

#[test]
fn emacs_adds_an_index_and_sees_the_finding_gone() {
    let has_eglot = Command::new("emacs")
        .args(["--batch", "-f", "package-initialize", "-l", "eglot"])
        .output()
        .is_ok_and(|output| output.status.success());
    if !has_eglot {
        println!("skipped: Emacs with eglot is not installed");
        return;
    }
    let mut editor = Command::new("emacs");
    editor.args(["--batch", "-l"]).arg(repository().join("tests/editors/emacs/add-index.el"));
    run(editor, "applied: Add index");
}

/// Neovim with a script, once for each release that there is.
fn neovims(script: &str) -> Vec<Command> {
    // Further releases can be named, to try both the form for 0.7 and that for 0.11.
    let others = std::env::var("LUNORA_TEST_NEOVIMS").unwrap_or_default();
    let programs = std::env::split_paths(&others).filter(|program| !program.as_os_str().is_empty());
    let (plugin, scripts) = (repository().join("editors/neovim"), repository().join("tests/editors/neovim"));
    let with_script = |program: PathBuf| {
        let mut editor = Command::new(program);
        editor.args(["--headless", "-u", "NONE", "-i", "NONE", "-n", "--cmd"]);
        editor.arg(format!("set runtimepath^={}", plugin.display()));
        editor.arg("-c").arg(format!("luafile {}", scripts.join(script).display()));
        editor
    };
    programs.chain([PathBuf::from("nvim")]).map(with_script).collect()
}

/// Runs an editor with its script on a copy of an example; it says something in the end, and what it saved has the finding no more.
fn run(mut editor: Command, last_word: &str) {
    let folder = TempDir::new().expect("a folder");
    let project = folder.path().join("chat");
    copy(&repository().join("examples/chat"), &project);
    assert!(has_finding(&project), "the example has the finding at first");
    editor.current_dir(&project);
    editor.env("PROGRAM", PROGRAM).env("FILE", project.join(FILE)).env("RULE", RULE);
    // Nothing of the user's own configuration.
    editor.env("HOME", folder.path()).env("XDG_CONFIG_HOME", folder.path());
    let output = match editor.output() {
        Ok(output) => output,
        Err(error) => {
            println!("skipped: {} is not installed ({error})", editor.get_program().display());
            return;
        }
    };
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{}\n{}{said}", output.status, String::from_utf8_lossy(&output.stdout));
    assert!(said.contains(last_word), "{said}");
    assert!(!has_finding(&project), "the finding is gone from what was saved");
}

/// Whether the command line finds what the editor is to mend.
fn has_finding(project: &Path) -> bool {
    let output = Command::new(PROGRAM)
        .current_dir(project)
        .args(["check", "--format", "concise", "--fail-on", "never"])
        .output()
        .expect("it runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let findings = String::from_utf8_lossy(&output.stdout);
    findings.lines().any(|line| line.starts_with(FILE) && line.contains(RULE))
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}
