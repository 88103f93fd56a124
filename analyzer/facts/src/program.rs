//! The program of one file, lowered from its syntax tree.
//!
//! Lowering drops what cannot change meaning for an analysis of data access: parentheses, `!`, `satisfies`, JSX, decorators.
//! `as` casts stay, since a cast to `Id<"t">` says something. Names are resolved to bindings of the file.

use crate::ids::{
    BindingId, ClassId, ExprId, ForId, FunctionId, ListRange, Name, PatternId, PropId, ShortRange, StmtId,
    TryId, TypeId,
};
use crate::strings::Strings;

/// An expression. There are more of these than of anything else, so none is larger than [`MOST_BYTES`](Self::MOST_BYTES).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Expr {
    /// Something that is not modelled (JSX, `import.meta`, a syntax error's remains).
    Opaque,
    /// `null`.
    Null,
    /// `undefined` (the global) or `void x`.
    Undefined,
    /// `true` or `false`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A big integer literal.
    BigInt(Name),
    /// A string literal, or a template without substitutions.
    String(Name),
    /// A regular expression literal.
    Regex,
    /// A template with substitutions: strings and expressions in order, in the file's expression lists.
    Template(ListRange),
    /// A name that is declared in this file (imports included).
    Binding(BindingId),
    /// A name that is not declared in this file.
    Global(Name),
    /// `this`.
    This,
    /// `super`.
    Super,
    /// `object.property` or `object?.property`; also `object["property"]`.
    Member { object: ExprId, property: Name, optional: bool },
    /// `object[index]` with an index that is not a string literal.
    Index { object: ExprId, index: ExprId, optional: bool },
    /// `callee(arguments)`; arguments are in the expression lists and may hold [`Expr::Spread`].
    Call { callee: ExprId, arguments: ShortRange, optional: bool },
    /// `new callee(arguments)`.
    New { callee: ExprId, arguments: ShortRange },
    /// `` tag`…` ``.
    Tagged { tag: ExprId, parts: ShortRange },
    /// An object literal; the range is one of consecutive [`PropId`]s.
    Object(ListRange),
    /// An array literal; holes are [`Expr::Undefined`].
    Array(ListRange),
    /// `...value`, inside arguments or an array.
    Spread(ExprId),
    /// A function or arrow expression.
    Function(FunctionId),
    /// A class expression.
    Class(ClassId),
    /// `operator value`.
    Unary { operator: UnaryOperator, operand: ExprId },
    /// `left operator right`, without short circuit.
    Binary { operator: BinaryOperator, left: ExprId, right: ExprId },
    /// `left && right`, `left || right`, `left ?? right`.
    Logical { operator: LogicalOperator, left: ExprId, right: ExprId },
    /// `test ? consequent : alternate`: these three, in the expression lists ([`Program::conditional`]).
    Conditional(ListRange),
    /// `target = value`. Compound assignments keep their operator's kind.
    Assign { target: PatternId, operator: AssignOperator, value: ExprId },
    /// `x++` and its kin.
    Update { target: PatternId },
    /// `a, b, c`.
    Sequence(ListRange),
    /// `await value`.
    Await(ExprId),
    /// `yield value`.
    Yield(Option<ExprId>),
    /// `import(specifier)`.
    Import(ExprId),
    /// `value as type` (also `<type>value`).
    Cast { value: ExprId, ty: TypeId },
}

impl Expr {
    /// What an expression takes in memory.
    pub const MOST_BYTES: usize = 12;
}

const _: () = assert!(size_of::<Expr>() == Expr::MOST_BYTES);

/// A number literal, in two halves, so that nothing that holds one is aligned to eight bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Number {
    high: u32,
    low: u32,
}

impl Number {
    /// The literal of a value.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, reason = "a half at a time")]
    pub fn new(value: f64) -> Self {
        let bits = value.to_bits();
        Self { high: (bits >> 32) as u32, low: bits as u32 }
    }

    /// Its value.
    #[must_use]
    pub fn value(self) -> f64 {
        f64::from_bits(u64::from(self.high) << 32 | u64::from(self.low))
    }
}

/// Unary operators.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum UnaryOperator {
    Not,
    Negate,
    Plus,
    TypeOf,
    BitwiseNot,
    Delete,
}

/// Binary operators. `==` and `===` are one: no rule tells them apart.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BinaryOperator {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
    In,
    InstanceOf,
    /// Arithmetic and bitwise operators, `+` on strings included.
    Arithmetic,
}

/// Short-circuit operators.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum LogicalOperator {
    And,
    Or,
    Coalesce,
}

/// What an assignment does with the old value.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AssignOperator {
    /// `=`.
    Assign,
    /// `+=` and its kin: a computed value replaces it.
    Compute,
    /// `&&=`, `||=`, `??=`: the new value may replace it.
    Logical(LogicalOperator),
}

/// A property of an object literal.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Prop {
    /// How the property is named.
    pub key: PropKey,
    /// Its value; for a spread, what is spread.
    pub value: ExprId,
    /// Whether it was written as `{ name }`.
    pub shorthand: bool,
}

/// The name of a property.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PropKey {
    /// `name:`, `"name":`, `["name"]:`, or a method. The symbols of iterators count as names: `[Symbol.iterator]`.
    Name(Name),
    /// `[expression]:`.
    Computed(ExprId),
    /// `...value`.
    Spread,
    /// `get name() {}`: reading the property calls the function.
    Getter(Name),
}

/// A binding pattern or an assignment target.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Pattern {
    /// A name.
    Binding(BindingId),
    /// `{ key: pattern, …rest }`; both in the pattern property lists.
    Object { properties: ListRange, rest: Option<PatternId> },
    /// `[a, , b, …rest]`; the elements are in the pattern lists, `None` being a hole.
    Array { elements: ListRange, rest: Option<PatternId> },
    /// `pattern = value`.
    Default { pattern: PatternId, value: ExprId },
    /// An assignment to a member or to anything else that is an expression.
    Target(ExprId),
}

/// `key: pattern` inside an object pattern.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct PatternProp {
    /// How the property is named; never a spread.
    pub key: PropKey,
    /// What it is bound to.
    pub pattern: PatternId,
    /// Whether it was written as `{ name }`.
    pub shorthand: bool,
}

/// A statement.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Stmt {
    /// An expression for its effect.
    Expr(ExprId),
    /// One declarator: `const pattern = value`. A declaration of several is several statements.
    Let {
        pattern: PatternId,
        /// The written type of the declarator.
        ty: Option<TypeId>,
        value: Option<ExprId>,
    },
    /// A function declaration; hoisted within its block.
    Function(FunctionId),
    /// A class declaration.
    Class(ClassId),
    /// `return value`.
    Return(Option<ExprId>),
    /// `throw value`.
    Throw(ExprId),
    /// `if`.
    If { test: ExprId, consequent: Block, alternate: Block },
    /// `for (init; test; update)`.
    For(ForId),
    /// `for (pattern of iterable)`, also `for await`.
    ForOf { pattern: PatternId, iterable: ExprId, is_await: bool, body: Block },
    /// `for (pattern in object)`.
    ForIn { pattern: PatternId, object: ExprId, body: Block },
    /// `while` and `do … while`.
    While { test: ExprId, body: Block, runs_first: bool },
    /// `break`, with its label.
    Break(Option<Name>),
    /// `continue`, with its label.
    Continue(Option<Name>),
    /// `switch`; the range is one of consecutive switch cases.
    Switch { discriminant: ExprId, cases: ListRange },
    /// `try`.
    Try(TryId),
    /// `{ … }`.
    Block(Block),
    /// `label: statement`.
    Labeled { label: Name, body: Block },
}

/// A list of statements.
pub type Block = ListRange;

/// `for (init; test; update) body`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ForLoop {
    /// What runs first.
    pub init: Block,
    /// What keeps it running.
    pub test: Option<ExprId>,
    /// What runs after each time.
    pub update: Option<ExprId>,
    /// What runs each time.
    pub body: Block,
}

/// `try { body } catch (parameter) { handler } finally { finalizer }`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Try {
    /// What is tried.
    pub body: Block,
    /// What was thrown.
    pub parameter: Option<PatternId>,
    /// What runs if something was thrown.
    pub handler: Block,
    /// What runs in any case.
    pub finalizer: Block,
}

/// `case test:` or `default:`.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct SwitchCase {
    /// `None` for `default`.
    pub test: Option<ExprId>,
    /// The statements up to the next case.
    pub body: Block,
}

/// A function, arrow, method, accessor, or the module body.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Function {
    /// Its own name, or the property or variable it is the initialiser of.
    pub name: Option<Name>,
    /// The binding that a declaration introduces.
    pub binding: Option<BindingId>,
    /// The function that encloses it; `None` for the module body.
    pub parent: Option<FunctionId>,
    /// Parameters; the range is one of consecutive parameters of the file.
    pub parameters: ListRange,
    /// Whether the last parameter takes the rest.
    pub has_rest: bool,
    /// Statements. An expression body is one `return`.
    pub body: Block,
    /// What it is.
    pub kind: FunctionKind,
    /// The written return type.
    pub return_type: Option<TypeId>,
    /// Whether it is `async`.
    pub is_async: bool,
    /// Whether it is a generator.
    pub is_generator: bool,
}

/// The kinds of [`Function`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum FunctionKind {
    /// The module body.
    Module,
    /// `function`.
    Function,
    /// `=>`; shares `this` with its parent.
    Arrow,
    /// A method of an object or class.
    Method,
    /// `get x()`.
    Getter,
    /// `set x()`.
    Setter,
    /// `constructor`.
    Constructor,
}

/// A parameter.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Parameter {
    /// What it binds, with its default.
    pub pattern: PatternId,
    /// Its written type.
    pub ty: Option<TypeId>,
    /// `constructor(private db: Db)` also assigns `this.db`.
    pub is_property: bool,
}

/// A class.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Class {
    /// Its name.
    pub name: Option<Name>,
    /// The binding that a declaration introduces.
    pub binding: Option<BindingId>,
    /// `extends`.
    pub superclass: Option<ExprId>,
    /// Its members.
    pub members: Vec<ClassMember>,
}

/// A member of a class.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct ClassMember {
    /// Its name; private names keep their `#`, and the symbols of iterators are names: `[Symbol.iterator]`. `None` if computed.
    pub name: Option<Name>,
    /// Whether it is `static`.
    pub is_static: bool,
    /// What it is.
    pub value: ClassMemberValue,
}

/// What a class member is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ClassMemberValue {
    /// The constructor.
    Constructor(FunctionId),
    /// A method.
    Method(FunctionId),
    /// A getter.
    Getter(FunctionId),
    /// A setter.
    Setter(FunctionId),
    /// A field with its initialiser and written type.
    Field { value: Option<ExprId>, ty: Option<TypeId> },
}

impl ClassMemberValue {
    /// The function that it is, unless it is a field.
    #[must_use]
    pub fn function(self) -> Option<FunctionId> {
        match self {
            Self::Constructor(function)
            | Self::Method(function)
            | Self::Getter(function)
            | Self::Setter(function) => Some(function),
            Self::Field { .. } => None,
        }
    }
}

/// A declared name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Binding {
    /// The name as written.
    pub name: Name,
    /// What declares it.
    pub kind: BindingKind,
    /// The function whose activation holds it.
    pub function: FunctionId,
    /// Whether anything assigns to it after its declaration.
    pub is_reassigned: bool,
}

/// What declares a [`Binding`].
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum BindingKind {
    /// A `const`, `let` or `var`; the statement is its [`Stmt::Let`] if it stands at the top level of the module.
    Variable(Option<StmtId>),
    /// A parameter.
    Parameter,
    /// A function declaration.
    Function(FunctionId),
    /// A class declaration.
    Class(ClassId),
    /// An import: an index into the file's imports.
    Import(u32),
    /// A `catch` parameter.
    Catch,
    /// A type alias or interface.
    Type(TypeId),
    /// An enum; its members are an object literal.
    Enum(ExprId),
    /// Anything else (namespaces, declared globals).
    Other,
}

/// One imported name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Import {
    /// The module specifier as written.
    pub specifier: Name,
    /// What is imported.
    pub what: ImportName,
    /// The local binding; `None` for a bare `import "x"`.
    pub binding: Option<BindingId>,
    /// `import type`, or `import { type x }`.
    pub is_type: bool,
}

/// What an import names.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ImportName {
    /// `import { name }`; `import x` is the name `default`.
    Named(Name),
    /// `import * as x`.
    Namespace,
    /// `import "x"`.
    SideEffect,
}

/// One exported name.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Export {
    /// `export const x`, `export function x`, `export { local as exported }`.
    Binding { exported: Name, binding: BindingId, is_type: bool },
    /// `export default expression`.
    Default(ExprId),
    /// `export { imported as exported } from "x"`.
    From { exported: Name, imported: Name, specifier: Name, is_type: bool },
    /// `export * as exported from "x"`.
    NamespaceFrom { exported: Name, specifier: Name },
    /// `export * from "x"`.
    StarFrom { specifier: Name },
}

/// A TypeScript type, as far as it says something about data access.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Type {
    /// Anything that is not modelled.
    Opaque,
    /// A name that is declared in this file, with type arguments in the type lists.
    Named { binding: BindingId, arguments: ListRange },
    /// A name that is not declared in this file.
    Global { name: Name, arguments: ListRange },
    /// `left.right`, as in `server.QueryCtx`.
    Qualified { namespace: BindingId, name: Name, arguments: ListRange },
    /// `object["key"]`.
    Indexed { object: TypeId, index: TypeId },
    /// A string literal.
    String(Name),
    /// `A | B`, in the type lists.
    Union(ListRange),
    /// `A & B`, in the type lists.
    Intersection(ListRange),
    /// `{ name: T }` or an interface body, in the type member list.
    Object(ListRange),
    /// `T[]`, `readonly T[]`.
    Array(TypeId),
    /// `typeof x`.
    TypeOf(BindingId),
    /// A function type; the type it returns.
    Function(TypeId),
    /// `string`, `number` and the other keywords that hold plain data.
    Primitive,
}

/// A member of an object type.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct TypeMember {
    /// Its name.
    pub name: Name,
    /// Its type.
    pub ty: TypeId,
}

/// The whole of one file, without offsets: moving code leaves it equal.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Program {
    /// The constant pool.
    pub strings: Strings,
    /// Expressions.
    pub exprs: Vec<Expr>,
    /// Lists of expressions: arguments, array elements, template parts.
    pub expr_lists: Vec<ExprId>,
    /// Properties of object literals.
    pub props: Vec<Prop>,
    /// Patterns.
    pub patterns: Vec<Pattern>,
    /// Lists of patterns.
    pub pattern_lists: Vec<Option<PatternId>>,
    /// Properties of object patterns.
    pub pattern_props: Vec<PatternProp>,
    /// Statements.
    pub stmts: Vec<Stmt>,
    /// Lists of statements: blocks.
    pub stmt_lists: Vec<StmtId>,
    /// Loops with a head of three parts.
    pub for_loops: Vec<ForLoop>,
    /// `try` statements.
    pub tries: Vec<Try>,
    /// Cases of `switch` statements.
    pub switch_cases: Vec<SwitchCase>,
    /// Functions; the first is the module body.
    pub functions: Vec<Function>,
    /// Parameters of functions.
    pub parameters: Vec<Parameter>,
    /// Classes.
    pub classes: Vec<Class>,
    /// Declared names.
    pub bindings: Vec<Binding>,
    /// Types.
    pub types: Vec<Type>,
    /// Lists of types.
    pub type_lists: Vec<TypeId>,
    /// Members of object types.
    pub type_members: Vec<TypeMember>,
    /// Imports, in source order.
    pub imports: Vec<Import>,
    /// Exports, in source order.
    pub exports: Vec<Export>,
}

impl Program {
    /// The text of a name.
    #[must_use]
    pub fn text(&self, name: Name) -> &str {
        self.strings.get(name)
    }

    /// An expression.
    #[must_use]
    pub fn expr(&self, id: ExprId) -> &Expr {
        &self.exprs[id.index()]
    }

    /// The expressions of a list.
    pub fn expr_list(&self, range: impl Into<ListRange>) -> &[ExprId] {
        &self.expr_lists[range.into().range()]
    }

    /// The test, the consequent and the alternate of an [`Expr::Conditional`].
    #[must_use]
    pub fn conditional(&self, parts: ListRange) -> [ExprId; 3] {
        let parts = self.expr_list(parts);
        [parts[0], parts[1], parts[2]]
    }

    /// The properties of an object literal, with their ids.
    pub fn object(&self, range: ListRange) -> impl Iterator<Item = (PropId, &Prop)> {
        (range.start..range.end).map(|index| (PropId::new(index), &self.props[index as usize]))
    }

    /// A pattern.
    #[must_use]
    pub fn pattern(&self, id: PatternId) -> &Pattern {
        &self.patterns[id.index()]
    }

    /// A statement.
    #[must_use]
    pub fn stmt(&self, id: StmtId) -> &Stmt {
        &self.stmts[id.index()]
    }

    /// A loop with a head of three parts.
    #[must_use]
    pub fn for_loop(&self, id: ForId) -> &ForLoop {
        &self.for_loops[id.index()]
    }

    /// A `try` statement.
    #[must_use]
    pub fn try_statement(&self, id: TryId) -> &Try {
        &self.tries[id.index()]
    }

    /// The statements of a block.
    #[must_use]
    pub fn block(&self, block: Block) -> &[StmtId] {
        &self.stmt_lists[block.range()]
    }

    /// A function.
    #[must_use]
    pub fn function(&self, id: FunctionId) -> &Function {
        &self.functions[id.index()]
    }

    /// The parameters of a function.
    #[must_use]
    pub fn parameters_of(&self, function: &Function) -> &[Parameter] {
        &self.parameters[function.parameters.range()]
    }

    /// A declared name.
    #[must_use]
    pub fn binding(&self, id: BindingId) -> &Binding {
        &self.bindings[id.index()]
    }

    /// A type.
    #[must_use]
    pub fn ty(&self, id: TypeId) -> &Type {
        &self.types[id.index()]
    }

    /// The types of a list.
    #[must_use]
    pub fn type_list(&self, range: ListRange) -> &[TypeId] {
        &self.type_lists[range.range()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_keeps_all_of_its_bits() {
        for value in [0.0, -0.0, 1.5, 1e300, f64::MIN_POSITIVE, f64::NEG_INFINITY, f64::NAN] {
            assert_eq!(Number::new(value).value().to_bits(), value.to_bits());
        }
    }
}
