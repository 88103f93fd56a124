//! The graph as people draw it: procedures, helpers and tables; operations are arrows.

use lunora_project::access::Reach;
use lunora_project::graph::{Edge, Node, NodeIndex};
use lunora_project::index_choice::index_for;
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
    for (from, to, edge) in view.graph.edges() {
        match edge {
            Edge::Calls if helpers == Helpers::Drawn => {
                drawing.arrow(from, to, String::new(), ArrowKind::Call);
            }
            Edge::Performs if helpers == Helpers::Drawn => drawing.operation(&[from], to),
            Edge::Concerns => drawing.arrow(from, to, "about".to_owned(), ArrowKind::Concern),
            Edge::References => drawing.reference(from, to),
            _ => {}
        }
    }
    if helpers == Helpers::Collapsed {
        for (operation, node) in view.nodes() {
            let holders = drawing.procedures(operation, node);
            drawing.operation(&holders, operation);
        }
    }
    drawing.arrows
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

    /// The arrows of an operation from those who do it to what it is done to.
    fn operation(&mut self, holders: &[NodeIndex], operation: NodeIndex) {
        let Some(node) = self.nodes.get(&operation).copied() else {
            return;
        };
        for (to, edge) in self.view.graph.edges_from(operation) {
            for (label, kind) in self.labels(node, to, edge) {
                for holder in holders {
                    self.arrow(*holder, to, label.clone(), kind);
                }
            }
        }
    }

    fn labels(&self, operation: &Node, to: NodeIndex, edge: Edge) -> Vec<(String, ArrowKind)> {
        let project = &self.view.linked.project;
        match (operation, edge, self.nodes.get(&to)) {
            (Node::Read(read), Edge::Reads, Some(Node::Table(name))) => {
                let mut labels = Vec::new();
                let paths = project.reads[*read].paths.iter();
                for path in paths.filter(|path| path.tables.iter().any(|table| table.name == *name)) {
                    let label = match project.schema.table(name) {
                        Some(table) => {
                            let choice = index_for(table, path);
                            let is_scan = choice.reads_everything(path);
                            let kind = if is_scan { ArrowKind::Scan } else { ArrowKind::Read };
                            (choice_words(&choice), kind)
                        }
                        None => ("undeclared table".to_owned(), ArrowKind::Read),
                    };
                    if !labels.contains(&label) {
                        labels.push(label);
                    }
                }
                labels
            }
            (_, Edge::Loads, _) => vec![("relation".to_owned(), ArrowKind::Read)],
            (Node::Write(write), Edge::Writes, _) => {
                vec![(project.writes[*write].method.clone(), ArrowKind::Write)]
            }
            (Node::Dispatch(dispatch), Edge::Dispatches | Edge::Schedules, _) => {
                let method = project.dispatches[*dispatch].method.clone();
                vec![(method, ArrowKind::Dispatch)]
            }
            _ => Vec::new(),
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

    /// The procedures that reach an operation.
    fn procedures(&self, operation: NodeIndex, node: &Node) -> Vec<NodeIndex> {
        let project = &self.view.linked.project;
        let reached_from: &[Reach] = match node {
            Node::Read(read) => &project.reads[*read].reached_from,
            Node::Write(write) => &project.writes[*write].reached_from,
            Node::Dispatch(dispatch) => &project.dispatches[*dispatch].reached_from,
            _ => return Vec::new(),
        };
        let procedures = reached_from.iter().map(|reach| reach.procedure);
        let mut procedures: Vec<NodeIndex> =
            procedures.filter_map(|procedure| self.view.graph.node(&Node::Procedure(procedure))).collect();
        if procedures.is_empty() {
            let holders = self.view.graph.edges_to(operation);
            procedures.extend(
                holders
                    .map(|(from, _)| from)
                    .filter(|holder| matches!(self.nodes.get(holder), Some(Node::Procedure(_)))),
            );
        }
        procedures
    }
}
