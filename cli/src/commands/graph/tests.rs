//! All formats of `graph`, over a small project.

use serde_json::Value;

use super::*;
use crate::commands::fixture::{crud, tiny};

fn view<'a>(linked: &'a LinkedProject, table: Option<&str>, procedure: Option<&str>) -> View<'a> {
    let projects = std::slice::from_ref(linked);
    let mut focused = linked::focus(projects, table, procedure).expect("known names");
    let (linked, focus) = focused.pop().expect("the project");
    View::new(linked, focus)
}

fn json(table: Option<&str>, procedure: Option<&str>) -> Value {
    let linked = tiny(".");
    let document = json::document(&[view(&linked, table, procedure)]);
    serde_json::to_value(document).expect("JSON")
}

/// The ids of all nodes, and the edges as `from kind to`.
fn outline(document: &Value) -> String {
    let project = &document["projects"][0];
    let of = |list: &str| project[list].as_array().cloned().unwrap_or_default();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let nodes = of("nodes").into_iter().map(|node| text(&node["id"]));
    let edges = of("edges").into_iter().map(|edge| {
        let scan = if edge["scan"] == true { " (scan)" } else { "" };
        format!("{} {} {}{scan}", text(&edge["from"]), text(&edge["kind"]), text(&edge["to"]))
    });
    nodes.chain(edges).collect::<Vec<_>>().join("\n")
}

#[test]
fn everything_is_connected() {
    insta::assert_snapshot!(outline(&json(None, None)), @r###"
    table:boards
    column:boards.slug
    index:boards.unique(slug)
    table:tasks
    column:tasks.boardId
    column:tasks.title
    column:tasks.done
    index:tasks.by_board_done
    table:drafts
    column:drafts.text
    procedure:tasks:list
    procedure:tasks:titled
    procedure:tasks:board
    procedure:tasks:dump
    procedure:tasks:add
    read:lunora/lib/rows.ts:2:3
    function:lunora/tasks.ts:loadBoard
    function:lunora/lib/rows.ts:rows
    read:lunora/lib/rows.ts:3:36
    function:lunora/lib/rows.ts:any
    read:lunora/tasks.ts:9:3
    read:lunora/tasks.ts:11:3
    write:lunora/tasks.ts:14:9
    dispatch:lunora/tasks.ts:15:9
    table:boards declares column:boards.slug
    table:boards declares index:boards.unique(slug)
    index:boards.unique(slug) covers column:boards.slug
    table:tasks declares column:tasks.boardId
    table:tasks declares column:tasks.title
    table:tasks declares column:tasks.done
    table:tasks declares index:tasks.by_board_done
    index:tasks.by_board_done covers column:tasks.boardId
    index:tasks.by_board_done covers column:tasks.done
    table:drafts declares column:drafts.text
    column:tasks.boardId references table:boards
    procedure:tasks:list calls function:lunora/tasks.ts:loadBoard
    function:lunora/tasks.ts:loadBoard calls function:lunora/lib/rows.ts:rows
    function:lunora/lib/rows.ts:rows performs read:lunora/lib/rows.ts:2:3
    read:lunora/lib/rows.ts:2:3 reads table:tasks
    read:lunora/lib/rows.ts:2:3 uses index:tasks.by_board_done
    procedure:tasks:dump calls function:lunora/lib/rows.ts:any
    function:lunora/lib/rows.ts:any performs read:lunora/lib/rows.ts:3:36
    procedure:tasks:titled performs read:lunora/tasks.ts:9:3
    read:lunora/tasks.ts:9:3 reads table:tasks (scan)
    procedure:tasks:board performs read:lunora/tasks.ts:11:3
    read:lunora/tasks.ts:11:3 reads table:boards
    read:lunora/tasks.ts:11:3 implies index:boards.unique(slug)
    procedure:tasks:add performs write:lunora/tasks.ts:14:9
    write:lunora/tasks.ts:14:9 writes table:tasks
    procedure:tasks:add performs dispatch:lunora/tasks.ts:15:9
    dispatch:lunora/tasks.ts:15:9 schedules procedure:tasks:dump
    "###);
}

#[test]
fn nodes_say_where_and_what_they_are() {
    let document = json(Some("tasks"), Some("tasks:titled"));
    insta::assert_snapshot!(serde_json::to_string_pretty(&document["projects"][0]["nodes"]).expect("JSON"), @r###"
    [
      {
        "id": "table:tasks",
        "kind": "table",
        "name": "tasks",
        "file": "lunora/schema.ts",
        "line": 4,
        "column": 3,
        "endLine": 4,
        "endColumn": 8,
        "declared": true,
        "tier": "sharded",
        "shardKey": "boardId"
      },
      {
        "id": "procedure:tasks:titled",
        "kind": "procedure",
        "name": "tasks:titled",
        "file": "lunora/tasks.ts",
        "line": 8,
        "column": 14,
        "endLine": 8,
        "endColumn": 20,
        "procedureKind": "query",
        "visibility": "public",
        "live": true,
        "inputs": [],
        "middleware": []
      },
      {
        "id": "read:lunora/tasks.ts:9:3",
        "kind": "read",
        "name": "first",
        "file": "lunora/tasks.ts",
        "line": 9,
        "column": 3,
        "endLine": 9,
        "endColumn": 76,
        "surface": "fluent",
        "method": "first"
      }
    ]
    "###);
}

#[test]
fn dot_has_clusters_and_red_scans() {
    let linked = tiny(".");
    insta::assert_snapshot!(dot::render(&[view(&linked, None, None)]), @r###"
    digraph lunora {
      rankdir=LR;
      node [shape=box, style=rounded, fontname="sans-serif"];
      edge [fontname="sans-serif", fontsize=10];
      subgraph "cluster_0_0" {
        label="lunora/lib/rows.ts";
        "function:lunora/lib/rows.ts:rows" [label="rows", shape=ellipse];
        "function:lunora/lib/rows.ts:any" [label="any", shape=ellipse];
      }
      subgraph "cluster_0_1" {
        label="lunora/tasks.ts";
        "procedure:tasks:list" [label="list"];
        "procedure:tasks:titled" [label="titled"];
        "procedure:tasks:board" [label="board"];
        "procedure:tasks:dump" [label="dump"];
        "procedure:tasks:add" [label="add"];
        "function:lunora/tasks.ts:loadBoard" [label="loadBoard", shape=ellipse];
      }
      subgraph "cluster_0_2" {
        label="tables: global";
        "table:boards" [label="boards", shape=cylinder, style=solid];
      }
      subgraph "cluster_0_3" {
        label="tables: root";
        "table:drafts" [label="drafts", shape=cylinder, style=solid];
      }
      subgraph "cluster_0_4" {
        label="tables: sharded";
        "table:tasks" [label="tasks", shape=cylinder, style=solid];
      }
      "table:tasks" -> "table:boards" [label="boardId", color=gray, fontcolor=gray, style=dotted];
      "procedure:tasks:list" -> "function:lunora/tasks.ts:loadBoard" [label=""];
      "function:lunora/tasks.ts:loadBoard" -> "function:lunora/lib/rows.ts:rows" [label=""];
      "function:lunora/lib/rows.ts:rows" -> "table:tasks" [label="by_board_done"];
      "procedure:tasks:dump" -> "function:lunora/lib/rows.ts:any" [label=""];
      "procedure:tasks:titled" -> "table:tasks" [label="scan", color=red, fontcolor=red, penwidth=2];
      "procedure:tasks:board" -> "table:boards" [label="unique(slug) (implied)"];
      "procedure:tasks:add" -> "table:tasks" [label="insert", color=blue, fontcolor=blue];
      "procedure:tasks:add" -> "procedure:tasks:dump" [label="runAfter", style=dashed];
    }
    "###);
}

#[test]
fn mermaid_has_procedures_and_tables_only() {
    let projects = [tiny("a"), tiny("b")];
    let views: Vec<View<'_>> =
        projects.iter().map(|linked| view(linked, None, Some("tasks:titled"))).collect();
    insta::assert_snapshot!(mermaid::render(&views), @r###"
    flowchart LR
      subgraph s0["a"]
      n0[("tasks")]
      n1["tasks:titled"]
      end
      n1 -->|"scan"| n0
      subgraph s1["b"]
      n2[("tasks")]
      n3["tasks:titled"]
      end
      n3 -->|"scan"| n2
      linkStyle 0,1 stroke:red,color:red
    "###);
    let linked = tiny(".");
    insta::assert_snapshot!(mermaid::render(&[view(&linked, None, None)]), @r###"
    flowchart LR
      n0[("boards")]
      n1[("tasks")]
      n2[("drafts")]
      n3["tasks:list"]
      n4["tasks:titled"]
      n5["tasks:board"]
      n6["tasks:dump"]
      n7["tasks:add"]
      n3 -->|"by_board_done"| n1
      n4 -->|"scan"| n1
      n5 -->|"unique(slug) (implied)"| n0
      n7 ==>|"insert"| n1
      n7 -.->|"runAfter"| n6
      linkStyle 1 stroke:red,color:red
    "###);
}

#[test]
fn a_helper_does_not_connect_its_callers_with_the_tables_of_others() {
    let crud = crud(".");
    insta::assert_snapshot!(mermaid::render(&[view(&crud, Some("drafts"), None)]), @r###"
    flowchart LR
      n0[("drafts")]
      n1["crud:addDraft"]
      n2["crud:drafts"]
      n2 -->|"by creation time"| n0
      n1 ==>|"insert"| n0
    "###);
    insta::assert_snapshot!(mermaid::render(&[view(&crud, None, Some("crud:addTask"))]), @r###"
    flowchart LR
      n0[("tasks")]
      n1["crud:addTask"]
      n1 ==>|"insert"| n0
    "###);
    let document = serde_json::to_value(json::document(&[view(&crud, None, None)])).expect("JSON");
    let edges = document["projects"][0]["edges"].as_array().cloned().unwrap_or_default();
    let written = edges.iter().filter(|edge| edge["kind"] == "writes");
    let procedures: Vec<&Value> = written.map(|edge| &edge["procedures"]).collect();
    assert_eq!(
        procedures,
        [&serde_json::json!(["procedure:crud:addDraft"]), &serde_json::json!(["procedure:crud:addTask"]),]
    );
}

#[test]
fn a_table_that_nothing_shown_touches_is_drawn_only_if_it_was_asked_for() {
    let linked = tiny(".");
    insta::assert_snapshot!(mermaid::render(&[view(&linked, Some("boards"), None)]), @r###"
    flowchart LR
      n0[("boards")]
      n1["tasks:board"]
      n1 -->|"unique(slug) (implied)"| n0
    "###);
    insta::assert_snapshot!(mermaid::render(&[view(&linked, Some("drafts"), None)]), @r###"
    flowchart LR
      n0[("drafts")]
    "###);
}

#[test]
fn ids_do_not_depend_on_the_filter() {
    let all = outline(&json(None, None));
    for line in outline(&json(Some("boards"), None)).lines() {
        assert!(all.lines().any(|known| known == line), "{line}");
    }
}

#[test]
fn the_same_project_gives_the_same_bytes() {
    assert_eq!(json(None, None).to_string(), json(None, None).to_string());
}
