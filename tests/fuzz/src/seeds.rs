//! What mutations start from: the corpus, and the examples of the repository in the form that each target takes.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::Target;

/// What the files of an example are taken for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Examples {
    /// Nothing: the corpus is enough.
    None,
    /// Each schema.
    Schemas,
    /// Each file of the Lunora folder but the schema.
    Functions,
    /// All files together, a line `//// path` before each, the schema first.
    Projects,
}

/// An input to start from, and what to call it.
pub type Seed = (String, Vec<u8>);

/// What a target's mutations start from, sorted by name.
///
/// # Errors
/// If the corpus or the examples can't be read.
pub fn seeds(target: &Target) -> io::Result<Vec<Seed>> {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut seeds = Vec::new();
    for path in files(&fuzz.join("corpus").join(target.name))? {
        seeds.push((name_of(&path), fs::read(&path)?));
    }
    if target.examples != Examples::None {
        for example in entries(&fuzz.join("../../examples"))? {
            seeds.extend(example_seeds(target.examples, &example)?);
        }
    }
    Ok(seeds)
}

fn example_seeds(wanted: Examples, example: &Path) -> io::Result<Vec<Seed>> {
    let project = name_of(example);
    let mut files: Vec<PathBuf> = files(example)?;
    files.retain(|path| path.extension().is_some_and(|extension| extension == "ts" || extension == "json"));
    // A project's own schema comes before whatever needs it.
    files.sort_by_key(|path| !is_schema(path));
    let is_wanted = |path: &Path| match wanted {
        Examples::Schemas => is_schema(path),
        Examples::Functions => path.starts_with(example.join("lunora")) && !is_schema(path),
        Examples::Projects | Examples::None => false,
    };
    let mut seeds = Vec::new();
    let mut whole = Vec::new();
    for path in files {
        let relative = path.strip_prefix(example).unwrap_or(&path).to_string_lossy().replace('\\', "/");
        let content = fs::read(&path)?;
        if wanted == Examples::Projects {
            whole.extend_from_slice(format!("//// {relative}\n").as_bytes());
            whole.extend_from_slice(&content);
        } else if is_wanted(&path) {
            seeds.push((format!("{project}-{}", relative.replace('/', "-")), content));
        }
    }
    if wanted == Examples::Projects {
        seeds.push((project, whole));
    }
    Ok(seeds)
}

fn is_schema(path: &Path) -> bool {
    path.ends_with("lunora/schema.ts")
}

fn name_of(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The files below a folder, at any depth, sorted.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for path in entries(folder)? {
        if path.is_dir() {
            found.extend(files(&path)?);
        } else {
            found.push(path);
        }
    }
    Ok(found)
}

fn entries(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut paths = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<_>>>()?;
    paths.sort();
    Ok(paths)
}
