//! Files that can't be read: nothing in them is checked, so the first reason is worth a finding of its own.

use lunora_facts::{FileId, Span, SyntaxError};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, Location, RuleMetadata};
use lunora_source::{FileProblem, MAX_FILE_BYTES, ProblemKind};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::set;
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "parse_error",
        title: "File can't be read",
        level: Level::Error,
        categories: &[Category::Schema],
        facing: Facing::Internal,
        description: "A file of the project does not parse or is no text, so what it holds is not checked.",
        docs: include_str!("../../docs/parse_error.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Files],
    check,
};

fn does_not_parse(context: &RuleContext<'_>, file: FileId, error: &SyntaxError) -> Finding {
    let mut finding = at(context, file, error.span);
    let message = error.message.trim_end_matches('.');
    finding.detail = format!(
        "`{}` does not parse: {message}. The rest of the project is checked without what comes after.",
        context.relative(file)
    );
    finding.remediation = error
        .help
        .clone()
        .unwrap_or_else(|| "Correct the syntax here; the compiler stops at the same place.".to_owned());
    finding.primary_label = error.message.clone();
    finding
}

fn is_no_source(context: &RuleContext<'_>, file: FileId, problem: &FileProblem) -> Finding {
    let mut finding = at(context, file, Span::default());
    let path = &problem.relative;
    (finding.detail, finding.remediation) = match &problem.kind {
        ProblemKind::TooLarge { bytes } => (
            format!(
                "`{path}` is not checked: it holds {bytes} bytes, and {MAX_FILE_BYTES} are read at most."
            ),
            "Split the file, or exclude it in lunora-advisor.jsonc if it is generated.".to_owned(),
        ),
        ProblemKind::NotText => (
            format!("`{path}` is not checked: it is no UTF-8 text."),
            "Save the file as UTF-8, or exclude it in lunora-advisor.jsonc.".to_owned(),
        ),
        ProblemKind::Unreadable(reason) => (
            format!("`{path}` is not checked: it can't be read ({reason})."),
            "Make it readable, or exclude it in lunora-advisor.jsonc.".to_owned(),
        ),
    };
    finding.primary_label = format!("`{path}` can't be read");
    finding.anchor.clone_from(path);
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    let sources = &context.project.sources;
    for problem in &sources.problems {
        // A folder is no file of the tree: the schema stands for the project.
        let file = problem.file.or_else(|| sources.schema().map(|schema| schema.id));
        if let Some(file) = file {
            findings.push(is_no_source(context, file, problem));
        }
    }
    for file in &sources.files {
        if let (false, Some(error)) = (file.is_unreadable, file.facts.errors.first()) {
            findings.push(does_not_parse(context, file.id, error));
        }
    }
}

fn at(context: &RuleContext<'_>, file: FileId, span: Span) -> Finding {
    let mut finding = Finding::new(RULE.metadata, Location::new(file, span), "");
    set(&mut finding, "file", json!(context.relative(file)));
    finding
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{check, findings_of, rule};

    #[test]
    fn a_broken_file_is_one_finding() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({ posts: defineTable({ title: v.string() }) });
//- /lunora/posts.ts
export const all = query.query(({ ctx }) => ctx.db.query("posts").collect();
//                                                                         ^^^ ERROR parse_error `lunora/posts.ts` does not parse
export const more = {{;
"#,
        );
    }

    #[test]
    fn of_a_broken_file_nothing_else_is_said() {
        let code = r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
export default defineSchema({ posts: defineTable({ title: v.string() }) });
//- /lunora/posts.ts
import { query } from "./_generated/server";
export const all = query.query(({ ctx }) => ctx.db.query("posts").collect());
"#;
        let unbounded = rule("unbounded_collect");
        assert_eq!(findings_of(unbounded, code).len(), 1);
        // The parser gets over this one, so that the rest of the file is known.
        let broken = format!("{code}export function late() {{ return await 1; }}\n");
        assert_eq!(findings_of(unbounded, &broken).len(), 0);
        assert_eq!(findings_of(&RULE, &broken).len(), 1);
    }

    #[test]
    fn unusual_files_that_parse_are_silent() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({ posts: defineTable({ title: v.string() }) });
//- /lunora/empty.ts
//- /lunora/comment.ts
// nothing but a comment
//- /lunora/emoji.ts
export const fish = "🐟" as const satisfies string;
"#,
        );
    }

    #[test]
    fn a_file_that_is_no_text_is_named() {
        let findings = findings_of(
            &RULE,
            "//- /lunora/schema.ts\nexport default defineSchema({});\n//- /lunora/data.ts\n\0\0\n",
        );
        let details: Vec<&str> = findings.iter().map(|finding| finding.detail.as_str()).collect();
        assert_eq!(details, ["`lunora/data.ts` is not checked: it is no UTF-8 text."]);
    }
}
