//! What a suppression comment says.

use lunora_facts::{Comment, Span};
use rustc_hash::FxHashMap;

use super::lines::Lines;
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
pub(super) struct FileDirectives<'a> {
    /// Those that can suppress.
    pub(super) directives: Vec<Directive>,
    /// Those that cannot.
    pub(super) malformed: Vec<Malformed>,
    /// Where they stand.
    pub(super) lines: Lines<'a>,
    /// By rule, and by the line where a finding must begin or `None` for any: what hides it.
    meant: FxHashMap<(Option<u32>, &'static str), Meant>,
}

/// A rule that a directive names: which directive, and which of its rules.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
struct Meant {
    kind: DirectiveKind,
    directive: usize,
    named: usize,
}

/// A comment that can suppress.
#[derive(Debug)]
pub(super) struct Directive {
    pub(super) kind: DirectiveKind,
    pub(super) comment: Span,
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

impl<'a> FileDirectives<'a> {
    pub(super) fn read(file: &ReportFile<'a>, known_rules: &[&'static str]) -> Self {
        let mut read = Self { lines: Lines::new(file.text), ..Self::default() };
        for comment in &file.facts.comments {
            let Some(written) = Written::of(comment) else {
                continue;
            };
            match written.directive(comment, file, known_rules) {
                Ok(directive) => read.add(directive),
                Err(problem) => read.malformed.push(Malformed { comment: comment.span, problem }),
            }
        }
        read
    }

    /// The closest directive that hides what a rule reports at a byte, which is thereby used; a wider one beside it stays unused.
    pub(super) fn hide(&mut self, rule: &'static str, position: u32) -> Option<&Directive> {
        if self.directives.is_empty() {
            return None;
        }
        let line = self.lines.line_of(position as usize);
        let meant = self.meant.get(&(Some(line), rule)).or_else(|| self.meant.get(&(None, rule)))?;
        let directive = self.directives.get_mut(meant.directive)?;
        directive.rules.get_mut(meant.named)?.is_used = true;
        Some(directive)
    }

    fn add(&mut self, directive: Directive) {
        let mut rules: Vec<(&'static str, usize)> =
            (0..).zip(&directive.rules).filter_map(|(named, rule)| Some((rule.rule?, named))).collect();
        // A comment may name a rule over and over, on as many lines.
        rules.sort_unstable();
        rules.dedup_by_key(|(rule, _)| *rule);
        for line in targets(directive.kind, directive.comment, &mut self.lines) {
            for (rule, named) in &rules {
                let meant = Meant { kind: directive.kind, directive: self.directives.len(), named: *named };
                let known = self.meant.entry((line, rule)).or_insert(meant);
                *known = meant.min(*known);
            }
        }
        self.directives.push(directive);
    }
}

/// The lines in which a finding must begin to be meant; `None` for all of them.
fn targets(kind: DirectiveKind, comment: Span, lines: &mut Lines<'_>) -> Vec<Option<u32>> {
    let (start, end) = (comment.start as usize, comment.end as usize);
    match kind {
        DirectiveKind::File => vec![None],
        DirectiveKind::Line => (lines.line_of(start)..=lines.line_of(end)).map(Some).collect(),
        DirectiveKind::NextLine => {
            let code = lines.next_code(lines.end(end));
            code.map(|code| Some(lines.line_of(code))).into_iter().collect()
        }
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
        Ok(Directive { kind, comment: comment.span, rules, reason: one_line(self.reason) })
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

/// Files are far smaller than 4 GB, so offsets fit.
pub(super) fn narrow(offset: usize) -> u32 {
    u32::try_from(offset).unwrap_or(u32::MAX)
}
