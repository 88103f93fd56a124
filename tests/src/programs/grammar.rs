//! What random programs are made of. Positions (of a table, an index, a helper …) count modulo what there is, so that every value is a
//! program; the first variant of everything is the plainest one, which is where shrinking leads.

use proptest::prelude::*;

/// The columns that every table has.
pub(super) const COLUMNS: [&str; 6] = ["owner", "kind", "rank", "flag", "note", "parentId"];

/// A project.
#[derive(Clone, Debug)]
pub struct Program {
    pub(super) tables: Vec<Table>,
    pub(super) helpers: Vec<Helper>,
    pub(super) procedures: Vec<Procedure>,
}

/// A table of the columns that all have.
#[derive(Clone, Debug)]
pub(super) struct Table {
    pub(super) style: TableStyle,
    pub(super) tier: Tier,
    pub(super) is_soft: bool,
    pub(super) has_relation: bool,
    pub(super) has_trigger: bool,
    /// Columns of each index.
    pub(super) indexes: Vec<Vec<usize>>,
}

/// How a table is declared.
#[derive(Clone, Copy, Debug)]
pub(super) enum TableStyle {
    Inline,
    Hoisted,
    SpreadShape,
    Factory,
    OtherFile,
}

/// Where its rows live.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Tier {
    Root,
    Sharded,
    Global,
}

/// A function of a library file. It may call those before it.
#[derive(Clone, Debug)]
pub(super) struct Helper {
    pub(super) receives: Receives,
    pub(super) is_typed: bool,
    pub(super) is_second_file: bool,
    pub(super) body: Vec<Step>,
}

/// How a helper gets at the database.
#[derive(Clone, Copy, Debug)]
pub(super) enum Receives {
    Context,
    Database,
    Bundle,
    Curried,
    Class,
    Inherited,
}

/// Something that can be called. It may dispatch to those before it.
#[derive(Clone, Debug)]
pub(super) struct Procedure {
    pub(super) kind: Kind,
    pub(super) form: Form,
    pub(super) is_second_file: bool,
    pub(super) body: Vec<Step>,
}

/// What it is; one that writes is never a query.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Kind {
    Query,
    Mutation,
    Action,
}

/// How it is declared.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Form {
    Builder,
    Renamed,
    Nested,
    Object,
    NamedHandler,
    ImportedHandler,
    Custom,
    CustomAlias,
    Bound,
    HigherOrder,
    Internal,
    Mutator,
}

/// A statement, or several.
#[derive(Clone, Debug)]
pub(super) enum Step {
    Operate(Handle, Operation),
    Call { helper: usize, is_bundled: bool },
    If { condition: Condition, then: Vec<Step>, otherwise: Vec<Step> },
    Leave(Condition),
    Loop { over: Over, body: Vec<Step> },
    Closure { style: ClosureStyle, body: Vec<Step> },
    Try { body: Vec<Step>, ends: Vec<Step>, is_finally: bool },
    Switch(Vec<Vec<Step>>),
    Dispatch { procedure: usize, style: ReferenceStyle },
}

/// How code gets from what it was given to the database.
#[derive(Clone, Copy, Debug)]
pub(super) enum Handle {
    Direct,
    Named,
    Destructured,
    Computed,
    Cast,
    Holder,
    Spread,
    Array,
    Branches,
    Assigned,
    DefaultParameter,
    Imported,
    Repository,
    Getter,
    Added,
    Optional,
    Awaited,
    Copied,
    GetterObject,
    Rest,
    Thunk,
    StaticMethod,
    Returned,
}

/// What is tested.
#[derive(Clone, Copy, Debug)]
pub(super) enum Condition {
    Flag,
    NotFlag,
    Rank,
    Kind,
    Either,
    SignedIn,
}

/// What a loop goes over.
#[derive(Clone, Copy, Debug)]
pub(super) enum Over {
    Items,
    Counter,
    Rows(usize),
    MapAll,
    While,
    Entries,
    Reduce,
}

/// How a function is made and called within another.
#[derive(Clone, Copy, Debug)]
pub(super) enum ClosureStyle {
    Arrow,
    Declared,
    Immediate,
    Method,
    Passed,
    Then,
}

/// How another procedure is named.
#[derive(Clone, Copy, Debug)]
pub(super) enum ReferenceStyle {
    Reference,
    Variable,
    Key,
    Table,
}

/// How a table is named.
#[derive(Clone, Copy, Debug)]
pub(super) enum TableName {
    Literal(usize),
    Constant(usize),
    Imported(usize),
    Member(usize),
    Template(usize),
    Either(usize, usize),
    Loop(usize, usize),
    Lookup(usize, usize),
}

/// What is done with the database.
#[derive(Clone, Debug)]
pub(super) enum Operation {
    Fluent(Fluent),
    Object(ObjectRead),
    Get { id: IdSource, how: GetStyle, table: usize },
    Write(Write),
}

/// A read by `query`.
#[derive(Clone, Debug)]
pub(super) struct Fluent {
    pub(super) table: TableName,
    pub(super) index: Option<IndexUse>,
    pub(super) filter: Option<FilterStyle>,
    pub(super) order: Option<bool>,
    pub(super) terminal: Terminal,
    pub(super) composition: Composition,
}

/// An index and how much of it is bound.
#[derive(Clone, Copy, Debug)]
pub(super) struct IndexUse {
    pub(super) index: usize,
    pub(super) equalities: usize,
    pub(super) bound: Option<usize>,
    pub(super) style: RangeStyle,
}

/// How a range is written.
#[derive(Clone, Copy, Debug)]
pub(super) enum RangeStyle {
    Arrow,
    Block,
    Named,
    Conditional,
    Imported,
}

/// How rows are filtered.
#[derive(Clone, Copy, Debug)]
pub(super) enum FilterStyle {
    Column,
    Argument,
    Block,
    Named,
}

/// How a reader ends.
#[derive(Clone, Copy, Debug)]
pub(super) enum Terminal {
    Collect,
    First,
    Take,
    TakeArgument,
    Unique,
    Paginate,
    Iterate,
}

/// How the links of a reader are put together.
#[derive(Clone, Copy, Debug)]
pub(super) enum Composition {
    Chain,
    Variables,
    Reassigned,
    Conditional,
    Opened,
    Finished,
    Ternary,
}

/// A read by an object of arguments.
#[derive(Clone, Debug)]
pub(super) struct ObjectRead {
    pub(super) surface: Surface,
    pub(super) method: ObjectMethod,
    pub(super) table: TableName,
    pub(super) selection: Selection,
    pub(super) order: Option<usize>,
    pub(super) limit: Option<bool>,
    pub(super) arguments: ArgumentStyle,
}

/// The surfaces of object reads and of writes.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Surface {
    Facade,
    Flat,
    Orm,
}

/// The methods of object reads.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum ObjectMethod {
    FindMany,
    FindFirst,
    Count,
    Exists,
    Aggregate,
    GroupBy,
}

/// How the arguments of a read are put together.
#[derive(Clone, Copy, Debug)]
pub(super) enum ArgumentStyle {
    Inline,
    Constant,
    Spread,
    Assigned,
    Imported,
}

/// A `where`.
#[derive(Clone, Debug)]
pub(super) struct Selection {
    /// Column, operator, and whether it is there only sometimes.
    pub(super) parts: Vec<(usize, usize, bool)>,
    pub(super) style: SelectionStyle,
}

/// How a `where` is put together.
#[derive(Clone, Copy, Debug)]
pub(super) enum SelectionStyle {
    Literal,
    Assigned,
    Spread,
    And,
    Or,
    Not,
    Imported,
}

/// Where an id comes from.
#[derive(Clone, Copy, Debug)]
pub(super) enum IdSource {
    Argument,
    Row(usize),
    Untyped,
}

/// How a row is read by its id.
#[derive(Clone, Copy, Debug)]
pub(super) enum GetStyle {
    Plain,
    Expected,
    Facade,
}

/// A write.
#[derive(Clone, Debug)]
pub(super) struct Write {
    pub(super) surface: Surface,
    pub(super) method: WriteMethod,
    pub(super) table: TableName,
    pub(super) id: IdSource,
    pub(super) selection: Selection,
}

/// What a write does.
#[derive(Clone, Copy, Debug)]
pub(super) enum WriteMethod {
    Insert,
    Patch,
    Delete,
    Replace,
    InsertMany,
    Upsert,
    PatchMany,
    DeleteMany,
    PatchWhere,
    DeleteWhere,
}

/// One of these, the first being the simplest.
fn one_of<T: Clone + std::fmt::Debug + 'static>(values: &'static [T]) -> impl Strategy<Value = T> + Clone {
    (0..values.len()).prop_map(|position| values[position].clone())
}

/// Random projects.
pub fn program() -> impl Strategy<Value = Program> {
    use proptest::collection::vec;
    let tables = vec(table(), 1..4);
    let helpers = vec(helper(), 0..4);
    let procedures = vec(procedure(), 1..5);
    (tables, helpers, procedures).prop_map(|(tables, helpers, procedures)| Program {
        tables,
        helpers,
        procedures,
    })
}

fn table() -> impl Strategy<Value = Table> {
    const STYLES: &[TableStyle] = &[
        TableStyle::Inline,
        TableStyle::Hoisted,
        TableStyle::SpreadShape,
        TableStyle::Factory,
        TableStyle::OtherFile,
    ];
    const TIERS: &[Tier] = &[Tier::Root, Tier::Root, Tier::Sharded, Tier::Global];
    let indexes = proptest::collection::vec(proptest::collection::vec(0..COLUMNS.len(), 1..4), 0..4);
    let rarely = || prop::bool::weighted(0.2);
    (one_of(STYLES), one_of(TIERS), rarely(), rarely(), rarely(), indexes).prop_map(
        |(style, tier, is_soft, has_relation, has_trigger, indexes)| Table {
            style,
            tier,
            is_soft,
            has_relation,
            has_trigger,
            indexes,
        },
    )
}

fn helper() -> impl Strategy<Value = Helper> {
    const RECEIVES: &[Receives] = &[
        Receives::Context,
        Receives::Database,
        Receives::Bundle,
        Receives::Curried,
        Receives::Class,
        Receives::Inherited,
    ];
    (one_of(RECEIVES), any::<bool>(), any::<bool>(), body()).prop_map(
        |(receives, is_typed, is_second_file, body)| Helper { receives, is_typed, is_second_file, body },
    )
}

fn procedure() -> impl Strategy<Value = Procedure> {
    const KINDS: &[Kind] = &[Kind::Query, Kind::Mutation, Kind::Action];
    const FORMS: &[Form] = &[
        Form::Builder,
        Form::Renamed,
        Form::Nested,
        Form::Object,
        Form::NamedHandler,
        Form::ImportedHandler,
        Form::Custom,
        Form::CustomAlias,
        Form::Bound,
        Form::HigherOrder,
        Form::Internal,
        Form::Mutator,
    ];
    (one_of(KINDS), one_of(FORMS), any::<bool>(), body())
        .prop_map(|(kind, form, is_second_file, body)| Procedure { kind, form, is_second_file, body })
}

fn body() -> impl Strategy<Value = Vec<Step>> {
    proptest::collection::vec(step(), 1..4)
}

fn step() -> impl Strategy<Value = Step> {
    const CONDITIONS: &[Condition] = &[
        Condition::Flag,
        Condition::NotFlag,
        Condition::Rank,
        Condition::Kind,
        Condition::Either,
        Condition::SignedIn,
    ];
    const STYLES: &[ReferenceStyle] =
        &[ReferenceStyle::Reference, ReferenceStyle::Variable, ReferenceStyle::Key, ReferenceStyle::Table];
    const CLOSURES: &[ClosureStyle] = &[
        ClosureStyle::Arrow,
        ClosureStyle::Declared,
        ClosureStyle::Immediate,
        ClosureStyle::Method,
        ClosureStyle::Passed,
        ClosureStyle::Then,
    ];
    let leaf = prop_oneof![
        8 => (handle(), operation()).prop_map(|(handle, operation)| Step::Operate(handle, operation)),
        3 => (0..8_usize, any::<bool>()).prop_map(|(helper, is_bundled)| Step::Call { helper, is_bundled }),
        1 => one_of(CONDITIONS).prop_map(Step::Leave),
        1 => (0..8_usize, one_of(STYLES)).prop_map(|(procedure, style)| Step::Dispatch { procedure, style }),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        use proptest::collection::vec;
        let some = || vec(inner.clone(), 1..3);
        let few = || vec(inner.clone(), 0..2);
        prop_oneof![
            (one_of(CONDITIONS), some(), few()).prop_map(|(condition, then, otherwise)| Step::If {
                condition,
                then,
                otherwise
            }),
            (over(), some()).prop_map(|(over, body)| Step::Loop { over, body }),
            (one_of(CLOSURES), some()).prop_map(|(style, body)| Step::Closure { style, body }),
            (some(), few(), any::<bool>()).prop_map(|(body, ends, is_finally)| Step::Try {
                body,
                ends,
                is_finally
            }),
            vec(vec(inner.clone(), 1..2), 1..3).prop_map(Step::Switch),
        ]
    })
}

fn over() -> impl Strategy<Value = Over> {
    prop_oneof![
        Just(Over::Items),
        Just(Over::Counter),
        (0..4_usize).prop_map(Over::Rows),
        Just(Over::MapAll),
        Just(Over::While),
        Just(Over::Entries),
        Just(Over::Reduce),
    ]
}

fn handle() -> impl Strategy<Value = Handle> {
    one_of(&[
        Handle::Direct,
        Handle::Named,
        Handle::Destructured,
        Handle::Computed,
        Handle::Cast,
        Handle::Holder,
        Handle::Spread,
        Handle::Array,
        Handle::Branches,
        Handle::Assigned,
        Handle::DefaultParameter,
        Handle::Imported,
        Handle::Repository,
        Handle::Getter,
        Handle::Added,
        Handle::Optional,
        Handle::Awaited,
        Handle::Copied,
        Handle::GetterObject,
        Handle::Rest,
        Handle::Thunk,
        Handle::StaticMethod,
        Handle::Returned,
    ])
}

fn table_name() -> impl Strategy<Value = TableName> {
    let position = || 0..4_usize;
    let two = || (position(), position());
    prop_oneof![
        4 => position().prop_map(TableName::Literal),
        1 => position().prop_map(TableName::Constant),
        1 => position().prop_map(TableName::Imported),
        1 => position().prop_map(TableName::Member),
        1 => position().prop_map(TableName::Template),
        1 => two().prop_map(|(one, other)| TableName::Either(one, other)),
        1 => two().prop_map(|(one, other)| TableName::Loop(one, other)),
        1 => two().prop_map(|(one, other)| TableName::Lookup(one, other)),
    ]
}

fn operation() -> impl Strategy<Value = Operation> {
    const STYLES: &[GetStyle] = &[GetStyle::Plain, GetStyle::Expected, GetStyle::Facade];
    prop_oneof![
        4 => fluent().prop_map(Operation::Fluent),
        4 => object_read().prop_map(Operation::Object),
        1 => (id_source(), one_of(STYLES), 0..4_usize).prop_map(|(id, how, table)| Operation::Get { id, how, table }),
        3 => write().prop_map(Operation::Write),
    ]
}

fn fluent() -> impl Strategy<Value = Fluent> {
    const FILTERS: &[FilterStyle] =
        &[FilterStyle::Column, FilterStyle::Argument, FilterStyle::Block, FilterStyle::Named];
    const TERMINALS: &[Terminal] = &[
        Terminal::Collect,
        Terminal::First,
        Terminal::Take,
        Terminal::TakeArgument,
        Terminal::Unique,
        Terminal::Paginate,
        Terminal::Iterate,
    ];
    const COMPOSITIONS: &[Composition] = &[
        Composition::Chain,
        Composition::Variables,
        Composition::Reassigned,
        Composition::Conditional,
        Composition::Opened,
        Composition::Finished,
        Composition::Ternary,
    ];
    let sometimes = |weight| prop::option::weighted(weight, 0..1_usize).prop_map(|some| some.is_some());
    let filter = prop::option::weighted(0.3, one_of(FILTERS));
    let order =
        (sometimes(0.4), any::<bool>()).prop_map(|(is_ordered, descends)| is_ordered.then_some(descends));
    (
        table_name(),
        prop::option::weighted(0.6, index_use()),
        filter,
        order,
        one_of(TERMINALS),
        one_of(COMPOSITIONS),
    )
        .prop_map(|(table, index, filter, order, terminal, composition)| Fluent {
            table,
            index,
            filter,
            order,
            terminal,
            composition,
        })
}

fn index_use() -> impl Strategy<Value = IndexUse> {
    const STYLES: &[RangeStyle] = &[
        RangeStyle::Arrow,
        RangeStyle::Block,
        RangeStyle::Named,
        RangeStyle::Conditional,
        RangeStyle::Imported,
    ];
    (0..4_usize, 0..4_usize, prop::option::of(0..4_usize), one_of(STYLES))
        .prop_map(|(index, equalities, bound, style)| IndexUse { index, equalities, bound, style })
}

fn surface() -> impl Strategy<Value = Surface> {
    one_of(&[Surface::Facade, Surface::Flat, Surface::Orm])
}

fn object_read() -> impl Strategy<Value = ObjectRead> {
    const METHODS: &[ObjectMethod] = &[
        ObjectMethod::FindMany,
        ObjectMethod::FindMany,
        ObjectMethod::FindFirst,
        ObjectMethod::Count,
        ObjectMethod::Exists,
        ObjectMethod::Aggregate,
        ObjectMethod::GroupBy,
    ];
    const ARGUMENTS: &[ArgumentStyle] = &[
        ArgumentStyle::Inline,
        ArgumentStyle::Constant,
        ArgumentStyle::Spread,
        ArgumentStyle::Assigned,
        ArgumentStyle::Imported,
    ];
    let order = prop::option::of(0..COLUMNS.len());
    (
        surface(),
        one_of(METHODS),
        table_name(),
        selection(),
        order,
        prop::option::of(any::<bool>()),
        one_of(ARGUMENTS),
    )
        .prop_map(|(surface, method, table, selection, order, limit, arguments)| ObjectRead {
            surface,
            method,
            table,
            selection,
            order,
            limit,
            arguments,
        })
}

fn selection() -> impl Strategy<Value = Selection> {
    const STYLES: &[SelectionStyle] = &[
        SelectionStyle::Literal,
        SelectionStyle::Assigned,
        SelectionStyle::Spread,
        SelectionStyle::And,
        SelectionStyle::Or,
        SelectionStyle::Not,
        SelectionStyle::Imported,
    ];
    let part = (0..COLUMNS.len(), 0..6_usize, any::<bool>());
    (proptest::collection::vec(part, 0..4), one_of(STYLES))
        .prop_map(|(parts, style)| Selection { parts, style })
}

fn id_source() -> impl Strategy<Value = IdSource> {
    prop_oneof![
        3 => Just(IdSource::Argument),
        3 => (0..4_usize).prop_map(IdSource::Row),
        1 => Just(IdSource::Untyped),
    ]
}

fn write() -> impl Strategy<Value = Write> {
    const METHODS: &[WriteMethod] = &[
        WriteMethod::Insert,
        WriteMethod::Patch,
        WriteMethod::Delete,
        WriteMethod::Replace,
        WriteMethod::InsertMany,
        WriteMethod::Upsert,
        WriteMethod::PatchMany,
        WriteMethod::DeleteMany,
        WriteMethod::PatchWhere,
        WriteMethod::DeleteWhere,
    ];
    (surface(), one_of(METHODS), table_name(), id_source(), selection())
        .prop_map(|(surface, method, table, id, selection)| Write { surface, method, table, id, selection })
}
