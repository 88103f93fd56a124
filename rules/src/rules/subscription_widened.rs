//! Reads that make a narrow subscription depend on a whole table.

use lunora_project::ProcedureId;
use lunora_project::access::{AccessPath, Indeterminacy, Range, Reach, Read, Surface};
use lunora_project::schema::{IndexKind, Table, Tier};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, Related, RuleMetadata};
use rustc_hash::FxHashMap;
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{Operation, operation_finding, set};
use crate::reads::range_fault;
use crate::rule::{Fact, Findings, Rule};
use crate::words::payer;

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "subscription_widened",
        title: "Subscription widened",
        level: Level::Info,
        categories: &[Category::Performance],
        facing: Facing::External,
        description: "A live query reads a table by a range of an index and in another way too, and so depends on all of it.",
        docs: include_str!("../../docs/subscription_widened.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Schema, Fact::Procedures, Fact::Reads],
    check,
};

/// What a read does for the subscription of a live query.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Footprint {
    /// It depends on a run of an index.
    Narrow,
    /// It depends on the whole table.
    Whole,
}

/// A read of one table by a live query.
struct LiveRead<'a> {
    read: &'a Read,
    query: ProcedureId,
    table: &'a Table,
    footprint: Footprint,
    is_conditional: bool,
}

fn widened(
    context: &RuleContext<'_>,
    read: &Read,
    table: &Table,
    narrow: &Read,
    queries: &[ProcedureId],
) -> Finding {
    let is_meant = |reach: &&Reach| queries.binary_search(&reach.procedure).is_ok();
    let live: Vec<Reach> = read.reached_from.iter().filter(is_meant).cloned().collect();
    let operation = Operation { reached_from: &live, ..Operation::from(read) };
    let method = read.paths.first().map_or("read", |path| path.method.as_str());
    let subject = format!("{}|{method}", table.name);
    let mut finding = operation_finding(context, RULE.metadata, operation, read.place, &subject);
    let name = payer(context, &live).map_or_else(String::new, |(_, procedure)| procedure.name.to_string());
    finding.detail = format!(
        "The live query `{name}` reads `{0}` by a range elsewhere, and this `{method}` makes it depend on all of `{0}` after all: a write to any row wakes every subscriber.",
        table.name
    );
    finding.remediation = match method {
        "get" => "Take the row from those that the range returned, or leave this lookup to a query of its own.",
        "collect" | "first" | "unique" | "take" | "paginate" => {
            "Read by a range that is one run of an index here, too, or leave this read to a query of its own."
        }
        _ => "Read fluently by a range that is one run of an index (a `where` never narrows), or leave this read to a query of its own.",
    }
    .to_owned();
    finding.primary_label = format!("depends on all of `{}`", table.name);
    finding.related.insert(
        0,
        Related {
            location: context.location(narrow.place),
            message: format!("this read alone would depend on a part of `{}`", table.name),
        },
    );
    set(&mut finding, "table", json!(table.name));
    set(&mut finding, "method", json!(method));
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    let live = live_reads(context);
    let mut narrow: FxHashMap<(ProcedureId, &str), Vec<&LiveRead<'_>>> = FxHashMap::default();
    for one in live.iter().filter(|one| one.footprint == Footprint::Narrow) {
        narrow.entry((one.query, one.table.name.as_str())).or_default().push(one);
    }
    // What a read widens, in the order of reads: with a narrow read of the first query, and all queries.
    let mut wide: Vec<(&LiveRead<'_>, &Read, Vec<ProcedureId>)> = Vec::new();
    for one in live.iter().filter(|one| one.footprint == Footprint::Whole) {
        let others = narrow.get(&(one.query, one.table.name.as_str()));
        // Two reads that both run only sometimes may never run together.
        let together = |other: &&&LiveRead<'_>| !(other.is_conditional && one.is_conditional);
        let Some(other) = others.and_then(|others| others.iter().find(together)) else { continue };
        match wide.last_mut() {
            Some((last, _, queries)) if last.read.key == one.read.key => queries.push(one.query),
            _ => wide.push((one, other.read, vec![one.query])),
        }
    }
    findings.extend(
        wide.into_iter()
            .map(|(one, narrow, queries)| widened(context, one.read, one.table, narrow, &queries)),
    );
}

/// What each live query reads of each table, as far as that can be told.
fn live_reads<'a>(context: &RuleContext<'a>) -> Vec<LiveRead<'a>> {
    let mut found = Vec::new();
    for read in context.sound_reads() {
        let mut footprints = Vec::new();
        for reach in &read.reached_from {
            let query = reach.procedure;
            if !context.project.procedure(query).is_live() {
                continue;
            }
            if footprints.is_empty() {
                footprints = read.paths.iter().map(|path| footprint(context, path)).collect();
            }
            let of_query = read.paths.iter().zip(&footprints).filter(|(path, _)| path.is_reached_from(query));
            let mut of_query = of_query.map(|(_, footprint)| *footprint);
            let Some(Some((table, first))) = of_query.next() else { continue };
            // A read that is now the one and now the other may be neither together with what else is read.
            let is_one = of_query.all(|other| {
                other.is_some_and(|(of, footprint)| of.name == table.name && footprint == first)
            });
            if is_one {
                let is_conditional = reach.is_conditional;
                found.push(LiveRead { read, query, table, footprint: first, is_conditional });
            }
        }
    }
    found
}

/// The table of a path and what a subscription to it depends on; `None` if that can't be told. A global table is always depended on whole.
fn footprint<'a>(context: &RuleContext<'a>, path: &AccessPath) -> Option<(&'a Table, Footprint)> {
    let [name] = path.tables.as_slice() else { return None };
    let table = context.schema().table(&name.name).filter(|table| !table.is_opaque)?;
    let is_certain = path.is_table_known
        && table.tier != Tier::Global
        && path
            .unknown
            .iter()
            .all(|reason| matches!(reason, Indeterminacy::Filter | Indeterminacy::Arguments));
    if !is_certain {
        return None;
    }
    let Some(used) = path.index.as_ref().filter(|_| path.surface == Surface::Fluent) else {
        return Some((table, Footprint::Whole));
    };
    if used.kind != IndexKind::Secondary {
        return Some((table, Footprint::Whole));
    }
    let Range::Known(bounds) = &used.range else {
        return matches!(used.range, Range::Absent).then_some((table, Footprint::Whole));
    };
    let index =
        used.name.as_ref().and_then(|(name, _)| table.index(name)).filter(|index| index.has_all_fields)?;
    let columns: Vec<&str> = index.fields.iter().map(|field| field.name.as_str()).collect();
    if bounds.iter().any(|bound| bound.column.is_none()) {
        return None;
    }
    let is_run = !bounds.is_empty() && range_fault(&columns, bounds).is_none();
    Some((table, if is_run { Footprint::Narrow } else { Footprint::Whole }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, findings_of};

    const SCHEMA: &str = r#"
//- /lunora/schema.ts
export default defineSchema({
  cards: defineTable({ boardId: v.string(), column: v.string(), at: v.number() }).index("by_board", ["boardId", "column"]),
  boards: defineTable({ slug: v.string() }).index("by_slug", ["slug"], { unique: true }),
  rates: defineTable({ code: v.string() }).global().index("by_code", ["code"]),
});
"#;

    fn on_schema(code: &str) -> String {
        format!("{SCHEMA}{code}")
    }

    #[test]
    fn every_other_read_of_the_table_is_reported() {
        check(
            &RULE,
            &on_schema(
                r#"
//- /lunora/cards.ts
export const board = query.input({ b: v.string(), id: v.id("cards") }).query(async ({ ctx, args }) => {
  const cards = await ctx.db.query("cards").withIndex("by_board", (q) => q.eq("boardId", args.b)).collect();
  const open = await ctx.db.cards.get(args.id);
  //                 ^^^ INFO subscription_widened The live query `cards:board` reads `cards` by a range elsewhere, and this `get`
  const count = await ctx.db.cards.count({ boardId: args.b });
  //                  ^^^ subscription_widened
  const late = await ctx.db.query("cards").withIndex("by_board", (q) => q.eq("column", "done")).take(5);
  //                 ^^^ subscription_widened
  // lunora-advisor-disable-next-line subscription_widened -- the newest card of all is shown
  const newest = await ctx.db.query("cards").order("desc").first();
  return { cards, open, count, late, newest };
});
"#,
            ),
        );
    }

    #[test]
    fn a_helper_is_reported_with_the_live_queries_that_it_widens() {
        let fixture = on_schema(
            r#"
//- /lunora/lib/cards.ts
export const card = (ctx, id) => ctx.db.cards.get(id);
//                               ^^^ subscription_widened
export const all = (ctx) => ctx.db.query("cards").collect();
//- /lunora/cards.ts
import { query, mutation, internalQuery, v } from "./_generated/server";
import { all, card } from "./lib/cards";
const ofBoard = (ctx, board) => ctx.db.query("cards").withIndex("by_board", (q) => q.eq("boardId", board)).collect();
export const one = query.input({ id: v.id("cards") }).query(async ({ ctx, args }) => [await card(ctx, args.id), await ofBoard(ctx, "b")]);
export const only = query.input({ id: v.id("cards") }).query(({ ctx, args }) => card(ctx, args.id));
export const inside = internalQuery.query(async ({ ctx }) => [await all(ctx), await ofBoard(ctx, "b")]);
export const change = mutation.mutation(async ({ ctx }) => [await all(ctx), await ofBoard(ctx, "b")]);
"#,
        );
        check(&RULE, &fixture);
        let findings = findings_of(&RULE, &fixture);
        let [finding] = findings.as_slice() else { panic!("{findings:#?}") };
        assert_eq!(finding.callers, ["cards:one"]);
    }

    #[test]
    fn narrow_reads_other_tables_and_other_branches_are_silent() {
        check(
            &RULE,
            &on_schema(
                r#"
//- /lunora/cards.ts
export const narrow = query.input({ b: v.string() }).query(async ({ ctx, args }) => {
  const board = await ctx.db.query("boards").withIndex("by_slug", (q) => q.eq("slug", args.b)).unique();
  const cards = await ctx.db.query("cards").withIndex("by_board", (q) => q.eq("boardId", args.b)).collect();
  const done = await ctx.db.query("cards").withIndex("by_board", (q) => q.eq("boardId", args.b).eq("column", "done")).first();
  return { board, cards, done };
});
export const whole = query.query(async ({ ctx }) => [await ctx.db.query("cards").collect(), await ctx.db.cards.count()]);
export const either = query.input({ b: v.optional(v.string()) }).query(async ({ ctx, args }) => {
  if (args.b) return await ctx.db.query("cards").withIndex("by_board", (q) => q.eq("boardId", args.b)).collect();
  return await ctx.db.query("cards").take(20);
});
export const chosen = query.input({ b: v.optional(v.string()) }).query(async ({ ctx, args }) => {
  const reader = args.b ? ctx.db.query("cards").withIndex("by_board", (q) => q.eq("boardId", args.b)) : ctx.db.query("cards");
  return await reader.take(20);
});
export const global = query.query(async ({ ctx }) => [await ctx.db.rates.get("x"), await ctx.db.rates.findMany({ where: { code: "a" } })]);
export const unknown = query.input({ t: v.string(), id: v.string() }).query(async ({ ctx, args }) => [
  await ctx.db.query("cards").withIndex("by_board", (q) => q.eq("boardId", "b")).collect(),
  await ctx.db.query(args.t).collect(),
  await ctx.db.get(args.id),
]);
"#,
            ),
        );
    }
}
