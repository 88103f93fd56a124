//! Files, folders and disks that are not as they should be.

use std::fmt::Write;
use std::fs::{self, File};
use std::process::Command;

use crate::support::{Folder, SCHEMA, scan, text};

#[test]
fn a_file_too_large_to_be_written_by_a_person_is_named_and_the_rest_is_checked() {
    let folder = Folder::with_findings();
    let large = File::create(folder.path("lunora/large.ts")).expect("a file");
    large.set_len(50 << 20).expect("50 MiB");
    let output = folder.run(&["check", "--format", "concise", "--fail-on", "never"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let findings = text(&output.stdout);
    assert!(findings.contains("lunora/large.ts:1:1: ERROR parse_error"), "{findings}");
    assert!(findings.contains("unknown_table"), "{findings}");
}

#[test]
fn a_schema_with_ever_so_many_tables_comes_to_an_end() {
    let folder = Folder::empty();
    let mut schema = String::from(
        "import { defineSchema, defineTable, v } from \"@lunora/server\";\nexport default defineSchema({\n",
    );
    for number in 0..20_000 {
        writeln!(schema, "t{number}: defineTable({{ a: v.string() }}),").expect("a string");
    }
    folder.write("lunora/schema.ts", &(schema + "});\n"));
    folder.write(
        "lunora/posts.ts",
        &scan("t19999").replace(".take(5)", ".filter((d) => d.a === \"x\").collect()"),
    );
    let output = folder.run(&["check", "--format", "concise", "--fail-on", "never"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(text(&output.stdout).contains("filter_without_index"), "the last table is known like the first");
}

#[test]
fn nesting_that_no_stack_holds_is_a_finding() {
    let folder = Folder::with_findings();
    let deep = format!("export const deep = {}1{};\n", "[".repeat(200_000), "]".repeat(200_000));
    folder.write("lunora/deep.ts", &deep);
    let output = folder.run(&["check", "--format", "concise", "--fail-on", "never"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let findings = text(&output.stdout);
    assert!(findings.contains("lunora/deep.ts:1:") && findings.contains("parse_error"), "{findings}");
    assert!(findings.contains("unknown_table"), "{findings}");
}

#[test]
fn names_that_mean_something_elsewhere_are_names() {
    let folder = Folder::empty();
    let names = ["constructor", "toString", "hasOwnProperty", "then", "ünï", "a-b", "1"];
    let tables: String = names
        .iter()
        .map(|name| format!("  \"{name}\": defineTable({{ \"{name}\": v.string() }}),\n"))
        .collect();
    folder
        .write("lunora/schema.ts", &SCHEMA.replace("defineSchema({", &format!("defineSchema({{\n{tables}")));
    let queries: String = names
        .iter()
        .enumerate()
        .map(|(number, name)| {
            format!("export const q{number} = query.query(({{ ctx }}) => ctx.db.query(\"{name}\").filter((d) => d[\"{name}\"] === \"x\").first());\n")
        })
        .collect();
    folder.write("lunora/q.ts", &format!("import {{ query }} from \"./_generated/server\";\n{queries}"));
    let output = folder.run(&["check", "--format", "concise", "--fail-on", "never"]);
    let findings = text(&output.stdout);
    assert_eq!(findings.matches("filter_without_index").count(), names.len(), "{findings}");
    assert!(!findings.contains("unknown_"), "{findings}");
}

#[test]
fn a_full_disk_leaves_every_file_as_it_was() {
    let folder = Folder::empty();
    folder.write("lunora/schema.ts", &SCHEMA.replace("v.string() })", "v.string() }).index(\"none\", [])"));
    folder.write("lunora/posts.ts", &scan("posts"));
    let before = folder.read("lunora/schema.ts");
    // No file may grow beyond nothing, and the signal for it is ignored: writes fail as they do on a full disk.
    let script = "trap '' XFSZ; ulimit -f 0; exec \"$0\" check --fix";
    let output = Command::new("bash")
        .current_dir(folder.path(""))
        .args(["-c", script, env!("CARGO_BIN_EXE_lunora-advisor")])
        .output()
        .expect("it runs");
    assert_eq!(output.status.code(), Some(2), "{}", text(&output.stderr));
    assert!(text(&output.stderr).contains("cannot write"), "{}", text(&output.stderr));
    assert_eq!(folder.read("lunora/schema.ts"), before);
    let names: Vec<_> = fs::read_dir(folder.path("lunora")).expect("a folder").collect();
    assert_eq!(names.len(), 2, "nothing is left behind: {names:?}");
    let fixed = folder.run(&["check", "--fix"]);
    assert_eq!(fixed.status.code(), Some(0), "{}", text(&fixed.stderr));
    assert_ne!(folder.read("lunora/schema.ts"), before);
}
