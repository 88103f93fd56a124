//! Who calls whom: every call in the code that leads to the database or to another procedure, with its place.

use std::collections::BTreeSet;

use lunora_facts::{BindingKind, ClassMemberValue, Expr, FileId, FunctionId, PropKey, Span};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::access::FunctionName;
use crate::link::{Callee, HeldCall, Holder};
use crate::place::{Part, Place, Site};
use crate::procedure::ProcedureId;
use crate::project::Project;

/// A call on the way to the database or to another procedure.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Call {
    /// Who calls.
    pub caller: Callable,
    /// What is called.
    pub callee: Callable,
    /// Where, in the caller's file; `None` if what calls is not written there: the platform, a library.
    pub place: Option<Place>,
}

/// What calls or is called. Numbers are positions in the lists of [`Project`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Callable {
    /// A procedure.
    Procedure(ProcedureId),
    /// A function of a file.
    Function(FileId, FunctionId),
    /// A read, by call site.
    Read(usize),
    /// A write, by call site.
    Write(usize),
    /// A dispatch at the top level of a module: a cron job.
    Registry(usize),
}

impl Project {
    /// Every call that leads to the database or to another procedure, each once, in order. The project is evaluated for it as for
    /// [`Self::mentions`], once.
    #[must_use]
    pub fn calls(&self) -> Vec<Call> {
        let gatherer = Gatherer::new(self);
        let held = self.mentions().calls.iter().filter_map(|held| gatherer.call(held));
        let calls: BTreeSet<Call> = held.chain(gatherer.registered()).collect();
        let leading = leading(&calls);
        calls.into_iter().filter(|call| leading.contains(&call.callee)).collect()
    }

    /// Where a function is declared; the start of its file if it has no name.
    #[must_use]
    pub fn function_place(&self, function: &FunctionName) -> Place {
        let program = &self.file(function.file).facts.program;
        let named = (0..).map(FunctionId::new).zip(&program.functions).find(|(_, known)| {
            known.name.is_some_and(|name| Some(program.text(name)) == function.name.as_deref())
        });
        Place { file: function.file, part: named.map_or(Part::Start, |(id, _)| Part::Function(id)) }
    }

    /// The name of a function where it is declared; the whole function if it has none.
    #[must_use]
    pub fn function_name_span(&self, file: FileId, id: FunctionId) -> Span {
        let facts = &self.file(file).facts;
        let (program, spans) = (&facts.program, &facts.spans);
        let whole = spans.function(id);
        let Some(function) = program.functions.get(id.index()) else { return whole };
        let Some(name) = function.name.map(|name| program.text(name)) else { return whole };
        if let Some(binding) = function.binding {
            return spans.binding(binding);
        }
        let mut variables = program.bindings.iter().zip(&spans.bindings);
        let variable = variables.find(|(binding, _)| match binding.kind {
            BindingKind::Variable(Some(stmt)) => {
                let statement = spans.stmt(stmt);
                let is_around = statement.start <= whole.start && whole.end <= statement.end;
                is_around && program.text(binding.name) == name
            }
            _ => false,
        });
        if let Some((_, span)) = variable {
            return *span;
        }
        let mut properties = program.props.iter().zip(&spans.prop_keys);
        let property = properties.find(|(property, _)| *program.expr(property.value) == Expr::Function(id));
        if let Some((property, span)) = property {
            return if matches!(property.key, PropKey::Name(_)) { *span } else { whole };
        }
        // A method of a class begins with its name.
        let methods = program.classes.iter().flat_map(|class| &class.members);
        let is_method =
            methods.filter_map(|member| ClassMemberValue::function(member.value)).any(|own| own == id);
        let length = u32::try_from(name.len()).unwrap_or_default();
        if is_method { Span::new(whole.start, whole.start + length) } else { whole }
    }
}

/// What leads to the database or to another procedure.
fn leading(calls: &BTreeSet<Call>) -> FxHashSet<Callable> {
    let mut callers: FxHashMap<Callable, Vec<Callable>> = FxHashMap::default();
    let mut pending: Vec<Callable> = Vec::new();
    for call in calls {
        callers.entry(call.callee).or_default().push(call.caller);
        if !matches!(call.callee, Callable::Function(..)) {
            pending.push(call.callee);
        }
    }
    let mut leading = FxHashSet::default();
    while let Some(callee) = pending.pop() {
        if leading.insert(callee) {
            pending.extend(callers.get(&callee).into_iter().flatten().copied());
        }
    }
    leading
}

struct Gatherer<'a> {
    project: &'a Project,
    procedures: FxHashMap<(Place, &'a str), ProcedureId>,
    reads: FxHashMap<Site, usize>,
    writes: FxHashMap<Site, usize>,
}

impl<'a> Gatherer<'a> {
    fn new(project: &'a Project) -> Self {
        let procedures = (0..).map(ProcedureId).zip(&project.procedures);
        let reads = project.reads.iter().enumerate();
        let writes = project.writes.iter().enumerate();
        Self {
            project,
            procedures: procedures.map(|(id, one)| ((one.place, one.name.as_str()), id)).collect(),
            reads: reads.map(|(position, read)| (read.key, position)).collect(),
            writes: writes.map(|(position, write)| (write.site, position)).collect(),
        }
    }

    /// `None` for code that the model knows to be never run.
    fn call(&self, held: &HeldCall) -> Option<Call> {
        let (caller, file) = match &held.holder {
            Holder::Procedure(place, name) => {
                let id = *self.procedures.get(&(*place, &**name))?;
                (Callable::Procedure(id), place.file)
            }
            Holder::Function((file, function)) => (Callable::Function(*file, *function), *file),
        };
        let (callee, place) = match &held.callee {
            Callee::Function((file, function)) => (Callable::Function(*file, *function), held.place),
            Callee::Read(site) => {
                let position = *self.reads.get(site)?;
                (Callable::Read(position), Some(self.project.reads[position].place))
            }
            Callee::Write(site) => {
                let position = *self.writes.get(site)?;
                (Callable::Write(position), Some(self.project.writes[position].place))
            }
            Callee::Procedure(name) => (Callable::Procedure(self.project.registered_as(name)?), held.place),
        };
        Some(Call { caller, callee, place: place.filter(|place| place.file == file) })
    }

    /// What registries have run.
    fn registered(&self) -> impl Iterator<Item = Call> {
        let dispatches = self.project.dispatches.iter().enumerate();
        dispatches.filter_map(|(position, dispatch)| {
            let is_outside = dispatch.reached_from.is_empty() && dispatch.function.name.is_none();
            let target = self.project.resolve_target(&dispatch.target).filter(|_| is_outside)?;
            Some(Call {
                caller: Callable::Registry(position),
                callee: Callable::Procedure(target),
                place: Some(dispatch.call),
            })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::project;

    const SCHEMA: &str = r#"
        import { defineSchema, defineTable, v } from "@lunora/server";
        export default defineSchema({ posts: defineTable({ title: v.string() }) });
    "#;

    #[test]
    fn calls_lead_from_procedures_through_functions_to_the_database() {
        let lib = r#"
            export function byTitle(ctx, title) { return one(ctx, { title }); }
            const one = async (ctx, where) => ctx.db.posts.findFirst({ where });
            export const many = async (ctx, titles) =>
                Promise.all(titles.map(async (title) => ctx.db.posts.findFirst({ where: { title } })));
            export const unused = (ctx) => ctx.db.insert("posts", { title: "" });
            const walk = async (ctx, id) => { const post = await ctx.db.get(id, "posts"); if (post) await walk(ctx, post.next); };
            export { walk };
        "#;
        let posts = r#"
            import { internalMutation, mutation, query } from "./_generated/server";
            import { internal } from "./_generated/api";
            import { byTitle, many, walk } from "./lib/rows";
            const later = (ctx) => ctx.scheduler.runAfter(0, internal.posts.sweep, {});
            export const get = query.query(async ({ ctx, args }) => byTitle(ctx, args.title));
            export const all = query.query(async ({ ctx, args }) => many(ctx, args.titles));
            export const chain = query.query(async ({ ctx, args }) => walk(ctx, args.id));
            export const start = mutation.mutation(async ({ ctx }) => { await [1].forEach(() => later(ctx)); });
            export const sweep = internalMutation.mutation(async ({ ctx }) => ctx.db.deleteWhere("posts", { title: "" }));
        "#;
        let files = [("lunora/schema.ts", SCHEMA), ("lunora/lib/rows.ts", lib), ("lunora/posts.ts", posts)];
        let mut expected = [
            "byTitle → one at one",
            "later → posts:sweep at runAfter",
            "many → findFirst at ctx.db.posts.findFirst",
            "one → findFirst at ctx.db.posts.findFirst",
            "posts:all → many at many",
            "posts:chain → walk at walk",
            "posts:get → byTitle at byTitle",
            "posts:start → later at later",
            "posts:sweep → deleteWhere at ctx.db.deleteWhere",
            "unused → insert at ctx.db.insert",
            "walk → get at ctx.db.get",
            "walk → walk at walk",
        ];
        expected.sort_unstable();
        assert_eq!(calls_of(&files), expected);
    }

    #[test]
    fn every_call_site_counts_not_only_the_shortest_way() {
        let lib = r#"
            import { query } from "../_generated/server";
            export const one = (ctx, id) => ctx.db.get(id, "posts");
            export const first = (ctx, id) => one(ctx, id);
            export const second = async (ctx, id) => (await one(ctx, id)) ?? one(ctx, null);
            export const store = { load: async (ctx, id) => one(ctx, id), plain() { return 1; } };
            export class Posts { constructor(ctx) { this.ctx = ctx; } async find(id) { return one(this.ctx, id); } }
            export const each = (items, run) => Promise.all(items.map((item) => run(item)));
            export const format = (title) => title.trim();
            export const guarded = (run) => query.query(async (options) => { await one(options.ctx, "guard"); return run(options); });
            export const handler = async ({ ctx, args }) => one(ctx, args.id);
            export const audited = query.use(async ({ ctx, next }) => { await one(ctx, "audit"); return next(); });
        "#;
        let index = r#"export { first, second as again } from "./lib";export * from "./lib";"#;
        let posts = r#"
            import { query } from "./_generated/server";
            import { again, audited, each, first, format, guarded, handler, one, Posts, store } from "./lib/index";
            const wrapped = (run) => query.query(async (options) => run(options));
            const shared = async ({ ctx, args }) => first(ctx, args.id);
            export const both = query.query(async ({ ctx, args }) => {
                if (args.early) { return one(ctx, args.id); }
                return [await one(ctx, args.id), await again(ctx, args.id), format("x")];
            });
            export const objects = query.query(async ({ ctx, args }) => [await store.load(ctx, args.id), await new Posts(ctx).find(args.id)]);
            export const left = wrapped(async ({ ctx, args }) => first(ctx, args.id));
            export const right = wrapped(async ({ ctx, args }) => again(ctx, args.id));
            export const kept = guarded(async ({ ctx, args }) => first(ctx, args.id));
            export const imported = query.query(handler);
            export const seen = audited.query(async ({ ctx, args }) => first(ctx, args.id));
            export const list = query.query(shared);
            export const other = query.query(async ({ ctx, args }) => shared({ ctx, args }));
            export const several = query.query(async ({ ctx, args }) => each(args.ids, (id) => one(ctx, id)));
            export const named = query.query(async ({ ctx, args }) => { const load = (id) => one(ctx, id); return args.ids.map(load); });
        "#;
        let files = [
            ("lunora/schema.ts", SCHEMA),
            ("lunora/lib/lib.ts", lib),
            ("lunora/lib/index.ts", index),
            ("lunora/posts.ts", posts),
        ];
        let mut expected = [
            "? → one at one",
            "find → one at one",
            "first → one at one",
            "handler → one at one",
            "load → one at one",
            "one → get at ctx.db.get",
            "posts:both → one at one",
            "posts:both → one at one",
            "posts:both → second at again",
            "posts:imported → handler at nowhere",
            "posts:kept → first at first",
            "posts:kept → one at nowhere",
            "posts:left → first at first",
            "posts:list → first at first",
            "posts:named → one at one",
            "posts:objects → find at new Posts",
            "posts:objects → load at store.load",
            "posts:other → shared at shared",
            "posts:right → second at again",
            "posts:seen → ? at nowhere",
            "posts:seen → first at first",
            "posts:several → one at one",
            "second → one at one",
            "second → one at one",
            "shared → first at first",
        ];
        expected.sort_unstable();
        assert_eq!(calls_of(&files), expected);
    }

    #[test]
    fn the_name_of_a_function_is_found_where_it_is_declared() {
        let code = "export function a() {}\nconst b = () => 1;\nconst c = { d: () => 1, e() {} };\nclass F { async g() {} }\nexport default [() => 1];\n";
        let project = project(&[("lunora/names.ts", code)]);
        let file =
            project.sources.files.iter().find(|file| file.relative.ends_with("names.ts")).expect("the file");
        let ids = (1..file.facts.program.functions.len()).map(|id| FunctionId::new(id as u32));
        let names: Vec<&str> =
            ids.map(|id| &file.text[project.function_name_span(file.id, id).range()]).collect();
        assert_eq!(names, ["a", "b", "d", "e", "g", "() => 1"]);
    }

    /// The calls of a project, sorted.
    fn calls_of(files: &[(&str, &str)]) -> Vec<String> {
        let project = project(files);
        let name = |end: &Callable| match end {
            Callable::Procedure(id) => project.procedure(*id).name.to_string(),
            Callable::Function(file, id) => {
                let program = &project.file(*file).facts.program;
                program.function(*id).name.map_or("?", |name| program.text(name)).to_owned()
            }
            Callable::Read(read) => project.reads[*read].paths[0].method.to_string(),
            Callable::Write(write) => project.writes[*write].method.to_string(),
            Callable::Registry(dispatch) => project.dispatches[*dispatch].method.to_string(),
        };
        let shown = |call: &Call| {
            let text = call
                .place
                .map_or("nowhere", |place| project.text(place).split('(').next().unwrap_or_default());
            format!("{} → {} at {text}", name(&call.caller), name(&call.callee))
        };
        let mut found: Vec<String> = project.calls().iter().map(shown).collect();
        found.sort();
        found
    }
}
