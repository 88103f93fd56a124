//! One call in the place of another.

use lunora_facts::{Expr, ImportName, Span};
use lunora_project::access::{Ambient, Write};
use lunora_project::{Part, Place, Site};
use lunora_report::Fix;

use super::code::Code;
use super::names::is_identifier;
use super::risky;
use crate::context::RuleContext;

/// The fix that lets a lookup by id name its table.
pub(crate) fn name_table(context: &RuleContext<'_>, lookup: Site, table: &str) -> Option<Fix> {
    let code = Code::of(context.project, lookup.file);
    let link = code.link(lookup.expr).filter(|_| is_identifier(table))?;
    let at = Span::new(link.name_start, link.name_start);
    let title = format!("Look only in `{table}`");
    let reason = format!("an id of another table than `{table}` no longer finds a row");
    Some(risky(title, vec![code.edit(at, format!("{table}."))], reason))
}

/// The fix that writes the columns of a new row and leaves the others alone.
pub(crate) fn patch_row(context: &RuleContext<'_>, write: &Write) -> Option<Fix> {
    let code = Code::of(context.project, write.site.file);
    let link = code.link(write.site.expr).filter(|link| link.name == "replace")?;
    let is_of_orm = match code.expr(link.receiver) {
        Expr::Member { property, .. } => code.program.text(*property) == "orm",
        _ => false,
    };
    if is_of_orm {
        return None;
    }
    let name = Span::new(link.name_start, link.name_start + u32::try_from(link.name.len()).ok()?);
    let reason = "columns that the new row leaves out keep their values, and an explicit `undefined` throws";
    Some(risky("Use `patch`".to_owned(), vec![code.edit(name, "patch".to_owned())], reason.to_owned()))
}

/// The fix that asks Lunora for the time, where a context is at hand.
pub(crate) fn use_now(context: &RuleContext<'_>, ambient: &Ambient) -> Option<Fix> {
    let code = Code::of(context.project, ambient.place.file);
    let span = context.project.span(ambient.place);
    let is_without_arguments = code.slice(span).ends_with("()");
    let name = context_name(&code, span).filter(|_| is_without_arguments)?;
    let text = match ambient.callee.as_str() {
        "Date.now" => format!("{name}.now"),
        "new Date" => format!("new Date({name}.now)"),
        _ => return None,
    };
    let title = format!("Use `{name}.now`");
    let reason = format!("`{name}.now` stays the same for the whole run");
    Some(risky(title, vec![code.edit(span, text)], reason))
}

/// The fix that looks for a procedure on the other side: below `internal` rather than `api`, or the other way round.
pub(crate) fn use_root(context: &RuleContext<'_>, reference: Place, root: &str, other: &str) -> Option<Fix> {
    let code = Code::of(context.project, reference.file);
    let span = context.project.span(reference);
    if !code.slice(span).starts_with(&format!("{root}.")) {
        return None;
    }
    let end = span.start + u32::try_from(root.len()).ok()?;
    let mut edits = vec![code.edit(Span::new(span.start, end), other.to_owned())];
    let imported = |name: &str| {
        code.program.imports.iter().find(|import| {
            matches!(import.what, ImportName::Named(what) if code.program.text(what) == name)
                && import
                    .binding
                    .is_some_and(|binding| code.program.text(code.program.binding(binding).name) == name)
        })
    };
    if imported(other).is_none() {
        let import = imported(root)?;
        let specifier = code.program.text(import.specifier);
        if !specifier.trim_end_matches(".js").ends_with("_generated/api") {
            return None;
        }
        let name = Place { file: reference.file, part: Part::Binding(import.binding?) };
        let at = context.project.span(name).end;
        edits.push(code.edit(Span::new(at, at), format!(", {other}")));
    }
    let reason = "the reference may be right and the visibility of the procedure wrong";
    Some(risky(format!("Write `{other}`"), edits, reason.to_owned()))
}

/// What the context is called in the function that holds a place, or in one around it.
fn context_name<'a>(code: &Code<'a>, span: Span) -> Option<&'a str> {
    let is_context = |name: &&str| matches!(*name, "ctx" | "context");
    code.functions_around(span).find_map(|function| code.parameters(function).find(is_context))
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_no_fix, check_unsafe_fix, rule};

    #[track_caller]
    fn becomes(name: &str, fixture: &str, before: &str, reason: &str, after: &str) {
        let of = |code: &str| fixture.replace("CODE", code);
        check_unsafe_fix(rule(name), &of(before), reason, &of(after));
    }

    #[test]
    fn a_lookup_names_its_table() {
        let fixture = r#"
//- /lunora/schema.ts
export default defineSchema({ a: defineTable({ n: v.number() }), b: defineTable({}), c: defineTable({}), d: defineTable({}), e: defineTable({}) });
//- /lunora/a.ts
export const write = mutation.input({ id: v.id("a"), any: v.string() }).mutation(async ({ ctx, args }) => { CODE });
"#;
        let reason = "an id of another table";
        becomes(
            "by_id_without_table",
            fixture,
            "return ctx.db.get(args.id);",
            reason,
            "return ctx.db.a.get(args.id);",
        );
        let patch = "await ctx.db.patch(args.id, { n: 1 });";
        let read = "await ctx.db.a.get(args.id);";
        becomes("by_id_without_table", fixture, &read.replace(".a", ""), reason, read);
        check_no_fix(
            rule("by_id_without_table"),
            &fixture.replace("CODE", &patch.replace("args.id", "args.any")),
        );
    }

    #[test]
    fn a_mutator_patches() {
        let fixture = r#"
//- /lunora/schema.ts
export default defineSchema({ todos: defineTable({ text: v.string() }) });
//- /lunora/todos.ts
import { defineMutator, v } from "./_generated/server";
export const edit = defineMutator({ args: { id: v.id("todos") }, owner: "id", server: async (ctx, { id }) => { await CODE; } });
"#;
        becomes(
            "mutator_full_row_replace",
            fixture,
            "ctx.db.todos.replace(id, { text: \"replace\" })",
            "keep their values",
            "ctx.db.todos.patch(id, { text: \"replace\" })",
        );
        let orm = fixture.replace("CODE", "ctx.orm.replace(\"todos\", id).with({ text: \"a\" })");
        check_no_fix(rule("mutator_full_row_replace"), &orm);
    }

    #[test]
    fn the_time_comes_from_the_context_that_is_at_hand() {
        let fixture = "//- /lunora/schema.ts\nexport default defineSchema({});\n//- /lunora/a.ts\nexport const at = query.query(async ({ ctx }) => CODE);\n";
        let name = "nondeterministic_query_mutation";
        becomes(name, fixture, "[1].map(() => Date.now())", "the whole run", "[1].map(() => ctx.now)");
        becomes(name, fixture, "new Date().getTime()", "the whole run", "new Date(ctx.now).getTime()");
        check_no_fix(rule(name), &fixture.replace("CODE", "Math.random()"));
        check_no_fix(rule(name), &fixture.replace("({ ctx })", "()").replace("CODE", "Date.now()"));
    }

    #[test]
    fn a_reference_changes_sides_with_its_import() {
        let fixture = r#"
//- /lunora/schema.ts
export default defineSchema({});
//- /lunora/jobs.ts
import { action, internalMutation } from "./_generated/server";
import { IMPORT } from "./_generated/api";
export const sweep = internalMutation.mutation(async () => null);
export const start = action.action(async ({ ctx }) => ctx.runMutation(ROOT.jobs.sweep, {}));
"#;
        let with = |import: &str, root: &str| fixture.replace("IMPORT", import).replace("ROOT", root);
        let rule = rule("wrong_visibility_reference");
        check_unsafe_fix(rule, &with("api", "api"), "may be right", &with("api, internal", "internal"));
        check_unsafe_fix(
            rule,
            &with("internal, api", "api"),
            "may be right",
            &with("internal, api", "internal"),
        );
    }
}
