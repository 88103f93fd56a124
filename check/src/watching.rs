//! What to watch on the disk to hear of all that bears on a project.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::judging::Judged;
use crate::projects::FoundProject;

/// The folders to watch for some projects, and whether with all below them: that holds for the Lunora folders; of others, which may hold
/// a whole front end or `node_modules`, only what lies beside a file that matters.
pub fn folders_to_watch<'a>(
    projects: impl Iterator<Item = (&'a FoundProject, &'a Judged)>,
) -> BTreeMap<PathBuf, bool> {
    let mut folders = BTreeMap::new();
    for (project, judged) in projects {
        let files = judged.analysis.tree().files.iter().map(|file| file.path.as_path());
        let parents = files.chain(project.settings.file()).filter_map(Path::parent);
        for folder in parents.chain([project.location.root.as_path()]) {
            if !folders.contains_key(folder) && folder.is_dir() {
                folders.insert(folder.to_owned(), false);
            }
        }
        folders.insert(project.location.lunora_dir.clone(), true);
    }
    let deep: Vec<PathBuf> =
        folders.iter().filter(|(_, is_deep)| **is_deep).map(|(folder, _)| folder.clone()).collect();
    folders.retain(|folder, is_deep| *is_deep || !deep.iter().any(|above| folder.starts_with(above)));
    folders
}

/// Whether a change of a path can matter: not of what others write in great numbers, or what editors and we ourselves write in between.
pub fn is_worth_watching(path: &Path) -> bool {
    let is_skipped = path.components().any(|component| {
        let name = component.as_os_str();
        name == "node_modules" || name == ".git" || name == ".wrangler"
    });
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    !is_skipped && !name.starts_with(".lunora-advisor-") && !name.ends_with('~')
}
