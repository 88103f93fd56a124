//! Fixes on bytes as a project: what they make parses, or they are taken back.

use lunora_check::{Buffers, Judged, analyze, best_fix, fix_project, judge, rules};
use lunora_source::Memory;

use crate::files::{projects, split};

/// Applies every fix, unsafe ones too, and looks at what comes of it.
///
/// # Panics
/// If a file that did parse no longer does.
pub(crate) fn fixes(bytes: &[u8]) {
    let files = split(bytes);
    let memory = Memory::new(files.iter().map(|(path, content)| (path, content)));
    let names: Vec<_> = rules().iter().map(|rule| rule.name).collect();
    for project in projects(&memory) {
        let Ok(analysis) = analyze(&memory, &project) else { continue };
        let judged = judge(&memory, &project, analysis, &names);
        let choose = |_: &Judged, reported: &_| best_fix(reported, true);
        let fixed = fix_project(&memory, &project, &judged, &names, &Buffers::new(), &choose);
        for (path, text) in &fixed.buffers {
            let before = judged.analysis.tree().files.iter().find(|file| file.path == *path);
            let was_whole = before.is_some_and(|file| file.facts.errors.is_empty());
            let errors = lunora_extract::extract(path, text).errors;
            assert!(!was_whole || errors.is_empty(), "{}: {errors:?}\n{text}", path.display());
        }
    }
}
