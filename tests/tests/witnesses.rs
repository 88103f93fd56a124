//! Findings checked by running the code that they are about: nearly all claims are proved, none is contradicted, and no fix that calls
//! itself safe changes what a function returns. Here for the examples and some of the labelled projects; for all of them with
//! `LUNORA_WITNESSES=all`, as `cargo xtask soundness` does.

#![expect(clippy::unwrap_used, reason = "a test stops where its input is not as it expects")]

use std::path::{Path, PathBuf};
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

/// Labelled projects that are looked at each time: indexes that serve alike, names that do not exist, other styles.
const CHOSEN: [&str; 4] = ["atlas-cms", "clinic", "fk-atlas", "unknown-names"];

/// Each finding about the projects in some folders with its evidence, and where it is.
fn checked(folders: &[PathBuf]) -> Vec<(String, Arc<Finding>, Evidence)> {
    let options = DiscoveryOptions::default();
    let locations = find_projects(&Disk, folders, &options).unwrap();
    let mut checked = Vec::new();
    for location in locations {
        let tree = load(&Disk, &location, &options).unwrap();
        let project = Project::link(Arc::new(tree));
        let findings = lunora_rules::run(&project, &RuleSettings::default()).findings;
        let all: Vec<&Finding> = findings.iter().map(|finding| &**finding).collect();
        let evidence = verify(&Disk, &project, &all, OPTIONS, &|| ());
        for (finding, evidence) in findings.iter().zip(evidence) {
            let file = &project.file(finding.primary.file).relative;
            let name = location.root.file_name().unwrap_or_default().display();
            let place = format!("{name}/{file}:{}: {}", finding.primary.span.start, finding.rule.name);
            checked.push((place, Arc::clone(finding), evidence));
        }
    }
    checked
}

#[test]
fn running_the_code_of_the_examples_bears_the_findings_out() {
    bears_out(&checked(&[root().join("../examples")]));
}

#[test]
fn running_the_code_of_labelled_projects_bears_the_findings_out() {
    let projects = root().join("projects");
    let is_all = std::env::var("LUNORA_WITNESSES").is_ok_and(|which| which == "all");
    let chosen = CHOSEN.map(|name| projects.join(name));
    bears_out(&checked(if is_all { std::slice::from_ref(&projects) } else { &chosen }));
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Nothing is contradicted, no safe fix harms, and nearly all that is about cost is proved.
fn bears_out(checked: &[(String, Arc<Finding>, Evidence)]) {
    let said = |wrong: Vec<&(String, Arc<Finding>, Evidence)>| -> Vec<String> {
        wrong.iter().map(|(place, _, evidence)| format!("{place}: {}", evidence.summary)).collect()
    };
    let refuted = checked.iter().filter(|(.., evidence)| evidence.status == EvidenceStatus::Refuted);
    assert_eq!(said(refuted.collect()), Vec::<String>::new(), "findings that their code contradicts");

    let is_harmful = |(_, finding, evidence): &&(String, Arc<Finding>, Evidence)| {
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
    assert!(about_cost.len() > 30, "only {} findings are about cost", about_cost.len());
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
