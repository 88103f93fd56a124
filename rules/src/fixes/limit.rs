//! Ending a read that returns a whole table.

use lunora_facts::{Expr, Span};
use lunora_project::Part;
use lunora_project::access::{Limit, Read};
use lunora_report::Fix;

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

#[cfg(test)]
mod tests {
    use crate::testing::{check_no_fix, check_unsafe_fix, rule};

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
            let reason = "rows after the first 100 are left out";
            check_unsafe_fix(rule("unbounded_collect"), &project(before), reason, &project(after));
        }
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
