//! Applying fixes until nothing is left to fix, without trusting them: what breaks a file, leaves its finding where it was or adds
//! another one as grave is taken back.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use lunora_facts::FileId;
use lunora_report::{Applicability, Edit, Fix, Level, Reported, apply_edits, select_fixes};
use lunora_source::{FileSystem, Overlay};

use crate::judging::Judged;
use crate::live::LiveProject;

/// Files as they will be, by their absolute paths.
pub type Buffers = BTreeMap<PathBuf, String>;

/// What is known of a project while it is fixed.
#[derive(Debug)]
pub struct View {
    /// The files that fixes may name, by [`FileId`].
    pub files: Vec<ViewFile>,
    /// Every finding.
    pub findings: Vec<Reported>,
}

/// A file that a fix may change.
#[derive(Clone, Debug)]
pub struct ViewFile {
    pub path: PathBuf,
    pub relative: String,
    pub text: Arc<str>,
    /// Whether it does not parse.
    pub is_broken: bool,
}

/// What came of fixing.
#[derive(Debug, Default)]
pub struct Fixed {
    /// The files that change, with their new texts.
    pub buffers: Buffers,
    /// The titles of the fixes that were applied, in their order.
    pub applied: Vec<String>,
    /// What was taken back, as `file: title`.
    pub taken_back: BTreeSet<String>,
}

/// Applies the fixes that `choose` wants for the findings that are shown. `look` says how the project is with other contents of files.
pub fn fix(
    start: View,
    look: &mut dyn FnMut(&Buffers) -> View,
    choose: &dyn Fn(&Reported) -> Option<Fix>,
) -> Fixed {
    let mut session = Session { view: start, look, fixed: Fixed::default(), refused: BTreeSet::new() };
    let most = rounds(session.view.findings.len());
    for _ in 0..most {
        let candidates = session.candidates(choose);
        if candidates.is_empty() || !session.round(&candidates) {
            break;
        }
    }
    session.fixed
}

/// Applies the fixes that `choose` wants for the findings of a project, which is afterwards known as they leave it. `shared` is what files
/// hold already by what was fixed in other projects; it counts, and is not part of the result unless it changes again.
pub fn fix_project(
    file_system: &dyn FileSystem,
    live: &mut LiveProject,
    shared: &Buffers,
    choose: &dyn Fn(&Judged, &Reported) -> Option<Fix>,
) -> Fixed {
    fix_view(file_system, live, shared, &|judged| view(judged, choose))
}

/// Takes the steps of the index plan of a project, or of one of its tables: as [`fix_project`], with the same care.
pub fn fix_indexes(
    file_system: &dyn FileSystem,
    live: &mut LiveProject,
    shared: &Buffers,
    table: Option<&str>,
    unsafe_too: bool,
) -> Fixed {
    let look = |judged: &Judged| {
        let mut view = view(judged, &|_, _| None);
        let steps = lunora_rules::index_steps(&judged.analysis.project, table).into_iter().map(|finding| {
            let cache_key = format!("{}:{}", finding.rule.name, finding.anchor);
            let mut step =
                Reported { finding: Arc::new(finding), cache_key, suppressed: None, evidence: None };
            let fix = best_fix(&step, unsafe_too);
            keep_fix(&mut step, fix);
            step
        });
        view.findings.extend(steps);
        view
    };
    fix_view(file_system, live, shared, &look)
}

/// Applies the first fix of each finding of a view of a project.
fn fix_view(
    file_system: &dyn FileSystem,
    live: &mut LiveProject,
    shared: &Buffers,
    view: &dyn Fn(&Judged) -> View,
) -> Fixed {
    let mut known = Buffers::new();
    let mut look = |buffers: &Buffers| {
        let mut now = shared.clone();
        now.extend(buffers.clone());
        if now != known {
            show(file_system, live, &known, &now);
            known = now;
        }
        view(live.current())
    };
    let start = look(&Buffers::new());
    let fixed = fix(start, &mut look, &|reported| reported.finding.fixes.first().cloned());
    look(&fixed.buffers);
    fixed
}

/// Lets a project that was seen with some contents of files be seen with others.
fn show(file_system: &dyn FileSystem, live: &mut LiveProject, before: &Buffers, now: &Buffers) {
    let overlay = Overlay::new(file_system, now.iter().map(|(path, text)| (path.clone(), text.as_str())));
    let paths: BTreeSet<&PathBuf> = before.keys().chain(now.keys()).collect();
    let changed = paths.into_iter().filter(|path| before.get(*path) != now.get(*path));
    live.update(&overlay, &changed.cloned().collect::<Vec<_>>());
}

/// How many rounds are tried: each mends at least one finding, and few of those bring another.
fn rounds(findings: usize) -> usize {
    findings + 10
}

/// The first fix of a finding that may be applied unseen; an unsafe one only if that is wanted.
pub fn best_fix(reported: &Reported, unsafe_too: bool) -> Option<Fix> {
    let is_wanted = |fix: &&Fix| unsafe_too || fix.applicability == Applicability::Safe;
    reported.finding.fixes.iter().find(is_wanted).cloned()
}

/// Leaves a finding one fix, or none.
fn keep_fix(reported: &mut Reported, fix: Option<Fix>) {
    Arc::make_mut(&mut reported.finding).fixes = fix.into_iter().collect();
}

/// The project as fixing sees it: of each finding only the fix that is wanted.
fn view(judged: &Judged, choose: &dyn Fn(&Judged, &Reported) -> Option<Fix>) -> View {
    let mut findings = judged.findings.clone();
    for reported in &mut findings {
        let fix = choose(judged, reported);
        keep_fix(reported, fix);
    }
    let files = (0..).map(FileId).map_while(|id| {
        let (path, text) = judged.file(id)?;
        let is_broken = judged.facts(id).is_none_or(|facts| !facts.errors.is_empty());
        let relative = judged.relative(id).to_owned();
        Some(ViewFile { path: path.to_owned(), relative, text: Arc::clone(text), is_broken })
    });
    View { files: files.collect(), findings }
}

struct Session<'a> {
    view: View,
    look: &'a mut dyn FnMut(&Buffers) -> View,
    fixed: Fixed,
    /// Fixes that did harm, by cache key and title.
    refused: BTreeSet<(String, String)>,
}

/// A fix on its way.
#[derive(Clone)]
struct Candidate {
    key: String,
    rule: &'static str,
    file: String,
    level: Level,
    fix: Fix,
}

impl Session<'_> {
    fn candidates(&self, choose: &dyn Fn(&Reported) -> Option<Fix>) -> Vec<Candidate> {
        let all: Vec<Candidate> = self
            .view
            .findings
            .iter()
            .filter(|reported| reported.is_shown())
            .filter_map(|reported| {
                let fix = choose(reported)?;
                let file = self.view.files.get(reported.finding.primary.file.index())?.relative.clone();
                Some(Candidate {
                    key: reported.cache_key.clone(),
                    rule: reported.finding.rule.name,
                    file,
                    level: reported.finding.level,
                    fix,
                })
            })
            .filter(|one| !self.refused.contains(&(one.key.clone(), one.fix.title.clone())))
            .collect();
        let selected = select_fixes(&all.iter().map(|one| &one.fix).collect::<Vec<_>>());
        all.into_iter().zip(selected).filter(|(_, selected)| *selected).map(|(one, _)| one).collect()
    }

    /// Applies all candidates that do no harm; whether there is reason for another round.
    fn round(&mut self, candidates: &[Candidate]) -> bool {
        let refused = self.refused.len();
        let mut accepted: Vec<Candidate> = Vec::new();
        let mut best: Option<(Buffers, View)> = None;
        let mut open: Vec<Vec<Candidate>> = vec![candidates.to_vec()];
        while let Some(chunk) = open.pop() {
            let mut tried = accepted.clone();
            tried.extend(chunk.iter().cloned());
            let outcome = self.attempt(&tried);
            let is_good = outcome.as_ref().is_some_and(|(_, after)| {
                let before = best.as_ref().map_or(&self.view, |(_, view)| view);
                does_good(before, after, &chunk)
            });
            match (is_good, chunk.as_slice()) {
                (true, _) => {
                    accepted = tried;
                    best = outcome;
                }
                (false, [only]) => {
                    self.fixed.taken_back.insert(format!("{}: {}", only.file, only.fix.title));
                    self.refused.insert((only.key.clone(), only.fix.title.clone()));
                }
                (false, several) => {
                    let (left, right) = several.split_at(several.len() / 2);
                    open.push(right.to_vec());
                    open.push(left.to_vec());
                }
            }
        }
        if let Some((buffers, view)) = best {
            self.fixed.buffers = buffers;
            self.fixed.applied.extend(accepted.iter().map(|one| one.fix.title.clone()));
            self.view = view;
        }
        !accepted.is_empty() || self.refused.len() > refused
    }

    /// The files with these fixes applied, and how the project is then.
    fn attempt(&mut self, candidates: &[Candidate]) -> Option<(Buffers, View)> {
        let mut edits: BTreeMap<FileId, Vec<&Edit>> = BTreeMap::new();
        for edit in candidates.iter().flat_map(|one| &one.fix.edits) {
            edits.entry(edit.file).or_default().push(edit);
        }
        let mut buffers = self.fixed.buffers.clone();
        for (id, edits) in edits {
            let file = self.view.files.get(id.index())?;
            buffers.insert(file.path.clone(), apply_edits(&file.text, edits)?);
        }
        let view = (self.look)(&buffers);
        Some((buffers, view))
    }
}

/// Whether the fixes of a chunk did what they are for: every file parses that did, their findings are gone, and nothing as grave is new.
/// Findings are counted, since a fix may change how others are called.
fn does_good(before: &View, after: &View, chunk: &[Candidate]) -> bool {
    let least = chunk.iter().map(|one| one.level).min().unwrap_or(Level::Info);
    let broken: BTreeSet<&PathBuf> =
        before.files.iter().filter(|file| file.is_broken).map(|file| &file.path).collect();
    if after.files.iter().any(|file| file.is_broken && !broken.contains(&file.path)) {
        return false;
    }
    let (was, is) = (counts(before), counts(after));
    let count = |counts: &Counts, rule, file: &str| {
        counts.get(&(rule, file.to_owned())).map_or(0, |levels| levels.values().sum::<usize>())
    };
    let mut fixed: BTreeMap<(&str, &str), usize> = BTreeMap::new();
    for one in chunk {
        *fixed.entry((one.rule, &one.file)).or_default() += 1;
    }
    let are_gone =
        fixed.iter().all(|((rule, file), number)| count(&is, rule, file) + number <= count(&was, rule, file));
    let is_nothing_new = is.iter().all(|(key, levels)| {
        let grave = |counts: &Counts| {
            let levels = counts.get(key).into_iter().flatten();
            levels.filter(|(level, _)| **level >= least).map(|(_, count)| count).sum::<usize>()
        };
        levels.is_empty() || grave(&is) <= grave(&was)
    });
    are_gone && is_nothing_new
}

/// How many findings that are shown there are of a rule in a file, by level.
type Counts = BTreeMap<(&'static str, String), BTreeMap<Level, usize>>;

fn counts(view: &View) -> Counts {
    let mut counts = Counts::new();
    for reported in view.findings.iter().filter(|reported| reported.is_shown()) {
        let finding = &reported.finding;
        let file = view.files.get(finding.primary.file.index()).map(|file| file.relative.clone());
        let levels = counts.entry((finding.rule.name, file.unwrap_or_default())).or_default();
        *levels.entry(finding.level).or_default() += 1;
    }
    counts
}

#[cfg(test)]
mod tests {
    use lunora_facts::{FileFacts, Span};
    use lunora_report::{Finding, Location, ReportFile, RuleMetadata, SuppressionPolicy, settle};

    use super::*;
    use crate::analysis::{rules, unused_suppression};

    const PATH: &str = "/p/a.ts";

    /// A WARN or an ERROR, by its name.
    fn rule(name: &str) -> &'static RuleMetadata {
        rules().into_iter().find(|rule| rule.name == name).expect("a rule")
    }

    /// A project of one file in which each word is a finding, fixed by its other word; `!` breaks the file.
    fn look(words: &[(&str, &str)], buffers: &Buffers, text: &str) -> View {
        let text = buffers.get(&PathBuf::from(PATH)).map_or(text, String::as_str);
        let mut findings = Vec::new();
        for (word, other) in words {
            for (start, _) in text.match_indices(word) {
                let rule = rule(if word.starts_with('w') { "unbounded_collect" } else { "unknown_table" });
                let span = Span::new(start as u32, (start + word.len()) as u32);
                let mut finding = Finding::new(rule, Location::new(FileId(0), span), *word);
                finding.fixes = vec![Fix {
                    title: format!("Write {other}"),
                    applicability: Applicability::Safe,
                    edits: vec![Edit { file: FileId(0), span, new_text: (*other).to_owned() }],
                }];
                findings.push(finding);
            }
        }
        let facts = FileFacts::default();
        let files = [ReportFile { relative: "a.ts", text, facts: &facts }];
        let policy =
            SuppressionPolicy { rule: unused_suppression(), known_rules: &[], is_checked: &|_, _| true };
        let file = ViewFile {
            path: PathBuf::from(PATH),
            relative: "a.ts".to_owned(),
            text: Arc::from(text),
            is_broken: text.contains('!'),
        };
        View { findings: settle(findings, &files, &policy), files: vec![file] }
    }

    fn fixed(text: &str, words: &[(&str, &str)]) -> (String, usize, Vec<String>) {
        let mut look = |buffers: &Buffers| look(words, buffers, text);
        let fixed = fix(look(&Buffers::new()), &mut look, &|reported| best_fix(reported, false));
        let after = fixed.buffers.get(&PathBuf::from(PATH)).map_or(text, String::as_str).to_owned();
        (after, fixed.applied.len(), fixed.taken_back.into_iter().collect())
    }

    #[test]
    fn fixes_apply_until_nothing_is_left() {
        let words = [("e1", "w2"), ("w2", "ok")];
        assert_eq!(fixed("e1 e1 w2", &words), ("ok ok ok".to_owned(), 5, Vec::new()));
    }

    #[test]
    fn fixes_that_touch_come_one_round_later() {
        assert_eq!(fixed("e1e1e1", &[("e1", "ok")]), ("okokok".to_owned(), 3, Vec::new()));
    }

    #[test]
    fn a_fix_that_breaks_the_file_is_taken_back_and_others_stand() {
        let words = [("e1", "ok"), ("e2", "!")];
        let (after, applied, taken_back) = fixed("e1 e2 e1 e1", &words);
        assert_eq!((after.as_str(), applied), ("ok e2 ok ok", 3));
        assert_eq!(taken_back, ["a.ts: Write !"]);
    }

    #[test]
    fn a_fix_that_leaves_its_finding_or_adds_one_as_grave_is_taken_back() {
        assert_eq!(fixed("e1", &[("e1", "e1 ")]).0, "e1");
        assert_eq!(fixed("w1", &[("w1", "e2"), ("e2", "e2 ")]).0, "w1");
        // What is less grave may appear.
        assert_eq!(fixed("e1", &[("e1", "w2"), ("w2", "w2 ")]).0, "w2");
    }

    #[test]
    fn fixes_that_undo_each_other_end() {
        let (after, applied, _) = fixed("e1 e3", &[("e1", "e2"), ("e2", "e1"), ("e3", "ok")]);
        assert!(after.ends_with("ok"), "{after}");
        assert!(applied <= rounds(2) + 1);
    }
}
