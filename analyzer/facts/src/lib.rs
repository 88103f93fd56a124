//! What one file says.
//!
//! [`FileFacts`] is an owned, offset-free [`Program`] with its [`SpanTable`] beside it. Nothing here parses, resolves a module or
//! knows a rule; everything that does speaks in these types.

mod ids;
mod layout;
mod names;
mod program;
mod spans;
mod strings;

use std::sync::{Arc, OnceLock};

pub use ids::{
    BindingId, ClassId, ExprId, FileId, ForId, FunctionId, ListRange, Name, PatternId, PropId, ShortRange,
    StmtId, TryId, TypeId,
};
pub use layout::Layout;
pub use names::NameUses;
pub use program::{
    AssignOperator, BinaryOperator, Binding, BindingKind, Block, Class, ClassMember, ClassMemberValue,
    Export, Expr, ForLoop, Function, FunctionKind, Import, ImportName, LogicalOperator, Number, Parameter,
    Pattern, PatternProp, Program, Prop, PropKey, Stmt, SwitchCase, Try, Type, TypeMember, UnaryOperator,
};

pub use spans::{Span, SpanTable};
pub use strings::Strings;

/// The facts of one file.
#[derive(Clone, Debug, Default)]
pub struct FileFacts {
    /// What the code says, without offsets.
    pub program: Arc<Program>,
    /// Where each part stands.
    pub spans: Arc<SpanTable>,
    /// Comments that could hold a directive, in source order.
    pub comments: Vec<Comment>,
    /// Where the first statement begins; the end of the text if there is none.
    pub first_statement: u32,
    /// Why the file could not be read as a whole.
    pub errors: Vec<SyntaxError>,
    derived: Arc<Derived>,
}

/// What follows from the program and its spans, once somebody has asked.
#[derive(Debug, Default)]
struct Derived {
    layout: OnceLock<Layout>,
    names: OnceLock<NameUses>,
}

impl FileFacts {
    /// The facts of a file without comments that was read as a whole.
    #[must_use]
    pub fn new(program: Program, spans: SpanTable) -> Self {
        Self { program: Arc::new(program), spans: Arc::new(spans), ..Self::default() }
    }

    /// How its parts lie in one another.
    #[must_use]
    pub fn layout(&self) -> &Layout {
        self.derived.layout.get_or_init(|| Layout::of(&self.spans))
    }

    /// Where its names are used.
    #[must_use]
    pub fn names(&self) -> &NameUses {
        self.derived.names.get_or_init(|| NameUses::of(&self.program))
    }
}

/// A comment that mentions `lunora-advisor`.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Comment {
    /// The whole comment, delimiters included.
    pub span: Span,
    /// The text between the delimiters.
    pub text: String,
    /// Whether it is a `/* … */` comment.
    pub is_block: bool,
}

/// A place where a file does not parse.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct SyntaxError {
    /// Where.
    pub span: Span,
    /// What the parser says, as a sentence.
    pub message: String,
    /// What to do about it, if the parser knows.
    pub help: Option<String>,
}
