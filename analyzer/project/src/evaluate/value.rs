//! The abstract values that evaluation computes with.
//!
//! A value says what an expression may be when the code runs, as far as the source tells: a literal, an object, a function with its
//! environment, one of Lunora's own objects (a table, a builder, a database), or plain data with its origin.

use std::rc::Rc;

use ecow::EcoString;
use lunora_facts::{ClassId, FileId, FunctionId, PropId};

use super::declaration::{
    BuilderValue, CronsValue, DeclarationValue, ExtensionValue, RegistrationValue, RelationValue,
    SchemaValue, TableValue, ValidatorValue,
};
use super::frame::Frame;
use super::maps::MapValue;
use super::origin::Data;
use super::props::Props;
use super::read::{RangeValue, ReadKey, ReaderValue, Tables};
use super::test::Test;
use crate::place::{Part, Place, Site};

/// What an expression may be.
#[derive(Clone, Debug)]
pub(crate) enum Value {
    Unknown(Unknown),
    Undefined,
    Null,
    Bool(bool),
    Number(f64),
    String(StringValue),
    Object(Rc<ObjectValue>),
    Array(Rc<ArrayValue>),
    Map(Rc<MapValue>),
    Closure(Rc<Closure>),
    Class(Rc<ClassValue>),
    /// A method taken off its receiver without being called.
    Method(Rc<(Value, EcoString)>),
    /// A global of the platform: `Promise`, `Math`, …
    Builtin(EcoString),
    /// `import * as x` of a project file.
    Module(FileId),
    /// `import * as x` of one of Lunora's modules.
    LunoraModule,
    /// An export of one of Lunora's modules, by name.
    Lunora(EcoString),
    /// `api` or `internal` with the names that follow.
    Reference(Rc<ReferenceValue>),
    Validator(Rc<ValidatorValue>),
    Table(Rc<TableValue>),
    Relation(Rc<RelationValue>),
    Schema(Rc<SchemaValue>),
    Extension(Rc<ExtensionValue>),
    Builder(Rc<BuilderValue>),
    Registration(Rc<RegistrationValue>),
    Declaration(Rc<DeclarationValue>),
    Crons(Rc<CronsValue>),
    /// `next({ ctx })` of a middleware: what it adds to the context.
    Next(Rc<Value>),
    Context(Rc<ContextValue>),
    Database(DatabaseValue),
    /// `ctx.db.<table>`, or `ctx.orm.query.<table>`.
    Facade(Rc<FacadeValue>),
    /// `ctx.orm` and what its builders have gathered.
    Orm(Rc<OrmValue>),
    /// `ctx.scheduler`, `ctx.storage`, … by name.
    Service(EcoString),
    Reader(Rc<ReaderValue>),
    Range(Rc<RangeValue>),
    /// Rows that were awaited.
    Rows(Rc<RowsValue>),
    /// `{ page, isDone, continueCursor }`.
    Page(Rc<RowsValue>),
    Row(Rc<RowValue>),
    Data(Rc<Data>),
    Test(Rc<Test>),
    OneOf(Rc<Vec<Value>>),
}

/// Why nothing is known of a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Unknown {
    /// It comes from code that is not part of the project, and is none of Lunora's objects.
    External,
    /// The code that makes it could not be followed.
    Opaque,
}

/// A string, and where it was written.
#[derive(Clone, Debug)]
pub(crate) struct StringValue {
    pub(crate) text: EcoString,
    /// The literal, property key or member name that is the string.
    pub(crate) place: Option<Place>,
}

/// An object literal, or an instance of a class.
#[derive(Clone, Debug, Default)]
pub(crate) struct ObjectValue {
    pub(crate) props: Props,
    /// Whether it may hold properties that are not listed.
    pub(crate) open: bool,
    pub(crate) class: Option<Rc<ClassValue>>,
    pub(crate) site: Option<Site>,
    /// The row that was spread into it: what it does not hold itself is a column of that.
    pub(crate) base: Option<Value>,
    /// Where else its properties are written: values that others took the place of, other sides of branches.
    pub(crate) other_sites: Vec<(EcoString, PropSite)>,
}

/// A property of an [`ObjectValue`].
#[derive(Clone, Debug)]
pub(crate) struct ObjectProp {
    pub(crate) name: EcoString,
    pub(crate) value: Value,
    /// Whether the property is there on every path.
    pub(crate) certain: bool,
    pub(crate) at: Option<PropSite>,
    pub(crate) is_getter: bool,
}

/// Where a property is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PropSite {
    /// In an object literal.
    Literal(FileId, PropId),
    /// By an assignment to a member expression.
    Assigned(Site),
}

impl PropSite {
    /// The name.
    pub(crate) fn key(self) -> Place {
        match self {
            Self::Literal(file, id) => Place { file, part: Part::PropKey(id) },
            Self::Assigned(site) => Place { file: site.file, part: Part::Member(site.expr) },
        }
    }

    /// The name with its value; for an assignment, what is assigned to.
    pub(crate) fn whole(self) -> Place {
        match self {
            Self::Literal(file, id) => Place { file, part: Part::Prop(id) },
            Self::Assigned(site) => site.place(),
        }
    }
}

impl ObjectValue {
    pub(crate) fn get(&self, name: &str) -> Option<&ObjectProp> {
        self.props.get(self.props.position(name)?)
    }

    pub(crate) fn value(&self, name: &str) -> Option<&Value> {
        self.get(name).map(|prop| &prop.value)
    }

    /// Remembers where a property is written beside where it is known to be.
    pub(crate) fn add_site(&mut self, name: &EcoString, site: Option<PropSite>) {
        if let Some(site) = site
            && self.other_sites.iter().all(|(_, known)| *known != site)
        {
            self.other_sites.push((name.clone(), site));
        }
    }

    /// Sets a property, over one that is there. One that there is no room for is one that is not listed.
    pub(crate) fn set(&mut self, new: ObjectProp) {
        let position = self.props.position(&new.name);
        if let Some(old) = position.and_then(|position| self.props.get(position)) {
            let site = old.at.filter(|site| Some(*site) != new.at);
            self.add_site(&new.name, site);
        }
        match position.and_then(|position| self.props.get_mut(position)) {
            Some(old) if new.certain => *old = new,
            Some(old) => {
                let value = Value::join(old.value.clone(), new.value);
                *old = ObjectProp { value, certain: old.certain, at: new.at.or(old.at), ..old.clone() };
            }
            None => self.open |= !self.props.push(new),
        }
    }
}

/// A text that is put together from parts is unknown if it gets longer than this, in bytes: a few lines of code can ask for more than
/// any machine holds.
pub(crate) const MAX_TEXT_BYTES: usize = 1 << 16;
/// How many elements of an array are listed, for the same reason.
const MAX_ITEMS: usize = 1 << 16;

/// An array literal.
#[derive(Clone, Debug, Default)]
pub(crate) struct ArrayValue {
    pub(crate) items: Vec<Value>,
    /// Whether it may hold elements that are not listed.
    pub(crate) open: bool,
}

impl ArrayValue {
    /// Adds what another array holds, as far as there is room.
    pub(crate) fn append(&mut self, other: &Self) {
        let room = MAX_ITEMS.saturating_sub(self.items.len());
        self.items.extend(other.items.iter().take(room).cloned());
        self.open |= other.open || other.items.len() > room;
    }
}

/// A function with its environment.
#[derive(Clone, Debug)]
pub(crate) struct Closure {
    pub(crate) file: FileId,
    pub(crate) function: FunctionId,
    pub(crate) frame: Rc<Frame>,
    pub(crate) this: Option<Value>,
}

/// A class with its environment.
#[derive(Clone, Debug)]
pub(crate) struct ClassValue {
    pub(crate) file: FileId,
    pub(crate) class: ClassId,
    pub(crate) frame: Rc<Frame>,
}

/// `api.a.b` or `internal.a.b`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ReferenceValue {
    pub(crate) is_internal: bool,
    pub(crate) path: Vec<EcoString>,
    pub(crate) site: Option<Site>,
}

/// The `ctx` of a function.
#[derive(Clone, Debug)]
pub(crate) struct ContextValue {
    pub(crate) kind: ContextKind,
    /// What middleware or a spread has added.
    pub(crate) additions: Rc<ObjectValue>,
}

/// Which kind of function a context belongs to.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub(crate) enum ContextKind {
    Query,
    Mutation,
    Action,
    /// No `db`.
    Http,
    /// Only `db` and `scheduler`.
    Trigger,
    /// A context by its name or type only.
    Any,
}

/// `ctx.db`.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct DatabaseValue {
    /// Whether it is Lunora's database for sure, and not merely something called `db`.
    pub(crate) certain: bool,
    /// `ctx.db.system`.
    pub(crate) is_system: bool,
}

/// `ctx.db.<table>`.
#[derive(Clone, Debug)]
pub(crate) struct FacadeValue {
    pub(crate) database: DatabaseValue,
    pub(crate) tables: Tables,
    pub(crate) is_orm: bool,
    /// The receiver, from `ctx` on.
    pub(crate) site: Site,
}

/// `ctx.orm` and its builders.
#[derive(Clone, Debug)]
pub(crate) enum OrmValue {
    Root,
    Query,
    /// `orm.insert(t)`, `orm.update(t, id)`, `orm.replace(t, id)`.
    Write {
        method: EcoString,
        tables: Tables,
        id: Option<Value>,
    },
}

/// Rows of a read.
#[derive(Clone, Debug)]
pub(crate) struct RowsValue {
    pub(crate) key: ReadKey,
    pub(crate) tables: Tables,
}

/// A row of a read.
#[derive(Clone, Debug)]
pub(crate) struct RowValue {
    pub(crate) key: ReadKey,
    pub(crate) tables: Tables,
    /// The loop that goes over the rows, if it is an element of them.
    pub(crate) loop_token: Option<u32>,
}

/// How many alternatives a value may have before it counts as unknown.
const MAX_ALTERNATIVES: usize = 24;

impl Value {
    pub(crate) const OPAQUE: Self = Self::Unknown(Unknown::Opaque);
    pub(crate) const EXTERNAL: Self = Self::Unknown(Unknown::External);

    pub(crate) fn text(text: &str) -> Self {
        Self::String(StringValue { text: EcoString::from(text), place: None })
    }

    pub(crate) fn data(data: Data) -> Self {
        Self::Data(Rc::new(data))
    }

    pub(crate) fn object(object: ObjectValue) -> Self {
        Self::Object(Rc::new(object))
    }

    pub(crate) fn method(receiver: Self, name: &str) -> Self {
        Self::Method(Rc::new((receiver, EcoString::from(name))))
    }

    /// The value that is one or the other.
    pub(crate) fn join(left: Self, right: Self) -> Self {
        if left == right {
            return left;
        }
        let mut alternatives = Vec::new();
        for value in [left, right] {
            match value {
                Self::OneOf(values) => {
                    for value in values.iter() {
                        push_new(&mut alternatives, value.clone());
                    }
                }
                value => push_new(&mut alternatives, value),
            }
        }
        if alternatives.len() > MAX_ALTERNATIVES {
            return Self::OPAQUE;
        }
        if alternatives.len() == 1 { alternatives.remove(0) } else { Self::OneOf(Rc::new(alternatives)) }
    }

    pub(crate) fn join_all(values: impl IntoIterator<Item = Self>) -> Self {
        values.into_iter().reduce(Self::join).unwrap_or(Self::Undefined)
    }

    /// The row that it is, also with properties added by `{ ...row, extra }`.
    pub(crate) fn as_row(&self) -> Option<&Rc<RowValue>> {
        match self {
            Self::Row(row) => Some(row),
            Self::Object(object) => match &object.base {
                Some(Self::Row(row)) => Some(row),
                _ => None,
            },
            _ => None,
        }
    }

    /// The values that it may be.
    pub(crate) fn alternatives(&self) -> &[Self] {
        match self {
            Self::OneOf(values) => values,
            value => std::slice::from_ref(value),
        }
    }

    pub(crate) fn as_str(&self) -> Option<&StringValue> {
        match self {
            Self::String(string) => Some(string),
            _ => None,
        }
    }

    pub(crate) fn as_object(&self) -> Option<&Rc<ObjectValue>> {
        match self {
            Self::Object(object) => Some(object),
            _ => None,
        }
    }

    pub(crate) fn is_unknown(&self) -> bool {
        matches!(self, Self::Unknown(_))
    }

    /// Whether it is `undefined` or `null`.
    pub(crate) fn is_nullish(&self) -> bool {
        matches!(self, Self::Undefined | Self::Null)
    }

    /// Whether JavaScript takes it as true; `None` if that depends.
    pub(crate) fn truthiness(&self) -> Option<bool> {
        match self {
            Self::Undefined | Self::Null => Some(false),
            Self::Bool(value) => Some(*value),
            Self::Number(value) => Some(*value != 0.0 && !value.is_nan()),
            Self::String(string) => Some(!string.text.is_empty()),
            Self::Object(_)
            | Self::Array(_)
            | Self::Map(_)
            | Self::Closure(_)
            | Self::Class(_)
            | Self::Context(_)
            | Self::Database(_)
            | Self::Facade(_)
            | Self::Reader(_)
            | Self::Rows(_)
            | Self::Page(_)
            | Self::Validator(_)
            | Self::Table(_)
            | Self::Builder(_)
            | Self::Reference(_) => Some(true),
            Self::OneOf(values) => {
                let first = values.first()?.truthiness()?;
                values.iter().all(|value| value.truthiness() == Some(first)).then_some(first)
            }
            _ => None,
        }
    }

    /// Whether it is something that code tests rather than hands on: booleans, tests, plain data.
    pub(crate) fn is_condition(&self) -> bool {
        match self {
            Self::Bool(_) | Self::Test(_) | Self::Data(_) => true,
            Self::OneOf(values) => {
                values.iter().all(Self::is_condition) && values.iter().any(Self::is_boolean)
            }
            _ => false,
        }
    }

    /// Whether it is a boolean or a test of one.
    pub(crate) fn is_boolean(&self) -> bool {
        matches!(self, Self::Bool(_) | Self::Test(_))
    }
}

fn push_new(values: &mut Vec<Value>, value: Value) {
    if !values.contains(&value) {
        values.push(value);
    }
}

/// Equality as far as it is cheap: two values that differ here may still be the same at run time.
impl PartialEq for Value {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Unknown(a), Self::Unknown(b)) => a == b,
            (Self::Undefined, Self::Undefined)
            | (Self::Null, Self::Null)
            | (Self::LunoraModule, Self::LunoraModule) => true,
            (Self::Bool(a), Self::Bool(b)) => a == b,
            (Self::Number(a), Self::Number(b)) => a.to_bits() == b.to_bits(),
            (Self::String(a), Self::String(b)) => a.text == b.text && a.place == b.place,
            (Self::Builtin(a), Self::Builtin(b))
            | (Self::Lunora(a), Self::Lunora(b))
            | (Self::Service(a), Self::Service(b)) => a == b,
            (Self::Module(a), Self::Module(b)) => a == b,
            (Self::Object(a), Self::Object(b)) => Rc::ptr_eq(a, b) || objects_equal(a, b),
            (Self::Array(a), Self::Array(b)) => Rc::ptr_eq(a, b) || (a.open == b.open && a.items == b.items),
            (Self::Map(a), Self::Map(b)) => Rc::ptr_eq(a, b) || a == b,
            (Self::Closure(a), Self::Closure(b)) => {
                Rc::ptr_eq(a, b)
                    || (a.file == b.file
                        && a.function == b.function
                        && Rc::ptr_eq(&a.frame, &b.frame)
                        && a.this == b.this)
            }
            (Self::Class(a), Self::Class(b)) => a.file == b.file && a.class == b.class,
            (Self::Method(a), Self::Method(b)) => Rc::ptr_eq(a, b) || a == b,
            (Self::Reference(a), Self::Reference(b)) => a == b,
            (Self::Context(a), Self::Context(b)) => {
                Rc::ptr_eq(a, b)
                    || (a.kind == b.kind
                        && (Rc::ptr_eq(&a.additions, &b.additions)
                            || objects_equal(&a.additions, &b.additions)))
            }
            (Self::Database(a), Self::Database(b)) => a == b,
            (Self::Facade(a), Self::Facade(b)) => {
                a.database == b.database && a.tables == b.tables && a.is_orm == b.is_orm
            }
            (Self::Orm(a), Self::Orm(b)) => Rc::ptr_eq(a, b),
            (Self::Reader(a), Self::Reader(b)) => Rc::ptr_eq(a, b) || a == b,
            (Self::Range(a), Self::Range(b)) => Rc::ptr_eq(a, b) || a == b,
            (Self::Rows(a), Self::Rows(b)) | (Self::Page(a), Self::Page(b)) => {
                a.key == b.key && a.tables == b.tables
            }
            (Self::Row(a), Self::Row(b)) => {
                a.key == b.key && a.tables == b.tables && a.loop_token == b.loop_token
            }
            (Self::Data(a), Self::Data(b)) => Rc::ptr_eq(a, b) || a == b,
            (Self::Test(a), Self::Test(b)) => Rc::ptr_eq(a, b) || a == b,
            (Self::OneOf(a), Self::OneOf(b)) => Rc::ptr_eq(a, b) || a == b,
            (Self::Validator(a), Self::Validator(b)) => Rc::ptr_eq(a, b),
            (Self::Table(a), Self::Table(b)) => Rc::ptr_eq(a, b),
            (Self::Relation(a), Self::Relation(b)) => Rc::ptr_eq(a, b),
            (Self::Schema(a), Self::Schema(b)) => Rc::ptr_eq(a, b),
            (Self::Extension(a), Self::Extension(b)) => Rc::ptr_eq(a, b),
            (Self::Builder(a), Self::Builder(b)) => Rc::ptr_eq(a, b),
            (Self::Registration(a), Self::Registration(b)) => Rc::ptr_eq(a, b),
            (Self::Declaration(a), Self::Declaration(b)) => Rc::ptr_eq(a, b),
            (Self::Crons(a), Self::Crons(b)) => Rc::ptr_eq(a, b),
            (Self::Next(a), Self::Next(b)) => a == b,
            _ => false,
        }
    }
}

fn objects_equal(a: &ObjectValue, b: &ObjectValue) -> bool {
    let class = |object: &ObjectValue| object.class.as_ref().map(|class| (class.file, class.class));
    a.open == b.open
        && class(a) == class(b)
        && a.props.len() == b.props.len()
        && a.props.iter().zip(&b.props).all(|(left, right)| {
            left.name == right.name && left.certain == right.certain && left.value == right.value
        })
}
