//! The list of rules, `rules/src/rules/mod.rs`, which is made from the files beside it.

use std::fmt::Write;

use crate::error::TaskError;
use crate::repository::Repository;

/// Where the list lies.
pub(crate) const PATH: &str = "rules/src/rules/mod.rs";

/// The folder that holds one file for each rule.
const FOLDER: &str = "rules/src/rules";

/// The names of all rules that have a file, sorted.
pub(crate) fn rule_names(repository: &Repository) -> Result<Vec<String>, TaskError> {
    let files = repository.files(FOLDER, ".rs")?;
    Ok(files
        .iter()
        .filter_map(|file| file.strip_prefix(FOLDER)?.strip_prefix('/')?.strip_suffix(".rs"))
        // A folder beside a rule holds its parts.
        .filter(|name| *name != "mod" && !name.contains('/'))
        .map(str::to_owned)
        .collect())
}

/// The list as it should be.
pub(crate) fn text(names: &[String]) -> String {
    let mut text = String::from("//! Every rule. Written by `xtask new-rule`; `xtask tidy` checks it.\n\n");
    for name in names {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "mod {name};");
    }
    text.push_str(
        "\nuse crate::rule::Rule;\n\npub(crate) use parse_error::RULE as PARSE_ERROR;\npub(crate) use unused_suppression::RULE as UNUSED_SUPPRESSION;\n",
    );
    text.push_str("\n/// Every rule, sorted by name.\npub(crate) static ALL: &[&Rule] = &[\n");
    for name in names {
        let _ = writeln!(text, "    &{name}::RULE,");
    }
    text.push_str("];\n");
    text
}
