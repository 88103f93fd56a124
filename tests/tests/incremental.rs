//! Invariant 10 of ARCHITECTURE.md: after any edits, a project that is kept up to date is judged as one that was just opened.

#![expect(clippy::unwrap_used, reason = "a test stops where its input is not as it expects")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use lunora_check::config::{Config, Settings};
use lunora_check::{FoundProject, Judged, LiveProject};
use lunora_facts::FileId;
use lunora_project::LinkWork;
use lunora_source::{DiscoveryOptions, Memory, find_projects};
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::test_runner::TestRunner;

type Files = Vec<(PathBuf, String)>;

/// How many sequences of edits are tried in an ordinary run.
const CASES: u32 = 40;
/// About how often an update asks whether to go on.
const LOOKS: usize = 60;

#[test]
fn after_any_edits_a_project_is_judged_as_one_that_was_just_opened() {
    let corpora = corpora();
    // Some edits come while the one before is still looked at, which is abandoned then.
    let abandoned = prop::option::weighted(0.3, 0..LOOKS);
    let strategy = (any::<Index>(), prop::collection::vec((edits(), abandoned), 1..10));
    TestRunner::new(lunora_properties::config(CASES))
        .run(&strategy, |(corpus, edits)| {
            let original = &corpora[corpus.index(corpora.len())];
            let mut editor = Editor::open(original.clone());
            for (edit, abandoned) in &edits {
                let changed = edit.apply(&mut editor.files, original);
                if !editor.update(changed, *abandoned) {
                    continue;
                }
                let difference = difference(&editor.known(), &editor.anew());
                prop_assert!(difference.is_none(), "after {edit:?}: {}", difference.unwrap_or_default());
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn a_function_more_in_any_file_is_judged_as_in_a_project_that_was_just_opened() {
    for original in corpora() {
        for position in 0..original.len() {
            let mut editor = Editor::open(original.clone());
            let path = original[position].0.clone();
            editor.change(&path, |text| format!("{text}{ADDED_FUNCTION}"));
            let difference = difference(&editor.known(), &editor.anew());
            assert!(difference.is_none(), "{}: {}", path.display(), difference.unwrap_or_default());
        }
    }
}

#[test]
fn an_edit_that_moves_code_links_nothing_and_moves_the_findings() {
    let mut editor = Editor::open(example("workspace"));
    let before = editor.live.current().findings[0].finding.primary;
    let path = editor.live.current().file(before.file).unwrap().0.to_owned();
    editor.change(&path, |text| format!("// A line that says nothing.\n{text}"));
    assert_eq!(editor.live.last_work(), LinkWork::default());
    let after = editor.live.current().findings[0].finding.primary;
    assert_eq!(after.span.start, before.span.start + 29);
    assert_eq!(editor.known(), editor.anew());
}

#[test]
fn an_edit_that_moves_code_asks_only_the_rules_that_speak_of_the_file() {
    let mut editor = Editor::open(example("workspace"));
    let judged = Arc::clone(editor.live.current());
    let speaks_of = |reported: &lunora_report::Reported, file: FileId| {
        let finding = &reported.finding;
        let related = finding.related.iter().map(|related| related.location.file);
        let edits = finding.fixes.iter().flat_map(|fix| &fix.edits).map(|edit| edit.file);
        related.chain(edits).chain([finding.primary.file]).any(|spoken_of| spoken_of == file)
    };
    let mut asked = BTreeSet::new();
    for file in &judged.analysis.tree().files {
        let speaking = judged.findings.iter().filter(|reported| speaks_of(reported, file.id));
        let rules: BTreeSet<&str> = speaking.map(|reported| reported.finding.rule.name).collect();
        editor.change(&file.path, |text| format!("// A line that says nothing.\n{text}"));
        let work = editor.live.current().analysis.rules_asked;
        assert!(work <= rules.len(), "{}: {work} rules were asked, {rules:?} speak of it", file.relative);
        asked.insert(work);
    }
    assert!(asked.contains(&0) && asked.len() > 1, "{asked:?}");
    assert_eq!(editor.known(), editor.anew());
}

#[test]
fn an_edit_in_a_body_evaluates_only_what_depends_on_the_file() {
    let mut editor = Editor::open(example("workspace"));
    let all = editor.live.current().analysis.tree().files.len();
    let path = Path::new("/p/lunora/tasks/queries.ts");
    editor.change(path, |text| {
        text.replacen("reportedBy(ctx, ctx.user._id)", "reportedBy(ctx, ctx.user.teamId)", 1)
    });
    let work = editor.live.last_work();
    assert!(work.evaluated > 0 && work.evaluated < all / 8, "{work:?} of {all} files");
    assert!(!work.is_cold && !work.is_renumbered && !work.is_schema_new, "{work:?}");
    assert_eq!(editor.known(), editor.anew());
}

#[test]
fn an_index_more_in_the_schema_evaluates_no_code_but_the_schema() {
    let mut editor = Editor::open(example("workspace"));
    let path = Path::new("/p/lunora/schema.ts");
    let before = editor.live.current().findings.len();
    editor.change(path, |text| text.replacen(".index(", ".index(\"by_nothing\", [\"nothing\"]).index(", 1));
    let work = editor.live.last_work();
    // The unit of the schema file itself.
    assert!(work.is_schema_new && work.evaluated == 1, "{work:?}");
    assert_ne!(editor.live.current().findings.len(), before);
    assert_eq!(editor.known(), editor.anew());
}

/// A project that is edited.
struct Editor {
    files: Files,
    live: LiveProject,
    /// What was changed that no update has seen to its end.
    unseen: Vec<PathBuf>,
}

impl Editor {
    fn open(files: Files) -> Self {
        let live = LiveProject::open(&memory(&files), found(&files).unwrap()).unwrap();
        Self { files, live, unseen: Vec::new() }
    }

    /// Changes the text of a file.
    fn change(&mut self, path: &Path, change: impl Fn(&str) -> String) {
        let (_, text) = self.files.iter_mut().find(|(known, _)| known == path).unwrap();
        let changed = change(text);
        assert_ne!(*text, changed, "the change should change {}", path.display());
        *text = changed;
        assert!(self.update(vec![path.to_owned()], None));
    }

    /// Looks again; false if that was abandoned, the so-manieth time that it was asked whether to go on.
    fn update(&mut self, changed: Vec<PathBuf>, abandoned: Option<usize>) -> bool {
        self.unseen.extend(changed);
        let looks = AtomicUsize::new(0);
        let is_abandoned =
            || abandoned.is_some_and(|abandoned| looks.fetch_add(1, Ordering::Relaxed) >= abandoned);
        if self.live.update_unless(&memory(&self.files), &self.unseen, &is_abandoned).is_none() {
            return false;
        }
        self.unseen.clear();
        true
    }

    fn known(&self) -> String {
        describe(self.live.current())
    }

    /// What a new look at the files says; what is known, if there is no project any more.
    fn anew(&self) -> String {
        let project = self.live.project().clone();
        LiveProject::open(&memory(&self.files), project)
            .map_or_else(|_| self.known(), |live| describe(live.current()))
    }
}

/// Everything that is said of a project, but for how long it took.
fn describe(judged: &Judged) -> String {
    let project = &judged.analysis.project;
    let model = format!(
        "{:#?}{:#?}{:#?}{:#?}{:#?}{:#?}",
        project.procedures,
        project.reads,
        project.writes,
        project.dispatches,
        project.ambient,
        project.endless_loops
    );
    let rest = format!(
        "{:#?}{:#?}{:#?}{:#?}{:#?}{:#?}{:#?}",
        project.schema.tables,
        project.modules,
        project.references,
        project.imports,
        project.unreadable_exports,
        project.id_tables,
        project.unread_files
    );
    format!("{:#?}{:#?}{model}{rest}", judged.findings, judged.analysis.indeterminate)
}

/// The first line in which two descriptions differ, with what stands around it.
fn difference(known: &str, anew: &str) -> Option<String> {
    if known == anew {
        return None;
    }
    let same = known.lines().zip(anew.lines()).take_while(|(left, right)| left == right).count();
    let around =
        |text: &str| text.lines().skip(same.saturating_sub(12)).take(16).collect::<Vec<_>>().join("\n");
    Some(format!("line {same}\nkept up to date:\n{}\njust opened:\n{}", around(known), around(anew)))
}

const ADDED_FUNCTION: &str =
    "\nexport async function added(ctx) { return await ctx.db.query(\"users\").collect(); }\n";

/// One edit of a project.
#[derive(Clone, Debug)]
struct Edit {
    file: Index,
    from: Index,
    target: Index,
    length: usize,
    kind: Kind,
}

#[derive(Clone, Copy, Debug)]
enum Kind {
    Delete,
    Double,
    Move,
    Rename,
    RenameEverywhere,
    Comment,
    Break,
    Restore,
    DeleteFile,
    CopyFile,
    MoveFile,
    Alias,
    AddColumn,
    AddIndex,
    AddFunction,
}

const KINDS: &[Kind] = &[
    Kind::Delete,
    Kind::Double,
    Kind::Move,
    Kind::Rename,
    Kind::RenameEverywhere,
    Kind::Comment,
    Kind::Break,
    Kind::Restore,
    Kind::DeleteFile,
    Kind::CopyFile,
    Kind::MoveFile,
    Kind::Alias,
    Kind::AddColumn,
    Kind::AddIndex,
    Kind::AddFunction,
];

fn edits() -> impl Strategy<Value = Edit> {
    (any::<[Index; 3]>(), 1..400_usize, prop::sample::select(KINDS))
        .prop_map(|([file, from, target], length, kind)| Edit { file, from, target, length, kind })
}

impl Edit {
    /// Edits the files and returns the paths that changed.
    fn apply(&self, files: &mut Files, original: &Files) -> Vec<PathBuf> {
        let position = self.file.index(files.len());
        let (path, text) = &mut files[position];
        let changed = vec![path.clone()];
        let points: Vec<usize> = text.char_indices().map(|(at, _)| at).chain([text.len()]).collect();
        let start = self.from.index(points.len());
        let end = (start + self.length).min(points.len() - 1);
        let (start, end, target) = (points[start], points[end], points[self.target.index(points.len())]);
        let piece = text[start..end].to_owned();
        match self.kind {
            Kind::Delete => text.replace_range(start..end, ""),
            Kind::Double => text.insert_str(target, &piece),
            Kind::Move => {
                text.replace_range(start..end, "");
                let target = text.floor_char_boundary(target);
                text.insert_str(target, &piece);
            }
            Kind::Rename => *text = text.replace(word(text, start), "renamed"),
            Kind::RenameEverywhere => {
                let word = word(text, start).to_owned();
                return change_all(files, |text| text.replace(&word, "renamedEverywhere"));
            }
            Kind::Comment => text.insert_str(line_start(text, start), "// A comment.\n"),
            Kind::Break => text.insert_str(start, "({[`"),
            Kind::Restore => {
                if let Some((_, before)) = original.iter().find(|(known, _)| known == path) {
                    text.clone_from(before);
                }
            }
            Kind::DeleteFile => {
                files.remove(position);
            }
            Kind::CopyFile => {
                let copy = path.with_file_name(format!("copy{}.ts", self.length));
                let text = text.clone();
                files.push((copy.clone(), text));
                return vec![copy];
            }
            Kind::MoveFile => {
                *path = path.with_file_name(format!("moved{}.ts", self.length));
                return vec![changed[0].clone(), path.clone()];
            }
            Kind::Alias => return toggle_alias(files),
            Kind::AddColumn => {
                return change_schema(files, |text| {
                    text.replacen("defineTable({", "defineTable({ added: v.boolean(),", 1)
                });
            }
            Kind::AddIndex => {
                return change_schema(files, |text| {
                    text.replacen(".index(", ".index(\"by_added\", [\"added\"]).index(", 1)
                });
            }
            Kind::AddFunction => {
                text.push_str(ADDED_FUNCTION);
            }
        }
        changed
    }
}

/// The word at or before a place.
fn word(text: &str, at: usize) -> &str {
    let is_part = |character: char| character.is_alphanumeric() || character == '_';
    let head = text[..at].trim_end_matches(is_part).len();
    let tail = &text[head..];
    let end = tail.find(|character| !is_part(character)).unwrap_or(tail.len());
    if end == 0 { "ctx" } else { &tail[..end] }
}

fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |newline| newline + 1)
}

fn change_all(files: &mut Files, change: impl Fn(&str) -> String) -> Vec<PathBuf> {
    let mut changed = Vec::new();
    for (path, text) in files {
        let new = change(text);
        if new != *text {
            *text = new;
            changed.push(path.clone());
        }
    }
    changed
}

fn change_schema(files: &mut Files, change: impl Fn(&str) -> String) -> Vec<PathBuf> {
    let schema = files.iter_mut().find(|(path, _)| path.ends_with("lunora/schema.ts"));
    schema.map_or_else(Vec::new, |(path, text)| {
        *text = change(text);
        vec![path.clone()]
    })
}

/// Gives every project an alias that leads to another file, or takes it away.
fn toggle_alias(files: &mut Files) -> Vec<PathBuf> {
    let path = PathBuf::from("/p/tsconfig.json");
    match files.iter().position(|(known, _)| *known == path) {
        Some(position) => {
            files.remove(position);
        }
        None => {
            let text = r#"{ "compilerOptions": { "baseUrl": ".", "paths": { "@/*": ["lunora/lib/*"], "*": ["lunora/*"] } } }"#;
            files.push((path.clone(), text.to_owned()));
        }
    }
    vec![path]
}

fn memory(files: &Files) -> Memory {
    Memory::new(files.iter().map(|(path, text)| (path, text)))
}

fn found(files: &Files) -> Option<FoundProject> {
    let options = DiscoveryOptions::default();
    let location =
        find_projects(&memory(files), &[PathBuf::from("/p")], &options).ok()?.into_iter().next()?;
    let settings = Arc::new(Settings::new(Config::default(), None, location.root.clone()));
    Some(FoundProject { location, options, settings })
}

/// The TypeScript and configuration files of every labelled project and example, one list a project.
fn corpora() -> Vec<Files> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut corpora = Vec::new();
    for folder in ["projects", "../examples"] {
        for entry in std::fs::read_dir(root.join(folder)).unwrap() {
            let files = read(&entry.unwrap().path());
            if found(&files).is_some() {
                corpora.push(files);
            }
        }
    }
    corpora.sort();
    assert!(corpora.len() > 20, "only {} projects", corpora.len());
    corpora
}

fn example(name: &str) -> Files {
    read(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name))
}

fn read(project: &Path) -> Files {
    let mut files = Vec::new();
    gather(project, project, &mut files);
    files.sort();
    files
}

fn gather(root: &Path, folder: &Path, files: &mut Files) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for entry in entries {
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
