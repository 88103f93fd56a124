//! The graph for Graphviz: a cluster for each module and each tier, scans in red.

use std::collections::BTreeMap;
use std::fmt::{self, Write};

use lunora_project::graph::{Node, NodeIndex};
use rustc_hash::{FxHashMap, FxHashSet};

use super::View;
use super::diagram::{Arrow, ArrowKind, Helpers, arrows};
use super::json::ids;
use crate::commands::describe::tier_key;

pub(super) fn render(views: &[View<'_>]) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = write_graph(views, &mut text);
    text
}

fn write_graph(views: &[View<'_>], text: &mut String) -> fmt::Result {
    text.push_str(
        "digraph lunora {\n  rankdir=LR;\n  node [shape=box, style=rounded, fontname=\"sans-serif\"];\n  \
         edge [fontname=\"sans-serif\", fontsize=10];\n",
    );
    for (position, view) in views.iter().enumerate() {
        let is_alone = views.len() == 1;
        let prefix = if is_alone { String::new() } else { format!("{}/", view.linked.root) };
        if !is_alone {
            writeln!(text, "  subgraph \"cluster_{position}\" {{")?;
            writeln!(text, "  label={};", quoted(&view.linked.root))?;
        }
        write_view(view, position, &prefix, text)?;
        if !is_alone {
            text.push_str("  }\n");
        }
    }
    text.push_str("}\n");
    Ok(())
}

fn write_view(view: &View<'_>, position: usize, prefix: &str, text: &mut String) -> fmt::Result {
    let ids: FxHashMap<NodeIndex, String> =
        ids(view).into_iter().map(|(node, id)| (node, quoted(&format!("{prefix}{id}")))).collect();
    let arrows = arrows(view, Helpers::Drawn);
    for (number, (title, nodes)) in clusters(view, &arrows).into_iter().enumerate() {
        writeln!(text, "  subgraph \"cluster_{position}_{number}\" {{")?;
        writeln!(text, "    label={};", quoted(&title))?;
        for (node, attributes) in nodes {
            if let Some(id) = ids.get(&node) {
                writeln!(text, "    {id} [{attributes}];")?;
            }
        }
        text.push_str("  }\n");
    }
    for arrow in arrows {
        if let (Some(from), Some(to)) = (ids.get(&arrow.from), ids.get(&arrow.to)) {
            let style = style(arrow.kind);
            writeln!(text, "  {from} -> {to} [label={}{style}];", quoted(&arrow.label))?;
        }
    }
    Ok(())
}

/// Procedures and helpers by file, then tables by tier; the nodes with their attributes.
fn clusters(view: &View<'_>, arrows: &[Arrow]) -> Vec<(String, Vec<(NodeIndex, String)>)> {
    let project = &view.linked.project;
    let connected: FxHashSet<NodeIndex> = arrows.iter().flat_map(|arrow| [arrow.from, arrow.to]).collect();
    let mut modules: BTreeMap<String, Vec<(NodeIndex, String)>> = BTreeMap::new();
    let mut tiers: BTreeMap<String, Vec<(NodeIndex, String)>> = BTreeMap::new();
    for (index, node) in view.nodes() {
        match node {
            Node::Procedure(id) => {
                let procedure = project.procedure(*id);
                let label = procedure.export_name.as_ref().unwrap_or(&procedure.name);
                let file = project.file(procedure.file).relative.clone();
                let attributes = format!("label={}", quoted(label));
                modules.entry(file).or_default().push((index, attributes));
            }
            Node::Function(function) => {
                let label = function.name.as_deref().unwrap_or("(anonymous)");
                let file = project.file(function.file).relative.clone();
                let attributes = format!("label={}, shape=ellipse", quoted(label));
                modules.entry(file).or_default().push((index, attributes));
            }
            Node::Table(name) if connected.contains(&index) || view.is_drawn_alone(name) => {
                let table = project.schema.table(name);
                let tier = table.map_or("not in the schema", |table| tier_key(&table.tier));
                let attributes = format!("label={}, shape=cylinder, style=solid", quoted(name));
                tiers.entry(format!("tables: {tier}")).or_default().push((index, attributes));
            }
            _ => {}
        }
    }
    modules.into_iter().chain(tiers).collect()
}

fn style(kind: ArrowKind) -> &'static str {
    match kind {
        ArrowKind::Read | ArrowKind::Call => "",
        ArrowKind::Scan => ", color=red, fontcolor=red, penwidth=2",
        ArrowKind::Write => ", color=blue, fontcolor=blue",
        ArrowKind::Dispatch => ", style=dashed",
        ArrowKind::Reference | ArrowKind::Concern => ", color=gray, fontcolor=gray, style=dotted",
    }
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}
