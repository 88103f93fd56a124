//! GitLab code quality report.

use std::io;

use lunora_report::Level;
use serde::Serialize;

use super::one_line;
use crate::report::Report;

pub(super) fn write(report: &Report, out: &mut Vec<u8>) -> io::Result<()> {
    let issues: Vec<_> = report
        .shown_by_path()
        .into_iter()
        .map(|entry| {
            let finding = entry.finding();
            let place = report.primary_place(entry);
            Issue {
                description: one_line(&finding.detail),
                check_name: finding.rule.name,
                fingerprint: &entry.cache_key,
                severity: match finding.level {
                    Level::Error => "critical",
                    Level::Warn => "major",
                    Level::Info => "info",
                },
                location: IssueLocation {
                    path: &report.primary_file(entry).display,
                    lines: Lines { begin: place.line, end: place.end_line },
                },
            }
        })
        .collect();
    serde_json::to_writer_pretty(&mut *out, &issues)?;
    out.push(b'\n');
    Ok(())
}

#[derive(Serialize)]
struct Issue<'a> {
    description: String,
    check_name: &'a str,
    fingerprint: &'a str,
    severity: &'static str,
    location: IssueLocation<'a>,
}

#[derive(Serialize)]
struct IssueLocation<'a> {
    path: &'a str,
    lines: Lines,
}

#[derive(Serialize)]
struct Lines {
    begin: u32,
    end: u32,
}

#[cfg(test)]
mod tests {
    use crate::testing::{render, report};

    #[test]
    fn a_finding_is_an_issue() {
        insta::assert_snapshot!(render(super::write, &report()), @r###"
        [
          {
            "description": "There is no table `post`, 100% sure.",
            "check_name": "unknown_table",
            "fingerprint": "unknown_table:lunora/a.ts:list|post",
            "severity": "critical",
            "location": {
              "path": "app/lunora/my posts.ts",
              "lines": {
                "begin": 2,
                "end": 2
              }
            }
          },
          {
            "description": "Reads all of `posts`.",
            "check_name": "unbounded_collect",
            "fingerprint": "unbounded_collect:lunora/a.ts:list|posts",
            "severity": "info",
            "location": {
              "path": "app/lunora/my posts.ts",
              "lines": {
                "begin": 3,
                "end": 4
              }
            }
          }
        ]
        "###);
    }
}
