//! `ctx.db` in its four surfaces: flat, fluent, facade, ORM.

use std::rc::Rc;

use ecow::EcoString;
use lunora_facts::ExprId;

use super::calls::CallSite;
use super::effect::{EffectKind, ReadEffect, ReadForm, WriteEffect};
use super::interpreter::Interpreter;
use super::origin::{Data, Dependence, Origins};
use super::read::{ReaderValue, Tables};
use super::value::{
    DatabaseValue, FacadeValue, ObjectProp, ObjectValue, OrmValue, RowValue, RowsValue, Value,
};
use crate::place::Site;

/// Methods of `ctx.db` itself; every other name below it is a table.
const FLAT_METHODS: &[&str] = &[
    "get",
    "query",
    "normalizeId",
    "asId",
    "related",
    "insert",
    "insertMany",
    "insertManyUnsafe",
    "patch",
    "replace",
    "delete",
    "patchMany",
    "deleteMany",
    "patchWhere",
    "deleteWhere",
    "deleteAll",
    "wipeShard",
    "findMany",
    "findFirst",
    "findFirstOrThrow",
    "findUnique",
    "count",
    "aggregate",
    "groupBy",
    "rank",
    "rankPage",
    "upsert",
    "upsertMany",
    "exists",
];

/// Whether a name is a method of `ctx.db` itself.
pub(super) fn is_flat_method(name: &str) -> bool {
    FLAT_METHODS.contains(&name)
}

/// The parts of a read or write that are the same for all of its forms.
struct Target<'a> {
    at: CallSite,
    receiver: ExprId,
    database: DatabaseValue,
    tables: Tables,
    method: &'a str,
}

impl Interpreter<'_> {
    /// A method of the database or of something that it returned.
    pub(super) fn database_method(
        &mut self,
        receiver: &Value,
        name: &str,
        arguments: Vec<Value>,
        at: CallSite,
    ) -> Value {
        if self.is_recording() {
            self.note_call(receiver, &arguments, at.site);
        }
        match receiver {
            Value::Database(database) if database.is_system => Dependence::of(Origins::CALL).computed(),
            Value::Database(database) => self.flat_method(*database, name, arguments, at),
            Value::Facade(facade) => {
                let facade = Rc::clone(facade);
                self.facade_method(&facade, name, arguments, at)
            }
            Value::Reader(reader) => {
                let reader = Rc::clone(reader);
                self.reader_method(&reader, name, arguments, at)
            }
            Value::Range(range) => super::reader::range_method(range, name, &arguments, at),
            Value::Orm(orm) => {
                let orm = Rc::clone(orm);
                self.orm_method(&orm, name, arguments, at)
            }
            _ => Value::OPAQUE,
        }
    }

    /// `ctx.db.count.findMany(…)`: the table is called like a method.
    pub(super) fn facade_of_method(
        &mut self,
        method: &Value,
        name: &str,
        arguments: Vec<Value>,
        at: CallSite,
    ) -> Value {
        let site = Site { file: at.site.file, expr: at.receiver };
        match self.member(method, name, Some(site)) {
            Value::Facade(facade) => {
                self.note_call(&Value::Facade(Rc::clone(&facade)), &arguments, at.site);
                self.facade_method(&facade, name, arguments, at)
            }
            _ => self.escape(&arguments),
        }
    }

    /// The tables that an id may belong to.
    pub(super) fn tables_of_id(&self, id: &Value) -> Tables {
        let mut found: Vec<super::value::StringValue> = Vec::new();
        let mut complete = true;
        for value in id.alternatives() {
            let tables = match value {
                Value::Data(data) => match &**data {
                    Data::Argument { validator: Some(validator), .. } => {
                        validator.table.clone().map(Tables::named)
                    }
                    Data::NewId { tables } => Some(tables.clone()),
                    Data::Column { tables, path, .. } => match path.as_slice() {
                        [column] if &**column == "_id" => Some(tables.clone()),
                        [column] => self.referenced_tables(tables, column),
                        _ => None,
                    },
                    _ => None,
                },
                Value::Undefined | Value::Null => continue,
                _ => None,
            };
            match tables {
                Some(tables) if tables.complete => {
                    for name in tables.names.iter() {
                        if found.iter().all(|known| known.text != name.text) {
                            found.push(name.clone());
                        }
                    }
                }
                _ => complete = false,
            }
        }
        let complete = complete && !found.is_empty();
        Tables { names: Rc::new(found), complete }
    }

    fn flat_method(
        &mut self,
        database: DatabaseValue,
        name: &str,
        arguments: Vec<Value>,
        at: CallSite,
    ) -> Value {
        let first = arguments.first().cloned().unwrap_or(Value::Undefined);
        let second = arguments.get(1).cloned().unwrap_or(Value::Undefined);
        match name {
            "query" => {
                let reader = ReaderValue {
                    key: at.site,
                    receiver: at.receiver,
                    database,
                    tables: Tables::of(&first),
                    steps: Vec::new(),
                    made_in: self.state.activation,
                    last: at.site,
                    is_facade: false,
                };
                self.note_reader(&reader);
                Value::Reader(Rc::new(reader))
            }
            "normalizeId" | "asId" => {
                self.note_table(&first, at.site.place());
                Value::data(Data::NewId { tables: Tables::of(&first) })
            }
            "get" => {
                let expected = expected_table(&arguments, 1);
                self.by_id(database, name, first, expected, at)
            }
            "related" => {
                let target =
                    Target { at, receiver: at.receiver, database, tables: Tables::unknown(), method: name };
                self.read(&target, ReadForm::Related);
                Dependence::of(Origins::ROW).computed()
            }
            "deleteAll" => {
                let is_hard = matches!(self.member(&second, "hard", None), Value::Bool(true));
                let tables = Tables::of(&first);
                let target = Target { at, receiver: at.receiver, database, tables, method: name };
                self.write(&target, Written { is_hard, names_table: true, ..Written::default() })
            }
            "insert" | "insertMany" | "insertManyUnsafe" | "upsert" | "upsertMany" => {
                let tables = Tables::of(&first);
                let target = Target { at, receiver: at.receiver, database, tables, method: name };
                let written = self.upserted(name, &second);
                self.write(&target, Written { names_table: true, ..written })
            }
            "patch" | "replace" | "delete" => {
                let expected = expected_table(&arguments, if name == "delete" { 1 } else { 2 });
                let names_table = expected.is_some();
                let tables = expected.unwrap_or_else(|| self.tables_of_id(&first));
                let target = Target { at, receiver: at.receiver, database, tables, method: name };
                let patched = (name == "patch").then_some(second);
                self.write(&target, Written { id: Some(first), patched, names_table, ..Written::default() })
            }
            "patchMany" | "deleteMany" => {
                let element = self.element_without_loop(&first);
                let is_patch = name == "patchMany";
                let patched = is_patch.then(|| self.member(&element, "patch", None));
                let id = if is_patch { self.member(&element, "id", None) } else { element };
                let tables = self.tables_of_id(&id);
                let target = Target { at, receiver: at.receiver, database, tables, method: name };
                self.write(&target, Written { id: Some(id), patched, ..Written::default() })
            }
            "patchWhere" | "deleteWhere" => {
                let is_patch = name == "patchWhere";
                let patched = is_patch.then(|| self.member(&second, "patch", None));
                let selection = if is_patch { self.member(&second, "where", None) } else { second };
                let tables = Tables::of(&first);
                let target = Target { at, receiver: at.receiver, database, tables, method: name };
                let selection = Some(selection);
                self.write(&target, Written { selection, patched, names_table: true, ..Written::default() })
            }
            "wipeShard" => {
                let tables = self.member(&first, "tables", None);
                let element = self.element_without_loop(&tables);
                let target = Target {
                    at,
                    receiver: at.receiver,
                    database,
                    tables: Tables::of(&element),
                    method: name,
                };
                if first.as_object().is_some_and(|options| options.get("tables").is_some()) {
                    self.write(&target, Written { names_table: true, ..Written::default() })
                } else {
                    Value::Undefined
                }
            }
            "rank" | "rankPage" => {
                let options = arguments.get(2).cloned().unwrap_or(Value::Undefined);
                let target =
                    Target { at, receiver: at.receiver, database, tables: Tables::of(&first), method: name };
                self.read(&target, ReadForm::Rank { index: second, arguments: options });
                Dependence::of(Origins::ROW).computed()
            }
            _ => {
                let target =
                    Target { at, receiver: at.receiver, database, tables: Tables::of(&first), method: name };
                self.object_read(&target, second, true, false)
            }
        }
    }

    fn facade_method(
        &mut self,
        facade: &Rc<FacadeValue>,
        name: &str,
        arguments: Vec<Value>,
        at: CallSite,
    ) -> Value {
        let first = arguments.first().cloned().unwrap_or(Value::Undefined);
        let second = arguments.get(1).cloned().unwrap_or(Value::Undefined);
        let receiver = self.facade_root(facade);
        let target =
            Target { at, receiver, database: facade.database, tables: facade.tables.clone(), method: name };
        match name {
            "get" => self.by_id_in(&target, true, true),
            "findMany" | "findFirst" | "findFirstOrThrow" | "findUnique" | "count" | "exists"
            | "aggregate" | "groupBy" => self.object_read(&target, first, false, facade.is_orm),
            "rank" | "rankPage" => {
                self.read(&target, ReadForm::Rank { index: first, arguments: second });
                Dependence::of(Origins::ROW).computed()
            }
            "withSearchIndex" | "withGeoIndex" => {
                let reader = ReaderValue {
                    key: at.site,
                    receiver,
                    database: facade.database,
                    tables: facade.tables.clone(),
                    steps: Vec::new(),
                    made_in: self.state.activation,
                    last: at.site,
                    is_facade: true,
                };
                self.reader_method(&Rc::new(reader), name, arguments, at)
            }
            "insert" | "insertMany" | "upsert" | "upsertMany" => {
                let written = self.upserted(name, &first);
                self.write(&target, Written { names_table: true, ..written })
            }
            "patch" | "replace" | "delete" | "hardDelete" | "restore" => {
                let patched = (name == "patch").then_some(second);
                let is_hard = name == "hardDelete";
                let id = Some(first);
                self.write(&target, Written { id, patched, is_hard, names_table: true, ..Written::default() })
            }
            "patchMany" | "deleteMany" => {
                let selection = match &first {
                    Value::Object(options) => options.value("where").cloned(),
                    _ => None,
                };
                let patches = if selection.is_some() { first } else { self.element_without_loop(&first) };
                let patched = (name == "patchMany").then(|| self.member(&patches, "values", None));
                self.write(&target, Written { selection, patched, names_table: true, ..Written::default() })
            }
            _ => self.escape(&arguments),
        }
    }

    fn orm_method(&mut self, orm: &Rc<OrmValue>, name: &str, arguments: Vec<Value>, at: CallSite) -> Value {
        let first = arguments.first().cloned().unwrap_or(Value::Undefined);
        let database = DatabaseValue { certain: true, is_system: false };
        match &**orm {
            OrmValue::Root => match name {
                "delete" => {
                    let id = arguments.get(1).cloned();
                    let tables = Tables::of(&first);
                    let target = Target { at, receiver: at.receiver, database, tables, method: name };
                    self.write(&target, Written { id, names_table: true, ..Written::default() })
                }
                _ => Value::Orm(Rc::new(OrmValue::Write {
                    method: EcoString::from(name),
                    tables: Tables::of(&first),
                    id: arguments.get(1).cloned(),
                })),
            },
            OrmValue::Write { method, tables, id } => {
                let target = Target { at, receiver: at.receiver, database, tables: tables.clone(), method };
                let patched = (&**method == "update").then_some(first);
                let id = id.clone();
                self.write(&target, Written { id, patched, names_table: true, ..Written::default() })
            }
            OrmValue::Query => Value::OPAQUE,
        }
    }

    fn by_id(
        &mut self,
        database: DatabaseValue,
        name: &str,
        id: Value,
        expected: Option<Tables>,
        at: CallSite,
    ) -> Value {
        let names_table = expected.is_some();
        let tables = expected.unwrap_or_else(|| self.tables_of_id(&id));
        let target = Target { at, receiver: at.receiver, database, tables, method: name };
        self.by_id_in(&target, names_table, false)
    }

    fn by_id_in(&mut self, target: &Target<'_>, names_table: bool, is_facade: bool) -> Value {
        self.read(target, ReadForm::ById { names_table, is_facade });
        Value::Row(Rc::new(RowValue { key: target.at.site, tables: target.tables.clone(), loop_token: None }))
    }

    fn object_read(&mut self, target: &Target<'_>, arguments: Value, is_flat: bool, is_orm: bool) -> Value {
        let arguments = match target.method {
            // `count(where)` and `exists(where)` take the conditions themselves.
            "count" | "exists" => conditions_as_arguments(arguments),
            _ => self.with_limit_maximum(arguments),
        };
        self.read(target, ReadForm::Object { arguments, is_flat, is_orm });
        let rows = RowsValue { key: target.at.site, tables: target.tables.clone() };
        match target.method {
            "findMany" => Value::Page(Rc::new(rows)),
            "findFirst" | "findFirstOrThrow" | "findUnique" => {
                Value::Row(Rc::new(RowValue { key: rows.key, tables: rows.tables, loop_token: None }))
            }
            _ => {
                let groups = if target.method == "groupBy" { self.recorded_groups(&rows) } else { None };
                let dependence =
                    || Dependence { origins: Origins::ROW, reads: vec![rows.key], loops: Vec::new() };
                groups.unwrap_or_else(|| dependence().computed())
            }
        }
    }

    fn with_limit_maximum(&self, arguments: Value) -> Value {
        let Value::Object(object) = &arguments else {
            return arguments;
        };
        let Some(limit) = object.get("limit") else {
            return arguments;
        };
        let bounded = ObjectProp { value: self.with_maximum(limit.value.clone()), ..limit.clone() };
        let mut changed = (**object).clone();
        changed.set(bounded);
        Value::object(changed)
    }

    fn read(&mut self, target: &Target<'_>, form: ReadForm) {
        self.emit(EffectKind::Read(Rc::new(ReadEffect {
            key: target.at.site,
            receiver: target.receiver,
            terminal: target.at.site,
            method: EcoString::from(target.method),
            tables: target.tables.clone(),
            database: target.database,
            form,
        })));
    }

    /// What an upsert looks for and changes; nothing for a plain insert.
    fn upserted(&mut self, method: &str, options: &Value) -> Written {
        let patched = match method {
            "upsert" => match self.member(options, "update", None) {
                Value::Undefined => self.member(options, "create", None),
                update => update,
            },
            "upsertMany" => {
                let rows = self.member(options, "rows", None);
                self.element_without_loop(&rows)
            }
            _ => return Written::default(),
        };
        let target = Some(self.member(options, "target", None));
        Written { target, patched: Some(patched), ..Written::default() }
    }

    fn write(&mut self, target: &Target<'_>, written: Written) -> Value {
        let effect = Rc::new(WriteEffect {
            site: target.at.site,
            receiver: target.receiver,
            callee: target.at.callee,
            method: EcoString::from(target.method),
            tables: target.tables.clone(),
            database: target.database,
            selection: written.selection,
            id: written.id,
            target: written.target,
            patched: written.patched,
            is_hard: written.is_hard,
            names_table: written.names_table,
        });
        self.note_write(&effect);
        self.emit(EffectKind::Write(effect));
        match target.method {
            "insert" | "upsert" => Value::data(Data::NewId { tables: target.tables.clone() }),
            _ => Value::Undefined,
        }
    }

    /// The database expression below a facade: the receiver that a read begins with.
    fn facade_root(&self, facade: &FacadeValue) -> ExprId {
        let program = self.program(facade.site.file);
        match program.expr(facade.site.expr) {
            lunora_facts::Expr::Member { object, .. } | lunora_facts::Expr::Index { object, .. } => *object,
            _ => facade.site.expr,
        }
    }

    fn referenced_tables(&self, tables: &Tables, column: &str) -> Option<Tables> {
        let mut names: Vec<super::value::StringValue> = Vec::new();
        for table in tables.names.iter() {
            let target = self.schema?.table(&table.text)?.reference(column)?;
            if names.iter().all(|known| *known.text != *target) {
                names.push(super::value::StringValue { text: EcoString::from(target), place: None });
            }
        }
        if names.is_empty() {
            return None;
        }
        Some(Tables { names: Rc::new(names), complete: tables.complete })
    }
}

/// What a write says beyond its table.
#[derive(Default)]
struct Written {
    selection: Option<Value>,
    id: Option<Value>,
    target: Option<Value>,
    patched: Option<Value>,
    is_hard: bool,
    names_table: bool,
}

/// A positional `expectedTable`.
fn expected_table(arguments: &[Value], position: usize) -> Option<Tables> {
    match arguments.get(position) {
        None | Some(Value::Undefined) => None,
        Some(table) => Some(Tables::of(table)),
    }
}

fn conditions_as_arguments(conditions: Value) -> Value {
    if matches!(conditions, Value::Undefined) {
        return conditions;
    }
    if let Value::Object(object) = &conditions
        && object.get("where").is_some()
    {
        return conditions;
    }
    let mut arguments = ObjectValue::default();
    arguments.set(ObjectProp {
        name: EcoString::from("where"),
        value: conditions,
        certain: true,
        at: None,
        is_getter: false,
    });
    Value::object(arguments)
}
