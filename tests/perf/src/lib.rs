//! What the benches share: the programs that are measured, generated projects, figures.

pub mod edits;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

/// The programs that are measured, built in release mode.
pub struct Tools {
    /// The root of the repository.
    pub root: PathBuf,
    /// `lunora-advisor`.
    pub check: PathBuf,
    corpus: PathBuf,
}

impl Tools {
    /// Builds the programs.
    ///
    /// # Errors
    /// If they cannot be built; the text says why.
    pub fn build() -> Result<Self, String> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let status = Command::new(&cargo)
            .current_dir(&root)
            .args(["build", "--release", "--quiet", "--package", "lunora-advisor", "--package", "xtask"])
            .status()
            .map_err(|error| format!("cannot run cargo: {error}"))?;
        if !status.success() {
            return Err("the release build failed".to_owned());
        }
        let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
        let corpus = target.join("perf-corpus");
        Ok(Self { check: target.join("release/lunora-advisor"), corpus, root })
    }

    /// A generated project of so many files, made anew.
    ///
    /// # Errors
    /// If it cannot be generated; the text says why.
    pub fn generated(&self, files: usize) -> Result<PathBuf, String> {
        let folder = self.corpus.join(files.to_string());
        // What an earlier run left is made anew; that it is missing is as good.
        let _ = std::fs::remove_dir_all(&folder);
        let status = Command::new(self.check.with_file_name("xtask"))
            .current_dir(&self.root)
            .args(["gen-corpus", "--seed", "1", "--files", &files.to_string(), "--out"])
            .arg(&folder)
            .stdout(Stdio::null())
            .status()
            .map_err(|error| format!("cannot generate a corpus: {error}"))?;
        if status.success() { Ok(folder) } else { Err("the corpus could not be generated".to_owned()) }
    }
}

/// Sizes to measure: those that the environment variable names, with commas between them, or these.
#[must_use]
pub fn sizes(default: &[usize]) -> Vec<usize> {
    let named = std::env::var("LUNORA_PERF_SIZES").unwrap_or_default();
    let named: Vec<usize> = named.split(',').filter_map(|size| size.trim().parse().ok()).collect();
    if named.is_empty() { default.to_vec() } else { named }
}

/// The time that so many of a hundred runs need at most, in milliseconds.
#[must_use]
pub fn percentile(times: &[Duration], percent: usize) -> f64 {
    let mut times = times.to_vec();
    times.sort_unstable();
    let position = (times.len() * percent).div_ceil(100).max(1) - 1;
    times.get(position).copied().unwrap_or_default().as_secs_f64() * 1000.0
}
