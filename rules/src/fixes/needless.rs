//! Taking an index away that nothing needs.

use lunora_project::access::{AccessPath, Indeterminacy, Read};
use lunora_project::schema::{Index, Table};
use lunora_project::{Part, Place};
use lunora_report::{Edit, Fix};

use super::code::Code;
use super::index::{is_shared, names_index};
use super::names::rename;
use super::{risky, safe};
use crate::context::RuleContext;
use crate::indexes::serving;
use crate::reads::{Cost, Verdict};

/// The fix that removes an index, and lets the reads that name it name another one with the same leading columns.
pub(crate) fn remove_index(
    context: &RuleContext<'_>,
    table: &Table,
    index: &Index,
    covering: Option<&Index>,
) -> Option<Fix> {
    let name = index.name.as_deref()?;
    let paths = || context.project.reads.iter().flat_map(|read| &read.paths);
    if is_shared(context, table, index)
        || is_wanted(context, table, index)
        || !context.project.is_fully_read()
        || paths().any(|path| may_name_any(path, table))
    {
        return None;
    }
    let mut edits = vec![removal(context, index)?];
    let mut is_reordered = false;
    let users = context
        .project
        .reads
        .iter()
        .filter(|read| read.paths.iter().any(|path| names_index(path, table, index)));
    for read in users {
        let covering = covering?;
        edits.extend(renamed(context, read, table, index, covering.name.as_deref()?, &edits)?);
        is_reordered |= covering.fields.len() > index.fields.len();
    }
    let title = match covering.and_then(|covering| covering.name.as_deref()) {
        Some(other) if edits.len() > 1 => format!("Remove the index `{name}`, and read by `{other}`"),
        _ => format!("Remove the index `{name}`"),
    };
    Some(if is_reordered {
        let reason = "rows with equal columns come in the order of the wider index's next column, no longer in that of their creation";
        risky(title, edits, reason.to_owned())
    } else {
        safe(title, edits)
    })
}

/// The fix that removes an index by which nothing in the project reads.
pub(crate) fn remove_unused(context: &RuleContext<'_>, table: &Table, index: &Index) -> Option<Fix> {
    let Fix { title, edits, .. } = remove_index(context, table, index, None)?;
    let reason = "code that is not part of the project may still name it";
    Some(risky(title, edits, reason.to_owned()))
}

fn removal(context: &RuleContext<'_>, index: &Index) -> Option<Edit> {
    let Part::MethodCall { call, .. } = index.place.part else { return None };
    let code = Code::of(context.project, index.place.file);
    let link = code.link(call)?;
    Some(code.edit(code.link_span(&link), String::new()))
}

/// The edits that let a read name another index, without those that are there already. `None` if the name is written where others read
/// it, too.
fn renamed(
    context: &RuleContext<'_>,
    read: &Read,
    table: &Table,
    index: &Index,
    other: &str,
    known: &[Edit],
) -> Option<Vec<Edit>> {
    let mut edits: Vec<Edit> = Vec::new();
    for path in &read.paths {
        let place = name_place(path)?;
        let mut all = context.project.reads.iter().flat_map(|read| &read.paths);
        if all.any(|path| name_place(path) == Some(place) && !names_index(path, table, index)) {
            return None;
        }
        let edit = rename(context, place, index.name.as_deref()?, other)?;
        if !edits.contains(&edit) && !known.contains(&edit) {
            edits.push(edit);
        }
    }
    Some(edits)
}

fn name_place(path: &AccessPath) -> Option<Place> {
    path.index.as_ref()?.name.as_ref()?.1
}

/// Whether a read that looks at all rows could use an index: the fix of that finding comes first.
fn is_wanted(context: &RuleContext<'_>, table: &Table, index: &Index) -> bool {
    let wants = |verdict: &Verdict| match &verdict.cost {
        Cost::FilterWithoutIndex(filter) => {
            verdict.tables.contains(&table.name)
                && serving(table, &filter.conditions).is_some_and(|serving| serving.place == index.place)
        }
        _ => false,
    };
    context.costly_reads().any(|(_, verdict)| wants(verdict))
}

/// Whether a read may name any index of a table.
fn may_name_any(path: &AccessPath, table: &Table) -> bool {
    let is_of_table = path.tables.iter().any(|used| used.name == table.name);
    let is_of_any = !path.is_table_known && !path.unknown.contains(&Indeterminacy::Database);
    (is_of_any && path.index.is_some()) || (is_of_table && path.unknown.contains(&Indeterminacy::IndexName))
}

#[cfg(test)]
mod tests {
    use crate::testing::{check_fix, check_no_fix, check_unsafe_fix, rule};

    fn project(indexes: &str, read: &str) -> String {
        format!(
            r#"
//- /lunora/schema.ts
export default defineSchema({{
  posts: defineTable({{ a: v.string(), b: v.string() }}){indexes},
}});
//- /lunora/posts.ts
export const read = query.query(({{ ctx }}) => {read});
"#
        )
    }

    const OTHER: &str =
        "ctx.db.query(\"posts\").withIndex(\"by_a_b\", (q) => q.eq(\"a\", \"x\").eq(\"b\", \"y\")).first()";

    #[test]
    fn an_index_that_nothing_names_is_removed() {
        for (before, after) in [
            (
                "\n    .index(\"by_a\", [\"a\"])\n    .index(\"by_a_b\", [\"a\", \"b\"])",
                "\n    .index(\"by_a_b\", [\"a\", \"b\"])",
            ),
            (
                "\n    .index(\"by_a_b\", [\"a\", \"b\"]) // for the feed\n    // for nothing\n    .index(\"by_a\", [\"a\"])\n    .softDelete()",
                "\n    .index(\"by_a_b\", [\"a\", \"b\"]) // for the feed\n    // for nothing\n    .softDelete()",
            ),
            (
                ".index(\"by_a_b\", [\"a\", \"b\"]).index(\"z\", [\"a\", \"b\"])",
                ".index(\"by_a_b\", [\"a\", \"b\"])",
            ),
        ] {
            check_fix(rule("duplicate_index"), &project(before, OTHER), &project(after, OTHER));
        }
        check_fix(
            rule("empty_index"),
            &project(".index(\"by_a_b\", [\"a\", \"b\"]).index(\"none\", [])", OTHER),
            &project(".index(\"by_a_b\", [\"a\", \"b\"])", OTHER),
        );
    }

    #[test]
    fn reads_name_the_other_index_afterwards() {
        let read = "ctx.db.query(\"posts\").withIndex(\"by_a\", (q) => q.eq(\"a\", \"x\")).collect()";
        check_fix(
            rule("duplicate_index"),
            &project(".index(\"a\", [\"a\"]).index(\"by_a\", [\"a\"])", read),
            &project(".index(\"a\", [\"a\"])", &read.replace("by_a", "a")),
        );
        check_unsafe_fix(
            rule("duplicate_index"),
            &project(".index(\"by_a\", [\"a\"]).index(\"by_a_b\", [\"a\", \"b\"])", read),
            "in the order of the wider index's next column",
            &project(".index(\"by_a_b\", [\"a\", \"b\"])", &read.replace("by_a", "by_a_b")),
        );
    }

    #[test]
    fn an_index_that_a_filter_should_use_stays() {
        let read = "ctx.db.query(\"posts\").filter((d) => d.a === \"x\").collect()";
        check_no_fix(
            rule("duplicate_index"),
            &project(".index(\"by_a\", [\"a\"]).index(\"by_a_b\", [\"a\", \"b\"])", read),
        );
    }

    #[test]
    fn an_index_that_a_read_may_name_stays() {
        let named = "ctx.db.query(\"posts\").withIndex(\"none\").first()";
        check_no_fix(rule("empty_index"), &project(".index(\"none\", [])", named));
        let open = "ctx.db.query(\"posts\").withIndex(ctx.name).first()";
        check_no_fix(rule("empty_index"), &project(".index(\"none\", [])", open));
    }
}
