//! Tables that no code puts rows into.

use lunora_project::schema::Table;
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::set;
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "table_without_insert",
        title: "Table without an insert",
        level: Level::Info,
        categories: &[Category::Schema],
        facing: Facing::Internal,
        description: "Code uses a table that no code of the project inserts into.",
        docs: include_str!("../../docs/table_without_insert.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Files, Fact::Schema, Fact::Reads, Fact::Writes, Fact::Procedures, Fact::Ids],
    check,
};

fn without_insert(context: &RuleContext<'_>, table: &Table) -> Finding {
    let location = context.location(table.place);
    let mut finding = Finding::new(RULE.metadata, location, format!("|{}", table.name));
    finding.detail =
        format!("Nothing in the project inserts into `{}`, so whatever reads it finds no rows.", table.name);
    finding.remediation = format!(
        "Insert into `{0}` somewhere, mark it `.externallyManaged()` if another system fills it, or remove it.",
        table.name
    );
    finding.primary_label = "never inserted into".to_owned();
    set(&mut finding, "table", json!(table.name));
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    for table in &context.schema().tables {
        let is_ours = table.extension.is_none() && !table.is_externally_managed();
        if is_ours
            && context.usage.is_never_inserted(table)
            // Of a table that nothing uses at all, this is the least.
            && context.usage.is_mentioned(table)
        {
            findings.push(without_insert(context, table));
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
  posts: defineTable({ title: v.string() }).index("by_title", ["title"]),
//^^^ table_without_insert
});
//- /lunora/posts.ts
export const one = query.query(({ ctx }) => ctx.db.query("posts").take(1));
"#;

    #[test]
    fn a_table_that_is_only_read_is_reported() {
        check(&RULE, SCHEMA);
        let changed = format!(
            "{SCHEMA}export const change = mutation.input({{ id: v.id(\"posts\") }}).mutation(({{ ctx, args }}) => ctx.db.posts.replace(args.id, {{ title: \"x\" }}));"
        );
        check(&RULE, &changed);
    }

    #[test]
    fn every_way_to_make_a_row_counts() {
        let silent = SCHEMA.replace("//^^^ table_without_insert\n", "");
        for write in [
            "ctx.db.insert(\"posts\", {})",
            "ctx.db.posts.insert({})",
            "ctx.db.insertMany(\"posts\", [])",
            "ctx.db.posts.upsert({ target: [\"title\"], create: {}, update: {} })",
            "ctx.orm.insert(\"posts\").values({})",
            "ctx.db.insert(`posts`, {})",
            "ctx.db.insert(TABLES.posts, {})",
            "put(ctx.db, \"posts\")",
        ] {
            let code = format!(
                "const TABLES = {{ posts: \"posts\" }} as const;\nconst put = (writer, table) => writer.insert(table, {{}});\nexport const make = mutation.mutation(({{ ctx }}) => {write});\n"
            );
            check(&RULE, &format!("{silent}{code}"));
        }
    }

    #[test]
    fn nothing_is_said_where_an_insert_may_hide() {
        let silent = SCHEMA.replace("//^^^ table_without_insert\n", "");
        let dynamic = "export const make = mutation.input({ t: v.string() }).mutation(({ ctx, args }) => ctx.db.insert(args.t, {}));\n";
        check(&RULE, &format!("{silent}{dynamic}"));
        check(
            &RULE,
            &format!("{silent}//- /lunora/broken.ts\nexport const make = mutation.mutation(({{ ctx }} =>\n"),
        );
        check(&RULE, &format!("{silent}const orphan = (ctx) => ctx.db.insert(\"posts\", {{}});\n"));
    }

    #[test]
    fn tables_that_others_fill_or_nothing_uses_are_silent() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({
  sessions: defineTable({ token: v.string() }).externallyManaged(),
  contacts: defineTable({ email: v.string() }).source({ binding: "CRM", query: "select 1" }),
  forgotten: defineTable({ title: v.string() }),
  // lunora-advisor-disable-next-line table_without_insert -- filled by hand
  plans: defineTable({ title: v.string() }),
});
//- /lunora/posts.ts
export const all = query.query(async ({ ctx }) => [
  await ctx.db.query("sessions").take(1),
  await ctx.db.query("contacts").take(1),
  await ctx.db.query("plans").take(1),
]);
"#,
        );
    }
}
