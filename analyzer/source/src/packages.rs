//! `package.json` files, and the packages of a workspace whether or not they are installed.

use std::path::{Path, PathBuf};

use globset::{GlobBuilder, GlobMatcher};
use rustc_hash::FxHashMap;
use serde_json::Value;

use crate::file_system::{EntryKind, FileSystem};
use crate::json;
use crate::paths::{is_skipped_folder, join};
use crate::tsconfig::{match_pattern, specificity};

/// How deep a `**` of a workspace pattern is followed.
const MAX_WORKSPACE_DEPTH: usize = 6;

/// One `package.json`.
pub(crate) struct Package {
    manifest: Value,
}

impl Package {
    /// Reads `folder/package.json`.
    pub(crate) fn read(file_system: &dyn FileSystem, folder: &Path) -> Option<Self> {
        json::read(file_system, &folder.join("package.json")).map(|manifest| Self { manifest })
    }

    fn name(&self) -> Option<&str> {
        self.manifest["name"].as_str()
    }

    /// Whether only what `exports` lists can be imported.
    pub(crate) fn has_exports(&self) -> bool {
        !self.manifest["exports"].is_null()
    }

    /// Every file that `imports` names for a specifier that begins with `#`, under whatever condition.
    pub(crate) fn import_targets(&self, specifier: &str) -> Vec<String> {
        targets(&self.manifest["imports"], specifier)
    }

    /// Every file that `exports`, or for the package as a whole its main fields, name for a subpath (`.` or `./x`).
    pub(crate) fn export_targets(&self, subpath: &str) -> Vec<String> {
        let exports = &self.manifest["exports"];
        let is_map =
            exports.as_object().is_some_and(|map| map.keys().next().is_some_and(|key| key.starts_with('.')));
        let mut found = Vec::new();
        if is_map {
            found = targets(exports, subpath);
        } else if subpath == "." {
            leaves(exports, None, &mut found);
        }
        if subpath == "." {
            let mains = ["source", "types", "module", "main"];
            found.extend(mains.iter().filter_map(|field| self.manifest[*field].as_str()).map(str::to_owned));
        }
        found
    }

    fn workspace_patterns(&self) -> Vec<String> {
        let workspaces = &self.manifest["workspaces"];
        json::strings(workspaces).chain(json::strings(&workspaces["packages"])).map(str::to_owned).collect()
    }

    /// Dependencies that are folders: their names and the folders as written.
    fn linked(&self) -> impl Iterator<Item = (&str, &str)> {
        ["dependencies", "devDependencies"]
            .iter()
            .filter_map(|field| self.manifest[*field].as_object())
            .flatten()
            .filter_map(|(name, version)| {
                let version = version.as_str()?;
                let folder = ["file:", "link:", "portal:", "workspace:."]
                    .iter()
                    .find_map(|protocol| version.strip_prefix(protocol).map(|rest| (protocol, rest)));
                match folder? {
                    (&"workspace:.", _) => Some((name.as_str(), version.strip_prefix("workspace:")?)),
                    (_, rest) => Some((name.as_str(), rest)),
                }
            })
    }
}

/// The targets of the most specific key of a map that matches.
fn targets(map: &Value, specifier: &str) -> Vec<String> {
    let mut found = Vec::new();
    let best = map
        .as_object()
        .into_iter()
        .flatten()
        .filter_map(|(pattern, target)| Some((pattern, match_pattern(pattern, specifier)?, target)))
        .max_by_key(|(pattern, _, _)| specificity(pattern));
    if let Some((_, star, target)) = best {
        leaves(target, star, &mut found);
    }
    found
}

/// Every path below a target, whatever its conditions, with `star` for `*`.
fn leaves(target: &Value, star: Option<&str>, found: &mut Vec<String>) {
    match target {
        Value::String(path) => found.push(match star {
            Some(star) => path.replace('*', star),
            None => path.clone(),
        }),
        Value::Array(alternatives) => {
            alternatives.iter().for_each(|alternative| leaves(alternative, star, found));
        }
        Value::Object(conditions) => {
            conditions.values().for_each(|condition| leaves(condition, star, found));
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

/// The packages that are part of the same repository as a project, by name.
#[derive(Debug, Default)]
pub(crate) struct Workspace {
    folders: FxHashMap<String, PathBuf>,
}

impl Workspace {
    /// Finds the packages of the workspace that `root` belongs to, the linked dependencies of both, and the project itself.
    pub(crate) fn discover(file_system: &dyn FileSystem, root: &Path) -> Self {
        let mut workspace = Self::default();
        for folder in root.ancestors() {
            let package = Package::read(file_system, folder);
            let mut patterns = package.as_ref().map(Package::workspace_patterns).unwrap_or_default();
            patterns.extend(pnpm_patterns(file_system, folder));
            if folder == root || !patterns.is_empty() {
                workspace.add(folder, package.as_ref());
            }
            for (name, target) in package.iter().flat_map(Package::linked) {
                workspace.folders.entry(name.to_owned()).or_insert_with(|| join(folder, target));
            }
            if !patterns.is_empty() {
                for member in members(file_system, folder, &patterns) {
                    workspace.add(&member, Package::read(file_system, &member).as_ref());
                }
                break;
            }
        }
        workspace
    }

    /// The folder of a package of the workspace.
    pub(crate) fn folder(&self, name: &str) -> Option<&Path> {
        self.folders.get(name).map(PathBuf::as_path)
    }

    fn add(&mut self, folder: &Path, package: Option<&Package>) {
        if let Some(name) = package.and_then(Package::name) {
            self.folders.entry(name.to_owned()).or_insert_with(|| folder.to_path_buf());
        }
    }
}

/// The patterns under `packages:` of a `pnpm-workspace.yaml`, as a block or as `[a, b]`.
fn pnpm_patterns(file_system: &dyn FileSystem, folder: &Path) -> Vec<String> {
    let Ok(text) = file_system.read_text(&folder.join("pnpm-workspace.yaml")) else {
        return Vec::new();
    };
    let mut lines = text.lines().skip_while(|line| !line.starts_with("packages:"));
    let inline = lines.next().and_then(|line| line.strip_prefix("packages:")).unwrap_or_default();
    let inline = inline.trim().trim_start_matches('[').trim_end_matches(']').split(',');
    let block = lines
        .map(str::trim)
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map_while(|line| line.strip_prefix('-'));
    inline
        .chain(block)
        .map(|item| item.split(" #").next().unwrap_or(item).trim().trim_matches(['"', '\'']))
        .filter(|item| !item.is_empty() && !item.starts_with('#'))
        .map(str::to_owned)
        .collect()
}

/// The folders below `root` that patterns name and that hold a `package.json`, sorted.
fn members(file_system: &dyn FileSystem, root: &Path, patterns: &[String]) -> Vec<PathBuf> {
    let (negative, positive): (Vec<&str>, Vec<&str>) =
        patterns.iter().map(String::as_str).partition(|pattern| pattern.starts_with('!'));
    let excluded: Vec<GlobMatcher> =
        negative.iter().filter_map(|pattern| glob(pattern.trim_start_matches('!'))).collect();
    let mut found: Vec<PathBuf> = positive
        .iter()
        .flat_map(|pattern| matches(file_system, root, pattern))
        .filter(|folder| {
            let relative = folder.strip_prefix(root).unwrap_or(folder);
            !excluded.iter().any(|glob| glob.is_match(relative))
        })
        .collect();
    found.sort();
    found.dedup();
    found
}

fn matches(file_system: &dyn FileSystem, root: &Path, pattern: &str) -> Vec<PathBuf> {
    let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
    let is_wild = |segment: &&str| segment.contains(['*', '?', '[', '{']);
    let segments: Vec<&str> = pattern.split('/').collect();
    let fixed: Vec<&str> = segments.iter().copied().take_while(|segment| !is_wild(segment)).collect();
    let depth = if pattern.contains("**") { MAX_WORKSPACE_DEPTH } else { segments.len() - fixed.len() };
    let Some(glob) = glob(pattern) else {
        return Vec::new();
    };
    let mut found = Vec::new();
    let mut pending = vec![(join(root, &fixed.join("/")), 0)];
    while let Some((folder, level)) = pending.pop() {
        let relative = folder.strip_prefix(root).unwrap_or(&folder);
        if glob.is_match(relative) && file_system.is_file(&folder.join("package.json")) {
            found.push(folder.clone());
        }
        if level == depth {
            continue;
        }
        for entry in file_system.read_dir(&folder).unwrap_or_default() {
            if entry.kind == EntryKind::Folder && !is_skipped_folder(&entry.name.to_string_lossy()) {
                pending.push((folder.join(entry.name), level + 1));
            }
        }
    }
    found
}

fn glob(pattern: &str) -> Option<GlobMatcher> {
    let pattern = pattern.trim_start_matches("./").trim_end_matches('/');
    GlobBuilder::new(pattern).literal_separator(true).build().ok().map(|glob| glob.compile_matcher())
}
