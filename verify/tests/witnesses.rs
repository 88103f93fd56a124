//! Each claim has a witness: code that does what its rule says when it runs, and code beside it that does not, of which the same finding
//! is refuted.

#![expect(clippy::unwrap_used, reason = "a test stops where its fixture is not as it expects")]

mod fixtures;

use std::path::PathBuf;
use std::sync::Arc;

use fixtures::{Fixture, KEEPING, NOT_RUN, THROWING, VISITING};
use lunora_facts::{FileId, Span};
use lunora_project::Project;
use lunora_report::{Evidence, EvidenceStatus, Finding, Location};
use lunora_rules::RuleSettings;
use lunora_source::{DiscoveryOptions, Memory, find_projects, load};
use lunora_verify::{VerifyOptions, verify};

const OPTIONS: VerifyOptions = VerifyOptions { rows: 300, seed: 1 };

/// What surrounds a place in the code that does not do what the finding says.
const MARKS: [char; 2] = ['⟦', '⟧'];

struct Code {
    files: Memory,
    project: Project,
    /// The place between the marks.
    marked: Option<Location>,
}

fn code(schema: &str, functions: &str) -> Code {
    let texts = [
        format!(
            "import {{ defineSchema, defineTable, v }} from \"lunorash/server\";\nexport default defineSchema({{ {schema} }});\n"
        ),
        format!(
            "import {{ query, mutation, action, v }} from \"./_generated/server\";\nimport {{ api }} from \"./_generated/api\";\n{functions}\n"
        ),
    ];
    let paths = ["lunora/schema.ts", "lunora/rows.ts"];
    let mut marked = None;
    let mut files = Vec::new();
    for (path, text) in paths.into_iter().zip(&texts) {
        if let (Some(start), Some(end)) = (text.find(MARKS[0]), text.find(MARKS[1])) {
            marked = Some((path, Span::new(start as u32, (end - MARKS[0].len_utf8()) as u32)));
        }
        files.push((format!("/p/{path}"), text.replace(MARKS, "")));
    }
    let files = Memory::new(files.iter().map(|(path, text)| (path.as_str(), text.as_str())));
    let options = DiscoveryOptions::default();
    let locations = find_projects(&files, &[PathBuf::from("/p")], &options).unwrap();
    let tree = load(&files, &locations[0], &options).unwrap();
    let id = |path: &str| tree.files.iter().find(|file| file.relative == path).map(|file| file.id);
    let marked = marked.and_then(|(path, span)| Some(Location::new(id(path)?, span)));
    Code { files, project: Project::link(Arc::new(tree)), marked }
}

fn findings(project: &Project, rule: &str) -> Vec<Finding> {
    let outcome = lunora_rules::run(project, &RuleSettings::default());
    let of_rule = |finding: &Arc<Finding>| finding.rule.name == rule;
    outcome.findings.into_iter().filter(of_rule).map(Arc::unwrap_or_clone).collect()
}

fn evidence(code: &Code, finding: &Finding) -> Evidence {
    verify(&code.files, &code.project, &[finding], OPTIONS, &|| ()).remove(0)
}

/// The finding about the bad code, and its evidence.
fn witness(fixture: &Fixture) -> (Finding, Evidence) {
    let bad = code(fixture.schema, fixture.bad);
    let found = findings(&bad.project, fixture.rule);
    assert!(!found.is_empty(), "{} does not fire:\n{}", fixture.rule, fixture.bad);
    let finding = found.into_iter().next().unwrap();
    let evidence = evidence(&bad, &finding);
    (finding, evidence)
}

/// What running the good code says of the finding about the bad one, planted there by hand.
fn planted(fixture: &Fixture, finding: &Finding) -> Evidence {
    let schema = if fixture.good_schema.is_empty() { fixture.schema } else { fixture.good_schema };
    let good = code(schema, fixture.good);
    assert!(findings(&good.project, fixture.rule).is_empty(), "{} fires on the good code", fixture.rule);
    let primary = good.marked.unwrap();
    evidence(&good, &Finding { primary, fixes: Vec::new(), ..finding.clone() })
}

#[test]
fn what_costs_visits_more_rows_than_it_should_and_no_more_when_mended() {
    for fixture in VISITING {
        let (finding, evidence) = witness(fixture);
        let rule = fixture.rule;
        assert_eq!(evidence.status, EvidenceStatus::Proved, "{rule}: {}", evidence.summary);
        if let (Some(before), Some(after)) = (evidence.rows_visited_before, evidence.rows_visited_after) {
            assert!(after <= before, "{rule}: {}", evidence.summary);
        }
        assert!(evidence.allows_fix(), "{rule}: {}", evidence.summary);
        let planted = planted(fixture, &finding);
        assert_eq!(planted.status, EvidenceStatus::Refuted, "{rule}: {}", planted.summary);
    }
}

#[test]
fn what_throws_throws_and_no_more_when_mended() {
    for fixture in THROWING {
        let (finding, evidence) = witness(fixture);
        let rule = fixture.rule;
        assert_eq!(evidence.status, EvidenceStatus::Proved, "{rule}: {}", evidence.summary);
        assert!(evidence.summary.contains(fixture.says), "{rule}: {}", evidence.summary);
        assert!(evidence.allows_fix(), "{rule}: {}", evidence.summary);
        let planted = planted(fixture, &finding);
        // What a read selects by is not always seen, so a column that is not seen refutes nothing.
        let expected = match rule {
            "unknown_field" => EvidenceStatus::NotVerifiable,
            _ => EvidenceStatus::Refuted,
        };
        assert_eq!(planted.status, expected, "{rule}: {}", planted.summary);
    }
}

/// A new rule has a witness, or a word why running code shows nothing of it.
#[test]
fn every_rule_has_a_witness_or_a_reason_for_none() {
    let witnessed: Vec<&str> = VISITING.iter().chain(THROWING).map(|fixture| fixture.rule).collect();
    let mut rules: Vec<&str> = lunora_rules::registry().iter().map(|rule| rule.metadata.name).collect();
    rules.sort_unstable();
    for rule in &rules {
        let reasons = NOT_RUN.iter().filter(|(rules, _)| rules.contains(rule)).count();
        let expected = usize::from(!witnessed.contains(rule));
        assert_eq!(reasons, expected, "{rule} needs a fixture, or one reason in NOT_RUN");
    }
    let named = NOT_RUN.iter().flat_map(|(rules, _)| *rules).chain(&witnessed);
    assert_eq!(named.filter(|rule| !rules.contains(rule)).collect::<Vec<_>>(), Vec::<&&str>::new());
}

/// Rows whose columns are absent, null or alike are found by a fixed read as before, in an order that agrees.
#[test]
fn fixes_keep_rows_that_are_absent_null_or_alike() {
    for fixture in KEEPING {
        let (finding, evidence) = witness(fixture);
        let rule = fixture.rule;
        assert!(!finding.fixes.is_empty(), "{rule} has no fix:\n{}", fixture.bad);
        assert_eq!(evidence.results_equal, Some(true), "{rule}: {}\n{}", evidence.summary, fixture.bad);
        assert!(evidence.rows_returned.unwrap() > 0, "{rule}: {}\n{}", evidence.summary, fixture.bad);
        assert!(evidence.allows_fix(), "{rule}: {}\n{}", evidence.summary, fixture.bad);
    }
}

#[test]
fn the_same_rows_and_seed_give_the_same_evidence() {
    let fixture = VISITING.first().unwrap();
    assert_eq!(witness(fixture).1, witness(fixture).1);
}

#[test]
fn a_place_that_no_run_comes_to_is_not_verifiable() {
    let fixture = VISITING.first().unwrap();
    let functions = fixture.bad.replace(
        "async ({ ctx, args }) => {",
        "async ({ ctx, args }) => { if (args) throw new Error(\"no\");",
    );
    let code = code(fixture.schema, &functions);
    let finding = findings(&code.project, fixture.rule).remove(0);
    let evidence = evidence(&code, &finding);
    assert_eq!(evidence.status, EvidenceStatus::NotVerifiable);
    assert!(evidence.not_verifiable.unwrap().contains("INTERNAL_SERVER_ERROR"));
}

/// A fix that says it is safe and drops rows is found out, and so is one that does nothing.
#[test]
fn a_fix_that_changes_results_or_helps_nothing_is_not_offered() {
    let fixture = VISITING.first().unwrap();
    let code = code(fixture.schema, fixture.bad);
    let finding = findings(&code.project, fixture.rule).remove(0);
    let file = finding.primary.file;
    let text = &code.project.file(file).text;
    let change = |from: &str, to: &str| {
        let start = text.find(from).unwrap() as u32;
        let mut changed = finding.clone();
        let edit = lunora_report::Edit {
            file: FileId(file.0),
            span: Span::new(start, start + from.len() as u32),
            new_text: to.to_owned(),
        };
        changed.fixes = vec![lunora_report::Fix {
            title: "Change it".to_owned(),
            applicability: lunora_report::Applicability::Safe,
            edits: vec![edit],
        }];
        evidence(&code, &changed)
    };
    let harmful = change(".collect()", ".take(1)");
    assert_eq!(
        (harmful.status, harmful.allows_fix()),
        (EvidenceStatus::Proved, false),
        "{}",
        harmful.summary
    );
    assert_eq!(harmful.results_equal, Some(false));
    let useless = change("row.org ===", "row.org  ===");
    assert_eq!(
        (useless.status, useless.allows_fix()),
        (EvidenceStatus::Proved, false),
        "{}",
        useless.summary
    );
    assert!(useless.summary.contains("no improvement"), "{}", useless.summary);
}
