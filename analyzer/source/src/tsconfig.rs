//! The path aliases of a `tsconfig.json`.
//!
//! Read here and not by the resolver, because that one refuses a whole file if one `extends` cannot be found, which is the rule on a
//! fresh clone whose packages are not installed; the aliases would be lost with it.

use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::file_system::FileSystem;
use crate::json;
use crate::packages::Workspace;
use crate::paths::join;
use crate::specifier::package_name;

/// More bases than anyone chains; ends a loop of `extends`.
const MAX_EXTENDS: usize = 16;

/// The path aliases of one `tsconfig.json`, those it extends included.
#[derive(Debug, Default)]
pub(crate) struct Tsconfig {
    paths: Vec<Alias>,
    base_url: Option<PathBuf>,
}

#[derive(Debug)]
struct Alias {
    pattern: String,
    /// Absolute, with the `*` of the pattern.
    targets: Vec<PathBuf>,
}

impl Tsconfig {
    /// Reads `folder/tsconfig.json` and the projects that it references, itself first; empty if there is none.
    pub(crate) fn of_folder(file_system: &dyn FileSystem, workspace: &Workspace, folder: &Path) -> Vec<Self> {
        let path = folder.join("tsconfig.json");
        let Some(value) = json::read(file_system, &path) else {
            return Vec::new();
        };
        let reader = Reader { file_system, workspace };
        let references = value["references"].as_array().cloned().unwrap_or_default();
        let referenced = references.iter().filter_map(|reference| {
            let target = join(folder, reference["path"].as_str()?);
            let path = if target.extension().is_some_and(|extension| extension == "json") {
                target
            } else {
                target.join("tsconfig.json")
            };
            Some(reader.build(&path, &json::read(file_system, &path)?))
        });
        std::iter::once(reader.build(&path, &value)).chain(referenced).collect()
    }

    /// Where a specifier may lead by `paths`, best first; absolute and not looked up.
    pub(crate) fn aliases(&self, specifier: &str) -> Vec<PathBuf> {
        let best = self
            .paths
            .iter()
            .filter_map(|alias| Some((alias, match_pattern(&alias.pattern, specifier)?)))
            .max_by_key(|(alias, _)| specificity(&alias.pattern));
        let Some((alias, star)) = best else {
            return Vec::new();
        };
        alias
            .targets
            .iter()
            .map(|target| match star {
                Some(star) => PathBuf::from(target.to_string_lossy().replacen('*', star, 1)),
                None => target.clone(),
            })
            .collect()
    }

    /// Where a specifier leads by `baseUrl`.
    pub(crate) fn below_base_url(&self, specifier: &str) -> Option<PathBuf> {
        self.base_url.as_ref().map(|base| join(base, specifier))
    }
}

/// Matches `a/*` as well as `a`; for the former, says what the `*` stands for.
pub(crate) fn match_pattern<'a>(pattern: &str, specifier: &'a str) -> Option<Option<&'a str>> {
    match pattern.split_once('*') {
        None => (pattern == specifier).then_some(None),
        Some((prefix, suffix)) => specifier.strip_prefix(prefix)?.strip_suffix(suffix).map(Some),
    }
}

/// The order of patterns that match the same specifier: exact ones first, then the longest before the `*`.
pub(crate) fn specificity(pattern: &str) -> usize {
    pattern.find('*').unwrap_or(usize::MAX)
}

struct Reader<'a> {
    file_system: &'a dyn FileSystem,
    workspace: &'a Workspace,
}

impl Reader<'_> {
    fn build(&self, path: &Path, value: &Value) -> Tsconfig {
        let root = path.parent().unwrap_or(path);
        let chain = self.chain(path, value);
        let option = |name: &str| {
            chain.iter().find_map(|(folder, value)| {
                let option = &value["compilerOptions"][name];
                (!option.is_null()).then_some((folder, option))
            })
        };
        let absolute = |folder: &Path, path: &str| match path.strip_prefix("${configDir}") {
            Some(rest) => join(root, rest.trim_start_matches('/')),
            None => join(folder, path),
        };
        let base_url = option("baseUrl").and_then(|(folder, value)| Some(absolute(folder, value.as_str()?)));
        let paths = option("paths").and_then(|(folder, value)| Some((folder, value.as_object()?)));
        let paths = paths.into_iter().flat_map(|(folder, paths)| {
            let base = base_url.clone().unwrap_or_else(|| folder.clone());
            paths.iter().map(move |(pattern, targets)| Alias {
                pattern: pattern.clone(),
                targets: json::strings(targets).map(|target| absolute(&base, target)).collect(),
            })
        });
        Tsconfig { paths: paths.collect(), base_url: base_url.clone() }
    }

    /// The file and what it extends, what counts more first, each with its folder.
    fn chain(&self, path: &Path, value: &Value) -> Vec<(PathBuf, Value)> {
        let mut chain = Vec::new();
        let mut pending = vec![(path.to_path_buf(), value.clone())];
        while let Some((path, value)) = pending.pop() {
            if chain.len() == MAX_EXTENDS {
                break;
            }
            let folder = path.parent().unwrap_or(&path).to_path_buf();
            let single = value["extends"].as_str().into_iter();
            // The last of several counts most, so it must be on top of the stack.
            for base in single.chain(json::strings(&value["extends"])) {
                pending.extend(self.find_base(&folder, base));
            }
            chain.push((folder, value));
        }
        chain
    }

    fn find_base(&self, folder: &Path, base: &str) -> Option<(PathBuf, Value)> {
        let is_path = base.starts_with('.') || Path::new(base).is_absolute();
        let places: Vec<PathBuf> = if is_path {
            vec![join(folder, base)]
        } else {
            let package = package_name(base);
            let rest = base.strip_prefix(package)?.trim_start_matches('/');
            let in_workspace = self.workspace.folder(package).map(|folder| join(folder, rest));
            let installed = folder.ancestors().map(|ancestor| ancestor.join("node_modules").join(base));
            in_workspace.into_iter().chain(installed).collect()
        };
        places.iter().find_map(|place| {
            let with_extension = PathBuf::from(format!("{}.json", place.display()));
            [place.clone(), with_extension, place.join("tsconfig.json")]
                .into_iter()
                .find_map(|path| json::read(self.file_system, &path).map(|value| (path, value)))
        })
    }
}
