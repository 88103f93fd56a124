//! Files, folders and disks that are not as they should be.

use std::fmt::Write;
use std::fs::{self, File};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use fastrand::Rng;
use serde_json::Value;

use crate::support::{FORMATS, Folder, SCHEMA, lunora_advisor, scan, text};

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
fn more_tables_than_an_object_holds_leave_the_others_unknown() {
    let folder = Folder::with_findings();
    let mut parts = String::new();
    for part in 0..4 {
        let tables: String = (0..250_000).map(|number| format!("t{part}{number:x}:t,")).collect();
        let text = format!(
            "import {{ defineTable, v }} from \"@lunora/server\";\nconst t = defineTable({{}});\n\
             export const part{part} = {{{tables}}};\n"
        );
        folder.write(&format!("lunora/part{part}.ts"), &text);
        writeln!(parts, "import {{ part{part} }} from \"./part{part}\";").expect("a string");
    }
    let schema = "export default defineSchema({ ...part0, ...part1, ...part2, ...part3 });\n";
    folder.write(
        "lunora/schema.ts",
        &format!("{parts}import {{ defineSchema }} from \"@lunora/server\";\n{schema}"),
    );
    let output = folder.run(&["check", "--format", "concise", "--fail-on", "never"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(!text(&output.stdout).contains("unknown_table"), "`post` may be one of those without room");
}

#[test]
fn code_that_asks_for_more_than_any_machine_holds_is_unknown() {
    let folder = Folder::empty();
    folder.write("lunora/schema.ts", SCHEMA);
    for (name, first, next) in [
        ("sums", "\"ab\"", "X + X"),
        ("templates", "\"ab\"", "`${X}${X}`"),
        ("lists", "[\"posts\", \"posts\"]", "[...X, ...X]"),
        ("joined", "[\"posts\", \"posts\"]", "X.concat(X)"),
        ("objects", "{ a: \"posts\" }", "{ a: X, b: X }"),
    ] {
        let mut code = format!("const s0 = {first};\n");
        for step in 1..60 {
            let value = next.replace('X', &format!("s{}", step - 1));
            writeln!(code, "const s{step} = {value};").expect("a string");
        }
        let query = scan("posts").replace("\"posts\"", "s59 as any");
        folder.write(&format!("lunora/{name}.ts"), &format!("{code}{query}"));
    }
    let output = folder.run(&["check", "--format", "concise", "--fail-on", "never"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert!(!text(&output.stdout).contains("ERROR"), "{}", text(&output.stdout));
}

#[test]
fn thousands_of_conditions_in_a_row_take_no_stack() {
    let folder = Folder::with_findings();
    let conditions = "  if (args.a) await ctx.db.query(\"posts\").first();\n".repeat(3_000)
        + &"  if (args.b) return null;\n".repeat(3_000);
    let code = scan("nowhere")
        .replace("({ ctx })", "({ ctx, args })")
        .replace("  return", &(conditions + "  return"));
    folder.write("lunora/conditions.ts", &code);
    let output = folder.run(&["check", "--format", "concise", "--fail-on", "never"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let findings = text(&output.stdout);
    assert!(findings.contains("lunora/conditions.ts:6004:23: ERROR unknown_table"), "{findings}");
}

#[test]
fn comparisons_that_might_all_be_types_are_refused() {
    let folder = Folder::with_findings();
    folder.write("lunora/angles.ts", &format!("export const a = {}x;\n", "x < ".repeat(100_000)));
    let output = folder.run(&["check", "--format", "concise", "--fail-on", "never"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let findings = text(&output.stdout);
    assert!(findings.contains("lunora/angles.ts:1:1: ERROR parse_error"), "{findings}");
    assert!(findings.contains("unknown_table"), "{findings}");
}

#[test]
fn a_line_that_no_person_wrote_is_not_shown() {
    let folder = Folder::with_findings();
    let query = |number| {
        format!("export const q{number} = query.query(({{ ctx }}) => ctx.db.query(\"post\").take(5)); ")
    };
    let queries: String = (0..40).map(query).collect();
    folder
        .write("lunora/posts.ts", &format!("import {{ query }} from \"./_generated/server\";\n{queries}\n"));
    let output = folder.run(&["check", "--fail-on", "never"]);
    let findings = text(&output.stdout);
    assert!(findings.contains("lunora/posts.ts:2:57: error[unknown_table]"), "{findings}");
    assert!(findings.lines().all(|line| line.len() < 1_000), "{findings}");
}

#[test]
fn names_of_any_kind_leave_every_format_sound() {
    let folder = Folder::empty();
    let names = [
        "__proto__",
        "a\nb",
        "a\"b",
        "a'b",
        "a`b",
        "]]>",
        "<b>&amp;",
        "::error::x",
        "%0A",
        "\u{202e}x",
        "\u{1f600}",
        "",
        "\u{1b}[31m",
        "| x |",
        "../x",
        "\0",
    ];
    folder.write("lunora/schema.ts", SCHEMA);
    let queries = |(number, name): (usize, &&str)| {
        let name = serde_json::to_string(name).expect("a string");
        format!("export const q{number} = query.query(({{ ctx }}) => ctx.db.query({name}).take(5));\n")
    };
    let code: String = names.iter().enumerate().map(queries).collect();
    let file = "lunora/it's \u{1f600} ]]> <b> %0A.ts";
    folder.write(file, &format!("import {{ query }} from \"./_generated/server\";\n{code}"));
    for format in FORMATS {
        let output = folder.run(&["check", "--format", format, "--fail-on", "never"]);
        assert_eq!(output.status.code(), Some(0), "{format}: {}", text(&output.stderr));
        let printed = text(&output.stdout);
        assert!(!printed.contains('\u{1b}'), "{format} lets control characters through");
        match format {
            "json" | "sarif" | "gitlab" => drop(serde_json::from_str::<Value>(&printed).expect("JSON")),
            "ndjson" => {
                for line in printed.lines() {
                    serde_json::from_str::<Value>(line).expect("JSON");
                }
            }
            "concise" => assert!(printed.lines().all(|line| line.starts_with("lunora/")), "{printed}"),
            "github" => assert!(printed.lines().all(|line| line.starts_with("::")), "{printed}"),
            _ => {}
        }
    }
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
fn ever_so_many_suppressions_come_to_an_end() {
    let folder = Folder::empty();
    folder.write("lunora/schema.ts", SCHEMA);
    let comment = "  // lunora-advisor-disable-next-line unknown_table, write_in_query -- known\n";
    let code = scan("posts")
        .replace("  return", &(comment.to_owned() + "  await ctx.db.query(\"post\").first();\n  return"));
    let (before, rest) = code.split_once(comment).expect("a comment");
    let (line, after) = rest.split_once('\n').expect("a line");
    let body = format!("{comment}{line}\n").repeat(10_000) + &comment.repeat(10_000);
    folder.write("lunora/posts.ts", &format!("{before}{body}{after}"));
    let output = folder.run(&["check", "--format", "json", "--fail-on", "never"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    assert_eq!(report["summary"]["suppressed"], 10_000);
    assert_eq!(report["summary"]["warn"], 30_000, "names in comments that hide nothing");
}

#[test]
fn a_project_that_is_deleted_in_the_middle_of_a_run_is_no_crash() {
    let mut random = Rng::with_seed(lunora_properties::seed());
    let mut longest = Duration::ZERO;
    for round in 0..5 {
        let folder = Folder::with_findings();
        for number in 0..300 {
            folder.write(&format!("lunora/posts{number}.ts"), &scan("post"));
        }
        let start = Instant::now();
        let mut command = lunora_advisor();
        command.current_dir("/").arg("check").arg(folder.path("")).args(["--format", "concise"]);
        let run = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().expect("it runs");
        // The first round shows how long it takes if nothing is deleted.
        if round > 0 {
            thread::sleep(longest.mul_f64(random.f64()));
            fs::remove_dir_all(folder.path("lunora")).expect("removed");
        }
        let output = run.wait_with_output().expect("it ends");
        longest = longest.max(start.elapsed());
        let (said, findings) = (text(&output.stderr), text(&output.stdout));
        assert!(!said.contains("internal error") && !said.contains("panicked"), "{said}");
        match output.status.code() {
            Some(0) => assert!(findings.is_empty(), "{findings}"),
            Some(1) => assert!(findings.contains("ERROR"), "{findings}"),
            Some(2) => assert!(findings.is_empty() && said.starts_with("lunora-advisor: "), "{said}"),
            status => panic!("it ended with {status:?}: {said}"),
        }
    }
}

#[test]
fn a_full_disk_leaves_every_file_as_it_was() {
    let folder = Folder::empty();
    // More than a kilobyte, so that half of it fits where one more kilobyte does.
    let schema =
        SCHEMA.replace("v.string() })", "v.string() }).index(\"none\", [])") + &"// More.\n".repeat(200);
    folder.write("lunora/schema.ts", &schema);
    folder.write(
        "lunora/aposts.ts",
        &("// lunora-advisor-disable-next-line unknown_table -- x\n".to_owned() + &scan("posts")),
    );
    let before = [folder.read("lunora/schema.ts"), folder.read("lunora/aposts.ts")];
    for kilobytes in ["0", "1"] {
        // No file may grow beyond that, and the signal for it is ignored: writes fail as they do on a full disk.
        let script = format!("trap '' XFSZ; ulimit -f {kilobytes}; exec \"$0\" check --fix");
        let output = Command::new("bash")
            .current_dir(folder.path(""))
            .args(["-c", &script, env!("CARGO_BIN_EXE_lunora-advisor")])
            .output()
            .expect("it runs");
        let said = text(&output.stderr);
        assert_eq!((output.status.code(), text(&output.stdout)), (Some(2), String::new()), "{said}");
        let named = if kilobytes == "0" { "lunora/aposts.ts: " } else { "lunora/schema.ts: " };
        assert!(said.contains("cannot write") && said.contains(named), "{said}");
        assert_eq!([folder.read("lunora/schema.ts"), folder.read("lunora/aposts.ts")], before);
        let names: Vec<_> = fs::read_dir(folder.path("lunora")).expect("a folder").collect();
        assert_eq!(names.len(), 2, "nothing is left behind: {names:?}");
    }
    let fixed = folder.run(&["check", "--fix"]);
    assert_eq!(fixed.status.code(), Some(0), "{}", text(&fixed.stderr));
    let after = [folder.read("lunora/schema.ts"), folder.read("lunora/aposts.ts")];
    assert!(after[0] != before[0] && after[1] != before[1], "{after:?}");
}
