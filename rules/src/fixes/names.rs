//! Writing the name that was probably meant.

use lunora_facts::Span;
use lunora_project::{Part, Place};
use lunora_report::{Edit, Fix};

use super::code::Code;
use super::risky;
use crate::context::RuleContext;

/// The fix that writes one name in the place of another.
pub(crate) fn use_name(context: &RuleContext<'_>, place: Place, name: &str, meant: &str) -> Option<Fix> {
    let edit = rename(context, place, name, meant)?;
    let reason = format!("`{meant}` is only the nearest name");
    Some(risky(format!("Write `{meant}`"), vec![edit], reason))
}

/// The edit that writes one name in the place of another.
pub(super) fn rename(context: &RuleContext<'_>, place: Place, name: &str, meant: &str) -> Option<Edit> {
    let code = Code::of(context.project, place.file);
    if let Part::PropKey(prop) | Part::Prop(prop) = place.part {
        // `{ titel }` names a variable as well.
        let is_shorthand = code.program.props.get(prop.index())?.shorthand;
        if is_shorthand {
            return None;
        }
    }
    let span = context.project.span(place);
    let text = code.slice(span);
    let is_quoted = ['"', '\'', '`']
        .iter()
        .any(|quote| text.strip_prefix(*quote).and_then(|rest| rest.strip_suffix(*quote)) == Some(name));
    let span = if is_quoted {
        Span::new(span.start + 1, span.end.checked_sub(1)?)
    } else if text == name && is_identifier(meant) {
        span
    } else {
        return None;
    };
    Some(code.edit(span, meant.to_owned()))
}

pub(super) fn is_identifier(name: &str) -> bool {
    let is_part = |character: char| character.is_ascii_alphanumeric() || matches!(character, '_' | '$');
    !name.is_empty() && !name.starts_with(|first: char| first.is_ascii_digit()) && name.chars().all(is_part)
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_no_fix, check_unsafe_fix, rule};

    fn project(index: &str, read: &str) -> String {
        format!(
            r#"
//- /lunora/schema.ts
import {{ defineSchema, defineTable, v }} from '@lunora/server';
export default defineSchema({{ posts: defineTable({{ title: v.string() }}).index("by_title", ['{index}']) }});
//- /lunora/posts.ts
const SLIP = "by_titel";
export const read = query.input({{ title: v.string() }}).query(({{ ctx, args }}) => {read});
"#
        )
    }

    #[track_caller]
    fn is_renamed(name: &str, before: &str, after: &str) {
        let reason = "is only the nearest name";
        check_unsafe_fix(rule(name), &project("title", before), reason, &project("title", after));
    }

    #[test]
    fn the_nearest_name_is_written_as_the_wrong_one_was() {
        let ranged =
            "ctx.db.query(\"posts\").withIndex(\"by_title\", (q) => q.eq(\"title\", args.title)).first()";
        is_renamed("unknown_table", &ranged.replace("posts", "post"), ranged);
        is_renamed("unknown_index", &ranged.replace("by_title", "byTitel"), ranged);
        is_renamed(
            "unknown_field",
            &ranged.replace("\"title\"", "'titel'"),
            &ranged.replace("\"title\"", "'title'"),
        );
        let facade = "ctx.db.posts.findMany({ where: { title: args.title } })";
        is_renamed("unknown_table", &facade.replace("posts", "post"), facade);
        is_renamed("unknown_field", &facade.replace("{ title:", "{ titel:"), facade);
        let read = "ctx.db.posts.get(\"x\")";
        check_unsafe_fix(
            rule("index_references_unknown_field"),
            &project("titel", read),
            "is only the nearest name",
            &project("title", read),
        );
    }

    #[test]
    fn a_name_that_is_far_from_all_others_is_left_alone() {
        check_no_fix(rule("unknown_table"), &project("title", "ctx.db.query(\"accounts\").first()"));
    }
}
