//! What the validators of `v` let pass.

use lunora_facts::{BindingKind, Expr, ExprId, ImportName, Span};
use lunora_source::{Module, SourceFile};

use crate::snapshot::FileView;

/// Validators with what they let pass and what SQLite makes of it.
const KINDS: &[(&str, &str)] = &[
    ("any", "Lets everything pass. Nothing checks what is stored."),
    (
        "array",
        "A list whose elements pass the given validator. It is stored as JSON: no index can find one element.",
    ),
    ("bigint", "A 64-bit integer. It is stored as a key that sorts as text."),
    ("boolean", "`true` or `false`."),
    ("bytes", "An `ArrayBuffer`."),
    ("date", "A `Date`, stored as milliseconds."),
    ("from", "What a validator of another library lets pass."),
    ("geoPoint", "A point on earth: `{ lat, lng }`. What a geo index holds."),
    ("id", "The `_id` of a row of the given table. Nothing checks that the row exists."),
    ("literal", "Exactly the given value."),
    ("null", "`null`."),
    ("number", "A double."),
    ("object", "An object with the given properties and no others. An index holds top-level columns only."),
    ("optional", "May be absent. That is not `null`: for that, call `.nullable()`."),
    ("partial", "The given properties, each of which may be absent."),
    ("record", "An object with keys that are not known beforehand."),
    ("storage", "The id of a stored file."),
    ("string", "Text."),
    ("timestamp", "A moment, in milliseconds since 1970."),
    ("union", "What any of the given validators lets pass."),
];

/// The validator whose name stands at an offset.
pub(super) fn validator_at(file: FileView<'_>, offset: u32) -> Option<(Span, String)> {
    let source = file.source()?;
    let program = &source.facts.program;
    let spans = &source.facts.spans;
    let is_here = |span: Span| span.start <= offset && offset <= span.end;
    let (expr, span) = spans.members().find(|(_, span)| is_here(*span))?;
    let Expr::Member { object, property, .. } = program.exprs.get(expr.index())? else { return None };
    let name = program.text(*property);
    let (_, words) = KINDS.iter().find(|(kind, _)| *kind == name)?;
    is_validators(source, *object).then(|| (span, format!("**validator** `v.{name}`\n\n{words}")))
}

/// Whether an expression is the `v` of Lunora.
fn is_validators(source: &SourceFile, expr: ExprId) -> bool {
    let program = &source.facts.program;
    let Expr::Binding(binding) = program.expr(expr) else { return false };
    let BindingKind::Import(import) = program.binding(*binding).kind else { return false };
    let Some(import) = program.imports.get(import as usize) else { return false };
    let is_v = matches!(import.what, ImportName::Named(name) if program.text(name) == "v");
    is_v && matches!(
        source.modules.get(&import.specifier),
        Some(Module::Lunora(_) | Module::Generated(_) | Module::Unresolved)
    )
}
