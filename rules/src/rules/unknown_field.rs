//! Names of columns that the table does not have.

use lunora_project::Place;
use lunora_project::schema::Table;
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata, nearest};
use rustc_hash::FxHashSet;
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{Operation, operation_finding, relate_table, set};
use crate::fixes::use_name;
use crate::reads::{NameError, lacks_field};
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "unknown_field",
        title: "Unknown column",
        level: Level::Error,
        categories: &[Category::Schema],
        facing: Facing::External,
        description: "A range, a where, an order, a selection, a modifier or a shape names a column that the table does not have.",
        docs: include_str!("../../docs/unknown_field.md"),
        fix: FixAvailability::Sometimes,
    },
    needs: &[Fact::Schema, Fact::Reads, Fact::Writes, Fact::Procedures],
    check,
};

fn describe(
    context: &RuleContext<'_>,
    finding: &mut Finding,
    (name, place): (&str, Place),
    table: &Table,
    consequence: &str,
) {
    let columns = table.columns.iter().map(|column| column.name.as_str());
    let meant = nearest(name, columns);
    finding.detail = format!("`{}` has no column `{name}`: {consequence}.", table.name);
    finding.remediation = meant.map_or_else(
        || format!("Name a column of `{}`, or declare `{name}` there.", table.name),
        |meant| format!("Write `{meant}`, or declare `{name}` on `{}`.", table.name),
    );
    finding.primary_label = meant.map_or_else(
        || format!("`{}` has no such column", table.name),
        |meant| format!("no such column; did you mean `{meant}`?"),
    );
    relate_table(context, finding, table, format!("`{}` is declared here", table.name));
    set(finding, "table", json!(table.name));
    set(finding, "field", json!(name));
    if let Some(meant) = meant {
        set(finding, "nearest", json!(meant));
        finding.fixes.extend(use_name(context, place, name, meant));
    }
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    let mut seen: FxHashSet<(Place, String)> = FxHashSet::default();
    let reads = context.faulty_reads().map(|(read, error)| (Operation::from(read), error));
    in_operations(context, reads, IN_READ, &mut seen, findings);
    let writes = context.faulty_writes().map(|(write, error)| (Operation::from(write), error));
    in_operations(context, writes, IN_WRITE, &mut seen, findings);
    in_schema(context, findings);
    in_shapes(context, findings);
}

const IN_READ: &str = "every row lacks it, so the read does not do what it says";
const IN_WRITE: &str = "every row lacks it, so the write does not touch the rows that it means";

fn in_operations<'e>(
    context: &RuleContext<'_>,
    faulty: impl Iterator<Item = (Operation<'e>, &'e NameError)>,
    consequence: &str,
    seen: &mut FxHashSet<(Place, String)>,
    findings: &mut Findings,
) {
    for (operation, error) in faulty {
        let NameError::Field { name, table, place } = error else { continue };
        let Some(table) = context.schema().table(table) else { continue };
        if seen.insert((*place, table.name.clone())) {
            let subject = format!("{}|{name}", table.name);
            let mut finding = operation_finding(context, RULE.metadata, operation, *place, &subject);
            describe(context, &mut finding, (name, *place), table, consequence);
            findings.push(finding);
        }
    }
}

/// Columns that modifiers name: `.shardBy`, `.ttl`, `.ownedBy`.
fn in_schema(context: &RuleContext<'_>, findings: &mut Findings) {
    for table in &context.schema().tables {
        for modifier in &table.modifiers {
            let consequence = match modifier.name.as_str() {
                "shardBy" => "no value of it can tell which shard a row belongs to",
                "ttl" => "no row ever expires",
                "ownedBy" => "no row has an owner",
                _ => continue,
            };
            let Some((name, place)) = &modifier.field else { continue };
            if lacks_field(table, name) {
                let place = place.unwrap_or(modifier.place);
                let subject = format!("|{}|{}|{name}", table.name, modifier.name);
                let mut finding = Finding::new(RULE.metadata, context.location(place), subject);
                describe(context, &mut finding, (name, place), table, consequence);
                findings.push(finding);
            }
        }
    }
}

/// Columns that shapes send and test.
fn in_shapes(context: &RuleContext<'_>, findings: &mut Findings) {
    for procedure in &context.project.procedures {
        let Some((table, _)) = &procedure.table else { continue };
        let Some(table) = context.schema().table(table) else { continue };
        let mut seen: FxHashSet<Place> = FxHashSet::default();
        for field in &procedure.fields {
            let place = field.place.unwrap_or(procedure.place);
            if lacks_field(table, &field.name) && seen.insert(place) {
                let subject = format!("{}|{}|{}", procedure.name, table.name, field.name);
                let mut finding = Finding::new(RULE.metadata, context.location(place), subject);
                finding.export_name = procedure.export_name.as_ref().map(ToString::to_string);
                let consequence = format!("the {} never sees it", procedure.kind.word());
                describe(context, &mut finding, (&field.name, place), table, &consequence);
                findings.push(finding);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    const SCHEMA: &str = r#"
//- /lunora/schema.ts
export default defineSchema({
  posts: defineTable({ title: v.string(), author: v.object({ name: v.string() }), extra: v.any() })
    .index("by_title", ["title"])
    .softDelete()
    .relations((r) => ({ comments: r.many("comments", { field: "postId" }) })),
  comments: defineTable({ postId: v.id("posts"), expires: v.number() }).index("by_post", ["postId"]).ttl("expiresAt").shardBy("post"),
  //                                                                                                     ^^^ ERROR unknown_field
  //                                                                                                                          ^^^ unknown_field `comments` has no column `post`
});
//- /lunora/posts.ts
"#;

    #[test]
    fn names_in_reads_writes_and_shapes_are_checked() {
        check(
            &RULE,
            &format!(
                "{SCHEMA}{}",
                r#"
import { defineShape } from "lunorash/server";
import { query, mutation } from "./_generated/server";
import { byTitle } from "./lib/where";
export const range = query.query(({ ctx }) => ctx.db.query("posts").withIndex("by_title", (q) => q.eq("titel", "x")).first());
//                                                                                                    ^^^ unknown_field
export const object = query.query(({ ctx }) => ctx.db.posts.findMany({
  where: { OR: [{ title: "a" }, { titles: "b" }] },
//                                ^^^ unknown_field
  orderBy: [{ created: "desc" }],
//            ^^^ unknown_field
  select: ["title", "body"],
//                  ^^^ unknown_field
  limit: 5,
}));
export const helped = query.query(({ ctx }) => ctx.db.posts.findFirst({ where: byTitle("x") }));
export const bulk = mutation.mutation(({ ctx }) => ctx.db.deleteWhere("posts", { headline: "x" }));
//                                                                               ^^^ unknown_field
export const shape = defineShape({ table: "posts", columns: ["title", "text"], where: () => ({ title: "x" }) });
//                                                                    ^^^ unknown_field
//- /lunora/lib/where.ts
export const byTitle = (title: string) => ({ tittle: title });
//                                           ^^^ unknown_field
"#
            ),
        );
    }

    #[test]
    fn paths_relations_and_columns_of_modifiers_are_known() {
        check(
            &RULE,
            &format!(
                "{SCHEMA}{}",
                r#"
export const nested = query.query(({ ctx }) => ctx.db.posts.findMany({ where: { "author.name": "x", "extra.y": 1 }, select: ["_id", "_creationTime"], limit: 5 }));
export const deleted = query.query(({ ctx }) => ctx.db.posts.findMany({ where: { deletedAt: { gt: 1 } }, includeDeleted: true, limit: 5 }));
export const related = query.query(({ ctx }) => ctx.db.posts.findMany({ where: { comments: { some: { expires: 1 } } }, with: { comments: true }, limit: 5 }));
export const open = query.input({ w: v.any() }).query(({ ctx, args }) => ctx.db.posts.findMany({ where: args.w, limit: 5 }));
// lunora-advisor-disable-next-line unknown_field -- comes with the next release
export const soon = query.query(({ ctx }) => ctx.db.posts.findMany({ where: { soon: 1 }, limit: 5 }));
"#
            ),
        );
    }

    #[test]
    fn columns_that_could_not_be_read_may_have_any_name() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
import { fields } from "some-package";
export default defineSchema({ posts: defineTable({ ...fields(), title: v.string() }).ttl("expiresAt") });
//- /lunora/posts.ts
export const all = query.query(({ ctx }) => ctx.db.posts.findMany({ where: { anything: 1 }, limit: 5 }));
"#,
        );
    }
}
