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
                    self.holders(project, from, &mut around);
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
        for (operation, weight) in self.nodes() {
            let Some(reached_from) = reached_from(project, weight) else {
                continue;
            };
            let Some(reach) = reached_from.iter().find(|reach| reach.procedure == procedure) else {
                continue;
            };
            around.insert(operation);
            around.extend(self.functions(reach));
            around.extend(self.graph.neighbors(operation));
        }
        for edge in self.graph.edges_directed(node, Direction::Incoming) {
            if matches!(edge.weight(), Edge::Dispatches | Edge::Schedules) {
                around.insert(edge.source());
                self.holders(project, edge.source(), &mut around);
            }
        }
        // A top level has done what nothing is recorded to have reached.
        for edge in self.graph.edges(node) {
            if *edge.weight() == Edge::Performs {
                around.insert(edge.target());
                around.extend(self.graph.neighbors(edge.target()));
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

    /// The procedures that reach an operation, and the functions on the way.
    fn holders(&self, project: &Project, operation: NodeIndex, around: &mut BTreeSet<NodeIndex>) {
        let Some(weight) = self.graph.node_weight(operation) else {
            return;
        };
        let Some(reached_from) = reached_from(project, weight) else {
            return;
        };
        for reach in reached_from {
            around.extend(self.node(&Node::Procedure(reach.procedure)));
            around.extend(self.functions(reach));
        }
        around.extend(
            self.graph
                .edges_directed(operation, Direction::Incoming)
                .filter(|edge| *edge.weight() == Edge::Performs)
                .map(|edge| edge.source()),
        );
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
}

fn reached_from<'a>(project: &'a Project, node: &Node) -> Option<&'a [Reach]> {
    Some(match node {
        Node::Read(read) => &project.reads.get(*read)?.reached_from,
        Node::Write(write) => &project.writes.get(*write)?.reached_from,
        Node::Dispatch(dispatch) => &project.dispatches.get(*dispatch)?.reached_from,
        _ => return None,
    })
}
