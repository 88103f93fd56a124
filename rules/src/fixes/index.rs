//! Adding an index to a table, and taking one away.

use lunora_facts::{Expr, Span};
use lunora_project::Part;
use lunora_project::access::AccessPath;
use lunora_project::schema::{Index, Table, Tier};
use lunora_report::Edit;

use super::code::{Code, Link};
use super::style::{LINE_WIDTH, Style, indentation, line_before};
use crate::context::RuleContext;
use crate::findings::columns;
use crate::indexes::Proposal;
use crate::words::{listed, payer};

/// A change of the schema that gives a table an index.
pub(super) struct Way<'p> {
    /// The index as it is afterwards.
    pub(super) index: &'p Proposal,
    /// What the change is called.
    pub(super) title: String,
    pub(super) edit: Edit,
    /// What may differ for others who read by the index.
    pub(super) reason: Option<String>,
}

/// How a table gets an index, best first: an index that may not grow unseen is declared beside the one that is there.
pub(super) fn ways<'p>(context: &RuleContext<'_>, table: &Table, proposal: &'p Proposal) -> Vec<Way<'p>> {
    let Some(declared) = proposal.declared else {
        return added(context, table, proposal).into_iter().collect();
    };
    let grown = widened(context, table, proposal, declared);
    let is_enough = grown.as_ref().is_some_and(|way| way.reason.is_none());
    let alone = proposal.alone.as_deref().filter(|_| !is_enough);
    let beside = alone.and_then(|alone| added(context, table, alone));
    grown.into_iter().chain(beside).collect()
}

fn added<'p>(context: &RuleContext<'_>, table: &Table, proposal: &'p Proposal) -> Option<Way<'p>> {
    let title = format!("Add index `{}` on {} to `{}`", proposal.name, listed(&proposal.fields), table.name);
    Some(Way { index: proposal, title, edit: add_index(context, table, proposal)?, reason: None })
}

/// Appends columns to an index that is declared with fewer.
fn widened<'p>(
    context: &RuleContext<'_>,
    table: &Table,
    proposal: &'p Proposal,
    declared: usize,
) -> Option<Way<'p>> {
    let index = table.index(&proposal.name)?;
    let new = proposal.fields.get(declared..)?;
    let Part::MethodCall { call, .. } = index.place.part else { return None };
    if is_shared(context, table, index) {
        return None;
    }
    let code = Code::of(context.project, index.place.file);
    let [_, fields, ..] = code.link(call)?.arguments else { return None };
    let Expr::Array(fields) = code.expr(*fields) else { return None };
    let fields = code.program.expr_list(*fields);
    let is_written =
        fields.len() == declared && fields.iter().all(|field| matches!(code.expr(*field), Expr::String(_)));
    let end = code.span(*fields.last().filter(|_| is_written)?).end;
    let style = context.style(code.file, || Style::of(&code));
    let edit = code.edit(Span::new(end, end), format!(", {}", style.strings(new)));
    let title = format!("Widen index `{}` of `{}` by {}", proposal.name, table.name, listed(new));
    Some(Way { index: proposal, title, edit, reason: reordered(context, table, index, new) })
}

/// Why reads that name an index return rows in another order once it has more columns.
fn reordered(context: &RuleContext<'_>, table: &Table, index: &Index, new: &[String]) -> Option<String> {
    let is_meant = |path: &AccessPath| names_index(path, table, index) && path.method != "unique";
    let mut reads = context.project.reads.iter().filter(|read| !read.reached_from.is_empty());
    let read = reads.find(|read| read.paths.iter().any(is_meant))?;
    let (_, reader) = payer(context, &read.reached_from)?;
    let held = listed(&columns(index));
    let order = listed(new.get(..1).unwrap_or_default());
    Some(format!(
        "`{}` reads by it, and gets rows with the same {held} in the order of {order} then",
        reader.name
    ))
}

/// Whether other tables share the call that declares an index.
pub(super) fn is_shared(context: &RuleContext<'_>, table: &Table, index: &Index) -> bool {
    let tables = context.schema().tables.iter().filter(|other| other.name != table.name);
    tables.flat_map(|other| &other.indexes).any(|other| other.place == index.place)
}

/// Whether a read names an index.
pub(super) fn names_index(path: &AccessPath, table: &Table, index: &Index) -> bool {
    let used = path.index.as_ref().filter(|used| used.kind == index.kind);
    let name = used.and_then(|used| used.name.as_ref()).map(|(name, _)| name.as_str());
    name == index.name.as_deref() && path.tables.iter().any(|used| used.name == table.name)
}

/// What an index on a table costs.
pub(crate) fn cost(context: &RuleContext<'_>, table: &str) -> String {
    let plan = context.schema().table(table).map(|table| context.index_plan(table));
    let inserts = plan.iter().flat_map(|plan| &plan.cost.inserts);
    let mut names: Vec<&str> =
        inserts.map(|procedure| context.project.procedure(*procedure).name.as_str()).collect();
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
fn add_index(context: &RuleContext<'_>, table: &Table, proposal: &Proposal) -> Option<Edit> {
    if !table.has_all_indexes || table.is_opaque {
        return None;
    }
    let declaration = context.declaration(table)?;
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
pub(super) fn space_before(code: &Code<'_>, style: &Style, link: &Link<'_>, call: &str) -> String {
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
    use crate::testing::{apply_unsafely, check_fix, check_no_fix, findings_of, rule};

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

    /// Two reads of one table: one of an organisation's posts, one of the same in the order of their time.
    fn two_reads(table: &str, first: &str) -> String {
        schema(&format!("  posts: defineTable({{ orgId: v.string(), at: v.number() }}){table},"))
            + &format!(
                "//- /lunora/posts.ts\nexport const all = query.input({{ org: v.string() }}).query(({{ ctx, args }}) => ctx.db.query(\"posts\"){first}.collect());\nexport const latest = query.input({{ org: v.string() }}).query(({{ ctx, args }}) => ctx.db.posts.findMany({{ where: {{ orgId: args.org }}, orderBy: [{{ at: \"desc\" }}], limit: 9 }}));\n"
            )
    }

    #[test]
    fn reads_that_can_share_an_index_get_one_whichever_is_mended_first() {
        let filters = rule("filter_without_index");
        let filter = ".filter((d) => d.orgId === args.org)";
        let range = ".withIndex(\"by_org_at\", (q) => q.eq(\"orgId\", args.org))";
        let before = two_reads("", filter);
        let findings = findings_of(filters, &before);
        let proposed: Vec<String> =
            findings.iter().map(|finding| finding.metadata["suggestedIndex"]["fields"].to_string()).collect();
        assert_eq!(proposed, [r#"["orgId","at"]"#, r#"["orgId","at"]"#]);
        let index = ".index(\"by_org_at\", [\"orgId\", \"at\"])";
        apply_unsafely(filters, &before, &two_reads(index, range));
        apply_unsafely(filters, &two_reads(index, filter), &two_reads(index, range));
    }

    #[test]
    fn an_index_grows_unless_others_rely_on_its_order() {
        let rule = rule("sort_without_index");
        let index = |columns: &str| format!(".index(\"by_org\", [{columns}])");
        let idle = ".order(\"desc\")";
        check_fix(rule, &two_reads(&index("\"orgId\""), idle), &two_reads(&index("\"orgId\", \"at\""), idle));
        // Growing comes first, since it is better in the end; but it is not safe.
        let named = ".withIndex(\"by_org\", (q) => q.eq(\"orgId\", args.org))";
        let before = two_reads(&index("\"orgId\""), named);
        apply_unsafely(rule, &before, &two_reads(&index("\"orgId\", \"at\""), named));
        let both = index("\"orgId\"") + "\n    .index(\"by_org_at\", [\"orgId\", \"at\"])";
        check_fix(rule, &before, &two_reads(&both, named));
        let reasons: Vec<String> = findings_of(rule, &before)
            .into_iter()
            .flat_map(|finding| finding.fixes)
            .map(|fix| format!("{}: {:?}", fix.title, fix.applicability))
            .collect();
        let [grows, adds] = reasons.as_slice() else { panic!("{reasons:?}") };
        assert!(
            grows.starts_with(
                "Widen index `by_org` of `posts` by `at`: Unsafe { reason: \"`posts:all` reads by it"
            ),
            "{grows}"
        );
        assert_eq!(adds, "Add index `by_org_at` on `orgId` and `at` to `posts`: Safe");
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
