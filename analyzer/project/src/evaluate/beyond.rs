//! Where a recording run goes and no other: functions that nothing calls, rows that only a type or a trigger promises, collections whose
//! elements an ordinary link need not follow. What is overlooked there would break a rename; what is followed there too far costs nothing.

use std::rc::Rc;

use ecow::EcoString;
use lunora_facts::{BindingKind, ExprId, FileId, ImportName, ListRange, Program, Type, TypeId};

use super::interpreter::Interpreter;
use super::origin::Data;
use super::read::Tables;
use super::recorder::object_shape;
use super::value::{
    ArrayValue, ClassValue, Closure, ObjectProp, ObjectValue, RowValue, RowsValue, StringValue, Value,
};
use crate::place::{Part, Place, Site};

/// Functions that nothing calls may make functions that nothing calls.
const MAX_UNREACHED_ROUNDS: usize = 4;

/// The parts of a trigger's event that are rows.
const TRIGGER_ROWS: &[&str] =
    &["doc", "previous", "row", "before", "after", "old", "new", "oldDoc", "newDoc", "next"];

impl Interpreter<'_> {
    /// Evaluates the functions and classes that nothing has called.
    pub(crate) fn run_unreached(&mut self, files: &[FileId]) {
        for file in files {
            for value in self.module_bindings(*file) {
                if let Value::Class(class) = value {
                    self.run_class(&class);
                }
            }
        }
        for _ in 0..MAX_UNREACHED_ROUNDS {
            let Some(recorder) = &self.recorder else { return };
            let mut pending: Vec<Rc<Closure>> = recorder
                .closures
                .iter()
                .filter(|(key, _)| !recorder.evaluated.contains(key))
                .map(|(_, closure)| Rc::clone(closure))
                .collect();
            if pending.is_empty() {
                return;
            }
            pending.sort_by_key(|closure| (closure.file, closure.function));
            for closure in pending {
                self.run_detached(closure.file, &Value::Closure(closure));
            }
        }
    }

    /// What is known of the parts of an argument, as an object whose properties are named where the validators are.
    pub(super) fn with_known_parts(&mut self, value: Value) -> Value {
        let (Some(_), Value::Data(data)) = (&self.recorder, &value) else {
            return value;
        };
        let Data::Argument { validator: Some(validator), .. } = &**data else {
            return value;
        };
        let Some(shape) = object_shape(validator) else {
            return value;
        };
        let mut object = ObjectValue { open: shape.open, ..ObjectValue::default() };
        for prop in &shape.props {
            let part = self.member(&value, &prop.name, None);
            object.set(ObjectProp { value: part, ..prop.clone() });
        }
        Value::object(object)
    }

    /// The value of something with a written type, where the type says more than the value.
    pub(super) fn typed_over(&mut self, file: FileId, ty: TypeId, value: Value) -> Value {
        let is_computed = matches!(&value, Value::Data(data) if matches!(**data, Data::Computed { .. }));
        if value.is_unknown() {
            self.typed_value(file, ty).unwrap_or(value)
        } else if self.recorder.is_some() && is_computed {
            let typed = self.typed_value(file, ty);
            typed.filter(|typed| matches!(typed, Value::Row(_) | Value::Rows(_))).unwrap_or(value)
        } else {
            value
        }
    }

    /// Rows by their type: `Doc<"t">`, `Doc<"t">[]`, objects that hold some. In an ordinary link a type makes no rows.
    pub(super) fn documented(&mut self, file: FileId, ty: TypeId, depth: u32) -> Option<Value> {
        self.recorder.as_ref()?;
        let program = self.program(file);
        match program.ty(ty) {
            Type::Named { arguments, .. } | Type::Global { arguments, .. } => {
                let first = program.type_list(*arguments).first().copied();
                match (type_name(program, ty)?, first) {
                    ("Doc", Some(table)) => match program.ty(table) {
                        Type::String(name) => {
                            let place = Some(Place { file, part: Part::TypeString(table) });
                            let name = StringValue { text: EcoString::from(program.text(*name)), place };
                            Some(row_of(Tables::named(name), file))
                        }
                        _ => None,
                    },
                    ("Promise" | "Awaited" | "Readonly", Some(inner)) => self.typed(file, inner, depth + 1),
                    ("Array" | "ReadonlyArray", Some(inner)) => self.documented_list(file, inner, depth),
                    _ => None,
                }
            }
            Type::Array(inner) => self.documented_list(file, *inner, depth),
            Type::Object(members) => self.documented_object(file, *members, depth),
            _ => None,
        }
    }

    /// What a trigger of a table is called with: rows under whatever name. In an ordinary link it is not known.
    pub(crate) fn trigger_event(&self, table: &str, file: FileId) -> Value {
        if self.recorder.is_none() {
            return Value::OPAQUE;
        }
        let name = StringValue { text: EcoString::from(table), place: None };
        let mut event = ObjectValue { open: true, ..ObjectValue::default() };
        for part in TRIGGER_ROWS {
            let value = row_of(Tables::named(name.clone()), file);
            event.set(ObjectProp {
                name: EcoString::from(*part),
                value,
                certain: true,
                at: None,
                is_getter: false,
            });
        }
        Value::object(event)
    }

    /// What `deny` and `allowAll` say instead of a `where`; in an ordinary link that is not known.
    pub(super) fn recorded_verdict(&self, name: &str) -> Option<Value> {
        self.recorder.as_ref()?;
        match name {
            "deny" => Some(Value::Bool(false)),
            "allowAll" => Some(Value::Bool(true)),
            _ => None,
        }
    }

    /// The groups of `groupBy`, whose keys are columns; in an ordinary link they are computed data.
    pub(super) fn recorded_groups(&self, rows: &RowsValue) -> Option<Value> {
        self.recorder.as_ref()?;
        let key =
            Value::Row(Rc::new(RowValue { key: rows.key, tables: rows.tables.clone(), loop_token: None }));
        let mut group = ObjectValue { open: true, ..ObjectValue::default() };
        group.set(ObjectProp {
            name: EcoString::from("key"),
            value: key,
            certain: true,
            at: None,
            is_getter: false,
        });
        Some(Value::Array(Rc::new(ArrayValue { items: vec![Value::object(group)], open: true })))
    }

    /// An array that a `Map` or `Set` is taken for: what matters of it are its values.
    pub(super) fn recorded_collection(&mut self, kind: &str, entries: Option<&Value>) -> Option<Value> {
        self.recorder.as_ref()?;
        let items = match (kind, entries) {
            (_, None) => Vec::new(),
            ("Map", Some(Value::Array(pairs))) => pairs.items.iter().map(|pair| self.item(pair, 1)).collect(),
            _ => return None,
        };
        Some(Value::Array(Rc::new(ArrayValue { items, open: true })))
    }

    fn documented_list(&mut self, file: FileId, inner: TypeId, depth: u32) -> Option<Value> {
        match self.typed(file, inner, depth + 1)? {
            Value::Row(row) => {
                Some(Value::Rows(Rc::new(RowsValue { key: row.key, tables: row.tables.clone() })))
            }
            _ => None,
        }
    }

    fn documented_object(&mut self, file: FileId, members: ListRange, depth: u32) -> Option<Value> {
        let program = self.program(file);
        let mut object = ObjectValue { open: true, ..ObjectValue::default() };
        for member in &program.type_members[members.range()] {
            if let Some(value) = self.documented(file, member.ty, depth + 1) {
                let name = self.text(file, member.name);
                object.set(ObjectProp { name, value, certain: true, at: None, is_getter: false });
            }
        }
        (!object.props.is_empty()).then(|| Value::object(object))
    }

    fn run_class(&mut self, class: &Rc<ClassValue>) {
        use lunora_facts::ClassMemberValue::{Constructor, Getter, Method};
        let members = &self.program(class.file).classes[class.class.index()].members;
        let is_reached = |interpreter: &Self| {
            interpreter.recorder.as_ref().is_none_or(|recorder| {
                members.iter().any(|member| match member.value {
                    Method(function) | Getter(function) | Constructor(function) => {
                        recorder.evaluated.contains(&(class.file, function))
                    }
                    _ => false,
                })
            })
        };
        if is_reached(self) {
            return;
        }
        self.run_root(class.file, |interpreter| {
            let instance = interpreter.instantiate(class, vec![Value::OPAQUE; 8]);
            for member in members {
                if let (Method(_) | Getter(_), Some(name)) = (member.value, member.name) {
                    let name = interpreter.text(class.file, name);
                    let method = interpreter.class_member(&instance, &name).unwrap_or(Value::OPAQUE);
                    interpreter.call_value(&method, vec![Value::OPAQUE; 8], Some(instance.clone()));
                }
            }
        });
    }
}

/// The name under which a type was declared, whatever it is imported as.
pub(crate) fn type_name(program: &Program, ty: TypeId) -> Option<&str> {
    match program.ty(ty) {
        Type::Global { name, .. } => Some(program.text(*name)),
        Type::Named { binding, .. } => {
            let binding = program.binding(*binding);
            match binding.kind {
                BindingKind::Import(import) => match program.imports.get(import as usize)?.what {
                    ImportName::Named(name) => Some(program.text(name)),
                    ImportName::Namespace | ImportName::SideEffect => None,
                },
                _ => Some(program.text(binding.name)),
            }
        }
        Type::Qualified { name, .. } => Some(program.text(*name)),
        _ => None,
    }
}

/// A row that no read is known of.
pub(crate) fn row_of(tables: Tables, file: FileId) -> Value {
    let key = Site { file, expr: ExprId::new(u32::MAX) };
    Value::Row(Rc::new(RowValue { key, tables, loop_token: None }))
}
