//! What is connected with one table or one procedure.

use std::collections::BTreeSet;

use petgraph::Direction;
use petgraph::visit::EdgeRef;

use super::{Edge, Node, NodeIndex, ProjectGraph};
use crate::access::Reach;
use crate::procedure::ProcedureId;
use crate::project::Project;

impl ProjectGraph {
    /// A table, its columns and indexes, the tables that refer to it or that it refers to, every read and write of it, and what
    /// leads there. Empty if nothing mentions the table.
    #[must_use]
    pub fn around_table(&self, project: &Project, name: &str) -> BTreeSet<NodeIndex> {
        let mut around = BTreeSet::new();
        let Some(table) = self.node_of_table(name) else {
            return around;
        };
        around.insert(table);
        self.structure(table, &mut around);
        for edge in self.graph.edges_directed(table, Direction::Incoming) {
            let from = edge.source();
            match edge.weight() {
                Edge::References => {
                    around.insert(from);
                    around.extend(self.owner(from));
                }
                Edge::Concerns => {
                    around.insert(from);
                }
                Edge::Reads | Edge::Loads | Edge::Writes => {
                    around.insert(from);
                    let doers: BTreeSet<ProcedureId> = self.doers_of(from, table, *edge.weight()).collect();
                    self.holders(project, from, &doers, &mut around);
                }
                _ => {}
            }
        }
        around
    }

    /// A procedure, what it calls and does, the tables, indexes and procedures that this leads to, and what dispatches it.
    #[must_use]
    pub fn around_procedure(&self, project: &Project, procedure: ProcedureId) -> BTreeSet<NodeIndex> {
        let mut around = BTreeSet::new();
        let Some(node) = self.node(&Node::Procedure(procedure)) else {
            return around;
        };
        around.insert(node);
        for edge in self.graph.edges(node) {
            if *edge.weight() == Edge::Concerns {
                around.insert(edge.target());
            }
        }
        for (operation, _) in self.nodes() {
            let mut reaches = self.reaches(project, operation).iter();
            let Some(reach) = reaches.find(|reach| reach.procedure == procedure) else {
                continue;
            };
            around.insert(operation);
            around.extend(self.functions(reach));
            around.extend(
                self.edges_from(operation)
                    .filter(|(to, edge)| self.doers_of(operation, *to, *edge).any(|doer| doer == procedure))
                    .map(|(to, _)| to),
            );
        }
        for edge in self.graph.edges_directed(node, Direction::Incoming) {
            if matches!(edge.weight(), Edge::Dispatches | Edge::Schedules) {
                around.insert(edge.source());
                let doers = self.doers_of(edge.source(), node, *edge.weight()).collect();
                self.holders(project, edge.source(), &doers, &mut around);
            }
        }
        // A top level has done what nothing is recorded to have reached.
        for edge in self.graph.edges(node) {
            let operation = edge.target();
            let is_recorded = !self.reaches(project, operation).is_empty();
            if *edge.weight() == Edge::Performs && !is_recorded {
                around.insert(operation);
                around.extend(self.graph.neighbors(operation));
            }
        }
        around
    }

    /// Columns and indexes of a table, and the tables that it refers to.
    fn structure(&self, table: NodeIndex, around: &mut BTreeSet<NodeIndex>) {
        for edge in self.graph.edges(table) {
            if *edge.weight() == Edge::Declares {
                around.insert(edge.target());
                around.extend(
                    self.graph
                        .edges(edge.target())
                        .filter(|edge| *edge.weight() == Edge::References)
                        .map(|edge| edge.target()),
                );
            }
        }
    }

    /// Those of the procedures that reach an operation which do what is meant, and the functions on the way. If none does, what
    /// holds the operation.
    fn holders(
        &self,
        project: &Project,
        operation: NodeIndex,
        doers: &BTreeSet<ProcedureId>,
        around: &mut BTreeSet<NodeIndex>,
    ) {
        let reached_from = self.reaches(project, operation);
        for reach in reached_from.iter().filter(|reach| doers.contains(&reach.procedure)) {
            around.extend(self.node(&Node::Procedure(reach.procedure)));
            around.extend(self.functions(reach));
        }
        if doers.is_empty() {
            let performs = self.edges_to(operation).filter(|(_, edge)| *edge == Edge::Performs);
            let is_holder = |holder: &NodeIndex| {
                let is_function = matches!(self.graph.node_weight(*holder), Some(Node::Function(_)));
                is_function || reached_from.is_empty()
            };
            around.extend(performs.map(|(from, _)| from).filter(is_holder));
        }
    }

    fn functions(&self, reach: &Reach) -> impl Iterator<Item = NodeIndex> {
        reach.calls.iter().filter_map(|step| self.node(&Node::Function(step.function.clone())))
    }

    /// The table that declares a column or an index.
    fn owner(&self, part: NodeIndex) -> Option<NodeIndex> {
        self.graph
            .edges_directed(part, Direction::Incoming)
            .find(|edge| *edge.weight() == Edge::Declares)
            .map(|edge| edge.source())
    }

    /// The procedures that reach an operation; none for other nodes.
    fn reaches<'a>(&self, project: &'a Project, operation: NodeIndex) -> &'a [Reach] {
        let reached_from = match self.graph.node_weight(operation) {
            Some(Node::Read(read)) => project.reads.get(*read).map(|read| &read.reached_from),
            Some(Node::Write(write)) => project.writes.get(*write).map(|write| &write.reached_from),
            Some(Node::Dispatch(dispatch)) => {
                project.dispatches.get(*dispatch).map(|dispatch| &dispatch.reached_from)
            }
            _ => None,
        };
        reached_from.map(Vec::as_slice).unwrap_or_default()
    }
}
