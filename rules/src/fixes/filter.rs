//! From a filter to the range of an index.

use lunora_facts::{ExprId, Span};
use lunora_project::access::{AccessPath, Condition, Filter, Limit, Operator, Read, Surface};
use lunora_project::schema::{Table, is_system_column};
use lunora_project::{Part, Place};
use lunora_report::{Edit, Fix};

use super::code::{Code, Link};
use super::predicate::{Comparison, Predicate};
use super::same_rows::{comparison_differs, order_differs};
use super::style::Style;
use super::{index, risky, safe};
use crate::context::RuleContext;
use crate::indexes::{Proposal, proposal, serving};

/// A read that was rewritten.
pub(super) struct Rewritten<'a> {
    pub(super) fix: Fix,
    /// The table that gets an index for it.
    pub(super) indexed: Option<&'a str>,
}

/// The fix that lets an index find the rows which a fluent read filters out of a whole table.
pub(super) fn read_by_index<'a>(context: &RuleContext<'a>, read: &'a Read) -> Option<Rewritten<'a>> {
    let rewrite = Rewrite::of(context, read)?;
    let path = rewrite.path;
    let table = rewrite.table;
    let conditions: Vec<Condition> =
        rewrite.comparisons().map(|comparison| comparison.condition.clone()).collect();
    let chosen = choose(context, table, path, &conditions)?;
    let used = rewrite.used(&chosen.proposal.fields);
    let leaves_some = rewrite.leaves_some(&used);
    if used.is_empty() || (leaves_some && path.limit != Limit::None) {
        return None;
    }
    let mut edits = rewrite.edits(&chosen.proposal.name, &used);
    let mut title = format!("Read by the index `{}`", chosen.proposal.name);
    if chosen.is_new {
        edits.push(index::add_index(context, table, &chosen.proposal)?);
        title = format!("{}, and read by it", index::title(&table.name, &chosen.proposal));
    }
    let fix = match rewrite.difference(context, read, &chosen.proposal.fields, &used) {
        None => safe(title, edits),
        Some(reason) => risky(title, edits, reason),
    };
    Some(Rewritten { fix, indexed: chosen.is_new.then_some(&table.name) })
}

/// An index to read by.
struct Choice {
    proposal: Proposal,
    is_new: bool,
}

/// The index that serves the conditions, or a new one. One that serves a part of them is no help where a limit waits for the rest.
fn choose(
    context: &RuleContext<'_>,
    table: &Table,
    path: &AccessPath,
    conditions: &[Condition],
) -> Option<Choice> {
    let known = serving(table, conditions).filter(|index| index.has_all_fields);
    if let Some(known) = known {
        let fields: Vec<String> = known.fields.iter().map(|field| field.name.clone()).collect();
        let serves_all = conditions.iter().all(|condition| fields.contains(&condition.column));
        if serves_all || path.limit == Limit::None {
            return Some(Choice { proposal: Proposal { name: known.name.clone()?, fields }, is_new: false });
        }
    }
    let is_any = !conditions.is_empty();
    is_any.then(|| Choice { proposal: proposal(context.schema(), table, conditions), is_new: true })
}

/// A `.filter(…)` of the chain, with what can be read of it.
struct FilterLink<'a> {
    link: Link<'a>,
    /// `None` if it is not written out.
    predicate: Option<Predicate>,
    comparisons: Vec<Comparison<'a>>,
}

/// A chain whose filters can be rewritten.
struct Rewrite<'a> {
    code: Code<'a>,
    path: &'a AccessPath,
    table: &'a Table,
    /// The `query(…)` that the chain begins with.
    begin: ExprId,
    links: Vec<Link<'a>>,
    filters: Vec<FilterLink<'a>>,
}

impl<'a> Rewrite<'a> {
    fn of(context: &RuleContext<'a>, read: &'a Read) -> Option<Self> {
        let path = read.paths.first()?;
        let [name] = path.tables.as_slice() else { return None };
        let table = context.schema().table(&name.name)?;
        let is_alike = |other: &AccessPath| {
            other.tables.len() == 1
                && other.tables.iter().all(|table| table.name == name.name)
                && other.surface == Surface::Fluent
                && other.is_table_known
                && other.index.is_none()
                && alike(&other.filters, &path.filters)
        };
        let last = path.filters.last()?.place;
        let code = Code::of(context.project, read.key.file);
        if !read.paths.iter().all(is_alike) || last.file != code.file {
            return None;
        }
        let links = code.links(read.key.expr, called(last)?)?;
        let mut filters = Vec::new();
        for filter in &path.filters {
            let link = *links.iter().find(|link| Some(link.call) == called(filter.place))?;
            let predicate = Predicate::of(&code, &link);
            let comparisons = predicate.as_ref().map(|predicate| predicate.comparisons(&code, filter));
            let comparisons = comparisons.unwrap_or_default();
            let comparisons = comparisons.into_iter().filter(is_expressible).collect();
            filters.push(FilterLink { link, predicate, comparisons });
        }
        Some(Self { code, path, table, begin: read.key.expr, links, filters })
    }

    fn comparisons(&self) -> impl Iterator<Item = &Comparison<'a>> {
        self.filters.iter().flat_map(|filter| &filter.comparisons)
    }

    /// The comparisons that the range of an index can take over, in the order of its columns.
    fn used(&self, columns: &[String]) -> Vec<&Comparison<'a>> {
        let mut used: Vec<&Comparison<'a>> = Vec::new();
        for column in columns {
            let of_column = || self.comparisons().filter(|comparison| comparison.condition.column == *column);
            let mut equal = of_column().filter(|comparison| comparison.condition.operator == Operator::Equal);
            if let Some(equal) = equal.next() {
                used.push(equal);
                continue;
            }
            used.extend(of_column().find(|comparison| is_lower(comparison.condition.operator)));
            used.extend(of_column().find(|comparison| !is_lower(comparison.condition.operator)));
            break;
        }
        used
    }

    /// Whether a filter remains beside the range.
    fn leaves_some(&self, used: &[&Comparison<'_>]) -> bool {
        self.filters.iter().any(|filter| self.remainder(filter, used).is_some() || filter.predicate.is_none())
    }

    fn remainder(&self, filter: &FilterLink<'_>, used: &[&Comparison<'_>]) -> Option<(Span, String)> {
        let tests: Vec<ExprId> = used.iter().map(|comparison| comparison.test).collect();
        filter.predicate.as_ref()?.without(&self.code, &tests)
    }

    fn edits(&self, index: &str, used: &[&Comparison<'_>]) -> Vec<Edit> {
        let call = self.call(index, used);
        let mut edits = Vec::new();
        let mut is_placed = false;
        for filter in &self.filters {
            let link = &filter.link;
            let has_own = filter.comparisons.iter().any(|own| used.iter().any(|used| used.test == own.test));
            if !has_own {
                continue;
            }
            match self.remainder(filter, used) {
                Some((span, rest)) => edits.push(self.code.edit(span, rest)),
                // The range belongs right behind the table: an order may follow it, and not the other way round.
                None if link.receiver == self.begin => {
                    is_placed = true;
                    edits.push(self.code.edit(Span::new(link.name_start, link.end), call.clone()));
                }
                None => edits.push(self.code.edit(self.code.link_span(link), String::new())),
            }
        }
        if !is_placed && let Some(first) = self.links.first() {
            let space = self.code.slice(Span::new(first.start, first.dot));
            let at = self.code.span(self.begin).end;
            edits.push(self.code.edit(Span::new(at, at), format!("{space}.{call}")));
        }
        edits
    }

    fn call(&self, index: &str, used: &[&Comparison<'_>]) -> String {
        let style = Style::of(&self.code);
        let is_taken = used.iter().any(|comparison| comparison.operand.split(|c: char| !c.is_alphanumeric()).any(|word| word == "q"));
        let builder = if is_taken { "range" } else { "q" };
        let bounds: String = used
            .iter()
            .map(|comparison| {
                let column = style.string(&comparison.condition.column);
                format!(".{}({column}, {})", method(comparison.condition.operator), comparison.operand)
            })
            .collect();
        format!("withIndex({}, ({builder}) => {builder}{bounds})", style.string(index))
    }

    /// Why the rows or their order may differ.
    fn difference(
        &self,
        context: &RuleContext<'_>,
        read: &Read,
        columns: &[String],
        used: &[&Comparison<'_>],
    ) -> Option<String> {
        let conditions: Vec<&Condition> = used.iter().map(|comparison| comparison.condition).collect();
        read.paths.iter().find_map(|path| {
            let in_path = |comparison: &&&Comparison<'_>| {
                let source = comparison.condition.source;
                let mut all = path.filters.iter().flat_map(|filter| &filter.conditions);
                let same = all.find(|other| other.source == source && other.column == comparison.condition.column);
                same.and_then(|same| comparison_differs(context, path, self.table, comparison, same))
            };
            used.iter().find_map(|comparison| in_path(&comparison)).or_else(|| order_differs(path, columns, &conditions))
        })
    }
}

/// Whether filters are the same but for the values that they compare with.
fn alike(left: &[Filter], right: &[Filter]) -> bool {
    let shape = |filter: &Filter| {
        let conditions = filter.conditions.iter();
        let conditions: Vec<_> = conditions
            .map(|condition| (condition.column.clone(), condition.operator, condition.source, condition.is_conditional))
            .collect();
        (filter.place, conditions, filter.has_residual)
    };
    left.iter().map(shape).eq(right.iter().map(shape))
}

/// Whether the range of an index can say it: `null` finds nothing there, and `undefined` is an error.
fn is_expressible(comparison: &Comparison<'_>) -> bool {
    let condition = comparison.condition;
    let is_set = !matches!(condition.operand.literal.as_deref(), Some("null" | "undefined"));
    let is_own = !condition.column.contains('.') && !is_system_column(&condition.column);
    is_set && is_own && condition.operator != Operator::In
}

fn called(place: Place) -> Option<ExprId> {
    match place.part {
        Part::MethodCall { call, .. } => Some(call),
        _ => None,
    }
}

fn is_lower(operator: Operator) -> bool {
    matches!(operator, Operator::Greater | Operator::GreaterOrEqual)
}

fn method(operator: Operator) -> &'static str {
    match operator {
        Operator::Equal | Operator::In => "eq",
        Operator::Greater => "gt",
        Operator::GreaterOrEqual => "gte",
        Operator::Less => "lt",
        Operator::LessOrEqual => "lte",
    }
}

#[cfg(test)]
mod tests {
    use crate::rule::Rule;
    use crate::testing::{check_fix, check_no_fix, check_unsafe_fix, rule};

    fn filters() -> &'static Rule {
        rule("filter_without_index")
    }

    const SCHEMA: &str = r#"
//- /lunora/schema.ts
export default defineSchema({
  posts: defineTable({ orgId: v.string(), status: v.string(), score: v.number(), done: v.boolean(), note: v.optional(v.string()), tags: v.array(v.string()) })
    .index("by_status", ["status"]),
  users: defineTable({ name: v.string() }),
});
"#;

    fn indexed(index: &str) -> String {
        SCHEMA.replace("[\"status\"])", &format!("[\"status\"])\n    {index}"))
    }

    fn read(chain: &str) -> String {
        format!(
            "//- /lunora/posts.ts\nexport const read = query.input({{ org: v.string(), status: v.optional(v.string()) }}).query(({{ ctx, args }}) =>\n  ctx.db.query(\"posts\"){chain},\n);\n"
        )
    }

    #[track_caller]
    fn is_rewritten(before: &str, index: &str, after: &str) {
        let schema = if index.is_empty() { SCHEMA.to_owned() } else { indexed(index) };
        check_fix(filters(), &format!("{SCHEMA}{}", read(before)), &format!("{schema}{}", read(after)));
    }

    #[track_caller]
    fn is_rewritten_unsafely(before: &str, reason: &str, index: &str, after: &str) {
        let schema = if index.is_empty() { SCHEMA.to_owned() } else { indexed(index) };
        check_unsafe_fix(filters(), &format!("{SCHEMA}{}", read(before)), reason, &format!("{schema}{}", read(after)));
    }

    #[track_caller]
    fn is_kept(before: &str) {
        check_no_fix(filters(), &format!("{SCHEMA}{}", read(before)));
    }

    const BY_ORG: &str = ".index(\"by_org\", [\"orgId\"])";

    #[test]
    fn an_equality_becomes_the_range_of_a_new_index() {
        is_rewritten(
            ".filter((d) => d.orgId === args.org).collect()",
            BY_ORG,
            ".withIndex(\"by_org\", (q) => q.eq(\"orgId\", args.org)).collect()",
        );
        is_rewritten(
            ".filter(({ orgId }) => { return args.org === orgId; }).take(5)",
            BY_ORG,
            ".withIndex(\"by_org\", (q) => q.eq(\"orgId\", args.org)).take(5)",
        );
        is_rewritten(
            ".filter((d) => !d.done).first()",
            ".index(\"by_done\", [\"done\"])",
            ".withIndex(\"by_done\", (q) => q.eq(\"done\", false)).first()",
        );
    }

    #[test]
    fn an_index_that_exists_is_used() {
        is_rewritten(
            ".filter((d) => d.status === \"live\").collect()",
            "",
            ".withIndex(\"by_status\", (q) => q.eq(\"status\", \"live\")).collect()",
        );
    }

    #[test]
    fn the_range_comes_before_an_order_and_several_filters_become_one_range() {
        is_rewritten(
            ".order(\"desc\").filter((d) => d.orgId === args.org).collect()",
            BY_ORG,
            ".withIndex(\"by_org\", (q) => q.eq(\"orgId\", args.org)).order(\"desc\").collect()",
        );
        is_rewritten(
            "\n    .order(\"desc\")\n    .filter((d) => d.orgId === args.org)\n    .filter((d) => d.done)\n    .take(5)",
            ".index(\"by_org_done\", [\"orgId\", \"done\"])",
            "\n    .withIndex(\"by_org_done\", (q) => q.eq(\"orgId\", args.org).eq(\"done\", true))\n    .order(\"desc\")\n    .take(5)",
        );
    }

    #[test]
    fn what_a_range_cannot_say_stays_a_filter() {
        is_rewritten(
            ".filter((d) => d.orgId === args.org && d.tags.includes(\"a\") && (d.score < 1 || d.score > 5)).collect()",
            BY_ORG,
            ".withIndex(\"by_org\", (q) => q.eq(\"orgId\", args.org)).filter((d) => d.tags.includes(\"a\") && (d.score < 1 || d.score > 5)).collect()",
        );
        is_kept(".filter((d) => d.orgId === args.org && d.tags.includes(\"a\")).take(5)");
    }

    #[test]
    fn what_may_change_the_rows_or_their_order_is_unsafe() {
        is_rewritten_unsafely(
            ".filter((d) => d.score >= 10 && d.orgId === args.org).collect()",
            "rows come in the order of `score`",
            ".index(\"by_org_score\", [\"orgId\", \"score\"])",
            ".withIndex(\"by_org_score\", (q) => q.eq(\"orgId\", args.org).gte(\"score\", 10)).collect()",
        );
        is_rewritten_unsafely(
            ".filter((d) => d.status === args.status).collect()",
            "if `args.status` is undefined, a range throws",
            "",
            ".withIndex(\"by_status\", (q) => q.eq(\"status\", args.status)).collect()",
        );
        is_rewritten_unsafely(
            ".filter((d) => d.note === args.org).collect()",
            "if `args.org` is null, a range finds no row",
            ".index(\"by_note\", [\"note\"])",
            ".withIndex(\"by_note\", (q) => q.eq(\"note\", args.org)).collect()",
        );
        is_rewritten_unsafely(
            ".filter((d) => d.orgId == args.org).collect()",
            "another type",
            BY_ORG,
            ".withIndex(\"by_org\", (q) => q.eq(\"orgId\", args.org)).collect()",
        );
        is_rewritten_unsafely(
            ".filter((d) => d.orgId === ctx.auth.userId!).collect()",
            "undefined",
            BY_ORG,
            ".withIndex(\"by_org\", (q) => q.eq(\"orgId\", ctx.auth.userId!)).collect()",
        );
        is_rewritten(
            ".filter((d) => d.note === \"x\").collect()",
            ".index(\"by_note\", [\"note\"])",
            ".withIndex(\"by_note\", (q) => q.eq(\"note\", \"x\")).collect()",
        );
    }

    #[test]
    fn what_is_not_written_out_in_the_chain_is_left_alone() {
        is_kept(".filter((d) => d.note === undefined).collect()");
        is_kept(".filter((d) => d.note === null).collect()");
        is_kept(".filter((d) => d.status === \"a\" || d.status === \"b\").collect()");
        is_kept(".filter((d) => /* the org */ d.orgId === args.org).collect()");
        check_no_fix(
            filters(),
            &format!(
                "{SCHEMA}{}",
                r#"
//- /lunora/posts.ts
const isLive = (d) => d.status === "live";
export const named = query.query(({ ctx }) => ctx.db.query("posts").filter(isLive).collect());
export const held = query.input({ o: v.string() }).query(({ ctx, args }) => {
  let reader = ctx.db.query("posts");
  reader = reader.filter((d) => d.orgId === args.o);
  return reader.collect();
});
"#
            ),
        );
    }

    #[test]
    fn a_helper_is_rewritten_if_it_holds_for_all_its_callers() {
        let helper = |link: &str| {
            format!(
                r#"
//- /lunora/lib/rows.ts
export const of = (db, org: string) => db.query("posts"){link}.collect();
//- /lunora/posts.ts
import {{ query, v }} from "./_generated/server";
import {{ of }} from "./lib/rows";
export const one = query.input({{ a: v.string() }}).query(({{ ctx, args }}) => of(ctx.db, args.a));
export const two = query.input({{ b: v.OPTIONAL }}).query(({{ ctx, args }}) => of(ctx.db, args.b));
"#
            )
        };
        let before = helper(".filter((d) => d.orgId === org)");
        let after = helper(".withIndex(\"by_org\", (q) => q.eq(\"orgId\", org))");
        let set = |text: &str| text.replace("v.OPTIONAL", "v.string()");
        check_fix(filters(), &format!("{SCHEMA}{}", set(&before)), &format!("{}{}", indexed(BY_ORG), set(&after)));
        let unset = |text: &str| text.replace("v.OPTIONAL", "v.optional(v.string())");
        check_unsafe_fix(
            filters(),
            &format!("{SCHEMA}{}", unset(&before)),
            "if `org` is undefined",
            &format!("{}{}", indexed(BY_ORG), unset(&after)),
        );
    }

    #[test]
    fn tables_that_are_not_written_out_get_no_index() {
        let on = |table: &str| {
            format!(
                r#"
//- /lunora/schema.ts
import {{ defineSchema, defineTable, v }} from "@lunora/server";
const base = {{ orgId: v.string() }};
const owned = (shape) => defineTable({{ ...base, ...shape }});
const shared = defineTable(base);
export default defineSchema({{ posts: {table}, copies: shared }});
//- /lunora/posts.ts
export const read = query.input({{ o: v.string() }}).query(({{ ctx, args }}) => ctx.db.query("posts").filter((d) => d.orgId === args.o).collect());
"#
            )
        };
        check_no_fix(filters(), &on("owned({})"));
        check_no_fix(filters(), &on("shared"));
    }

    #[test]
    fn a_where_only_lacks_the_index() {
        let wanted = |table: &str| {
            format!(
                r#"
//- /lunora/schema.ts
import {{ posts }} from './tables/posts';
import {{ defineSchema }} from '@lunora/server';
export default defineSchema({{ posts }});
//- /lunora/tables/posts.ts
import {{ defineTable, v }} from '@lunora/server';
export const posts = defineTable({{ orgId: v.string(), score: v.number() }}){table};
//- /lunora/posts.ts
export const read = query.input({{ o: v.optional(v.string()) }}).query(({{ ctx, args }}) =>
  ctx.db.posts.findMany({{ where: {{ orgId: args.o, score: {{ gt: 3 }} }} }}),
);
export const gone = mutation.mutation(({{ ctx }}) => ctx.db.deleteWhere("posts", {{ score: 3 }}));
"#
            )
        };
        check_fix(
            filters(),
            &wanted(".global()"),
            &wanted(".global()\n  .index('by_org_score', ['orgId', 'score'])\n  .index('by_score', ['score'])"),
        );
    }
}
