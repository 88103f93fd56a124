//! What a suppression comment says.

use lunora_facts::{Comment, Span};

use crate::nearest::canonical_rule_name;
use crate::reported::ReportFile;

/// How far a directive reaches. Ordered from the closest to the widest.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum DirectiveKind {
    Line,
    NextLine,
    File,
}

impl DirectiveKind {
    pub(super) const ALL: [Self; 3] = [Self::Line, Self::NextLine, Self::File];

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Line => "disable-line",
            Self::NextLine => "disable-next-line",
            Self::File => "disable-file",
        }
    }
}

/// The comments of one file that mean to suppress something.
#[derive(Debug, Default)]
pub(super) struct FileDirectives {
    /// Those that can suppress.
    pub(super) directives: Vec<Directive>,
    /// Those that cannot.
    pub(super) malformed: Vec<Malformed>,
}

/// A comment that can suppress.
#[derive(Debug)]
pub(super) struct Directive {
    pub(super) kind: DirectiveKind,
    pub(super) comment: Span,
    /// The bytes in which a finding must begin.
    target: Span,
    pub(super) rules: Vec<NamedRule>,
    pub(super) reason: String,
}

/// A rule that a directive names.
#[derive(Debug)]
pub(super) struct NamedRule {
    /// As it was typed.
    pub(super) typed: String,
    pub(super) span: Span,
    /// `None` if there is no such rule.
    pub(super) rule: Option<&'static str>,
    /// Whether it hides a finding.
    pub(super) is_used: bool,
}

/// A comment that means to suppress and cannot.
#[derive(Debug)]
pub(super) struct Malformed {
    pub(super) comment: Span,
    pub(super) problem: Problem,
}

/// Why a comment cannot suppress.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Problem {
    /// `lunora-advisor-disable-…` with an ending that means nothing.
    UnknownDirective(String),
    NoRule(DirectiveKind),
    NoReason(DirectiveKind, Vec<String>),
    /// `disable-file` after the first statement.
    TooLate,
}

impl FileDirectives {
    pub(super) fn read(file: &ReportFile<'_>, known_rules: &[&'static str]) -> Self {
        let mut read = Self::default();
        for comment in &file.facts.comments {
            let Some(written) = Written::of(comment) else {
                continue;
            };
            match written.directive(comment, file, known_rules) {
                Ok(directive) => read.directives.push(directive),
                Err(problem) => read.malformed.push(Malformed { comment: comment.span, problem }),
            }
        }
        read
    }
}

impl Directive {
    pub(super) fn covers(&self, position: u32) -> bool {
        self.target.start <= position && position < self.target.end
    }
}

const PREFIX: &str = "lunora-advisor-";

/// A comment whose first word is a directive of ours, cut into its parts.
struct Written<'a> {
    /// The first word without the prefix.
    word: &'a str,
    /// What follows the word up to `--`, and where it begins in the comment's text.
    rules: &'a str,
    rules_start: usize,
    /// What follows `--`, trimmed.
    reason: &'a str,
    text_start: u32,
}

impl<'a> Written<'a> {
    /// `None` for prose and for directives that are not about suppression.
    fn of(comment: &'a Comment) -> Option<Self> {
        let text = comment.text.as_str();
        let begin = text.find(|character: char| !is_filler(character))?;
        let word = text[begin..].split(is_filler).next()?;
        let rules_start = begin + word.len();
        let word = word.strip_prefix(PREFIX)?;
        if !(word == "disable" || word.starts_with("disable-")) {
            return None;
        }
        let rest = &text[rules_start..];
        let (rules, reason) = rest.split_once("--").unwrap_or((rest, ""));
        Some(Self {
            word,
            rules,
            rules_start,
            reason: reason.trim_matches(|character| is_filler(character) || character == '-'),
            text_start: comment.span.start + 2,
        })
    }

    fn directive(
        &self,
        comment: &Comment,
        file: &ReportFile<'_>,
        known_rules: &[&'static str],
    ) -> Result<Directive, Problem> {
        let kind = DirectiveKind::ALL
            .into_iter()
            .find(|kind| kind.as_str() == self.word)
            .ok_or_else(|| Problem::UnknownDirective(self.word.to_owned()))?;
        let rules = self.named_rules(known_rules);
        if rules.is_empty() {
            return Err(Problem::NoRule(kind));
        }
        if self.reason.is_empty() {
            let typed = rules.into_iter().map(|named| named.typed).collect();
            return Err(Problem::NoReason(kind, typed));
        }
        if kind == DirectiveKind::File && comment.span.start > file.facts.first_statement {
            return Err(Problem::TooLate);
        }
        Ok(Directive {
            kind,
            comment: comment.span,
            target: target(kind, comment.span, file.text),
            rules,
            reason: one_line(self.reason),
        })
    }

    fn named_rules(&self, known_rules: &[&'static str]) -> Vec<NamedRule> {
        let mut rules = Vec::new();
        let mut offset = self.rules_start;
        for piece in self.rules.split(',') {
            let typed = piece.trim_matches(is_filler);
            if !typed.is_empty() {
                let lead = piece.len() - piece.trim_start_matches(is_filler).len();
                let start = self.text_start + narrow(offset + lead);
                let canonical = canonical_rule_name(typed);
                rules.push(NamedRule {
                    typed: typed.to_owned(),
                    span: Span::new(start, start + narrow(typed.len())),
                    rule: known_rules.iter().copied().find(|known| *known == canonical),
                    is_used: false,
                });
            }
            offset += piece.len() + 1;
        }
        rules
    }
}

/// White space, and the stars that decorate block comments.
fn is_filler(character: char) -> bool {
    character.is_whitespace() || character == '*'
}

fn one_line(reason: &str) -> String {
    reason
        .lines()
        .map(|line| line.trim_matches(is_filler))
        .filter(|line| !line.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

/// The bytes in which a finding must begin to be meant. Empty where no code follows.
fn target(kind: DirectiveKind, comment: Span, text: &str) -> Span {
    let end = comment.end as usize;
    match kind {
        DirectiveKind::File => Span::new(0, u32::MAX),
        DirectiveKind::Line => {
            Span::new(narrow(line_start(text, comment.start as usize)), narrow(line_end(text, end)))
        }
        DirectiveKind::NextLine => match next_code(text, line_end(text, end)) {
            Some(code) => Span::new(narrow(line_start(text, code)), narrow(line_end(text, code))),
            None => Span::new(comment.end, comment.end),
        },
    }
}

/// Where the first code at or after `position` begins: not white space, not a comment.
fn next_code(text: &str, mut position: usize) -> Option<usize> {
    loop {
        let rest = text.get(position..)?;
        let trimmed = rest.trim_start();
        position += rest.len() - trimmed.len();
        if trimmed.starts_with("//") {
            position = line_end(text, position);
        } else if trimmed.starts_with("/*") {
            position += trimmed.find("*/")? + 2;
        } else {
            return (!trimmed.is_empty()).then_some(position);
        }
    }
}

pub(super) fn line_start(text: &str, position: usize) -> usize {
    let before = text.get(..position).unwrap_or(text);
    before.rfind('\n').map_or(0, |newline| newline + 1)
}

/// One past the line's end, its newline included.
pub(super) fn line_end(text: &str, position: usize) -> usize {
    let after = text.get(position..).unwrap_or("");
    after.find('\n').map_or(text.len(), |newline| position + newline + 1)
}

/// Files are far smaller than 4 GB, so offsets fit.
pub(super) fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
