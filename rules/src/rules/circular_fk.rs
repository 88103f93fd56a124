//! Tables whose rows need each other to exist.

use std::collections::{BTreeMap, BTreeSet};

use lunora_project::Place;
use lunora_project::schema::{Relation, Schema, Table};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, Related, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::set;
use crate::rule::{Fact, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "circular_fk",
        title: "Circular foreign keys",
        level: Level::Warn,
        categories: &[Category::Schema],
        facing: Facing::Internal,
        description: "Required foreign keys of two or more tables lead round in a circle.",
        docs: include_str!("../../docs/circular_fk.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Schema],
    check,
};

/// More cycles than anybody mends one by one; the last finding says that there are more.
const MOST_CYCLES: usize = 100;

/// A required foreign key from one table to another.
#[derive(Clone, Copy)]
struct Edge<'a> {
    column: &'a str,
    /// The relation's property, or the column's.
    place: Place,
}

/// The first required foreign key from each table to each other one.
type Edges<'a> = BTreeMap<&'a str, BTreeMap<&'a str, Edge<'a>>>;

fn circular(context: &RuleContext<'_>, edges: &Edges<'_>, cycle: &[&str]) -> Option<Finding> {
    let next = cycle.iter().skip(1).chain(cycle.first());
    let hops: Vec<(&str, &str, Edge<'_>)> = cycle
        .iter()
        .zip(next)
        .filter_map(|(from, to)| Some((*from, *to, *edges.get(from)?.get(to)?)))
        .collect();
    let (first, others) = hops.split_first()?;
    let location = context.location(first.2.place);
    let subject = format!("|{}", cycle.join("|"));
    let mut finding = Finding::new(RULE.metadata, location, subject);
    let needs: Vec<String> = hops
        .iter()
        .map(|(from, to, edge)| format!("`{from}.{}` needs a row of `{to}`", edge.column))
        .collect();
    finding.detail = format!(
        "{}: none of them can get its first row, and none can be deleted before the others.",
        prose(&needs)
    );
    finding.remediation = format!(
        "Make one of these columns `v.optional(…)`, for instance `{}.{}`, and set it once both rows exist.",
        first.0, first.2.column
    );
    finding.primary_label = format!("`{}` leads back here", first.1);
    for (from, to, edge) in others {
        finding.related.push(Related {
            location: context.location(edge.place),
            message: format!("`{from}.{}` leads on to `{to}`", edge.column),
        });
    }
    let path: Vec<&str> = cycle.iter().chain(cycle.first()).copied().collect();
    set(&mut finding, "cycle", json!(cycle));
    set(&mut finding, "tables", json!(cycle));
    set(&mut finding, "path", json!(path.join(" -> ")));
    Some(finding)
}

fn check(context: &RuleContext<'_>, findings: &mut Vec<Finding>) {
    let edges = required_edges(context.schema());
    let mut search = Search {
        edges: &edges,
        cycles: Vec::new(),
    };
    for start in edges.keys() {
        search.extend(&mut vec![start]);
    }
    let has_more = search.cycles.len() > MOST_CYCLES;
    let shown = search.cycles.iter().take(MOST_CYCLES);
    let mut reported: Vec<Finding> = shown
        .filter_map(|cycle| circular(context, &edges, cycle))
        .collect();
    if has_more && let Some(last) = reported.last_mut() {
        last.note = Some(format!(
            "There are more than {MOST_CYCLES} cycles; the others are not listed."
        ));
    }
    findings.append(&mut reported);
}

/// A search for cycles whose first table is the smallest by name, so that each is found once.
struct Search<'a> {
    edges: &'a Edges<'a>,
    cycles: Vec<Vec<&'a str>>,
}

impl<'a> Search<'a> {
    /// Adds the cycles that begin with a path. A table from which the start can't be reached any more is not entered, so that no work
    /// is done in vain.
    fn extend(&mut self, path: &mut Vec<&'a str>) {
        let (Some(&start), Some(&last)) = (path.first(), path.last()) else {
            return;
        };
        let edges = self.edges;
        for &next in edges.get(last).into_iter().flat_map(BTreeMap::keys) {
            if self.cycles.len() > MOST_CYCLES {
                return;
            }
            if next == start {
                self.cycles.push(path.clone());
            } else if next > start && !path.contains(&next) && self.leads_back(next, path) {
                path.push(next);
                self.extend(path);
                path.pop();
            }
        }
    }

    fn leads_back(&self, from: &'a str, path: &[&'a str]) -> bool {
        let Some(&start) = path.first() else {
            return false;
        };
        let mut seen: BTreeSet<&str> = BTreeSet::from([from]);
        let mut open = vec![from];
        while let Some(table) = open.pop() {
            for &next in self.edges.get(table).into_iter().flat_map(BTreeMap::keys) {
                if next == start {
                    return true;
                }
                if next > start && !path.contains(&next) && seen.insert(next) {
                    open.push(next);
                }
            }
        }
        false
    }
}

fn required_edges(schema: &Schema) -> Edges<'_> {
    let mut edges = Edges::new();
    let mut add = |from: &'a_, to: &'a_, edge| {};
    for table in &schema.tables {}
    edges
}
