//! What fixes promise, on every labelled project and example: a fix alone silences its finding, and all of them together come to an end.

#![expect(clippy::unwrap_used, reason = "a test stops where its data is broken")]

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use lunora_check::config::{Config, Settings};
use lunora_check::{
    Buffers, Fixed, FoundProject, Judged, LiveProject, View, ViewFile, analyze, analyze_again, best_fix, fix,
    fix_project, judge, rules,
};
use lunora_facts::FileId;
use lunora_report::{Applicability, Fix, Level, Reported, apply_edits};
use lunora_source::{DiscoveryOptions, Disk, FileSystem, Overlay, find_projects};
use rayon::prelude::*;

#[test]
fn each_safe_fix_alone_silences_its_finding_and_brings_no_other() {
    let outcomes: Vec<(usize, Vec<String>)> = projects().par_iter().map(each_alone).collect();
    let tried: usize = outcomes.iter().map(|(tried, _)| tried).sum();
    let broken: Vec<&String> = outcomes.iter().flat_map(|(_, broken)| broken).collect();
    assert!(broken.is_empty(), "{broken:#?}");
    assert!(tried > 100, "only {tried} safe fixes were tried");
}

#[test]
fn safe_fixes_together_leave_nothing_to_fix_and_nothing_worse() {
    all_together(false);
}

#[test]
fn all_fixes_together_leave_nothing_to_fix_and_nothing_worse() {
    all_together(true);
}

/// Tries every safe fix of a project by itself: how many there were, and what they broke.
fn each_alone(project: &FoundProject) -> (usize, Vec<String>) {
    let before = look(&Disk, project, None, &[]);
    let mut broken = Vec::new();
    let mut tried = 0;
    for reported in before.findings.iter().filter(|reported| reported.is_shown()) {
        for fix in reported.finding.fixes.iter().filter(|fix| fix.applicability == Applicability::Safe) {
            tried += 1;
            let what = format!("{}: {}: {}", project.location.root.display(), reported.cache_key, fix.title);
            let Some(buffers) = applied(&before, fix) else {
                broken.push(format!("{what}: its edits overlap or lie outside of their files"));
                continue;
            };
            let after = look_at(project, &before, &buffers);
            broken.extend(harm(&before, &after, reported).into_iter().map(|harm| format!("{what}: {harm}")));
        }
    }
    (tried, broken)
}

/// What is wrong after the fix of a finding was applied.
fn harm(before: &Judged, after: &Judged, mended: &Reported) -> Vec<String> {
    let mut harms = Vec::new();
    let broken = |judged: &Judged| {
        let files = judged.analysis.tree().files.iter().filter(|file| !file.facts.errors.is_empty());
        files.map(|file| file.relative.clone()).collect::<BTreeSet<_>>()
    };
    harms.extend(broken(after).difference(&broken(before)).map(|file| format!("{file} no longer parses")));
    let shown = |judged: &Judged, least: Level| {
        let findings = judged.findings.iter().filter(|reported| reported.is_shown());
        let grave = findings.filter(|reported| reported.finding.level >= least);
        grave.map(|reported| reported.cache_key.clone()).collect::<BTreeSet<_>>()
    };
    let known = shown(before, Level::Info);
    harms.extend(shown(after, Level::Warn).difference(&known).map(|key| format!("brings {key}")));
    if shown(after, Level::Info).contains(&mended.cache_key) && !has_twin(before, mended) {
        harms.push("leaves its finding".to_owned());
    }
    harms
}

/// Whether another finding is told apart from this one only by its order: when one goes, the other takes its key.
fn has_twin(judged: &Judged, reported: &Reported) -> bool {
    let same = |other: &&Reported| {
        other.finding.rule.name == reported.finding.rule.name
            && other.finding.anchor == reported.finding.anchor
            && other.finding.primary.file == reported.finding.primary.file
    };
    judged.findings.iter().filter(same).count() > 1
}

/// Applies all fixes of each project until none is left, and looks at what came of it.
fn all_together(unsafe_too: bool) {
    let choose = |_: &Judged, reported: &Reported| best_fix(reported, unsafe_too);
    let harms: Vec<String> = projects()
        .par_iter()
        .flat_map_iter(|project| {
            let mut live = LiveProject::open(&Disk, project.clone()).unwrap();
            let before = Judged::clone(live.current());
            let fixed = fix_project(&Disk, &mut live, &Buffers::new(), &choose);
            let after = look_at(project, &before, &fixed.buffers);
            let again = fix_project(&overlay(&fixed.buffers), &mut live, &Buffers::new(), &choose);
            let mut harms = Vec::new();
            if !again.buffers.is_empty() {
                harms.push(format!("a second run changes {:?}", again.buffers.keys()));
            }
            if live.current().findings != after.findings {
                harms.push("what is left differs from what a new look finds".to_owned());
            }
            let worse = [Level::Warn, Level::Error]
                .into_iter()
                .filter(|level| count(&after, *level) > count(&before, *level));
            harms.extend(worse.map(|level| format!("more findings at {level:?} or above than before")));
            let anew = fix_anew(project, &before, &|reported| best_fix(reported, unsafe_too));
            let all =
                |fixed: &Fixed| (fixed.buffers.clone(), fixed.applied.clone(), fixed.taken_back.clone());
            if all(&anew) != all(&fixed) {
                harms.push("each round looked at anew, the fixes come out otherwise".to_owned());
            }
            let root = project.location.root.display().to_string();
            harms.into_iter().map(move |harm| format!("{root}: {harm}"))
        })
        .collect();
    assert!(harms.is_empty(), "{harms:#?}");
}

/// Applies all fixes, where everything is read and linked anew each time that files have other contents.
fn fix_anew(project: &FoundProject, start: &Judged, choose: &dyn Fn(&Reported) -> Option<Fix>) -> Fixed {
    let mut look = |buffers: &Buffers| view(&look(&overlay(buffers), project, None, &[]));
    fix(view(start), &mut look, choose)
}

fn view(judged: &Judged) -> View {
    let files = (0..).map(FileId).map_while(|id| {
        let (path, text) = judged.file(id)?;
        let is_broken = judged.facts(id).is_none_or(|facts| !facts.errors.is_empty());
        let (path, text) = (path.to_owned(), Arc::clone(text));
        Some(ViewFile { path, relative: judged.relative(id).to_owned(), text, is_broken })
    });
    View { files: files.collect(), findings: judged.findings.clone() }
}

fn count(judged: &Judged, least: Level) -> usize {
    judged.findings.iter().filter(|reported| reported.is_shown() && reported.finding.level >= least).count()
}

/// The files as a fix makes them; `None` if its edits can't be applied.
fn applied(judged: &Judged, fix: &Fix) -> Option<Buffers> {
    let files: BTreeSet<FileId> = fix.edits.iter().map(|edit| edit.file).collect();
    let change = |id: FileId| {
        let (path, text) = judged.file(id)?;
        let edits: Vec<_> = fix.edits.iter().filter(|edit| edit.file == id).collect();
        Some((path.to_owned(), apply_edits(text, edits)?))
    };
    files.into_iter().map(change).collect()
}

fn look_at(project: &FoundProject, before: &Judged, buffers: &Buffers) -> Judged {
    let changed: Vec<PathBuf> = buffers.keys().cloned().collect();
    look(&overlay(buffers), project, Some(before), &changed)
}

fn look(
    file_system: &dyn FileSystem,
    project: &FoundProject,
    before: Option<&Judged>,
    changed: &[PathBuf],
) -> Judged {
    let names: Vec<_> = rules().iter().map(|rule| rule.name).collect();
    let analysis = match before {
        Some(before) => analyze_again(file_system, project, before.analysis.tree(), changed),
        None => analyze(file_system, project).unwrap(),
    };
    judge(file_system, project, analysis, &names)
}

fn overlay(buffers: &Buffers) -> Overlay {
    Overlay::over_disk(buffers.iter().map(|(path, text)| (path.clone(), text.as_str())))
}

fn projects() -> Vec<FoundProject> {
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let folders = ["tests/projects", "examples"].map(|folder| repository.join(folder));
    let options = DiscoveryOptions::default();
    let project = |location| FoundProject {
        location,
        options: options.clone(),
        settings: Arc::new(Settings::new(Config::default(), None, repository.clone())),
    };
    find_projects(&Disk, &folders, &options).unwrap().into_iter().map(project).collect()
}
