//! Exit statuses, streams and determinism.

use std::fs;
use std::process::Stdio;

use crate::support::{FORMATS, Folder, SCHEMA, lunora_advisor, scan, text};

#[test]
fn the_status_depends_on_the_findings_and_never_on_the_format() {
    let folder = Folder::with_findings();
    for format in FORMATS {
        let found = folder.run(&["check", ".", "--format", format]);
        assert_eq!(found.status.code(), Some(1), "{format}");
        assert!(!found.stdout.is_empty(), "{format}");
        assert_eq!(text(&found.stderr), "", "{format}");
        let never = folder.run(&["check", ".", "--format", format, "--fail-on", "never"]);
        assert_eq!((never.status.code(), never.stdout), (Some(0), found.stdout), "{format}");
    }
}

#[test]
fn an_output_file_holds_what_standard_output_would() {
    let folder = Folder::with_findings();
    for format in FORMATS {
        let printed = folder.run(&["check", ".", "--format", format]);
        let written = folder.run(&["check", ".", "--format", format, "--output", "out"]);
        assert_eq!((written.status.code(), text(&written.stdout).as_str()), (Some(1), ""), "{format}");
        assert_eq!(folder.read("out"), text(&printed.stdout), "{format}");
        fs::remove_file(folder.path("out")).expect("removed");
    }
}

#[test]
fn what_cannot_run_has_status_2_and_says_why_on_standard_error() {
    let folder = Folder::with_findings();
    folder.write("bad-key.json", "{ \"rulez\": {} }");
    folder.write("bad-rule.json", "{ \"rules\": { \"unbounded_colect\": \"off\" } }");
    folder.write("twice.json", "{ \"failOn\": \"warn\", \"failOn\": \"info\" }");
    folder.write("bad-glob.json", "{ \"exclude\": [\"a/[\"] }");
    folder.write("broken.ndjson", "<<<<<<< HEAD\n");
    folder.write("empty/package.json", "{}");
    for (arguments, reason) in [
        (&["check", ".", "--no-such-flag"][..], "--no-such-flag"),
        (&["check", ".", "--format", "yaml"], "yaml"),
        (&["check", "missing"], "missing"),
        (&["check", "empty"], "empty"),
        (&["check", ".", "--config", "missing.json"], "missing.json"),
        (
            &["check", ".", "--config", "bad-key.json"],
            "bad-key.json:1:3: unknown key `rulez`. Did you mean `rules`?",
        ),
        (&["check", ".", "--config", "bad-rule.json"], "Did you mean `unbounded_collect`?"),
        (&["check", ".", "--config", "twice.json"], "is here twice"),
        (&["check", ".", "--config", "bad-glob.json"], "bad-glob.json:1:15"),
        (&["check", ".", "--baseline", "missing.ndjson"], "--write-baseline"),
        (&["check", ".", "--baseline", "broken.ndjson"], "broken.ndjson:1:1: a merge conflict"),
        (&["check", ".", "--write-baseline", "broken.ndjson"], "broken.ndjson:1:1"),
        (&["check", ".", "--prune-baseline"], "no baseline"),
        (&["check", ".", "--unsafe-fixes"], "--fix"),
        (&["check", ".", "--add-suppressions", "unknown_table"], "--reason"),
        (&["check", ".", "--add-suppressions", "unknown_tabel", "--reason", "x"], "unknown_table"),
        (&["check", "-"], "--stdin-filepath"),
        (&["check", ".", "--output", "no/such/folder/out"], "no/such/folder/out"),
        (&["score", ".", "--min-score="], "--min-score"),
        (&["score", ".", "--min-score", "NaN"], "--min-score"),
        (&["score", ".", "--baseline"], "lunora.advisor.map.json"),
        (&["explain", "unknown_tabel"], "unknown_table"),
    ] {
        let output = folder.run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert_eq!(text(&output.stdout), "", "{arguments:?}");
        assert!(text(&output.stderr).contains(reason), "{arguments:?}: {}", text(&output.stderr));
    }
    assert_eq!(folder.read("broken.ndjson"), "<<<<<<< HEAD\n");
    assert!(!folder.path("lunora.advisor.map.json").exists());
}

#[test]
fn the_output_is_the_same_with_any_threads_and_from_anywhere() {
    let folder = Folder::with_findings();
    let base = folder.run(&["check", ".", "--format", "json", "--threads", "1"]);
    for threads in ["2", "3", "8"] {
        let other = folder.run(&["check", ".", "--format", "json", "--threads", threads]);
        assert_eq!(text(&other.stdout), text(&base.stdout), "{threads}");
    }
    let absolute = folder.path("").canonicalize().expect("a folder");
    let mut command = lunora_advisor();
    command.current_dir("/").arg("check").arg(&absolute).args(["--format", "json"]);
    let elsewhere = text(&command.output().expect("it runs").stdout);
    let without_roots = |output: &str| -> Vec<String> {
        let lines = output.lines().filter(|line| !line.contains("\"project\"") && !line.contains("\"root\""));
        lines.map(str::to_owned).collect()
    };
    assert_eq!(without_roots(&elsewhere), without_roots(&text(&base.stdout)));
    assert!(!elsewhere.contains(absolute.to_string_lossy().as_ref()));
}

#[test]
fn several_projects_are_each_checked_once() {
    let folder = Folder::empty();
    for name in ["a", "b"] {
        folder.write(&format!("packages/{name}/lunora/schema.ts"), SCHEMA);
        folder.write(&format!("packages/{name}/lunora/posts.ts"), &scan("post"));
    }
    folder.write("node_modules/c/lunora/schema.ts", SCHEMA);
    let output = folder.run(&["check", ".", "packages/a", "packages/a/lunora", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let each = |list: &str, key: &str| -> Vec<String> {
        let list = document[list].as_array().expect("a list");
        list.iter().map(|one| one[key].as_str().unwrap_or_default().to_owned()).collect()
    };
    assert_eq!(each("projects", "root"), ["packages/a", "packages/b"]);
    let mut keys = each("findings", "cacheKey");
    let count = keys.len();
    keys.sort();
    keys.dedup();
    assert_eq!(keys.len(), count);
}

#[test]
#[cfg(unix)]
fn a_read_only_folder_without_a_home_is_fine() {
    use std::os::unix::fs::PermissionsExt;
    let folder = Folder::with_findings();
    let set = |mode| {
        for path in ["lunora", ""] {
            fs::set_permissions(folder.path(path), fs::Permissions::from_mode(mode)).expect("permissions");
        }
    };
    set(0o555);
    let mut command = lunora_advisor();
    command.env_clear().current_dir(folder.path("")).args(["check", ".", "--format", "concise"]);
    let output = command.output().expect("it runs");
    set(0o755);
    assert_eq!((output.status.code(), text(&output.stderr).as_str()), (Some(1), ""));
}

#[test]
#[cfg(unix)]
fn a_file_name_that_is_no_utf_8_harms_nothing() {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;
    let folder = Folder::with_findings();
    let name = folder.path("lunora").join(OsStr::from_bytes(b"b\xff.ts"));
    // Not every file system takes such names.
    if fs::write(name, scan("post")).is_err() {
        return;
    }
    for format in FORMATS {
        let output = folder.run(&["check", ".", "--format", format]);
        assert_eq!(output.status.code(), Some(1), "{format}: {}", text(&output.stderr));
        assert!(std::str::from_utf8(&output.stdout).is_ok(), "{format}");
    }
}

#[test]
fn a_closed_pipe_ends_quietly() {
    let folder = Folder::with_findings();
    for arguments in [&["check", "."][..], &["rules"], &["check", ".", "--format", "json"], &["--help"]] {
        let mut command = lunora_advisor();
        command.current_dir(folder.path("")).args(arguments).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it runs");
        drop(child.stdout.take());
        let output = child.wait_with_output().expect("it ends");
        assert_eq!(text(&output.stderr), "", "{arguments:?}");
        assert!(matches!(output.status.code(), Some(0 | 1)), "{arguments:?}");
    }
}

#[test]
fn a_file_that_does_not_parse_is_a_finding_and_the_rest_is_checked() {
    let folder = Folder::with_findings();
    folder.write("lunora/broken.ts", "export const = ;\n");
    let lines = text(&folder.run(&["check", ".", "--format", "concise"]).stdout);
    assert_eq!(lines.matches(" parse_error ").count(), 1, "{lines}");
    assert!(lines.contains(" unknown_table "), "{lines}");
}

#[test]
fn pages_and_scripts_are_printed() {
    let folder = Folder::empty();
    for (arguments, part) in [
        (&["man"][..], "lunora\\-advisor\\-check"),
        (&["completions", "bash"], "lunora-advisor"),
        (&["config-schema"], "baseline"),
        (&["rules"], "advisor_accept_unused"),
        (&["explain", "advisor-accept-unused"], "advisor_accept_unused"),
        (&["--version"], "lunora-advisor"),
    ] {
        let output = folder.run(arguments);
        assert_eq!(output.status.code(), Some(0), "{arguments:?}");
        assert!(text(&output.stdout).contains(part), "{arguments:?}");
    }
}
