//! `lunora-advisor graph`: a project as it is understood.

mod diagram;
mod dot;
mod json;
mod mermaid;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;

use lunora_project::graph::{Edge, Node, NodeIndex, ProjectGraph};
use lunora_project::{ProcedureId, ProcedureKind};
use serde_json::Value;

use super::linked::{self, Focus, LinkedProject};
use crate::arguments::{GraphArguments, GraphFormat};
use crate::error::CliError;
use crate::output::Outcome;

/// Prints the graphs of the projects that the arguments name.
pub(crate) fn run(arguments: &GraphArguments) -> Result<Outcome, CliError> {
    let projects = linked::link_all(&arguments.project)?;
    let focused = linked::focus(&projects, arguments.table.as_deref(), arguments.procedure.as_deref())?;
    let views: Vec<View<'_>> = focused.into_iter().map(|(linked, focus)| View::new(linked, focus)).collect();
    match arguments.format {
        GraphFormat::Json => super::json(&json::document(&views)),
        GraphFormat::Dot => Ok(Outcome::text(dot::render(&views))),
        GraphFormat::Mermaid => Ok(Outcome::text(mermaid::render(&views))),
    }
}

/// The graph of one project, as one of the projects of the JSON format.
pub(super) fn project_json(linked: &LinkedProject) -> Value {
    let document = json::document(&[View::new(linked, Focus::default())]);
    let mut document = serde_json::to_value(&document).unwrap_or_default();
    document.pointer_mut("/projects/0").map(Value::take).unwrap_or_default()
}

/// The part of a project's graph that is shown.
struct View<'a> {
    linked: &'a LinkedProject,
    focus: Focus,
    graph: ProjectGraph,
    kept: BTreeSet<NodeIndex>,
}

impl<'a> View<'a> {
    fn new(linked: &'a LinkedProject, focus: Focus) -> Self {
        let graph = ProjectGraph::new(&linked.project);
        let mut kept = shown_nodes(linked, &graph);
        if let Some(table) = &focus.table {
            let around = graph.around_table(&linked.project, table);
            kept.retain(|node| around.contains(node));
        }
        if !focus.procedures.is_empty() {
            let around = around_procedures(linked, &graph, &focus.procedures);
            kept.retain(|node| around.contains(node));
        }
        Self { linked, focus, graph, kept }
    }

    /// The nodes that are shown, in order.
    fn nodes(&self) -> impl Iterator<Item = (NodeIndex, &Node)> {
        self.graph.nodes().filter(|(index, _)| self.kept.contains(index))
    }

    /// The edges between them, in order, but for what an operation does only for procedures that are not asked for.
    fn edges(&self) -> impl Iterator<Item = (NodeIndex, NodeIndex, Edge)> {
        self.graph.edges().filter(|(from, to, edge)| {
            let doers: Vec<ProcedureId> = self.graph.doers_of(*from, *to, *edge).collect();
            self.kept.contains(from) && self.kept.contains(to) && self.is_shown_of(&doers)
        })
    }

    /// Whether what these procedures do is shown.
    fn is_shown_of(&self, doers: &[ProcedureId]) -> bool {
        let wanted = &self.focus.procedures;
        wanted.is_empty() || doers.is_empty() || doers.iter().any(|doer| wanted.contains(doer))
    }

    /// Whether a table is drawn although no arrow touches it: in a part of the graph, only the one that was asked for.
    fn is_drawn_alone(&self, table: &str) -> bool {
        let is_whole = self.focus.table.is_none() && self.focus.procedures.is_empty();
        is_whole || self.focus.table.as_deref() == Some(table)
    }
}

/// Every node but the top levels of modules that do nothing.
fn shown_nodes(linked: &LinkedProject, graph: &ProjectGraph) -> BTreeSet<NodeIndex> {
    let connected: BTreeSet<NodeIndex> = graph.edges().flat_map(|(from, to, _)| [from, to]).collect();
    graph
        .nodes()
        .filter(|(index, node)| match node {
            Node::Procedure(id) => {
                linked.project.procedure(*id).kind != ProcedureKind::Module || connected.contains(index)
            }
            _ => true,
        })
        .map(|(index, _)| index)
        .collect()
}

fn around_procedures(
    linked: &LinkedProject,
    graph: &ProjectGraph,
    procedures: &[ProcedureId],
) -> BTreeSet<NodeIndex> {
    procedures.iter().flat_map(|procedure| graph.around_procedure(&linked.project, *procedure)).collect()
}
