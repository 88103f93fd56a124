//! From the linked project to its graph.

use petgraph::graph::{DiGraph, NodeIndex};
use rustc_hash::{FxHashMap, FxHashSet};

use super::{Edge, Node, ProjectGraph};
use crate::access::{AccessPath, FunctionName, Reach, Read};
use crate::index_choice::{IndexChoice, index_for, index_for_relation, index_for_selection};
use crate::procedure::{ProcedureId, ProcedureKind};
use crate::project::Project;
use crate::schema::{Index, Table};

pub(super) fn build(project: &Project) -> ProjectGraph {
    let mut builder = Builder {
        project,
        tables: FxHashMap::default(),
        modules: FxHashMap::default(),
        edges: FxHashSet::default(),
        result: ProjectGraph {
            graph: DiGraph::new(),
            nodes: FxHashMap::default(),
            doers: FxHashMap::default(),
        },
    };
    builder.schema();
    builder.procedures();
    for (position, read) in project.reads.iter().enumerate() {
        builder.read(position, read);
    }
    builder.writes();
    builder.dispatches();
    builder.result
}

struct Builder<'a> {
    project: &'a Project,
    /// Positions in the schema, by name.
    tables: FxHashMap<&'a str, usize>,
    /// The top levels of modules, by file.
    modules: FxHashMap<lunora_facts::FileId, ProcedureId>,
    edges: FxHashSet<(NodeIndex, NodeIndex, Edge)>,
    result: ProjectGraph,
}

impl<'a> Builder<'a> {
    fn schema(&mut self) {
        for (position, table) in self.project.schema.tables.iter().enumerate() {
            self.tables.entry(&table.name).or_insert(position);
            self.table(position, table);
        }
        for (position, table) in self.project.schema.tables.iter().enumerate() {
            for (column, declared) in table.columns.iter().enumerate() {
                if let Some((target, _)) = &declared.references {
                    let target = self.node(Node::Table(target.clone()));
                    let column = self.node(Node::Column { table: position, column });
                    self.edge(column, target, Edge::References);
                }
            }
        }
    }

    fn table(&mut self, position: usize, table: &Table) {
        let node = self.node(Node::Table(table.name.clone()));
        for column in 0..table.columns.len() {
            let column = self.node(Node::Column { table: position, column });
            self.edge(node, column, Edge::Declares);
        }
        for (index, declared) in table.indexes.iter().enumerate() {
            let index = self.node(Node::Index { table: position, index });
            self.edge(node, index, Edge::Declares);
            for field in &declared.fields {
                let column = table.columns.iter().position(|column| column.name == field.name);
                if let Some(column) = column {
                    let column = self.node(Node::Column { table: position, column });
                    self.edge(index, column, Edge::Covers);
                }
            }
        }
    }

    fn procedures(&mut self) {
        for (position, procedure) in self.project.procedures.iter().enumerate() {
            let id = procedure_id(position);
            let node = self.node(Node::Procedure(id));
            if procedure.kind == ProcedureKind::Module {
                self.modules.entry(procedure.file).or_insert(id);
            }
            if let Some((table, _)) = &procedure.table {
                let table = self.node(Node::Table(table.to_string()));
                self.edge(node, table, Edge::Concerns);
            }
        }
    }

    fn read(&mut self, position: usize, read: &Read) {
        let node = self.node(Node::Read(position));
        self.reached(node, &read.reached_from, &read.function);
        for path in &read.paths {
            for table in &path.tables {
                self.read_of_table(node, path, &table.name);
            }
        }
    }

    fn read_of_table(&mut self, node: NodeIndex, path: &AccessPath, name: &str) {
        let doers = &path.reached_from;
        let table = self.node(Node::Table(name.to_owned()));
        self.done_by(node, table, Edge::Reads, doers);
        let Some(position) = self.tables.get(name).copied() else {
            return;
        };
        let declared = &self.project.schema.tables[position];
        self.uses(node, position, &index_for(declared, path), doers);
        for relation in &path.relations {
            let relation = declared.relations.iter().find(|declared| declared.name == relation.name);
            let Some(relation) = relation else { continue };
            let Some((target, _)) = &relation.target else {
                continue;
            };
            let target_node = self.node(Node::Table(target.clone()));
            self.done_by(node, target_node, Edge::Loads, doers);
            if let Some(position) = self.tables.get(target.as_str()).copied() {
                let target = &self.project.schema.tables[position];
                self.uses(node, position, &index_for_relation(target, relation), doers);
            }
        }
    }

    /// Connects an operation with the indexes of a table that it uses.
    fn uses(
        &mut self,
        operation: NodeIndex,
        position: usize,
        choice: &IndexChoice<'_>,
        doers: &[ProcedureId],
    ) {
        let table = &self.project.schema.tables[position];
        let edge = if matches!(choice, IndexChoice::Named(_)) { Edge::Uses } else { Edge::Implies };
        for found in choice.matches() {
            if let Some(index) = position_of(table, found.index) {
                let index = self.node(Node::Index { table: position, index });
                self.done_by(operation, index, edge, doers);
            }
        }
    }

    fn writes(&mut self) {
        for (position, write) in self.project.writes.iter().enumerate() {
            let node = self.node(Node::Write(position));
            self.reached(node, &write.reached_from, &write.function);
            for name in &write.tables {
                let doers = write.writers_of(&name.name);
                let table = self.node(Node::Table(name.name.to_string()));
                self.done_by(node, table, Edge::Writes, doers);
                let position = self.tables.get(name.name.as_str()).copied();
                if let Some(position) = position.filter(|_| write.selection.is_present) {
                    let declared = &self.project.schema.tables[position];
                    let choice = index_for_selection(declared, &write.selection);
                    self.uses(node, position, &choice, doers);
                }
            }
        }
    }

    fn dispatches(&mut self) {
        for (position, dispatch) in self.project.dispatches.iter().enumerate() {
            let node = self.node(Node::Dispatch(position));
            self.reached(node, &dispatch.reached_from, &dispatch.function);
            if let Some(target) = self.project.resolve_target(&dispatch.target) {
                let target = self.node(Node::Procedure(target));
                let is_immediate = dispatch.method.starts_with("run")
                    && !matches!(dispatch.method.as_str(), "runAfter" | "runAt");
                let edge = if is_immediate { Edge::Dispatches } else { Edge::Schedules };
                let doers: Vec<ProcedureId> =
                    dispatch.reached_from.iter().map(|reach| reach.procedure).collect();
                self.done_by(node, target, edge, &doers);
            }
        }
    }

    /// Connects an operation with what reaches it.
    fn reached(&mut self, operation: NodeIndex, reached_from: &[Reach], function: &FunctionName) {
        for reach in reached_from {
            let mut from = self.node(Node::Procedure(reach.procedure));
            for step in reach.calls.iter() {
                let to = self.node(Node::Function(step.function.clone()));
                // Functions without names share a node: one that calls another is no recursion.
                if from != to || step.function.name.is_some() {
                    self.edge(from, to, Edge::Calls);
                }
                from = to;
            }
            self.edge(from, operation, Edge::Performs);
        }
        if reached_from.is_empty() {
            let module = self.modules.get(&function.file).filter(|_| function.name.is_none());
            let holder = match module {
                Some(module) => Node::Procedure(*module),
                None => Node::Function(function.clone()),
            };
            let holder = self.node(holder);
            self.edge(holder, operation, Edge::Performs);
        }
    }

    fn node(&mut self, node: Node) -> NodeIndex {
        if let Some(known) = self.result.nodes.get(&node) {
            return *known;
        }
        let index = self.result.graph.add_node(node.clone());
        self.result.nodes.insert(node, index);
        index
    }

    /// Connects an operation with what it is done to when these procedures do it.
    fn done_by(&mut self, operation: NodeIndex, to: NodeIndex, edge: Edge, doers: &[ProcedureId]) {
        self.edge(operation, to, edge);
        self.result.doers.entry((operation, to, edge)).or_default().extend(doers);
    }

    fn edge(&mut self, from: NodeIndex, to: NodeIndex, edge: Edge) {
        if self.edges.insert((from, to, edge)) {
            self.result.graph.add_edge(from, to, edge);
        }
    }
}

fn procedure_id(position: usize) -> ProcedureId {
    ProcedureId(u32::try_from(position).unwrap_or(u32::MAX))
}

fn position_of(table: &Table, index: &Index) -> Option<usize> {
    table.indexes.iter().position(|other| std::ptr::eq(other, index))
}
