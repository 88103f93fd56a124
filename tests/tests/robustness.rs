//! Whatever the files hold, reading, linking and judging them ends without a panic.

#![expect(clippy::unwrap_used, reason = "a test stops where its input is not as it expects")]

use std::io::{self, ErrorKind};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lunora_project::Project;
use lunora_project::access::Indeterminacy;
use lunora_rules::{RuleOutcome, RuleSettings};
use lunora_source::{DiscoveryOptions, Entry, FileSystem, Memory, Metadata, find_projects, load};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;

/// The TypeScript files of every labelled project, one list a project.
fn corpora() -> Vec<Vec<(PathBuf, String)>> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut corpora = Vec::new();
    for folder in ["projects", "../examples"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let project = entry.unwrap().path();
            let mut files = Vec::new();
            gather(&project, &project, &mut files);
            if files.iter().any(|(path, _)| path.ends_with("lunora/schema.ts")) {
                files.sort();
                corpora.push(files);
            }
        }
    }
    corpora.sort();
    corpora
}

fn gather(root: &Path, folder: &Path, files: &mut Vec<(PathBuf, String)>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            gather(root, &path, files);
        } else if path.extension().is_some_and(|extension| extension == "ts" || extension == "json")
            && let Ok(text) = std::fs::read_to_string(&path)
        {
            files.push((Path::new("/p").join(path.strip_prefix(root).unwrap()), text));
        }
    }
}

fn judge(files: &[(PathBuf, String)]) -> Vec<RuleOutcome> {
    judge_on(&Memory::new(files.iter().map(|(path, text)| (path, text))))
}

/// Judges whatever projects are there.
fn judge_on(file_system: &dyn FileSystem) -> Vec<RuleOutcome> {
    let options = DiscoveryOptions::default();
    let projects = find_projects(file_system, &[PathBuf::from("/p")], &options).unwrap_or_default();
    let trees = projects.iter().filter_map(|location| load(file_system, location, &options).ok());
    trees.map(|tree| lunora_rules::run(&Project::link(Arc::new(tree)), &RuleSettings::default())).collect()
}

/// Whether functions were left that calls lead to, and that is counted.
fn has_given_up(outcomes: &[RuleOutcome]) -> bool {
    let mut reasons = outcomes.iter().flat_map(|outcome| &outcome.indeterminate);
    reasons.any(|found| found.reason == Indeterminacy::Limit)
}

/// One change to a text: what stands between two points is removed, doubled, or put elsewhere.
#[derive(Clone, Debug)]
struct Mutation {
    file: prop::sample::Index,
    from: prop::sample::Index,
    length: usize,
    target: prop::sample::Index,
    kind: u8,
}

fn mutations() -> impl Strategy<Value = Vec<Mutation>> {
    let mutation = (any::<[prop::sample::Index; 3]>(), 1..80_usize, 0..4_u8)
        .prop_map(|(at, length, kind)| Mutation { file: at[0], from: at[1], length, target: at[2], kind });
    prop::collection::vec(mutation, 1..6)
}

fn apply(files: &mut [(PathBuf, String)], mutation: &Mutation) {
    let (_, text) = &mut files[mutation.file.index(files.len())];
    let points: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
    let start = mutation.from.index(points.len());
    let end = (start + mutation.length).min(points.len() - 1);
    let piece = text[points[start]..points[end]].to_owned();
    let target = points[mutation.target.index(points.len())];
    match mutation.kind {
        0 => text.replace_range(points[start]..points[end], ""),
        1 => text.insert_str(target, &piece),
        2 => text.insert_str(points[start], "({[`"),
        _ => text.insert_str(target, "\u{1F600} as any; ctx.db.query(x => x).withIndex().filter().collect()"),
    }
}

#[test]
fn mutated_projects_are_judged_without_a_panic() {
    let corpora = corpora();
    let strategy = (any::<prop::sample::Index>(), mutations());
    TestRunner::new(lunora_properties::config(60))
        .run(&strategy, |(corpus, mutations)| {
            let mut files = corpora[corpus.index(corpora.len())].clone();
            for mutation in &mutations {
                apply(&mut files, mutation);
            }
            judge(&files);
            Ok(())
        })
        .unwrap();
}

#[test]
fn code_that_never_ends_is_left_in_time() {
    let schema = r#"import { defineSchema, defineTable, v } from "lunorash/server";
export default defineSchema({ t: defineTable({ a: v.string() }) });"#;
    // Functions that call each other with ever new arguments, from many procedures.
    let mut code = String::from("import { query } from \"./_generated/server\";\n");
    for index in 0..40 {
        let calls: String =
            (0..40).map(|other| format!("f{other}(ctx, {{ x, y: [x, {index}] }});")).collect();
        code.push_str(&format!(
            "function f{index}(ctx, x) {{ {calls} return ctx.db.query(\"t\").collect(); }}\n"
        ));
        code.push_str(&format!(
            "export const q{index} = query.query(({{ ctx, args }}) => f{index}(ctx, args.a));\n"
        ));
    }
    let outcomes = judge(&[
        (PathBuf::from("/p/lunora/schema.ts"), schema.to_owned()),
        (PathBuf::from("/p/lunora/a.ts"), code),
    ]);
    assert!(has_given_up(&outcomes));
}

#[test]
fn deep_nesting_and_deep_calls_do_not_overflow() {
    let schema = "import { defineSchema } from \"lunorash/server\"; export default defineSchema({});";
    let mut code = String::from("import { query } from \"./_generated/server\";\n");
    for index in 0..400 {
        code.push_str(&format!("const f{index} = (ctx, x) => f{}(ctx, [x]);\n", index + 1));
    }
    code.push_str("const f400 = (ctx) => ctx.db.query(\"t\").collect();\n");
    let nested = format!("{}1{}", "[".repeat(300), "]".repeat(300));
    code.push_str(&format!("export const q = query.query(({{ ctx }}) => f0(ctx, {nested}));\n"));
    let outcomes = judge(&[
        (PathBuf::from("/p/lunora/schema.ts"), schema.to_owned()),
        (PathBuf::from("/p/lunora/a.ts"), code),
    ]);
    assert!(has_given_up(&outcomes));
}

/// A disk on which things vanish, or may no longer be read, after so many looks at it.
#[derive(Clone)]
struct Failing {
    files: Memory,
    looks: Arc<AtomicUsize>,
    kind: ErrorKind,
}

impl Failing {
    fn look<T>(&self, look: impl FnOnce(&Memory) -> io::Result<T>) -> io::Result<T> {
        let left = self.looks.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |left| left.checked_sub(1));
        left.map_err(|_| self.kind)?;
        look(&self.files)
    }
}

impl FileSystem for Failing {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.look(|files| files.read(path))
    }

    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        self.look(|files| files.metadata(path))
    }

    fn read_dir(&self, path: &Path) -> io::Result<Vec<Entry>> {
        self.look(|files| files.read_dir(path))
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.look(|files| files.canonicalize(path))
    }

    fn to_shared(&self) -> Arc<dyn FileSystem> {
        Arc::new(self.clone())
    }
}

#[test]
fn a_folder_that_vanishes_in_the_middle_of_a_run_is_no_panic() {
    let corpora = corpora();
    let files = corpora.iter().min_by_key(|files| files.len()).unwrap();
    let memory = Memory::new(files.iter().map(|(path, text)| (path, text)));
    for kind in [ErrorKind::NotFound, ErrorKind::PermissionDenied] {
        let mut judged = 0;
        for looks in 0.. {
            let failing = Failing { files: memory.clone(), looks: Arc::new(looks.into()), kind };
            judged += judge_on(&failing).len();
            if failing.looks.load(Ordering::Relaxed) > 0 {
                break;
            }
        }
        assert!(judged > 0, "with enough looks there is a project");
    }
}
