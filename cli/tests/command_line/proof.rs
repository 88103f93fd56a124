//! `verify`, `check --prove` and `run`: the user's own code on generated rows.

use std::process::Output;

use serde_json::Value;

use crate::support::{Folder, text};

const SCHEMA: &str = r#"import { defineSchema, defineTable, v } from "lunorash/server";
export default defineSchema({ posts: defineTable({ org: v.string(), size: v.number() }) });
"#;

const POSTS: &str = r#"import { mutation, query, v } from "./_generated/server";

export const list = query.input({ org: v.string() }).query(async ({ ctx, args }) => {
  return ctx.db.query("posts").filter((row) => row.org === args.org).collect();
});

export const add = mutation.input({ org: v.string() }).mutation(async ({ ctx, args }) => {
  await ctx.db.insert("posts", { org: args.org, size: 1 });
  throw new Error("never kept");
});

export const spin = query.query(async () => {
  for (;;) {}
});
"#;

fn project() -> Folder {
    let folder = Folder::empty();
    folder.write("lunora/schema.ts", SCHEMA);
    folder.write("lunora/posts.ts", POSTS);
    folder
}

fn verify(folder: &Folder, options: &[&str]) -> Output {
    let all: Vec<&str> = ["verify", "--rows", "400", "--rule", "filter-without-index"]
        .iter()
        .chain(options)
        .copied()
        .collect();
    folder.run(&all)
}

#[test]
fn a_proof_has_the_evidence_of_the_contract_and_the_same_bytes_each_time() {
    let folder = project();
    let output = verify(&folder, &["--format", "json"]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    assert_eq!(output.stdout, verify(&folder, &["--format", "json", "--threads", "1"]).stdout);
    let document: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let finding = &document["findings"][0];
    let evidence = &finding["evidence"];
    assert_eq!(finding["name"], "filter_without_index");
    assert_eq!((&evidence["status"], &evidence["level"]), (&"proved".into(), &"synthetic".into()));
    assert_eq!(evidence["rowsVisitedBefore"], 400);
    assert!(evidence["rowsVisitedAfter"].as_u64() < Some(100), "{evidence}");
    assert_eq!(evidence["resultsEqual"], true);
    assert!(evidence["runs"].as_u64() > Some(10), "{evidence}");
    assert_eq!(evidence["dataset"], serde_json::json!({ "rows": 400, "seed": 1 }));
    assert!(evidence["planBefore"][0].as_str().is_some_and(|line| line.starts_with("SCAN posts")));
    assert!(evidence["planAfter"][0].as_str().is_some_and(|line| line.starts_with("SEARCH posts")));
    assert_eq!(evidence.get("notVerifiable"), None);
}

/// What is told of a whole project does not depend on threads, nor on what ran before.
#[test]
fn an_example_is_verified_with_the_same_bytes_each_time() {
    let example = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/chat");
    let folder = Folder::empty();
    for format in ["pretty", "json"] {
        let told = |threads: &str| {
            let output =
                folder.run(&["verify", example, "--rows", "60", "--format", format, "--threads", threads]);
            assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
            output.stdout
        };
        assert_eq!(text(&told("1")), text(&told("3")), "{format}");
    }
}

#[test]
fn a_proof_is_told_in_rows_with_its_level_and_its_cost() {
    let output = verify(&project(), &[]);
    let said = text(&output.stdout);
    assert!(
        said.contains("lunora/posts.ts:4:32: WARN filter_without_index\n  proved: 400 rows visited → "),
        "{said}"
    );
    assert!(said.contains(" with `by_org` (results equal in "), "{said}");
    assert!(
        said.contains(
            " runs); each insert writes 1 row more [counted]\n  cost: The index costs one more row written per insert by `posts:add`"
        ),
        "{said}"
    );
    assert!(
        said.ends_with(
            "1 proved, 0 refuted, 0 not verifiable; 400 generated rows in the table of each finding, seed 1\n"
        ),
        "{said}"
    );
}

#[test]
fn check_proves_in_every_format_that_has_room() {
    let folder = project();
    for (format, sign) in [
        ("pretty", "  = proved: "),
        ("ndjson", "\"evidence\":{\"status\":\"proved\""),
        ("sarif", "\"evidence\": {"),
        ("github", "%0Aproved: "),
    ] {
        let output = folder.run(&["check", "--prove", "--fail-on", "never", "--format", format]);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        assert!(text(&output.stdout).contains(sign), "{format}: {}", text(&output.stdout));
    }
}

#[test]
fn a_rule_that_does_not_exist_cannot_be_verified() {
    let output = project().run(&["verify", "--rule", "filter_without_indx"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    assert!(text(&output.stderr).contains("`filter_without_index`"), "{}", text(&output.stderr));
}

#[test]
fn one_function_runs_with_what_it_read() {
    let folder = project();
    let output = folder.run(&[
        "run",
        "lunora/posts.ts#list",
        "--args",
        "{\"org\": \"none\"}",
        "--trace",
        "--rows",
        "30",
    ]);
    assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
    let said = text(&output.stdout);
    assert!(said.starts_with("[]\n\nposts:list({\"org\":\"none\"}) as nobody in __root__\n"), "{said}");
    assert!(said.contains("  posts: 30 visited, 30 returned in 1 statement\n"), "{said}");
    assert!(said.contains("\ncollect posts at lunora/posts.ts:4:"), "{said}");
    let json = folder.run(&["run", "posts#list", "--as", "ann", "--format", "json"]);
    let document: Value = serde_json::from_slice(&json.stdout).expect("JSON");
    assert_eq!((&document["user"], &document["outcome"]["kind"]), (&"ann".into(), &"returned".into()));
}

#[test]
fn what_goes_wrong_in_a_run_is_told_apart() {
    let folder = project();
    let failing = |arguments: &[&str]| {
        let output = folder.run(&[&["run"], arguments].concat());
        (output.status.code(), text(&output.stdout) + &text(&output.stderr))
    };
    let (status, said) = failing(&["posts#add", "--args", "{\"org\": \"a\"}"]);
    assert_eq!(status, Some(1), "{said}");
    assert!(
        said.contains("threw INTERNAL_SERVER_ERROR (500): never kept\n  at lunora/posts.ts:9:"),
        "{said}"
    );
    let (status, said) = failing(&["posts#list", "--args", "{\"org\": 7}"]);
    assert_eq!(status, Some(1), "{said}");
    assert!(said.contains("VALIDATION_ERROR (400): org: expected string, received number"), "{said}");
    for (arguments, part) in [
        (["posts#lst", "--rows", "1"], "Did you mean `posts#list`?"),
        (["posts#list", "--args", "{\"org\": }"], "at line 1 column 9"),
        (["posts#list", "--args", "[]"], "it must be an object"),
        (["posts#spin", "--rows", "1"], "it may never end"),
    ] {
        let (status, said) = failing(&arguments);
        assert_eq!(status, Some(2), "{said}");
        assert!(said.contains(part), "{said}");
    }
}
