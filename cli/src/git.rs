//! What changed since a commit, by asking git.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::error::CliError;

/// The endings of files that can change what is found.
const ENDINGS: [&str; 10] = ["ts", "tsx", "mts", "cts", "js", "jsx", "mjs", "cjs", "json", "jsonc"];

/// A repository.
#[derive(Debug)]
pub(crate) struct Repository {
    root: PathBuf,
}

/// A file that is not as it was.
#[derive(Clone, Debug)]
pub(crate) struct Change {
    /// Absolute.
    pub(crate) path: PathBuf,
    /// What stood in it; `None` if it was not there.
    pub(crate) before: Option<Vec<u8>>,
    /// What stood in the file that it was before it was renamed.
    pub(crate) origin: Option<Vec<u8>>,
}

impl Repository {
    /// The repository that holds a folder.
    ///
    /// # Errors
    /// If there is none, or no git.
    pub(crate) fn around(folder: &Path) -> Result<Self, CliError> {
        let output = git(folder, &["rev-parse", "--show-toplevel"], None)?;
        let root = PathBuf::from(String::from_utf8_lossy(&output).trim_end_matches(['\r', '\n']));
        Ok(Self { root: root.canonicalize().unwrap_or(root) })
    }

    /// Its top folder; absolute and canonical.
    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// The source files that differ from where this branch left `reference`, those that git does not know yet included.
    ///
    /// # Errors
    /// If there is no such commit.
    pub(crate) fn changes_since(&self, reference: &str) -> Result<Vec<Change>, CliError> {
        let commit = format!("{reference}^{{commit}}");
        let commit =
            self.line(&["rev-parse", "--verify", "--quiet", "--end-of-options", &commit]).map_err(|_| {
                let message = format!("there is no commit `{reference}`; in a shallow clone, fetch it first");
                CliError::Git { message }
            })?;
        // Without a common ancestor (a shallow clone) the commit itself is the best there is.
        let base = self.line(&["merge-base", &commit, "HEAD"]).unwrap_or(commit);
        let mut origins = BTreeMap::new();
        let diff = git(&self.root, &["diff", "--name-status", "--find-renames", "-z", &base, "--"], None)?;
        let mut parts = texts(&diff);
        while let (Some(status), Some(name)) = (parts.next(), parts.next()) {
            if status.starts_with(['R', 'C']) {
                let Some(new) = parts.next() else { break };
                origins.insert(new, Some(name.clone()));
                // A copy leaves the old file as it was.
                if status.starts_with('C') {
                    continue;
                }
            }
            origins.entry(name).or_insert(None);
        }
        let unknown = git(&self.root, &["ls-files", "--others", "--exclude-standard", "-z"], None)?;
        for name in texts(&unknown) {
            origins.entry(name).or_insert(None);
        }
        origins.retain(|name, _| is_of_interest(name));
        let names: BTreeSet<&String> =
            origins.iter().flat_map(|(name, origin)| [Some(name), origin.as_ref()]).flatten().collect();
        let contents = self.contents(&base, &names)?;
        let content = |name: &String| contents.get(name).cloned().flatten();
        let change = |(name, origin): (&String, &Option<String>)| Change {
            path: self.root.join(name),
            before: content(name),
            origin: origin.as_ref().and_then(content),
        };
        Ok(origins.iter().map(change).collect())
    }

    /// The contents of files in a commit.
    fn contents(
        &self,
        commit: &str,
        names: &BTreeSet<&String>,
    ) -> Result<BTreeMap<String, Option<Vec<u8>>>, CliError> {
        let input: String = names.iter().map(|name| format!("{commit}:{name}\n")).collect();
        let output = git(&self.root, &["cat-file", "--batch"], Some(input))?;
        let mut rest = output.as_slice();
        Ok(names.iter().map(|name| ((*name).clone(), next_object(&mut rest))).collect())
    }

    fn line(&self, arguments: &[&str]) -> Result<String, CliError> {
        let output = git(&self.root, arguments, None)?;
        Ok(String::from_utf8_lossy(&output).trim().to_owned())
    }
}

/// Whether a file can change what is found.
fn is_of_interest(name: &str) -> bool {
    let ending = Path::new(name).extension().and_then(|ending| ending.to_str());
    ending.is_some_and(|ending| ENDINGS.contains(&ending)) && !name.contains('\n')
}

/// What git prints with `-z`.
fn texts(output: &[u8]) -> impl Iterator<Item = String> {
    let parts = output.split(|byte| *byte == 0).filter(|part| !part.is_empty());
    parts.map(|part| String::from_utf8_lossy(part).into_owned())
}

/// Takes the next object out of what `git cat-file --batch` prints: `hash type size`, the content, a newline.
fn next_object(rest: &mut &[u8]) -> Option<Vec<u8>> {
    let end = rest.iter().position(|byte| *byte == b'\n')?;
    let header = String::from_utf8_lossy(rest.get(..end)?).into_owned();
    *rest = rest.get(end + 1..)?;
    let size: usize = match header.rsplit_once(' ') {
        Some((_, "missing")) | None => return None,
        Some((_, size)) => size.parse().ok()?,
    };
    let content = rest.get(..size)?.to_vec();
    *rest = rest.get(size + 1..).unwrap_or_default();
    Some(content)
}

fn git(folder: &Path, arguments: &[&str], input: Option<String>) -> Result<Vec<u8>, CliError> {
    let failed = |message: String| CliError::Git { message };
    let mut child = Command::new("git")
        .arg("-C")
        .arg(folder)
        .args(arguments)
        // Reading must not touch the index of the user.
        .env("GIT_OPTIONAL_LOCKS", "0")
        .stdin(if input.is_some() { Stdio::piped() } else { Stdio::null() })
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| failed(format!("cannot run git: {error}")))?;
    // Written beside the reading, or both sides may wait for each other.
    let writer = child
        .stdin
        .take()
        .zip(input)
        .map(|(mut stdin, input)| std::thread::spawn(move || stdin.write_all(input.as_bytes())));
    let output = child.wait_with_output().map_err(|error| failed(format!("cannot run git: {error}")))?;
    if let Some(writer) = writer {
        // A git that ended early says why below.
        let _ = writer.join();
    }
    if output.status.success() {
        Ok(output.stdout)
    } else {
        let message = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        Err(failed(format!("git {}: {message}", arguments.first().unwrap_or(&""))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_cut_by_their_sizes() {
        let mut rest: &[u8] = b"abc blob 4\na\nb\n\nx:y.ts missing\ndef blob 0\n\n";
        assert_eq!(next_object(&mut rest).as_deref(), Some(&b"a\nb\n"[..]));
        assert_eq!(next_object(&mut rest), None);
        assert_eq!(next_object(&mut rest).as_deref(), Some(&b""[..]));
        assert!(rest.is_empty());
    }
}
