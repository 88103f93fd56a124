//! One JSON document, version 1.

use std::io;

use serde::Serialize;

use super::wire;
use crate::report::Report;

pub(super) fn write(report: &Report, show_suppressed: bool, out: &mut Vec<u8>) -> io::Result<()> {
    let document = Document {
        version: 1,
        tool: Tool { name: "lunora-advisor", version: env!("CARGO_PKG_VERSION") },
        projects: report
            .projects
            .iter()
            .map(|project| Project {
                root: &project.root,
                files: project.code_files,
                tables: project.tables,
                procedures: project.procedures,
            })
            .collect(),
        summary: Summary {
            error: report.summary.error,
            warn: report.summary.warn,
            info: report.summary.info,
            suppressed: report.summary.suppressed,
            baselined: report.summary.baselined,
        },
        findings: report
            .findings
            .iter()
            .filter(|entry| show_suppressed || entry.reported.suppressed.is_none())
            .map(|entry| wire::Finding::new(report, entry))
            .collect(),
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.push(b'\n');
    Ok(())
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    tool: Tool,
    projects: Vec<Project<'a>>,
    summary: Summary,
    findings: Vec<wire::Finding<'a>>,
}

#[derive(Serialize)]
struct Tool {
    name: &'static str,
    version: &'static str,
}

#[derive(Serialize)]
struct Project<'a> {
    root: &'a str,
    files: usize,
    tables: usize,
    procedures: usize,
}

#[derive(Serialize)]
struct Summary {
    error: usize,
    warn: usize,
    info: usize,
    suppressed: usize,
    baselined: usize,
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use crate::testing::{render, report, twins};

    fn document(show_suppressed: bool) -> Value {
        let text = render(|report, out| super::write(report, show_suppressed, out), &report());
        serde_json::from_str(&text).expect("JSON")
    }

    #[test]
    fn the_document_is_version_1() {
        insta::assert_snapshot!(render(|report, out| super::write(report, false, out), &report()), @r###"
        {
          "version": 1,
          "tool": {
            "name": "lunora-advisor",
            "version": "0.1.0"
          },
          "projects": [
            {
              "root": "app",
              "files": 2,
              "tables": 1,
              "procedures": 3
            }
          ],
          "summary": {
            "error": 1,
            "warn": 0,
            "info": 1,
            "suppressed": 1,
            "baselined": 0
          },
          "findings": [
            {
              "name": "unknown_table",
              "title": "Unknown table",
              "level": "ERROR",
              "categories": [
                "SCHEMA"
              ],
              "facing": "EXTERNAL",
              "source": "static",
              "detail": "There is no table `post`, 100% sure.",
              "description": "Says something of tables.",
              "remediation": "Did you mean `posts`?",
              "docsUrl": "https://lunora-advisor.dev/rules/unknown_table",
              "project": "app",
              "file": "lunora/my posts.ts",
              "line": 2,
              "column": 38,
              "endLine": 2,
              "endColumn": 44,
              "exportName": "list",
              "related": [
                {
                  "file": "lunora/schema.ts",
                  "line": 2,
                  "column": 3,
                  "endLine": 2,
                  "endColumn": 8,
                  "message": "`posts` is here"
                }
              ],
              "metadata": {
                "table": "post"
              },
              "cacheKey": "unknown_table:lunora/a.ts:list|post",
              "fixes": [
                {
                  "title": "Write `posts`",
                  "applicability": "unsafe",
                  "edits": [
                    {
                      "file": "lunora/my posts.ts",
                      "line": 2,
                      "column": 38,
                      "endLine": 2,
                      "endColumn": 44,
                      "newText": "\"posts\""
                    }
                  ]
                }
              ]
            },
            {
              "name": "unbounded_collect",
              "title": "Unbounded read",
              "level": "INFO",
              "categories": [
                "PERFORMANCE",
                "SCHEMA"
              ],
              "facing": "EXTERNAL",
              "source": "static",
              "detail": "Reads all of `posts`.",
              "description": "Says something of reads.",
              "remediation": "Bound it with `.take(n)`.",
              "docsUrl": "https://lunora-advisor.dev/rules/unbounded_collect",
              "project": "app",
              "file": "lunora/my posts.ts",
              "line": 3,
              "column": 10,
              "endLine": 4,
              "endColumn": 15,
              "helper": "list",
              "callers": [
                "a:one",
                "b:two",
                "c:three",
                "d:four",
                "e:five"
              ],
              "related": [],
              "metadata": {},
              "cacheKey": "unbounded_collect:lunora/a.ts:list|posts",
              "fixes": []
            }
          ]
        }
        "###);
    }

    #[test]
    fn suppressed_findings_are_counted_and_shown_on_demand() {
        assert_eq!(document(false)["summary"]["suppressed"], 1);
        assert_eq!(document(false)["findings"].as_array().map(Vec::len), Some(2));
        let shown = document(true);
        let suppressed: Vec<_> = shown["findings"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|finding| finding.get("suppressed"))
            .collect();
        assert_eq!(suppressed, [&serde_json::json!({ "kind": "disable-line", "reason": "few rows" })]);
    }

    #[test]
    fn findings_of_twin_projects_have_keys_of_their_own() {
        let text = render(|report, out| super::write(report, false, out), &twins());
        let document: Value = serde_json::from_str(&text).expect("JSON");
        let of = |key: &str| -> Vec<String> {
            document["findings"]
                .as_array()
                .into_iter()
                .flatten()
                .map(|finding| finding[key].as_str().unwrap_or("").to_owned())
                .collect()
        };
        assert_eq!(of("project"), ["packages/a", "packages/b"]);
        assert_eq!(
            of("cacheKey"),
            ["unknown_table:lunora/a.ts:f|x", "unknown_table:lunora/a.ts:f|x@packages/b"]
        );
    }
}
