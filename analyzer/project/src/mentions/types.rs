//! The names in types: `Id<"t">`, `Doc<"t">["column"]`, imports of generated types.

use ecow::EcoString;

use lunora_facts::{ImportName, Type, TypeId};
use lunora_source::{GeneratedModule, Module, SourceFile};

use super::harvest::Harvester;
use super::{MentionKind, Scope, Symbol, UnclearReason};
use crate::evaluate::beyond::type_name;
use crate::evaluate::read::Tables;
use crate::evaluate::recorder::Spot;
use crate::evaluate::value::StringValue;
use crate::place::{Part, Place};

/// Types whose argument is a table's name.
const TABLE_TYPES: &[&str] = &["Id", "Doc", "Insert", "GenericId", "WithoutSystemFields"];
/// What the names of generated types begin with, before that of a table.
const GENERATED_PREFIXES: &[&str] = &["Doc_", "Insert_"];

impl Harvester<'_> {
    pub(super) fn types(&mut self) {
        for file in &self.sources.files {
            for index in 0..file.facts.program.types.len() {
                self.written_type(file, TypeId::new(u32::try_from(index).unwrap_or(u32::MAX)));
            }
            self.generated_types(file);
        }
    }

    fn written_type(&mut self, file: &SourceFile, ty: TypeId) {
        let program = &file.facts.program;
        match program.ty(ty) {
            Type::Named { .. } | Type::Global { .. } | Type::Qualified { .. } => {
                if let Some((name, place)) = table_argument(file, ty)
                    && self.schema.table(&name.text).is_some()
                {
                    self.table(&name, place, MentionKind::Type);
                }
            }
            Type::Indexed { object, index } => {
                if let (Some((table, _)), Type::String(column)) =
                    (table_argument(file, *object), program.ty(*index))
                {
                    let place = Place { file: file.id, part: Part::TypeString(*index) };
                    let spot =
                        Spot { name: EcoString::from(program.text(*column)), place: Some(place), at: place };
                    self.column(&Tables::named(table), &spot, MentionKind::Type);
                }
            }
            _ => {}
        }
    }

    /// `import type { Doc_messages }`: the table's name is a part of the type's.
    fn generated_types(&mut self, file: &SourceFile) {
        let program = &file.facts.program;
        for (position, import) in program.imports.iter().enumerate() {
            let ImportName::Named(name) = import.what else { continue };
            let module = file.modules.get(&import.specifier);
            let is_generated = matches!(module, Some(Module::Generated(GeneratedModule::DataModel)));
            let name = program.text(name);
            let table = GENERATED_PREFIXES.iter().find_map(|prefix| name.strip_prefix(prefix));
            if let (true, Some(table)) = (is_generated, table) {
                let part = Part::Import(u32::try_from(position).unwrap_or(u32::MAX));
                let scope = Scope::Symbol(Symbol::of_table(table));
                self.unclear(Place { file: file.id, part }, scope, UnclearReason::GeneratedType);
            }
        }
    }
}

/// The table that a type names by its first argument.
fn table_argument(file: &SourceFile, ty: TypeId) -> Option<(StringValue, Place)> {
    let program = &file.facts.program;
    let arguments = match program.ty(ty) {
        Type::Named { arguments, .. }
        | Type::Global { arguments, .. }
        | Type::Qualified { arguments, .. } => *arguments,
        _ => return None,
    };
    let name = type_name(program, ty)?;
    let first = *program.type_list(arguments).first()?;
    let Type::String(table) = program.ty(first) else { return None };
    let place = Place { file: file.id, part: Part::TypeString(first) };
    let is_table = TABLE_TYPES.contains(&name);
    is_table.then(|| (StringValue { text: EcoString::from(program.text(*table)), place: Some(place) }, place))
}
