//! `new-rule`: the stubs of a rule. They compile, and their tests fail until they are filled.

use crate::error::TaskError;
use crate::registry;
use crate::repository::Repository;

/// Writes the stubs of a rule.
pub(crate) fn run(repository: &Repository, name: &str) -> Result<String, TaskError> {
    let file = format!("rules/src/rules/{name}.rs");
    let page = format!("rules/docs/{name}.md");
    let mut names = registry::rule_names(repository)?;
    check_name(name, &names)?;
    repository.write(&file, &rule_stub(name))?;
    repository.write(&page, &page_stub(name))?;
    names.push(name.to_owned());
    names.sort();
    repository.write(registry::PATH, &registry::text(&names))?;
    Ok(format!(
        "wrote {file}, {page} and {}\nnow fill them until `cargo test -p lunora-rules` passes",
        registry::PATH
    ))
}

fn check_name(name: &str, known: &[String]) -> Result<(), TaskError> {
    let refuse = |reason| Err(TaskError::RuleName { name: name.to_owned(), reason });
    let is_snake = name.chars().all(|character| matches!(character, 'a'..='z' | '0'..='9' | '_'));
    if !is_snake || !name.starts_with(|first: char| first.is_ascii_lowercase()) {
        refuse("it must be in snake_case")
    } else if name == "mod" || known.iter().any(|known| known == name) {
        refuse("it exists already")
    } else {
        Ok(())
    }
}

/// The name as a heading: `unknown_table` is `Unknown table`.
fn title(name: &str) -> String {
    let words = name.replace('_', " ");
    let mut characters = words.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}

fn rule_stub(name: &str) -> String {
    format!(
        r##"//! TODO: what this rule protects, in one sentence.

use lunora_report::{{Category, Facing, FixAvailability, Level, RuleMetadata}};

use crate::context::RuleContext;
use crate::rule::{{Fact, Findings, Rule}};

pub(crate) static RULE: Rule = Rule {{
    metadata: &RuleMetadata {{
        name: "{name}",
        title: "{title}",
        level: Level::Warn,
        categories: &[Category::Performance],
        facing: Facing::External,
        description: "TODO: what it reports, in one sentence.",
        docs: include_str!("../../docs/{name}.md"),
        fix: FixAvailability::None,
    }},
    needs: &[Fact::Schema],
    check,
}};

fn check(_context: &RuleContext<'_>, _findings: &mut Findings) {{}}

#[cfg(test)]
mod tests {{
    use super::*;
    use crate::testing::check;

    #[test]
    fn what_is_wrong_is_reported() {{
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({{ posts: defineTable({{ title: v.string() }}) }});
//                           ^^^ {name}
"#,
        );
    }}
}}
"##,
        title = title(name),
    )
}

fn page_stub(name: &str) -> String {
    format!(
        "# {name}

## What it finds

TODO

## Why it matters

TODO: the cost, in Lunora's terms.

## Bad code

```ts
//- /lunora/schema.ts
export default defineSchema({{ posts: defineTable({{ title: v.string() }}) }});
//                           ^^^ {name}
```

## Good code

```ts
//- /lunora/schema.ts
export default defineSchema({{ posts: defineTable({{ title: v.string() }}) }});
```

## Fix

TODO

## When to disable

TODO

## Options

None but the level.

## Known limits

TODO
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stub_is_written_as_the_rules_that_are_there() {
        let known = include_str!("../../rules/src/rules/empty_index.rs");
        let stub = rule_stub("unknown_tree");
        let is_ours = |line: &&str| line.starts_with("use crate::") || line.starts_with("fn check(");
        let lines: Vec<&str> = stub.lines().filter(is_ours).collect();
        assert_eq!(lines.len(), 3, "{lines:?}");
        for line in lines {
            let line = line.replace("(_", "(").replace(" _", " ");
            assert!(known.contains(line.trim_end_matches('}')), "{line}");
        }
    }

    #[test]
    fn names_are_snake_case_and_new() {
        let known = ["unknown_table".to_owned()];
        assert!(check_name("unknown_tree", &known).is_ok());
        for name in ["unknown_table", "unknown-tree", "UnknownTree", "", "2nd", "mod", "a/b"] {
            assert!(check_name(name, &known).is_err(), "{name}");
        }
    }
}
