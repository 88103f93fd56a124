//! Ids that are looked up without saying where.

use lunora_project::access::{Indeterminacy, Reach, Read, Surface, Write};
use lunora_project::{Place, ProcedureKind, Site};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{Operation, operation_finding, set};
use crate::fixes::name_table;
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "by_id_without_table",
        title: "Lookup by id without a table",
        level: Level::Info,
        categories: &[Category::Performance],
        facing: Facing::External,
        description: "A row is addressed by its bare id, so every table of the schema is probed for it.",
        docs: include_str!("../../docs/by_id_without_table.md"),
        fix: FixAvailability::Sometimes,
    },
    needs: &[Fact::Schema, Fact::Reads, Fact::Writes],
    check,
};

/// In a project of at most so many tables, probing them all costs nothing that anybody would notice.
const FEW_TABLES: usize = 4;

/// Writes that address one row.
const METHODS: &[&str] = &["patch", "replace", "delete"];

/// A call that addresses a row by its bare id.
struct Lookup<'a> {
    operation: Operation<'a>,
    place: Place,
    site: Site,
    method: &'a str,
    /// The tables that the id may belong to.
    tables: Vec<&'a str>,
}

fn bare(context: &RuleContext<'_>, lookup: &Lookup<'_>) -> Finding {
    let method = lookup.method;
    let subject = format!("{}|{method}", lookup.tables.join(","));
    let mut finding = operation_finding(context, RULE.metadata, lookup.operation, lookup.place, &subject);
    let count = context.schema().tables.len();
    finding.detail = format!(
        "An id does not say which table it belongs to, so this `{method}` probes all {count} tables of the schema in one statement{}.",
        match lookup.tables.as_slice() {
            [table] => format!(" to find a row of `{table}`"),
            _ => String::new(),
        }
    );
    let rest = if method == "get" || method == "delete" { "id" } else { "id, …" };
    let table = match lookup.tables.as_slice() {
        [table] => table,
        _ => "<table>",
    };
    finding.remediation = if is_flat_only(context, lookup.operation.reached_from) {
        format!("Name the table in the call: `{method}({rest}, \"{table}\")`.")
    } else {
        format!("Name the table: `ctx.db.{table}.{method}({rest})`.")
    };
    finding.primary_label = "names no table".to_owned();
    set(&mut finding, "method", json!(method));
    set(&mut finding, "tableCount", json!(count));
    if let [table] = lookup.tables.as_slice() {
        set(&mut finding, "table", json!(table));
        if !is_flat_only(context, lookup.operation.reached_from) {
            finding.fixes.extend(name_table(context, lookup.site, table));
        }
    }
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    if context.schema().tables.len() <= FEW_TABLES {
        return;
    }
    let reads = context.project.reads.iter().filter(|read| is_bare_read(read)).map(|read| Lookup {
        operation: read.into(),
        place: read.place,
        site: read.key,
        method: "get",
        tables: tables(read.paths.iter().flat_map(|path| &path.tables).map(|table| table.name.as_str())),
    });
    let writes = context.project.writes.iter().filter(|write| is_bare_write(write)).map(|write| Lookup {
        operation: write.into(),
        place: write.place,
        site: write.site,
        method: &write.method,
        tables: tables(write.tables.iter().map(|table| table.name.as_str())),
    });
    findings.extend(reads.chain(writes).map(|lookup| bare(context, &lookup)));
}

fn is_bare_read(read: &Read) -> bool {
    let is_bare = |path: &lunora_project::access::AccessPath| {
        path.method == "get"
            && path.surface == Surface::Flat
            && !path.names_table
            && !path.unknown.contains(&Indeterminacy::Database)
    };
    !read.reached_from.is_empty() && read.paths.iter().any(is_bare)
}

fn is_bare_write(write: &Write) -> bool {
    !write.reached_from.is_empty()
        && write.is_database_certain
        && write.is_by_id
        && !write.names_table
        && METHODS.contains(&write.method.as_str())
}

fn tables<'a>(names: impl Iterator<Item = &'a str>) -> Vec<&'a str> {
    let mut tables: Vec<&str> = Vec::new();
    for name in names {
        if !tables.contains(&name) {
            tables.push(name);
        }
    }
    tables
}

/// Whether code runs only where `ctx.db` has no facade.
fn is_flat_only(context: &RuleContext<'_>, reached_from: &[Reach]) -> bool {
    reached_from.iter().all(|reach| {
        let kind = context.project.procedure(reach.procedure).kind;
        matches!(kind, ProcedureKind::Trigger | ProcedureKind::Migration)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, findings_of};

    const SCHEMA: &str = r#"
//- /lunora/schema.ts
export default defineSchema({
  posts: defineTable({ title: v.string() }),
  users: defineTable({ name: v.string() }).triggers((t) => ({
    log: t.afterDelete(async (ctx, event) => {
      await ctx.db.patch(event.doc.teamId, { at: 1 });
      //    ^^^ by_id_without_table
    }),
  })),
  teams: defineTable({ at: v.number() }),
  plans: defineTable({ at: v.number() }),
  logs: defineTable({ at: v.number() }),
});
"#;

    fn on_schema(code: &str) -> String {
        format!("{SCHEMA}{code}")
    }

    #[test]
    fn bare_ids_are_reported_typed_or_not() {
        let fixture = on_schema(
            r#"
//- /lunora/posts.ts
export const get = query.input({ id: v.id("posts") }).query(({ ctx, args }) => ctx.db.get(args.id));
//                                                                             ^^^ INFO by_id_without_table An id does not say which table it belongs to, so this `get` probes all 5 tables
export const any = query.input({ id: v.string() }).query(({ ctx, args }) => ctx.db.get(args.id));
//                                                                          ^^^ by_id_without_table
export const edit = mutation.input({ id: v.id("posts") }).mutation(async ({ ctx, args }) => {
  await ctx.db.patch(args.id, { title: "b" });
  //    ^^^ by_id_without_table
  await ctx.db.replace(args.id, { title: "c" });
  //    ^^^ by_id_without_table
  await ctx.db.delete(args.id);
  //    ^^^ by_id_without_table
  // lunora-advisor-disable-next-line by_id_without_table -- the id may be of any table
  await ctx.db.delete(args.id);
});
"#,
        );
        check(&RULE, &fixture);
        let remedies: Vec<String> =
            findings_of(&RULE, &fixture).into_iter().map(|finding| finding.remediation).collect();
        assert!(remedies.contains(&"Name the table: `ctx.db.posts.get(id)`.".to_owned()), "{remedies:?}");
        assert!(remedies.contains(&"Name the table in the call: `patch(id, …, \"<table>\")`.".to_owned()));
    }

    #[test]
    fn a_helper_is_reported_once() {
        check(
            &RULE,
            &on_schema(
                r#"
//- /lunora/lib/load.ts
export const load = async (db, id) => (await db.get(id)) ?? null;
//                                           ^^^ by_id_without_table
//- /lunora/posts.ts
import { query, v } from "./_generated/server";
import { load } from "./lib/load";
export const one = query.input({ id: v.id("posts") }).query(({ ctx, args }) => load(ctx.db, args.id));
export const two = query.input({ id: v.id("users") }).query(({ ctx, args }) => load(ctx.db, args.id));
"#,
            ),
        );
    }

    #[test]
    fn calls_that_name_their_table_and_other_objects_are_silent() {
        check(
            &RULE,
            &on_schema(
                r#"
//- /lunora/posts.ts
import { query, mutation, v } from "./_generated/server";
import { cache } from "some-package";
export const facade = query.input({ id: v.id("posts") }).query(({ ctx, args }) => ctx.db.posts.get(args.id));
export const where = query.input({ id: v.id("posts") }).query(({ ctx, args }) => ctx.db.posts.findFirst({ where: { _id: args.id } }));
export const expected = mutation.input({ id: v.id("posts") }).mutation(async ({ ctx, args }) => {
  await ctx.db.get(args.id, "posts");
  await ctx.db.patch(args.id, { title: "b" }, "posts");
  await ctx.db.delete(args.id, "posts");
  cache.db.get(args.id);
  return new Map().get(args.id);
});
const unused = (ctx) => ctx.db.get("x");
"#,
            ),
        );
    }

    #[test]
    fn few_tables_are_probed_at_no_cost() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({ a: defineTable({}), b: defineTable({}), c: defineTable({}), d: defineTable({}) });
//- /lunora/a.ts
export const get = query.input({ id: v.id("a") }).query(({ ctx, args }) => ctx.db.get(args.id));
"#,
        );
    }
}
