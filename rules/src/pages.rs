//! Every rule's page: its headings are there, and its code says what the rule says.
//!
//! Code below "Bad code" marks what the rule reports; code below "Good code" and "Fix" must be silent. A block without a schema stands
//! on the first schema of its page.

use crate::registry;
use crate::rule::Rule;
use crate::testing::{Fixture, check};

const HEADINGS: &[&str] = &[
    "What it finds",
    "Why it matters",
    "Bad code",
    "Good code",
    "Fix",
    "When to disable",
    "Options",
    "Known limits",
];

/// A block of TypeScript below a heading.
struct Block<'a> {
    heading: &'a str,
    code: String,
}

#[test]
fn every_page_has_its_title_and_all_headings_in_order() {
    for_each_rule(|rule| {
        let page = rule.metadata.docs;
        assert!(page.starts_with(&format!("# {}\n", rule.metadata.name)), "the page begins with the name");
        let headings: Vec<&str> = page.lines().filter_map(|line| line.strip_prefix("## ")).collect();
        assert_eq!(headings, HEADINGS, "{}", rule.metadata.name);
        for section in page.split("\n## ").skip(1) {
            let (heading, body) = section.split_once('\n').unwrap_or((section, ""));
            assert!(!body.trim().is_empty(), "`{heading}` is empty");
        }
    });
}

#[test]
fn code_on_pages_reports_exactly_what_is_marked() {
    for_each_rule(|rule| {
        let blocks = blocks(rule.metadata.docs);
        for heading in ["Bad code", "Good code"] {
            let has_code = blocks.iter().any(|block| block.heading == heading);
            assert!(has_code, "{} has no code below `{heading}`", rule.metadata.name);
        }
        let schema = schema(&blocks);
        for block in &blocks {
            check_block(rule, block, &schema);
        }
    });
}

#[test]
fn rules_are_sorted_and_say_what_they_are() {
    let names: Vec<&str> = registry().iter().map(|rule| rule.metadata.name).collect();
    assert!(names.is_sorted(), "{names:?}");
    for rule in registry() {
        let metadata = rule.metadata;
        assert!(metadata.description.ends_with('.'), "{}", metadata.name);
        assert!(!metadata.title.is_empty() && !metadata.categories.is_empty(), "{}", metadata.name);
        assert!(metadata.docs_url().ends_with(metadata.name));
        assert!(!rule.needs.is_empty(), "{} asks about something", metadata.name);
    }
}

/// Checks all rules before it fails, so that the page of one does not hide that of another.
fn for_each_rule(check: impl Fn(&Rule)) {
    let is_wrong =
        |rule: &&&Rule| std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(rule))).is_err();
    let wrong: Vec<&str> = registry().iter().filter(is_wrong).map(|rule| rule.metadata.name).collect();
    assert!(wrong.is_empty(), "the pages of these rules are wrong, for the reasons above: {wrong:?}");
}

fn check_block(rule: &Rule, block: &Block<'_>, schema: &str) {
    let parsed = Fixture::parse(&block.code);
    let is_bad = block.heading == "Bad code";
    let marked = parsed.markers.iter().any(|marker| marker.rule == rule.metadata.name);
    assert_eq!(marked, is_bad, "{}, below `{}`", rule.metadata.name, block.heading);
    if parsed.has("/lunora/schema.ts") {
        check(rule, &block.code);
    } else {
        check(rule, &format!("{schema}{}", with_path(&block.code)));
    }
}

/// The first schema of a page, without its marks.
fn schema(blocks: &[Block<'_>]) -> String {
    let Some(text) = blocks.iter().find_map(|block| {
        let start = block.code.find("//- /lunora/schema.ts")?;
        let rest = block.code.get(start..)?;
        let end = rest.get(1..)?.find("//- ").map_or(rest.len(), |end| end + 1);
        rest.get(..end)
    }) else {
        return "//- /lunora/schema.ts\nexport default defineSchema({});\n".to_owned();
    };
    let code = text.lines().filter(|line| !line.trim_start_matches(['/', ' ']).starts_with('^'));
    code.map(|line| format!("{line}\n")).collect()
}

fn with_path(code: &str) -> String {
    if code.starts_with("//- ") { code.to_owned() } else { format!("//- /lunora/example.ts\n{code}") }
}

fn blocks(page: &str) -> Vec<Block<'_>> {
    let mut blocks = Vec::new();
    let mut heading = "";
    let mut open: Option<String> = None;
    for line in page.lines() {
        if let Some(title) = line.strip_prefix("## ") {
            heading = title;
        }
        match (&mut open, line.trim_end()) {
            (None, "```ts") => open = Some(String::new()),
            (Some(_), "```") => blocks.extend(open.take().map(|code| Block { heading, code })),
            (Some(code), line) => {
                code.push_str(line);
                code.push('\n');
            }
            (None, _) => {}
        }
    }
    blocks
}
