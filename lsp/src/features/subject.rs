//! What stands at a place: the names that it mentions.

use lunora_facts::Span;
use lunora_project::mentions::{Certainty, Mention, MentionKind, Symbol};
use lunora_project::{Place, Project};

use crate::snapshot::FileView;

/// What is named at an offset of a file: the best of what is mentioned there first.
pub(super) fn mentions_at(file: FileView<'_>, offset: u32) -> Vec<&Mention> {
    let Some(source) = file.source() else { return Vec::new() };
    let mut found: Vec<&Mention> = file.project().mentions().at(source, offset).collect();
    found.sort_by_key(|mention| (rank(mention), mention.place));
    // Where one name ends another begins: of two places, one counts.
    if let Some(place) = found.first().map(|mention| mention.place) {
        found.retain(|mention| mention.place == place);
    }
    found
}

/// The name at an offset of a file and where it stands.
pub(super) fn symbol_at(file: FileView<'_>, offset: u32) -> Option<(&Symbol, Span)> {
    let mention = mentions_at(file, offset).into_iter().next()?;
    Some((&mention.symbol, mention.span(file.source()?)?))
}

/// Where something is declared; one place, also for columns that a modifier adds.
pub(super) fn definition(project: &Project, symbol: &Symbol) -> Option<Place> {
    let mut mentions = project.mentions().of(symbol);
    let declared = mentions.find(|mention| mention.kind == MentionKind::Definition);
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

/// Names of tables, columns and indexes come before what is only called like them.
fn rank(mention: &Mention) -> u8 {
    match (&mention.symbol, mention.certainty) {
        (Symbol::Argument { .. } | Symbol::Output { .. }, _) => 3,
        (_, Certainty::Possible) => 2,
        (_, Certainty::Conventional) => 1,
        (_, Certainty::Certain) => 0,
    }
}
