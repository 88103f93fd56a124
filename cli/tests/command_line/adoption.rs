//! What lets a grown project begin: baselines, suppressions, fixes, changed files, scores.

use std::fs;
use std::process::{Command, Output};

use crate::support::{Folder, SCHEMA, scan, text};

/// The concise lines about one rule.
fn lines(output: &Output, rule: &str) -> Vec<String> {
    let about = |line: &&str| line.contains(&format!(" {rule} "));
    text(&output.stdout).lines().filter(about).map(str::to_owned).collect()
}

fn check(folder: &Folder, options: &[&str]) -> Output {
    let all: Vec<&str> = ["check", ".", "--format", "concise"].iter().chain(options).copied().collect();
    folder.run(&all)
}

#[test]
fn a_baseline_leaves_only_what_is_new() {
    let folder = Folder::with_findings();
    let written = check(&folder, &["--write-baseline", "known.ndjson"]);
    assert_eq!((written.status.code(), text(&written.stdout).as_str()), (Some(0), ""));
    let first = folder.read("known.ndjson");
    folder.write("lunora-advisor.json", "{ \"baseline\": \"known.ndjson\" }");

    folder.write("lunora/posts.ts", &format!("// moved\n\n{}", scan("post")));
    assert_eq!(check(&folder, &[]).status.code(), Some(0), "moved within the file");
    folder.write("lunora/posts.ts", &scan("post").replace("const list", "const all"));
    assert_eq!(check(&folder, &[]).status.code(), Some(0), "renamed");
    folder.write("lunora/posts.ts", &scan("post"));
    fs::rename(folder.path("lunora/posts.ts"), folder.path("lunora/texts.ts")).expect("renamed");
    assert_eq!(check(&folder, &[]).status.code(), Some(0), "moved to another file");

    folder.write("lunora/more.ts", &scan("postz"));
    let new = check(&folder, &[]);
    assert_eq!(new.status.code(), Some(1));
    assert_eq!(lines(&new, "unknown_table").len(), 1);
    assert!(text(&new.stdout).contains("lunora/more.ts"));
    assert_eq!(folder.read("known.ndjson"), first);
}

#[test]
fn what_no_longer_occurs_is_named_and_pruned() {
    let folder = Folder::with_findings();
    check(&folder, &["--write-baseline", "known.ndjson"]);
    folder.write("lunora/posts.ts", &scan("posts"));
    let stale = check(&folder, &["--baseline", "known.ndjson"]);
    assert!(text(&stale.stderr).contains("unknown_table:lunora/posts.ts"), "{}", text(&stale.stderr));
    check(&folder, &["--baseline", "known.ndjson", "--prune-baseline"]);
    assert!(!folder.read("known.ndjson").contains("unknown_table"));
    assert_eq!(text(&check(&folder, &["--baseline", "known.ndjson"]).stderr), "");
}

#[test]
fn a_broken_file_makes_nothing_of_the_baseline_stale() {
    let folder = Folder::with_findings();
    check(&folder, &["--write-baseline", "known.ndjson"]);
    let before = folder.read("known.ndjson");
    folder.write("lunora/posts.ts", "export const = ;\n");
    let output = check(&folder, &["--baseline", "known.ndjson", "--prune-baseline"]);
    assert!(text(&output.stdout).contains("parse_error"));
    assert_eq!(folder.read("known.ndjson"), before);
}

#[test]
fn accepted_findings_are_info_with_the_reason() {
    let folder = Folder::with_findings();
    folder.write(
        "lunora.config.ts",
        "const advisor = { accept: [\n  { rule: \"unknown_table\", file: \"posts\", exportName: \"list\", reason: \"made by hand\" },\n] } as const;\n\
         export default { advisor } satisfies object;\n",
    );
    let output = check(&folder, &[]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    assert!(lines(&output, "unknown_table")[0].contains("INFO unknown_table Accepted (made by hand): "));
}

#[test]
fn entries_that_accept_nothing_are_findings_and_rules_of_others_are_not() {
    let folder = Folder::with_findings();
    folder.write(
        "lunora.config.ts",
        "export default defineConfig({ advisor: { minSeverity: \"high\", accept: [\n\
         { rule: \"unknown_table\", file: \"posts\", exportName: \"other\", reason: \"r\" },\n\
         { rule: \"raw_sql_injection\", file: \"posts\", exportName: \"list\", reason: \"r\" },\n\
         { rule: \"unknown_table\", file: \"posts\", exportName: \"list\", reason: \" \" },\n] } });\n",
    );
    let output = check(&folder, &[]);
    assert_eq!(output.status.code(), Some(1));
    let unused = lines(&output, "advisor_accept_unused");
    assert_eq!(unused.len(), 1);
    assert!(unused[0].starts_with("lunora.config.ts:2:1: WARN"), "{unused:?}");
    assert_eq!(lines(&output, "advisor_accept_invalid").len(), 1);
    assert_eq!(lines(&output, "advisor_min_severity_invalid").len(), 1);
}

#[test]
fn what_is_below_the_minimum_severity_is_left_out_but_no_error() {
    let folder = Folder::with_findings();
    folder.write("lunora.config.ts", "export default { advisor: { minSeverity: \"error\" } };\n");
    let output = check(&folder, &["--fail-on", "info"]);
    assert!(text(&output.stdout).lines().all(|line| line.contains(": ERROR ")), "{}", text(&output.stdout));
    assert_eq!(lines(&output, "unknown_table").len(), 1);
}

const USELESS: &str = "\u{feff}export const a = 1;\r\n\
                       // lunora-advisor-disable-next-line unknown_table, unbounded_loop -- old\r\n\
                       export const b = 2; // kept\r\n";

#[test]
fn fixes_keep_marks_and_line_ends_and_a_second_run_changes_nothing() {
    let folder = Folder::with_findings();
    folder.write("lunora/posts.ts", &scan("posts"));
    folder.write("lunora/a.ts", USELESS);
    let diff = folder.run(&["check", ".", "--diff", "--fail-on", "warn"]);
    assert_eq!(diff.status.code(), Some(1));
    assert!(text(&diff.stdout).contains("--- a/lunora/a.ts\n+++ b/lunora/a.ts\n"), "{}", text(&diff.stdout));
    assert_eq!(folder.read("lunora/a.ts"), USELESS);

    let fixed = folder.run(&["check", ".", "--fix", "--fail-on", "warn"]);
    assert_eq!(fixed.status.code(), Some(0), "{}", text(&fixed.stdout));
    assert_eq!(folder.read("lunora/a.ts"), "\u{feff}export const a = 1;\r\nexport const b = 2; // kept\r\n");
    assert_eq!(text(&folder.run(&["check", ".", "--diff"]).stdout), "");
}

/// Ten columns and more that reads filter by, so that each wants an index of its own.
fn many_filters(count: usize) -> (String, String) {
    let columns: Vec<String> = (0..count).map(|number| format!("c{number}: v.string()")).collect();
    let schema = SCHEMA.replace("title: v.string()", &columns.join(", "));
    let reads = (0..count).map(|number| {
        format!(
            "export const q{number} = query.input({{ c: v.string() }}).query(({{ ctx, args }}) => ctx.db.posts.findMany({{ where: {{ c{number}: args.c }} }}));\n"
        )
    });
    let code = "import { query, v } from \"./_generated/server\";\n".to_owned() + &reads.collect::<String>();
    (schema, code)
}

#[test]
fn one_run_adds_all_indexes_of_a_table() {
    for command in ["check", "indexes"] {
        let folder = Folder::empty();
        let (schema, code) = many_filters(14);
        folder.write("lunora/schema.ts", &schema);
        folder.write("lunora/posts.ts", &code);
        let output = folder.run(&[command, ".", "--fix"]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert_eq!(folder.read("lunora/schema.ts").matches(".index(").count(), 14, "{command}");
        assert_eq!(text(&folder.run(&[command, ".", "--diff"]).stdout), "", "{command}");
    }
}

#[test]
fn the_index_plan_is_carried_out_and_what_is_unsafe_only_if_asked() {
    let folder = Folder::empty();
    let table = "posts: defineTable({ org: v.string(), at: v.number() }).index(\"by_org\", [\"org\"]).index(\"by_at\", [\"at\"])";
    folder.write("lunora/schema.ts", &SCHEMA.replace("posts: defineTable({ title: v.string() })", table));
    folder.write(
        "lunora/posts.ts",
        "import { query, v } from \"./_generated/server\";\n\
         export const named = query.input({ o: v.string() }).query(({ ctx, args }) => ctx.db.query(\"posts\").withIndex(\"by_org\", (q) => q.eq(\"org\", args.o)).collect());\n\
         export const latest = query.input({ o: v.string() }).query(({ ctx, args }) => ctx.db.posts.findMany({ where: { org: args.o }, orderBy: [{ at: \"desc\" }] }));\n",
    );
    let before = folder.read("lunora/schema.ts");
    let output = folder.run(&["indexes", ".", "--fix"]);
    let said = text(&output.stderr);
    assert!(
        said.starts_with("Made 0 changes in 0 files.\nleft to --unsafe-fixes: Widen index `by_org`"),
        "{said}"
    );
    assert!(
        said.contains("\nleft to --unsafe-fixes: Remove the index `by_at`: code that is not part"),
        "{said}"
    );
    assert_eq!(folder.read("lunora/schema.ts"), before);
    let diff = folder.run(&["indexes", ".", "--diff", "--unsafe-fixes"]);
    assert!(text(&diff.stdout).contains("+++ b/lunora/schema.ts\n"), "{}", text(&diff.stdout));
    let output = folder.run(&["indexes", ".", "--fix", "--unsafe-fixes"]);
    assert!(text(&output.stderr).contains("Made 2 changes in 1 file.\n"), "{}", text(&output.stderr));
    assert!(
        text(&output.stdout).contains("Indexes: 1 to keep, 0 to widen, 0 to add, 0 to drop."),
        "{}",
        text(&output.stdout)
    );
    let after = before.replace("[\"org\"]).index(\"by_at\", [\"at\"])", "[\"org\", \"at\"])");
    assert_eq!(folder.read("lunora/schema.ts"), after);
}

#[test]
fn comments_are_written_where_findings_are_and_hide_them() {
    let folder = Folder::with_findings();
    let output = check(&folder, &["--add-suppressions", "unknown-table", "--reason", "made  by\nhand"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stdout));
    assert!(folder.read("lunora/posts.ts").contains(
        "=> {\n  // lunora-advisor-disable-next-line unknown_table -- made by hand\n  return ctx.db"
    ));
    assert_eq!(lines(&output, "unused_suppression"), Vec::<String>::new());
}

fn git(folder: &Folder, arguments: &[&str]) {
    let identity = ["-c", "user.name=a", "-c", "user.email=a@example.com", "-c", "init.defaultBranch=main"];
    let output = Command::new("git").current_dir(folder.path("")).args(identity).args(arguments).output();
    assert!(output.expect("git runs").status.success(), "{arguments:?}");
}

/// A project with findings, all of it committed.
fn committed() -> Folder {
    let folder = Folder::with_findings();
    folder.write("lunora/notes.ts", &scan("posts"));
    fs::remove_dir(folder.path(".git")).expect("removed");
    git(&folder, &["init", "-q"]);
    git(&folder, &["add", "."]);
    git(&folder, &["commit", "-qm", "one"]);
    folder
}

#[test]
fn only_what_touches_a_change_or_comes_of_it_is_reported() {
    let folder = committed();
    assert_eq!(text(&check(&folder, &["--changed-since", "HEAD"]).stdout), "");

    folder.write("lunora/schema.ts", &SCHEMA.replace("posts:", "articles:"));
    let output = check(&folder, &["--changed-since", "HEAD"]);
    assert_eq!(output.status.code(), Some(1));
    let unknown = lines(&output, "unknown_table");
    assert_eq!(unknown.len(), 1, "{unknown:?}");
    assert!(unknown[0].contains("lunora/notes.ts"), "the change caused this one: {unknown:?}");

    let missing = check(&folder, &["--changed-since", "nowhere"]);
    assert_eq!((missing.status.code(), text(&missing.stdout).as_str()), (Some(2), ""));
}

#[test]
fn a_file_that_was_only_renamed_has_no_new_findings() {
    let folder = committed();
    git(&folder, &["mv", "lunora/posts.ts", "lunora/texts.ts"]);
    assert_eq!(text(&check(&folder, &["--changed-since", "HEAD"]).stdout), "");
}

#[test]
fn standard_input_replaces_one_file_of_the_project() {
    let folder = Folder::with_findings();
    let arguments = ["check", "-", "--stdin-filepath", "lunora/new.ts", "--format", "concise"];
    let output = folder.run_with_input(&arguments, &scan("nothing"));
    assert_eq!(output.status.code(), Some(1));
    let found = lines(&output, "unknown_table");
    assert_eq!(found.len(), 1, "{found:?}");
    assert!(found[0].starts_with("lunora/new.ts:4:"), "{found:?}");
    assert!(!folder.path("lunora/new.ts").exists());
}

#[test]
fn a_score_that_fell_fails_and_keeps_the_map() {
    let folder = Folder::empty();
    folder.write("lunora/schema.ts", SCHEMA);
    folder.write("lunora/posts.ts", &scan("posts"));
    assert_eq!(folder.run(&["score", "."]).status.code(), Some(0));
    let map = folder.read("lunora.advisor.map.json");
    assert!(map.starts_with("{\n    \"version\": 1,\n    \"generatedAt\": \"1970-01-01T00:00:00.000Z\",\n"));
    assert_eq!(folder.run(&["score", ".", "--baseline"]).status.code(), Some(0));

    folder.write("lunora/posts.ts", &scan("post"));
    for _ in 0..2 {
        assert_eq!(folder.run(&["score", ".", "--baseline"]).status.code(), Some(1));
        assert_eq!(folder.read("lunora.advisor.map.json"), map);
    }
    let broken = "{ \"version\": 1, <<<<<<<\n";
    folder.write("lunora.advisor.map.json", broken);
    let output = folder.run(&["score", ".", "--baseline"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(text(&output.stderr).contains("lunora.advisor.map.json:1:"), "{}", text(&output.stderr));
    assert_eq!(folder.read("lunora.advisor.map.json"), broken);
}

#[test]
fn an_exempt_procedure_has_no_weight_but_its_findings_stand() {
    let folder = Folder::with_findings();
    let comment = "// lunora-advisor-exempt -- on purpose\nexport const list";
    folder.write("lunora/posts.ts", &scan("post").replace("export const list", comment));
    let entry = folder.run(&["score", ".", "--entry", "posts#list", "--format", "json"]);
    let document: serde_json::Value = serde_json::from_slice(&entry.stdout).expect("JSON");
    let row = &document["map"]["procedures"][0];
    assert_eq!(
        (row["coverage"].as_str(), row["exemptReason"].as_str()),
        (Some("exempt"), Some("on purpose"))
    );
    assert_eq!(row["weight"], 0);
    assert_eq!(check(&folder, &[]).status.code(), Some(1));
    assert!(!folder.path("lunora.advisor.map.json").exists());
    assert_eq!(folder.run(&["score", ".", "--min-score", "100", "--no-write"]).status.code(), Some(1));
}
