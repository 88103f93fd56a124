//! The graph as JSON, version 1.

use lunora_check::positions;
use lunora_project::access::Reach;
use lunora_project::graph::{Edge, Node, NodeIndex};
use lunora_project::index_choice::index_for;
use lunora_project::schema::{Column, Index, Table};
use lunora_project::{Place, Procedure, ProcedureId, Visibility};
use rustc_hash::FxHashMap;
use serde::Serialize;

use super::View;
use crate::commands::describe::{
    choice_key, index_kind_key, index_name, procedure_kind_key, surface_key, target_name, tier_key,
};
use crate::commands::linked::LinkedProject;

#[derive(Serialize)]
pub(super) struct Document {
    version: u32,
    projects: Vec<ProjectPart>,
}

#[derive(Serialize)]
struct ProjectPart {
    root: String,
    nodes: Vec<NodePart>,
    edges: Vec<EdgePart>,
}

#[derive(Serialize)]
struct NodePart {
    id: String,
    kind: &'static str,
    name: String,
    #[serde(flatten)]
    location: Option<Location>,
    #[serde(flatten)]
    details: Details,
}

#[derive(Serialize)]
struct Location {
    file: String,
    #[serde(flatten)]
    place: positions::Place,
}

#[derive(Serialize)]
#[serde(untagged)]
enum Details {
    #[serde(rename_all = "camelCase")]
    Table {
        declared: bool,
        #[serde(skip_serializing_if = "Option::is_none")]
        tier: Option<&'static str>,
        #[serde(skip_serializing_if = "Option::is_none")]
        shard_key: Option<String>,
        #[serde(skip_serializing_if = "Option::is_none")]
        extension: Option<String>,
    },
    #[serde(rename_all = "camelCase")]
    Column {
        table: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        validator: Option<String>,
        optional: bool,
        nullable: bool,
    },
    #[serde(rename_all = "camelCase")]
    Index {
        table: String,
        index_kind: &'static str,
        fields: Vec<String>,
        unique: bool,
    },
    #[serde(rename_all = "camelCase")]
    Procedure {
        procedure_kind: &'static str,
        visibility: &'static str,
        live: bool,
        inputs: Vec<String>,
        middleware: Vec<String>,
    },
    Function {},
    Read {
        surface: &'static str,
        method: String,
    },
    Write {
        method: String,
    },
    Dispatch {
        method: String,
        #[serde(skip_serializing_if = "Option::is_none")]
        target: Option<String>,
    },
}

#[derive(Serialize)]
struct EdgePart {
    from: String,
    to: String,
    kind: &'static str,
    /// Of a read of a table: how it finds its rows, in each calling context in which that differs.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    choices: Vec<&'static str>,
    /// Of a read of a table: whether it looks at every row in some calling context.
    #[serde(skip_serializing_if = "Option::is_none")]
    scan: Option<bool>,
    /// The procedures for which an operation does this, if it does not for all that reach it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    procedures: Vec<String>,
}

pub(super) fn document(views: &[View<'_>]) -> Document {
    Document { version: 1, projects: views.iter().map(project_part).collect() }
}

/// A name for every node of a graph, also of those that are not shown, so that filters change no name.
pub(super) fn ids(view: &View<'_>) -> FxHashMap<NodeIndex, String> {
    let mut taken: FxHashMap<String, usize> = FxHashMap::default();
    view.graph
        .nodes()
        .map(|(index, node)| {
            let id = format!("{}:{}", kind(node), id_of(view.linked, node));
            let count = taken.entry(id.clone()).or_default();
            *count += 1;
            let id = if *count == 1 { id } else { format!("{id}#{count}") };
            (index, id)
        })
        .collect()
}

fn project_part(view: &View<'_>) -> ProjectPart {
    let ids = ids(view);
    let id = |node: NodeIndex| ids.get(&node).cloned().unwrap_or_default();
    let nodes = view.nodes().map(|(index, node)| NodePart {
        id: id(index),
        kind: kind(node),
        name: name(view.linked, node),
        location: place(view.linked, node).map(|place| location(view.linked, place)),
        details: details(view.linked, node),
    });
    let weights: FxHashMap<NodeIndex, &Node> = view.nodes().collect();
    let edges = view.edges().filter_map(|(from, to, edge)| {
        let (source, target) = (weights.get(&from)?, weights.get(&to)?);
        let (choices, scan) = choices(view, source, target, edge);
        let doers: Vec<ProcedureId> = view.graph.doers_of(from, to, edge).collect();
        let is_by_all = doers.len() == reaches(view.linked, source).len();
        let doers = doers.into_iter().filter(|_| !is_by_all);
        let procedures = doers.filter_map(|doer| view.graph.node(&Node::Procedure(doer))).map(id).collect();
        Some(EdgePart { from: id(from), to: id(to), kind: edge_kind(edge), choices, scan, procedures })
    });
    ProjectPart { root: view.linked.root.clone(), nodes: nodes.collect(), edges: edges.collect() }
}

fn reaches<'a>(linked: &'a LinkedProject, operation: &Node) -> &'a [Reach] {
    let project = &linked.project;
    match operation {
        Node::Read(read) => &project.reads[*read].reached_from,
        Node::Write(write) => &project.writes[*write].reached_from,
        Node::Dispatch(dispatch) => &project.dispatches[*dispatch].reached_from,
        _ => &[],
    }
}

fn choices(view: &View<'_>, from: &Node, to: &Node, edge: Edge) -> (Vec<&'static str>, Option<bool>) {
    let (Node::Read(read), Node::Table(name), Edge::Reads) = (from, to, edge) else {
        return (Vec::new(), None);
    };
    let project = &view.linked.project;
    let Some(table) = project.schema.table(name) else {
        return (Vec::new(), None);
    };
    let mut choices = Vec::new();
    let mut is_scan = false;
    for path in &project.reads[*read].paths {
        let is_shown = view.is_shown_of(&path.reached_from);
        if is_shown && path.tables.iter().any(|read| read.name == *name) {
            let choice = index_for(table, path);
            is_scan |= choice.reads_everything(path);
            let key = choice_key(&choice);
            if !choices.contains(&key) {
                choices.push(key);
            }
        }
    }
    (choices, Some(is_scan))
}

fn kind(node: &Node) -> &'static str {
    match node {
        Node::Table(_) => "table",
        Node::Column { .. } => "column",
        Node::Index { .. } => "index",
        Node::Procedure(_) => "procedure",
        Node::Function(_) => "function",
        Node::Read(_) => "read",
        Node::Write(_) => "write",
        Node::Dispatch(_) => "dispatch",
    }
}

fn edge_kind(edge: Edge) -> &'static str {
    match edge {
        Edge::Declares => "declares",
        Edge::Covers => "covers",
        Edge::References => "references",
        Edge::Concerns => "concerns",
        Edge::Calls => "calls",
        Edge::Performs => "performs",
        Edge::Reads => "reads",
        Edge::Loads => "loads",
        Edge::Uses => "uses",
        Edge::Implies => "implies",
        Edge::Writes => "writes",
        Edge::Dispatches => "dispatches",
        Edge::Schedules => "schedules",
    }
}

fn id_of(linked: &LinkedProject, node: &Node) -> String {
    match node {
        Node::Column { table, .. } | Node::Index { table, .. } => {
            let table = &linked.project.schema.tables[*table].name;
            format!("{table}.{}", name(linked, node))
        }
        Node::Function(function) => {
            let file = &linked.project.file(function.file).relative;
            match &function.name {
                Some(name) => format!("{file}:{name}"),
                None => file.clone(),
            }
        }
        Node::Read(_) | Node::Write(_) | Node::Dispatch(_) => {
            place(linked, node).map_or_else(String::new, |place| {
                let Location { file, place } = location(linked, place);
                format!("{file}:{}:{}", place.line, place.column)
            })
        }
        _ => name(linked, node),
    }
}

fn name(linked: &LinkedProject, node: &Node) -> String {
    let project = &linked.project;
    match node {
        Node::Table(name) => name.clone(),
        Node::Column { table, column } => column_of(linked, *table, *column).name.clone(),
        Node::Index { table, index } => index_name(index_of(linked, *table, *index)),
        Node::Procedure(id) => project.procedure(*id).name.to_string(),
        Node::Function(function) => function.name.as_deref().map(str::to_owned).unwrap_or_else(|| {
            let file = &project.file(function.file).relative;
            format!("(anonymous in {file})")
        }),
        Node::Read(read) => {
            let path = project.reads[*read].paths.first();
            path.map_or_else(String::new, |path| path.method.to_string())
        }
        Node::Write(write) => project.writes[*write].method.to_string(),
        Node::Dispatch(dispatch) => project.dispatches[*dispatch].method.to_string(),
    }
}

fn place(linked: &LinkedProject, node: &Node) -> Option<Place> {
    let project = &linked.project;
    Some(match node {
        Node::Table(name) => project.schema.table(name)?.place,
        Node::Column { table, column } => column_of(linked, *table, *column).place,
        Node::Index { table, index } => index_of(linked, *table, *index).place,
        Node::Procedure(id) => project.procedure(*id).place,
        Node::Function(function) => project.function_place(function),
        Node::Read(read) => project.reads[*read].place,
        Node::Write(write) => project.writes[*write].place,
        Node::Dispatch(dispatch) => project.dispatches[*dispatch].place,
    })
}

fn location(linked: &LinkedProject, place: Place) -> Location {
    let (file, place) = linked.location(place);
    Location { file: file.to_owned(), place }
}

fn details(linked: &LinkedProject, node: &Node) -> Details {
    let project = &linked.project;
    match node {
        Node::Table(name) => table_details(project.schema.table(name)),
        Node::Column { table, column } => {
            let column = column_of(linked, *table, *column);
            Details::Column {
                table: project.schema.tables[*table].name.clone(),
                validator: column.kind.clone(),
                optional: column.is_optional,
                nullable: column.is_nullable,
            }
        }
        Node::Index { table, index } => {
            let index = index_of(linked, *table, *index);
            Details::Index {
                table: project.schema.tables[*table].name.clone(),
                index_kind: index_kind_key(index.kind),
                fields: index.fields.iter().map(|field| field.name.clone()).collect(),
                unique: index.is_unique,
            }
        }
        Node::Procedure(id) => procedure_details(project.procedure(*id)),
        Node::Function(_) => Details::Function {},
        Node::Read(read) => {
            let path = project.reads[*read].paths.first();
            Details::Read {
                surface: path.map_or("", |path| surface_key(path.surface)),
                method: path.map_or_else(String::new, |path| path.method.to_string()),
            }
        }
        Node::Write(write) => Details::Write { method: project.writes[*write].method.to_string() },
        Node::Dispatch(dispatch) => {
            let dispatch = &project.dispatches[*dispatch];
            Details::Dispatch { method: dispatch.method.to_string(), target: target_name(&dispatch.target) }
        }
    }
}

fn table_details(table: Option<&Table>) -> Details {
    Details::Table {
        declared: table.is_some(),
        tier: table.map(|table| tier_key(&table.tier)),
        shard_key: table.and_then(|table| table.shard_key().map(str::to_owned)),
        extension: table.and_then(|table| table.extension.clone()),
    }
}

fn procedure_details(procedure: &Procedure) -> Details {
    Details::Procedure {
        procedure_kind: procedure_kind_key(procedure.kind),
        visibility: match procedure.visibility {
            Visibility::Public => "public",
            Visibility::Internal => "internal",
        },
        live: procedure.is_live(),
        inputs: procedure.inputs.iter().map(|input| input.name.to_string()).collect(),
        middleware: procedure.middleware.iter().map(ToString::to_string).collect(),
    }
}

fn column_of(linked: &LinkedProject, table: usize, column: usize) -> &Column {
    &linked.project.schema.tables[table].columns[column]
}

fn index_of(linked: &LinkedProject, table: usize, index: usize) -> &Index {
    &linked.project.schema.tables[table].indexes[index]
}
