//! The builder that fills the arenas of a [`Program`] and its [`SpanTable`] side by side.
//!
//! Children are lowered before the list that holds them is written, so that every list is one run. Until then they wait on a
//! scratch stack; a nested list uses the same stack above its parent's part.

use lunora_facts::{
    Binding, BindingId, BindingKind, Block, ClassMember, Expr, ExprId, Function, FunctionId, FunctionKind,
    ListRange, Name, Parameter, Pattern, PatternId, PatternProp, Program, Prop, Span, SpanTable, Stmt,
    StmtId, SwitchCase, Type, TypeId, TypeMember,
};
use oxc_allocator::{Allocator, HashMap};
use oxc_ast::ast::{BindingIdentifier, IdentifierReference};
use oxc_semantic::{Scoping, SymbolId};

use crate::buffers::Buffers;

/// How deeply expressions, statements, patterns and types may nest. What lies deeper is opaque, so that everything that walks a
/// program may recurse.
pub(crate) const MAX_DEPTH: u32 = 400;

/// Lowers one file.
pub(crate) struct Lowering<'a> {
    pub(crate) program: Program,
    pub(crate) spans: SpanTable,
    pub(crate) scoping: &'a Scoping,
    pub(crate) arena: &'a Allocator,
    pub(crate) names: HashMap<'a, &'a str, Name>,
    /// The function whose body is being lowered.
    pub(crate) function: FunctionId,
    pub(crate) scratch: Scratch,
    bindings: Vec<Option<BindingId>>,
    depth: u32,
    too_deep: Option<Span>,
}

/// Elements of lists that are not complete yet.
#[derive(Default)]
pub(crate) struct Scratch {
    pub(crate) exprs: Vec<ExprId>,
    pub(crate) props: Vec<PendingProp>,
    pub(crate) patterns: Vec<Option<PatternId>>,
    pub(crate) pattern_props: Vec<(PatternProp, Span)>,
    pub(crate) stmts: Vec<StmtId>,
    pub(crate) cases: Vec<SwitchCase>,
    pub(crate) parameters: Vec<Parameter>,
    pub(crate) types: Vec<TypeId>,
    pub(crate) type_members: Vec<TypeMember>,
    pub(crate) class_members: Vec<ClassMember>,
}

/// A property of an object literal with its places.
pub(crate) struct PendingProp {
    pub(crate) prop: Prop,
    pub(crate) span: Span,
    pub(crate) key_span: Span,
}

impl<'a> Lowering<'a> {
    /// A builder for a text of `length` bytes.
    pub(crate) fn new(scoping: &'a Scoping, arena: &'a Allocator, length: usize) -> Self {
        let Buffers { program, spans, scratch, mut bindings } = Buffers::take();
        bindings.resize(scoping.symbols_len(), None);
        Self {
            program,
            spans,
            scoping,
            arena,
            names: HashMap::with_capacity_in(length / 40, arena),
            function: FunctionId::MODULE,
            scratch,
            bindings,
            depth: 0,
            too_deep: None,
        }
    }

    /// The program, its spans, and the first place that was too deep to lower.
    pub(crate) fn finish(self) -> (Program, SpanTable, Option<Span>) {
        let Self { program, spans, scratch, bindings, too_deep, .. } = self;
        let (program, spans) = Buffers { program, spans, scratch, bindings }.finish();
        (program, spans, too_deep)
    }

    /// The facts of a file of which nothing could be read: a module body without statements.
    pub(crate) fn empty_program() -> Program {
        Program { functions: vec![module_function()], ..Program::default() }
    }

    /// The spans that go with [`Self::empty_program`].
    pub(crate) fn empty_spans() -> SpanTable {
        SpanTable { functions: vec![Span::default()], ..SpanTable::default() }
    }

    /// Runs `lower` one level deeper; past the limit, records the place and runs `refuse` instead.
    pub(crate) fn deeper<T>(
        &mut self,
        span: oxc_span::Span,
        lower: impl FnOnce(&mut Self) -> T,
        refuse: impl FnOnce(&mut Self) -> T,
    ) -> T {
        if self.depth >= MAX_DEPTH {
            self.too_deep.get_or_insert(span_of(span));
            return refuse(self);
        }
        self.depth += 1;
        let lowered = lower(self);
        self.depth -= 1;
        lowered
    }

    /// Adds an expression.
    pub(crate) fn add_expr(&mut self, span: oxc_span::Span, expr: Expr) -> ExprId {
        let id = ExprId::new(self.program.exprs.len() as u32);
        self.program.exprs.push(expr);
        self.spans.exprs.push(span_of(span));
        id
    }

    /// Adds an expression that names a member at `member`.
    pub(crate) fn add_member_expr(&mut self, span: oxc_span::Span, member: Span, expr: Expr) -> ExprId {
        let id = self.add_expr(span, expr);
        self.spans.push_member(id, member);
        id
    }

    /// Adds a statement.
    pub(crate) fn add_stmt(&mut self, span: oxc_span::Span, stmt: Stmt) -> StmtId {
        let id = StmtId::new(self.program.stmts.len() as u32);
        self.program.stmts.push(stmt);
        self.spans.stmts.push(span_of(span));
        id
    }

    /// Adds a pattern.
    pub(crate) fn add_pattern(&mut self, pattern: Pattern) -> PatternId {
        let id = PatternId::new(self.program.patterns.len() as u32);
        self.program.patterns.push(pattern);
        id
    }

    /// Adds a type.
    pub(crate) fn add_type(&mut self, ty: Type) -> TypeId {
        let id = TypeId::new(self.program.types.len() as u32);
        self.program.types.push(ty);
        id
    }

    /// Moves the expressions gathered since `mark` to a list of their own.
    pub(crate) fn take_exprs(&mut self, mark: usize) -> ListRange {
        take(&mut self.scratch.exprs, mark, &mut self.program.expr_lists)
    }

    /// Moves the statements gathered since `mark` to a block of their own.
    pub(crate) fn take_stmts(&mut self, mark: usize) -> Block {
        take(&mut self.scratch.stmts, mark, &mut self.program.stmt_lists)
    }

    /// Moves the types gathered since `mark` to a list of their own.
    pub(crate) fn take_types(&mut self, mark: usize) -> ListRange {
        take(&mut self.scratch.types, mark, &mut self.program.type_lists)
    }

    /// Moves the properties gathered since `mark` to the properties of the file.
    pub(crate) fn take_props(&mut self, mark: usize) -> ListRange {
        let start = self.program.props.len() as u32;
        for pending in self.scratch.props.drain(mark..) {
            self.program.props.push(pending.prop);
            self.spans.props.push(pending.span);
            self.spans.prop_keys.push(pending.key_span);
        }
        ListRange { start, end: self.program.props.len() as u32 }
    }

    /// The binding that a name refers to; `None` if the file does not declare it.
    pub(crate) fn resolve(&mut self, reference: &IdentifierReference<'a>) -> Option<BindingId> {
        let symbol = self.scoping.get_reference(reference.reference_id.get()?).symbol_id()?;
        Some(self.binding_of(symbol))
    }

    /// Records a declaration.
    ///
    /// A name may be declared more than once: a value wins over a type of the same name, and a second value counts as an
    /// assignment.
    pub(crate) fn declare(&mut self, identifier: &BindingIdentifier<'a>, kind: BindingKind) -> BindingId {
        let span = span_of(identifier.span);
        let id = match identifier.symbol_id.get() {
            Some(symbol) => self.binding_of(symbol),
            None => self.add_binding(identifier.name.as_str(), span, false),
        };
        let function = self.function;
        let binding = &mut self.program.bindings[id.index()];
        match (binding.kind, kind) {
            (before, _) if is_value(before) => binding.is_reassigned |= is_value(kind),
            (_, BindingKind::Other) => binding.function = function,
            _ => {
                binding.kind = kind;
                binding.function = function;
                self.spans.bindings[id.index()] = span;
            }
        }
        id
    }

    /// The kind that a binding has so far.
    pub(crate) fn kind_of(&self, id: BindingId) -> BindingKind {
        self.program.bindings[id.index()].kind
    }

    /// The name of a binding.
    pub(crate) fn name_of(&self, id: BindingId) -> Name {
        self.program.bindings[id.index()].name
    }

    /// Names may be used before the declaration is reached, so bindings come into being on first sight.
    fn binding_of(&mut self, symbol: SymbolId) -> BindingId {
        if let Some(id) = self.bindings[symbol.index()] {
            return id;
        }
        let span = span_of(self.scoping.symbol_span(symbol));
        let is_reassigned = self.scoping.symbol_is_mutated(symbol);
        let id = self.add_binding(self.scoping.symbol_name(symbol), span, is_reassigned);
        self.bindings[symbol.index()] = Some(id);
        id
    }

    fn add_binding(&mut self, name: &'a str, span: Span, is_reassigned: bool) -> BindingId {
        let name = self.name(name);
        let id = BindingId::new(self.program.bindings.len() as u32);
        self.program.bindings.push(Binding {
            name,
            kind: BindingKind::Other,
            function: self.function,
            is_reassigned,
        });
        self.spans.bindings.push(span);
        id
    }
}

/// Moves what `scratch` holds since `mark` to the end of `list`.
pub(crate) fn take<T>(scratch: &mut Vec<T>, mark: usize, list: &mut Vec<T>) -> ListRange {
    let start = list.len() as u32;
    list.extend(scratch.drain(mark..));
    ListRange { start, end: list.len() as u32 }
}

/// The same range in the terms of the facts.
pub(crate) fn span_of(span: oxc_span::Span) -> Span {
    Span::new(span.start, span.end)
}

/// The module body before anything is known about it.
pub(crate) fn module_function() -> Function {
    Function {
        name: None,
        binding: None,
        parent: None,
        parameters: ListRange::default(),
        has_rest: false,
        body: Block::default(),
        kind: FunctionKind::Module,
        return_type: None,
        is_async: false,
        is_generator: false,
    }
}

fn is_value(kind: BindingKind) -> bool {
    !matches!(kind, BindingKind::Type(_) | BindingKind::Other)
}
