//! From text to facts: parse, resolve names, lower, drop the tree.

use std::cell::RefCell;
use std::path::Path;

use lunora_facts::{Comment, FileFacts, Span, SyntaxError};
use oxc_allocator::Allocator;
use oxc_ast::ast;
use oxc_parser::{ParseOptions, Parser};
use oxc_semantic::{SemanticBuilder, Stats};
use oxc_span::{GetSpan, SourceType};

use crate::lowering::{Lowering, span_of};
use crate::nesting;

/// The word that every directive contains.
const DIRECTIVE: &str = "lunora-advisor";

/// An arena that has grown larger than this many bytes is given back instead of being kept for the next file.
const KEPT_ARENA: usize = 1 << 20;

thread_local! {
    /// The arena of the last file on this thread, empty but with its memory.
    static ARENA: RefCell<Option<Allocator>> = const { RefCell::new(None) };
}

/// Reads one file's text. Never fails: what could not be parsed is in [`FileFacts::errors`].
///
/// The language follows the extension of `path`; the file system is not touched. Offsets are byte offsets in `text` as given, a
/// byte order mark included.
#[must_use]
pub fn extract(path: &Path, text: &str) -> FileFacts {
    nesting::with_stack_for(text, || {
        let mut arena = ARENA.take().unwrap_or_default();
        let facts = extract_in(&arena, path, text);
        if arena.capacity() <= KEPT_ARENA {
            arena.reset();
            ARENA.set(Some(arena));
        }
        facts
    })
    .unwrap_or_else(|| unreadable(text))
}

fn extract_in(arena: &Allocator, path: &Path, text: &str) -> FileFacts {
    let options = ParseOptions { preserve_parens: false, ..ParseOptions::default() };
    let parsed = Parser::new(arena, text, source_type(path)).with_options(options).parse();
    let semantic = SemanticBuilder::new().with_stats(expected_size(text)).build(&parsed.program).semantic;

    let mut errors: Vec<SyntaxError> = parsed
        .diagnostics
        .errors()
        .map(|diagnostic| SyntaxError {
            span: diagnostic.labels.first().map(|label| span_of(label.span())).unwrap_or_default(),
            message: diagnostic.message.to_string(),
            help: diagnostic.help.as_ref().map(ToString::to_string),
        })
        .collect();
    let mut lowering = Lowering::new(semantic.scoping(), arena, text.len());
    lowering.module(&parsed.program);
    let (program, spans, too_deep) = lowering.finish();
    errors.extend(too_deep.map(nested_too_deeply));

    let mut facts = FileFacts::new(program, spans);
    facts.comments = directive_comments(&parsed.program, text);
    facts.first_statement = first_statement(&parsed.program, text);
    facts.errors = errors;
    facts
}

fn source_type(path: &Path) -> SourceType {
    SourceType::from_path(path).unwrap_or_else(|_| SourceType::ts())
}

/// What a text of this length usually holds, so that the resolver need not walk the tree to count it.
fn expected_size(text: &str) -> Stats {
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    Stats::new(length / 8, length / 90, length / 64, length / 32)
}

fn first_statement(program: &ast::Program<'_>, text: &str) -> u32 {
    program.body.first().map_or(text.len() as u32, |statement| statement.span().start)
}

fn directive_comments(program: &ast::Program<'_>, text: &str) -> Vec<Comment> {
    program
        .comments
        .iter()
        .filter_map(|comment| {
            let inside = comment.content_span();
            let content = text.get(inside.start as usize..inside.end as usize)?;
            content.contains(DIRECTIVE).then(|| Comment {
                span: span_of(comment.span),
                text: content.to_owned(),
                is_block: comment.is_block(),
            })
        })
        .collect()
}

fn nested_too_deeply(span: Span) -> SyntaxError {
    SyntaxError {
        span,
        message: "This code is nested too deeply to analyse".to_owned(),
        help: Some("Move the inner part to a variable or function of its own".to_owned()),
    }
}

/// The facts of a file that would need too much stack to be parsed.
fn unreadable(text: &str) -> FileFacts {
    let mut facts = FileFacts::new(Lowering::empty_program(), Lowering::empty_spans());
    facts.first_statement = text.len() as u32;
    facts.errors = vec![nested_too_deeply(Span::default())];
    facts
}
