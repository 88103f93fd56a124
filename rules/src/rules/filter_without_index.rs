//! Rows that are told apart one by one although an index could find them.

use lunora_project::Place;
use lunora_project::access::{AccessPath, Reach, Read, Surface};
use lunora_project::schema::{Index, Table};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use crate::advice::{self, Tested};
use crate::context::RuleContext;
use crate::findings::{Operation, columns, operation_finding, relate_index, relate_table, scan, set};
use crate::fixes;
use crate::indexes::{demand, proposed, serving};
use crate::reads::{Cost, FilterCost, FilterForm, Verdict};
use crate::rule::{Fact, Findings, Rule};
use crate::words::{listed, scan_cost};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "filter_without_index",
        title: "Filter without an index",
        level: Level::Warn,
        categories: &[Category::Performance],
        facing: Facing::External,
        description: "A read looks at every row of a table to find those with certain values in its columns.",
        docs: include_str!("../../docs/filter_without_index.md"),
        fix: FixAvailability::Sometimes,
    },
    needs: &[Fact::Schema, Fact::Reads, Fact::Writes],
    check,
};

fn unindexed(
    context: &RuleContext<'_>,
    operation: Operation<'_>,
    verdict: &Verdict,
    filter: &FilterCost,
    is_fluent: bool,
) -> Finding {
    let tested = advice::columns(&filter.conditions);
    let table_name = verdict.tables.first().map(String::as_str).unwrap_or_default();
    let place: Place = filter.place.unwrap_or(operation.place);
    let subject = format!("{}|{}", verdict.tables.join(","), tested.join(","));
    let mut finding = operation_finding(context, RULE.metadata, operation, place, &subject);
    scan(context, &mut finding, &verdict.tables, RULE.metadata.level);
    let cost = scan_cost(context, operation.reached_from, &verdict.tables);
    let act = actor(context, filter, operation);
    let tables = listed(&verdict.tables);
    set(&mut finding, "columns", json!(tested));
    finding.primary_label = format!("looks at every row of {tables}");
    let Some(table) = context.schema().table(table_name).filter(|table| !table.is_opaque) else {
        finding.detail =
            format!("To compare {}, {act} looks at every row of {tables}; {cost}.", listed(&tested));
        finding.remediation = "Read by an index that begins with these columns.".to_owned();
        return finding;
    };
    match serving(table, &filter.conditions) {
        Some(index) => {
            let known = match &index.name {
                Some(name) => format!("`{name}` begins with {}", first(&columns(index))),
                None => format!("{} is unique and thus indexed", first(&columns(index))),
            };
            finding.detail = format!("{known}, yet {act} looks at every row of {tables}; {cost}.");
            let tested = Tested { context, conditions: &filter.conditions, place };
            use_index(&mut finding, table, index, tested, is_fluent);
        }
        None => {
            let columns = either(&tested);
            finding.detail = format!(
                "No index of `{table_name}` begins with {columns}, so {act} looks at every row; {cost}."
            );
            let tested = Tested { context, conditions: &filter.conditions, place };
            let form = (filter.form, is_fluent);
            add_index(&mut finding, table, form, tested, says_where(context, operation));
            let message = format!("no index of `{table_name}` begins with {columns}");
            relate_table(context, &mut finding, table, message);
        }
    }
    finding
}

/// Advises to read by an index that exists.
fn use_index(finding: &mut Finding, table: &Table, index: &Index, tested: Tested<'_, '_>, is_fluent: bool) {
    let held = columns(index);
    finding.remediation = match &index.name {
        Some(name) if is_fluent && tested.is_expressible() => {
            format!("Read with `{}`{}.", tested.with_index(name, &held), rest(&held, tested))
        }
        // A `where` uses the index unasked.
        _ => format!("Read with `{}`.", tested.facade(&table.name)),
    };
    set(finding, "index", json!({ "name": index.name, "fields": held }));
    relate_index(tested.context, finding, index, format!("this index begins with {}", first(&held)));
}

/// Advises to add an index and to read by it.
fn add_index(
    finding: &mut Finding,
    table: &Table,
    (form, is_fluent): (FilterForm, bool),
    tested: Tested<'_, '_>,
    says_where: bool,
) {
    let proposal = proposed(tested.context, table, &demand(table, tested.conditions));
    let read = match form {
        FilterForm::Where if says_where => ", and the `where` then finds its rows by it".to_owned(),
        FilterForm::Where => ", and the rows are then found by it".to_owned(),
        _ if is_fluent && tested.is_expressible() => {
            let link = tested.with_index(&proposal.name, &proposal.fields);
            format!(", and read with `{link}`{}", rest(&proposal.fields, tested))
        }
        _ => format!(", and read with `{}`", tested.facade(&table.name)),
    };
    finding.remediation = format!("{}{read}.", proposal.words(&table.name));
    set(finding, "suggestedIndex", json!({ "name": proposal.name, "fields": proposal.fields }));
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    context.report_costs(RULE.metadata, findings, |read, verdict| of_read(context, read, verdict));
    for (write, verdict) in context.costly_writes() {
        if let Cost::FilterWithoutIndex(filter) = &verdict.cost {
            let mut finding = unindexed(context, write.into(), verdict, filter, false);
            if write.selection.alternatives.is_empty() {
                offer_index(context, &mut finding, verdict, filter, &[]);
            }
            findings.push(finding);
        }
    }
}

fn of_read<'a>(context: &RuleContext<'a>, read: &'a Read, verdict: &Verdict) -> Option<Finding> {
    let Cost::FilterWithoutIndex(filter) = &verdict.cost else { return None };
    let is_fluent = read.paths.iter().all(|path| path.surface == Surface::Fluent);
    let mut finding = unindexed(context, read.into(), verdict, filter, is_fluent);
    match filter.form {
        FilterForm::Chain | FilterForm::Rows => {
            let rewritten = fixes::read_by_index(context, read, filter);
            fixes::offer(context, &mut finding, rewritten);
        }
        FilterForm::Where if !read.paths.iter().any(has_alternatives) => {
            offer_index(context, &mut finding, verdict, filter, &read.reached_from);
        }
        FilterForm::Where => {}
    }
    Some(finding)
}

/// Offers the index that a `where` lacks. SQLite finds it unasked, and rows come in the order that the call asks for, or else in that
/// of their creation, whatever index finds them.
fn offer_index(
    context: &RuleContext<'_>,
    finding: &mut Finding,
    verdict: &Verdict,
    filter: &FilterCost,
    readers: &[Reach],
) {
    let [table] = verdict.tables.as_slice() else { return };
    if let Some(table) = context.schema().table(table)
        && serving(table, &filter.conditions).is_none()
    {
        let proposal = proposed(context, table, &demand(table, &filter.conditions));
        fixes::offer_index(context, finding, table, &proposal, readers);
    }
}

/// Whether a `where` has an `OR`: one index serves only one of its arms.
fn has_alternatives(path: &AccessPath) -> bool {
    !path.selection.alternatives.is_empty()
}

fn either(tested: &[String]) -> String {
    listed(tested).replace(" and ", " or ")
}

fn first(columns: &[String]) -> String {
    listed(columns.get(..1).unwrap_or_default())
}

/// What becomes of tested columns that an index does not hold.
fn rest(held: &[String], tested: Tested<'_, '_>) -> String {
    let rest: Vec<String> =
        advice::columns(tested.conditions).into_iter().filter(|column| !held.contains(column)).collect();
    if rest.is_empty() { String::new() } else { format!(", and keep the filter on {}", listed(&rest)) }
}

/// How what tests the rows is called.
fn actor(context: &RuleContext<'_>, filter: &FilterCost, operation: Operation<'_>) -> String {
    match filter.form {
        FilterForm::Chain => "this filter".to_owned(),
        FilterForm::Rows => match filter.method.as_str() {
            "filter" => "this filter".to_owned(),
            "for" => "this loop".to_owned(),
            method => format!("this `{method}`"),
        },
        FilterForm::Where if says_where(context, operation) => "this `where`".to_owned(),
        FilterForm::Where => "a search by these conditions".to_owned(),
    }
}

/// Whether an operation writes the word `where`: some methods take the conditions themselves.
fn says_where(context: &RuleContext<'_>, operation: Operation<'_>) -> bool {
    let is_part_of_name = |character: char| character.is_alphanumeric() || matches!(character, '_' | '$');
    let text = context.project.text(operation.place);
    text.split(|character| !is_part_of_name(character)).any(|word| word == "where")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::RuleSettings;
    use crate::testing::check;
    use crate::testing::{check_with, findings_of};

    const SCHEMA: &str = r#"
//- /lunora/schema.ts
export default defineSchema({
  posts: defineTable({ orgId: v.string(), authorId: v.string(), status: v.string(), score: v.number(), tags: v.array(v.string()) })
    .index("by_org_status", ["orgId", "status"]),
  notes: defineTable({ userId: v.string(), text: v.string() }).shardBy("userId"),
  rates: defineTable({ code: v.string(), value: v.number() }).global().index("by_code", ["code"]),
});
"#;

    fn on_schema(code: &str) -> String {
        format!("{SCHEMA}{code}")
    }

    #[test]
    fn the_shard_key_alone_leaves_no_row_of_a_shard_out() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({
  notes: defineTable({ userId: v.string(), text: v.string() }).shardBy("userId").index("by_text", ["text"]),
  tags: defineTable({ userId: v.string(), tag: v.string() }).shardBy("userId"),
});
//- /lunora/notes.ts
export const first = query.query(({ ctx }) => ctx.db.notes.findFirst({ where: { userId: ctx.auth.userId } }));
export const counted = query.query(({ ctx }) => ctx.db.notes.count({ userId: ctx.auth.userId }));
export const tag = query.query(({ ctx }) => ctx.db.tags.findFirst({ where: { userId: ctx.auth.userId } }));
export const few = query.query(({ ctx }) => ctx.db.query("notes").filter((note) => note.userId === ctx.auth.userId).take(5));
export const gone = mutation.mutation(({ ctx }) => ctx.db.deleteWhere("notes", { userId: ctx.auth.userId }));
export const either = query.input({ tag: v.string() }).query(({ ctx, args }) => ctx.db.tags.findFirst({ where: { userId: ctx.auth.userId, tag: args.tag } }));
//                                                                              ^^^ filter_without_index
export const any = query.query(({ ctx }) => ctx.db.tags.findFirst({ where: { OR: [{ userId: ctx.auth.userId }, { tag: "shared" }] } }));
export const some = query.query(({ ctx }) => ctx.db.tags.findFirst({ where: { userId: ctx.auth.userId, OR: [{ tag: "a" }, { tag: "b" }] } }));
//                                           ^^^ INFO filter_without_index No index of `tags` begins with `tag`
export const notMine = query.query(({ ctx }) => ctx.db.tags.findFirst({ where: { userId: { ne: ctx.auth.userId } } }));
"#,
        );
    }

    #[test]
    fn every_form_of_filter_is_read() {
        check(
            &RULE,
            &on_schema(
                r#"
//- /lunora/posts.ts
export const chained = query.input({ a: v.string() }).query(({ ctx, args }) =>
  ctx.db.query("posts").filter((d) => d.authorId === args.a).take(5),
  //                    ^^^ WARN filter_without_index No index of `posts` begins with `authorId`, so this filter
);
export const onRows = query.input({ a: v.string() }).query(async ({ ctx, args }) => {
  const rows = await ctx.db.query("posts").take(5000);
  return rows.find((d) => d.authorId === args.a);
  //          ^^^ filter_without_index
});
export const looped = query.input({ a: v.string() }).query(async ({ ctx, args }) => {
  const found = [];
  for (const post of await ctx.db.query("posts").take(5000)) if (post.authorId !== args.a) continue; else found.push(post);
//^^^ filter_without_index
  return found;
});
export const where = query.input({ a: v.string() }).query(({ ctx, args }) =>
  ctx.db.posts.findFirst({ where: { authorId: args.a } }),
//^^^ filter_without_index
);
export const counted = query.input({ a: v.string() }).query(({ ctx, args }) => ctx.db.posts.count({ authorId: args.a }));
//                                                                             ^^^ filter_without_index
export const gone = mutation.input({ a: v.string() }).mutation(({ ctx, args }) => ctx.db.deleteWhere("posts", { status: args.a }));
//                                                                                ^^^ filter_without_index
export const served = query.input({ o: v.string() }).query(({ ctx, args }) =>
  ctx.db.query("posts").filter((d) => d.orgId === args.o).collect(),
  //                    ^^^ filter_without_index `by_org_status` begins with `orgId`, yet this filter
);
export const bare = query.input({ o: v.string() }).query(({ ctx, args }) =>
  ctx.db.query("posts").withIndex("by_org_status").filter((d) => d.orgId === args.o).first(),
  //                                               ^^^ filter_without_index
);
"#,
            ),
        );
    }

    #[test]
    fn a_reduction_that_passes_over_rows_is_a_filter() {
        check(
            &RULE,
            &on_schema(
                r#"
//- /lunora/lib/sums.ts
export const ofAuthor = (author) => (sum, post) => { if (post.authorId !== author) return sum; return sum + post.score; };
//- /lunora/posts.ts
import { query, v } from "./_generated/server";
import { ofAuthor } from "./lib/sums";
import { unknown } from "some-package";
const all = (ctx) => ctx.db.query("posts").take(5000);
export const gathered = query.input({ a: v.string() }).query(async ({ ctx, args }) =>
  (await ctx.db.query("posts").take(5000)).reduce((found, d) => (d.authorId === args.a ? [...found, d] : found), []));
  //                                       ^^^ WARN filter_without_index No index of `posts` begins with `authorId`, so this `reduce`
export const summed = query.input({ a: v.string() }).query(async ({ ctx, args }) => {
  const posts = await ctx.db.query("posts").take(5000);
  return posts.reduce(ofAuthor(args.a), 0);
  //           ^^^ filter_without_index
});
export const pushed = query.input({ a: v.string() }).query(async ({ ctx, args }) => {
  const posts = await ctx.db.query("posts").take(5000);
  return posts.reduce((found, { authorId, score }) => {
  //           ^^^ filter_without_index
    if (authorId === args.a && score === 1) found.push(score);
    return found;
  }, []);
});
export const grouped = query.input({ a: v.string() }).query(async ({ ctx, args }) =>
  (await ctx.db.query("posts").take(5000)).reduce((n, d) => (d.authorId === args.a ? { ...n, mine: n.mine + 1 } : { ...n, rest: n.rest + 1 }), { mine: 0, rest: 0 }));
export const largest = query.query(async ({ ctx }) =>
  (await ctx.db.query("posts").take(5000)).reduce((best, d) => (d.score > best.score ? d : best)));
export const either = query.input({ a: v.string() }).query(async ({ ctx, args }) =>
  (await ctx.db.query("posts").take(5000)).reduce((n, d) => (d.authorId === args.a || d.score === n ? n + 1 : n), 0));
export const running = query.query(async ({ ctx }) =>
  (await ctx.db.query("posts").take(5000)).reduce((n, d) => (d.score === n ? n + 1 : n), 0));
export const unclear = query.query(async ({ ctx }) =>
  (await ctx.db.query("posts").take(5000)).reduce((n, d) => (unknown(d) ? n + 1 : n), 0));
export const elsewhere = query.query(async ({ ctx }) => (await ctx.db.query("posts").take(5000)).reduce(unknown, 0));
"#,
            ),
        );
    }

    #[test]
    fn what_an_index_serves_or_none_can_is_silent() {
        check(
            &RULE,
            &on_schema(
                r#"
//- /lunora/posts.ts
export const where = query.input({ o: v.string() }).query(({ ctx, args }) => ctx.db.posts.findMany({ where: { orgId: args.o, authorId: "x" } }));
export const ranged = query.input({ o: v.string() }).query(({ ctx, args }) =>
  ctx.db.query("posts").withIndex("by_org_status", (q) => q.eq("orgId", args.o)).filter((d) => d.authorId === "x").collect(),
);
export const nothing = query.query(({ ctx }) => ctx.db.query("posts").filter((d) => d.tags.includes("a")).collect());
export const two = query.query(({ ctx }) => ctx.db.query("posts").filter((d) => d.authorId === d.orgId).collect());
export const few = query.query(async ({ ctx }) => (await ctx.db.query("posts").order("desc").take(50)).filter((d) => d.status === "new"));
export const recent = query.input({ t: v.number() }).query(({ ctx, args }) => ctx.db.posts.findMany({ where: { _creationTime: { gt: args.t } } }));
export const byId = query.input({ id: v.id("posts") }).query(({ ctx, args }) => ctx.db.posts.findFirst({ where: { _id: args.id } }));
const unused = (ctx) => ctx.db.query("posts").filter((d) => d.authorId === "x").collect();
"#,
            ),
        );
    }

    #[test]
    fn a_helper_is_reported_once_with_its_callers() {
        let fixture = on_schema(
            r#"
//- /lunora/lib/rows.ts
import type { QueryCtx } from "../_generated/server";
export async function of(db: QueryCtx["db"], table: "posts", author: string) {
  return await db.query(table).filter((row) => row.authorId === author).collect();
  //                           ^^^ filter_without_index
}
//- /lunora/posts.ts
import { query, internalQuery, v } from "./_generated/server";
import { of } from "./lib/rows";
export const mine = query.input({ a: v.string() }).query(async ({ ctx, args }) => await of(ctx.db, "posts", args.a));
export const theirs = internalQuery.input({ a: v.string() }).query(async ({ ctx, args }) => await of(ctx.db, "posts", args.a));
"#,
        );
        check(&RULE, &fixture);
        let findings = findings_of(&RULE, &fixture);
        let [finding] = findings.as_slice() else { panic!("{findings:#?}") };
        assert_eq!(finding.helper.as_deref(), Some("of"));
        assert_eq!(finding.callers, ["posts:mine", "posts:theirs"]);
        let path: Vec<&str> = finding.related.iter().map(|related| related.message.as_str()).collect();
        assert_eq!(path, ["no index of `posts` begins with `authorId`", "`posts:mine` calls `of` here"]);
        assert_eq!(finding.metadata["suggestedIndex"]["name"], "by_author");
    }

    #[test]
    fn where_rows_live_decides_the_level() {
        let fixture = on_schema(
            r#"
//- /lunora/notes.ts
export const notes = query.query(({ ctx }) => ctx.db.query("notes").filter((d) => d.text === "x").collect());
//                                                                  ^^^ INFO filter_without_index
export const rates = query.query(({ ctx }) => ctx.db.rates.findMany({ where: { value: 1 } }));
//                                            ^^^ WARN filter_without_index
"#,
        );
        check(&RULE, &fixture);
        let mut settings = RuleSettings::default();
        settings.expected_rows.insert("rates".to_owned(), 40);
        let smaller = fixture.replace("WARN", "INFO");
        check_with(&RULE, &settings, &smaller);
    }

    #[test]
    fn an_object_read_is_advised_a_where() {
        let fixture = on_schema(
            r#"
//- /lunora/rates.ts
export const code = query.input({ c: v.string() }).query(async ({ ctx, args }) => {
  const { page } = await ctx.db.rates.findMany();
  return page.filter((d) => d.code === args.c);
});
"#,
        );
        let advice: String =
            findings_of(&RULE, &fixture).into_iter().map(|finding| finding.remediation).collect();
        assert_eq!(advice, "Read with `ctx.db.rates.findMany({ where: { code: args.c } })`.");
    }

    #[test]
    fn what_cannot_be_told_is_silent() {
        check(
            &RULE,
            &on_schema(
                r#"
//- /lunora/posts.ts
import { query, v } from "./_generated/server";
import { predicate } from "some-package";
export const table = query.input({ t: v.string() }).query(({ ctx, args }) => ctx.db.query(args.t).filter((d) => d.x === 1).collect());
export const filter = query.query(({ ctx }) => ctx.db.query("posts").filter(predicate).collect());
export const open = query.input({ w: v.any() }).query(({ ctx, args }) => ctx.db.posts.findMany({ where: { ...args.w, authorId: "x" } }));
"#,
            ),
        );
    }

    #[test]
    fn a_comment_with_a_reason_hides_it() {
        check(
            &RULE,
            &on_schema(
                r#"
//- /lunora/posts.ts
export const all = query.query(({ ctx }) =>
  // lunora-advisor-disable-next-line filter_without_index -- forty rows, and never more
  ctx.db.query("posts").filter((d) => d.authorId === "x").collect(),
);
"#,
            ),
        );
    }

    #[test]
    fn the_remedy_is_code() {
        let findings = findings_of(
            &RULE,
            &on_schema(
                r#"
//- /lunora/posts.ts
export const best = query.input({ a: v.string() }).query(({ ctx, args }) =>
  ctx.db.query("posts").filter((d) => d.score > 10 && d.authorId === args.a).collect(),
);
"#,
            ),
        );
        assert_eq!(
            findings.first().map(|finding| finding.remediation.as_str()),
            Some(
                "Add `.index(\"by_author_score\", [\"authorId\", \"score\"])` to `posts`, and read with `.withIndex(\"by_author_score\", (q) => q.eq(\"authorId\", args.a).gt(\"score\", 10))`."
            )
        );
    }

    /// The remedy for a read of the schema above.
    fn remedy(read: &str) -> String {
        let fixture = on_schema(&format!(
            "//- /lunora/posts.ts\nexport const read = query.query(({{ ctx }}) => {read});\n"
        ));
        findings_of(&RULE, &fixture).into_iter().map(|finding| finding.remediation).collect()
    }

    #[test]
    fn values_are_quoted_where_they_are_compared() {
        let advice = |code: &str| -> String {
            let schema = "//- /lunora/schema.ts\nexport default defineSchema({ rooms: defineTable({ orgId: v.string(), kind: v.string(), at: v.number() }).shardBy(\"orgId\") });\n";
            let helpers = r#"//- /lunora/rooms.ts
const of = (db, wanted) => db.query("rooms").filter((d) => d.kind === wanted).collect();
const isBig = (least) => (d) => d.at > least;
"#;
            let code = format!(
                "{schema}{helpers}export const read = query.input({{ id: v.string() }}).query(({{ ctx, args }}) => {code});\n"
            );
            findings_of(&RULE, &code).into_iter().map(|finding| finding.remediation).collect()
        };
        assert!(advice("of(ctx.db, args.id)").contains("q.eq(\"kind\", wanted)"));
        assert!(
            advice("ctx.db.query(\"rooms\").filter(isBig(args.id)).collect()").contains("q.gt(\"at\", …)")
        );
        // The shard key is no way to begin an index.
        assert_eq!(
            advice(
                "ctx.db.query(\"rooms\").filter((d) => d.orgId === args.id && d.kind === \"k\" && d.at > ctx.now).collect()"
            ),
            "Add `.index(\"by_kind_org_at\", [\"kind\", \"orgId\", \"at\"])` to `rooms`, and read with `.withIndex(\"by_kind_org_at\", (q) => q.eq(\"kind\", \"k\").eq(\"orgId\", args.id).gt(\"at\", ctx.now))`."
        );
        assert!(
            advice("ctx.db.query(\"rooms\").filter((d) => d.orgId === args.id && d.at > ctx.now).collect()")
                .ends_with(", and keep the filter on `orgId`.")
        );
    }

    #[test]
    fn the_arm_of_an_or_that_no_index_serves_is_the_one_that_is_named() {
        assert_eq!(
            remedy("ctx.db.posts.findMany({ where: { OR: [{ orgId: \"x\" }, { authorId: \"y\" }] } })"),
            "Add `.index(\"by_author\", [\"authorId\"])` to `posts`, and the `where` then finds its rows by it."
        );
        assert_eq!(
            remedy("ctx.db.posts.findMany({ where: { OR: [{ orgId: \"x\" }, { orgId: \"y\" }] } })"),
            ""
        );
    }

    #[test]
    fn what_a_range_cannot_say_is_advised_as_a_where() {
        for unset in ["null", "undefined"] {
            assert_eq!(
                remedy(&format!("ctx.db.query(\"posts\").filter((d) => d.orgId === {unset}).collect()")),
                "Read with `ctx.db.posts.findMany({ where: { orgId: null } })`."
            );
        }
        assert_eq!(
            remedy(
                "ctx.db.query(\"posts\").filter((d) => d.authorId === \"a\" || d.authorId === \"b\").collect()"
            ),
            "Add `.index(\"by_author\", [\"authorId\"])` to `posts`, and read with `ctx.db.posts.findMany({ where: { authorId: { in: […] } } })`."
        );
    }
}
