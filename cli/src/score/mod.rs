//! The health map: what each procedure scores, in the format of Lunora's own advisor.

mod compare;
mod exempt;
mod map;
mod sensitivity;

use std::collections::{BTreeMap, BTreeSet};

use lunora_check::{FoundProject, Judged, paths};
use lunora_project::{Procedure, ProcedureId, ProcedureKind, Visibility};
use lunora_report::{Level, Reported};

pub(crate) use compare::{Comparison, compare};
pub(crate) use map::{Check, Coverage, HealthMap, MapProcedure, Parsed, parse};
use map::{Project, Sensitivity, Summary};

/// What a project scores.
pub(crate) fn score(project: &FoundProject, judged: &Judged) -> HealthMap {
    let linked = &judged.analysis.project;
    let lunora_dir = paths::relative(&project.location.root, &project.location.lunora_dir);
    let mut rows: BTreeMap<String, MapProcedure> = BTreeMap::new();
    for (id, procedure) in (0..).map(ProcedureId).zip(&linked.procedures) {
        let file = lunora_path(&linked.file(procedure.file).relative, &lunora_dir);
        if let Some(row) = row(judged, id, procedure, file) {
            rows.entry(row.id.clone()).or_insert(row);
        }
    }
    let mut fired = Fired::default();
    for reported in judged.findings.iter().filter(|reported| reported.is_shown()) {
        let file = lunora_path(judged.relative(reported.finding.primary.file), &lunora_dir);
        let id = reported.finding.export_name.as_ref().map(|name| format!("{file}#{name}"));
        fired.add(id.filter(|id| rows.contains_key(id)), reported);
    }
    for (id, row) in &mut rows {
        row.checks = fired.checks(Some(id));
        row.score = points(&row.checks);
        if row.coverage != Coverage::Exempt {
            row.coverage = verdict(row.score);
        }
    }
    let checks = fired.checks(None);
    finish(rows.into_values().collect(), Project { score: points(&checks), checks }, fired.rules.len())
}

/// A file as Lunora names it: relative to its folder, without extension; a file elsewhere keeps its way from the project.
fn lunora_path<'a>(relative: &'a str, lunora_dir: &str) -> &'a str {
    let below = relative.strip_prefix(lunora_dir).and_then(|rest| rest.strip_prefix('/')).unwrap_or(relative);
    let name = below.rfind('/').map_or(0, |slash| slash + 1);
    below.rfind('.').filter(|dot| *dot > name).and_then(|dot| below.get(..dot)).unwrap_or(below)
}

/// The row of a procedure that clients or other procedures call by its export; others have none.
fn row(judged: &Judged, id: ProcedureId, procedure: &Procedure, file: &str) -> Option<MapProcedure> {
    let kind = match procedure.kind {
        ProcedureKind::Query => "query",
        ProcedureKind::Mutation => "mutation",
        ProcedureKind::Action => "action",
        _ => return None,
    };
    let export_name = procedure.export_name.as_ref()?;
    let linked = &judged.analysis.project;
    let sensitivity = Sensitivity::new(sensitivity::reasons(linked, id));
    let is_public = procedure.visibility == Visibility::Public;
    let weight = match (procedure.kind, is_public) {
        (ProcedureKind::Query, _) | (_, false) => 0.5,
        (_, true) => 2.0,
    };
    let exempt_reason = exempt::reason(linked, procedure);
    let weight = if sensitivity.is_high() { weight * 2.0 } else { weight };
    Some(MapProcedure {
        id: format!("{file}#{export_name}"),
        file: file.to_owned(),
        export_name: export_name.to_string(),
        kind: kind.to_owned(),
        visibility: if is_public { "public" } else { "internal" }.to_owned(),
        score: 100,
        coverage: if exempt_reason.is_some() { Coverage::Exempt } else { Coverage::Clean },
        weight: if exempt_reason.is_some() { 0.0 } else { weight },
        sensitivity,
        checks: Vec::new(),
        exempt_reason,
    })
}

/// Which rules fired where; `None` is the project as a whole.
#[derive(Default)]
struct Fired {
    checks: BTreeMap<Option<String>, BTreeMap<&'static str, (Level, usize)>>,
    rules: BTreeSet<&'static str>,
}

impl Fired {
    fn add(&mut self, id: Option<String>, reported: &Reported) {
        let finding = &reported.finding;
        let (level, occurrences) =
            self.checks.entry(id).or_default().entry(finding.rule.name).or_insert((finding.level, 0));
        *level = finding.level.max(*level);
        *occurrences += 1;
        self.rules.insert(finding.rule.name);
    }

    fn checks(&self, id: Option<&String>) -> Vec<Check> {
        let checks = self.checks.get(&id.cloned()).into_iter().flatten();
        checks
            .map(|(name, (level, occurrences))| Check {
                name: (*name).to_owned(),
                level: level.as_str().to_owned(),
                occurrences: *occurrences,
                weight: cost(*level),
            })
            .collect()
    }
}

fn cost(level: Level) -> u32 {
    match level {
        Level::Error => 20,
        Level::Warn => 10,
        Level::Info => 5,
    }
}

fn points(checks: &[Check]) -> u32 {
    100_u32.saturating_sub(checks.iter().map(|check| check.weight).sum())
}

fn verdict(score: u32) -> Coverage {
    match score {
        100 => Coverage::Clean,
        50..100 => Coverage::Warned,
        _ => Coverage::Failing,
    }
}

fn finish(procedures: Vec<MapProcedure>, project: Project, rules_fired: usize) -> HealthMap {
    let weight: f64 = procedures.iter().map(|row| row.weight).sum();
    let project_weight = (weight * 0.2).max(1.0);
    let sum: f64 = procedures.iter().map(|row| f64::from(row.score) * row.weight).sum();
    let mean = (sum + f64::from(project.score) * project_weight) / (weight + project_weight);
    let score = rounded(mean);
    let count = |coverage| procedures.iter().filter(|row| row.coverage == coverage).count();
    let summary = Summary {
        procedures: procedures.len(),
        clean: count(Coverage::Clean),
        warned: count(Coverage::Warned),
        failing: count(Coverage::Failing),
        exempt: count(Coverage::Exempt),
        rules_fired,
    };
    HealthMap {
        version: map::VERSION,
        generated_at: map::EPOCH.to_owned(),
        score,
        grade: grade(score).to_owned(),
        summary,
        project,
        procedures,
    }
}

/// A mean of scores is never negative and never above 100.
fn rounded(mean: f64) -> u32 {
    (0..=100).find(|score| mean < f64::from(*score) + 0.5).unwrap_or(100)
}

fn grade(score: u32) -> &'static str {
    match score {
        90.. => "excellent",
        70.. => "good",
        50.. => "needs-work",
        _ => "at-risk",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(name: &str, weight: u32) -> Check {
        Check { name: name.to_owned(), level: String::new(), occurrences: 1, weight }
    }

    fn procedure(score: u32, weight: f64) -> MapProcedure {
        MapProcedure {
            id: String::new(),
            file: String::new(),
            export_name: String::new(),
            kind: "query".to_owned(),
            visibility: "public".to_owned(),
            score,
            coverage: verdict(score),
            weight,
            sensitivity: Sensitivity::new(Vec::new()),
            checks: Vec::new(),
            exempt_reason: None,
        }
    }

    #[test]
    fn three_errors_fail_a_procedure_and_one_leaves_it_warned() {
        assert_eq!(verdict(points(&[check("a", 20)])), Coverage::Warned);
        assert_eq!(verdict(points(&[check("a", 20), check("b", 20), check("c", 20)])), Coverage::Failing);
        assert_eq!(points(&vec![check("a", 20); 7]), 0);
    }

    #[test]
    fn the_score_is_the_mean_by_weight_with_a_sixth_for_the_project() {
        let clean = Project { score: 100, checks: Vec::new() };
        let poor = Project { score: 40, checks: Vec::new() };
        assert_eq!(finish(Vec::new(), clean.clone(), 0).score, 100);
        assert_eq!(finish(vec![procedure(80, 10.0)], clean, 0).score, 83);
        assert_eq!(finish(vec![procedure(100, 10.0)], poor, 0).score, 90);
        assert_eq!(
            [90, 89, 70, 69, 50, 49].map(grade),
            ["excellent", "good", "good", "needs-work", "needs-work", "at-risk"]
        );
        assert_eq!([0.4, 0.5, 99.5, 100.0].map(rounded), [0, 1, 100, 100]);
    }

    #[test]
    fn files_are_named_as_lunora_does() {
        assert_eq!(lunora_path("lunora/admin/users.ts", "lunora"), "admin/users");
        assert_eq!(lunora_path("src/a.b.tsx", "lunora"), "src/a.b");
    }
}
