//! Memory that lowering fills, kept from one file to the next on the same thread: nothing grows step by step in each file anew,
//! and what is handed out takes exactly the memory it needs.

use std::cell::RefCell;

use lunora_facts::{BindingId, Program, SpanTable};

use crate::lowering::Scratch;

/// Buffers of a file with more expressions than this are given back instead of being kept.
const KEPT_EXPRESSIONS: usize = 1 << 14;

thread_local! {
    static KEPT: RefCell<Option<Buffers>> = const { RefCell::new(None) };
}

/// What is filled while a file is lowered. All of it is empty between two files.
#[derive(Default)]
pub(crate) struct Buffers {
    pub(crate) program: Program,
    pub(crate) spans: SpanTable,
    pub(crate) scratch: Scratch,
    /// The binding of each symbol of the file.
    pub(crate) bindings: Vec<Option<BindingId>>,
}

impl Buffers {
    /// Those of this thread, unless they are in use.
    pub(crate) fn take() -> Self {
        KEPT.take().unwrap_or_default()
    }

    /// Keeps them for the next file, and returns what they hold.
    pub(crate) fn finish(mut self) -> (Program, SpanTable) {
        let facts = (taken_program(&mut self.program), taken_spans(&mut self.spans));
        self.bindings.clear();
        if self.program.exprs.capacity() <= KEPT_EXPRESSIONS {
            KEPT.set(Some(self));
        }
        facts
    }
}

fn taken_program(program: &mut Program) -> Program {
    let strings = program.strings.clone();
    program.strings.clear();
    Program {
        strings,
        exprs: taken(&mut program.exprs),
        expr_lists: taken(&mut program.expr_lists),
        props: taken(&mut program.props),
        patterns: taken(&mut program.patterns),
        pattern_lists: taken(&mut program.pattern_lists),
        pattern_props: taken(&mut program.pattern_props),
        stmts: taken(&mut program.stmts),
        stmt_lists: taken(&mut program.stmt_lists),
        for_loops: taken(&mut program.for_loops),
        tries: taken(&mut program.tries),
        switch_cases: taken(&mut program.switch_cases),
        functions: taken(&mut program.functions),
        parameters: taken(&mut program.parameters),
        classes: program.classes.drain(..).collect(),
        bindings: taken(&mut program.bindings),
        types: taken(&mut program.types),
        type_lists: taken(&mut program.type_lists),
        type_members: taken(&mut program.type_members),
        imports: taken(&mut program.imports),
        exports: taken(&mut program.exports),
    }
}

fn taken_spans(spans: &mut SpanTable) -> SpanTable {
    SpanTable {
        exprs: taken(&mut spans.exprs),
        last_members: taken(&mut spans.last_members),
        inner_members: taken(&mut spans.inner_members),
        props: taken(&mut spans.props),
        prop_keys: taken(&mut spans.prop_keys),
        pattern_keys: taken(&mut spans.pattern_keys),
        stmts: taken(&mut spans.stmts),
        functions: taken(&mut spans.functions),
        bindings: taken(&mut spans.bindings),
        imports: taken(&mut spans.imports),
        exports: taken(&mut spans.exports),
        type_strings: taken(&mut spans.type_strings),
    }
}

/// The elements of a list in a list that holds no more.
fn taken<T: Copy>(list: &mut Vec<T>) -> Vec<T> {
    let taken = list.as_slice().to_vec();
    list.clear();
    taken
}
