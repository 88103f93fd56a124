//! Fluent reads of tables that have no fluent reader.

use lunora_project::access::{Operator, Range, Read};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{operation_finding, relate_table, set};
use crate::reads::NameError;
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "fluent_read_on_global_table",
        title: "Fluent read of a global table",
        level: Level::Error,
        categories: &[Category::Schema],
        facing: Facing::External,
        description: "`ctx.db.query(…)` reads a global table: it type-checks, and throws when it runs.",
        docs: include_str!("../../docs/fluent_read_on_global_table.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Schema, Fact::Reads],
    check,
};

fn fluent(context: &RuleContext<'_>, read: &Read, table: &str) -> Finding {
    let mut finding = operation_finding(context, RULE.metadata, read.into(), read.place, table);
    finding.detail = format!(
        "`{table}` is global and has no fluent reader: `ctx.db.query({table:?})` type-checks, and throws when it runs."
    );
    finding.remediation = format!("Read it with `{}`.", facade(read, table));
    finding.primary_label = "throws when it runs".to_owned();
    if let Some(declared) = context.schema().table(table) {
        let message = format!("`{table}` is global");
        match declared.modifier("global") {
            Some(modifier) => {
                let location = context.location(modifier.place);
                finding.related.insert(0, lunora_report::Related { location, message });
            }
            None => relate_table(context, &mut finding, declared, message),
        }
    }
    set(&mut finding, "table", json!(table));
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    let mut last = None;
    for (read, error) in context.faulty_reads() {
        if let NameError::FluentOnGlobal { table } = error
            && last.replace(read.key) != Some(read.key)
        {
            findings.push(fluent(context, read, table));
        }
    }
}

/// The facade read that does the same, as far as it can be told.
fn facade(read: &Read, table: &str) -> String {
    let path = read.paths.iter().find(|path| path.tables.iter().any(|used| used.name == table));
    let method = match path.map(|path| path.method.as_str()) {
        Some("first" | "unique") => "findFirst",
        _ => "findMany",
    };
    let bounds = match path.and_then(|path| path.index.as_ref()).map(|index| &index.range) {
        Some(Range::Known(bounds)) => bounds.as_slice(),
        _ => &[],
    };
    let tests: Vec<String> = bounds
        .iter()
        .filter_map(|bound| {
            let column = &bound.column.as_ref()?.name;
            Some(match bound.operator {
                Operator::Equal | Operator::In => format!("{column}: …"),
                Operator::Greater => format!("{column}: {{ gt: … }}"),
                Operator::GreaterOrEqual => format!("{column}: {{ gte: … }}"),
                Operator::Less => format!("{column}: {{ lt: … }}"),
                Operator::LessOrEqual => format!("{column}: {{ lte: … }}"),
            })
        })
        .collect();
    if tests.is_empty() {
        format!("ctx.db.{table}.{method}({{ … }})")
    } else {
        format!("ctx.db.{table}.{method}({{ where: {{ {} }} }})", tests.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    const SCHEMA: &str = r#"
//- /lunora/schema.ts
export default defineSchema({
  plans: defineTable({ code: v.string(), title: v.string() }).index("by_code", ["code"]).searchIndex("search_title", { field: "title" }).global(),
  posts: defineTable({ code: v.string() }).index("by_code", ["code"]),
});
//- /lunora/plans.ts
"#;

    #[test]
    fn a_fluent_read_that_runs_is_reported() {
        check(
            &RULE,
            &format!(
                "{SCHEMA}{}",
                r#"
import { query } from "./_generated/server";
import { byCode } from "./lib/read";
export const all = query.query(({ ctx }) => ctx.db.query("plans").collect());
//                                          ^^^ ERROR fluent_read_on_global_table `plans` is global
export const plan = query.query(({ ctx }) => byCode(ctx, "plans"));
export const post = query.query(({ ctx }) => byCode(ctx, "posts"));
//- /lunora/lib/read.ts
export const byCode = (ctx, table) => ctx.db.query(table).withIndex("by_code", (q) => q.eq("code", "x")).first();
//                                    ^^^ fluent_read_on_global_table
"#
            ),
        );
    }

    #[test]
    fn what_works_is_silent() {
        check(
            &RULE,
            &format!(
                "{SCHEMA}{}",
                r#"
export const facade = query.query(({ ctx }) => ctx.db.plans.findMany({ where: { code: "x" } }));
export const search = query.query(({ ctx }) => ctx.db.query("plans").withSearchIndex("search_title", (q) => q.search("title", "x")).take(5));
export const root = query.query(({ ctx }) => ctx.db.query("posts").take(5));
export const anything = query.input({ t: v.string() }).query(({ ctx, args }) => ctx.db.query(args.t).first());
const unused = (ctx) => ctx.db.query("plans").collect();
// lunora-advisor-disable-next-line fluent_read_on_global_table -- a test that expects the error
export const hidden = query.query(({ ctx }) => ctx.db.query("plans").collect());
"#
            ),
        );
    }

    #[test]
    fn nothing_is_said_of_the_cost_of_a_read_that_throws() {
        let fixture = format!(
            "{SCHEMA}export const all = query.query(({{ ctx }}) => ctx.db.query(\"plans\").collect());"
        );
        check(&super::super::unbounded_collect::RULE, &fixture);
    }
}
