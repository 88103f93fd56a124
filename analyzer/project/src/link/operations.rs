//! From effects to operations: which procedures reach which reads, writes and dispatches, and by which calls.

use std::collections::VecDeque;
use std::rc::Rc;
use std::sync::Arc;

use ecow::EcoString;
use lunora_facts::{Expr, FileId, FunctionId};
use rustc_hash::{FxHashMap, FxHashSet};

use super::compact;
use super::paths::{PathBuilder, named_fields, table_names};
use super::predicates::{self, Subject};
use super::procedures::{FunctionKey, Root, RootOrder, target};
use super::selection::selection;
use crate::access::{
    AccessPath, Ambient, CallStep, Dispatch, EndlessLoop, FieldUse, Filter, FunctionName, LoopKind, LoopUse,
    Reach, Read, RowSort, Target, Unfollowed, Write,
};
use crate::evaluate::effect::{
    Activation, ActivationId, DispatchEffect, EffectKind, Loop, LoopOver, ReadEffect, ReadForm, RowsEffect,
    RowsUse, WriteEffect,
};
use crate::evaluate::origin::Data;
use crate::evaluate::value::Value;
use crate::place::{Part, Place, Site};
use crate::procedure::ProcedureId;

/// The operations that the roots of one group of files reach. Reaches name roots by their position in the group.
#[derive(Default, Debug)]
pub(crate) struct GroupOperations {
    pub(super) reads: Vec<ReadDraft>,
    pub(super) writes: Vec<Arc<Write>>,
    pub(super) dispatches: Vec<Arc<Dispatch>>,
    pub(super) ambient: Vec<Arc<Ambient>>,
    pub(super) endless_loops: Vec<Arc<EndlessLoop>>,
    pub(super) unfollowed: Vec<Arc<Unfollowed>>,
    /// Roots that look at the caller's identity.
    pub(super) with_identity: FxHashSet<ProcedureId>,
    /// Roots that refuse by who calls or what is stored.
    pub(super) with_permission: FxHashSet<ProcedureId>,
}

/// A read with what each root says of it.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct ReadDraft {
    /// The read, without paths, filters and sorts.
    pub(super) read: Arc<Read>,
    pub(super) paths: Vec<Draft<AccessPath>>,
    pub(super) filters: Vec<Draft<Filter>>,
    pub(super) sorts: Vec<Draft<RowSort>>,
}

/// A part of a read with the first root that it was seen from; `None` for code that nothing reaches, which counts least.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Draft<T> {
    pub(super) order: Option<RootOrder>,
    pub(super) part: T,
}

/// Gathers the operations that roots reach.
pub(crate) fn gather(builder: &PathBuilder<'_>, roots: &[Root]) -> GroupOperations {
    let mut gatherer = Gatherer::new(builder);
    for (index, root) in roots.iter().enumerate() {
        let id = ProcedureId(u32::try_from(index).unwrap_or(u32::MAX));
        gatherer.root(root.activation, Some((id, root)));
    }
    gatherer.finish()
}

/// Gathers the operations of code that nothing reaches, and the functions that it runs.
pub(crate) fn gather_detached(
    builder: &PathBuilder<'_>,
    activation: ActivationId,
) -> (GroupOperations, Vec<FunctionKey>) {
    let mut gatherer = Gatherer::new(builder);
    gatherer.root(activation, None);
    let activations = builder.interpreter.activations();
    let mut functions: Vec<FunctionKey> = gatherer
        .way
        .seen
        .iter()
        .filter_map(|id| activations.get(id.0 as usize))
        .map(|activation| (activation.file, activation.function))
        .collect();
    functions.sort_unstable();
    functions.dedup();
    (gatherer.finish(), functions)
}

struct Gatherer<'a> {
    builder: &'a PathBuilder<'a>,
    reads: FxHashMap<Site, usize>,
    writes: FxHashMap<Site, usize>,
    dispatches: FxHashMap<Site, usize>,
    ambient: FxHashMap<Site, usize>,
    endless_loops: FxHashMap<Place, usize>,
    unfollowed: FxHashMap<Place, usize>,
    /// Where the access paths of a read effect (activation and position) stand in its draft.
    converted: FxHashMap<(ActivationId, usize), std::ops::Range<usize>>,
    /// Uses of rows that were recorded: read, place, whether a root reaches them.
    row_uses: FxHashSet<(Site, Place, bool)>,
    way: Way,
    operations: GroupOperations,
}

/// What one root leads to. The memory serves one root after the other.
#[derive(Default)]
struct Way {
    seen: FxHashSet<ActivationId>,
    queue: VecDeque<Visit>,
    row_uses: Vec<(Rc<RowsEffect>, Vec<Loop>)>,
    /// The loops around each read.
    read_loops: FxHashMap<Site, Vec<Loop>>,
}

impl Way {
    fn begin(&mut self, activation: ActivationId) {
        self.seen.clear();
        self.row_uses.clear();
        self.read_loops.clear();
        self.seen.insert(activation);
        self.queue.push_back(Visit {
            activation,
            steps: Arc::default(),
            loops: Vec::new(),
            is_conditional: false,
        });
    }
}

/// One activation on the way from a root.
struct Visit {
    activation: ActivationId,
    steps: Arc<[CallStep]>,
    loops: Vec<Loop>,
    is_conditional: bool,
}

impl<'a> Gatherer<'a> {
    fn new(builder: &'a PathBuilder<'a>) -> Self {
        Self {
            builder,
            reads: FxHashMap::default(),
            writes: FxHashMap::default(),
            dispatches: FxHashMap::default(),
            ambient: FxHashMap::default(),
            endless_loops: FxHashMap::default(),
            unfollowed: FxHashMap::default(),
            converted: FxHashMap::default(),
            row_uses: FxHashSet::default(),
            way: Way::default(),
            operations: GroupOperations::default(),
        }
    }

    /// What was gathered, each kind in the order of the code.
    fn finish(mut self) -> GroupOperations {
        let operations = &mut self.operations;
        operations.reads.sort_unstable_by_key(|draft| draft.read.key);
        operations.writes.sort_unstable_by_key(|write| write.site);
        operations.dispatches.sort_unstable_by_key(|dispatch| dispatch.place);
        operations.ambient.sort_unstable_by_key(|ambient| ambient.place);
        operations.endless_loops.sort_unstable_by_key(|endless| endless.place);
        operations.unfollowed.sort_unstable_by_key(|unfollowed| unfollowed.place);
        self.operations
    }

    /// Gathers what one root reaches.
    fn root(&mut self, activation: ActivationId, root: Option<(ProcedureId, &Root)>) {
        let handler = root.and_then(|(_, root)| root.handler);
        let mut way = std::mem::take(&mut self.way);
        way.begin(activation);
        // Breadth first: the first visit of an activation is by the shortest path.
        while let Some(visit) = way.queue.pop_front() {
            let current = &self.builder.interpreter.activations()[visit.activation.0 as usize];
            for (position, effect) in current.effects.iter().enumerate() {
                let mut loops = visit.loops.clone();
                loops.extend(effect.loops.iter().cloned());
                let is_conditional = visit.is_conditional || effect.is_conditional;
                match &effect.kind {
                    EffectKind::Call { activation: callee, site } => {
                        if way.seen.insert(*callee) {
                            let steps = self.steps(&visit.steps, *callee, *site, handler);
                            way.queue.push_back(Visit { activation: *callee, steps, loops, is_conditional });
                        }
                    }
                    EffectKind::Read(read) => {
                        way.read_loops.entry(read.key).or_insert_with(|| loops.clone());
                        let id = (visit.activation, position);
                        let (steps, holder) = self.way_to_reader(&visit, read, handler);
                        let index = self.read(read, holder.file, holder.function);
                        self.path(index, read, id, &loops, root);
                        let reach = reach(root, &visit, &loops, is_conditional);
                        let reach = reach.map(|reach| Reach { calls: steps, ..reach });
                        add_reach(
                            &mut Arc::make_mut(&mut self.operations.reads[index].read).reached_from,
                            reach,
                        );
                    }
                    EffectKind::Rows(rows) => way.row_uses.push((Rc::clone(rows), loops)),
                    EffectKind::Write(write) => {
                        let reach = reach(root, &visit, &loops, is_conditional);
                        self.write(write, &loops, reach, current.file, current.function);
                    }
                    EffectKind::Dispatch(dispatch) => {
                        let reach = reach(root, &visit, &loops, is_conditional);
                        let function = self.function_name(current.file, current.function);
                        self.dispatch(dispatch, is_conditional, reach, function);
                    }
                    EffectKind::Ambient { site, callee } => {
                        let reach = reach(root, &visit, &loops, is_conditional);
                        let function = self.function_name(current.file, current.function);
                        self.ambient(*site, callee, reach, function);
                    }
                    EffectKind::Identity => {
                        self.operations.with_identity.extend(root.map(|(id, _)| id));
                    }
                    EffectKind::Permission => {
                        self.operations.with_permission.extend(root.map(|(id, _)| id));
                    }
                    EffectKind::EndlessLoop { place, keyword } => {
                        let reach = reach(root, &visit, &loops, is_conditional);
                        let function = self.function_name(current.file, current.function);
                        self.endless_loop(*place, keyword, reach, function);
                    }
                    EffectKind::GaveUp { function } => {
                        let reach = reach(root, &visit, &loops, is_conditional);
                        self.unfollowed(*function, reach);
                    }
                }
            }
        }
        for (rows, loops) in &way.row_uses {
            self.rows(rows, loops, &way.read_loops, root.map(|(_, root)| root.order));
        }
        self.way = way;
    }

    fn read(&mut self, effect: &ReadEffect, file: FileId, function: FunctionId) -> usize {
        if let Some(index) = self.reads.get(&effect.key) {
            return *index;
        }
        let read = Read {
            key: effect.key,
            place: self.builder.read_place(effect),
            paths: Vec::new(),
            row_filters: Vec::new(),
            row_sorts: Vec::new(),
            reached_from: Vec::new(),
            function: self.function_name(file, function),
        };
        let read = Arc::new(read);
        let draft = ReadDraft { read, paths: Vec::new(), filters: Vec::new(), sorts: Vec::new() };
        self.operations.reads.push(draft);
        let index = self.operations.reads.len() - 1;
        self.reads.insert(effect.key, index);
        index
    }

    fn path(
        &mut self,
        index: usize,
        effect: &ReadEffect,
        id: (ActivationId, usize),
        loops: &[Loop],
        root: Option<(ProcedureId, &Root)>,
    ) {
        let kinds: Vec<LoopKind> = loops.iter().map(loop_kind).collect();
        let paths = &mut self.operations.reads[index].paths;
        if let Some(range) = self.converted.get(&id) {
            for draft in &mut paths[range.clone()] {
                draft.part.loops = longest(std::mem::take(&mut draft.part.loops), kinds.clone());
                draft.part.reached_from.extend(root.map(|(procedure, _)| procedure));
            }
            return;
        }
        let start = paths.len();
        for mut part in self.builder.paths(effect) {
            part.loops.clone_from(&kinds);
            part.reached_from.extend(root.map(|(procedure, _)| procedure));
            compact::push(paths, Draft { order: root.map(|(_, root)| root.order), part });
        }
        self.converted.insert(id, start..paths.len());
    }

    fn rows(
        &mut self,
        effect: &RowsEffect,
        loops: &[Loop],
        read_loops: &FxHashMap<Site, Vec<Loop>>,
        order: Option<RootOrder>,
    ) {
        let Some(index) = self.reads.get(&effect.key).copied() else {
            return;
        };
        if !self.row_uses.insert((effect.key, effect.place, order.is_some())) {
            return;
        }
        let around: &[Loop] = read_loops.get(&effect.key).map(Vec::as_slice).unwrap_or_default();
        let later: Vec<u32> = loops
            .iter()
            .map(|inner| inner.token)
            .filter(|token| around.iter().all(|outer| outer.token != *token))
            .collect();
        match &effect.kind {
            RowsUse::Filter { method, test } => {
                let subject = Subject { key: effect.key, later_loops: &later, schema: self.builder.schema };
                let is_only_use = self.is_only_use(effect.place);
                let part = Filter { is_only_use, ..predicates::filter(test, method, effect.place, &subject) };
                compact::push(&mut self.operations.reads[index].filters, Draft { order, part });
            }
            RowsUse::Sort { columns } => {
                let part = RowSort { place: effect.place, columns: columns.clone() };
                compact::push(&mut self.operations.reads[index].sorts, Draft { order, part });
            }
        }
    }

    /// Whether the name that a method is called on occurs nowhere else.
    fn is_only_use(&self, call: Place) -> bool {
        let program = self.builder.interpreter.program(call.file);
        let Part::MethodCall { callee, .. } = call.part else { return true };
        let Expr::Member { object, .. } = program.expr(callee) else { return true };
        let Expr::Binding(name) = program.expr(*object) else { return true };
        self.builder.interpreter.names(call.file).count(*name) == 1
    }

    fn write(
        &mut self,
        effect: &WriteEffect,
        loops: &[Loop],
        reach: Option<Reach>,
        file: FileId,
        function: FunctionId,
    ) {
        let (target, patched) = (upsert_target(effect), patched_columns(effect));
        let index = match self.writes.get(&effect.site) {
            Some(index) => {
                let known = Arc::make_mut(&mut self.operations.writes[*index]);
                join_columns(known, target, patched);
                *index
            }
            None => {
                let mut relations = Vec::new();
                let from = Part::Chain { from: effect.receiver, to: effect.site.expr };
                self.operations.writes.push(Arc::new(Write {
                    site: effect.site,
                    place: Place { file: effect.site.file, part: from },
                    call: effect.site.method_call(effect.callee),
                    method: effect.method.clone(),
                    tables: Vec::new(),
                    table_writers: Vec::new(),
                    is_table_known: true,
                    is_database_certain: effect.database.certain,
                    names_table: effect.names_table,
                    is_by_id: effect.id.is_some(),
                    id_row: effect.id.as_ref().and_then(id_row),
                    is_hard: effect.is_hard,
                    selection: selection(effect.selection.as_ref(), &mut relations),
                    target,
                    patched,
                    loops: Vec::new(),
                    reached_from: Vec::new(),
                    function: self.function_name(file, function),
                }));
                let index = self.operations.writes.len() - 1;
                self.writes.insert(effect.site, index);
                index
            }
        };
        let known = Arc::make_mut(&mut self.operations.writes[index]);
        known.loops = longest(std::mem::take(&mut known.loops), loops.iter().map(loop_kind).collect());
        // An unknown table in code that nothing calls may still be any table.
        known.is_table_known &= effect.tables.complete;
        for table in table_names(&effect.tables) {
            let index = known.tables.iter().position(|other| other.name == table.name).unwrap_or_else(|| {
                compact::push(&mut known.tables, table);
                compact::push(&mut known.table_writers, Vec::new());
                known.tables.len() - 1
            });
            known.table_writers[index].extend(reach.as_ref().map(|reach| reach.procedure));
        }
        add_reach(&mut known.reached_from, reach);
    }

    fn dispatch(
        &mut self,
        effect: &DispatchEffect,
        is_conditional: bool,
        reach: Option<Reach>,
        function: FunctionName,
    ) {
        let named = target(&effect.target);
        let all = &mut self.operations.dispatches;
        let index = *self.dispatches.entry(effect.site).or_insert_with(|| {
            all.push(Arc::new(Dispatch {
                place: effect.site.place(),
                call: effect.site.method_call(effect.callee),
                has_shard_key: has_shard_key(effect.options.as_ref()),
                method: effect.method.clone(),
                target: named.clone(),
                is_conditional,
                reached_from: Vec::new(),
                function,
            }));
            all.len() - 1
        });
        let known = Arc::make_mut(&mut all[index]);
        known.is_conditional &= is_conditional;
        if known.target != named {
            known.target = Target::Unknown;
        }
        add_reach(&mut known.reached_from, reach);
    }

    fn ambient(&mut self, site: Site, callee: &str, reach: Option<Reach>, function: FunctionName) {
        let all = &mut self.operations.ambient;
        let index = *self.ambient.entry(site).or_insert_with(|| {
            all.push(Arc::new(Ambient {
                place: site.place(),
                callee: EcoString::from(callee),
                reached_from: Vec::new(),
                function,
            }));
            all.len() - 1
        });
        add_reach(&mut Arc::make_mut(&mut all[index]).reached_from, reach);
    }

    fn endless_loop(
        &mut self,
        place: Place,
        keyword: &'static str,
        reach: Option<Reach>,
        function: FunctionName,
    ) {
        let all = &mut self.operations.endless_loops;
        let index = *self.endless_loops.entry(place).or_insert_with(|| {
            all.push(Arc::new(EndlessLoop { place, keyword, reached_from: Vec::new(), function }));
            all.len() - 1
        });
        add_reach(&mut Arc::make_mut(&mut all[index]).reached_from, reach);
    }

    fn unfollowed(&mut self, place: Place, reach: Option<Reach>) {
        let all = &mut self.operations.unfollowed;
        let index = *self.unfollowed.entry(place).or_insert_with(|| {
            all.push(Arc::new(Unfollowed { place, reached_from: Vec::new() }));
            all.len() - 1
        });
        add_reach(&mut Arc::make_mut(&mut all[index]).reached_from, reach);
    }

    /// The calls to the function that began a read, and its activation: a helper may return a reader that its caller ends.
    fn way_to_reader(
        &self,
        visit: &Visit,
        effect: &ReadEffect,
        handler: Option<(FileId, FunctionId)>,
    ) -> (Arc<[CallStep]>, &Activation) {
        let activations = self.builder.interpreter.activations();
        let current = &activations[visit.activation.0 as usize];
        let made_in = match &effect.form {
            ReadForm::Fluent { reader, .. } => reader.made_in.filter(|made_in| *made_in != visit.activation),
            _ => None,
        };
        let call = made_in.and_then(|made_in| {
            current.effects.iter().find_map(|effect| match effect.kind {
                EffectKind::Call { activation, site } if activation == made_in => Some((activation, site)),
                _ => None,
            })
        });
        match call {
            Some((maker, site)) => {
                let steps = self.steps(&visit.steps, maker, site, handler);
                (steps, &activations[maker.0 as usize])
            }
            None => (Arc::clone(&visit.steps), current),
        }
    }

    /// The calls to an activation; the call of a procedure's own handler is none.
    fn steps(
        &self,
        steps: &Arc<[CallStep]>,
        callee: ActivationId,
        site: Site,
        handler: Option<(FileId, FunctionId)>,
    ) -> Arc<[CallStep]> {
        let activation = &self.builder.interpreter.activations()[callee.0 as usize];
        if steps.is_empty() && handler == Some((activation.file, activation.function)) {
            return Arc::clone(steps);
        }
        let function = self.function_name(activation.file, activation.function);
        // The nameless function inside of a wrapper is the procedure's own code.
        if function.name.is_none() && handler.is_some() && steps.is_empty() {
            return Arc::clone(steps);
        }
        let spans = &self.builder.sources.files[site.file.index()].facts.spans;
        let place = (site.expr.index() < spans.exprs.len()).then(|| site.place());
        steps.iter().cloned().chain([CallStep { place, function }]).collect()
    }

    /// The name of a function, or of the nearest one around it that has one.
    fn function_name(&self, file: FileId, function: FunctionId) -> FunctionName {
        let program = &self.builder.sources.files[file.index()].facts.program;
        let mut current = Some(function);
        while let Some(id) = current {
            let Some(function) = program.functions.get(id.index()) else {
                break;
            };
            if let Some(name) = function.name {
                return FunctionName { file, name: Some(Arc::from(program.text(name))) };
            }
            current = function.parent;
        }
        FunctionName { file, name: None }
    }
}

/// The columns by which an upsert looks for its row.
fn upsert_target(effect: &WriteEffect) -> Option<Vec<FieldUse>> {
    let columns = effect.target.as_ref()?;
    let is_whole = match columns {
        Value::Array(array) => !array.open && array.items.iter().all(|item| item.as_str().is_some()),
        column => column.as_str().is_some(),
    };
    is_whole.then(|| named_fields(columns)).filter(|columns| !columns.is_empty())
}

/// The columns to which a write gives values in rows that are there already.
fn patched_columns(effect: &WriteEffect) -> Option<Vec<EcoString>> {
    let object = effect.patched.as_ref()?.as_object()?;
    let is_whole = !object.open && object.base.is_none();
    let mut columns: Vec<EcoString> = object.props.iter().map(|prop| prop.name.clone()).collect();
    columns.sort_unstable();
    is_whole.then_some(columns)
}

/// Adds what another way to the same write says of its columns.
pub(super) fn join_columns(
    known: &mut Write,
    target: Option<Vec<FieldUse>>,
    patched: Option<Vec<EcoString>>,
) {
    if known.target != target {
        known.target = None;
    }
    known.patched = match (known.patched.take(), patched) {
        (Some(mut columns), Some(more)) => {
            columns.extend(more);
            columns.sort_unstable();
            columns.dedup();
            Some(columns)
        }
        _ => None,
    };
}

fn reach(
    root: Option<(ProcedureId, &Root)>,
    visit: &Visit,
    loops: &[Loop],
    is_conditional: bool,
) -> Option<Reach> {
    let loops = loops.iter().map(|inner| LoopUse { kind: loop_kind(inner), place: inner.place }).collect();
    root.map(|(procedure, _)| Reach { procedure, calls: Arc::clone(&visit.steps), loops, is_conditional })
}

/// Whether the options of a schedule name a shard key.
fn has_shard_key(options: Option<&Value>) -> Option<bool> {
    match options {
        None | Some(Value::Undefined) => Some(false),
        Some(Value::Object(options)) => match options.get("shardKey") {
            Some(prop) if prop.certain => Some(!matches!(prop.value, Value::Undefined)),
            Some(_) => None,
            None if options.open => None,
            None => Some(false),
        },
        Some(_) => None,
    }
}

/// The read whose row an id belongs to.
fn id_row(id: &Value) -> Option<Site> {
    let Value::Data(data) = id else { return None };
    match &**data {
        Data::Column { key, path, .. } if path.len() == 1 && &*path[0] == "_id" => Some(*key),
        _ => None,
    }
}

/// The longer of two ways through loops; of equally long ones the smaller, so that the order of finding them does not matter.
pub(super) fn longest(left: Vec<LoopKind>, right: Vec<LoopKind>) -> Vec<LoopKind> {
    let key = |loops: &[LoopKind]| (std::cmp::Reverse(loops.len()), loops.to_vec());
    if key(&right) < key(&left) { right } else { left }
}

/// Adds the way from a root. Roots are gathered one after the other, so a way that is known from the same one is the last.
fn add_reach(known: &mut Vec<Reach>, reach: Option<Reach>) {
    let Some(reach) = reach else { return };
    if known.last().is_none_or(|last| last.procedure != reach.procedure) {
        compact::push(known, reach);
    }
}

fn loop_kind(inner: &Loop) -> LoopKind {
    match inner.over {
        LoopOver::Rows(key) => LoopKind::Rows(key),
        LoopOver::Argument { maximum } => LoopKind::Argument { maximum },
        LoopOver::Constant(count) => LoopKind::Constant(count),
        LoopOver::Unknown => LoopKind::Unknown,
    }
}
