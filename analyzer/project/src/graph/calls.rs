//! Who calls whom, with the places of the calls.

use std::collections::BTreeSet;

use lunora_facts::{BindingId, BindingKind, FileId, FunctionId};

use super::Node;
use crate::access::{FunctionName, Reach};
use crate::place::{Part, Place};
use crate::project::Project;

/// A call on the way to the database or to another procedure.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Call {
    /// Who calls: a procedure, a function, or, at the top level of a module, the dispatch itself.
    pub caller: Node,
    /// What is called: a function, a procedure, a read or a write.
    pub callee: Node,
    /// Where, in the caller's file: the call, or the caller itself if it is the platform that calls.
    pub place: Place,
}

/// Every call that leads to the database or to another procedure, each once, in order. Of the ways from one procedure to one
/// operation, the shortest counts.
#[must_use]
pub fn calls(project: &Project) -> Vec<Call> {
    let mut gatherer = Gatherer { project, calls: BTreeSet::new() };
    for (position, read) in project.reads.iter().enumerate() {
        gatherer.operation(&read.reached_from, &read.function, &Node::Read(position), read.place);
    }
    for (position, write) in project.writes.iter().enumerate() {
        gatherer.operation(&write.reached_from, &write.function, &Node::Write(position), write.place);
    }
    for (position, dispatch) in project.dispatches.iter().enumerate() {
        let Some(target) = project.resolve_target(&dispatch.target) else { continue };
        let target = Node::Procedure(target);
        if dispatch.reached_from.is_empty() && dispatch.function.name.is_none() {
            gatherer.call(Node::Dispatch(position), target, dispatch.call);
        } else {
            gatherer.operation(&dispatch.reached_from, &dispatch.function, &target, dispatch.call);
        }
    }
    gatherer.calls.into_iter().collect()
}

impl Project {
    /// Where a function is declared; the start of its file if it has no name.
    #[must_use]
    pub fn function_place(&self, function: &FunctionName) -> Place {
        let part = self.function_named(function).map_or(Part::Start, Part::Function);
        Place { file: function.file, part }
    }

    /// The name of a function where it is declared; the whole function if it is no declaration and no variable.
    #[must_use]
    pub fn function_name_place(&self, function: &FunctionName) -> Place {
        let program = &self.file(function.file).facts.program;
        let declared = self.function_named(function);
        let own = declared.and_then(|id| program.functions.get(id.index())?.binding);
        let variable = || {
            let position = program.bindings.iter().position(|binding| {
                matches!(binding.kind, BindingKind::Variable(_))
                    && Some(program.text(binding.name)) == function.name.as_deref()
            });
            position.and_then(|position| u32::try_from(position).ok()).map(BindingId)
        };
        match own.or_else(variable) {
            Some(binding) => Place { file: function.file, part: Part::Binding(binding) },
            None => self.function_place(function),
        }
    }

    fn function_named(&self, function: &FunctionName) -> Option<FunctionId> {
        let program = &self.file(function.file).facts.program;
        let wanted = function.name.as_deref()?;
        let position = program
            .functions
            .iter()
            .position(|known| known.name.is_some_and(|name| program.text(name) == wanted));
        position.and_then(|position| u32::try_from(position).ok()).map(FunctionId)
    }
}

struct Gatherer<'a> {
    project: &'a Project,
    calls: BTreeSet<Call>,
}

impl Gatherer<'_> {
    /// The calls on the ways to an operation.
    fn operation(&mut self, reached_from: &[Reach], function: &FunctionName, operation: &Node, place: Place) {
        for reach in reached_from {
            let mut caller = Node::Procedure(reach.procedure);
            for step in reach.calls.iter() {
                let callee = Node::Function(step.function.clone());
                // A function without a name is part of what is around it.
                if step.function.name.is_none() && self.is_in(&caller, step.function.file) {
                    continue;
                }
                // So is a callback: its steps go by the name of the function around it. One that calls itself says its name.
                let is_inside = callee == caller && !self.names(step.place, &step.function);
                if !is_inside {
                    self.call(caller, callee.clone(), step.place.unwrap_or(place));
                    caller = callee;
                }
            }
            self.call(caller, operation.clone(), place);
        }
        if reached_from.is_empty() && function.name.is_some() {
            self.call(Node::Function(function.clone()), operation.clone(), place);
        }
    }

    fn call(&mut self, caller: Node, callee: Node, place: Place) {
        let place = match self.declaration(&caller) {
            Some(declared) if declared.file != place.file => declared,
            _ => place,
        };
        self.calls.insert(Call { caller, callee, place });
    }

    /// Whether a call calls a function by its name.
    fn names(&self, call: Option<Place>, function: &FunctionName) -> bool {
        let called = call.and_then(|place| self.project.text(place).split_once('('));
        called.is_some_and(|(callee, _)| Some(callee) == function.name.as_deref())
    }

    fn is_in(&self, caller: &Node, file: FileId) -> bool {
        self.declaration(caller).is_some_and(|place| place.file == file)
    }

    /// Where a caller is declared; `None` for what calls nothing.
    fn declaration(&self, node: &Node) -> Option<Place> {
        match node {
            Node::Function(function) => Some(self.project.function_name_place(function)),
            Node::Procedure(id) => Some(self.project.procedure(*id).place),
            Node::Dispatch(position) => self.project.dispatches.get(*position).map(|dispatch| dispatch.call),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::project;

    #[test]
    fn calls_lead_from_procedures_through_functions_to_the_database() {
        let schema = r#"
            import { defineSchema, defineTable, v } from "@lunora/server";
            export default defineSchema({ posts: defineTable({ title: v.string() }) });
        "#;
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
        let files = [("lunora/schema.ts", schema), ("lunora/lib/rows.ts", lib), ("lunora/posts.ts", posts)];
        let project = project(&files);
        let name = |node: &Node| match node {
            Node::Procedure(id) => project.procedure(*id).name.clone(),
            Node::Function(function) => function.name.as_deref().unwrap_or("?").to_owned(),
            Node::Read(read) => project.reads[*read].paths[0].method.clone(),
            Node::Write(write) => project.writes[*write].method.clone(),
            other => panic!("{other:?}"),
        };
        let shown = |call: &Call| {
            let text = project.text(call.place).split('(').next().unwrap_or_default().to_owned();
            format!("{} → {} at {text}", name(&call.caller), name(&call.callee))
        };
        let mut found: Vec<String> = calls(&project).iter().map(shown).collect();
        found.sort();
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
        ];
        expected.sort_unstable();
        assert_eq!(found, expected);
    }
}
