//! Mentions on whole projects: what the model says is named somewhere is mentioned there, and a mention's text is the name.

#![expect(clippy::unwrap_used, reason = "a test stops where its input is not as it expects")]

use std::path::Path;
use std::sync::Arc;

use lunora_project::access::{AccessPath, FieldUse, Range};
use lunora_project::mentions::{Mention, Mentions, Symbol, Unclear, UnclearReason};
use lunora_project::{Place, Project};
use lunora_source::{DiscoveryOptions, Disk, find_projects, load};

fn projects() -> Vec<Project> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let paths = [root.join("projects"), root.join("../examples")];
    let options = DiscoveryOptions::default();
    let locations = find_projects(&Disk, &paths, &options).unwrap();
    let trees = locations.iter().map(|location| load(&Disk, location, &options).unwrap());
    trees.map(|tree| Project::link(Arc::new(tree))).collect()
}

#[test]
fn the_text_of_a_mention_is_the_name() {
    for project in projects() {
        for mention in project.mentions().all() {
            let file = project.file(mention.place.file);
            let span = mention.span(file).unwrap();
            assert_eq!(file.text.get(span.range()).unwrap(), mention.symbol.name(), "{}", file.relative);
        }
    }
}

#[test]
fn what_reads_and_writes_name_is_mentioned() {
    let mut missing = Vec::new();
    let mut compared = 0;
    for project in projects() {
        let mentions = project.mentions();
        let mut expect = |symbol: Symbol, place: Option<Place>| {
            let Some(place) = place else { return };
            compared += 1;
            if !is_mentioned(mentions, &symbol, place) {
                let file = project.file(place.file);
                missing.push(format!(
                    "{}/{}: {symbol:?}",
                    project.sources.location.root.display(),
                    file.relative
                ));
            }
        };
        for read in &project.reads {
            for path in &read.paths {
                for table in &path.tables {
                    expect(Symbol::of_table(&table.name), table.place);
                    let Some(table) = project.schema.table(&table.name) else { continue };
                    if let Some((name, place)) = path.index.as_ref().and_then(|index| index.name.as_ref())
                        && table.index(name).is_some()
                    {
                        expect(Symbol::of_index(&table.name, name), *place);
                    }
                    for field in fields(path).filter(|field| table.column(&field.name).is_some()) {
                        expect(Symbol::of_column(&table.name, &field.name), field.place);
                    }
                }
            }
        }
        for write in &project.writes {
            for table in &write.tables {
                expect(Symbol::of_table(&table.name), table.place.filter(|_| write.names_table));
            }
        }
    }
    assert!(compared > 3_000, "{compared}");
    assert!(missing.is_empty(), "{missing:#?}");
}

fn is_mentioned(mentions: &Mentions, symbol: &Symbol, place: Place) -> bool {
    let is_meant = |mention: &Mention| mention.place == place && mention.symbol == *symbol;
    // A name that is put together can't be renamed where it stands; then that is known.
    let is_computed = |unclear: &Unclear| unclear.reason == UnclearReason::Computed;
    mentions.in_file(place.file).iter().any(is_meant) || mentions.unclear_about(symbol).any(is_computed)
}

/// The columns that a read names.
fn fields(path: &AccessPath) -> impl Iterator<Item = &FieldUse> {
    let bounds = match path.index.as_ref().map(|index| &index.range) {
        Some(Range::Known(bounds)) => bounds.as_slice(),
        _ => &[],
    };
    let bounds = bounds.iter().filter_map(|bound| bound.column.as_ref());
    bounds.chain(&path.selection.fields).chain(&path.order_by).chain(&path.other_fields)
}
