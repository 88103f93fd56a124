//! Whether a project became worse since a map was written.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use super::map::{Coverage, HealthMap, MapProcedure, Parsed};

/// What changed between two maps.
#[derive(Clone, PartialEq, Debug, Default, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Comparison {
    pub(crate) comparable: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) reason: Option<&'static str>,
    pub(crate) score_delta: i64,
    /// Procedures whose score fell.
    pub(crate) dropped: Vec<Dropped>,
    /// Procedures that began to fail.
    pub(crate) new_failing: Vec<String>,
    /// Rules that fire more often on a procedure.
    pub(crate) worsened: Vec<Worsened>,
    /// Whether a rule fires more often outside of any procedure.
    pub(crate) project_regressed: bool,
    pub(crate) regressed: bool,
}

/// A procedure whose score fell.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(crate) struct Dropped {
    pub(crate) id: String,
    pub(crate) before: u32,
    pub(crate) after: u32,
}

/// A rule that fires more often on a procedure.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub(crate) struct Worsened {
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) before: usize,
    pub(crate) after: usize,
}

impl Comparison {
    /// Whether the gate is closed.
    pub(crate) fn fails(&self) -> bool {
        !self.comparable || self.regressed
    }
}

/// Compares two maps. A procedure that is gone and one that is new with nothing more to its name are the same one, renamed or moved.
pub(crate) fn compare(before: &Parsed, after: &HealthMap) -> Comparison {
    let Parsed::Map(before) = before else {
        return Comparison { reason: Some("version-mismatch"), ..Comparison::default() };
    };
    let mut comparison = Comparison {
        comparable: true,
        score_delta: i64::from(after.score) - i64::from(before.score),
        project_regressed: !more(&before.project.occurrences(), &after.project.occurrences()).is_empty(),
        ..Comparison::default()
    };
    let known: BTreeMap<&str, &MapProcedure> =
        before.procedures.iter().map(|row| (row.id.as_str(), row)).collect();
    let mut renamed = renamed(before, after);
    for row in after.procedures.iter().filter(|row| row.coverage != Coverage::Exempt) {
        let earlier = known.get(row.id.as_str()).copied().or_else(|| renamed.remove(row.id.as_str()));
        // What was exempt had no score to fall from.
        if earlier.is_some_and(|earlier| earlier.coverage == Coverage::Exempt) {
            continue;
        }
        comparison.add(earlier, row);
    }
    comparison.regressed = comparison.score_delta < 0
        || !comparison.dropped.is_empty()
        || !comparison.new_failing.is_empty()
        || !comparison.worsened.is_empty()
        || comparison.project_regressed;
    comparison
}

impl Comparison {
    fn add(&mut self, earlier: Option<&MapProcedure>, row: &MapProcedure) {
        let id = row.id.clone();
        if let Some(earlier) = earlier.filter(|earlier| row.score < earlier.score) {
            self.dropped.push(Dropped { id: id.clone(), before: earlier.score, after: row.score });
        }
        let has_failed = earlier.is_some_and(|earlier| earlier.coverage == Coverage::Failing);
        if row.coverage == Coverage::Failing && !has_failed {
            self.new_failing.push(id.clone());
        }
        let old = earlier.map(MapProcedure::occurrences).unwrap_or_default();
        self.worsened.extend(
            more(&old, &row.occurrences()).into_iter().map(|(name, before, after)| Worsened {
                id: id.clone(),
                name,
                before,
                after,
            }),
        );
    }
}

/// The rules with more occurrences than before.
fn more(before: &BTreeMap<&str, usize>, after: &BTreeMap<&str, usize>) -> Vec<(String, usize, usize)> {
    after
        .iter()
        .map(|(name, count)| ((*name).to_owned(), before.get(name).copied().unwrap_or(0), *count))
        .filter(|(_, before, after)| after > before)
        .collect()
}

/// What new procedures were called before, by their new ids: the most alike of those that are gone, each once.
fn renamed<'a>(before: &'a HealthMap, after: &'a HealthMap) -> BTreeMap<&'a str, &'a MapProcedure> {
    let ids = |map: &'a HealthMap| map.procedures.iter().map(|row| row.id.as_str()).collect::<BTreeSet<_>>();
    let (old, new) = (ids(before), ids(after));
    let mut gone: Vec<&MapProcedure> =
        before.procedures.iter().filter(|row| !new.contains(row.id.as_str())).collect();
    let mut renamed = BTreeMap::new();
    for row in after.procedures.iter().filter(|row| !old.contains(row.id.as_str())) {
        let likeness = |earlier: &MapProcedure| {
            let is_same = earlier.occurrences() == row.occurrences();
            (is_same, earlier.export_name == row.export_name, earlier.file == row.file)
        };
        let best = gone
            .iter()
            .enumerate()
            .filter(|(_, earlier)| {
                earlier.kind == row.kind
                    && earlier.visibility == row.visibility
                    && more(&earlier.occurrences(), &row.occurrences()).is_empty()
            })
            .max_by(|(left_at, left), (right_at, right)| {
                likeness(left).cmp(&likeness(right)).then(right_at.cmp(left_at))
            })
            .map(|(position, _)| position);
        if let Some(position) = best {
            renamed.insert(row.id.as_str(), gone.remove(position));
        }
    }
    renamed
}

#[cfg(test)]
mod tests {
    use super::super::map::{Check, Project, Sensitivity, Summary};
    use super::*;

    fn procedure(id: &str, rules: &[(&str, usize)]) -> MapProcedure {
        let (file, export_name) = id.split_once('#').expect("an id");
        let checks: Vec<Check> = rules
            .iter()
            .map(|(name, occurrences)| Check {
                name: (*name).to_owned(),
                level: "ERROR".to_owned(),
                occurrences: *occurrences,
                weight: 20,
            })
            .collect();
        let score = super::super::points(&checks);
        MapProcedure {
            id: id.to_owned(),
            file: file.to_owned(),
            export_name: export_name.to_owned(),
            kind: "query".to_owned(),
            visibility: "public".to_owned(),
            score,
            coverage: super::super::verdict(score),
            weight: 0.5,
            sensitivity: Sensitivity::new(Vec::new()),
            checks,
            exempt_reason: None,
        }
    }

    fn map(procedures: Vec<MapProcedure>) -> HealthMap {
        super::super::finish(procedures, Project { score: 100, checks: Vec::new() }, 0)
    }

    fn parsed(map: &HealthMap) -> Parsed {
        super::super::parse(&map.to_text().expect("a text")).expect("what was written can be read")
    }

    fn regressed(before: Vec<MapProcedure>, after: Vec<MapProcedure>) -> bool {
        compare(&parsed(&map(before)), &map(after)).fails()
    }

    #[test]
    fn more_occurrences_of_a_rule_are_a_regression_even_at_the_same_score() {
        let comparison = compare(
            &parsed(&map(vec![procedure("a#f", &[("x", 1)])])),
            &map(vec![procedure("a#f", &[("x", 2)])]),
        );
        assert_eq!((comparison.score_delta, comparison.regressed), (0, true));
        assert_eq!((comparison.worsened[0].before, comparison.worsened[0].after), (1, 2));
        assert!(!regressed(vec![procedure("a#f", &[("x", 2)])], vec![procedure("a#f", &[("x", 1)])]));
    }

    #[test]
    fn a_rename_is_no_regression_and_a_new_finding_is() {
        let before = || vec![procedure("a#f", &[("x", 1)]), procedure("a#g", &[])];
        assert!(!regressed(before(), vec![procedure("a#g", &[]), procedure("b#f", &[("x", 1)])]));
        assert!(!regressed(before(), vec![procedure("a#g", &[]), procedure("a#h", &[("x", 1)])]));
        assert!(regressed(before(), vec![procedure("a#g", &[]), procedure("a#h", &[("y", 1)])]));
        let more = vec![procedure("a#f", &[("x", 1)]), procedure("a#g", &[]), procedure("a#h", &[("x", 1)])];
        assert!(regressed(before(), more));
    }

    #[test]
    fn another_version_cannot_be_compared() {
        let text = map(Vec::new()).to_text().expect("a text").replace("\"version\": 1", "\"version\": 2");
        let other = super::super::parse(&text).expect("a version");
        let comparison = compare(&other, &map(Vec::new()));
        assert!(comparison.fails());
        assert_eq!(comparison.reason, Some("version-mismatch"));
    }

    #[test]
    fn the_file_looks_as_lunora_writes_it() {
        let summary = Summary { procedures: 1, clean: 0, warned: 1, failing: 0, exempt: 0, rules_fired: 0 };
        let map = map(vec![procedure("a#f", &[("x", 1)])]);
        assert_eq!(map.summary, summary);
        insta::assert_snapshot!(map.to_text().expect("a text"));
    }
}
