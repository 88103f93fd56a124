//! `lunora-advisor init`: a configuration to begin with, and a workflow where GitHub runs some.

use std::fs;
use std::path::{Path, PathBuf};

use crate::arguments::InitArguments;
use crate::error::CliError;
use crate::output::Outcome;

const CONFIGURATION: &str = include_str!("init/lunora-advisor.jsonc");
const WORKFLOW: &str = include_str!("init/workflow.yml");

/// Writes the files, all of them or none.
///
/// # Errors
/// If one of them is there already, or cannot be written.
pub(crate) fn run(arguments: &InitArguments) -> Result<Outcome, CliError> {
    let folder = &arguments.folder;
    for name in ["lunora-advisor.jsonc", "lunora-advisor.json"] {
        refuse(&folder.join(name))?;
    }
    let mut files = vec![(folder.join("lunora-advisor.jsonc"), CONFIGURATION)];
    if let Some(github) = github(folder) {
        let workflow = github.join("workflows/lunora-advisor.yml");
        // A workflow that is there was made for this and may serve other projects too.
        if !workflow.exists() {
            files.push((workflow, WORKFLOW));
        }
    }
    let mut text = String::new();
    for (path, content) in files {
        write_new(&path, content)?;
        text.push_str(&format!("Wrote {}\n", path.display()));
    }
    Ok(Outcome::text(text))
}

/// The `.github` of the repository that holds a folder.
fn github(folder: &Path) -> Option<PathBuf> {
    let folder = folder.canonicalize().ok()?;
    for ancestor in folder.ancestors() {
        let github = ancestor.join(".github");
        if github.is_dir() {
            return Some(github);
        }
        if ancestor.join(".git").exists() {
            return None;
        }
    }
    None
}

fn refuse(path: &Path) -> Result<(), CliError> {
    if path.exists() { Err(CliError::AlreadyThere { path: path.to_owned() }) } else { Ok(()) }
}

fn write_new(path: &Path, content: &str) -> Result<(), CliError> {
    let failed = |source| CliError::Output { path: path.to_owned(), source };
    if let Some(parent) = path.parent().filter(|parent| parent.ends_with("workflows")) {
        fs::create_dir_all(parent).map_err(failed)?;
    }
    fs::write(path, content).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;
    use lunora_check::config;
    use lunora_source::Disk;

    #[test]
    fn the_starter_is_a_valid_configuration_and_is_never_overwritten() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir_all(folder.path().join(".github")).expect("a folder");
        let arguments = InitArguments { folder: folder.path().to_owned() };
        run(&arguments).expect("written");
        let names: Vec<_> = lunora_check::rules().iter().map(|rule| rule.name).collect();
        let file = folder.path().join("lunora-advisor.jsonc");
        config::read(&Disk, &file, &names).expect("a valid configuration");
        assert!(folder.path().join(".github/workflows/lunora-advisor.yml").is_file());
        fs::write(&file, "{}").expect("a file");
        assert!(run(&arguments).is_err());
        assert_eq!(fs::read_to_string(&file).expect("a file"), "{}");
    }
}
