//! `many` relations whose rows no index can find.

use lunora_project::index_plan::Demand;
use lunora_project::schema::{Relation, Table, Tier};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, Related, RuleMetadata};
use rustc_hash::FxHashSet;
use serde_json::json;

use super::unindexed_foreign_key::is_covered;
use crate::context::RuleContext;
use crate::findings::{relate_table, set};
use crate::fixes::offer_index;
use crate::indexes::proposed;
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "unindexed_relation_target",
        title: "Relation target without an index",
        level: Level::Info,
        categories: &[Category::Performance],
        facing: Facing::External,
        description: "A `many` relation finds its rows by a column that no index of their table begins with.",
        docs: include_str!("../../docs/unindexed_relation_target.md"),
        fix: FixAvailability::Sometimes,
    },
    needs: &[Fact::Schema, Fact::Reads, Fact::Writes],
    check,
};

fn unindexed(
    context: &RuleContext<'_>,
    parent: &Table,
    relation: &Relation,
    target: &Table,
    column: &str,
) -> Finding {
    let location = context.location(relation.place);
    let subject = format!("|{}|{}|{}.{column}", parent.name, relation.name, target.name);
    let mut finding = Finding::new(RULE.metadata, location, subject);
    let demand = match target.shard_key() {
        // Reads on a shard begin with its key.
        Some(shard_key) if target.leads_with(shard_key) => Demand::new(&[shard_key, column], &[]),
        _ => Demand::new(&[column], &[]),
    };
    let proposal = proposed(context, target, &demand);
    let extent = match target.tier {
        Tier::Root => format!("all of `{}`", target.name),
        Tier::Sharded(_) => format!("all of `{}` in the shard", target.name),
        Tier::Global => format!("all of `{}` in the global database", target.name),
    };
    finding.detail = format!(
        "`{}.{}` finds its rows by `{}.{column}`, and no index begins with that: each time it is loaded, {extent} is read.",
        parent.name, relation.name, target.name
    );
    finding.remediation = format!("{}.", proposal.words(&target.name));
    finding.primary_label = format!("no index of `{}` begins with `{column}`", target.name);
    match target.column(column) {
        Some(declared) => finding.related.push(Related {
            location: context.location(declared.place),
            message: "the column that rows are found by".to_owned(),
        }),
        None => relate_table(context, &mut finding, target, format!("`{}` is declared here", target.name)),
    }
    let referenced = relation.references.as_ref();
    let referenced = referenced.map_or("_id", |(name, _)| name);
    set(&mut finding, "table", json!(target.name));
    set(&mut finding, "fkColumn", json!(column));
    set(&mut finding, "relation", json!(relation.name));
    set(&mut finding, "references", json!({ "table": parent.name, "column": referenced }));
    set(&mut finding, "suggestedIndex", json!({ "name": proposal.name, "fields": proposal.fields }));
    offer_index(context, &mut finding, target, &proposal, &[]);
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    for parent in &context.schema().tables {
        // Two relations of one parent over one column want the same index for the same reason.
        let mut seen: FxHashSet<(&str, &str)> = FxHashSet::default();
        for relation in parent.relations.iter().filter(|relation| relation.is_many) {
            let (Some((target, _)), Some((column, _))) = (&relation.target, &relation.field) else {
                continue;
            };
            let Some(target) = context.schema().table(target) else {
                continue;
            };
            if is_judged(target, column) && !is_covered(target, column) && seen.insert((&target.name, column))
            {
                findings.push(unindexed(context, parent, relation, target, column));
            }
        }
    }
}

/// Whether this rule speaks of a column, rather than `unindexed_foreign_key` or a rule about unknown names.
fn is_judged(target: &Table, column: &str) -> bool {
    let declares_one = target.relations.iter().any(|relation| {
        !relation.is_many && relation.field.as_ref().is_some_and(|(field, _)| field == column)
    });
    column != "_id"
        && !declares_one
        && !target.is_opaque
        && target.has_all_indexes
        && target.has_all_relations
        && target.has_column(column) != Some(false)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn rows_that_no_index_finds_are_reported() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
import { rooms } from "./rooms";
export default defineSchema({
  buildings: defineTable({ name: v.string() }).relations((r) => ({
    rooms: r.many("rooms", { field: "buildingId" }),
//  ^^^ INFO unindexed_relation_target `buildings.rooms` finds its rows by `rooms.buildingId`
    largeRooms: r.many("rooms", { field: "buildingId" }),
    doors: r.many("doors", { field: "buildingId" }),
//  ^^^ unindexed_relation_target `buildings.doors` finds its rows by `doors.buildingId`, and no index begins with that: each time it is loaded, all of `doors` in the shard
  })),
  floors: defineTable({ name: v.string() }).relations((r) => ({ rooms: r.many("rooms", { field: "buildingId" }) })),
//                                                              ^^^ unindexed_relation_target
  rooms,
  doors: defineTable({ orgId: v.string(), buildingId: v.string() }).shardBy("orgId").index("by_org", ["orgId"]),
});
//- /lunora/rooms.ts
import { defineTable, v } from "@lunora/server";
export const rooms = defineTable({ buildingId: v.id("buildings"), size: v.number() }).index("by_size", ["size", "buildingId"]);
"#,
        );
    }

    #[test]
    fn covered_owned_and_unreadable_columns_are_silent() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
import { FIELDS, plain } from "some-package";
export default defineSchema({
  buildings: defineTable({ name: v.string() }).relations((r) => ({
    rooms: r.many("rooms", { field: "buildingId" }),
    doors: r.many("doors", { field: "buildingId" }),
    keys: r.many("keys", { field: "buildingId" }),
    plans: r.many("plans", { field: "buildingId" }),
    owners: r.many("owners", { field: "buildingId" }),
    plain: r.many("plain", { field: "buildingId" }),
    self: r.many("buildings", { field: "_id" }),
    ghosts: r.many("ghosts", { field: "buildingId" }),
    lost: r.many("keys", { field: "noSuchColumn" }),
    // lunora-advisor-disable-next-line unindexed_relation_target -- only for the types
    types: r.many("types", { field: "buildingId" }),
  })),
  rooms: defineTable({ buildingId: v.id("buildings") }).index("by_building", ["buildingId"]),
  doors: defineTable({ orgId: v.string(), buildingId: v.string() }).shardBy("orgId").index("by_both", ["orgId", "buildingId"]),
  keys: defineTable({ buildingId: v.string().unique() }),
  plans: defineTable({ buildingId: v.id("buildings") }).relations((r) => ({ building: r.one("buildings", { field: "buildingId" }) })),
  owners: defineTable({ buildingId: v.string() }).index("by_any", FIELDS),
  plain: plain({ buildingId: v.string() }),
  types: defineTable({ buildingId: v.string() }),
});
"#,
        );
    }
}
