//! Adding an index to a table, and taking one away.

use lunora_facts::Span;
use lunora_project::schema::{Table, Tier};
use lunora_report::Edit;

use super::code::{Code, Link};
use super::style::{LINE_WIDTH, Style, indentation, line_before};
use super::table::declaration;
use crate::context::RuleContext;
use crate::indexes::Proposal;
use crate::words::listed;

/// What the action that adds an index is called.
pub(super) fn title(table: &str, proposal: &Proposal) -> String {
    format!("Add index `{}` on {} to `{table}`", proposal.name, listed(&proposal.fields))
}

/// What an index on a table costs.
pub(super) fn cost(context: &RuleContext<'_>, table: &str) -> String {
    let inserts = context
        .project
        .writes
        .iter()
        .filter(|write| write.is_insert() && write.tables.iter().any(|written| written.name == table));
    let mut names: Vec<&str> = inserts
        .flat_map(|write| &write.reached_from)
        .map(|reach| context.project.procedure(reach.procedure).name.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    let by = match names.as_slice() {
        [] => String::new(),
        few @ ([_] | [_, _] | [_, _, _]) => format!(" by {}", listed(few)),
        [first, second, rest @ ..] => {
            format!(" by `{first}`, `{second}` and {} more procedures", rest.len())
        }
    };
    let built = match context.schema().table(table).map(|table| &table.tier) {
        Some(Tier::Global) => "it is built by the next migration of the global database",
        Some(Tier::Sharded(_)) => "each shard builds it on its next cold start",
        _ => "it is built on the next cold start",
    };
    format!("The index costs one more row written per insert{by}; {built}.")
}

/// The edit that declares an index: after the other indexes of its table, written as they are.
pub(super) fn add_index(context: &RuleContext<'_>, table: &Table, proposal: &Proposal) -> Option<Edit> {
    if !table.has_all_indexes || table.is_opaque {
        return None;
    }
    let declaration = declaration(context.project, table)?;
    let code = Code::of(context.project, declaration.file);
    let style = context.style(code.file, || Style::of(&code));
    let mut calls: Vec<Link<'_>> = Vec::new();
    let mut call = declaration.last;
    while let Some(link) = code.link(call) {
        call = link.receiver;
        calls.push(link);
    }
    // From the last call inwards: the first index that is met is the last one that is declared.
    let neighbour = calls.iter().find(|link| link.name == "index").or_else(|| calls.first());
    let call = format!(".index({}, [{}])", style.string(&proposal.name), style.strings(&proposal.fields));
    let (at, space) = match neighbour {
        Some(link) => (link.end, space_before(&code, &style, link, &call)),
        None => (code.span(declaration.last).end, String::new()),
    };
    Some(code.edit(Span::new(at, at), format!("{space}{call}")))
}

/// What stands between a call and one that is written after it in the same way.
fn space_before(code: &Code<'_>, style: &Style, link: &Link<'_>, call: &str) -> String {
    let line = line_before(code.text, link.dot as usize);
    if line.trim().is_empty() {
        return format!("{}{line}", style.newline);
    }
    let rest = code.text.get(link.dot as usize..link.end as usize).unwrap_or_default();
    let is_one_line = !rest.contains('\n');
    let width = line.chars().count() + rest.chars().count() + call.chars().count();
    if is_one_line && width > LINE_WIDTH {
        format!("{}{}{}", style.newline, indentation(line), style.step)
    } else {
        String::new()
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_fix, check_no_fix, findings_of, rule};

    fn schema(tables: &str) -> String {
        format!("//- /lunora/schema.ts\nexport default defineSchema({{\n{tables}\n}});\n")
    }

    #[test]
    fn an_index_is_written_like_its_neighbours() {
        for (before, after) in [
            (
                "  posts: defineTable({ by: v.id(\"posts\") }),",
                "  posts: defineTable({ by: v.id(\"posts\") }).index(\"by_by\", [\"by\"]),",
            ),
            (
                "\tposts: defineTable({ by: v.id('posts'), at: v.number(), to: v.literal('x') })\n\t\t.index('at', ['at'])\n\t\t.public(),",
                "\tposts: defineTable({ by: v.id('posts'), at: v.number(), to: v.literal('x') })\n\t\t.index('at', ['at'])\n\t\t.index('by', ['by'])\n\t\t.public(),",
            ),
            (
                "    posts: defineTable({\n        by: v.id(\"posts\"), // who\n    }).public(), // all",
                "    posts: defineTable({\n        by: v.id(\"posts\"), // who\n    }).public().index(\"by_by\", [\"by\"]), // all",
            ),
        ] {
            check_fix(rule("unindexed_foreign_key"), &schema(before), &schema(after));
        }
    }

    #[test]
    fn a_relation_gets_the_index_on_the_table_that_it_leads_to() {
        let tables = |index: &str| {
            schema(&format!(
                "  orgs: defineTable({{ name: v.string() }}).relations((r) => ({{ teams: r.many(\"teams\", {{ field: \"orgId\" }}) }})),\n  teams: defineTable({{ orgId: v.string() }}).shardBy(\"orgId\"){index},\n  rooms: defineTable({{ orgId: v.string() }}).relations((r) => ({{ desks: r.many(\"desks\", {{ field: \"roomId\" }}) }})),\n  desks: defineTable({{ roomId: v.string() }}){index},"
            ))
        };
        let after = tables("").replace(
            "defineTable({ roomId: v.string() })",
            "defineTable({ roomId: v.string() }).index(\"by_room\", [\"roomId\"])",
        );
        check_fix(rule("unindexed_relation_target"), &tables(""), &after);
    }

    #[test]
    fn a_table_that_others_share_gets_none() {
        let shared = "//- /lunora/schema.ts\nconst rows = defineTable({ by: v.id(\"a\") });\nexport default defineSchema({ a: rows, b: rows });\n";
        check_no_fix(rule("unindexed_foreign_key"), shared);
        let own = shared.replace("b: rows", "b: defineTable({})");
        check_fix(
            rule("unindexed_foreign_key"),
            &own,
            &own.replace(") });\nexport", ") }).index(\"by_by\", [\"by\"]);\nexport"),
        );
    }

    #[test]
    fn the_action_says_what_it_adds_and_the_note_what_that_costs() {
        let fixture = schema("  posts: defineTable({ by: v.id(\"posts\") }).shardBy(\"org\"),")
            + "//- /lunora/posts.ts\nexport const add = mutation.mutation(({ ctx }) => ctx.db.insert(\"posts\", {}));\n";
        let findings = findings_of(rule("unindexed_foreign_key"), &fixture);
        let said = findings.first().map(|finding| {
            (finding.fixes.first().map(|fix| fix.title.as_str()), finding.note.as_deref().unwrap_or_default())
        });
        assert_eq!(
            said,
            Some((
                Some("Add index `by_by` on `by` to `posts`"),
                "The index costs one more row written per insert by `posts:add`; each shard builds it on its next cold start."
            ))
        );
    }
}
