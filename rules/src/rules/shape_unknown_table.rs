//! Shapes over a table that the schema does not declare.

use lunora_project::{Procedure, ProcedureKind};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata, nearest};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{declaration_finding, set};
use crate::reads::is_unknown_table;
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "shape_unknown_table",
        title: "Shape over an unknown table",
        level: Level::Error,
        categories: &[Category::Schema],
        facing: Facing::Internal,
        description: "A shape names a table that the schema does not declare.",
        docs: include_str!("../../docs/shape_unknown_table.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Schema, Fact::Procedures],
    check,
};

fn unknown(context: &RuleContext<'_>, shape: &Procedure, name: &str) -> Finding {
    let place = shape.table.as_ref().and_then(|(_, place)| *place);
    let mut finding = declaration_finding(context, RULE.metadata, shape, place, name);
    let known = context.schema().tables.iter().map(|table| table.name.as_str());
    let meant = nearest(name, known);
    finding.detail = format!(
        "The shape `{}` is over `{name}`, which the schema does not declare: nobody can subscribe to it.",
        shape.name
    );
    finding.remediation = meant.map_or_else(
        || format!("Name a table of the schema, or declare `{name}`."),
        |meant| format!("Write `{meant}`, or declare `{name}` in the schema."),
    );
    finding.primary_label = meant.map_or_else(
        || "no such table".to_owned(),
        |meant| format!("no such table; did you mean `{meant}`?"),
    );
    set(&mut finding, "table", json!(name));
    if let Some(meant) = meant {
        set(&mut finding, "nearest", json!(meant));
    }
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    let shapes = context.project.procedures.iter();
    for shape in shapes.filter(|procedure| procedure.kind == ProcedureKind::Shape) {
        if let Some((name, _)) = &shape.table
            && is_unknown_table(context.schema(), name)
        {
            findings.push(unknown(context, shape, name));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn shapes_over_no_table_are_reported_in_any_file() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({ todos: defineTable({ userId: v.string() }).ownedBy("userId") });
//- /lunora/todos/sync.ts
import { defineShape } from "../_generated/server";
import { ownShape } from "../lib/shapes";
const TABLE = "todoItems";
//            ^^^ ERROR shape_unknown_table The shape `todos_sync:items` is over `todoItems`
export const items = defineShape({ table: TABLE, owner: true } satisfies object);
export const wrapped = ownShape("todo");
//                              ^^^ shape_unknown_table
//- /lunora/lib/shapes.ts
import { defineShape } from "@lunora/server";
export const ownShape = (table) => defineShape({ table, owner: true });
"#,
        );
    }

    #[test]
    fn known_and_computed_tables_are_silent() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({ todos: defineTable({ userId: v.string() }).ownedBy("userId") });
//- /lunora/shapes.ts
import { defineShape } from "@lunora/server";
export const known = defineShape({ table: "todos", owner: true });
export const computed = defineShape({ table: process.env.TABLE, owner: true });
const notExported = defineShape({ table: "ghosts", owner: true });
// lunora-advisor-disable-next-line shape_unknown_table -- the table follows
export const soon = defineShape({ table: "soon", owner: true });
"#,
        );
    }

    #[test]
    fn a_schema_that_is_not_known_in_full_is_silent() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema } from "@lunora/server";
import { tables } from "some-package";
export default defineSchema(tables);
//- /lunora/shapes.ts
import { defineShape } from "@lunora/server";
export const any = defineShape({ table: "todos", where: () => ({ done: false }) });
"#,
        );
    }
}
