//! Findings about the examples, checked by running their code: nearly all claims are proved, none is contradicted, and no fix that calls
//! itself safe changes what a function returns.

#![expect(clippy::unwrap_used, reason = "a test stops where its input is not as it expects")]

use std::path::Path;
use std::sync::Arc;

use lunora_project::Project;
use lunora_report::{Applicability, Category, Evidence, EvidenceStatus, Finding};
use lunora_rules::RuleSettings;
use lunora_source::{DiscoveryOptions, Disk, find_projects, load};
use lunora_verify::{VerifyOptions, verify};

/// Enough that a scan and a search differ, and that rows tie.
const OPTIONS: VerifyOptions = VerifyOptions { rows: 60, seed: 3 };

/// Of a hundred findings about cost, at least so many are proved.
const PROVED: usize = 90;

/// Each finding with its evidence, and where it is.
fn checked() -> Vec<(String, Finding, Evidence)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let options = DiscoveryOptions::default();
    let locations = find_projects(&Disk, &[root.join("../examples")], &options).unwrap();
    let mut checked = Vec::new();
    for location in locations {
        let tree = load(&Disk, &location, &options).unwrap();
        let project = Project::link(Arc::new(tree));
        let findings = lunora_rules::run(&project, &RuleSettings::default()).findings;
        let all: Vec<&Finding> = findings.iter().collect();
        let evidence = verify(&Disk, &project, &all, OPTIONS, &|| ());
        for (finding, evidence) in findings.iter().zip(evidence) {
            let file = &project.file(finding.primary.file).relative;
            let name = location.root.file_name().unwrap_or_default().display();
            let place = format!("{name}/{file}:{}: {}", finding.primary.span.start, finding.rule.name);
            checked.push((place, finding.clone(), evidence));
        }
    }
    checked
}

#[test]
fn running_the_code_of_the_examples_bears_the_findings_out() {
    let checked = checked();
    let said = |wrong: Vec<&(String, Finding, Evidence)>| -> Vec<String> {
        wrong.iter().map(|(place, _, evidence)| format!("{place}: {}", evidence.summary)).collect()
    };
    let refuted = checked.iter().filter(|(.., evidence)| evidence.status == EvidenceStatus::Refuted);
    assert_eq!(said(refuted.collect()), Vec::<String>::new(), "findings that their code contradicts");

    let is_harmful = |(_, finding, evidence): &&(String, Finding, Evidence)| {
        let first = finding.fixes.first();
        first.is_some_and(|fix| fix.applicability == Applicability::Safe)
            && evidence.results_equal == Some(false)
    };
    assert_eq!(
        said(checked.iter().filter(is_harmful).collect()),
        Vec::<String>::new(),
        "safe fixes that change results"
    );

    let about_cost: Vec<_> = checked
        .iter()
        .filter(|(_, finding, _)| finding.rule.categories.contains(&Category::Performance))
        .collect();
    let proved = about_cost.iter().filter(|(.., evidence)| evidence.status == EvidenceStatus::Proved).count();
    assert!(about_cost.len() > 50, "only {} findings are about cost", about_cost.len());
    assert!(
        proved * 100 >= about_cost.len() * PROVED,
        "only {proved} of {} are proved:\n{}",
        about_cost.len(),
        said(
            about_cost
                .into_iter()
                .filter(|(.., evidence)| evidence.status != EvidenceStatus::Proved)
                .collect()
        )
        .join("\n")
    );
}
