//! Indexes that no read can use.

use lunora_project::access::{AccessPath, Condition, Indeterminacy, Read, Selection, Surface};
use lunora_project::schema::{Index, IndexKind, IndexRole, OptionValue, Relation, Table};
use lunora_project::{ProcedureKind, Project};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use rustc_hash::{FxHashMap, FxHashSet};
use serde_json::json;

use super::duplicate_index::covering;
use crate::context::RuleContext;
use crate::findings::{columns, set};
use crate::rule::{Fact, Rule};
use crate::usage::may_read_any_table;
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

fn check(context: &RuleContext<'_>, findings: &mut Vec<Finding>) {
    let project = context.project;
    if !project.is_fully_read() || project.reads.iter().flat_map(|read| &read.paths).any(may_read_any_table) {
        return;
    }
    let usages = usages(project);
    let relation_keys = RelationKeys::of(project);
    for table in &context.schema().tables {
        let is_ours = table.extension.is_none() && !table.is_opaque && !table.is_externally_managed();
        if !is_ours || context.usage.is_unused(table) {
            continue;
        }
        let Some(usage) = usages.get(table.name.as_str()) else { continue };
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

/// The columns by which relations are loaded, with their tables. What is loaded may load further relations: all that lead on are taken as
/// loaded, too.
fn relation_loads(project: &Project) -> FxHashSet<(&str, &str)> {
    let mut columns = FxHashSet::default();
    let mut waiting: Vec<&Relation> = Vec::new();
    for path in project.reads.iter().flat_map(|read| &read.paths) {
        for table in path.tables.iter().filter_map(|name| project.schema.table(&name.name)) {
            let is_loaded = |relation: &&Relation| {
                path.relations.iter().any(|used| used.name == relation.name)
                    || path.unknown.contains(&Indeterminacy::Arguments)
            };
            waiting.extend(table.relations.iter().filter(is_loaded));
        }
    }
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
#[derive(Default)]
struct IndexUsage<'a> {
    /// Names of indexes that are named. One that is named by a call for another kind is meant all the same: `unknown_index` says so.
    named: FxHashSet<&'a str>,
    /// Columns that rows are selected or sorted by without naming an index.
    columns: FxHashSet<&'a str>,
    /// Sets of columns that something is counted or summed by.
    aggregated: Vec<Vec<&'a str>>,
    /// Whether there is a read of which that can't be told.
    is_open: bool,
}

/// How a project reads each table of its schema.
fn usages(project: &Project) -> FxHashMap<&str, IndexUsage<'_>> {
    let tables = &project.schema.tables;
    let mut usages: FxHashMap<&str, IndexUsage<'_>> =
        tables.iter().map(|table| (table.name.as_str(), IndexUsage::by_lunora(table))).collect();
    for read in &project.reads {
        for path in &read.paths {
            for table in &path.tables {
                if let Some(usage) = usages.get_mut(table.name.as_str()) {
                    usage.add_read(read, path);
                }
            }
        }
    }
    for write in &project.writes {
        for table in &write.tables {
            if let Some(usage) = usages.get_mut(table.name.as_str()) {
                usage.add_selection(&write.selection);
                let target = write.target.iter().flatten();
                usage.columns.extend(target.map(|column| column.name.as_str()));
                usage.is_open |= write.is_upsert() && write.target.is_none();
            }
        }
    }
    for procedure in &project.procedures {
        let table = procedure.table.as_ref().and_then(|(table, _)| usages.get_mut(table.as_str()));
        if let (Some(usage), ProcedureKind::Shape | ProcedureKind::Policy) = (table, procedure.kind) {
            usage.columns.extend(procedure.fields.iter().map(|field| field.name.as_str()));
        }
    }
    for (table, column) in relation_loads(project) {
        if let Some(usage) = usages.get_mut(table) {
            usage.columns.insert(column);
        }
    }
    usages
}

impl<'a> IndexUsage<'a> {
    /// Lunora itself looks for rows by these.
    fn by_lunora(table: &'a Table) -> Self {
        let mut usage = Self::default();
        for name in ["ttl", "ownedBy"] {
            let field = table.modifier(name).and_then(|modifier| modifier.field.as_ref());
            usage.columns.extend(field.map(|(column, _)| column.as_str()));
        }
        if table.modifier("softDelete").is_some() {
            usage.columns.insert(match table.option("softDelete", "field") {
                Some(OptionValue::Text(column)) => column,
                _ => "deletedAt",
            });
        }
        usage
    }

    fn add_read(&mut self, read: &'a Read, path: &'a AccessPath) {
        self.add_path(path);
        // What a filter tests, the read could find by an index: `filter_without_index` says so.
        let tested = path.filters.iter().chain(&read.row_filters).flat_map(|filter| &filter.conditions);
        self.columns.extend(tested.map(|condition| condition.column.as_str()));
        let sorted = read.row_sorts.iter().filter_map(|sort| sort.columns.as_ref());
        self.columns.extend(sorted.flatten().map(String::as_str));
    }

    fn add_path(&mut self, path: &'a AccessPath) {
        let is_unreadable =
            |reason: &Indeterminacy| matches!(reason, Indeterminacy::IndexName | Indeterminacy::Arguments);
        self.is_open |= path.unknown.iter().any(is_unreadable) || path.method == "related";
        if let Some(used) = &path.index {
            self.named.extend(used.name.as_ref().map(|(name, _)| name.as_str()));
        }
        if path.surface == Surface::Fluent {
            return;
        }
        self.add_selection(&path.selection);
        self.columns.extend(path.order_by.iter().map(|field| field.name.as_str()));
        if matches!(path.method.as_str(), "count" | "aggregate" | "groupBy") {
            let named = path.other_fields.iter().map(|field| field.name.as_str());
            self.columns.extend(named);
            let conditions = path.selection.conditions.iter().map(|condition| condition.column.as_str());
            self.aggregated.push(conditions.collect());
        }
    }

    fn add_selection(&mut self, selection: &'a Selection) {
        self.is_open |= selection.is_open;
        let alternatives = selection.alternatives.iter().flatten().flatten();
        let conditions = selection.conditions.iter().chain(alternatives);
        self.columns.extend(conditions.map(|condition: &Condition| condition.column.as_str()));
    }

    fn can_use(&self, index: &Index, name: &str) -> bool {
        let is_named = self.named.contains(name);
        is_named
            || self.is_open
            || match index.kind {
                IndexKind::Secondary => {
                    index.fields.first().is_some_and(|first| self.columns.contains(first.name.as_str()))
                }
                IndexKind::Aggregate => self.aggregated.iter().any(|columns| holds_all(index, columns)),
                _ => false,
            }
    }
}

fn holds_all(index: &Index, columns: &[&str]) -> bool {
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
