//! Tables that nothing uses.

use lunora_project::schema::Table;
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::set;
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "unused_table",
        title: "Unused table",
        level: Level::Info,
        categories: &[Category::Schema],
        facing: Facing::Internal,
        description: "No code reads or writes a table, and no relation, shape or id mentions it.",
        docs: include_str!("../../docs/unused_table.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Files, Fact::Schema, Fact::Reads, Fact::Writes, Fact::Procedures, Fact::Ids],
    check,
};

fn unused(context: &RuleContext<'_>, table: &Table) -> Finding {
    let location = context.location(table.place);
    let mut finding = Finding::new(RULE.metadata, location, format!("|{}", table.name));
    let indexes = match table.indexes.len() {
        0 => String::new(),
        1 => " and its index".to_owned(),
        count => format!(" and its {count} indexes"),
    };
    finding.detail = format!(
        "Nothing in the project uses `{}`, yet each database is opened with the table{indexes}.",
        table.name
    );
    finding.remediation = format!(
        "Remove `{0}` from the schema, or mark it `.externallyManaged()` if another system uses it. Rows that it holds stay behind unread.",
        table.name
    );
    finding.primary_label = "never used".to_owned();
    set(&mut finding, "table", json!(table.name));
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    let tables = context.schema().tables.iter();
    findings
        .extend(tables.filter(|table| context.usage.is_unused(table)).map(|table| unused(context, table)));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn only_the_table_that_nothing_mentions_is_reported() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineSchemaExtension, defineTable, v } from "@lunora/server";
const audit = defineSchemaExtension("audit", { tables: { entries: defineTable({ at: v.number() }) } });
export default defineSchema({
  read: defineTable({ at: v.number() }),
  written: defineTable({ at: v.number() }),
  mentioned: defineTable({ at: v.number() }),
  related: defineTable({ at: v.number() }),
  replicated: defineTable({ at: v.number() }),
  migrated: defineTable({ at: v.number(), toId: v.id("mentioned") }).relations((r) => ({ to: r.one("related", { field: "toId" }) })),
  adapter: defineTable({ at: v.number() }).externallyManaged(),
  sourced: defineTable({ at: v.number() }).source({ binding: "PG", query: "select 1" }),
  orphan: defineTable({ at: v.number() }).index("by_at", ["at"]).triggers((t) => ({ log: t.afterInsert((ctx) => ctx.log.info("x")) })),
//^^^ INFO unused_table Nothing in the project uses `orphan`, yet each database is opened with the table and its index.
  // lunora-advisor-disable-next-line unused_table -- the next release fills it
  coming: defineTable({ at: v.number() }),
}).extend(audit);
//- /lunora/code.ts
import { query, mutation } from "./_generated/server";
export const all = query.query(({ ctx }) => ctx.db.query("read").collect());
const nobodyCallsThis = (ctx) => ctx.db.written.insert({ at: 1 });
//- /lunora/shapes.ts
import { defineShape } from "@lunora/server";
export const shape = defineShape({ table: "replicated", where: () => ({}) });
//- /lunora/migrations/one.ts
import { defineMigration } from "@lunora/server";
export default defineMigration({ id: "one", table: "migrated", up: (doc) => doc });
"#,
        );
    }

    #[test]
    fn a_table_by_a_computed_name_may_be_any() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({ orphan: defineTable({ at: v.number() }) });
//- /lunora/code.ts
export const all = query.input({ t: v.string() }).query(({ ctx, args }) => ctx.db.query(args.t).collect());
"#,
        );
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({
  orphan: defineTable({ at: v.number() }),
//^^^ unused_table
});
//- /lunora/code.ts
export const one = query.input({ id: v.string() }).query(({ ctx, args }) => ctx.db.get(args.id));
export const del = mutation.input({ id: v.string() }).mutation(({ ctx, args }) => ctx.db.delete(args.id));
"#,
        );
    }
}
