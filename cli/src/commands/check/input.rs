//! `check -`: one file from standard input, with the project around it.

use std::io::Read;
use std::path::{Path, PathBuf};

use lunora_check::Judged;
use lunora_source::{Disk, FileSystem, Overlay};

use crate::arguments::{CheckArguments, ProjectArguments};
use crate::error::CliError;

/// Where the files of a run come from.
pub(super) struct Input {
    /// The disk, or the disk with one file replaced.
    pub(super) file_system: Box<dyn FileSystem>,
    /// Which projects to look for.
    pub(super) project: ProjectArguments,
    /// The one file that is asked about.
    only: Option<PathBuf>,
}

/// Reads standard input, if the arguments ask for that.
///
/// # Errors
/// If it is not said which file comes in, or it cannot be read.
pub(super) fn read(arguments: &CheckArguments) -> Result<Input, CliError> {
    let is_stdin = arguments.project.paths.iter().any(|path| path == Path::new("-"));
    let (name, true) = (&arguments.stdin_filepath, is_stdin) else {
        return if arguments.stdin_filepath.is_some() {
            Err(CliError::StdinPath)
        } else {
            Ok(Input { file_system: Box::new(Disk), project: arguments.project.clone(), only: None })
        };
    };
    let Some(name) = name.as_ref().filter(|_| arguments.project.paths.len() == 1) else {
        return Err(CliError::StdinPath);
    };
    let mut text = Vec::new();
    std::io::stdin().lock().read_to_end(&mut text).map_err(CliError::Stdin)?;
    let folder = name.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    // The file itself need not exist yet, so its folder leads to the project.
    let folder = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
    let path = name.file_name().map_or_else(|| folder.clone(), |file| folder.join(file));
    let path = path.canonicalize().unwrap_or(path);
    let project = ProjectArguments { paths: vec![folder], ..arguments.project.clone() };
    let file_system = Box::new(Overlay::over_disk([(path.clone(), text)]));
    Ok(Input { file_system, project, only: Some(path) })
}

impl Input {
    /// Leaves only the findings that point into the one file that is asked about.
    pub(super) fn retain(&self, judged: &mut [Judged]) {
        let Some(only) = &self.only else { return };
        for judged in judged {
            let mut findings = std::mem::take(&mut judged.findings);
            findings.retain(|reported| {
                judged.file(reported.finding.primary.file).is_some_and(|(path, _)| path == only)
            });
            judged.findings = findings;
        }
    }
}
