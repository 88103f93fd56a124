//! Linking once more to note down every name: one interpreter for all files, which records.

use std::cell::OnceCell;
use std::rc::Rc;

use lunora_facts::FileId;
use lunora_source::{SourceFile, SourceTree};
use rustc_hash::FxHashSet;

use super::calls::{HeldCall, held_calls};
use super::relevance::Relevance;
use super::threads::STACK_BYTES;
use super::{find_schema, lunora_prefix, procedures, schema};
use crate::evaluate::Interpreter;
use crate::evaluate::declaration::SchemaValue;
use crate::evaluate::effect::{EffectKind, ReadEffect};
use crate::evaluate::recorder::Recorder;
use crate::evaluate::schema_view::SchemaView;
use crate::evaluate::value::StringValue;
use crate::schema::Schema;

/// What a recording run saw.
pub(crate) struct Recording {
    pub(crate) schema: Option<Rc<SchemaValue>>,
    /// The schema as the model knows it.
    pub(crate) model: Schema,
    pub(crate) recorder: Recorder,
    /// Every read, also of code that nothing reaches.
    pub(crate) reads: Vec<Rc<ReadEffect>>,
    /// Every call site, if all files were looked at.
    pub(crate) calls: Vec<HeldCall>,
    /// The tables that `v.id(…)` names.
    pub(crate) id_tables: Vec<StringValue>,
}

/// Evaluates all of a project while noting down names, and hands what it saw to `harvest`; `None` if there is no thread to run it on.
pub(crate) fn record<T: Send>(
    sources: &SourceTree,
    only: Option<FileId>,
    harvest: impl FnOnce(Recording) -> T + Send,
) -> Option<T> {
    let run = || harvest(run(sources, only));
    std::thread::scope(|scope| {
        let builder = std::thread::Builder::new().name("record".to_owned()).stack_size(STACK_BYTES);
        let handle = builder.spawn_scoped(scope, run).ok()?;
        match handle.join() {
            Ok(result) => Some(result),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

fn run(sources: &SourceTree, only: Option<FileId>) -> Recording {
    // Of one file, everything is looked at.
    let relevance = only.map_or_else(|| Relevance::of_files(sources), Relevance::of_one);
    let (model, view) = (OnceCell::new(), OnceCell::new());
    let mut interpreter = Interpreter::new(sources, sources.files.iter().map(|file| &**file));
    interpreter.start_recording();
    let schema_value = find_schema(&mut interpreter, sources);
    let linked = schema::link_schema(&mut interpreter, schema_value.as_ref());
    let model = model.get_or_init(|| linked.schema);
    interpreter.schema = Some(view.get_or_init(|| SchemaView::new(model)));
    let prefix = lunora_prefix(sources);
    let files = only.map_or(0..sources.files.len(), |file| file.index()..file.index() + 1);
    let triggers = linked.triggers;
    let roots =
        procedures::find_roots(&mut interpreter, sources, &prefix, &relevance, files.clone(), triggers).roots;
    let reached: FxHashSet<_> = interpreter.evaluated().collect();
    let own = sources.files.get(files).unwrap_or_default();
    let relevant: Vec<&SourceFile> =
        own.iter().map(|file| &**file).filter(|file| relevance.uses_database(file.id)).collect();
    procedures::run_detached(&mut interpreter, &relevant, |function| reached.contains(&function));
    let relevant: Vec<FileId> = relevant.iter().map(|file| file.id).collect();
    interpreter.run_unreached(&relevant);
    let calls = if only.is_none() { held_calls(&interpreter, &roots) } else { Vec::new() };
    let effects = interpreter.activations().iter().flat_map(|activation| &activation.effects);
    let reads = effects.filter_map(|effect| match &effect.kind {
        EffectKind::Read(read) => Some(Rc::clone(read)),
        _ => None,
    });
    Recording {
        reads: reads.collect(),
        calls,
        id_tables: interpreter.id_tables.clone(),
        schema: schema_value,
        recorder: interpreter.stop_recording(),
        model: model.clone(),
    }
}
