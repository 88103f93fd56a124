//! Plans of tables, over projects in memory.

use super::*;
use crate::testing::project;

/// The plan of `posts`, one line an index, for a schema chain and the bodies of queries.
fn planned(chain: &str, reads: &[&str]) -> Vec<String> {
    let plan = plan_of(chain, reads);
    let index = |index: &PlannedIndex| {
        let name = index.name.as_deref().unwrap_or("unique");
        format!("{name}({}) serves {}", index.columns.join(" "), index.serves.len())
    };
    let mut lines = Vec::new();
    lines.extend(plan.keep.iter().map(|kept| match kept.reason {
        KeepReason::Serves => format!("keep {}", index(&kept.index)),
        reason => format!("keep {} for {reason:?}", index(&kept.index)),
    }));
    lines.extend(plan.widen.iter().map(|widened| format!("widen {}", index(widened))));
    lines.extend(plan.add.iter().map(|added| format!("add {}", index(added))));
    lines.extend(plan.drop.iter().map(|dropped| match &dropped.covered_by {
        Some(other) => format!("drop {} for {}", index(&dropped.index), index(other)),
        None => format!("drop {}", index(&dropped.index)),
    }));
    lines
        .extend(plan.unserved.iter().map(|unserved| format!("{:?} {:?}", unserved.reason, unserved.columns)));
    lines.extend(plan.indeterminate.iter().map(|unread| format!("{:?}", unread.reason)));
    lines
}

fn plan_of(chain: &str, reads: &[&str]) -> TablePlan {
    let mut code = "import { mutation, query } from \"./_generated/server\";\n\
        export const add = mutation.mutation(async ({ ctx, args }) => ctx.db.insert(\"posts\", args.post));\n\
        export const touch = mutation.mutation(async ({ ctx, args }) => ctx.db.posts.patch(args.id, {}));\n"
        .to_owned();
    for (position, read) in reads.iter().enumerate() {
        code +=
            &format!("export const f{position} = query.query(async ({{ ctx, args }}) => {{ {read} }});\n");
    }
    let project = project(&[("lunora/schema.ts", &schema(chain)), ("lunora/a.ts", &code)]);
    let table = project.schema.table("posts").expect("the table");
    let plan = IndexPlan::new(&project).table(table);
    assert_eq!(plan, IndexPlan::new(&project).table(table), "the same project gives the same plan");
    plan
}

fn schema(chain: &str) -> String {
    format!(
        r#"import {{ defineSchema, defineTable, v }} from "@lunora/server";
        export default defineSchema({{
            posts: defineTable({{
                slug: v.string().unique(), orgId: v.string(), author: v.id("users"), status: v.string(),
                createdAt: v.number(), size: v.number(), tags: v.array(v.string()),
            }}){chain},
            users: defineTable({{ name: v.string() }})
                .relations((r) => ({{ posts: r.many("posts", {{ field: "author" }}) }})),
        }});"#
    )
}

const ORG: &str = "return ctx.db.query(\"posts\").filter((d) => d.orgId === args.o).collect();";
const RECENT: &str =
    "return ctx.db.query(\"posts\").filter((d) => d.orgId === args.o && d.createdAt > args.t).collect();";

#[test]
fn a_prefix_shares_the_index_of_what_it_is_a_prefix_of() {
    assert_eq!(
        planned("", &[ORG, RECENT]),
        ["keep unique(slug) serves 0 for Unique", "add by_org_created(orgId createdAt) serves 2"]
    );
    let plan = plan_of("", &[ORG, RECENT]);
    let found = |equal: &[&str], then: &[&str]| {
        plan.index_for(&Demand::new(equal, then)).and_then(|index| index.name.as_deref())
    };
    assert_eq!(found(&["orgId"], &[]), Some("by_org_created"));
    assert_eq!(found(&["createdAt"], &[]), None);
    assert_eq!((plan.cost.inserts.len(), plan.cost.updates.len()), (1, 1));
}

#[test]
fn equal_columns_take_the_order_that_lets_most_reads_share() {
    let status =
        "return ctx.db.query(\"posts\").filter((d) => d.status === args.s && d.orgId === args.o).collect();";
    assert_eq!(planned("", &[status, ORG])[1..], ["add by_org_status(orgId status) serves 2"]);
}

#[test]
fn a_declared_index_grows_unless_a_read_relies_on_its_order() {
    let by_org = ".index(\"by_org\", [\"orgId\"])";
    let named =
        "return ctx.db.query(\"posts\").withIndex(\"by_org\", (q) => q.eq(\"orgId\", args.o)).collect();";
    assert_eq!(planned(by_org, &[named])[1..], ["keep by_org(orgId) serves 1"]);
    assert_eq!(planned(by_org, &[named, RECENT])[1..], ["widen by_org(orgId createdAt) serves 2"]);
    let newest = named.replace("collect()", "order(\"desc\").take(5)");
    assert_eq!(
        planned(by_org, &[&newest, RECENT])[1..],
        ["keep by_org(orgId) serves 1", "add by_org_created(orgId createdAt) serves 1"]
    );
}

#[test]
fn what_serves_nothing_or_nothing_alone_goes() {
    let chain = ".index(\"by_size\", [\"size\"]).index(\"by_org\", [\"orgId\"])\
        .index(\"by_org_created\", [\"orgId\", \"createdAt\"]).index(\"by_author\", [\"author\"])";
    assert_eq!(
        planned(chain, &[RECENT, ORG])[1..],
        [
            "keep by_org_created(orgId createdAt) serves 2",
            "keep by_author(author) serves 0 for ForeignKey",
            "drop by_size(size) serves 0",
            "drop by_org(orgId) serves 1 for by_org_created(orgId createdAt) serves 2",
        ]
    );
}

#[test]
fn an_access_that_may_use_any_index_keeps_them_all() {
    let any = "return ctx.db.query(\"posts\").withIndex(args.index).collect();";
    assert_eq!(
        planned(".index(\"by_size\", [\"size\"])", &[any, ORG])[1..],
        ["keep by_size(size) serves 0 for Indeterminate", "add by_org(orgId) serves 1", "Access(IndexName)",]
    );
}

#[test]
fn wheres_sorts_rows_and_relations_ask_for_indexes() {
    let only = |read: &str| planned("", &[read])[1..].join("; ");
    assert_eq!(
        only(
            "return ctx.db.posts.findMany({ where: { orgId: args.o }, orderBy: [{ createdAt: \"desc\" }] });"
        ),
        "add by_org_created(orgId createdAt) serves 1"
    );
    assert_eq!(
        only(
            "return ctx.db.posts.findMany({ where: { orgId: args.o, ...(args.s ? { status: args.s } : {}) } });"
        ),
        "add by_org_status(orgId status) serves 2"
    );
    assert_eq!(
        only("return ctx.db.posts.findMany({ where: { OR: [{ orgId: args.o }, { status: args.s }] } });"),
        "add by_org(orgId) serves 1; add by_status(status) serves 1"
    );
    assert_eq!(
        only(
            "const rows = await ctx.db.query(\"posts\").collect();
              return rows.filter((d) => d.status === args.s).sort((a, b) => a.size - b.size);"
        ),
        "add by_status_size(status size) serves 1"
    );
    assert_eq!(
        only("return ctx.db.users.findMany({ limit: 5, with: { posts: true } });"),
        "add by_author(author) serves 1"
    );
    assert_eq!(only("await ctx.db.deleteWhere(\"posts\", { size: 3 });"), "add by_size(size) serves 1");
}

#[test]
fn an_upsert_asks_for_the_index_of_its_target() {
    let upsert = |target: &str| {
        format!(
            "await ctx.db.posts.upsert({{ target: {target}, create: args.post, update: {{ size: 1 }} }});"
        )
    };
    let declared = ".index(\"by_size\", [\"size\"])";
    assert_eq!(
        planned(declared, &[&upsert("[\"orgId\", \"status\"]"), ORG])[1..],
        ["add by_org_status(orgId status) serves 2", "drop by_size(size) serves 0"]
    );
    assert_eq!(
        planned(declared, &[&upsert("args.columns")])[1..],
        ["keep by_size(size) serves 0 for Indeterminate", "Upsert"]
    );
}

#[test]
fn of_a_global_table_only_updates_of_its_columns_write_an_index_again() {
    let size = "await ctx.db.posts.upsert({ target: [\"slug\"], create: args.post, update: { size: 1 } });";
    let updaters = |tier: &str| {
        let plan = plan_of(tier, &[ORG, size]);
        let [added] = plan.add.as_slice() else { panic!("{plan:?}") };
        let project = project(&[("lunora/schema.ts", &schema(tier))]);
        plan.updaters(project.schema.table("posts").expect("the table"), added).len()
    };
    // `touch` patches nothing at all.
    assert_eq!(updaters(""), 2);
    assert_eq!(updaters(".global()"), 0);
}

#[test]
fn the_order_of_a_named_index_is_kept_where_a_limit_depends_on_it() {
    let chain = ".index(\"by_org_size\", [\"orgId\", \"size\"])";
    let smallest = "return ctx.db.query(\"posts\").withIndex(\"by_org_size\", (q) => q.eq(\"orgId\", args.o))
        .filter((d) => d.createdAt > args.t).take(5);";
    assert_eq!(
        planned(chain, &[smallest])[1..],
        ["keep by_org_size(orgId size) serves 1", "RangeBesideOrder [\"createdAt\"]"]
    );
    let walk = "return ctx.db.query(\"posts\").withIndex(\"by_org_size\").filter((d) => d.status === \"a\").take(5);";
    assert_eq!(
        planned(chain, &[walk])[1..],
        ["add by_status(status) serves 1", "drop by_org_size(orgId size) serves 0"]
    );
    let shown = "return ctx.db.query(\"posts\").withIndex(\"by_org_size\", (q) => q.eq(\"orgId\", args.o)).collect();";
    let chain = ".index(\"by_org_created\", [\"orgId\", \"createdAt\"]).index(\"by_org_size\", [\"orgId\", \"size\"])";
    assert_eq!(
        planned(chain, &[shown, RECENT])[1..],
        ["keep by_org_created(orgId createdAt) serves 1", "keep by_org_size(orgId size) serves 1"]
    );
}

#[test]
fn what_needs_no_index_or_can_have_none_asks_for_none() {
    let only = |read: &str| planned("", &[read]).join("; ");
    let unused = "keep unique(slug) serves 0 for Unique";
    assert_eq!(
        only("return ctx.db.posts.findFirst({ where: { slug: args.s, status: \"a\" } });"),
        "keep unique(slug) serves 1"
    );
    assert_eq!(only("return ctx.db.posts.findMany({ where: { _creationTime: { gt: 3 } } });"), unused);
    assert_eq!(only("return ctx.db.query(\"posts\").order(\"desc\").take(5);"), unused);
    assert_eq!(
        only("return ctx.db.query(\"posts\").filter((d) => d.tags.includes(args.t)).collect();"),
        format!("{unused}; Test []")
    );
    assert_eq!(
        only("return ctx.db.posts.findMany({ where: { size: { gt: 3 }, createdAt: { gt: 3 } } });"),
        format!("{unused}; add by_size(size) serves 1; SecondRange [\"createdAt\"]")
    );
}
