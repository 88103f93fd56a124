//! SARIF 2.1.0, for code scanning. Suppressed findings are left out: code hosts ignore SARIF's own suppressions.

mod types;

use std::io;

use lunora_check::paths::percent_encode;
use lunora_report::{Applicability, Edit, Location, RuleMetadata};

use self::types::{
    ArtifactChange, ArtifactLocation, Content, Document, Driver, Fingerprints, Fix, FixProperties,
    LocationObject, Message, PhysicalLocation, Replacement, ResultObject, ResultProperties, Rule, Run, Tool,
    level, region,
};
use super::full_message;
use crate::report::{Report, ReportFinding};

const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

pub(super) fn write(report: &Report, rules: &[&'static RuleMetadata], out: &mut Vec<u8>) -> io::Result<()> {
    let document = Document {
        schema: SCHEMA,
        version: "2.1.0",
        runs: [Run {
            tool: Tool {
                driver: Driver {
                    name: "lunora-advisor",
                    version: env!("CARGO_PKG_VERSION"),
                    information_uri: env!("CARGO_PKG_REPOSITORY"),
                    rules: rules.iter().map(|rule| Rule::new(rule)).collect(),
                },
            },
            column_kind: "utf16CodeUnits",
            results: report.shown_by_path().into_iter().map(|entry| result(report, entry, rules)).collect(),
        }],
    };
    serde_json::to_writer_pretty(&mut *out, &document)?;
    out.push(b'\n');
    Ok(())
}

fn result<'a>(
    report: &'a Report,
    entry: &'a ReportFinding,
    rules: &[&'static RuleMetadata],
) -> ResultObject<'a> {
    let finding = entry.finding();
    let physical = |location: Location| PhysicalLocation {
        artifact_location: artifact(report, entry, location),
        region: region(report.place(entry, location)),
    };
    ResultObject {
        rule_id: finding.rule.name,
        rule_index: rules.iter().position(|rule| rule.name == finding.rule.name),
        level: level(finding.level),
        message: Message { text: full_message(&entry.reported) },
        locations: [LocationObject { id: None, physical_location: physical(finding.primary), message: None }],
        related_locations: finding
            .related
            .iter()
            .enumerate()
            .map(|(index, related)| LocationObject {
                id: Some(index + 1),
                physical_location: physical(related.location),
                message: Some(Message { text: related.message.clone() }),
            })
            .collect(),
        partial_fingerprints: Fingerprints { cache_key: &entry.cache_key },
        properties: entry.reported.evidence.as_ref().map(|evidence| ResultProperties { evidence }),
        fixes: finding
            .fixes
            .iter()
            .map(|fix| Fix {
                description: Message { text: fix.title.clone() },
                artifact_changes: changes(report, entry, &fix.edits),
                properties: FixProperties {
                    applicability: match fix.applicability {
                        Applicability::Safe => "safe",
                        Applicability::Unsafe { .. } => "unsafe",
                    },
                },
            })
            .collect(),
    }
}

/// The edits of a fix, those of a file together.
fn changes<'a>(report: &'a Report, entry: &ReportFinding, edits: &'a [Edit]) -> Vec<ArtifactChange<'a>> {
    let mut files: Vec<_> = edits.iter().map(|edit| edit.file).collect();
    files.sort_unstable();
    files.dedup();
    files
        .into_iter()
        .map(|file| {
            let of_file: Vec<_> = edits.iter().filter(|edit| edit.file == file).collect();
            ArtifactChange {
                artifact_location: ArtifactLocation {
                    uri: percent_encode(&report.file(entry.project, file).display),
                    uri_base_id: "%SRCROOT%",
                },
                replacements: of_file
                    .into_iter()
                    .map(|edit| Replacement {
                        deleted_region: region(report.place(entry, Location::new(file, edit.span))),
                        inserted_content: Content { text: &edit.new_text },
                    })
                    .collect(),
            }
        })
        .collect()
}

fn artifact(report: &Report, entry: &ReportFinding, location: Location) -> ArtifactLocation {
    ArtifactLocation {
        uri: percent_encode(&report.file(entry.project, location.file).display),
        uri_base_id: "%SRCROOT%",
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::{render, report, rules};

    #[test]
    fn a_finding_is_a_result() {
        let rules = rules();
        insta::assert_snapshot!(render(|report, out| super::write(report, &rules, out), &report()), @r###"
        {
          "$schema": "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
          "version": "2.1.0",
          "runs": [
            {
              "tool": {
                "driver": {
                  "name": "lunora-advisor",
                  "version": "0.1.0",
                  "informationUri": "https://github.com/lunora-advisor/lunora-advisor",
                  "rules": [
                    {
                      "id": "unbounded_collect",
                      "name": "unbounded_collect",
                      "shortDescription": {
                        "text": "Unbounded read"
                      },
                      "fullDescription": {
                        "text": "Says something of reads."
                      },
                      "help": {
                        "text": "Says something of reads.",
                        "markdown": "# Unbounded read\n"
                      },
                      "helpUri": "https://lunora-advisor.dev/rules/unbounded_collect",
                      "defaultConfiguration": {
                        "level": "warning"
                      },
                      "properties": {
                        "tags": [
                          "performance",
                          "schema"
                        ]
                      }
                    },
                    {
                      "id": "unknown_table",
                      "name": "unknown_table",
                      "shortDescription": {
                        "text": "Unknown table"
                      },
                      "fullDescription": {
                        "text": "Says something of tables."
                      },
                      "help": {
                        "text": "Says something of tables.",
                        "markdown": "# Unknown table\n"
                      },
                      "helpUri": "https://lunora-advisor.dev/rules/unknown_table",
                      "defaultConfiguration": {
                        "level": "error"
                      },
                      "properties": {
                        "tags": [
                          "schema"
                        ]
                      }
                    }
                  ]
                }
              },
              "columnKind": "utf16CodeUnits",
              "results": [
                {
                  "ruleId": "unknown_table",
                  "ruleIndex": 1,
                  "level": "error",
                  "message": {
                    "text": "There is no table `post`, 100% sure.\nDid you mean `posts`?"
                  },
                  "locations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "app/lunora/my%20posts.ts",
                          "uriBaseId": "%SRCROOT%"
                        },
                        "region": {
                          "startLine": 2,
                          "startColumn": 38,
                          "endLine": 2,
                          "endColumn": 44
                        }
                      }
                    }
                  ],
                  "relatedLocations": [
                    {
                      "id": 1,
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "app/lunora/schema.ts",
                          "uriBaseId": "%SRCROOT%"
                        },
                        "region": {
                          "startLine": 2,
                          "startColumn": 3,
                          "endLine": 2,
                          "endColumn": 8
                        }
                      },
                      "message": {
                        "text": "`posts` is here"
                      }
                    }
                  ],
                  "partialFingerprints": {
                    "cacheKey/v1": "unknown_table:lunora/a.ts:list|post"
                  },
                  "fixes": [
                    {
                      "description": {
                        "text": "Write `posts`"
                      },
                      "artifactChanges": [
                        {
                          "artifactLocation": {
                            "uri": "app/lunora/my%20posts.ts",
                            "uriBaseId": "%SRCROOT%"
                          },
                          "replacements": [
                            {
                              "deletedRegion": {
                                "startLine": 2,
                                "startColumn": 38,
                                "endLine": 2,
                                "endColumn": 44
                              },
                              "insertedContent": {
                                "text": "\"posts\""
                              }
                            }
                          ]
                        }
                      ],
                      "properties": {
                        "applicability": "unsafe"
                      }
                    }
                  ]
                },
                {
                  "ruleId": "unbounded_collect",
                  "ruleIndex": 0,
                  "level": "note",
                  "message": {
                    "text": "Reads all of `posts`.\nBound it with `.take(n)`."
                  },
                  "locations": [
                    {
                      "physicalLocation": {
                        "artifactLocation": {
                          "uri": "app/lunora/my%20posts.ts",
                          "uriBaseId": "%SRCROOT%"
                        },
                        "region": {
                          "startLine": 3,
                          "startColumn": 10,
                          "endLine": 4,
                          "endColumn": 15
                        }
                      }
                    }
                  ],
                  "partialFingerprints": {
                    "cacheKey/v1": "unbounded_collect:lunora/a.ts:list|posts"
                  }
                }
              ]
            }
          ]
        }
        "###);
    }
}
