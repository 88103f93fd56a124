//! The graph as people draw it: procedures, helpers and tables; operations are arrows.

use lunora_project::access::{AccessPath, Read};
use lunora_project::graph::{Edge, Node, NodeIndex};
use lunora_project::index_choice::index_for;
use lunora_project::{ProcedureId, ProcedureKind};
use rustc_hash::{FxHashMap, FxHashSet};

use super::View;
use crate::commands::describe::choice_words;

/// An arrow.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(super) struct Arrow {
    pub(super) from: NodeIndex,
    pub(super) to: NodeIndex,
    pub(super) label: String,
    pub(super) kind: ArrowKind,
}

/// What an arrow says.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(super) enum ArrowKind {
    Read,
    /// A read that looks at every row.
    Scan,
    Write,
    Call,
    Dispatch,
    Reference,
    Concern,
}

/// Whether helpers are drawn, or what they do is drawn at the procedures that reach it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Helpers {
    Drawn,
    Collapsed,
}

/// The arrows between the nodes that are shown, in order, none twice.
pub(super) fn arrows(view: &View<'_>, helpers: Helpers) -> Vec<Arrow> {
    let nodes: FxHashMap<NodeIndex, &Node> = view.nodes().collect();
    let mut drawing = Drawing { view, nodes, arrows: Vec::new(), drawn: FxHashSet::default() };
    for (from, to, edge) in view.edges() {
        match edge {
            Edge::Calls if helpers == Helpers::Drawn => {
                drawing.arrow(from, to, String::new(), ArrowKind::Call);
            }
            Edge::Performs if helpers == Helpers::Drawn => drawing.operation(Some(from), to),
            Edge::Concerns => drawing.arrow(from, to, "about".to_owned(), ArrowKind::Concern),
            Edge::References => drawing.reference(from, to),
            _ => {}
        }
    }
    if helpers == Helpers::Collapsed {
        for (operation, _) in view.nodes() {
            drawing.operation(None, operation);
        }
    }
    drawing.arrows
}

/// What an operation does to one thing.
struct Deed {
    label: String,
    kind: ArrowKind,
    /// The procedures that do it.
    doers: Vec<ProcedureId>,
}

struct Drawing<'a> {
    view: &'a View<'a>,
    nodes: FxHashMap<NodeIndex, &'a Node>,
    arrows: Vec<Arrow>,
    drawn: FxHashSet<Arrow>,
}

impl Drawing<'_> {
    fn arrow(&mut self, from: NodeIndex, to: NodeIndex, label: String, kind: ArrowKind) {
        if !self.nodes.contains_key(&from) || !self.nodes.contains_key(&to) {
            return;
        }
        let arrow = Arrow { from, to, label, kind };
        if self.drawn.insert(arrow.clone()) {
            self.arrows.push(arrow);
        }
    }

    /// The arrows of an operation to what it is done to, from what holds it or else from the procedures that do it.
    fn operation(&mut self, holder: Option<NodeIndex>, operation: NodeIndex) {
        let Some(node) = self.nodes.get(&operation).copied() else {
            return;
        };
        let view = self.view;
        for (to, edge) in view.graph.edges_from(operation) {
            let doers: Vec<ProcedureId> = view.graph.doers_of(operation, to, edge).collect();
            for deed in self.deeds(node, to, edge, doers) {
                let holders = match holder {
                    Some(holder) => {
                        Some(holder).filter(|holder| self.does(*holder, &deed)).into_iter().collect()
                    }
                    None => self.procedures(operation, &deed),
                };
                for holder in holders {
                    self.arrow(holder, to, deed.label.clone(), deed.kind);
                }
            }
        }
    }

    fn deeds(&self, operation: &Node, to: NodeIndex, edge: Edge, doers: Vec<ProcedureId>) -> Vec<Deed> {
        let project = &self.view.linked.project;
        let (label, kind) = match (operation, edge, self.nodes.get(&to)) {
            (Node::Read(read), Edge::Reads, Some(Node::Table(name))) => {
                return self.reads(&project.reads[*read], name);
            }
            (_, Edge::Loads, _) => ("relation".to_owned(), ArrowKind::Read),
            (Node::Write(write), Edge::Writes, _) => {
                (project.writes[*write].method.to_string(), ArrowKind::Write)
            }
            (Node::Dispatch(dispatch), Edge::Dispatches | Edge::Schedules, _) => {
                (project.dispatches[*dispatch].method.to_string(), ArrowKind::Dispatch)
            }
            _ => return Vec::new(),
        };
        vec![Deed { label, kind, doers }]
    }

    /// How a read finds its rows in a table, which may differ by procedure.
    fn reads(&self, read: &Read, name: &str) -> Vec<Deed> {
        let mut deeds: Vec<Deed> = Vec::new();
        let of_table = |path: &&AccessPath| path.tables.iter().any(|table| table.name == name);
        for path in read.paths.iter().filter(of_table) {
            let (label, kind) = match self.view.linked.project.schema.table(name) {
                Some(table) => {
                    let choice = index_for(table, path);
                    let is_scan = choice.reads_everything(path);
                    let kind = if is_scan { ArrowKind::Scan } else { ArrowKind::Read };
                    (choice_words(&choice), kind)
                }
                None => ("undeclared table".to_owned(), ArrowKind::Read),
            };
            match deeds.iter_mut().find(|known| (&known.label, known.kind) == (&label, kind)) {
                Some(known) => known.doers.extend(&path.reached_from),
                None => deeds.push(Deed { label, kind, doers: path.reached_from.clone() }),
            }
        }
        for deed in &mut deeds {
            deed.doers.sort_unstable();
            deed.doers.dedup();
        }
        deeds
    }

    /// Whether a procedure does it, or any that is shown by way of a function.
    fn does(&self, holder: NodeIndex, deed: &Deed) -> bool {
        match self.nodes.get(&holder) {
            Some(Node::Procedure(procedure)) => deed.doers.is_empty() || deed.doers.contains(procedure),
            _ => self.view.is_shown_of(&deed.doers),
        }
    }

    /// A reference from a column is drawn from its table.
    fn reference(&mut self, column: NodeIndex, to: NodeIndex) {
        let Some(Node::Column { table, column }) = self.nodes.get(&column).copied() else {
            return;
        };
        let table = &self.view.linked.project.schema.tables[*table];
        let label = table.columns[*column].name.clone();
        if let Some(from) = self.view.graph.node_of_table(&table.name) {
            self.arrow(from, to, label, ArrowKind::Reference);
        }
    }

    /// The procedures that do it; what holds the operation on its top level, if none does.
    fn procedures(&self, operation: NodeIndex, deed: &Deed) -> Vec<NodeIndex> {
        let graph = &self.view.graph;
        if deed.doers.is_empty() {
            let holders = graph.edges_to(operation).map(|(from, _)| from);
            return holders.filter(|holder| self.is_module(*holder)).collect();
        }
        deed.doers.iter().filter_map(|doer| graph.node(&Node::Procedure(*doer))).collect()
    }

    fn is_module(&self, node: NodeIndex) -> bool {
        let Some(Node::Procedure(procedure)) = self.nodes.get(&node) else {
            return false;
        };
        self.view.linked.project.procedure(*procedure).kind == ProcedureKind::Module
    }
}
