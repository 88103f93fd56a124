//! Indexes that no read can use.

use lunora_project::schema::{Index, IndexKind, IndexRole, OptionValue, Relation, Table};
use lunora_project::{ProcedureKind, Project};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::json;

use super::duplicate_index::covering;
use crate::context::RuleContext;
use crate::findings::{columns, set};
use crate::rule::{Fact, Findings, Rule};
use crate::usage::{TableUses, Uses};
use crate::words::listed;

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "unused_index",
        title: "Unused index",
        level: Level::Info,
        categories: &[Category::Performance],
        facing: Facing::Internal,
        description: "An index is declared that no read of the project can use.",
        docs: include_str!("../../docs/unused_index.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Files, Fact::Schema, Fact::Reads, Fact::Writes, Fact::Procedures],
    check,
};

fn unused(context: &RuleContext<'_>, table: &Table, index: &Index, name: &str) -> Finding {
    let location = context.location(index.place);
    let mut finding = Finding::new(RULE.metadata, location, format!("|{}|{name}", table.name));
    let held = columns(index);
    let reason = match index.kind {
        IndexKind::Secondary => {
            format!(
                "no read names it, and none selects or sorts rows by {} alone",
                listed(held.get(..1).unwrap_or_default())
            )
        }
        IndexKind::Search => "no read searches by it".to_owned(),
        IndexKind::Rank => "no read ranks by it".to_owned(),
        _ => "no read counts or sums by it".to_owned(),
    };
    finding.detail = format!(
        "Nothing uses `{name}` of `{}`: {reason}, yet each write to the table keeps it up.",
        table.name
    );
    finding.remediation = format!(
        "Remove `{name}`, or read by it. Removing an index is a change that Lunora's deploy gate asks about."
    );
    finding.primary_label = "no read can use this".to_owned();
    set(&mut finding, "table", json!(table.name));
    set(&mut finding, "index", json!(name));
    set(&mut finding, "fields", json!(held));
    set(&mut finding, "kind", json!(kind(index.kind)));
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    let project = context.project;
    let uses = context.usage.uses();
    if !project.is_fully_read() || uses.may_read_any_table() {
        return;
    }
    let columns = columns_of_others(project, uses);
    let relation_keys = RelationKeys::of(project);
    for table in &context.schema().tables {
        let is_ours = table.extension.is_none() && !table.is_opaque && !table.is_externally_managed();
        if !is_ours || context.usage.is_unused(table) {
            continue;
        }
        let usage =
            IndexUsage { uses: uses.of_table(&table.name), columns: columns.get(table.name.as_str()) };
        let secondary: Vec<&Index> = table
            .indexes
            .iter()
            .filter(|index| {
                index.kind == IndexKind::Secondary && index.has_all_fields && index.name.is_some()
            })
            .collect();
        for index in &table.indexes {
            let Some(name) = &index.name else { continue };
            let is_needless =
                |index: &Index| index.kind == IndexKind::Secondary && covering(index, &secondary).is_some();
            let is_owned_by_others = index.is_unique
                || is_empty(index)
                || !index.has_all_fields
                || index.fields.iter().any(|field| table.has_column(&field.name) == Some(false))
                || is_needless(index)
                || is_only_index_of_key(&relation_keys, table, index, is_needless);
            if is_judged(index.kind) && !is_owned_by_others && !usage.can_use(index, name) {
                findings.push(unused(context, table, index, name));
            }
        }
    }
}

/// The kinds of index that this rule judges; geo and vector indexes have rules of their own.
fn is_judged(kind: IndexKind) -> bool {
    matches!(kind, IndexKind::Secondary | IndexKind::Search | IndexKind::Rank | IndexKind::Aggregate)
}

fn kind(kind: IndexKind) -> &'static str {
    match kind {
        IndexKind::Search => "search",
        IndexKind::Rank => "rank",
        IndexKind::Aggregate => "aggregate",
        _ => "secondary",
    }
}

/// Whether an index has nothing to find rows by: `empty_index` says so.
fn is_empty(index: &Index) -> bool {
    let roles = index.fields.iter().map(|field| field.role);
    index.kind != IndexKind::Aggregate && roles.filter(|role| *role == IndexRole::Key).count() == 0
}

/// Whether an index is the only one that begins with a foreign key (on a sharded table also: with the shard key and then it), those apart
/// that another one makes needless. Cascades, relation loads and graph walks find rows by it.
fn is_only_index_of_key(
    keys: &RelationKeys<'_>,
    table: &Table,
    index: &Index,
    is_needless: impl Fn(&Index) -> bool,
) -> bool {
    if index.kind != IndexKind::Secondary {
        return false;
    }
    let leading = |index: &Index| -> Option<String> {
        let mut fields = index.fields.iter().map(|field| field.name.as_str());
        let first = fields.next()?;
        let is_sharded_by = table.shard_key() == Some(first) && !keys.is_foreign_key(table, first);
        let column = if is_sharded_by { fields.next()? } else { first };
        keys.is_foreign_key(table, column).then(|| column.to_owned())
    };
    let Some(key) = leading(index) else { return false };
    let needed = table.ordered_indexes().filter(|index| !is_needless(index));
    needed.filter(|other| leading(other).as_ref() == Some(&key)).count() == 1
}

/// The columns that relations of other tables lead to: table and column.
struct RelationKeys<'a> {
    columns: FxHashSet<(&'a str, &'a str)>,
}

impl<'a> RelationKeys<'a> {
    fn of(project: &'a Project) -> Self {
        let relations = project.schema.tables.iter().flat_map(|table| &table.relations);
        let many = relations.filter(|relation| relation.is_many);
        let columns = many.filter_map(|relation| {
            let ((target, _), (field, _)) = (relation.target.as_ref()?, relation.field.as_ref()?);
            Some((target.as_str(), field.as_str()))
        });
        Self { columns: columns.collect() }
    }

    fn is_foreign_key(&self, table: &'a Table, column: &'a str) -> bool {
        let holds = |relation: &Relation| relation.field.as_ref().is_some_and(|(field, _)| field == column);
        let is_id = table.column(column).is_some_and(|column| column.references.is_some());
        let is_one = table.relations.iter().any(|relation| !relation.is_many && holds(relation));
        is_id || is_one || self.columns.contains(&(table.name.as_str(), column))
    }
}

/// The columns by which Lunora itself finds rows, by their tables: those of modifiers, shapes, policies, and relations that are loaded.
fn columns_of_others<'a>(project: &'a Project, uses: &Uses) -> FxHashMap<&'a str, FxHashSet<&'a str>> {
    let of_modifiers = project.schema.tables.iter().flat_map(|table| {
        columns_of_modifiers(table).into_iter().map(move |column| (table.name.as_str(), column))
    });
    let is_filter = |kind| matches!(kind, ProcedureKind::Shape | ProcedureKind::Policy);
    let filters = project.procedures.iter().filter(|procedure| is_filter(procedure.kind));
    let of_filters = filters.flat_map(|procedure| {
        let fields = procedure.fields.iter().map(|field| field.name.as_str());
        procedure
            .table
            .iter()
            .flat_map(move |(table, _)| fields.clone().map(move |column| (table.as_str(), column)))
    });
    let mut columns: FxHashMap<&str, FxHashSet<&str>> = FxHashMap::default();
    for (table, column) in of_modifiers.chain(of_filters).chain(relation_loads(project, uses)) {
        columns.entry(table).or_default().insert(column);
    }
    columns
}

fn columns_of_modifiers(table: &Table) -> Vec<&str> {
    let modifiers = ["ttl", "ownedBy"].into_iter().filter_map(|name| table.modifier(name));
    let mut columns: Vec<&str> =
        modifiers.filter_map(|modifier| Some(modifier.field.as_ref()?.0.as_str())).collect();
    if table.modifier("softDelete").is_some() {
        columns.push(match table.option("softDelete", "field") {
            Some(OptionValue::Text(column)) => column,
            _ => "deletedAt",
        });
    }
    columns
}

/// The columns by which relations are loaded, with their tables. What is loaded may load further relations: all that lead on are taken as
/// loaded, too.
fn relation_loads<'a>(project: &'a Project, uses: &Uses) -> FxHashSet<(&'a str, &'a str)> {
    let relations = project.schema.tables.iter().flat_map(|table| {
        let uses = uses.of_table(&table.name);
        table.relations.iter().filter(move |relation| uses.is_some_and(|uses| uses.loads(relation)))
    });
    let mut waiting: Vec<&Relation> = relations.collect();
    let mut columns = FxHashSet::default();
    let mut seen: FxHashSet<&str> = FxHashSet::default();
    while let Some(relation) = waiting.pop() {
        let Some((target, _)) = &relation.target else { continue };
        let column = if relation.is_many { &relation.field } else { &relation.references };
        if let Some((column, _)) = column {
            columns.insert((target.as_str(), column.as_str()));
        }
        if seen.insert(target) {
            waiting.extend(project.schema.table(target).into_iter().flat_map(|table| &table.relations));
        }
    }
    columns
}

/// How a project reads one table.
struct IndexUsage<'a> {
    uses: Option<&'a TableUses>,
    /// By which Lunora itself finds rows.
    columns: Option<&'a FxHashSet<&'a str>>,
}

impl IndexUsage<'_> {
    fn can_use(&self, index: &Index, name: &str) -> bool {
        self.uses.is_some_and(|uses| uses.names_index(name) || uses.is_open())
            || match index.kind {
                IndexKind::Secondary => {
                    index.fields.first().is_some_and(|first| self.finds_rows_by(&first.name))
                }
                IndexKind::Aggregate => {
                    self.uses.is_some_and(|uses| uses.aggregated().any(|columns| holds_all(index, columns)))
                }
                _ => false,
            }
    }

    fn finds_rows_by(&self, column: &str) -> bool {
        self.uses.is_some_and(|uses| uses.has_column(column))
            || self.columns.is_some_and(|columns| columns.contains(column))
    }
}

fn holds_all(index: &Index, columns: &[String]) -> bool {
    columns
        .iter()
        .all(|column| index.fields.iter().any(|field| field.role == IndexRole::By && field.name == *column))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn indexes_of_every_kind_that_nothing_uses_are_reported() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({
  posts: defineTable({ slug: v.string(), title: v.string(), status: v.string(), at: v.number(), score: v.number() })
    .index("by_status", ["status"])
//   ^^^ INFO unused_index Nothing uses `by_status` of `posts`: no read names it, and none selects or sorts rows by `status`
    .index("by_slug", ["slug"], { unique: true })
    .index("by_title", ["title"])
    .searchIndex("search_title", { field: "title" })
//   ^^^ unused_index Nothing uses `search_title` of `posts`: no read searches by it
    .rankIndex("ranking", { sortBy: [{ field: "score" }] })
//   ^^^ unused_index
    .aggregateIndex("count_by_status", { by: ["status"] })
//   ^^^ unused_index
    // lunora-advisor-disable-next-line unused_index -- the dashboard of the next release reads by it
    .index("by_at", ["at"]),
});
//- /lunora/posts.ts
export const add = mutation.mutation(({ ctx }) => ctx.db.posts.insert({ slug: "a" }));
export const titled = query.query(({ ctx }) => ctx.db.posts.findMany({ where: { title: "a" } }));
export const all = query.query(({ ctx }) => ctx.db.query("posts").take(10));
"#,
        );
    }

    #[test]
    fn whatever_can_use_an_index_counts() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({
  users: defineTable({ name: v.string() }).relations((r) => ({ posts: r.many("posts", { field: "author" }) })),
  posts: defineTable({ author: v.string(), second: v.id("users"), a: v.string(), b: v.string(), c: v.string(), d: v.string(), e: v.string(), f: v.number(), owner: v.string(), until: v.number(), g: v.string() })
    .index("named", ["a", "b"])
    .index("where", ["b", "a"])
    .index("ordered", ["c"])
    .index("either", ["d", "a"])
    .index("either_too", ["e"])
    .index("loaded", ["author"])
    .index("loaded_too", ["author", "a"])
    .index("only_of_key", ["second"])
    .index("owned", ["owner"]).ownedBy("owner")
    .index("expiry", ["until"]).ttl("until")
    .index("removed", ["g"])
    .searchIndex("search", { field: "a" })
    .rankIndex("rank", { sortBy: [{ field: "f" }] })
    .aggregateIndex("count_by_a", { by: ["a"] })
    .index("extreme", ["f"]),
});
//- /lunora/posts.ts
import { query, mutation, v } from "./_generated/server";
export const add = mutation.mutation(({ ctx }) => ctx.db.posts.insert({ a: "a" }));
export const user = mutation.mutation(({ ctx }) => ctx.db.users.insert({ name: "a" }));
const orphan = (ctx) => ctx.db.query("posts").withIndex("named", (q) => q.eq("a", "x")).collect();
export const where = query.query(({ ctx }) => ctx.db.posts.findMany({ where: { b: "a" }, orderBy: [{ c: "asc" }] }));
export const either = query.query(({ ctx }) => ctx.db.posts.findMany({ where: { OR: [{ d: "a" }, { e: "b" }] } }));
export const loaded = query.query(({ ctx }) => ctx.db.users.findMany({ with: { posts: true }, limit: 5 }));
export const searched = query.query(({ ctx }) => ctx.db.posts.withSearchIndex("search", (q) => q.search("a", "x")).take(5));
export const ranked = query.query(({ ctx }) => ctx.db.posts.rankPage("rank", { take: 5 }));
export const counted = query.query(({ ctx }) => ctx.db.posts.count({ a: "x" }));
export const most = query.query(({ ctx }) => ctx.db.posts.aggregate({ op: "max", field: "f" }));
export const remove = mutation.mutation(({ ctx }) => ctx.db.posts.deleteMany({ where: { g: "x" } }));
"#,
        );
    }

    #[test]
    fn other_rules_have_their_say_first() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({
  posts: defineTable({ a: v.string(), b: v.string() })
    .index("by_a", ["a"])
    .index("by_a_b", ["a", "b"]),
//   ^^^ unused_index
  orphan: defineTable({ a: v.string() }).index("by_a", ["a"]),
  adapter: defineTable({ a: v.string() }).index("by_a", ["a"]).externallyManaged(),
  empty: defineTable({ a: v.string() }).index("nothing", []).index("by_b", ["b"]),
});
//- /lunora/posts.ts
export const add = mutation.mutation(({ ctx }) => ctx.db.posts.insert({ a: "a" }));
export const empty = mutation.mutation(({ ctx }) => ctx.db.empty.insert({ a: "a" }));
"#,
        );
    }

    #[test]
    fn a_read_that_cannot_be_told_may_use_anything() {
        let schema = r#"
//- /lunora/schema.ts
export default defineSchema({
  posts: defineTable({ a: v.string() }).index("by_a", ["a"]),
  notes: defineTable({ a: v.string() }).index("by_a", ["a"]),
});
//- /lunora/posts.ts
export const add = mutation.mutation(({ ctx }) => Promise.all([ctx.db.posts.insert({ a: "a" }), ctx.db.notes.insert({ a: "a" })]));
"#;
        let any_table = "export const any = query.input({ t: v.string() }).query(({ ctx, args }) => ctx.db.query(args.t).collect());\n";
        check(&RULE, &format!("{schema}{any_table}"));
        let of_posts = r#"
export const name = query.input({ n: v.string() }).query(({ ctx, args }) => ctx.db.query("posts").withIndex(args.n).take(5));
export const where = query.input({ w: v.any() }).query(({ ctx, args }) => ctx.db.notes.findMany({ where: args.w, limit: 5 }));
"#;
        check(&RULE, &format!("{schema}{of_posts}"));
    }
}
