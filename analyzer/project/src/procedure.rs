//! What runs: procedures and everything else that the platform calls.

use ecow::EcoString;
use lunora_facts::FileId;

use crate::access::FieldUse;
use crate::place::Place;

/// A procedure in [`Project::procedures`](crate::Project::procedures).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ProcedureId(pub u32);

/// Something that the platform calls.
#[derive(Clone, PartialEq, Debug)]
pub struct Procedure {
    /// How it is called: `messages:list`, `trigger messages.afterInsert`, `cron daily sweep`.
    pub name: EcoString,
    /// The name of its export, if it is one.
    pub export_name: Option<EcoString>,
    /// The file that declares it.
    pub file: FileId,
    /// Its declaration.
    pub place: Place,
    /// What kind it is.
    pub kind: ProcedureKind,
    /// Who may call it.
    pub visibility: Visibility,
    /// Its argument validators, by name.
    pub inputs: Vec<Input>,
    /// Whether every argument is known.
    pub has_all_inputs: bool,
    /// Names of the middleware on its builder, where they can be told.
    pub middleware: Vec<EcoString>,
    /// The table of a shape, migration, trigger or policy.
    pub table: Option<(EcoString, Option<Place>)>,
    /// The ways out of the predicate of a shape or a policy.
    pub exits: Vec<PredicateExit>,
    /// Whether anything that it runs looks at `ctx.auth`, middleware and helpers included.
    pub uses_identity: bool,
    /// Whether anything that it runs throws depending on who calls or what is stored, beyond whether that is there at all: a check of roles,
    /// owners or states. Checks that could not be read count.
    pub asks_for_permission: bool,
    /// What scopes a mutator or a shape to its caller.
    pub owner: Owner,
    /// The columns of that table that a shape or policy names.
    pub fields: Vec<FieldUse>,
}

/// What a mutator or a shape says of its owner.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Owner {
    /// Nothing.
    Absent,
    /// `owner: "column"`, and where the column is named.
    Column(EcoString, Option<Place>),
    /// `owner: true`: the column that the table is owned by.
    OfTable,
    /// It can't be told.
    Unknown,
}

/// A way out of a predicate.
#[derive(Clone, PartialEq, Debug)]
pub struct PredicateExit {
    /// What is returned, or the statement or function that ends without returning anything.
    pub place: Place,
    /// What the innermost condition on the way says: that something is there or holds (`true`), or that it is not (`false`); `None` if
    /// there is no condition, or one that can't be read that way.
    pub guard: Option<bool>,
    /// Whether there is a condition on the way.
    pub is_conditional: bool,
    /// What is returned.
    pub form: ExitForm,
}

/// What a predicate returns, as far as it matters for which rows match.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ExitForm {
    /// `{}`, or what comes to the same: `{ AND: [] }`, `{ OR: [{}] }`.
    EmptyObject,
    /// `undefined`, written or computed.
    Undefined,
    /// No value at all.
    Nothing,
    /// `null`.
    Null,
    /// Anything else.
    Other,
}

/// An argument of a procedure.
#[derive(Clone, PartialEq, Debug)]
pub struct Input {
    /// Its name.
    pub name: EcoString,
    /// The name of its validator below `v`.
    pub kind: Option<EcoString>,
    /// Whether it may be absent.
    pub is_optional: bool,
    /// The table of an id.
    pub table: Option<EcoString>,
}

/// What kind of thing runs.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ProcedureKind {
    Query,
    Mutation,
    Action,
    Stream,
    HttpAction,
    Mutator,
    Shape,
    Migration,
    /// `onConnect`, `onDisconnect`, `onShardInit`.
    Lifecycle,
    /// `onQueryChange`.
    Reactor,
    Trigger,
    Workflow,
    Queue,
    Agent,
    /// A row-level security policy.
    Policy,
    /// The top level of a module.
    Module,
}

/// Who may call a procedure.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Visibility {
    /// Clients.
    Public,
    /// Only other functions and the scheduler.
    Internal,
}

impl Procedure {
    /// Whether subscribers re-run it when its reads change.
    #[must_use]
    pub fn is_live(&self) -> bool {
        self.kind == ProcedureKind::Query && self.visibility == Visibility::Public
    }

    /// Whether clients can call it by name.
    #[must_use]
    pub fn is_registered(&self) -> bool {
        matches!(
            self.kind,
            ProcedureKind::Query
                | ProcedureKind::Mutation
                | ProcedureKind::Action
                | ProcedureKind::Stream
                | ProcedureKind::Mutator
                | ProcedureKind::Lifecycle
                | ProcedureKind::Reactor
        )
    }
}

impl ProcedureKind {
    /// A word for it, as in "a query".
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Mutation => "mutation",
            Self::Action => "action",
            Self::Stream => "stream",
            Self::HttpAction => "HTTP action",
            Self::Mutator => "mutator",
            Self::Shape => "shape",
            Self::Migration => "migration",
            Self::Lifecycle => "lifecycle hook",
            Self::Reactor => "reactor",
            Self::Trigger => "trigger",
            Self::Workflow => "workflow",
            Self::Queue => "queue consumer",
            Self::Agent => "agent",
            Self::Policy => "policy",
            Self::Module => "module",
        }
    }
}
