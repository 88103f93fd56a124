//! Both formats of `indexes`, over a small project.

use super::*;
use crate::commands::fixture::tiny;

fn pretty(table: Option<&str>) -> String {
    let linked = tiny(".");
    pretty::render(&[project_part(&linked, table)], false)
}

#[test]
fn each_table_is_shown_with_what_its_indexes_serve() {
    insta::assert_snapshot!(pretty(None), @"");
}

#[test]
fn an_index_as_json_names_its_columns_and_reads() {
    let linked = tiny(".");
    let document = Document { version: 1, projects: vec![project_part(&linked, Some("boards"))] };
    insta::assert_snapshot!(serde_json::to_string_pretty(&document).expect("JSON"), @"");
}

#[test]
fn the_same_project_gives_the_same_bytes() {
    assert_eq!(pretty(None), pretty(None));
}
