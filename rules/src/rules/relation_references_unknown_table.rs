//! Relations that lead to a table that the schema does not declare.

use lunora_project::schema::{Relation, Schema, Table};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata, nearest};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::set;
use crate::reads::is_unknown_table;
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "relation_references_unknown_table",
        title: "Relation to an unknown table",
        level: Level::Error,
        categories: &[Category::Schema],
        facing: Facing::Internal,
        description: "A relation leads to a table that the schema does not declare.",
        docs: include_str!("../../docs/relation_references_unknown_table.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Schema],
    check,
};

fn unknown(context: &RuleContext<'_>, table: &Table, relation: &Relation, target: &str) -> Finding {
    let place = relation.target.as_ref().and_then(|(_, place)| *place);
    let location = context.location(place.unwrap_or(relation.place));
    let subject = format!("|{}|{}|{target}", table.name, relation.name);
    let mut finding = Finding::new(RULE.metadata, location, subject);
    let known = context.schema().tables.iter().map(|table| table.name.as_str());
    let meant = nearest(target, known);
    finding.detail = format!(
        "The relation `{}` of `{}` leads to `{target}`, which the schema does not declare: whatever loads it or filters by it fails.",
        relation.name, table.name
    );
    finding.remediation = meant.map_or_else(
        || format!("Declare `{target}` in the schema, or remove the relation."),
        |meant| format!("Write `{meant}`, or declare `{target}` in the schema."),
    );
    finding.primary_label = meant.map_or_else(
        || "no such table".to_owned(),
        |meant| format!("no such table; did you mean `{meant}`?"),
    );
    set(&mut finding, "table", json!(table.name));
    set(&mut finding, "relation", json!(relation.name));
    set(&mut finding, "target", json!(target));
    if let Some(meant) = meant {
        set(&mut finding, "nearest", json!(meant));
    }
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    for table in &context.schema().tables {
        for relation in &table.relations {
            if let Some((target, _)) = &relation.target
                && is_missing(context.schema(), table, target)
            {
                findings.push(unknown(context, table, relation, target));
            }
        }
    }
}

/// Only tables of an extension may call its tables by the names that they have without its key.
fn is_missing(schema: &Schema, table: &Table, target: &str) -> bool {
    let is_bare = schema.is_complete
        && table.extension.is_none()
        && !target.starts_with('_')
        && schema.table(target).is_none();
    is_bare || is_unknown_table(schema, target)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn targets_that_no_table_has_are_reported() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema } from "@lunora/server";
import { posts } from "./tables/posts";
export default defineSchema({ posts });
//- /lunora/tables/posts.ts
import { defineTable, v } from "@lunora/server";
const TABLES = { people: "people" } as const;
//                       ^^^ relation_references_unknown_table
export const posts = defineTable({ authorId: v.string() }).relations((r) => {
  return {
    author: r.one("user", { field: "authorId" }),
//                ^^^ ERROR relation_references_unknown_table The relation `author` of `posts` leads to `user`
    people: r.many(TABLES.people, { field: "postId" }),
  } satisfies object;
});
"#,
        );
    }

    #[test]
    fn known_system_and_computed_targets_are_silent() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineSchemaExtension, defineTable, v } from "@lunora/server";
const target = process.env.TARGET;
const forum = defineSchemaExtension("forum", {
  tables: {
    threads: defineTable({ boardId: v.string() }).index("by_board", ["boardId"]).relations((r) => ({ board: r.one("boards", { field: "boardId" }) })),
    boards: defineTable({ name: v.string() }),
  },
});
export default defineSchema({
  posts: defineTable({ a: v.string(), b: v.string() }).relations((r) => ({
    any: r.one(target, { field: "a" }),
    file: r.one("_storage", { field: "a" }),
    board: r.one("forum_boards", { field: "b" }),
    // lunora-advisor-disable-next-line relation_references_unknown_table -- comes with the next release
    ghost: r.one("ghosts", { field: "b" }),
  })),
}).extend(forum);
"#,
        );
    }

    #[test]
    fn a_schema_that_is_not_known_in_full_is_silent() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
import { forum } from "some-package";
export default defineSchema({
  posts: defineTable({ a: v.string() }).relations((r) => ({ board: r.one("forum_boards", { field: "a" }) })),
}).extend(forum);
"#,
        );
    }

    #[test]
    fn names_inside_of_an_extension_do_not_count_outside() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineSchemaExtension, defineTable, v } from "@lunora/server";
const forum = defineSchemaExtension("forum", { tables: { boards: defineTable({ name: v.string() }) } });
export default defineSchema({
  posts: defineTable({ a: v.string() }).relations((r) => ({ board: r.one("boards", { field: "a" }) })),
//                                                                       ^^^ relation_references_unknown_table
}).extend(forum);
"#,
        );
    }
}
