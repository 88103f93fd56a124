//! What stands at a place: the names that it mentions.

use lunora_facts::Span;
use lunora_project::mentions::{Certainty, Mention, MentionKind, Mentions, Symbol};
use lunora_project::{Place, Project};
use lunora_source::SourceFile;

use crate::snapshot::FileView;

/// What is named at an offset of a file: the best of what is mentioned there first.
pub(super) fn mentions_at(file: FileView<'_>, offset: u32) -> Vec<Mention> {
    let Some(source) = file.source() else { return Vec::new() };
    let near = best_at(&file.mentions(), source, offset);
    // What a helper is given is known to its callers only. To ask them costs, so there must be something to be told.
    if near.is_empty() && file.project().is_named(word_at(&source.text, offset)) {
        return best_at(file.project().mentions(), source, offset);
    }
    near
}

/// The name at an offset of a file and where it stands.
pub(super) fn symbol_at(file: FileView<'_>, offset: u32) -> Option<(Symbol, Span)> {
    let mention = mentions_at(file, offset).into_iter().next()?;
    let span = mention.span(file.source()?)?;
    Some((mention.symbol, span))
}

/// Where something is declared; one place, also for columns that a modifier adds.
pub(super) fn definition(project: &Project, mentions: &Mentions, symbol: &Symbol) -> Option<Place> {
    let declared = mentions.of(symbol).find(|mention| mention.kind == MentionKind::Definition);
    declared.map(|mention| mention.place).or_else(|| {
        let table = project.schema.table(symbol.table()?)?;
        match symbol {
            Symbol::Table(_) => Some(table.place),
            Symbol::Column { name, .. } => table.column(name).map(|column| column.place),
            Symbol::Index { name, .. } => table.index(name).map(|index| index.place),
            _ => None,
        }
    })
}

fn best_at(mentions: &Mentions, source: &SourceFile, offset: u32) -> Vec<Mention> {
    let mut found: Vec<Mention> = mentions.at(source, offset).cloned().collect();
    found.sort_by_key(|mention| (rank(mention), mention.place));
    // Where one name ends another begins: of two places, one counts.
    if let Some(place) = found.first().map(|mention| mention.place) {
        found.retain(|mention| mention.place == place);
    }
    found
}

/// The word around an offset; empty if there is none.
pub(super) fn word_at(text: &str, offset: u32) -> &str {
    let is_word = |character: char| character.is_alphanumeric() || matches!(character, '_' | '$');
    let (Some(before), Some(after)) = (text.get(..offset as usize), text.get(offset as usize..)) else {
        return "";
    };
    let start = before.trim_end_matches(is_word).len();
    let length = after.find(|character| !is_word(character)).unwrap_or(after.len());
    text.get(start..offset as usize + length).unwrap_or_default()
}

/// Names of tables, columns and indexes come before what is only called like them.
fn rank(mention: &Mention) -> u8 {
    match (&mention.symbol, mention.certainty) {
        (Symbol::Argument { .. } | Symbol::Output { .. }, _) => 3,
        (_, Certainty::Possible) => 2,
        (_, Certainty::Conventional) => 1,
        (_, Certainty::Certain) => 0,
    }
}
