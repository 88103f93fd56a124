use lunora_facts::{Comment, FileFacts, Span, SyntaxError};

use super::*;
use crate::reported::{Reported, settle};
use crate::testing::{UNBOUNDED, UNKNOWN, finding_at, policy};

/// Facts with the comments of a text in which strings hold none.
fn facts(text: &str) -> FileFacts {
    let mut comments = Vec::new();
    let mut position = 0;
    while let Some(found) = text[position..].find('/') {
        let start = position + found;
        let is_block = text[start..].starts_with("/*");
        let (inner, end) = if is_block {
            let close = start + text[start..].find("*/").expect("a closed comment");
            (close, close + 2)
        } else {
            let close = text[start..]
                .find('\n')
                .map_or(text.len(), |line| start + line);
            (close, close)
        };
        comments.push(Comment {
            span: Span::new(start as u32, end as u32),
            text: text[start + 2..inner].to_owned(),
            is_block,
        });
        position = end;
    }
    let first_statement = text.find("const").unwrap_or(text.len()) as u32;
    FileFacts {
        comments,
        first_statement,
        ..FileFacts::default()
    }
}

/// What becomes of an `unknown_table` finding at each `bad` and an `unbounded_collect` finding at each `all`.
fn outcome(text: &str) -> Vec<Reported> {
    outcome_with(text, &facts(text), &policy())
}

fn outcome_with(text: &str, facts: &FileFacts, policy: &SuppressionPolicy<'_>) -> Vec<Reported> {
    let mut findings = Vec::new();
    for (word, rule) in [("bad(", &UNKNOWN), ("all(", &UNBOUNDED)] {
        for (start, _) in text.match_indices(word) {
            let span = Span::new(start as u32, start as u32 + 3);
            findings.push(finding_at(rule, 0, span, "f"));
        }
    }
    settle(
        findings,
        &[ReportFile {
            relative: "a.ts",
            text,
            facts,
        }],
        policy,
    )
}

fn brief(reported: &[Reported]) -> Vec<String> {
    reported
        .iter()
        .map(|reported| match &reported.suppressed {
            Some(suppressed) => format!(
                "{} hidden: {}",
                reported.finding.rule.name, suppressed.reason
            ),
            None => match reported.finding.metadata.get("kind") {
                Some(kind) => format!(
                    "{} {}",
                    kind.as_str().unwrap_or(""),
                    reported.finding.metadata["rules"].as_str().unwrap_or("")
                ),
                None => reported.finding.rule.name.to_owned(),
            },
        })
        .collect()
}

#[test]
fn next_line_means_the_next_line_of_code() {
    let text = "const a;\n// lunora-advisor-disable-next-line unknown-table -- renamed\n\n// more\n/* and\n more */ bad();\nbad();\n";
    assert_eq!(
        brief(&outcome(text)),
        ["unknown_table hidden: renamed", "unknown_table"]
    );
}

#[test]
fn a_finding_further_on_is_not_meant_and_is_pointed_out() {
    let text =
        "// lunora-advisor-disable-next-line unknown_table -- why\nconst rows = q\n  .bad();\n";
    let reported = outcome(text);
    assert_eq!(brief(&reported), ["unused unknown_table", "unknown_table"]);
    let related = &reported[0].finding.related;
    assert_eq!(related[0].location, reported[1].finding.primary);
}

#[test]
fn this_line_means_the_line_of_the_comment() {
    let text = "const a = bad(); // lunora-advisor-disable-line unknown_table -- seeded -- twice\nbad();\n";
    assert_eq!(
        brief(&outcome(text)),
        ["unknown_table hidden: seeded -- twice", "unknown_table"]
    );
}

#[test]
fn each_rule_of_several_stands_for_itself() {
    let text = "const a;\n// lunora-advisor-disable-next-line unbounded_collect, unknown_tabel, unknown_table -- why\nbad();\n";
    let reported = outcome(text);
    assert_eq!(
        brief(&reported),
        [
            "unused unbounded_collect",
            "unknown_rule unknown_tabel",
            "unknown_table hidden: why"
        ]
    );
    let first = &reported[0].finding;
    assert_eq!(&text[first.primary.span.range()], "unbounded_collect");
    assert_eq!(
        &text[first.fixes[0].edits[0].span.range()],
        "unbounded_collect, "
    );
    let second = &reported[1].finding;
    assert_eq!(second.remediation, "Did you mean `unknown_table`?");
    assert_eq!(
        &text[second.fixes[0].edits[0].span.range()],
        ", unknown_tabel"
    );
}

#[test]
fn a_comment_without_a_reason_suppresses_nothing() {
    for comment in [
        "// lunora-advisor-disable-next-line unknown_table",
        "// lunora-advisor-disable-next-line unknown_table --",
        "/* lunora-advisor-disable-next-line unknown_table -- */",
    ] {
        let text = format!("const a;\n{comment}\nbad();\n");
        assert_eq!(
            brief(&outcome(&text)),
            ["no_reason unknown_table", "unknown_table"],
            "{comment}"
        );
    }
}

#[test]
fn disable_file_counts_only_before_the_first_statement() {
    let top = "/**\n * lunora-advisor-disable-file\n *   unknown_table\n * -- generated by\n *    a tool\n */\nconst a = bad();\nbad();\n";
    assert_eq!(
        brief(&outcome(top)),
        [
            "unknown_table hidden: generated by a tool",
            "unknown_table hidden: generated by a tool"
        ]
    );
    let late = "const a;\n/* lunora-advisor-disable-file unknown_table -- generated */\nbad();\n";
    assert_eq!(brief(&outcome(late)), ["too_late ", "unknown_table"]);
}

#[test]
fn the_closest_comment_is_used_and_the_wider_one_is_not() {
    let text = "/* lunora-advisor-disable-file unknown_table -- all */\nconst a = bad(); // lunora-advisor-disable-line unknown_table -- one\n";
    let reported = outcome(text);
    assert_eq!(
        brief(&reported),
        ["unused unknown_table", "unknown_table hidden: one"]
    );
    let edit = &reported[0].finding.fixes[0].edits[0];
    assert_eq!(text[edit.span.range()].lines().count(), 1);
    assert!(text[edit.span.range()].ends_with("*/\n"));
}

#[test]
fn a_misspelled_directive_is_reported_and_prose_is_not() {
    let text = "const a;\n// lunora-advisor-disable-nextline unknown_table -- why\nbad();\n// see lunora-advisor-disable-line x -- y\n// lunora-advisor-exempt -- public\n";
    let reported = outcome(text);
    assert_eq!(brief(&reported), ["unknown_directive ", "unknown_table"]);
    assert!(
        reported[0]
            .finding
            .remediation
            .contains("disable-next-line")
    );
}

#[test]
fn useless_comments_can_be_suppressed_themselves() {
    let text = "/* lunora-advisor-disable-file unused_suppression -- migrating */\n// lunora-advisor-disable-next-line unknown_table -- soon\nconst a;\n";
    assert_eq!(
        brief(&outcome(text)),
        ["unused_suppression hidden: migrating"]
    );
    let alone = "/* lunora-advisor-disable-file unused_suppression -- migrating */\nconst a;\n";
    assert_eq!(brief(&outcome(alone)), ["unused unused_suppression"]);
}

#[test]
fn a_broken_file_makes_no_comment_unused() {
    let text = "const a;\n// lunora-advisor-disable-next-line unknown_table -- why\nok();\n// lunora-advisor-disable-line unknown_table\n";
    let whole = facts(text);
    let broken = FileFacts {
        errors: vec![SyntaxError {
            span: Span::default(),
            message: String::new(),
            help: None,
        }],
        ..whole.clone()
    };
    assert_eq!(
        brief(&outcome_with(text, &broken, &policy())),
        Vec::<String>::new()
    );
    let files = [
        ReportFile {
            relative: "a.ts",
            text,
            facts: &whole,
        },
        ReportFile {
            relative: "b.ts",
            text: "",
            facts: &broken,
        },
    ];
    assert_eq!(
        brief(&settle(Vec::new(), &files, &policy())),
        ["no_reason unknown_table"]
    );
}

#[test]
fn a_comment_for_a_rule_that_is_off_is_not_unused() {
    let text = "const a;\n// lunora-advisor-disable-next-line unknown_table -- why\nok();\n";
    let off = SuppressionPolicy {
        is_checked: &|rule, _| rule != "unknown_table",
        ..policy()
    };
    assert_eq!(
        brief(&outcome_with(text, &facts(text), &off)),
        Vec::<String>::new()
    );
}

#[test]
fn carriage_returns_change_nothing() {
    let text = "const a;\r\n// lunora-advisor-disable-next-line unknown_table -- why\r\n\r\nbad();\r\nbad();\r\n";
    assert_eq!(
        brief(&outcome(text)),
        ["unknown_table hidden: why", "unknown_table"]
    );
}
