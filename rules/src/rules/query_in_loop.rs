//! Reads that run once for every element of something.

use lunora_project::Site;
use lunora_project::access::{
    AccessPath, Condition, Indeterminacy, Limit, LoopKind, LoopUse, Operator, Range, Reach, Read, Surface,
};
use lunora_project::index_choice::{IndexChoice, finds_one, index_for};
use lunora_project::schema::{IndexKind, Table, Tier};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, Related, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{Operation, operation_finding, set};
use crate::fixes::load_relation;
use crate::indexes::is_pinned_by;
use crate::rule::{Fact, Findings, Rule};
use crate::words::listed;

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "query_in_loop",
        title: "Query in a loop",
        level: Level::Warn,
        categories: &[Category::Performance],
        facing: Facing::External,
        description: "A read runs once for each element of rows that were read, or of an array from the arguments.",
        docs: include_str!("../../docs/query_in_loop.md"),
        fix: FixAvailability::Sometimes,
    },
    needs: &[Fact::Schema, Fact::Procedures, Fact::Reads],
    check,
};

/// A loop of at most so many rounds may read in each of them.
const FEW_ROUNDS: usize = 10;

/// Methods that find one row whatever their `where` says.
const FIND_ONE: &[&str] = &["findFirst", "findFirstOrThrow", "findUnique"];

/// How a read finds its rows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Lookup {
    /// By id or by a unique index.
    OneRow,
    /// By an index, or the first that fits.
    Rows,
}

/// What could take the place of all the reads.
enum Replacement {
    /// Loading a relation with the rows that are looped over: its name, and the table that declares it.
    Relation { name: String, table: String },
    /// One read of all values of a column.
    In { column: String },
    /// One read before the loop.
    Read,
}

/// A read in a loop, as far as the messages speak of it.
struct InLoop<'a> {
    read: &'a Read,
    path: &'a AccessPath,
    lookup: Lookup,
    around: &'a LoopUse,
    looped: Vec<Reach>,
}

fn in_loop(context: &RuleContext<'_>, found: &InLoop<'_>) -> Finding {
    let operation = Operation { reached_from: &found.looped, ..Operation::from(found.read) };
    let tables: Vec<&str> = found.path.tables.iter().map(|table| table.name.as_str()).collect();
    let subject = format!("{}|{}", tables.join(","), found.path.method);
    let mut finding = operation_finding(context, RULE.metadata, operation, found.read.place, &subject);
    let is_far = tables
        .iter()
        .any(|table| context.schema().table(table).is_some_and(|table| table.tier == Tier::Global));
    if !is_far && found.lookup == Lookup::OneRow {
        finding.level = Level::Info;
    }
    let over = over(context, found.around);
    let cost = match (is_far, found.lookup) {
        (true, _) => "each time is a round trip to the global database",
        (false, Lookup::OneRow) => "each time is quick, but all of them together could be one query",
        (false, Lookup::Rows) => "the queries add up with the elements",
    };
    finding.detail = format!("This reads {} once for every {over}; {cost}.", listed(&tables));
    finding.primary_label = format!("runs once for every {over}");
    let replacement = replacement(context, found);
    finding.remediation = advice(&replacement, &tables);
    set(&mut finding, "table", json!(tables.first()));
    set(&mut finding, "loop", json!(kind(found.around.kind)));
    set(&mut finding, "replacement", metadata(&replacement));
    if let Replacement::Relation { name, table } = &replacement
        && let Some(table) = context.schema().table(table)
        && let Some(relation) = table.relations.iter().find(|relation| relation.name == *name)
    {
        finding.fixes.extend(load_relation(context, found.read, found.around, relation));
    }
    finding.related.insert(
        0,
        Related {
            location: context.location(found.around.place),
            message: format!("goes over every {over}"),
        },
    );
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    let found = context.sound_reads().filter_map(|read| find(context, read));
    findings.extend(found.map(|found| in_loop(context, &found)));
}

/// The first way in which a read is repeated. Of several lookups the most expensive one counts.
fn find<'a>(context: &RuleContext<'a>, read: &'a Read) -> Option<InLoop<'a>> {
    let around = read.reached_from.iter().find_map(|reach| costly_loop(context, reach))?;
    let looped: Vec<Reach> =
        read.reached_from.iter().filter(|reach| costly_loop(context, reach).is_some()).cloned().collect();
    let in_these = |path: &&AccessPath| looped.iter().any(|reach| path.is_reached_from(reach.procedure));
    let (path, lookup) = read
        .paths
        .iter()
        .filter(in_these)
        .filter_map(|path| Some((path, lookup(context, path)?)))
        .max_by_key(|(_, lookup)| *lookup == Lookup::Rows)?;
    Some(InLoop { read, path, lookup, around, looped })
}

/// The innermost loop on the way to a read that goes over rows or arguments.
fn costly_loop<'r>(context: &RuleContext<'_>, reach: &'r Reach) -> Option<&'r LoopUse> {
    reach.loops.iter().rev().find(|around| match around.kind {
        LoopKind::Rows(key) => !is_few(context, key),
        LoopKind::Argument { maximum } => maximum.is_none_or(|maximum| maximum > FEW_ROUNDS),
        LoopKind::Constant(rounds) => rounds > FEW_ROUNDS,
        LoopKind::Unknown => false,
    })
}

/// Whether a read returns so few rows that a query for each is no matter.
fn is_few(context: &RuleContext<'_>, key: Site) -> bool {
    let read = context.read_at(key);
    let bound = f64::from(u32::try_from(FEW_ROUNDS).unwrap_or(u32::MAX));
    read.is_some_and(|read| {
        read.paths.iter().all(|path| matches!(path.limit, Limit::Constant(rows) if rows <= bound))
    })
}

/// How a path finds its rows; `None` if it looks at every row, or if that can't be told.
fn lookup(context: &RuleContext<'_>, path: &AccessPath) -> Option<Lookup> {
    let is_readable =
        path.unknown.iter().all(|reason| matches!(reason, Indeterminacy::Filter | Indeterminacy::Range));
    let tables: Option<Vec<&Table>> =
        path.tables.iter().map(|table| context.schema().table(&table.name)).collect();
    let tables = tables.filter(|tables| path.is_table_known && is_readable && !tables.is_empty())?;
    if path.method == "get" {
        return Some(Lookup::OneRow);
    }
    if let Some(used) = &path.index {
        let name = used.name.as_ref().map(|(name, _)| name.as_str())?;
        let Range::Known(bounds) = &used.range else {
            return matches!(used.range, Range::Indeterminate).then_some(Lookup::Rows);
        };
        if used.kind != IndexKind::Secondary || bounds.is_empty() {
            return None;
        }
        let equal: Vec<String> = bounds
            .iter()
            .filter(|bound| bound.operator == Operator::Equal)
            .filter_map(|bound| Some(bound.column.as_ref()?.name.to_string()))
            .collect();
        let is_one_row = tables.iter().all(|table| {
            table.index(name).is_some_and(|index| {
                let columns: Vec<&str> = index.fields.iter().map(|field| field.name.as_str()).collect();
                index.is_unique && is_pinned_by(&columns, &equal)
            })
        });
        return Some(if is_one_row { Lookup::OneRow } else { Lookup::Rows });
    }
    if path.surface == Surface::Fluent || matches!(path.method.as_str(), "rank" | "rankPage" | "related") {
        return None;
    }
    if tables.iter().all(|table| finds_one(table, &path.selection.conditions)) {
        return Some(Lookup::OneRow);
    }
    let is_indexed = tables.iter().all(|table| {
        matches!(index_for(table, path), IndexChoice::Implied(found) if found.iter().all(|found| found.equal > 0))
    });
    (is_indexed || FIND_ONE.contains(&path.method.as_str())).then_some(Lookup::Rows)
}

/// What a loop goes over, in the singular.
fn over(context: &RuleContext<'_>, around: &LoopUse) -> String {
    match around.kind {
        LoopKind::Rows(key) => match looped_table(context, key) {
            Some(table) => format!("row of `{}`", table.name),
            None => "row that was read".to_owned(),
        },
        LoopKind::Argument { .. } => "element of an argument".to_owned(),
        LoopKind::Constant(rounds) => format!("one of {rounds} elements"),
        LoopKind::Unknown => "element".to_owned(),
    }
}

/// The table whose rows a read returns, if it is one.
fn looped_table<'a>(context: &RuleContext<'a>, key: Site) -> Option<&'a Table> {
    let read = context.read_at(key)?;
    let mut names = read.paths.iter().flat_map(|path| &path.tables).map(|table| &table.name);
    let first = names.next()?;
    if names.all(|name| name == first) { context.schema().table(first) } else { None }
}

fn replacement(context: &RuleContext<'_>, found: &InLoop<'_>) -> Replacement {
    let path = found.path;
    let column = tested_column(path);
    if let (LoopKind::Rows(key), [table]) = (found.around.kind, path.tables.as_slice())
        && let Some(source) = looped_table(context, key)
    {
        let leads_there = source.relations.iter().find(|relation| {
            let is_target = relation.target.as_ref().is_some_and(|(target, _)| *target == table.name);
            let key = if relation.is_many { &relation.field } else { &relation.references };
            let key = key.as_ref().map_or("_id", |(column, _)| column.as_str());
            is_target && column.as_deref() == Some(key)
        });
        if let Some(relation) = leads_there {
            return Replacement::Relation { name: relation.name.clone(), table: source.name.clone() };
        }
    }
    // One query can return all rows of several values, but not the first few of each.
    let returns_all = found.lookup == Lookup::OneRow || path.limit == Limit::None;
    match column.filter(|_| returns_all) {
        Some(column) => Replacement::In { column },
        None => Replacement::Read,
    }
}

/// The column that a read finds its rows by, if it is one.
fn tested_column(path: &AccessPath) -> Option<String> {
    if path.method == "get" {
        return Some("_id".to_owned());
    }
    let is_equal = |condition: &&Condition| condition.operator == Operator::Equal;
    let mut columns: Vec<&str> = match path.index.as_ref().map(|used| &used.range) {
        Some(Range::Known(bounds)) => {
            bounds.iter().filter_map(|bound| Some(bound.column.as_ref()?.name.as_str())).collect()
        }
        Some(_) => Vec::new(),
        None => path
            .selection
            .conditions
            .iter()
            .filter(is_equal)
            .map(|condition| condition.column.as_str())
            .collect(),
    };
    columns.dedup();
    match columns.as_slice() {
        [only] => Some((*only).to_owned()),
        _ => None,
    }
}

fn advice(replacement: &Replacement, tables: &[&str]) -> String {
    let read = tables.first().copied().unwrap_or("<table>");
    match replacement {
        Replacement::Relation { name, table } => {
            format!(
                "Load the relation together with the rows: `ctx.db.{table}.findMany({{ …, with: {{ {name}: true }} }})`."
            )
        }
        Replacement::In { column } => format!(
            "Gather the values first and read once: `ctx.db.{read}.findMany({{ where: {{ {column}: {{ in: values }} }} }})`, then look the rows up in a `Map`."
        ),
        Replacement::Read => {
            format!(
                "If an index of `{read}` finds all that the loop needs, read once before it and look rows up in a `Map`; else keep what is looked up in a column of the looped rows."
            )
        }
    }
}

fn metadata(replacement: &Replacement) -> serde_json::Value {
    match replacement {
        Replacement::Relation { name, table } => {
            json!({ "kind": "relation", "relation": name, "table": table })
        }
        Replacement::In { column } => json!({ "kind": "in", "column": column }),
        Replacement::Read => json!({ "kind": "read" }),
    }
}

fn kind(over: LoopKind) -> &'static str {
    match over {
        LoopKind::Rows(_) => "rows",
        LoopKind::Argument { .. } => "argument",
        LoopKind::Constant(_) => "constant",
        LoopKind::Unknown => "unknown",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, findings_of};

    const SCHEMA: &str = r#"
//- /lunora/schema.ts
export default defineSchema({
  items: defineTable({ cartId: v.id("carts"), productId: v.id("products"), code: v.string() })
    .index("by_cart", ["cartId"])
    .index("by_code", ["code"], { unique: true })
    .relations((r) => ({ cart: r.one("carts", { field: "cartId" }) })),
  carts: defineTable({ userId: v.string() }).index("by_user", ["userId"]),
  products: defineTable({ sku: v.string() }).global(),
});
"#;

    fn on_schema(code: &str) -> String {
        format!("{SCHEMA}{code}")
    }

    #[test]
    fn lookups_for_every_row_or_argument_are_reported() {
        let fixture = on_schema(
            r#"
//- /lunora/items.ts
export const mapped = query.query(async ({ ctx }) => {
  const { page } = await ctx.db.items.findMany({ limit: 50 });
  return await Promise.all(page.map((item) => ctx.db.products.get(item.productId)));
  //                                          ^^^ WARN query_in_loop This reads `products` once for every row of `items`; each time is a round trip
});
export const looped = query.query(async ({ ctx }) => {
  const items = await ctx.db.query("items").take(50);
  for (const item of items) await ctx.db.carts.get(item.cartId);
  //                              ^^^ INFO query_in_loop This reads `carts` once for every row of `items`; each time is quick
});
export const indexed = query.input({ carts: v.array(v.id("carts")) }).query(async ({ ctx, args }) => {
  for (const id of args.carts) {
    await ctx.db.query("items").withIndex("by_cart", (q) => q.eq("cartId", id)).collect();
    //    ^^^ WARN query_in_loop This reads `items` once for every element of an argument; the queries add up
  }
});
export const unique = query.input({ codes: v.array(v.string()) }).query(({ ctx, args }) =>
  Promise.all(args.codes.map((code) => ctx.db.items.findFirst({ where: { code } }))),
  //                                   ^^^ INFO query_in_loop
);
export const distinct = query.query(async ({ ctx }) => {
  const ids = new Set((await ctx.db.query("items").take(50)).map((item) => item.productId));
  return await Promise.all([...ids].map((id) => ctx.db.products.findFirst({ where: { _id: id } })));
  //                                            ^^^ WARN query_in_loop
});
"#,
        );
        check(&RULE, &fixture);
        let findings = findings_of(&RULE, &fixture);
        let replacements: Vec<String> =
            findings.iter().map(|finding| finding.metadata["replacement"].to_string()).collect();
        assert!(replacements[0].contains("\"in\"") && replacements[0].contains("_id"), "{replacements:?}");
        assert!(replacements[1].contains("\"relation\":\"cart\""), "{replacements:?}");
    }

    #[test]
    fn a_helper_that_is_called_in_a_loop_is_reported() {
        let fixture = on_schema(
            r#"
//- /lunora/lib/load.ts
export async function product(ctx, id) {
  return await ctx.db.products.get(id);
  //           ^^^ WARN query_in_loop
}
//- /lunora/items.ts
import { query, v } from "./_generated/server";
import { product } from "./lib/load";
export const all = query.query(async ({ ctx }) => {
  const items = await ctx.db.query("items").collect();
  return await Promise.all(items.map((item) => product(ctx, item.productId)));
});
export const one = query.input({ id: v.id("products") }).query(({ ctx, args }) => product(ctx, args.id));
"#,
        );
        check(&RULE, &fixture);
        let findings = findings_of(&RULE, &fixture);
        let [finding] = findings.as_slice() else { panic!("{findings:#?}") };
        assert_eq!(finding.callers, ["items:all"]);
        assert_eq!(finding.related[0].message, "goes over every row of `items`");
    }

    #[test]
    fn an_argument_of_few_elements_is_a_short_loop() {
        check(
            &RULE,
            &on_schema(
                r#"
//- /lunora/lib/load.ts
export const items = (ctx, codes) => Promise.all(codes.map((code) => ctx.db.items.findFirst({ where: { code } })));
//- /lunora/lib/limits.ts
export const FEW = 10;
//- /lunora/items.ts
import { query, v } from "./_generated/server";
import { MANY } from "some-package";
import { FEW } from "./lib/limits";
import { items } from "./lib/load";
export const few = query.input({ codes: v.optional(v.array(v.string()).min(1).max(FEW)) }).query(({ ctx, args }) => items(ctx, args.codes ?? []));
export const many = query.input({ codes: v.array(v.string()).max(11) }).query(async ({ ctx, args }) => {
  for (const code of args.codes) await ctx.db.items.findFirst({ where: { code } });
  //                                   ^^^ query_in_loop This reads `items` once for every element of an argument
});
export const unknown = query.input({ codes: v.array(v.string()).max(MANY) }).query(async ({ ctx, args }) => {
  for (const code of args.codes) await ctx.db.items.findFirst({ where: { code } });
  //                                   ^^^ query_in_loop
});
export const longText = query.input({ codes: v.array(v.string().max(5)) }).query(async ({ ctx, args }) => {
  for (const code of args.codes) await ctx.db.items.findFirst({ where: { code } });
  //                                   ^^^ query_in_loop
});
export const slice = query.input({ codes: v.array(v.string()).max(5) }).query(({ ctx, args }) =>
  ctx.db.query("items").take(args.codes.length));
"#,
            ),
        );
    }

    #[test]
    fn few_rounds_writes_and_single_reads_are_silent() {
        check(
            &RULE,
            &on_schema(
                r#"
//- /lunora/items.ts
import { query, mutation, v } from "./_generated/server";
import { ids } from "some-package";
export const constant = query.query(({ ctx }) => Promise.all(["a", "b"].map((code) => ctx.db.items.findFirst({ where: { code } }))));
export const few = query.query(async ({ ctx }) => {
  for (const item of await ctx.db.query("items").take(10)) await ctx.db.products.get(item.productId);
});
export const once = query.query(async ({ ctx }) => {
  const items = await ctx.db.query("items").take(50);
  const product = await ctx.db.products.get(items[0].productId);
  return items.map((item) => ({ item, product }));
});
export const writes = mutation.mutation(async ({ ctx }) => {
  for (const item of await ctx.db.query("items").take(50)) await ctx.db.items.patch(item._id, { code: "x" });
});
export const unknown = query.query(async ({ ctx }) => {
  for (const id of ids()) await ctx.db.products.get(id);
});
export const dynamic = query.input({ t: v.string() }).query(async ({ ctx, args }) => {
  for (const item of await ctx.db.query("items").take(50)) await ctx.db.query(args.t).withIndex("by_x", (q) => q.eq("x", item.code)).first();
});
export const accepted = query.query(async ({ ctx }) => {
  for (const item of await ctx.db.query("items").take(50)) {
    // lunora-advisor-disable-next-line query_in_loop -- there are three products
    await ctx.db.products.get(item.productId);
  }
});
"#,
            ),
        );
    }
}
