//! The invariants of ARCHITECTURE.md that hold for the repository as a whole, by their numbers there.

#![expect(clippy::expect_used, reason = "a test stops where the repository is not as it expects")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use lunora_extract::extract;
use lunora_facts::FileFacts;
use proptest::prelude::*;
use serde_json::Value;

/// Which crates of ours each layer may use. Tools and tests are not listed: they may use all, and nobody may use them.
const LAYERS: &[(&str, &[&str])] = &[
    ("lunora-facts", &[]),
    ("lunora-extract", &["lunora-facts"]),
    ("lunora-source", &["lunora-facts", "lunora-extract"]),
    ("lunora-project", &["lunora-facts", "lunora-source"]),
    ("lunora-report", &["lunora-facts"]),
    ("lunora-rules", &["lunora-facts", "lunora-source", "lunora-project", "lunora-report"]),
    ("lunora-engine", &["lunora-facts", "lunora-source"]),
    (
        "lunora-check",
        &[
            "lunora-facts",
            "lunora-extract",
            "lunora-source",
            "lunora-project",
            "lunora-report",
            "lunora-rules",
        ],
    ),
    ("lunora-verify", &["lunora-facts", "lunora-source", "lunora-project", "lunora-report", "lunora-engine"]),
    (
        "lunora-lsp",
        &[
            "lunora-facts",
            "lunora-extract",
            "lunora-source",
            "lunora-project",
            "lunora-report",
            "lunora-rules",
            "lunora-check",
        ],
    ),
    (
        "lunora-advisor",
        &[
            "lunora-facts",
            "lunora-extract",
            "lunora-source",
            "lunora-project",
            "lunora-report",
            "lunora-rules",
            "lunora-check",
            "lunora-engine",
            "lunora-lsp",
            "lunora-verify",
        ],
    ),
];

/// Tools and tests.
const WORKSHOP: &[&str] = &["xtask", "lunora-tests", "lunora-fuzz", "lunora-perf", "lunora-properties"];

/// One reads code, one runs it, one measures what parsing costs.
const MAY_USE_OXC: &[&str] = &["lunora-extract", "lunora-engine", "lunora-perf"];

const MAY_USE_THE_RESOLVER: &[&str] = &["lunora-source", "lunora-perf"];

/// Code in which every `¦` may stand for space, line breaks and comments.
const SPACED: &str = r#"import { ¦query,¦ v ¦} from ¦"./_generated/server"¦;¦
import type ¦{ ¦Doc } from "./_generated/dataModel";¦
const ¦mine = ¦(user:¦ string) => (¦message: ¦Doc<"messages">) =>¦ !¦message.deletedAt ¦&& message.author ¦=== user¦;¦
export const ¦recent ¦= query¦.input(¦{ ¦channel: v¦.id("channels"), ¦limit:¦ v.number() }¦)¦.query(¦async ({ ¦ctx, args ¦}) => ¦{¦
  let ¦{ total = 0¦, ...rest ¦} = ¦args;¦
  for (¦const row ¦of await ¦ctx.db¦.query(¦"messages"¦)¦.withIndex("by_channel", ¦(q) => q¦.eq("channel", ¦args.channel)¦)¦.filter(¦mine(¦`${¦ctx.auth.userId¦}`))¦.take(args.limit ¦?? 20¦)) {¦
    if (¦row.pinned¦) continue;¦
    total ¦+= row.size¦;¦
    switch (¦row.kind) {¦ case ¦"text":¦ break;¦ default: ¦return [...¦rest.tags, ¦-1, 1_000n, /a b/u]; ¦}
  }¦
  class ¦Box<T> ¦{ ¦static ¦one = ¦1;¦ value?: ¦T; ¦get ¦it() ¦{ return this¦.value as ¦T;¦ } }¦
  return { ¦total, ¦box: new ¦Box<¦string¦>() };¦
}¦)¦;¦
export ¦{ ¦mine as ¦isMine };"#;

const TRIVIA: &[&str] = &[
    "",
    " ",
    "\t  ",
    "\n",
    "\n\n\n",
    "\r\n",
    " /* a note: (x) => \"y\" */ ",
    " // a note }\n",
    "/* ünï\n🦀 */",
];

#[test]
fn invariant_1_arrows_point_one_way() {
    let packages = packages();
    let known: BTreeSet<&str> =
        LAYERS.iter().map(|(name, _)| *name).chain(WORKSHOP.iter().copied()).collect();
    let found: BTreeSet<&str> = packages.keys().map(String::as_str).collect();
    assert_eq!(found, known, "a crate that comes or goes changes ARCHITECTURE.md and this test");
    for (name, allowed) in LAYERS {
        let ours = packages[*name].iter().filter(|dependency| known.contains(dependency.name.as_str()));
        for dependency in ours.filter(|dependency| !dependency.is_for_tests) {
            assert!(allowed.contains(&dependency.name.as_str()), "{name} must not use {}", dependency.name);
        }
    }
}

#[test]
fn invariant_2_oxc_stays_behind_the_extraction() {
    for (name, dependencies) in packages() {
        for Dependency { name: dependency, .. } in dependencies {
            let may_use = match dependency.as_str() {
                "oxc_resolver" => MAY_USE_THE_RESOLVER,
                "oxc" => &[],
                oxc if oxc.starts_with("oxc_") => MAY_USE_OXC,
                _ => continue,
            };
            assert!(may_use.contains(&name.as_str()), "{name} must not use {dependency}");
        }
    }
}

proptest! {
    #![proptest_config(lunora_properties::config(256))]

    #[test]
    fn invariant_3_space_and_comments_change_spans_only(
        choices in prop::collection::vec(0..TRIVIA.len(), gaps(SPACED))
    ) {
        let plain_text = SPACED.replace('¦', "");
        let plain = facts(&plain_text);
        prop_assert!(plain.errors.is_empty(), "{:?}", plain.errors);
        let text = spaced(&choices);
        let moved = facts(&text);
        prop_assert!(moved.errors.is_empty(), "{:?} in\n{text}", moved.errors);
        prop_assert_eq!(&plain.program, &moved.program, "{}", text);
        prop_assert_eq!(names(&plain_text, &plain), names(&text, &moved));
        prop_assert_eq!(plain_text == text, plain.spans == moved.spans);
    }
}

#[test]
fn invariant_3_moving_the_lines_of_a_file_leaves_its_program_equal() {
    let mut count = 0;
    for path in files(&repository().join("examples"), "ts") {
        let text = fs::read_to_string(&path).expect("a file");
        // A line break inside of a template is part of the program.
        if text.lines().any(|line| line.matches('`').count() % 2 == 1) {
            continue;
        }
        let moved: String =
            text.lines().map(|line| format!("// über `{{`\r\n\n   {line}  /* 🦀 */\n")).collect();
        let (before, after) = (extract(&path, &text), extract(&path, &moved));
        assert_eq!(before.program, after.program, "{}", path.display());
        assert_ne!(before.spans, after.spans, "{}", path.display());
        assert_eq!(names(&text, &before), names(&moved, &after), "{}", path.display());
        count += 1;
    }
    assert!(count > 80, "only {count} files");
}

#[test]
fn invariant_5_a_rule_is_a_file_a_page_and_a_line_in_the_registry() {
    let registered: Vec<String> =
        lunora_rules::registry().iter().map(|rule| rule.metadata.name.to_owned()).collect();
    // A folder beside a rule holds its parts.
    let stems = |folder: &str, extension: &str| -> Vec<String> {
        let folder = repository().join(folder);
        let mut stems: Vec<String> = files(&folder, extension)
            .iter()
            .filter(|path| path.parent() == Some(&folder))
            .map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned())
            .filter(|stem| stem != "mod")
            .collect();
        stems.sort();
        stems
    };
    assert_eq!(stems("rules/src/rules", "rs"), registered);
    assert_eq!(stems("rules/docs", "md"), registered);
}

#[test]
fn invariant_8_every_crate_takes_the_lints_that_forbid_to_panic() {
    let root = read_manifest(&repository());
    for lint in ["unwrap_used", "expect_used", "panic", "todo"] {
        assert!(root.contains(&format!("\n{lint} = \"warn\"\n")), "{lint} is on");
    }
    assert!(root.contains("\nunsafe_code = \"forbid\"\n"));
    for manifest in files(&repository(), "toml") {
        let is_crate = manifest.file_name().is_some_and(|name| name == "Cargo.toml");
        let folder = manifest.parent().expect("a folder");
        if is_crate && folder != repository() {
            let text = read_manifest(folder);
            // The shells of `cargo fuzz` and the extension of Zed are workspaces of their own, and hold little code but calls.
            let is_apart = text.contains("\n[workspace]\n");
            assert!(is_apart || text.contains("\n[lints]\nworkspace = true\n"), "{}", manifest.display());
        }
    }
}

#[test]
fn no_dependency_runs_code_while_it_is_built_unless_deny_toml_says_so() {
    let metadata = metadata(&["--locked", "--filter-platform", "host-tuple"]);
    let is_build_script = |target: &Value| target["kind"] == serde_json::json!(["custom-build"]);
    let with_scripts: BTreeSet<String> = list(&metadata, "packages")
        .iter()
        .filter(|package| list(package, "targets").iter().any(is_build_script))
        .map(name)
        .collect();
    assert!(with_scripts.contains("libc"), "{with_scripts:?}");
    let text = fs::read_to_string(repository().join("deny.toml")).expect("deny.toml");
    let (_, allowed) = text.split_once("allow-build-scripts = [").expect("the list");
    let (allowed, _) = allowed.split_once(']').expect("its end");
    let allowed: BTreeSet<&str> = allowed.split('"').skip(1).step_by(2).collect();
    let others: Vec<_> = with_scripts.iter().filter(|name| !allowed.contains(name.as_str())).collect();
    assert!(others.is_empty(), "look what their build scripts do, then add them to deny.toml: {others:?}");
}

#[test]
fn every_test_that_the_architecture_names_exists() {
    let text = fs::read_to_string(repository().join("ARCHITECTURE.md")).expect("a page");
    let paths = text.split('`').skip(1).step_by(2).filter(|code| code.ends_with(".rs") && code.contains('/'));
    let missing: Vec<&str> =
        paths.filter(|path| !path.contains("NAME") && !repository().join(path).is_file()).collect();
    assert!(missing.is_empty(), "ARCHITECTURE.md names {missing:?}");
}

struct Dependency {
    name: String,
    is_for_tests: bool,
}

/// What each crate of the workspace depends on, by its manifest.
fn packages() -> BTreeMap<String, Vec<Dependency>> {
    list(&metadata(&["--no-deps"]), "packages")
        .iter()
        .map(|package| {
            let dependencies = list(package, "dependencies")
                .iter()
                .map(|dependency| Dependency {
                    name: name(dependency),
                    is_for_tests: dependency["kind"] == "dev",
                })
                .collect();
            (name(package), dependencies)
        })
        .collect()
}

fn metadata(arguments: &[&str]) -> Value {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--offline", "--format-version", "1"])
        .args(arguments)
        .current_dir(repository())
        .output()
        .expect("cargo runs");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).expect("JSON")
}

fn list(value: &Value, key: &str) -> Vec<Value> {
    value[key].as_array().cloned().expect("a list")
}

fn name(value: &Value) -> String {
    value["name"].as_str().expect("a name").to_owned()
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("a parent").to_owned()
}

fn read_manifest(folder: &Path) -> String {
    fs::read_to_string(folder.join("Cargo.toml")).expect("a manifest")
}

/// The files with an extension below a folder, but not what is built or installed.
fn files(folder: &Path, extension: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        let is_built = ["target", "node_modules", ".git"].iter().any(|name| path.ends_with(name));
        if path.is_dir() && !is_built {
            found.extend(files(&path, extension));
        } else if path.extension().is_some_and(|found| found == extension) {
            found.push(path);
        }
    }
    found
}

fn facts(text: &str) -> FileFacts {
    extract(Path::new("lunora/messages.ts"), text)
}

fn gaps(text: &str) -> usize {
    text.matches('¦').count()
}

fn spaced(choices: &[usize]) -> String {
    let mut pieces = SPACED.split('¦');
    let first = pieces.next().unwrap_or_default().to_owned();
    choices.iter().zip(pieces).fold(first, |text, (choice, piece)| text + TRIVIA[*choice] + piece)
}

/// The names that the spans of bindings point at: they must follow the code wherever it goes.
fn names<'a>(text: &'a str, facts: &FileFacts) -> Vec<&'a str> {
    facts.spans.bindings.iter().map(|span| &text[span.range()]).collect()
}
