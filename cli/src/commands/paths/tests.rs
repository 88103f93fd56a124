//! Both formats of `paths`, over a small project.

use serde_json::Value;

use super::*;
use crate::commands::fixture::{crud, tiny};

fn part<'a>(linked: &'a LinkedProject, table: Option<&str>, procedure: Option<&str>) -> Part<'a> {
    let projects = std::slice::from_ref(linked);
    let mut focused = linked::focus(projects, table, procedure).expect("known names");
    let (linked, focus) = focused.pop().expect("the project");
    Part { accesses: gather(linked, &focus), linked, focus }
}

fn pretty(table: Option<&str>, procedure: Option<&str>) -> String {
    pretty_of(&tiny("."), table, procedure)
}

fn pretty_of(linked: &LinkedProject, table: Option<&str>, procedure: Option<&str>) -> String {
    pretty::render(&[part(linked, table, procedure)], false)
}

fn json(table: Option<&str>, procedure: Option<&str>) -> Value {
    let linked = tiny(".");
    let parts = [part(&linked, table, procedure)];
    serde_json::to_value(document(&parts)).expect("JSON")
}

#[test]
fn every_access_is_shown_with_its_table() {
    insta::assert_snapshot!(pretty(None, None), @r###"
    boards  global
      read   lunora/tasks.ts:11:3  findFirst (facade)  unique(slug), implied
             where slug = args.slug
             one row · live
             tasks:board

    tasks  sharded by boardId
      read   lunora/lib/rows.ts:2:3  collect (fluent)  by_board_done(boardId | done)
             where boardId = args.boardId
             all rows · live
             tasks:list (lunora/tasks.ts:7) → loadBoard (lunora/tasks.ts:5) → rows (lunora/lib/rows.ts:2)
      read   lunora/tasks.ts:9:3     first (fluent)    SCAN
             then .filter: title = args.title
             one row · live
             tasks:titled
      write  lunora/tasks.ts:14:9    insert
             tasks:add

    drafts  root
      nothing reads or writes it

    What can't be told
      read   lunora/lib/rows.ts:3:36  collect (fluent)
             all rows
             indeterminate: the table's name is computed
             tasks:dump (lunora/tasks.ts:12) → any (lunora/lib/rows.ts:3)

    3 reads, 1 of them a scan; 1 write; 1 indeterminate.
    "###);
}

#[test]
fn a_procedure_narrows_what_is_shown() {
    insta::assert_snapshot!(pretty(None, Some("api.tasks.list")), @r###"
    tasks  sharded by boardId
      read   lunora/lib/rows.ts:2:3  collect (fluent)  by_board_done(boardId | done)
             where boardId = args.boardId
             all rows · live
             tasks:list (lunora/tasks.ts:7) → loadBoard (lunora/tasks.ts:5) → rows (lunora/lib/rows.ts:2)

    1 read, no scan; 0 writes.
    "###);
}

#[test]
fn each_access_has_only_the_procedures_that_do_it() {
    let crud = crud(".");
    insta::assert_snapshot!(pretty_of(&crud, Some("tasks"), None), @r###"
    tasks  sharded by boardId
      write  lunora/crud.ts:2:34  insert
             crud:addTask (lunora/crud.ts:5) → put (lunora/crud.ts:2)
      read   lunora/crud.ts:4:31  first (fluent)  SCAN
             then .filter: title = args.title
             one row · live
             crud:byTitle (lunora/crud.ts:8) → named (lunora/crud.ts:4)
      read   lunora/crud.ts:4:31  first (fluent)  SCAN
             then .filter: title = args.name
             one row · live
             crud:byName (lunora/crud.ts:9) → named (lunora/crud.ts:4)

    2 reads, both of them scans; 1 write.
    "###);
    insta::assert_snapshot!(pretty_of(&crud, None, Some("crud:addDraft")), @r###"
    drafts  root
      write  lunora/crud.ts:2:34  insert
             crud:addDraft (lunora/crud.ts:6) → put (lunora/crud.ts:2)

    0 reads; 1 write.
    "###);
    insta::assert_snapshot!(pretty_of(&crud, Some("tasks"), Some("crud:byName")), @r###"
    tasks  sharded by boardId
      read   lunora/crud.ts:4:31  first (fluent)  SCAN
             then .filter: title = args.name
             one row · live
             crud:byName (lunora/crud.ts:9) → named (lunora/crud.ts:4)

    1 read, a scan; 0 writes.
    "###);
}

#[test]
fn an_access_as_json_names_index_bounds_and_calls() {
    let document = json(Some("tasks"), Some("tasks:list"));
    insta::assert_snapshot!(serde_json::to_string_pretty(&document).expect("JSON"), @r###"
    {
      "version": 1,
      "projects": [
        {
          "root": ".",
          "summary": {
            "reads": 1,
            "writes": 0,
            "scans": 0,
            "indeterminate": 0
          },
          "accesses": [
            {
              "kind": "read",
              "table": "tasks",
              "tier": "sharded",
              "shardKey": "boardId",
              "file": "lunora/lib/rows.ts",
              "line": 2,
              "column": 3,
              "endLine": 2,
              "endColumn": 94,
              "function": "rows",
              "surface": "fluent",
              "method": "collect",
              "index": {
                "choice": "named",
                "uses": [
                  {
                    "name": "by_board_done",
                    "kind": "secondary",
                    "fields": [
                      "boardId",
                      "done"
                    ],
                    "prefix": [
                      "boardId"
                    ]
                  }
                ],
                "everything": false
              },
              "bounds": [
                {
                  "column": "boardId",
                  "operator": "eq",
                  "origin": "argument",
                  "value": "boardId"
                }
              ],
              "residual": [],
              "limit": {
                "kind": "none"
              },
              "loops": [],
              "live": true,
              "procedures": [
                {
                  "name": "tasks:list",
                  "kind": "query",
                  "live": true,
                  "calls": [
                    {
                      "function": "loadBoard",
                      "functionFile": "lunora/tasks.ts",
                      "at": {
                        "file": "lunora/tasks.ts",
                        "line": 7,
                        "column": 58,
                        "endLine": 7,
                        "endColumn": 78
                      }
                    },
                    {
                      "function": "rows",
                      "functionFile": "lunora/lib/rows.ts",
                      "at": {
                        "file": "lunora/tasks.ts",
                        "line": 5,
                        "column": 10,
                        "endLine": 5,
                        "endColumn": 33
                      }
                    }
                  ]
                }
              ]
            }
          ],
          "indeterminate": []
        }
      ]
    }
    "###);
}

#[test]
fn accesses_that_may_be_of_any_table_stay_beside_those_of_one() {
    let document = json(Some("drafts"), None);
    let project = &document["projects"][0];
    assert_eq!(project["accesses"], serde_json::json!([]));
    assert_eq!(project["indeterminate"][0]["reasons"], serde_json::json!(["the table's name is computed"]));
}

#[test]
fn the_same_project_gives_the_same_bytes() {
    assert_eq!(pretty(None, None), pretty(None, None));
    assert_eq!(json(None, None), json(None, None));
}

#[test]
fn an_unknown_name_is_answered_with_the_nearest() {
    let projects = [tiny("a"), tiny("b")];
    let message = |table, procedure| {
        let error = linked::focus(&projects, table, procedure).expect_err("an unknown name");
        error.to_string()
    };
    assert_eq!(message(Some("task"), None), "there is no table `task`. Did you mean `tasks`?");
    assert_eq!(
        message(None, Some("tasks:lst")),
        "there is no procedure `tasks:lst`. Did you mean `tasks:list`?"
    );
}
