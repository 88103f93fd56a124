//! The project as a graph: tables, what they are made of, what runs, and what reads, writes and calls what.

mod build;
mod calls;
mod neighbourhood;

use std::collections::BTreeSet;

use petgraph::Direction;
use petgraph::algo::kosaraju_scc;
use petgraph::graph::DiGraph;
use petgraph::visit::{EdgeFiltered, EdgeRef};
use rustc_hash::FxHashMap;

pub use petgraph::graph::NodeIndex;

pub use calls::{Call, Callable};

use crate::access::FunctionName;
use crate::procedure::ProcedureId;
use crate::project::Project;

/// A linked project as a graph. Nodes and edges are in the order of the source: the same project gives the same graph.
#[derive(Debug)]
pub struct ProjectGraph {
    graph: DiGraph<Node, Edge>,
    nodes: FxHashMap<Node, NodeIndex>,
    /// For each edge from an operation, the procedures that do it. One call site may do different things for different callers.
    doers: FxHashMap<(NodeIndex, NodeIndex, Edge), BTreeSet<ProcedureId>>,
}

/// What a node stands for. Numbers are positions in the lists of [`Project`].
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Node {
    /// A table, by its name; also one that code names and the schema lacks.
    Table(String),
    /// A column of a table of the schema.
    Column {
        /// The table.
        table: usize,
        /// Its position in the table.
        column: usize,
    },
    /// An index of a table of the schema.
    Index {
        /// The table.
        table: usize,
        /// Its position in the table.
        index: usize,
    },
    /// A procedure or anything else that the platform runs.
    Procedure(ProcedureId),
    /// A function that procedures call on the way to an operation, or that holds one and is never called.
    Function(FunctionName),
    /// A read, by call site.
    Read(usize),
    /// A write, by call site.
    Write(usize),
    /// A call or schedule of another procedure, by call site.
    Dispatch(usize),
}

/// How one node is connected with another.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub enum Edge {
    /// A table declares a column or an index.
    Declares,
    /// An index covers a column.
    Covers,
    /// A column holds ids of a table.
    References,
    /// A shape, migration or trigger is about a table.
    Concerns,
    /// A procedure or function calls a function.
    Calls,
    /// A procedure or function holds an operation.
    Performs,
    /// A read reads a table.
    Reads,
    /// A read loads or tests rows of a table by way of a relation.
    Loads,
    /// A read finds its rows by an index that it names.
    Uses,
    /// A read, or a write in bulk, finds its rows by an index that it does not name.
    Implies,
    /// A write writes a table.
    Writes,
    /// A dispatch runs a procedure at once.
    Dispatches,
    /// A dispatch has a procedure run later.
    Schedules,
}

impl ProjectGraph {
    /// The graph of a project.
    #[must_use]
    pub fn new(project: &Project) -> Self {
        build::build(project)
    }

    /// Every node, in order.
    pub fn nodes(&self) -> impl Iterator<Item = (NodeIndex, &Node)> {
        self.graph.node_indices().zip(self.graph.node_weights())
    }

    /// Every edge: where it begins, where it ends, what it means. In order; no edge stands twice.
    pub fn edges(&self) -> impl Iterator<Item = (NodeIndex, NodeIndex, Edge)> {
        self.graph.edge_references().map(|edge| (edge.source(), edge.target(), *edge.weight()))
    }

    /// The edges that begin at a node: where they end, what they mean.
    pub fn edges_from(&self, node: NodeIndex) -> impl Iterator<Item = (NodeIndex, Edge)> {
        let edges = self.graph.edges_directed(node, Direction::Outgoing);
        edges.map(|edge| (edge.target(), *edge.weight()))
    }

    /// The edges that end at a node: where they begin, what they mean.
    pub fn edges_to(&self, node: NodeIndex) -> impl Iterator<Item = (NodeIndex, Edge)> {
        let edges = self.graph.edges_directed(node, Direction::Incoming);
        edges.map(|edge| (edge.source(), *edge.weight()))
    }

    /// The node of something; `None` if nothing in the project mentions it.
    #[must_use]
    pub fn node(&self, node: &Node) -> Option<NodeIndex> {
        self.nodes.get(node).copied()
    }

    /// The node of a table that the schema declares or that code names.
    #[must_use]
    pub fn node_of_table(&self, name: &str) -> Option<NodeIndex> {
        self.node(&Node::Table(name.to_owned()))
    }

    /// The procedures for which an operation does what an edge from it says, in order: of a call site in a helper, not every caller
    /// need lead to every table. Empty if no procedure reaches it, and for other edges.
    pub fn doers_of(&self, from: NodeIndex, to: NodeIndex, edge: Edge) -> impl Iterator<Item = ProcedureId> {
        self.doers.get(&(from, to, edge)).into_iter().flatten().copied()
    }

    /// The procedures that read a table, in order; loading a relation to it counts.
    #[must_use]
    pub fn readers_of(&self, table: &str) -> BTreeSet<ProcedureId> {
        self.doers_to(table, &[Edge::Reads, Edge::Loads])
    }

    /// The procedures that write a table, in order.
    #[must_use]
    pub fn writers_of(&self, table: &str) -> BTreeSet<ProcedureId> {
        self.doers_to(table, &[Edge::Writes])
    }

    /// The groups of procedures, functions and dispatches that lead back to themselves by calls, dispatches and schedules, each
    /// group and all of them in order.
    #[must_use]
    pub fn cycles(&self) -> Vec<Vec<NodeIndex>> {
        let is_flow =
            |edge: Edge| matches!(edge, Edge::Calls | Edge::Performs | Edge::Dispatches | Edge::Schedules);
        let flow = EdgeFiltered::from_fn(&self.graph, |edge| is_flow(*edge.weight()));
        let mut cycles: Vec<Vec<NodeIndex>> = kosaraju_scc(&flow)
            .into_iter()
            .filter(|group| match group.as_slice() {
                [only] => self.graph.find_edge(*only, *only).is_some(),
                _ => true,
            })
            .collect();
        cycles.iter_mut().for_each(|group| group.sort_unstable());
        cycles.sort_unstable();
        cycles
    }

    fn doers_to(&self, table: &str, wanted: &[Edge]) -> BTreeSet<ProcedureId> {
        let table = self.node_of_table(table);
        let edges = table.into_iter().flat_map(|table| {
            let edges = self.edges_to(table).filter(|(_, edge)| wanted.contains(edge));
            edges.map(move |(operation, edge)| (operation, table, edge))
        });
        edges.flat_map(|(operation, table, edge)| self.doers_of(operation, table, edge)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::project;

    const FILES: &[(&str, &str)] = &[
        (
            "lunora/schema.ts",
            r#"
            import { defineSchema, defineTable, v } from "@lunora/server";
            export default defineSchema({
                boards: defineTable({ name: v.string() }),
                tasks: defineTable({ board: v.id("boards"), title: v.string() })
                    .index("by_board", ["board"])
                    .relations((r) => ({ parent: r.one("boards", { field: "board" }) })),
                notes: defineTable({ text: v.string() }),
            });
            "#,
        ),
        (
            "lunora/lib/rows.ts",
            r#"
            export const rows = (ctx, board) =>
                ctx.db.query("tasks").withIndex("by_board", (q) => q.eq("board", board)).collect();
            "#,
        ),
        (
            "lunora/tasks.ts",
            r#"
            import { internalMutation, mutation, query } from "./_generated/server";
            import { internal } from "./_generated/api";
            import { rows } from "./lib/rows";
            export const list = query.query(async ({ ctx, args }) => rows(ctx, args.board));
            export const first = query.query(async ({ ctx, args }) =>
                ctx.db.tasks.findFirst({ where: { board: args.board }, with: { parent: true } }));
            export const add = mutation.mutation(async ({ ctx, args }) => {
                await ctx.db.insert("tasks", args.task);
                await ctx.db.deleteWhere("tasks", { board: args.board });
                await ctx.scheduler.runAfter(0, internal.tasks.sweep, {});
            });
            export const sweep = internalMutation.mutation(async ({ ctx }) => {
                await ctx.db.notes.findMany({ limit: 5 });
                await ctx.scheduler.runAfter(60, internal.tasks.sweep, {});
            });
            "#,
        ),
    ];

    fn names(project: &Project, ids: impl IntoIterator<Item = ProcedureId>) -> Vec<String> {
        ids.into_iter().map(|id| project.procedure(id).name.to_string()).collect()
    }

    fn shown(project: &Project, graph: &ProjectGraph, around: BTreeSet<NodeIndex>) -> Vec<String> {
        around
            .into_iter()
            .filter_map(|node| match &graph.graph[node] {
                Node::Table(name) => Some(name.clone()),
                Node::Procedure(id) => Some(project.procedure(*id).name.to_string()),
                Node::Function(function) => function.name.as_deref().map(str::to_owned),
                _ => None,
            })
            .collect()
    }

    #[test]
    fn readers_and_writers_are_found_through_helpers_and_relations() {
        let project = project(FILES);
        let graph = ProjectGraph::new(&project);
        assert_eq!(names(&project, graph.readers_of("tasks")), ["tasks:list", "tasks:first"]);
        assert_eq!(names(&project, graph.readers_of("boards")), ["tasks:first"]);
        assert_eq!(names(&project, graph.writers_of("tasks")), ["tasks:add"]);
        assert!(graph.readers_of("nothing").is_empty());
    }

    #[test]
    fn callers_that_pass_other_tables_to_a_helper_do_nothing_to_this_one() {
        let code = r#"
            import { mutation, query } from "./_generated/server";
            const put = (ctx, table, row) => ctx.db.insert(table, row);
            const all = (ctx, table) => ctx.db.query(table).withIndex("by_board").collect();
            export const addTask = mutation.mutation(async ({ ctx, args }) => put(ctx, "tasks", args.task));
            export const addNote = mutation.mutation(async ({ ctx, args }) => put(ctx, "notes", args.note));
            export const tasks = query.query(async ({ ctx }) => all(ctx, "tasks"));
            export const notes = query.query(async ({ ctx }) => all(ctx, "notes"));
        "#;
        let project = project(&[FILES[0], ("lunora/crud.ts", code)]);
        let graph = ProjectGraph::new(&project);
        assert_eq!(names(&project, graph.writers_of("tasks")), ["crud:addTask"]);
        assert_eq!(names(&project, graph.writers_of("notes")), ["crud:addNote"]);
        assert_eq!(names(&project, graph.readers_of("notes")), ["crud:notes"]);
        assert_eq!(
            shown(&project, &graph, graph.around_table(&project, "notes")),
            ["notes", "crud:addNote", "crud:notes", "all", "put"]
        );
        let add = *graph.writers_of("tasks").first().expect("a writer");
        assert_eq!(
            shown(&project, &graph, graph.around_procedure(&project, add)),
            ["tasks", "crud:addTask", "put"]
        );
    }

    #[test]
    fn a_procedure_that_schedules_itself_is_a_cycle() {
        let project = project(FILES);
        let graph = ProjectGraph::new(&project);
        let cycles = graph.cycles();
        let [cycle] = cycles.as_slice() else { panic!("not one cycle: {cycles:?}") };
        let weights: Vec<&Node> = cycle.iter().map(|node| &graph.graph[*node]).collect();
        let [Node::Procedure(sweep), Node::Dispatch(_)] = weights.as_slice() else { panic!("{weights:?}") };
        assert_eq!(project.procedure(*sweep).name, "tasks:sweep");
    }

    #[test]
    fn a_neighbourhood_holds_what_is_connected_and_no_more() {
        let project = project(FILES);
        let graph = ProjectGraph::new(&project);
        assert_eq!(
            shown(&project, &graph, graph.around_table(&project, "tasks")),
            ["boards", "tasks", "tasks:list", "tasks:first", "tasks:add", "rows"]
        );
        let list = project.procedures.iter().position(|procedure| procedure.name == "tasks:sweep");
        let sweep = ProcedureId(list.expect("the procedure") as u32);
        assert_eq!(
            shown(&project, &graph, graph.around_procedure(&project, sweep)),
            ["notes", "tasks:add", "tasks:sweep"]
        );
        assert!(graph.around_table(&project, "nothing").is_empty());
    }
}
