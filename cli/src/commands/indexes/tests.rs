//! Both formats of `indexes`, over a small project.

use super::*;
use crate::commands::fixture::tiny;

fn pretty(table: Option<&str>) -> String {
    let linked = tiny(".");
    pretty::render(&[project_part(&linked, table)], false)
}

#[test]
fn each_table_is_shown_with_what_its_indexes_serve() {
    insta::assert_snapshot!(pretty(None), @r###"
    boards  global
      keep   unique(slug)
             lunora/tasks.ts:11:3  findFirst (tasks:board)  slug

    tasks  sharded by boardId
      keep   by_board_done(boardId, done)
             lunora/lib/rows.ts:2:3  collect (tasks:list)  boardId, then done
      add    by_title(title)
             lunora/tasks.ts:9:3  first (tasks:titled)  title, then order of creation
      Each index costs one more row written per insert, in tasks:add.
      Declared indexes are left alone, since it can't be told which are used:
        lunora/lib/rows.ts:3:36  the table's name is computed

    Indexes: 2 to keep, 0 to widen, 1 to add, 0 to drop. 3 tables indeterminate.
    "###);
}

#[test]
fn an_index_as_json_names_its_columns_and_reads() {
    let linked = tiny(".");
    let document = Document { version: 1, projects: vec![project_part(&linked, Some("boards"))] };
    insta::assert_snapshot!(serde_json::to_string_pretty(&document).expect("JSON"), @r###"
    {
      "version": 1,
      "projects": [
        {
          "root": ".",
          "summary": {
            "keep": 1,
            "widen": 0,
            "add": 0,
            "drop": 0,
            "unserved": 0,
            "indeterminate": 1
          },
          "tables": [
            {
              "table": "boards",
              "tier": "global",
              "indexes": [
                {
                  "action": "keep",
                  "name": "unique(slug)",
                  "kind": "uniqueColumn",
                  "fields": [
                    "slug"
                  ],
                  "declaredAt": {
                    "file": "lunora/schema.ts",
                    "line": 3,
                    "column": 25,
                    "endLine": 3,
                    "endColumn": 50
                  },
                  "serves": [
                    {
                      "equal": [
                        "slug"
                      ],
                      "then": [],
                      "uses": [
                        {
                          "kind": "read",
                          "method": "findFirst",
                          "file": "lunora/tasks.ts",
                          "line": 11,
                          "column": 3,
                          "endLine": 11,
                          "endColumn": 58,
                          "procedures": [
                            "tasks:board"
                          ]
                        }
                      ]
                    }
                  ]
                }
              ],
              "unserved": [],
              "indeterminate": [
                {
                  "file": "lunora/lib/rows.ts",
                  "line": 3,
                  "column": 36,
                  "endLine": 3,
                  "endColumn": 65,
                  "message": "the table's name is computed"
                }
              ],
              "inserts": [],
              "updates": []
            }
          ]
        }
      ]
    }
    "###);
}

#[test]
fn the_same_project_gives_the_same_bytes() {
    assert_eq!(pretty(None), pretty(None));
}
