//! The files of one module of the corpus.

use std::fmt::Write;

use super::random::Random;
use super::schema::{Entity, Tier};

/// Makes the files of the module that owns an entity.
pub(super) struct ModuleFiles<'a> {
    pub(super) entity: &'a Entity,
    pub(super) entities: &'a [Entity],
}

impl ModuleFiles<'_> {
    /// The files, those that others import first: a project of any size has no dangling import within a module.
    pub(super) fn generate(&self, random: &mut Random) -> Vec<(String, String)> {
        let folder = format!("lunora/{}", self.entity.table);
        vec![
            (format!("{folder}/lib/rows.ts"), self.rows(random)),
            (format!("{folder}/mutations.ts"), self.mutations(random)),
            (format!("{folder}/queries.ts"), self.queries(random)),
            (format!("{folder}/lib/format.ts"), self.format()),
            (format!("{folder}/module.ts"), self.module()),
        ]
    }

    fn rows(&self, random: &mut Random) -> String {
        let Entity { table, type_name, .. } = self.entity;
        let mut text =
            String::from("import type { MutationCtx, QueryCtx } from \"../../_generated/server\";\n\n");
        let _ = write!(
            text,
            r#"/** The row, if it is the user's own. */
export async function own{type_name}(ctx: QueryCtx, id: string, userId: string) {{
    const row = await ctx.db.{table}.get(id);
    if (row === null || row.userId !== userId) {{
        return null;
    }}
    return row;
}}

export async function siblingsOf(db: QueryCtx["db"], parentId: string) {{
    const {{ page }} = await db.{table}.findMany({{ where: {{ parentId }}, orderBy: [{{ rank: "asc" }}], limit: 200 }});
    return page;
}}

export async function nextRank(ctx: MutationCtx, parentId: string) {{
    const siblings = await siblingsOf(ctx.db, parentId);
    const last = siblings.at(-1);
    return last === undefined ? 1 : last.rank + 1;
}}

"#
        );
        if self.entity.tier != Tier::Global {
            let _ = write!(
                text,
                r#"export async function inState(ctx: QueryCtx, userId: string, state: string) {{
    return await ctx.db
        .query("{table}")
        .withIndex("by_user_status", (q) => q.eq("userId", userId).eq("status", state))
        .order("desc")
        .collect();
}}

"#
            );
            if random.one_in(4) {
                let _ = write!(
                    text,
                    r#"export async function titled(ctx: QueryCtx, title: string) {{
    return await ctx.db
        .query("{table}")
        .filter((row) => row.title === title)
        .first();
}}
"#
                );
            }
        }
        text
    }

    fn queries(&self, random: &mut Random) -> String {
        let Entity { table, type_name, .. } = self.entity;
        let mut text = format!(
            "import {{ v }} from \"lunorash/server\";\n\
             import {{ page }} from \"../lib/paging\";\n\
             import {{ adminQuery, authQuery, systemQuery }} from \"../lib/procedures\";\n\
             import {{ pageArgs, status }} from \"../lib/validators\";\n\
             import {{ own{type_name}, siblingsOf }} from \"./lib/rows\";\n"
        );
        let _ = write!(
            text,
            r#"
export const get = authQuery
    .input({{ id: v.id("{table}") }})
    .query(async ({{ ctx, args }}) => await own{type_name}(ctx, args.id, ctx.user._id));

export const list = authQuery.input({{ ...pageArgs, status: v.optional(status) }}).query(async ({{ ctx, args }}) => {{
    const {{ page: rows, continueCursor }} = await ctx.db.{table}.findMany({{
        ...page(args),
        where: {{ userId: ctx.user._id, ...(args.status ? {{ status: args.status }} : {{}}) }},
    }});
    return {{ rows: rows.map((row) => ({{ id: row._id, title: row.title, status: row.status }})), continueCursor }};
}});

export const ofParent = authQuery.input({{ parentId: v.string() }}).query(async ({{ ctx, args }}) => {{
    const rows = await siblingsOf(ctx.db, args.parentId);
    const visible = rows.filter((row) => row.tags.length > 0 || row.body !== undefined);
    return visible.map((row) => ({{ ...row, isOwn: row.userId === ctx.user._id }}));
}});
"#
        );
        for number in 0..(4 + random.below(8)) {
            text.push_str(&self.query(number, random));
        }
        text
    }

    fn query(&self, number: u32, random: &mut Random) -> String {
        let Entity { table, tier, .. } = self.entity;
        let builder =
            random.pick(&["authQuery", "adminQuery", "systemQuery"]).copied().unwrap_or("authQuery");
        let kind = random.below(if *tier == Tier::Global { 4 } else { 8 });
        match kind {
            0 | 1 => format!(
                r#"
export const recent{number} = {builder}.input({{ since: v.number() }}).query(async ({{ ctx, args }}) => {{
    const {{ page: rows }} = await ctx.db.{table}.findMany({{
        where: {{ status: "live", updatedAt: {{ gte: args.since }} }},
        orderBy: [{{ updatedAt: "desc" }}],
        limit: {limit},
    }});
    const titles = rows.map((row) => row.title.trim()).filter((title) => title !== "");
    return {{ titles, count: titles.length }};
}});
"#,
                limit = 10 + random.below(40),
            ),
            2 => format!(
                r#"
export const count{number} = {builder}.query(async ({{ ctx }}) => {{
    const drafts = await ctx.db.{table}.count({{ status: "draft" }});
    const live = await ctx.db.{table}.count({{ status: "live" }});
    return {{ drafts, live, share: live === 0 ? 0 : drafts / (drafts + live) }};
}});
"#
            ),
            3 if random.one_in(3) => format!(
                r#"
export const everything{number} = {builder}.query(async ({{ ctx }}) => {{
    const {{ page: rows }} = await ctx.db.{table}.findMany();
    return rows.map((row) => [row._id, row.title].join("\t")).join("\n");
}});
"#
            ),
            4 | 5 => format!(
                r#"
export const board{number} = {builder}.input({{ parentId: v.string() }}).query(async ({{ ctx, args }}) => {{
    const rows = await ctx.db
        .query("{table}")
        .withIndex("by_parent_rank", (q) => q.eq("parentId", args.parentId).gte("rank", {rank}))
        .take({limit});
    const columns = new Map<string, typeof rows>();
    for (const row of rows) {{
        const column = columns.get(row.status) ?? [];
        column.push(row);
        columns.set(row.status, column);
    }}
    return [...columns.entries()].map(([name, items]) => ({{ name, items: items.length }}));
}});
"#,
                rank = random.below(5),
                limit = 20 + random.below(80),
            ),
            6 if random.one_in(3) => format!(
                r#"
export const matching{number} = {builder}.input({{ title: v.string() }}).query(async ({{ ctx, args }}) => {{
    const rows = await ctx.db.query("{table}").collect();
    return rows.filter((row) => row.title === args.title);
}});
"#
            ),
            _ => format!(
                r#"
export const parents{number} = {builder}.input({{ ids: v.array(v.id("{table}")).max(20) }}).query(async ({{ ctx, args }}) => {{
    const found = await ctx.db.{table}.findMany({{ where: {{ _id: {{ in: args.ids }} }}, with: {{ parent: true }} }});
    return found.page.map(({{ parent, ...row }}) => ({{ row, parent: parent?.title ?? null }}));
}});
"#
            ),
        }
    }

    fn mutations(&self, random: &mut Random) -> String {
        let Entity { table, type_name, .. } = self.entity;
        let parent =
            self.entities.get(self.entity.parent as usize).map_or("users", |parent| parent.table.as_str());
        let mut text = format!(
            r#"import {{ LunoraError, v }} from "lunorash/server";
import {{ adminMutation, authMutation, systemMutation }} from "../lib/procedures";
import {{ body, status, title }} from "../lib/validators";
import {{ nextRank, own{type_name} }} from "./lib/rows";

export const create = authMutation
    .input({{ parentId: v.id("{parent}"), title, body: v.optional(body) }})
    .mutation(async ({{ ctx, args }}) => {{
        const rank = await nextRank(ctx, args.parentId);
        const id = await ctx.db.{table}.insert({{
            ...args,
            userId: ctx.user._id,
            status: "draft",
            rank,
            tags: [],
            createdAt: ctx.now,
            updatedAt: ctx.now,
        }});
        ctx.log.info("created", {{ id }});
        return id;
    }});

export const archiveOld = systemMutation.input({{ before: v.number() }}).mutation(async ({{ ctx, args }}) => {{
    await ctx.db.patchWhere("{table}", {{
        where: {{ status: "live", updatedAt: {{ lt: args.before }} }},
        patch: {{ status: "archived" }},
    }});
}});
"#
        );
        for number in 0..(3 + random.below(6)) {
            let builder = random.pick(&["authMutation", "adminMutation"]).copied().unwrap_or("authMutation");
            let field = random.pick(&["title", "body", "status"]).copied().unwrap_or("title");
            let _ = write!(
                text,
                r#"
export const set{number} = {builder}
    .input({{ id: v.id("{table}"), {field}, note: v.optional(v.string().max({max})) }})
    .mutation(async ({{ ctx, args }}) => {{
        const row = await own{type_name}(ctx, args.id, ctx.user._id);
        if (row === null) {{
            throw new LunoraError("NOT_FOUND", "No such row.");
        }}
        if (row.{field} === args.{field}) {{
            return {{ changed: false }};
        }}
        await ctx.db.{table}.patch(row._id, {{ {field}: args.{field}, updatedAt: ctx.now }});
        return {{ changed: true }};
    }});
"#,
                max = 100 + random.below(900),
            );
        }
        text
    }

    fn format(&self) -> String {
        let Entity { type_name, .. } = self.entity;
        format!(
            r#"export interface {type_name}Line {{
    title: string;
    status: string;
    rank: number;
}}

const LABELS: Record<string, string> = {{ draft: "Draft", live: "Live", archived: "Archived" }};

export function line(row: {type_name}Line): string {{
    const label = LABELS[row.status] ?? row.status;
    return `${{row.rank.toString().padStart(4)}}  ${{label.padEnd(10)}}  ${{row.title}}`;
}}

export function lines(rows: readonly {type_name}Line[]): string {{
    return [...rows]
        .sort((a, b) => a.rank - b.rank)
        .map((row) => line(row))
        .join("\n");
}}
"#
        )
    }

    fn module(&self) -> String {
        let Entity { table, .. } = self.entity;
        format!(
            "import {{ defineModule }} from \"lunorash/server\";\n\nexport default defineModule({{ description: \"Owns {table}.\", tables: [\"{table}\"] }});\n"
        )
    }
}
