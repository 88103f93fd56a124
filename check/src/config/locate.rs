//! Where the configuration file of a project is.

use std::path::{Path, PathBuf};

use lunora_source::FileSystem;

use super::ConfigError;

const NAMES: [&str; 2] = ["lunora-advisor.jsonc", "lunora-advisor.json"];

/// The nearest configuration file in `start` or a folder above it.
///
/// The search ends with the root of the repository; outside of any, with the working directory if that is above `start`, else with
/// `start` itself.
///
/// # Errors
/// If one folder holds both spellings of the name.
pub fn find(
    file_system: &dyn FileSystem,
    start: &Path,
    working_directory: &Path,
) -> Result<Option<PathBuf>, ConfigError> {
    let last = start
        .ancestors()
        .find(|folder| file_system.metadata(&folder.join(".git")).is_ok())
        .or_else(|| start.starts_with(working_directory).then_some(working_directory))
        .unwrap_or(start);
    for folder in start.ancestors() {
        let mut found =
            NAMES.map(|name| folder.join(name)).into_iter().filter(|path| file_system.is_file(path));
        match (found.next(), found.next()) {
            (Some(_), Some(_)) => {
                return Err(ConfigError::Ambiguous { directory: folder.to_owned() });
            }
            (Some(path), None) => return Ok(Some(path)),
            _ if folder == last => break,
            _ => {}
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use lunora_source::Disk;

    use super::*;

    #[test]
    fn the_nearest_file_up_to_the_repository_counts() {
        let outside = tempfile::tempdir().expect("a folder");
        let repository = outside.path().join("repository");
        let project = repository.join("packages/backend");
        fs::create_dir_all(&project).expect("folders");
        fs::create_dir(repository.join(".git")).expect("a folder");
        fs::write(outside.path().join(NAMES[1]), "{}").expect("a file");
        assert_eq!(find(&Disk, &project, &project).expect("no error"), None);

        let shared = repository.join(NAMES[0]);
        fs::write(&shared, "{}").expect("a file");
        assert_eq!(find(&Disk, &project, &project).expect("no error"), Some(shared));

        let own = project.join(NAMES[1]);
        fs::write(&own, "{}").expect("a file");
        assert_eq!(find(&Disk, &project, &repository).expect("no error"), Some(own));

        fs::write(project.join(NAMES[0]), "{}").expect("a file");
        assert!(find(&Disk, &project, &repository).is_err());
    }

    #[test]
    fn outside_of_a_repository_the_working_directory_is_the_end() {
        let outside = tempfile::tempdir().expect("a folder");
        let project = outside.path().join("a/b");
        fs::create_dir_all(&project).expect("folders");
        let above = outside.path().join(NAMES[0]);
        fs::write(&above, "{}").expect("a file");
        assert_eq!(find(&Disk, &project, outside.path()).expect("no error"), Some(above));
        assert_eq!(find(&Disk, &project, &outside.path().join("a")).expect("no error"), None);
    }
}
