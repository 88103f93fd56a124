//! Ending a read that returns a whole table.

use lunora_facts::{Expr, ExprId, FunctionId, PropKey, Span, Stmt};
use lunora_project::Part;
use lunora_project::access::{Limit, Read, Surface};
use lunora_report::{Edit, Fix};

use super::code::Code;
use super::risky;
use crate::context::RuleContext;

/// How many rows a page of a list usually holds at most.
const ROWS: u32 = 100;

/// The fix that makes a read return so many rows and no more.
pub(crate) fn limit_rows(context: &RuleContext<'_>, read: &Read) -> Option<Fix> {
    let is_plain = read.paths.iter().all(|path| path.limit == Limit::None && path.filters.is_empty());
    let code = Code::of(context.project, read.place.file);
    let Part::Chain { to, .. } = read.place.part else { return None };
    let link = code.link(to).filter(|_| is_plain)?;
    let edit = match (link.name, link.arguments) {
        ("collect", []) => code.edit(Span::new(link.name_start, link.end), format!("take({ROWS})")),
        ("findMany", []) => {
            code.edit(Span::new(link.name_start, link.end), format!("findMany({{ limit: {ROWS} }})"))
        }
        ("findMany", [options]) => {
            let Expr::Object(properties) = code.expr(*options) else { return None };
            let (_, first) = code.program.object(*properties).next()?;
            let open = code.span(*options).start + 1;
            let rest = code.text.get(open as usize..code.span(first.value).start as usize)?;
            let space = rest.get(..rest.len() - rest.trim_start().len())?;
            code.edit(Span::new(open, open), format!("{space}limit: {ROWS},"))
        }
        _ => return None,
    };
    let reason = format!("rows after the first {ROWS} are left out");
    Some(risky(format!("Read at most {ROWS} rows"), vec![edit], reason))
}

/// The fix that returns a read page by page, where it is all that a procedure returns.
pub(crate) fn read_in_pages(context: &RuleContext<'_>, read: &Read) -> Option<Fix> {
    let ([path], [reach]) = (read.paths.as_slice(), read.reached_from.as_slice()) else { return None };
    let is_plain = path.surface == Surface::Fluent
        && path.limit == Limit::None
        && path.filters.is_empty()
        && reach.calls.is_empty()
        && reach.loops.is_empty();
    let code = Code::of(context.project, read.place.file);
    let Part::Chain { to, .. } = read.place.part else { return None };
    let link =
        code.link(to).filter(|link| is_plain && link.name == "collect" && link.arguments.is_empty())?;
    let is_read = |value: ExprId| value == to || *code.expr(value) == Expr::Await(to);
    let returns = |stmt: &Stmt| matches!(stmt, Stmt::Return(Some(value)) if is_read(*value));
    let is_returned = code.stmt_around(to).is_some_and(returns);
    let handler = code.functions_around(code.span(to)).next().filter(|_| is_returned)?;
    code.parameters(handler).find(|name| *name == "args")?;
    let cursor = cursor_input(&code, handler)?;
    let pages = format!("paginate({{ numItems: {ROWS}, cursor: args.cursor }})");
    let edits = vec![cursor, code.edit(Span::new(link.name_start, link.end), pages)];
    let reason = "callers get a page (`page`, `isDone`, `continueCursor`) in the place of all rows, and ask for the next one by its cursor";
    Some(risky("Return the rows page by page".to_owned(), edits, reason.to_owned()))
}

/// The edit that lets a procedure take a cursor.
fn cursor_input(code: &Code<'_>, handler: FunctionId) -> Option<Edit> {
    let mut link = code.link(code.call_with(handler)?)?;
    while link.name != "input" {
        link = code.link(link.receiver)?;
    }
    let [shape] = link.arguments else { return None };
    let Expr::Object(properties) = code.expr(*shape) else { return None };
    let is_cursor = |key: PropKey| matches!(key, PropKey::Name(name) if code.program.text(name) == "cursor");
    let mut keys = code.program.object(*properties).map(|(_, property)| property.key);
    let (_, first) = code.program.object(*properties).next().filter(|_| !keys.any(is_cursor))?;
    let open = code.span(*shape).start + 1;
    let rest = code.text.get(open as usize..code.span(first.value).start as usize)?;
    // What makes validators is at hand where the first column has one.
    let is_usual = code.source(first.value).starts_with("v.");
    let space = rest.get(..rest.len() - rest.trim_start().len()).filter(|_| is_usual)?;
    Some(code.edit(Span::new(open, open), format!("{space}cursor: v.optional(v.string()),")))
}

#[cfg(test)]
mod tests {
    use crate::testing::{apply_unsafely, check_no_fix, findings_of, rule};

    fn project(read: &str) -> String {
        format!(
            r#"
//- /lunora/schema.ts
export default defineSchema({{ posts: defineTable({{ title: v.string(), tags: v.array(v.string()) }}) }});
//- /lunora/posts.ts
export const read = query.input({{ n: v.number() }}).query(({{ ctx, args }}) => {read});
"#
        )
    }

    #[test]
    fn a_read_of_a_whole_table_gets_a_limit() {
        for (before, after) in [
            (
                "ctx.db.query(\"posts\").order(\"desc\").collect()",
                "ctx.db.query(\"posts\").order(\"desc\").take(100)",
            ),
            ("ctx.db.posts.findMany()", "ctx.db.posts.findMany({ limit: 100 })"),
            (
                "ctx.db.posts.findMany({ select: [\"title\"] })",
                "ctx.db.posts.findMany({ limit: 100, select: [\"title\"] })",
            ),
        ] {
            apply_unsafely(rule("unbounded_collect"), &project(before), &project(after));
        }
    }

    #[test]
    fn what_a_procedure_returns_whole_can_be_returned_in_pages() {
        let titles = |read: &str| -> Vec<String> {
            let fixes = findings_of(rule("unbounded_collect"), &project(read))
                .into_iter()
                .flat_map(|finding| finding.fixes);
            fixes.map(|fix| fix.title).collect()
        };
        assert_eq!(
            titles("ctx.db.query(\"posts\").collect()"),
            ["Read at most 100 rows", "Return the rows page by page"]
        );
        assert_eq!(
            titles("ctx.db.query(\"posts\").collect().then((rows) => rows.length)"),
            ["Read at most 100 rows"]
        );
        let findings = findings_of(
            rule("unbounded_collect"),
            &project("ctx.db.query(\"posts\").order(\"desc\").collect()"),
        );
        let edits = findings.iter().flat_map(|finding| &finding.fixes).nth(1).map(|fix| &fix.edits);
        let texts: Vec<&str> = edits.into_iter().flatten().map(|edit| edit.new_text.as_str()).collect();
        assert_eq!(
            texts,
            [" cursor: v.optional(v.string()),", "paginate({ numItems: 100, cursor: args.cursor })"]
        );
    }

    #[test]
    fn a_limit_that_is_there_or_would_come_too_late_is_not_written() {
        for read in [
            "ctx.db.query(\"posts\").filter((d) => d.tags.includes(\"a\")).collect()",
            "ctx.db.query(\"posts\").take(args.n)",
        ] {
            check_no_fix(rule("unbounded_collect"), &project(read));
        }
    }
}
