//! Relations over columns that the tables at their ends do not have.

use lunora_project::Place;
use lunora_project::schema::{Relation, Table};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata, nearest};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{relate_table, set};
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "relation_references_unknown_field",
        title: "Relation over an unknown column",
        level: Level::Error,
        categories: &[Category::Schema],
        facing: Facing::Internal,
        description: "A relation joins two tables by a column that one of them does not have.",
        docs: include_str!("../../docs/relation_references_unknown_field.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Schema],
    check,
};

/// One end of a relation.
struct End<'a> {
    /// The option that names the column: `field` or `references`.
    side: &'static str,
    column: &'a str,
    place: Option<Place>,
    /// The table that should have it.
    owner: &'a Table,
}

fn unknown(context: &RuleContext<'_>, table: &Table, relation: &Relation, end: &End<'_>) -> Finding {
    let End { side, column, place, owner } = end;
    let location = context.location(place.unwrap_or(relation.place));
    let subject = format!("|{}|{}|{side}|{column}", table.name, relation.name);
    let mut finding = Finding::new(RULE.metadata, location, subject);
    let columns = owner.columns.iter().map(|column| column.name.as_str());
    let meant = nearest(column, columns);
    finding.detail = format!(
        "The relation `{}` of `{}` joins by `{}.{column}`, but `{}` has no such column: it never finds a row.",
        relation.name, table.name, owner.name, owner.name
    );
    finding.remediation = meant.map_or_else(
        || format!("Name a column of `{0}` as `{side}`, or declare `{column}` on `{0}`.", owner.name),
        |meant| format!("Write `{meant}`, or declare `{column}` on `{}`.", owner.name),
    );
    finding.primary_label = meant.map_or_else(
        || format!("`{}` has no such column", owner.name),
        |meant| format!("no such column; did you mean `{meant}`?"),
    );
    relate_table(context, &mut finding, owner, format!("`{}` is declared here", owner.name));
    set(&mut finding, "table", json!(table.name));
    set(&mut finding, "relation", json!(relation.name));
    set(&mut finding, "side", json!(side));
    set(&mut finding, "column", json!(column));
    set(&mut finding, "owner", json!(owner.name));
    if let Some(meant) = meant {
        set(&mut finding, "nearest", json!(meant));
    }
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    for table in &context.schema().tables {
        for relation in &table.relations {
            let target = relation.target.as_ref();
            let Some(target) = target.and_then(|(name, _)| context.schema().table(name)) else {
                continue;
            };
            let missing = ends(table, relation, target)
                .into_iter()
                .flatten()
                .filter(|end| end.owner.has_column(end.column) == Some(false));
            findings.extend(missing.map(|end| unknown(context, table, relation, &end)));
        }
    }
}

/// The foreign key and what it holds, each with the table that has it.
fn ends<'a>(table: &'a Table, relation: &'a Relation, target: &'a Table) -> [Option<End<'a>>; 2] {
    let (holder, referenced) = if relation.is_many { (target, table) } else { (table, target) };
    let end = |side, column: &'a Option<(String, Option<Place>)>, owner| {
        column.as_ref().map(|(column, place)| End { side, column, place: *place, owner })
    };
    [end("field", &relation.field, holder), end("references", &relation.references, referenced)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn columns_that_an_end_lacks_are_reported() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
import { audited } from "./lib/audited";
export default defineSchema({
  users: audited({ name: v.string() }).relations((r) => ({
    posts: r.many("posts", { field: "autorId" }),
//                                  ^^^ ERROR relation_references_unknown_field The relation `posts` of `users` joins by `posts.autorId`
    drafts: r.many("posts", { field: "authorId", references: "uid" }),
//                                                           ^^^ relation_references_unknown_field The relation `drafts` of `users` joins by `users.uid`
    edited: r.many("posts", { field: "editedBy" }),
  })),
  posts: audited({ authorId: v.id("users") }).relations((r) => ({ author: r.one("users", { field: "writerId", references: "mail" }) })),
//                                                                                                ^^^ relation_references_unknown_field
//                                                                                                                        ^^^ relation_references_unknown_field
});
//- /lunora/lib/audited.ts
import { defineTable, v } from "@lunora/server";
export const audited = (columns) => defineTable({ ...columns, editedBy: v.string() });
"#,
        );
    }

    #[test]
    fn known_and_unreadable_columns_are_silent() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
import { timestamps } from "some-package";
const field = process.env.FIELD;
export default defineSchema({
  users: defineTable({ name: v.string(), ...timestamps() }).relations((r) => ({ log: r.many("logs", { field: "userId", references: "uid" }) })),
  logs: defineTable({ userId: v.string() }).relations((r) => ({
    user: r.one("users", { field: "userId", references: "createdBy" }),
    self: r.one("logs", { field: "_id" }),
    any: r.one("users", { field }),
    ghost: r.one("ghosts", { field: "ghostId" }),
    // lunora-advisor-disable-next-line relation_references_unknown_field -- the column follows
    soon: r.one("users", { field: "soonId" }),
  })),
});
"#,
        );
    }
}
