//! Tables whose rows need each other to exist.

use std::collections::{BTreeMap, BTreeSet};

use lunora_project::Place;
use lunora_project::schema::{Relation, Schema, Table};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, Related, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::set;
use crate::rule::{Fact, Findings, Rule};

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
    finding.detail = format!("{}: none of these tables can get its first row.", prose(&needs));
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

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    let edges = required_edges(context.schema());
    let mut search = Search { edges: &edges, cycles: Vec::new() };
    for start in edges.keys() {
        search.extend(&mut vec![start]);
    }
    let has_more = search.cycles.len() > MOST_CYCLES;
    let shown = search.cycles.iter().take(MOST_CYCLES);
    let mut reported: Vec<Finding> = shown.filter_map(|cycle| circular(context, &edges, cycle)).collect();
    if has_more && let Some(last) = reported.last_mut() {
        last.note = Some(format!("There are more than {MOST_CYCLES} cycles; the others are not listed."));
    }
    findings.extend(reported);
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
    for table in &schema.tables {
        // Of several ways to say the same foreign key, the owner's relation says it best, the other side's least.
        let ones = relations(schema, table, false);
        let columns = table.columns.iter().filter_map(|column| {
            let (target, _) = column.references.as_ref()?;
            Some((table, schema.table(target)?, column.name.as_str(), column.place))
        });
        for (holder, target, column, place) in ones.chain(columns) {
            add(&mut edges, holder, target, Edge { column, place });
        }
    }
    for table in &schema.tables {
        for (owner, target, column, place) in relations(schema, table, true) {
            add(&mut edges, target, owner, Edge { column, place });
        }
    }
    edges
}

fn relations<'a>(
    schema: &'a Schema,
    table: &'a Table,
    is_many: bool,
) -> impl Iterator<Item = (&'a Table, &'a Table, &'a str, Place)> {
    let of_kind = move |relation: &&Relation| relation.is_many == is_many;
    table.relations.iter().filter(of_kind).filter_map(move |relation| {
        let (target, _) = relation.target.as_ref()?;
        let (column, _) = relation.field.as_ref()?;
        Some((table, schema.table(target)?, column.as_str(), relation.place))
    })
}

fn add<'a>(edges: &mut Edges<'a>, holder: &'a Table, target: &'a Table, edge: Edge<'a>) {
    if holder.name != target.name && is_required(holder, edge.column) {
        let targets = edges.entry(&holder.name).or_default();
        targets.entry(&target.name).or_insert(edge);
    }
}

/// Whether a row surely needs a value in a column. A column that could not be read may hold anything.
fn is_required(table: &Table, column: &str) -> bool {
    table.column(column).is_some_and(|column| {
        let kinds = match column.kind.as_deref() {
            Some("union") => column.alternatives.iter().map(String::as_str).collect(),
            kind => Vec::from_iter(kind),
        };
        let is_plain =
            !kinds.is_empty() && !kinds.iter().any(|kind| matches!(*kind, "any" | "from" | "null"));
        is_plain && !column.is_optional && !column.is_nullable
    })
}

/// Clauses as one sentence.
fn prose(clauses: &[String]) -> String {
    match clauses {
        [] => String::new(),
        [only] => only.clone(),
        [first @ .., last] => format!("{}, and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, findings_of};

    #[test]
    fn circles_of_required_keys_are_reported_once() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
import { users } from "./users";
export default defineSchema({
  orgs: defineTable({ name: v.string() }).relations((r) => ({ teams: r.many("teams", { field: "orgKey" }) })),
  teams: defineTable({ orgKey: v.string(), leadId: v.id("users"), backupId: v.id("users") })
    .relations((r) => ({ lead: r.one("users", { field: "leadId" }) })),
//                       ^^^ WARN circular_fk `teams.leadId` needs a row of `users`, and `users.teamId` needs a row of `teams`
  users,
  a: defineTable({ bId: v.id("b") }),
//                 ^^^ circular_fk `a.bId` needs a row of `b`, `b.cKey` needs a row of `c`, and `c.aId` needs a row of `a`
  b: defineTable({ cKey: v.string() }),
  c: defineTable({ aId: v.id("a") }).relations((r) => ({ bs: r.many("b", { field: "cKey" }) })),
});
//- /lunora/users.ts
import { defineTable, v } from "@lunora/server";
export const users = defineTable({ teamId: v.id("teams") });
"#,
        );
    }

    #[test]
    fn open_chains_and_keys_that_may_be_empty_are_silent() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
import { columns } from "some-package";
export default defineSchema({
  users: defineTable({ teamId: v.optional(v.id("teams")), bossId: v.id("users") })
    .relations((r) => ({ team: r.one("teams", { field: "teamId" }) })),
  teams: defineTable({ leadId: v.id("users") }),
  a: defineTable({ bId: v.id("b").nullable() }),
  b: defineTable({ aId: v.id("a") }),
  c: defineTable({ dId: v.union(v.id("d"), v.null()) }).relations((r) => ({ d: r.one("d", { field: "dId" }) })),
  d: defineTable({ cId: v.id("c"), all: v.array(v.id("c")) }),
  e: defineTable({ fId: columns.f }).relations((r) => ({ f: r.one("f", { field: "fId" }) })),
  f: defineTable({ eId: v.id("e") }),
  // lunora-advisor-disable-next-line circular_fk -- ids are made by the client
  g: defineTable({ hId: v.id("h") }),
  h: defineTable({ gId: v.id("g") }),
});
"#,
        );
    }

    #[test]
    fn many_circles_are_cut_off_and_the_last_finding_says_so() {
        let names: Vec<String> = (0..8).map(|number| format!("t{number}")).collect();
        let tables: Vec<String> = names
            .iter()
            .map(|name| {
                let others = names.iter().filter(|other| *other != name);
                let columns: Vec<String> =
                    others.map(|other| format!("{other}Id: v.id(\"{other}\")")).collect();
                format!("{name}: defineTable({{ {} }})", columns.join(", "))
            })
            .collect();
        let schema =
            format!("//- /lunora/schema.ts\nexport default defineSchema({{ {} }});\n", tables.join(", "));
        let findings = findings_of(&RULE, &schema);
        assert_eq!(findings.len(), MOST_CYCLES);
        assert!(findings.last().is_some_and(|last| last.note.is_some()));
        assert_eq!(findings[0].metadata["path"], "t0 -> t1 -> t0");
    }
}
