//! What other programs of a team run us by: the GitHub Action, the pre-commit hooks, the recipes of the guide.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use yaml_rust2::{Yaml, YamlLoader};

use crate::support::{Folder, lunora_advisor, text};

#[test]
fn the_action_passes_its_inputs_on_and_fails_when_the_check_fails() {
    let folder = Folder::with_findings();
    let annotated = run_action(&folder, &[]);
    assert_eq!(annotated.status.code(), Some(1), "{}", text(&annotated.stderr));
    assert!(
        text(&annotated.stdout).starts_with("::error file=lunora/posts.ts,"),
        "{}",
        text(&annotated.stdout)
    );

    let written = run_action(
        &folder,
        &[("format", "concise"), ("output", "found here.txt"), ("fail-on", "never"), ("path", "./lunora")],
    );
    assert_eq!(written.status.code(), Some(0), "{}", text(&written.stderr));
    assert!(folder.read("found here.txt").contains("unknown_table"));

    let hostile = run_action(&folder, &[("path", "$(touch hacked); `touch hacked`")]);
    assert_eq!(hostile.status.code(), Some(2));
    assert!(!folder.path("hacked").exists(), "an input is no code");
}

#[test]
fn every_input_of_the_action_reaches_its_script() {
    let action = yaml("action.yml");
    let step = check_step(&action);
    let inputs = action["inputs"].as_hash().expect("inputs");
    let passed = step["env"].as_hash().expect("an environment");
    assert_eq!(inputs.len(), passed.len());
    for (name, _) in inputs {
        let name = name.as_str().expect("a name");
        assert_eq!(
            step["env"][variable(name).as_str()].as_str(),
            Some(&*format!("${{{{ inputs.{name} }}}}"))
        );
    }
}

#[test]
fn the_hooks_run() {
    let hooks = yaml(".pre-commit-hooks.yaml");
    let hooks = hooks.as_vec().expect("hooks");
    assert_eq!(hooks.len(), 2);
    for hook in hooks {
        let folder = Folder::with_findings();
        let mut words = hook["entry"].as_str().expect("a command").split(' ');
        assert_eq!(words.next(), Some("lunora-advisor"));
        let output = lunora_advisor().current_dir(folder.path("")).args(words).output().expect("it runs");
        assert_eq!(output.status.code(), Some(1), "{}", text(&output.stderr));
    }
}

#[test]
fn the_guide_shows_the_recipes_that_are_tested() {
    let guide = fs::read_to_string(repository("docs/guide/ci.md")).expect("the guide");
    for recipe in ["turborepo/turbo.json", "nx/project.json"] {
        let recipe = fs::read_to_string(repository("tests/recipes").join(recipe)).expect("a recipe");
        assert!(guide.contains(&recipe), "docs/guide/ci.md must show {recipe}");
    }
}

/// Runs the check of the action, as the runner does, on a folder that is the working directory.
fn run_action(folder: &Folder, inputs: &[(&str, &str)]) -> Output {
    let action = yaml("action.yml");
    let script = check_step(&action)["run"].as_str().expect("a script").to_owned();
    let tools = tempfile::tempdir().expect("a folder");
    let binaries = tools.path().join("lunora-advisor/bin");
    fs::create_dir_all(&binaries).expect("folders");
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_lunora-advisor"), binaries.join("lunora-advisor"))
        .expect("a link");
    let mut command = Command::new("bash");
    command.current_dir(folder.path("")).args(["-e", "-o", "pipefail", "-c", &script]);
    command.env("RUNNER_TEMP", tools.path());
    for (name, input) in action["inputs"].as_hash().expect("inputs") {
        let name = name.as_str().expect("a name");
        let given = inputs.iter().find(|(given, _)| *given == name).map(|(_, value)| *value);
        let value = given.or_else(|| input["default"].as_str()).expect("a default");
        command.env(variable(name), value);
    }
    command.output().expect("it runs")
}

fn check_step(action: &Yaml) -> &Yaml {
    let mut steps = action["runs"]["steps"].as_vec().expect("steps").iter();
    steps.find(|step| step["name"].as_str() == Some("Check")).expect("the check")
}

fn variable(input: &str) -> String {
    format!("ADVISOR_{}", input.to_uppercase().replace('-', "_"))
}

fn yaml(path: &str) -> Yaml {
    let text = fs::read_to_string(repository(path)).expect("a file");
    YamlLoader::load_from_str(&text).expect("YAML").remove(0)
}

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..").join(path)
}
