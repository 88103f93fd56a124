//! Names of tables that the schema does not declare.

use lunora_project::Place;
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata, nearest};
use rustc_hash::FxHashSet;
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{Operation, operation_finding, set};
use crate::fixes::use_name;
use crate::reads::{NameError, is_unknown_table};
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "unknown_table",
        title: "Unknown table",
        level: Level::Error,
        categories: &[Category::Schema],
        facing: Facing::External,
        description: "A read, a write, an id or a migration names a table that the schema does not declare.",
        docs: include_str!("../../docs/unknown_table.md"),
        fix: FixAvailability::Sometimes,
    },
    needs: &[Fact::Schema, Fact::Reads, Fact::Writes, Fact::Procedures, Fact::Ids],
    check,
};

/// Where an unknown name is used, and what happens there.
fn consequence(use_of_name: &str) -> &'static str {
    match use_of_name {
        "read" => "the read throws when it runs",
        "write" => "the write throws when it runs",
        "id" => "no id can ever belong to it",
        _ => "the migration never finds a row",
    }
}

fn describe(context: &RuleContext<'_>, finding: &mut Finding, place: Place, name: &str, use_of_name: &str) {
    finding.detail = format!("There is no table `{name}` in the schema: {}.", consequence(use_of_name));
    let known = context.schema().tables.iter().map(|table| table.name.as_str());
    let meant = nearest(name, known);
    finding.remediation = meant.map_or_else(
        || format!("Declare `{name}` in the schema, or name a table that it declares."),
        |meant| format!("Write `{meant}`, which the schema declares, or declare `{name}`."),
    );
    finding.primary_label = meant.map_or_else(
        || "no such table".to_owned(),
        |meant| format!("no such table; did you mean `{meant}`?"),
    );
    set(finding, "table", json!(name));
    set(finding, "use", json!(use_of_name));
    if let Some(meant) = meant {
        set(finding, "nearest", json!(meant));
        finding.fixes.extend(use_name(context, place, name, meant));
    }
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    let project = context.project;
    // A name that is held in a const is wrong once, however many operations use it.
    let mut seen: FxHashSet<Place> = FxHashSet::default();
    for id in project.id_tables.iter() {
        if let Some(place) = id.place
            && is_unknown_table(context.schema(), &id.name)
            && seen.insert(place)
        {
            let subject = format!("|{}|id", id.name);
            let mut finding = Finding::new(RULE.metadata, context.location(place), subject);
            describe(context, &mut finding, place, &id.name, "id");
            findings.push(finding);
        }
    }
    for procedure in &project.procedures {
        let Some((name, place)) = &procedure.table else { continue };
        let place = place.unwrap_or(procedure.place);
        if procedure.kind == lunora_project::ProcedureKind::Migration
            && is_unknown_table(context.schema(), name)
            && seen.insert(place)
        {
            let subject = format!("{}|{name}", procedure.name);
            let mut finding = Finding::new(RULE.metadata, context.location(place), subject);
            finding.export_name = procedure.export_name.as_ref().map(ToString::to_string);
            describe(context, &mut finding, place, name, "migration");
            findings.push(finding);
        }
    }
    let reads = context.faulty_reads().map(|(read, error)| (Operation::from(read), "read", error));
    let writes = context.faulty_writes().map(|(write, error)| (Operation::from(write), "write", error));
    for (operation, use_of_name, error) in reads.chain(writes) {
        if let NameError::Table { name, place } = error
            && seen.insert(*place)
        {
            let subject = format!("{name}|{use_of_name}");
            let mut finding = operation_finding(context, RULE.metadata, operation, *place, &subject);
            describe(context, &mut finding, *place, name, use_of_name);
            findings.push(finding);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    const SCHEMA: &str = r#"
//- /lunora/schema.ts
export default defineSchema({ posts: defineTable({ title: v.string() }).index("by_title", ["title"]) });
"#;

    #[test]
    fn a_name_without_a_table_is_reported_where_it_is_written() {
        check(
            &RULE,
            &format!(
                "{SCHEMA}{}",
                r#"
//- /lunora/posts.ts
import { query, mutation, v } from "./_generated/server";
import { defineMigration } from "lunorash/server";
const DRAFTS = "drafts";
//             ^^^ ERROR unknown_table There is no table `drafts` in the schema: the read throws
export const fluent = query.query(({ ctx }) => ctx.db.query("post").take(5));
//                                                          ^^^ unknown_table
export const facade = query.query(({ ctx }) => ctx.db.postz.findMany());
//                                                    ^^^ unknown_table
export const held = query.query(async ({ ctx }) => [await ctx.db.query(DRAFTS).take(1), await ctx.db.query(DRAFTS).take(2)]);
export const written = mutation.input({ id: v.id("poosts") }).mutation(async ({ ctx, args }) => {
//                                               ^^^ unknown_table There is no table `poosts` in the schema: no id
  await ctx.db.insert("posts_old", { title: "x" });
//                    ^^^ unknown_table There is no table `posts_old` in the schema: the write
  await ctx.db.patch(args.id, { title: "x" });
});
export const migrated = defineMigration({ id: "1", table: "pots", up: (doc) => doc });
//                                                        ^^^ unknown_table
"#
            ),
        );
    }

    #[test]
    fn system_tables_unreached_code_and_other_databases_are_silent() {
        check(
            &RULE,
            &format!(
                "{SCHEMA}{}",
                r#"
//- /lunora/posts.ts
import { query, v } from "./_generated/server";
import { drizzle } from "drizzle-orm/d1";
export const file = query.input({ id: v.id("_storage") }).query(({ ctx, args }) => ctx.db.system.get("_storage", args.id));
export const other = query.query(async () => await drizzle().db.query("users").collect());
const unused = (ctx) => ctx.db.query("ghosts").collect();
// lunora-advisor-disable-next-line unknown_table -- comes with the next release
export const soon = query.query(({ ctx }) => ctx.db.query("ghosts").take(1));
"#
            ),
        );
    }

    #[test]
    fn a_schema_with_parts_that_could_not_be_read_may_hold_any_table() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
import { tables } from "some-package";
export default defineSchema({ ...tables, posts: defineTable({ title: v.string() }) });
//- /lunora/posts.ts
export const all = query.query(({ ctx }) => ctx.db.query("accounts").take(1));
"#,
        );
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({ posts: defineTable({ title: v.string() }
//- /lunora/posts.ts
export const all = query.query(({ ctx }) => ctx.db.query("accounts").take(1));
"#,
        );
    }

    #[test]
    fn inside_of_an_extension_tables_go_by_their_own_names() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, defineSchemaExtension, v } from "@lunora/server";
const presence = defineSchemaExtension("presence", {
  tables: { rooms: defineTable({ name: v.string() }), visitors: defineTable({ roomId: v.id("rooms") }) },
});
export default defineSchema({ posts: defineTable({ title: v.string() }) }).extend(presence);
//- /lunora/posts.ts
export const rooms = query.query(({ ctx }) => ctx.db.query("presence_rooms").take(1));
export const wrong = query.query(({ ctx }) => ctx.db.query("presence_room").take(1));
//                                                         ^^^ unknown_table
"#,
        );
    }
}
