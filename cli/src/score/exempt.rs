//! `lunora-advisor-exempt`: a procedure that the score leaves out.

use lunora_project::{Procedure, Project};

const DIRECTIVE: &str = "lunora-advisor-exempt";
const NO_REASON: &str = "no reason given";

/// Why a procedure is exempt: a line of the comments directly above it begins with the directive. `None` if it is not.
pub(super) fn reason(project: &Project, procedure: &Procedure) -> Option<String> {
    let file = project.file(procedure.file);
    let start = project.span(procedure.place).start as usize;
    let line = file.text.get(..start)?.rfind('\n').map_or(0, |newline| newline + 1);
    file.facts
        .comments
        .iter()
        .filter(|comment| comment.span.end as usize <= line)
        .filter(|comment| file.text.get(comment.span.end as usize..line).is_some_and(is_directly_above))
        .find_map(|comment| comment.text.lines().find_map(directive))
}

/// Whether only the rest of a comment's line and whole lines of comment stand in a text.
fn is_directly_above(between: &str) -> bool {
    let Some(rest) = between.strip_prefix("\r\n").or_else(|| between.strip_prefix('\n')) else {
        return between.is_empty();
    };
    let mut is_in_block = false;
    rest.lines().all(|line| {
        let line = line.trim();
        is_in_block |= line.starts_with("/*");
        let is_comment = is_in_block || line.starts_with("//");
        is_in_block &= !line.ends_with("*/");
        is_comment
    })
}

fn directive(line: &str) -> Option<String> {
    let line =
        line.trim_start_matches(|character: char| character.is_whitespace() || character == '*').trim_end();
    let rest = line.strip_prefix(DIRECTIVE)?;
    if rest.is_empty() {
        return Some(NO_REASON.to_owned());
    }
    let rest = rest.strip_prefix(char::is_whitespace)?.trim_start();
    let reason = rest.strip_prefix("--").map(str::trim).filter(|reason| !reason.is_empty());
    Some(reason.unwrap_or(NO_REASON).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_and_longer_words_exempt_nothing() {
        assert_eq!(directive(" lunora-advisor-exempt -- health check").as_deref(), Some("health check"));
        assert_eq!(directive(" * lunora-advisor-exempt").as_deref(), Some(NO_REASON));
        assert_eq!(directive(" lunora-advisor-exempted -- x"), None);
        assert_eq!(directive(" see lunora-advisor-exempt -- x"), None);
    }

    #[test]
    fn only_comments_may_stand_between() {
        assert!(is_directly_above("\n"));
        assert!(is_directly_above("\r\n// more\r\n"));
        assert!(is_directly_above("\n/** Lists.\n * All.\n */\n"));
        assert!(!is_directly_above("\n\n"));
        assert!(!is_directly_above("\nconst a = 1;\n"));
    }
}
