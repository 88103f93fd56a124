//! The tools that are measured, and how they are had.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::error::TaskError;
use crate::repository::{Repository, write};

/// A tool.
pub(super) struct Peer {
    pub(super) name: &'static str,
    /// What it does, for the page.
    pub(super) what: &'static str,
    /// The folder of the backend, by which the tool knows a project.
    pub(super) backend: &'static str,
    /// The command, before the folder that it is to look at.
    pub(super) command: Vec<String>,
    /// Where it is run.
    pub(super) folder: PathBuf,
}

/// The backend's folder in a project of Lunora.
pub(super) const LUNORA: &str = "lunora";
/// The backend's folder in a project of Convex.
pub(super) const CONVEX: &str = "convex";

const PACKAGES: &[&str] = &[
    "oxlint",
    "eslint@9",
    "@convex-dev/eslint-plugin",
    "@typescript-eslint/parser",
    "typescript@5",
    "ts-morph",
];

/// The rules of the Convex plugin that need no types.
const ESLINT_CONFIG: &str = r#"import parser from "@typescript-eslint/parser";
import plugin from "@convex-dev/eslint-plugin";

const convex = plugin.default ?? plugin;
const names = Object.keys(convex.rules).filter((name) => !convex.rules[name].meta.docs?.requiresTypeChecking);
export default [
    {
        files: ["**/*.ts"],
        languageOptions: { parser },
        plugins: { "@convex-dev": convex },
        rules: Object.fromEntries(names.map((name) => [`@convex-dev/${name}`, "warn"])),
    },
];
"#;

/// What a lint on ts-morph does at the least: load all files and look at every call.
const TS_MORPH: &str = r#"import { Project, SyntaxKind } from "ts-morph";

const project = new Project({ skipAddingFilesFromTsConfig: true });
project.addSourceFilesAtPaths(`${process.argv[2]}/**/*.ts`);
let calls = 0;
for (const file of project.getSourceFiles()) {
    for (const call of file.getDescendantsOfKind(SyntaxKind.CallExpression)) {
        if (call.getExpression().getText().includes(".db.")) calls += 1;
    }
}
console.log(calls);
"#;

/// Installs the tools below a folder. The first is ours. One that cannot be installed from crates.io is left out.
pub(super) fn install(repository: &Repository, folder: &Path) -> Result<Vec<Peer>, TaskError> {
    write(&folder.join("package.json"), "{ \"private\": true, \"type\": \"module\" }\n")?;
    write(&folder.join("eslint.config.js"), ESLINT_CONFIG)?;
    write(&folder.join("ts-morph.js"), TS_MORPH)?;
    let mut npm = Command::new("npm");
    run(npm
        .args(["install", "--no-audit", "--no-fund", "--ignore-scripts"])
        .args(PACKAGES)
        .current_dir(folder))?;
    let binary = |path: PathBuf, rest: &[&str]| {
        std::iter::once(path.to_string_lossy().into_owned())
            .chain(rest.iter().map(ToString::to_string))
            .collect()
    };
    let release = |name: &str| repository.path("target/release").join(name);
    let peer = |name, what, command| Peer { name, what, backend: LUNORA, command, folder: folder.to_owned() };
    let bin = |name: &str| folder.join("node_modules/.bin").join(name);
    let ours = ["check", "--format", "json", "--fail-on", "never"];
    let mut peers = vec![
        peer("lunora-advisor", "`check` with all rules", binary(release("lunora-advisor"), &ours)),
        peer(
            "oxc floor",
            "walk, read, parse and build semantics with oxc, nothing else",
            binary(release("oxc-floor"), &[]),
        ),
        peer("oxlint", "its default rules", binary(bin("oxlint"), &[])),
        peer(
            "ESLint",
            "the rules of `@convex-dev/eslint-plugin` that need no types",
            binary(bin("eslint"), &[]),
        ),
        peer(
            "ts-morph",
            "load all files and look at every call",
            binary(PathBuf::from("node"), &["ts-morph.js"]),
        ),
    ];
    let doctor = folder.join("cargo/bin/convex-doctor");
    if !doctor.exists() {
        let mut cargo = Command::new("cargo");
        // Where it cannot be built, the others are measured without it.
        let _ = run(cargo.args(["install", "--quiet", "convex-doctor", "--root"]).arg(folder.join("cargo")));
    }
    if doctor.exists() {
        let what = "its default checks, on the same files in a folder `convex`";
        peers.push(Peer { backend: CONVEX, ..peer("convex-doctor", what, binary(doctor, &[])) });
    }
    Ok(peers)
}

fn run(command: &mut Command) -> Result<(), TaskError> {
    let output = command.output();
    let failed = |reason| Err(TaskError::Command { command: format!("{command:?}"), reason });
    match output {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => failed(String::from_utf8_lossy(&output.stderr).into_owned()),
        Err(error) => failed(error.to_string()),
    }
}
