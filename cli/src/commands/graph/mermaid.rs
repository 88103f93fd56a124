//! The graph for Markdown: procedures and the tables that they reach, with the indexes on the arrows; scans in red.

use std::fmt::{self, Write};

use lunora_project::graph::{Node, NodeIndex};
use rustc_hash::{FxHashMap, FxHashSet};

use super::View;
use super::diagram::{Arrow, ArrowKind, Helpers, arrows};

pub(super) fn render(views: &[View<'_>]) -> String {
    let mut chart = Chart { text: "flowchart LR\n".to_owned(), vertices: 0, arrows: 0, scans: Vec::new() };
    // Writing to a string cannot fail.
    let _ = chart.write(views);
    chart.text
}

struct Chart {
    text: String,
    /// How many vertices and arrows there are so far.
    vertices: usize,
    arrows: usize,
    /// The numbers of the arrows that are scans.
    scans: Vec<String>,
}

impl Chart {
    fn write(&mut self, views: &[View<'_>]) -> fmt::Result {
        for (position, view) in views.iter().enumerate() {
            let arrows: Vec<Arrow> = arrows(view, Helpers::Collapsed)
                .into_iter()
                .filter(|arrow| arrow.kind != ArrowKind::Reference)
                .collect();
            if views.len() > 1 {
                writeln!(self.text, "  subgraph s{position}[\"{}\"]", escaped(&view.linked.root))?;
            }
            let ids = self.vertices(view, &arrows)?;
            if views.len() > 1 {
                self.text.push_str("  end\n");
            }
            self.arrows(&ids, &arrows)?;
        }
        if !self.scans.is_empty() {
            let scans = self.scans.join(",");
            writeln!(self.text, "  linkStyle {scans} stroke:red,color:red")?;
        }
        Ok(())
    }

    /// The procedures that do anything, and tables.
    fn vertices(
        &mut self,
        view: &View<'_>,
        arrows: &[Arrow],
    ) -> Result<FxHashMap<NodeIndex, String>, fmt::Error> {
        let mut ids = FxHashMap::default();
        let connected: FxHashSet<NodeIndex> =
            arrows.iter().flat_map(|arrow| [arrow.from, arrow.to]).collect();
        for (index, node) in view.nodes() {
            let (open, name, close) = match node {
                Node::Procedure(id) if connected.contains(&index) => {
                    ("[\"", view.linked.project.procedure(*id).name.as_str(), "\"]")
                }
                Node::Table(name) if connected.contains(&index) || view.is_drawn_alone(name) => {
                    ("[(\"", name.as_str(), "\")]")
                }
                _ => continue,
            };
            let id = format!("n{}", self.vertices);
            self.vertices += 1;
            writeln!(self.text, "  {id}{open}{}{close}", escaped(name))?;
            ids.insert(index, id);
        }
        Ok(ids)
    }

    fn arrows(&mut self, ids: &FxHashMap<NodeIndex, String>, arrows: &[Arrow]) -> fmt::Result {
        for arrow in arrows {
            let (Some(from), Some(to)) = (ids.get(&arrow.from), ids.get(&arrow.to)) else {
                continue;
            };
            let line = match arrow.kind {
                ArrowKind::Write => "==>",
                ArrowKind::Dispatch | ArrowKind::Concern => "-.->",
                _ => "-->",
            };
            let label = match arrow.kind {
                ArrowKind::Scan if arrow.label != "scan" => format!("{}: scan", arrow.label),
                _ => arrow.label.clone(),
            };
            writeln!(self.text, "  {from} {line}|\"{}\"| {to}", escaped(&label))?;
            if arrow.kind == ArrowKind::Scan {
                self.scans.push(self.arrows.to_string());
            }
            self.arrows += 1;
        }
        Ok(())
    }
}

fn escaped(text: &str) -> String {
    text.replace('#', "#35;").replace('"', "#quot;")
}
