//! Rows that are told apart one by one although an index could find them.

use lunora_project::Place;
use lunora_project::access::{AccessPath, Condition, Operator, Origin};
use lunora_project::schema::{Index, Table};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::fixes;
use crate::findings::{Operation, columns, operation_finding, relate_index, relate_table, scan, set};
use crate::indexes::{proposal, serving};
use crate::reads::{Cost, FilterCost, FilterForm, Verdict};
use crate::rule::{Fact, Rule};
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
) -> Finding {
    let tested = tested_columns(&filter.conditions);
    let table_name = verdict.tables.first().map(String::as_str).unwrap_or_default();
    let place: Place = filter.place.unwrap_or(operation.place);
    let subject = format!("{}|{}", verdict.tables.join(","), tested.join(","));
    let mut finding = operation_finding(context, RULE.metadata, operation, place, &subject);
    scan(context, &mut finding, &verdict.tables, RULE.metadata.level);
    let cost = scan_cost(context, operation.reached_from, &verdict.tables);
    let act = match filter.form {
        FilterForm::Chain => "this filter",
        FilterForm::Rows => "this code",
        FilterForm::Where => "this `where`",
    };
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
            use_index(context, &mut finding, table, index, filter);
        }
        None => {
            let columns = either(&tested);
            finding.detail = format!(
                "No index of `{table_name}` begins with {columns}, so {act} looks at every row; {cost}."
            );
            add_index(context, &mut finding, table, filter);
            let message = format!("no index of `{table_name}` begins with {columns}");
            relate_table(context, &mut finding, table, message);
        }
    }
    finding
}

/// Advises to read by an index that exists.
fn use_index(
    context: &RuleContext<'_>,
    finding: &mut Finding,
    table: &Table,
    index: &Index,
    filter: &FilterCost,
) {
    let held = columns(index);
    finding.remediation = match &index.name {
        Some(name) if is_expressible(&filter.conditions) => {
            let tested = tested_columns(&filter.conditions);
            format!("Read with `{}`{}.", with_index(name, &held, &filter.conditions), rest(&held, &tested))
        }
        // A `where` uses the index unasked.
        _ => format!("Read with `{}`.", facade(&table.name, &filter.conditions)),
    };
    set(finding, "index", json!({ "name": index.name, "fields": held }));
    relate_index(context, finding, index, format!("this index begins with {}", first(&held)));
}

/// Advises to add an index and to read by it.
fn add_index(context: &RuleContext<'_>, finding: &mut Finding, table: &Table, filter: &FilterCost) {
    let proposal = proposal(context.schema(), table, &filter.conditions);
    let read = match filter.form {
        FilterForm::Where => "the `where` then finds its rows by it".to_owned(),
        _ if is_expressible(&filter.conditions) => {
            format!("read with `{}`", with_index(&proposal.name, &proposal.fields, &filter.conditions))
        }
        _ => format!("read with `{}`", facade(&table.name, &filter.conditions)),
    };
    finding.remediation = format!("Add `{}` to `{}`, and {read}.", proposal.declaration(), table.name);
    set(finding, "suggestedIndex", json!({ "name": proposal.name, "fields": proposal.fields }));
}

fn check(context: &RuleContext<'_>, findings: &mut Vec<Finding>) {
    for (read, verdict) in context.costly_reads() {
        if let Cost::FilterWithoutIndex(filter) = &verdict.cost {
            let mut finding = unindexed(context, read.into(), verdict, filter);
            match filter.form {
                FilterForm::Chain => fixes::offer_read_by_index(context, &mut finding, read),
                FilterForm::Where if !read.paths.iter().any(has_alternatives) => {
                    offer_index(context, &mut finding, verdict, filter);
                }
                FilterForm::Where | FilterForm::Rows => {}
            }
            findings.push(finding);
        }
    }
    for (write, verdict) in context.costly_writes() {
        if let Cost::FilterWithoutIndex(filter) = &verdict.cost {
            let mut finding = unindexed(context, write.into(), verdict, filter);
            if write.selection.alternatives.is_empty() {
                offer_index(context, &mut finding, verdict, filter);
            }
            findings.push(finding);
        }
    }
}

/// Offers the index that a `where` lacks. SQLite finds it unasked, and rows come in the order that the call asks for, or else in that
/// of their creation, whatever index finds them.
fn offer_index(context: &RuleContext<'_>, finding: &mut Finding, verdict: &Verdict, filter: &FilterCost) {
    let [table] = verdict.tables.as_slice() else { return };
    if let Some(table) = context.schema().table(table)
        && serving(table, &filter.conditions).is_none()
    {
        let proposal = proposal(context.schema(), table, &filter.conditions);
        fixes::offer_index(context, finding, table, &proposal);
    }
}

/// Whether a `where` has an `OR`: one index serves only one of its arms.
fn has_alternatives(path: &AccessPath) -> bool {
    !path.selection.alternatives.is_empty()
}

/// The columns of the conditions, each once.
fn tested_columns(conditions: &[Condition]) -> Vec<String> {
    let mut tested: Vec<String> = Vec::new();
    for condition in conditions {
        if !tested.contains(&condition.column) {
            tested.push(condition.column.clone());
        }
    }
    tested
}

fn either(tested: &[String]) -> String {
    listed(tested).replace(" and ", " or ")
}

fn first(columns: &[String]) -> String {
    listed(columns.get(..1).unwrap_or_default())
}

/// What becomes of tested columns that an index does not hold.
fn rest(held: &[String], tested: &[String]) -> String {
    let rest: Vec<&String> = tested.iter().filter(|column| !held.contains(column)).collect();
    if rest.is_empty() { String::new() } else { format!(", and keep the filter on {}", listed(&rest)) }
}

/// The link that reads by an index.
fn with_index(name: &str, held: &[String], conditions: &[Condition]) -> String {
    let mut range = String::from("q");
    for column in held {
        let mut is_pinned = false;
        let of_column: Vec<&Condition> =
            conditions.iter().filter(|condition| condition.column == *column).collect();
        for condition in &of_column {
            is_pinned |= matches!(condition.operator, Operator::Equal | Operator::In);
            range.push_str(&format!(".{}({column:?}, {})", method(condition.operator), value(condition)));
            if is_pinned {
                break;
            }
        }
        if !is_pinned {
            break;
        }
    }
    format!(".withIndex({name:?}, (q) => {range})")
}

/// Whether the range of an index can say what the conditions say: it has no `in`, `undefined` is an error there, and `null` finds
/// nothing where rows are collected.
fn is_expressible(conditions: &[Condition]) -> bool {
    conditions.iter().all(|condition| condition.operator != Operator::In && !is_unset(condition))
}

/// Whether a column is compared with nothing.
fn is_unset(condition: &Condition) -> bool {
    matches!(condition.operand.literal.as_deref(), Some("null" | "undefined"))
}

/// The facade read by the conditions themselves.
fn facade(table: &str, conditions: &[Condition]) -> String {
    let tests: Vec<String> = tested_columns(conditions)
        .into_iter()
        .map(|column| {
            let of_column = conditions.iter().filter(|condition| condition.column == column);
            let tests: Vec<String> = of_column
                .map(|condition| match condition.operator {
                    Operator::Equal if is_unset(condition) => "null".to_owned(),
                    Operator::Equal => value(condition),
                    Operator::In => "{ in: […] }".to_owned(),
                    operator => format!("{{ {}: {} }}", method(operator), value(condition)),
                })
                .collect();
            format!("{column}: {}", tests.join(", ").replace(" }, { ", ", "))
        })
        .collect();
    format!("ctx.db.{table}.findMany({{ where: {{ {} }} }})", tests.join(", "))
}

fn method(operator: Operator) -> &'static str {
    match operator {
        Operator::Equal | Operator::In => "eq",
        Operator::Greater => "gt",
        Operator::GreaterOrEqual => "gte",
        Operator::Less => "lt",
        Operator::LessOrEqual => "lte",
    }
}

/// The operand as code, as far as it can be told.
fn value(condition: &Condition) -> String {
    match (&condition.operand.literal, &condition.operand.origin) {
        (Some(literal), _) => literal.clone(),
        (None, Origin::Argument(path)) if !path.is_empty() => format!("args.{}", path.join(".")),
        (None, Origin::Clock) => "ctx.now".to_owned(),
        _ => "…".to_owned(),
    }
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
