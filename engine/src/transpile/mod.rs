//! TypeScript to JavaScript, one file at a time.

mod positions;

use std::path::{Path, PathBuf};

use lunora_source::{LineIndex, SourceFile};
use oxc_allocator::Allocator;
use oxc_codegen::{Codegen, CodegenOptions};
use oxc_parser::Parser;
use oxc_semantic::SemanticBuilder;
use oxc_span::SourceType;
use oxc_transformer::{TransformOptions, Transformer};

pub(crate) use positions::Positions;

use crate::error::EngineError;

/// A file as QuickJS gets it.
pub(crate) struct Transpiled {
    /// The JavaScript.
    pub(crate) code: String,
    /// Where each part of it comes from.
    pub(crate) positions: Positions,
}

/// How many brackets may be open at once.
const MAX_BRACKETS: usize = 2_000;

/// Stack for the deepest nesting that is let pass, with much to spare.
const STACK: usize = 64 << 20;

/// Turns a file into JavaScript: types go, and imports that only types use; everything else stays as it is.
///
/// # Errors
/// If the file could not be read, does not parse or nests too deeply.
pub(crate) fn transpile(file: &SourceFile) -> Result<Transpiled, EngineError> {
    if file.is_unreadable {
        return Err(failure(&file.relative, "", 0, "the file could not be read".to_owned()));
    }
    // Extraction bounds the depth of the tree that it accepts, where parentheses don't count; the transformer and the printer recurse
    // without counting anything.
    if depth_of_brackets(&file.text) > MAX_BRACKETS {
        return Err(too_deep(&file.relative));
    }
    if let Some(error) = file.facts.errors.first() {
        return Err(failure(&file.relative, &file.text, error.span.start, error.message.clone()));
    }
    stacker::maybe_grow(STACK / 2, STACK, || transpile_bounded(&file.relative, &file.text))
}

/// As [`transpile`], for a file that is no part of a project.
///
/// # Errors
/// As [`transpile`].
pub(crate) fn transpile_text(file: &str, text: &str) -> Result<Transpiled, EngineError> {
    with_stack(text, || transpile_bounded(file, text)).ok_or_else(|| too_deep(file))?
}

/// Does something that recurses into a text, with the stack for it; `None` if the text nests too deeply.
pub(crate) fn with_stack<T>(text: &str, body: impl FnOnce() -> T) -> Option<T> {
    let is_flat = depth_of_brackets(text) <= MAX_BRACKETS;
    is_flat.then(|| stacker::maybe_grow(STACK / 2, STACK, body))
}

fn transpile_bounded(file: &str, text: &str) -> Result<Transpiled, EngineError> {
    let path = Path::new(file);
    let source_type = SourceType::from_path(path).unwrap_or_else(|_| SourceType::ts());
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let allocator = Allocator::default();
    let parsed = Parser::new(&allocator, text, source_type).parse();
    if let Some(diagnostic) = parsed.diagnostics.first() {
        let offset = diagnostic.labels.first().map_or(0, |label| label.offset());
        return Err(failure(file, text, offset, diagnostic.message.to_string()));
    }
    let mut program = parsed.program;
    let semantic = SemanticBuilder::new().with_excess_capacity(2.0).with_enum_eval(true).build(&program);
    if let Some(diagnostic) = semantic.diagnostics.first() {
        return Err(failure(file, text, 0, diagnostic.message.to_string()));
    }
    let options = TransformOptions::default();
    let transformed = Transformer::new(&allocator, path, &options)
        .build_with_scoping(semantic.semantic.into_scoping(), &mut program);
    if let Some(diagnostic) = transformed.diagnostics.first() {
        return Err(failure(file, text, 0, diagnostic.message.to_string()));
    }
    let printed = Codegen::new()
        .with_options(CodegenOptions {
            source_map_path: Some(PathBuf::from(file)),
            ..CodegenOptions::default()
        })
        .build(&program);
    Ok(Transpiled { code: printed.code, positions: Positions::new(printed.map) })
}

/// How many brackets are open at once, at the most. Those in texts and comments count too, which only errs for odd files.
fn depth_of_brackets(text: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for byte in text.bytes() {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

fn too_deep(file: &str) -> EngineError {
    failure(file, "", 0, format!("it has more than {MAX_BRACKETS} brackets inside each other"))
}

fn failure(file: &str, text: &str, offset: u32, message: String) -> EngineError {
    let position = LineIndex::new(text).utf16(offset);
    EngineError::Transpile { file: file.to_owned(), line: position.line, column: position.column, message }
}
