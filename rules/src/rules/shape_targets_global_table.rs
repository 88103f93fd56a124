//! Shapes over tables of the global database, which can't push changes.

use lunora_project::schema::{Table, Tier};
use lunora_project::{Procedure, ProcedureKind};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{declaration_finding, relate_table, set};
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "shape_targets_global_table",
        title: "Shape over a global table",
        level: Level::Warn,
        categories: &[Category::Performance],
        facing: Facing::External,
        description: "A shape is over a `.global()` table, which subscribers have to poll.",
        docs: include_str!("../../docs/shape_targets_global_table.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Schema, Fact::Procedures],
    check,
};

fn over_global(context: &RuleContext<'_>, shape: &Procedure, table: &Table) -> Finding {
    let place = shape.table.as_ref().and_then(|(_, place)| *place);
    let mut finding = declaration_finding(context, RULE.metadata, shape, place, &table.name);
    finding.detail = format!(
        "The shape `{}` is over `{}`, which lives in the global database: no shard sees its writes, so the shape is polled for as long as anybody is subscribed, whether or not a row changed.",
        shape.name, table.name
    );
    finding.remediation = format!(
        "Sync a table that lives in a shard, or read `{}` with a query where staleness does no harm.",
        table.name
    );
    finding.primary_label = format!("`{}` is `.global()`", table.name);
    match table.modifier("global") {
        Some(modifier) => {
            let location = context.location(modifier.place);
            let message = format!("`{}` is made global here", table.name);
            finding.related.push(lunora_report::Related { location, message });
        }
        None => relate_table(context, &mut finding, table, format!("`{}` is declared here", table.name)),
    }
    set(&mut finding, "table", json!(table.name));
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    let shapes = context.project.procedures.iter();
    for shape in shapes.filter(|procedure| procedure.kind == ProcedureKind::Shape) {
        let table = shape.table.as_ref().and_then(|(name, _)| context.schema().table(name));
        if let Some(table) = table.filter(|table| table.tier == Tier::Global && !table.is_opaque) {
            findings.push(over_global(context, shape, table));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn shapes_over_global_tables_are_reported_in_any_file() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({ plans: defineTable({ price: v.number() }).index("by_price", ["price"]).global() });
//- /lunora/sales/sync.ts
import { shape } from "../lib/shape";
export const plans = shape("plans");
//                         ^^^ WARN shape_targets_global_table The shape `sales_sync:plans` is over `plans`
//- /lunora/lib/shape.ts
import { defineShape } from "@lunora/server";
export const shape = (table) => defineShape({ table, where: () => ({ price: { gt: 0 } }) });
"#,
        );
    }

    #[test]
    fn other_tables_are_silent() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({
  todos: defineTable({ userId: v.string() }).ownedBy("userId"),
  notes: defineTable({ userId: v.string() }).shardBy("userId").ownedBy("userId"),
  plans: defineTable({ userId: v.string() }).global(),
});
//- /lunora/shapes.ts
import { defineShape } from "@lunora/server";
export const todos = defineShape({ table: "todos", owner: true });
export const notes = defineShape({ table: "notes", owner: true });
export const computed = defineShape({ table: process.env.TABLE, owner: true });
// lunora-advisor-disable-next-line shape_targets_global_table -- three rows, polled once an hour
export const plans = defineShape({ table: "plans", where: () => ({ userId: "x" }) });
"#,
        );
    }
}
