//! Fixes on bytes as a project: what they make parses, or they are taken back.

use std::sync::Arc;

use lunora_check::{Buffers, Judged, LiveProject, best_fix, fix_project};
use lunora_source::{Memory, Overlay};

use crate::files::{projects, split};

/// Applies every fix, unsafe ones too, and looks at what comes of it.
///
/// # Panics
/// If a file that did parse no longer does, or the project is known otherwise than a new look at the fixed files sees it.
pub(crate) fn fixes(bytes: &[u8]) {
    let files = split(bytes);
    let memory = Memory::new(files.iter().map(|(path, content)| (path, content)));
    for project in projects(&memory) {
        let Ok(mut live) = LiveProject::open(&memory, project.clone()) else { continue };
        let before = Arc::clone(live.current());
        let choose = |_: &Judged, reported: &_| best_fix(reported, true);
        let fixed = fix_project(&memory, &mut live, &Buffers::new(), &choose);
        for (path, text) in &fixed.buffers {
            let file = before.analysis.tree().files.iter().find(|file| file.path == *path);
            let was_whole = file.is_some_and(|file| file.facts.errors.is_empty());
            let errors = lunora_extract::extract(path, text).errors;
            assert!(!was_whole || errors.is_empty(), "{}: {errors:?}\n{text}", path.display());
        }
        let texts = fixed.buffers.iter().map(|(path, text)| (path.clone(), text.as_str()));
        let anew = LiveProject::open(&Overlay::new(&memory, texts), project);
        assert_eq!(
            live.current().findings,
            anew.map(|anew| anew.current().findings.clone()).unwrap_or_default()
        );
    }
}
