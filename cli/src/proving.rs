//! Findings with evidence beside them.

use std::sync::Arc;

use lunora_check::{FoundProject, Judged};
use lunora_report::{Evidence, EvidenceStatus, Finding, Reported};
use lunora_source::FileSystem;
use lunora_verify::{VerifyOptions, verify};

use crate::progress::Progress;

/// Checks the findings that are shown by running their projects, and puts the evidence beside them. A fix that evidence speaks against is
/// offered no more.
pub(crate) fn prove(
    file_system: &dyn FileSystem,
    found: &[FoundProject],
    judged: &mut [Judged],
    options: VerifyOptions,
) {
    let total = judged.iter().flat_map(|judged| &judged.findings).filter(|one| one.is_shown()).count();
    let progress = Progress::counting("Running", total);
    for (_, judged) in found.iter().zip(judged) {
        let shown: Vec<&Finding> =
            judged.findings.iter().filter(|one| one.is_shown()).map(|one| &*one.finding).collect();
        let evidence = verify(file_system, &judged.analysis.project, &shown, options, &|| progress.step());
        let shown = judged.findings.iter_mut().filter(|one| one.is_shown());
        for (reported, evidence) in shown.zip(evidence) {
            attach(reported, evidence);
        }
    }
}

fn attach(reported: &mut Reported, evidence: Evidence) {
    if evidence.status == EvidenceStatus::Refuted {
        Arc::make_mut(&mut reported.finding).fixes.clear();
    } else if !evidence.allows_fix() && !reported.finding.fixes.is_empty() {
        Arc::make_mut(&mut reported.finding).fixes.remove(0);
    }
    reported.evidence = Some(evidence);
}
