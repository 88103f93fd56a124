//! From rows that are sorted in memory to an index that holds them in order.

use lunora_facts::{Expr, ExprId, FunctionKind, Span, Stmt};
use lunora_project::Place;
use lunora_project::access::{Limit, Read, Surface};
use lunora_project::index_plan::Demand;
use lunora_project::schema::{Column, Table};
use lunora_report::Edit;

use super::code::{Code, Link, may_hold_comment};
use super::rewrite::called;
use super::same_rows::{may_be_null, order_differs, still_loops};
use super::style::Style;
use super::walk::Walk;
use super::{Rewritten, index, judged};
use crate::context::RuleContext;
use crate::findings::columns;
use crate::indexes::{Suited, suited};

/// The fixes that read rows in the order in which they are sorted afterwards, if nothing else looks at them in between.
pub(crate) fn read_in_order<'a>(
    context: &RuleContext<'a>,
    read: &'a Read,
    sort: Place,
    demand: &Demand,
) -> Option<Rewritten> {
    let sorted = Sorted::of(context, read, sort)?;
    match suited(context, sorted.table, demand) {
        Suited::Declared(index) => {
            let name = index.name.as_deref().filter(|_| index.has_all_fields)?;
            let (edits, reason) = sorted.rewritten(context, read, name, &columns(index))?;
            let title = format!("Read in the order of the index `{name}`");
            Some(Rewritten { fixes: vec![judged(title, edits, reason)], indexed: None })
        }
        Suited::Proposed(proposal) => {
            let fixes = index::ways(context, sorted.table, &proposal).into_iter().filter_map(|way| {
                let (mut edits, reason) =
                    sorted.rewritten(context, read, &way.index.name, &way.index.fields)?;
                edits.push(way.edit);
                Some(judged(format!("{}, and read in its order", way.title), edits, way.reason.or(reason)))
            });
            Some(Rewritten { fixes: fixes.collect(), indexed: Some(sorted.table.name.clone()) })
        }
    }
}

/// A read by the range of an index whose rows are sorted by one column.
struct Sorted<'a> {
    code: Code<'a>,
    table: &'a Table,
    column: &'a Column,
    /// The call that sorts.
    sort: Link<'a>,
    /// The call that ends the read.
    last: Link<'a>,
    walk: Walk<'a>,
    comparison: Comparison,
}

/// How two rows are compared.
#[derive(Clone, Copy)]
struct Comparison {
    is_descending: bool,
    /// By `localeCompare`, which knows alphabets.
    is_local: bool,
}

impl<'a> Sorted<'a> {
    fn of(context: &RuleContext<'a>, read: &'a Read, sort: Place) -> Option<Self> {
        let [path] = read.paths.as_slice() else { return None };
        let [name] = path.tables.as_slice() else { return None };
        let table = context.schema().table(&name.name)?;
        let is_plain = path.surface == Surface::Fluent
            && path.is_table_known
            && path.filters.is_empty()
            && !path.is_ordered
            && path.limit == Limit::None
            && path.method == "collect"
            && sort.file == read.key.file;
        let code = Code::of(context.project, read.key.file);
        let sort = code.link(called(sort)?).filter(|_| is_plain)?;
        let has_comment = may_hold_comment(code.slice(Span::new(sort.dot, sort.end)));
        let is_sort = matches!(sort.name, "sort" | "toSorted") && !has_comment;
        let last = code.awaited(sort.receiver).filter(|_| is_sort)?;
        let links = code.links(read.key.expr, last)?;
        let walk = Walk::of(&code, table, path.index.as_ref()?, &links)?;
        let (column, comparison) = compared(&code, &sort)?;
        // Without a range, the walk of the index would be the next thing to mend.
        walk.pinned().next()?;
        let (column, last) = (table.column(column)?, code.link(last)?);
        Some(Self { code, table, column, sort, last, walk, comparison })
    }

    fn rewritten(
        &self,
        context: &RuleContext<'_>,
        read: &Read,
        index: &str,
        held: &[String],
    ) -> Option<(Vec<Edit>, Option<String>)> {
        let code = &self.code;
        let style = context.style(code.file, || Style::of(code));
        let mut edits = Vec::new();
        if self.walk.index.name.as_deref() != Some(index) {
            let span = Span::new(self.walk.link.name_start, self.walk.link.end);
            edits.push(code.edit(span, self.walk.call(code, &style, (index, held), &[])?));
        }
        if self.comparison.is_descending {
            let space = code.slice(Span::new(self.last.start, self.last.dot));
            let at = Span::new(self.last.start, self.last.start);
            edits.push(code.edit(at, format!("{space}.order({})", style.string("desc"))));
        }
        edits.push(code.edit(code.link_span(&self.sort), String::new()));
        Some((edits, self.difference(read, held)))
    }

    /// Why rows may come in another order than they were sorted in.
    fn difference(&self, read: &Read, held: &[String]) -> Option<String> {
        let name = &self.column.name;
        let pinned: Vec<String> = self.walk.pinned().map(str::to_owned).collect();
        // A sort leaves rows that it holds equal in the order in which they were read.
        let was: Vec<String> = [vec![name.clone()], columns(self.walk.index)].concat();
        let was: Vec<String> = was.into_iter().filter(|column| !pinned.contains(column)).collect();
        let is_number = matches!(self.column.kind.as_deref(), Some("number" | "timestamp" | "date"));
        if self.comparison.is_local {
            Some(format!(
                "`localeCompare` knows alphabets, and an index orders `{name}` by its characters' codes"
            ))
        } else if self.comparison.is_descending {
            Some(format!("rows with the same `{name}` come the other way round"))
        } else if !is_number || may_be_null(self.column) {
            Some(format!("rows whose `{name}` is no number come in another place"))
        } else {
            let path = read.paths.first()?;
            order_differs(path, &was, held, &pinned).or_else(|| still_loops(&read.reached_from))
        }
    }
}

/// The column that a comparison of two rows looks at: `a.x - b.x`, or `a.x.localeCompare(b.x)`.
fn compared<'a>(code: &Code<'a>, sort: &Link<'a>) -> Option<(&'a str, Comparison)> {
    let [comparison] = sort.arguments else { return None };
    let Expr::Function(function) = code.expr(*comparison) else { return None };
    let arrow = code.program.function(*function);
    let [statement] = code.program.block(arrow.body) else { return None };
    let Stmt::Return(Some(body)) = code.program.stmt(*statement) else { return None };
    let [first, second] = code.parameter_names(*function)?;
    let (left, right, is_local) = match code.expr(*body) {
        Expr::Binary { left, right, .. } => {
            let gap = code.slice(Span::new(code.span(*left).end, code.span(*right).start));
            if gap.trim() != "-" {
                return None;
            }
            (*left, *right, false)
        }
        Expr::Call { callee, arguments, optional: false, .. } => {
            let Expr::Member { object, property, optional: false } = code.expr(*callee) else { return None };
            let [other] = code.program.expr_list(*arguments) else { return None };
            let is_comparison = code.program.text(*property) == "localeCompare";
            (*object, *other, is_comparison.then_some(true)?)
        }
        _ => return None,
    };
    let (of_left, of_right) = (column_of(code, left)?, column_of(code, right)?);
    let is_descending = match (of_left.0, of_right.0) {
        (a, b) if a == first && b == second => false,
        (a, b) if a == second && b == first => true,
        _ => return None,
    };
    let is_arrow = arrow.kind == FunctionKind::Arrow && of_left.1 == of_right.1;
    is_arrow.then_some((of_left.1, Comparison { is_descending, is_local }))
}

/// `row.column`, as the names of both.
fn column_of<'a>(code: &Code<'a>, expr: ExprId) -> Option<(&'a str, &'a str)> {
    let Expr::Member { object, property, optional: false } = code.expr(expr) else { return None };
    let Expr::Binding(row) = code.expr(*object) else { return None };
    Some((code.program.text(code.program.binding(*row).name), code.program.text(*property)))
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_fix, check_no_fix, check_unsafe_fix, rule};

    fn project(index: &str, body: &str) -> String {
        format!(
            r#"
//- /lunora/schema.ts
export default defineSchema({{
  posts: defineTable({{ orgId: v.string(), score: v.number(), rank: v.optional(v.number()), title: v.string() }})
    .index("by_org", ["orgId"]){index},
}});
//- /lunora/posts.ts
export const top = query.input({{ org: v.string() }}).query(async ({{ ctx, args }}) => {{
  {body}
}});
export const newest = query.input({{ org: v.string() }}).query(({{ ctx, args }}) =>
  ctx.db.query("posts").withIndex("by_org", (q) => q.eq("orgId", args.org)).order("desc").take(3),
);
"#
        )
    }

    fn sorted(by: &str, index: &str, order: &str) -> String {
        format!(
            "const rows = await ctx.db.query(\"posts\").withIndex(\"{index}\", (q) => q.eq(\"orgId\", args.org)){order}.collect();\n  return rows{by};"
        )
    }

    #[test]
    fn numbers_that_are_sorted_upwards_come_from_an_index() {
        let index = "\n    .index(\"by_org_score\", [\"orgId\", \"score\"])";
        for by in [".sort((a, b) => a.score - b.score)", ".toSorted((one, other) => one.score - other.score)"]
        {
            let before = sorted(by, "by_org", "");
            let after = sorted("", "by_org_score", "");
            check_fix(rule("sort_without_index"), &project("", &before), &project(index, &after));
            check_fix(rule("sort_without_index"), &project(index, &before), &project(index, &after));
        }
    }

    #[test]
    fn orders_that_differ_in_some_rows_are_unsafe() {
        for (by, column, order, reason) in [
            ("(a, b) => b.score - a.score", "score", ".order(\"desc\")", "come the other way round"),
            ("(a, b) => a.rank - b.rank", "rank", "", "is no number"),
            ("(a, b) => a.title.localeCompare(b.title)", "title", "", "knows alphabets"),
        ] {
            let name = format!("by_org_{column}");
            let index = format!("\n    .index(\"{name}\", [\"orgId\", \"{column}\"])");
            check_unsafe_fix(
                rule("sort_without_index"),
                &project("", &sorted(&format!(".sort({by})"), "by_org", "")),
                reason,
                &project(&index, &sorted("", &name, order)),
            );
        }
    }

    #[test]
    fn sorts_that_are_more_than_that_are_left_alone() {
        for body in [
            sorted(".sort((a, b) => a.score - b.score || a._creationTime - b._creationTime)", "by_org", ""),
            "const rows = await ctx.db.query(\"posts\").withIndex(\"by_org\", (q) => q.eq(\"orgId\", args.org)).collect();\n  rows.sort((a, b) => a.score - b.score);\n  return rows;".to_owned(),
        ] {
            check_no_fix(rule("sort_without_index"), &project("", &body));
        }
    }
}
