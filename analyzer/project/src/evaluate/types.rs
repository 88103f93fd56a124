//! What a written type says about a value that is otherwise unknown.

use std::rc::Rc;

use ecow::EcoString;
use lunora_facts::{BindingKind, Export, FileId, ImportName, Type, TypeId};
use lunora_source::Module;

use super::interpreter::Interpreter;
use super::value::{ContextKind, ContextValue, DatabaseValue, ObjectValue, StringValue, Value};
use crate::place::{Part, Place};

/// Types that refer to types are followed this far.
const MAX_DEPTH: u32 = 12;

impl Interpreter<'_> {
    /// The value that a type promises, if it promises one of Lunora's objects or a literal.
    pub(super) fn typed_value(&mut self, file: FileId, ty: TypeId) -> Option<Value> {
        self.typed(file, ty, 0)
    }

    pub(super) fn typed(&mut self, file: FileId, ty: TypeId, depth: u32) -> Option<Value> {
        if depth > MAX_DEPTH {
            return None;
        }
        if let Some(rows) = self.documented(file, ty, depth) {
            return Some(rows);
        }
        let program = self.program(file);
        match program.ty(ty) {
            Type::Named { binding, .. } => match program.binding(*binding).kind {
                BindingKind::Type(ty) => self.typed(file, ty, depth + 1),
                BindingKind::Import(import) => {
                    let import = &program.imports[import as usize];
                    let ImportName::Named(name) = import.what else {
                        return None;
                    };
                    self.imported_type(file, import.specifier, program.text(name), depth)
                }
                _ => None,
            },
            Type::Global { name, .. } => lunora_type(program.text(*name)),
            Type::Qualified { namespace, name, .. } => {
                let BindingKind::Import(import) = program.binding(*namespace).kind else {
                    return None;
                };
                let specifier = program.imports[import as usize].specifier;
                self.imported_type(file, specifier, program.text(*name), depth)
            }
            Type::Indexed { object, index } => {
                let object = self.typed(file, *object, depth + 1)?;
                let Type::String(key) = program.ty(*index) else {
                    return None;
                };
                let key: EcoString = EcoString::from(program.text(*key));
                Some(self.member(&object, &key, None)).filter(|value| !value.is_unknown())
            }
            Type::String(name) => {
                let place = self.is_recording().then_some(Place { file, part: Part::TypeString(ty) });
                Some(Value::String(StringValue { text: EcoString::from(program.text(*name)), place }))
            }
            Type::Union(members) => {
                let mut values = Vec::new();
                for member in program.type_list(*members) {
                    match program.ty(*member) {
                        Type::Primitive => {}
                        _ => values.push(self.typed(file, *member, depth + 1)?),
                    }
                }
                if values.is_empty() { None } else { Some(Value::join_all(values)) }
            }
            Type::Intersection(members) => {
                program.type_list(*members).iter().find_map(|member| self.typed(file, *member, depth + 1))
            }
            _ => None,
        }
    }

    fn imported_type(
        &mut self,
        file: FileId,
        specifier: lunora_facts::Name,
        name: &str,
        depth: u32,
    ) -> Option<Value> {
        match self.module(file, specifier)? {
            Module::File(target) => self.exported_type(target, name, depth + 1),
            Module::Lunora(_) | Module::Generated(_) => lunora_type(name),
            Module::External(_) => Some(Value::EXTERNAL),
            Module::Unresolved => lunora_type(name),
        }
    }

    fn exported_type(&mut self, file: FileId, name: &str, depth: u32) -> Option<Value> {
        if depth > MAX_DEPTH {
            return None;
        }
        let program = self.program(file);
        for export in &program.exports {
            match export {
                Export::Binding { exported, binding, .. } if program.text(*exported) == name => {
                    return match program.binding(*binding).kind {
                        BindingKind::Type(ty) => self.typed(file, ty, depth + 1),
                        BindingKind::Import(import) => {
                            let import = &program.imports[import as usize];
                            let ImportName::Named(name) = import.what else {
                                return None;
                            };
                            self.imported_type(file, import.specifier, program.text(name), depth)
                        }
                        _ => None,
                    };
                }
                Export::From { exported, imported, specifier, .. } if program.text(*exported) == name => {
                    return self.imported_type(file, *specifier, program.text(*imported), depth);
                }
                _ => {}
            }
        }
        program.exports.iter().find_map(|export| match export {
            Export::StarFrom { specifier } => self.imported_type(file, *specifier, name, depth),
            _ => None,
        })
    }
}

/// A context of a kind, with nothing added.
pub(crate) fn context(kind: ContextKind) -> Value {
    Value::Context(Rc::new(ContextValue { kind, additions: Rc::new(ObjectValue::default()) }))
}

/// A name that the generated server module or the server package exports as a type.
fn lunora_type(name: &str) -> Option<Value> {
    let value = match name {
        "QueryCtx" | "GenericQueryCtx" | "QueryContext" => context(ContextKind::Query),
        "MutationCtx" | "GenericMutationCtx" | "MutationContext" | "MutatorCtx" => {
            context(ContextKind::Mutation)
        }
        "ActionCtx" | "GenericActionCtx" | "ActionContext" => context(ContextKind::Action),
        "HttpActionCtx" => context(ContextKind::Http),
        "DatabaseReader" | "DatabaseWriter" | "GenericDatabaseReader" | "GenericDatabaseWriter" => {
            Value::Database(DatabaseValue { certain: true, is_system: false })
        }
        _ => return None,
    };
    Some(value)
}
