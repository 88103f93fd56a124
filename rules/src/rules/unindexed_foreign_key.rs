//! Columns that point at another table and that no index begins with.

use lunora_project::index_plan::Demand;
use lunora_project::schema::{Column, Relation, Table};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{relate_table, set};
use crate::fixes::offer_index;
use crate::indexes::proposed;
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "unindexed_foreign_key",
        title: "Foreign key without an index",
        level: Level::Info,
        categories: &[Category::Performance],
        facing: Facing::External,
        description: "A column holds ids of another table, and no index begins with it.",
        docs: include_str!("../../docs/unindexed_foreign_key.md"),
        fix: FixAvailability::Sometimes,
    },
    needs: &[Fact::Schema, Fact::Reads, Fact::Writes],
    check,
};

/// A column that points at another table.
struct ForeignKey<'a> {
    table: &'a Table,
    column: &'a str,
    /// The table that it points at, and the column there.
    references: (&'a str, &'a str),
    relation: Option<&'a Relation>,
    declared: Option<&'a Column>,
}

fn unindexed(context: &RuleContext<'_>, key: &ForeignKey<'_>) -> Option<Finding> {
    let place = key.relation.map(|relation| relation.place).or(key.declared.map(|column| column.place))?;
    let ForeignKey { table, column, references: (target, target_column), .. } = key;
    let subject = format!("|{}|{column}", table.name);
    let mut finding = Finding::new(RULE.metadata, context.location(place), subject);
    let demand = match table.shard_key() {
        // Reads on a shard begin with its key.
        Some(shard_key) if table.leads_with(shard_key) => Demand::new(&[shard_key, column], &[]),
        _ => Demand::new(&[*column], &[]),
    };
    let proposal = proposed(context, table, &demand);
    finding.detail = format!(
        "No index begins with `{}.{column}`, which holds ids of `{target}`: finding the rows that point at one of them reads the whole table.",
        table.name
    );
    finding.remediation =
        format!("{}, unless nothing ever looks rows up by it.", proposal.words(&table.name));
    finding.primary_label = "no index begins with this column".to_owned();
    if let (Some(relation), Some(column)) = (key.relation, key.declared) {
        let message = format!("`{}` reads rows by this column", relation.name);
        let location = context.location(column.place);
        finding.related.push(lunora_report::Related { location, message });
        set(&mut finding, "relation", json!(relation.name));
    }
    if let Some(target) = context.schema().table(target) {
        relate_table(context, &mut finding, target, format!("`{}` is declared here", target.name));
    }
    set(&mut finding, "table", json!(table.name));
    set(&mut finding, "fkColumn", json!(column));
    set(&mut finding, "kind", json!(if key.relation.is_some() { "relation" } else { "id" }));
    set(&mut finding, "references", json!({ "table": target, "column": target_column }));
    set(&mut finding, "suggestedIndex", json!({ "name": proposal.name, "fields": proposal.fields }));
    offer_index(context, &mut finding, table, &proposal, &[]);
    Some(finding)
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    let tables = &context.schema().tables;
    for table in tables.iter().filter(|table| table.has_all_indexes && !table.is_opaque) {
        for key in foreign_keys(table) {
            let is_of_many = key.relation.is_none()
                && tables.iter().any(|parent| declares_many(parent, table, key.column));
            if !is_of_many && !is_covered(table, key.column) {
                findings.extend(unindexed(context, &key));
            }
        }
    }
}

/// The foreign keys of a table: those of its `one` relations, then its other id columns.
fn foreign_keys(table: &Table) -> Vec<ForeignKey<'_>> {
    let mut keys: Vec<ForeignKey<'_>> = Vec::new();
    for relation in table.relations.iter().filter(|relation| !relation.is_many) {
        let (Some((column, _)), Some((target, _))) = (&relation.field, &relation.target) else { continue };
        let is_new = keys.iter().all(|key| key.column != column);
        if is_new && column != "_id" && !target.starts_with('_') && table.has_column(column) != Some(false) {
            let target_column = relation.references.as_ref().map_or("_id", |(name, _)| name);
            keys.push(ForeignKey {
                table,
                column,
                references: (target, target_column),
                relation: Some(relation),
                declared: table.column(column),
            });
        }
    }
    for column in &table.columns {
        let Some((target, _)) = &column.references else { continue };
        if keys.iter().all(|key| key.column != column.name) && !target.starts_with('_') {
            keys.push(ForeignKey {
                table,
                column: &column.name,
                references: (target, "_id"),
                relation: None,
                declared: Some(column),
            });
        }
    }
    keys
}

/// Whether a parent loads rows of a table by this column: `unindexed_relation_target` speaks of it then.
fn declares_many(parent: &Table, table: &Table, column: &str) -> bool {
    parent.relations.iter().any(|relation| {
        relation.is_many
            && relation.target.as_ref().is_some_and(|(target, _)| *target == table.name)
            && relation.field.as_ref().is_some_and(|(field, _)| field == column)
    })
}

/// Whether rows can be found by a column: an index begins with it, or with the shard's key and then it, or it is that key.
pub(super) fn is_covered(table: &Table, column: &str) -> bool {
    let shard_key = table.shard_key();
    let has_unreadable_key = table.is_sharded() && shard_key.is_none();
    shard_key == Some(column)
        || has_unreadable_key
        || table.ordered_indexes().any(|index| {
            let mut fields = index.fields.iter().map(|field| field.name.as_str());
            let first = fields.next();
            let is_unreadable = first.is_none() && !index.has_all_fields;
            is_unreadable
                || first == Some(column)
                || (first.is_some() && first == shard_key && fields.next() == Some(column))
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;
    use crate::testing::findings_of;

    #[test]
    fn ids_that_no_index_begins_with_are_reported() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
import { postId } from "./lib/fields";
export default defineSchema({
  users: defineTable({ name: v.string() }),
  posts: defineTable({
    authorId: v.id("users"),
    editorId: v.optional(v.id("users")),
//  ^^^ INFO unindexed_foreign_key No index begins with `posts.editorId`
    postId,
//  ^^^ unindexed_foreign_key
    secondId: v.id("users").nullable(),
  })
    .index("by_author_second", ["authorId", "secondId"])
    .relations((r) => ({ second: r.one("users", { field: "secondId" }) })),
//                       ^^^ unindexed_foreign_key No index begins with `posts.secondId`
});
//- /lunora/lib/fields.ts
import { v } from "@lunora/server";
export const postId = v.id("posts");
"#,
        );
    }

    #[test]
    fn covered_columns_are_silent() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
import { columns } from "some-package";
export default defineSchema({
  orgs: defineTable({ name: v.string(), file: v.id("_storage") }).relations((r) => ({ teams: r.many("teams", { field: "orgId" }) })),
  teams: defineTable({ orgId: v.id("orgs") }),
  users: defineTable({ orgId: v.id("orgs"), bossId: v.id("users"), deskId: v.id("desks").unique(), list: v.array(v.id("users")) })
    .shardBy("orgId")
    .index("by_org_boss", ["orgId", "bossId"]),
  desks: defineTable({ roomId: v.id("rooms") }).index("any", columns),
  // lunora-advisor-disable-next-line unindexed_foreign_key -- never looked up by it
  rooms: defineTable({ ownerId: v.id("users") }),
});
"#,
        );
    }

    #[test]
    fn the_proposal_follows_the_names_of_the_project() {
        let schema = |index: &str| {
            format!(
                "//- /lunora/schema.ts\nexport default defineSchema({{ posts: defineTable({{ title: v.string(), createdAt: v.number(), authorId: v.id(\"posts\") }}){index} }});"
            )
        };
        let proposed = |index: &str| {
            let findings = findings_of(&RULE, &schema(index));
            findings.first().map(|finding| finding.metadata["suggestedIndex"]["name"].clone())
        };
        assert_eq!(proposed(""), Some("by_author".into()));
        assert_eq!(proposed(".index(\"byTitle\", [\"title\"])"), Some("byAuthor".into()));
        assert_eq!(proposed(".index(\"byCreatedAt\", [\"createdAt\"])"), Some("byAuthorId".into()));
        assert_eq!(proposed(".index(\"by_author\", [\"title\"])"), Some("by_authorId".into()));
    }
}
