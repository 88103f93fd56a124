//! From rows that are gone to rows that are marked.

use lunora_facts::Span;
use lunora_project::Part;
use lunora_project::access::Write;
use lunora_project::schema::{Modifier, Table};
use lunora_report::Fix;

use super::code::Code;
use super::index::space_before;
use super::risky;
use super::style::Style;
use crate::context::RuleContext;

/// The fix that lets a table mark its deleted rows, written after one of its other modifiers.
pub(crate) fn add_soft_delete(context: &RuleContext<'_>, table: &Table, after: &Modifier) -> Option<Fix> {
    let Part::MethodCall { call, .. } = after.place.part else { return None };
    let others = context.schema().tables.iter().filter(|other| other.name != table.name);
    let is_shared = others.flat_map(|other| &other.modifiers).any(|other| other.place == after.place);
    let code = Code::of(context.project, after.place.file);
    let link = code.link(call).filter(|_| !is_shared)?;
    let style = context.style(code.file, || Style::of(&code));
    let call = ".softDelete()";
    let edit = code
        .edit(Span::new(link.end, link.end), format!("{}{call}", space_before(&code, &style, &link, call)));
    let reason =
        "deleted rows stay in the table: they keep their unique keys, and a lookup by id still returns them";
    Some(risky(format!("Add `{call}` to `{}`", table.name), vec![edit], reason.to_owned()))
}

/// The fix that marks a row instead of removing it.
pub(crate) fn delete_softly(context: &RuleContext<'_>, write: &Write) -> Option<Fix> {
    let code = Code::of(context.project, write.site.file);
    let link = code.link(write.site.expr).filter(|link| link.name == "hardDelete")?;
    let name = Span::new(link.name_start, link.name_start + u32::try_from(link.name.len()).ok()?);
    let reason = "the row stays in the table, and in every backup of it, until something else removes it";
    Some(risky(
        "Use the soft `delete`".to_owned(),
        vec![code.edit(name, "delete".to_owned())],
        reason.to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_unsafe_fix, rule};

    fn project(table: &str, delete: &str) -> String {
        format!(
            r#"
//- /lunora/schema.ts
export default defineSchema({{
  events: defineTable({{ at: v.number() }}){table},
}});
//- /lunora/events.ts
export const drop = mutation.input({{ id: v.id("events") }}).mutation(({{ ctx, args }}) => ctx.db.events.{delete}(args.id));
"#
        )
    }

    #[test]
    fn a_table_that_is_followed_marks_its_deleted_rows() {
        check_unsafe_fix(
            rule("commit_ordered_hard_delete"),
            &project("\n    .commitOrdered()\n    .public()", "delete"),
            "stay in the table",
            &project("\n    .commitOrdered()\n    .softDelete()\n    .public()", "delete"),
        );
        check_unsafe_fix(
            rule("commit_ordered_hard_delete"),
            &project(".commitOrdered().softDelete()", "hardDelete"),
            "until something else removes it",
            &project(".commitOrdered().softDelete()", "delete"),
        );
    }
}
