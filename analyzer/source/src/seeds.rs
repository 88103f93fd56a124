//! The files that belong to a project by where they lie, before any import is followed.

use std::io;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::discover::ProjectLocation;
use crate::exclude::Exclude;
use crate::file_system::FileSystem;
use crate::json;
use crate::paths::{in_node_modules, is_source, is_test_or_declaration, join};
use crate::specifier::generated_path;
use crate::tree::FileRole;
use crate::walk::{FoundFile, WalkRules, walk};

/// The files that belong to a project by where they lie.
pub(crate) struct Seeds {
    /// The schema and the scanned files of the Lunora folder.
    pub(crate) lunora: Vec<Seed>,
    /// The worker's entry and the parts of its server.
    pub(crate) worker: Vec<Seed>,
    /// What could not be read.
    pub(crate) problems: Vec<(PathBuf, io::Error)>,
}

/// A file to load.
pub(crate) struct Seed {
    pub(crate) path: PathBuf,
    pub(crate) canonical: PathBuf,
    pub(crate) role: FileRole,
}

impl Seeds {
    /// Finds them.
    pub(crate) fn find(file_system: &dyn FileSystem, location: &ProjectLocation, exclude: &Exclude) -> Self {
        let floor = &location.root;
        let rules = WalkRules { file_system, exclude, floor, wants: is_procedure_file };
        let scanned = walk(&rules, &location.lunora_dir);
        let schema_path = location.lunora_dir.join("schema.ts");
        let mut lunora: Vec<Seed> = scanned
            .files
            .into_iter()
            .filter(|file| file.path != schema_path)
            .map(|file| seed(file, FileRole::Lunora))
            .collect();
        // Ignored or not: without it there is no project.
        if let Ok(canonical) = file_system.canonicalize(&schema_path) {
            let file = FoundFile { path: schema_path, canonical };
            lunora.push(seed(file, FileRole::Schema));
        }

        let server = location.root.join("src").join("server");
        let mut problems = scanned.problems;
        let mut worker = Vec::new();
        if !exclude.covers(&server, &location.root) {
            let rules = WalkRules { wants: is_server_file, ..rules };
            let found = walk(&rules, &server);
            problems.extend(found.problems);
            worker.extend(found.files.into_iter().map(|file| seed(file, FileRole::WorkerEntry)));
        }
        let entries = ["src/index.ts", "src/index.tsx", "src/worker.ts", "src/worker.tsx"]
            .iter()
            .map(|entry| join(&location.root, entry))
            .chain(wrangler_main(file_system, &location.root));
        for path in entries {
            let is_wanted = file_system.is_file(&path) && !exclude.covers(&path, &location.root);
            if let (true, Ok(canonical)) = (is_wanted, file_system.canonicalize(&path)) {
                worker.push(seed(FoundFile { path, canonical }, FileRole::WorkerEntry));
            }
        }
        let mut seeds = Self { lunora, worker, problems };
        seeds.lunora.sort_by(|left, right| left.path.cmp(&right.path));
        seeds.worker.sort_by(|left, right| left.path.cmp(&right.path));
        seeds
    }
}

fn seed(file: FoundFile, role: FileRole) -> Seed {
    Seed { path: file.path, canonical: file.canonical, role }
}

fn is_procedure_file(name: &str) -> bool {
    name.ends_with(".ts") && !name.starts_with('.') && !is_test_or_declaration(name)
}

fn is_server_file(name: &str) -> bool {
    let is_typescript = name.ends_with(".ts") || name.ends_with(".tsx");
    is_typescript && !name.starts_with('.') && !is_test_or_declaration(name)
}

/// The source file that the configuration of the worker names as its entry.
fn wrangler_main(file_system: &dyn FileSystem, root: &Path) -> Option<PathBuf> {
    let from_json = ["wrangler.jsonc", "wrangler.json"].iter().find_map(|name| {
        json::read(file_system, &root.join(name)).as_ref().and_then(main_of).map(str::to_owned)
    });
    let main = from_json.or_else(|| {
        let text = file_system.read_text(&root.join("wrangler.toml")).ok()?;
        toml_main(&text).map(str::to_owned)
    })?;
    let path = join(root, &main);
    let is_ours = path.starts_with(root)
        && is_source(&path)
        && !in_node_modules(&path)
        && generated_path(&path).is_none();
    is_ours.then_some(path)
}

fn main_of(configuration: &Value) -> Option<&str> {
    configuration["main"].as_str()
}

/// `main = "…"` above the first table.
fn toml_main(text: &str) -> Option<&str> {
    text.lines()
        .map(str::trim)
        .take_while(|line| !line.starts_with('['))
        .find_map(|line| line.strip_prefix("main")?.trim_start().strip_prefix('='))
        .and_then(|value| {
            let value = value.trim_start();
            let quote = value.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
            value[1..].split(quote).next()
        })
}
