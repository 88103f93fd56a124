//! The names in declarations: the schema, procedures, shapes, policies, owners.

use std::rc::Rc;
use std::sync::Arc;

use ecow::EcoString;
use lunora_facts::Expr;
use rustc_hash::FxHashMap;

use super::harvest::{Harvester, spot_of};
use super::{Certainty, Mention, MentionKind, Scope, Symbol, UnclearReason, name_span};
use crate::access::Target;
use crate::dispatch_key;
use crate::evaluate::declaration::{
    ChainCall, DeclarationValue, RegistrationValue, SchemaValue, TableValue, ValidatorValue,
};
use crate::evaluate::read::Tables;
use crate::evaluate::recorder::{Spot, object_shape};
use crate::evaluate::value::{ObjectValue, PropSite, StringValue, Value};
use crate::link::Recording;
use crate::place::{Part, Place, Site};
use crate::procedure::{Owner, Procedure, ProcedureKind};
use crate::project::Project;
use crate::schema::Table;

impl Harvester<'_> {
    /// What the schema defines, and what its parts name of each other.
    pub(super) fn schema_model(&mut self) {
        let schema = self.schema;
        for table in &schema.tables {
            if table.extension.is_some() {
                // Inside of an extension, a table goes by another name.
                let symbol = Symbol::of_table(&table.name);
                self.unclear(table.place, Scope::Symbol(symbol), UnclearReason::Computed);
            } else {
                let symbol = Symbol::of_table(&table.name);
                self.named(symbol, Some(table.place), table.place, MentionKind::Definition);
            }
            self.columns_and_indexes(table);
            self.relations_of(table);
        }
    }

    fn columns_and_indexes(&mut self, table: &Table) {
        for column in &table.columns {
            let symbol = Symbol::of_column(&table.name, &column.name);
            let key = property_key(column.place);
            self.named(symbol, Some(key), column.place, MentionKind::Definition);
            if let Some((target, place)) = &column.references {
                self.named(Symbol::of_table(target), *place, column.place, MentionKind::Declaration);
            }
        }
        let own = tables_of(&table.name);
        for index in &table.indexes {
            if let Some(name) = &index.name {
                let symbol = Symbol::of_index(&table.name, name);
                self.named(symbol, index.name_place, index.place, MentionKind::Definition);
            }
            for field in &index.fields {
                // The column that is `.unique()` names itself.
                if field.place.is_some() || index.name.is_some() {
                    let spot = Spot {
                        name: EcoString::from(field.name.as_str()),
                        place: field.place,
                        at: index.place,
                    };
                    self.column(&own, &spot, MentionKind::Declaration);
                }
            }
        }
        for modifier in &table.modifiers {
            if let Some((name, place)) = &modifier.field {
                let spot = Spot { name: EcoString::from(name.as_str()), place: *place, at: modifier.place };
                self.column(&own, &spot, MentionKind::Declaration);
            }
        }
    }

    fn relations_of(&mut self, table: &Table) {
        let own = tables_of(&table.name);
        for relation in &table.relations {
            let symbol = Symbol::Relation {
                table: Arc::from(table.name.as_str()),
                name: Arc::from(relation.name.as_str()),
            };
            let key = property_key(relation.place);
            self.named(symbol, Some(key), relation.place, MentionKind::Definition);
            let Some((target, place)) = &relation.target else { continue };
            self.named(Symbol::of_table(target), *place, relation.place, MentionKind::Declaration);
            // The foreign key is on this table for `one`, on the other for `many`.
            let other = tables_of(target);
            let (field, referenced) = if relation.is_many { (&other, &own) } else { (&own, &other) };
            for (tables, named) in [(field, &relation.field), (referenced, &relation.references)] {
                // A default is written nowhere.
                if let Some((name, Some(place))) = named {
                    let spot = Spot {
                        name: EcoString::from(name.as_str()),
                        place: Some(*place),
                        at: relation.place,
                    };
                    self.column(tables, &spot, MentionKind::Declaration);
                }
            }
        }
    }

    /// What declarations say beside the model.
    pub(super) fn declared(&mut self, recording: &Recording) {
        for name in &recording.id_tables {
            let at = name.place.unwrap_or(Place { file: lunora_facts::FileId(0), part: Part::Start });
            self.table(name, at, MentionKind::Declaration);
        }
        if let Some(schema) = &recording.schema {
            self.schema_value(schema);
        }
        for declaration in &recording.recorder.declarations {
            self.declaration(declaration);
        }
        for (procedure, input) in &recording.recorder.inputs {
            self.inputs(procedure, input);
        }
        let mut registrations: FxHashMap<&str, Vec<&RegistrationValue>> = FxHashMap::default();
        for (name, registration) in &recording.recorder.registrations {
            registrations.entry(name).or_default().push(registration);
        }
        for (procedure, results) in &recording.recorder.results {
            let own = registrations.get(procedure.name.as_str());
            self.procedure(procedure, results, own.map(Vec::as_slice).unwrap_or_default());
        }
    }

    /// Options of modifiers and of indexes, whose columns the model does not keep.
    fn schema_value(&mut self, schema: &Rc<SchemaValue>) {
        if let Some(Value::Object(tables)) = schema.arguments.first() {
            for prop in &tables.props {
                if let Value::Table(table) = &prop.value {
                    self.table_value(&prop.name, table);
                }
            }
        }
        let standalone = schema.arguments.iter().skip(1).flat_map(|argument| match argument {
            Value::Array(array) => array.items.clone(),
            Value::Object(object) => object.props.iter().map(|prop| prop.value.clone()).collect(),
            _ => Vec::new(),
        });
        for item in standalone {
            if let Value::Declaration(declaration) = item {
                self.standalone_index(&declaration);
            }
        }
    }

    fn table_value(&mut self, name: &str, table: &TableValue) {
        let own = tables_of(name);
        for call in &table.calls {
            let at = call.site.place();
            let options: Vec<&Rc<ObjectValue>> = call.arguments.iter().filter_map(Value::as_object).collect();
            for options in options {
                self.modifier_options(call, options, &own, at);
            }
        }
    }

    fn modifier_options(&mut self, call: &ChainCall, options: &ObjectValue, own: &Tables, at: Place) {
        let keys: &[&str] = match &*call.name {
            "source" => &["tenantBy", "cursor", "idColumn", "softDeleteColumn"],
            "softDelete" => &["field"],
            "vectorize" => &["metadata"],
            _ => &[],
        };
        for key in keys {
            // `tenantBy` may be a function of the shard key.
            if let Some(columns) = options.value(key).filter(|value| !matches!(value, Value::Closure(_))) {
                self.column_list(columns, own, at, MentionKind::Declaration);
            }
        }
        match (&*call.name, options.value("columns"), options.value("where")) {
            ("source", Some(Value::Object(columns)), _) => {
                self.column_keys(columns, own, at, MentionKind::Declaration);
            }
            ("source", Some(columns), _) => self.column_list(columns, own, at, MentionKind::Declaration),
            ("rankIndex" | "aggregateIndex", _, Some(selected)) => self.selection(selected, own, at),
            _ => {}
        }
    }

    fn standalone_index(&mut self, declaration: &DeclarationValue) {
        let at = declaration.site.place();
        let Some(options) = declaration.arguments.iter().find_map(Value::as_object) else { return };
        let source = options.value("source").and_then(Value::as_object);
        let table =
            ["on", "table"].iter().find_map(|key| options.value(key)).or_else(|| source?.value("table"));
        let Some(Value::String(table)) = table else { return };
        self.table(table, at, MentionKind::Declaration);
        let own = tables_of(&table.text);
        if let Some(selected) = source.and_then(|source| source.value("select")) {
            self.column_list(selected, &own, at, MentionKind::Declaration);
        }
        if let Some(selected) = options.value("where") {
            self.selection(selected, &own, at);
        }
    }

    /// `mask({ table: { column } })`, `defineModule({ tables })`, and whatever else has a `table`.
    fn declaration(&mut self, declaration: &DeclarationValue) {
        let at = declaration.site.place();
        let Some(definition) = declaration.arguments.iter().rev().find_map(Value::as_object) else { return };
        match &*declaration.factory {
            "mask" => {
                for prop in &definition.props {
                    let spot = spot_of(prop, at);
                    let name = StringValue { text: spot.name.clone(), place: spot.place };
                    self.table(&name, at, MentionKind::Declaration);
                    if let Value::Object(columns) = &prop.value {
                        let own = tables_of(&prop.name);
                        self.column_keys(columns, &own, at, MentionKind::Declaration);
                    }
                }
            }
            factory if factory.starts_with("define") && !factory.ends_with("Index") => {
                for key in ["table", "tables"] {
                    if let Some(tables) = definition.value(key) {
                        self.table_list(tables, at);
                    }
                }
            }
            _ => {}
        }
    }

    fn table_list(&mut self, value: &Value, at: Place) {
        match value {
            Value::String(name) => self.table(name, at, MentionKind::Declaration),
            Value::Array(array) => array.items.iter().for_each(|item| self.table_list(item, at)),
            Value::OneOf(values) => values.iter().for_each(|value| self.table_list(value, at)),
            _ => {}
        }
    }

    fn inputs(&mut self, procedure: &str, input: &Value) {
        let shape = match input {
            Value::Object(shape) => Some(shape),
            Value::Validator(validator) => object_shape(validator),
            _ => None,
        };
        for prop in shape.into_iter().flat_map(|shape| &shape.props) {
            if let Some(at) = prop.at.map(PropSite::key) {
                let symbol =
                    Symbol::Argument { procedure: Arc::from(procedure), name: Arc::from(&*prop.name) };
                self.named(symbol, Some(at), at, MentionKind::Definition);
            }
        }
    }

    /// What shapes, policies and migrations say of their table, and what a builder's `.output(…)` says of rows.
    fn procedure(&mut self, procedure: &Procedure, results: &[Value], registrations: &[&RegistrationValue]) {
        let at = procedure.place;
        if let Some((table, _)) = &procedure.table {
            let own = tables_of(table);
            match procedure.kind {
                ProcedureKind::Shape | ProcedureKind::Policy => {
                    results.iter().for_each(|result| self.selection(result, &own, at));
                    for field in &procedure.fields {
                        let spot =
                            Spot { name: EcoString::from(field.name.as_str()), place: field.place, at };
                        self.column(&own, &spot, MentionKind::Condition);
                    }
                    if let Owner::Column(name, place) = &procedure.owner {
                        let spot = Spot { name: EcoString::from(name.as_str()), place: *place, at };
                        self.column(&own, &spot, MentionKind::Condition);
                    }
                }
                ProcedureKind::Migration => results.iter().for_each(|result| self.row(result, &own, at)),
                _ => {}
            }
        }
        for registration in registrations {
            for call in registration.calls.iter().filter(|call| &*call.name == "output") {
                if let Some(validator) = call.argument(0) {
                    results.iter().for_each(|result| self.output(&procedure.name, result, validator, 0));
                }
            }
        }
    }

    /// Rows that are returned through a validator: its keys are their columns.
    fn output(&mut self, procedure: &str, result: &Value, validator: &Value, depth: u32) {
        /// Validators deeper than this hold no rows that anybody returns.
        const MAX_DEPTH: u32 = 6;
        let Value::Validator(validator) = validator else { return };
        if depth > MAX_DEPTH {
            return;
        }
        for result in result.alternatives() {
            for part in union_parts(validator) {
                self.output_part(procedure, result, &part, depth);
            }
        }
    }

    fn output_part(&mut self, procedure: &str, result: &Value, validator: &Rc<ValidatorValue>, depth: u32) {
        match (&*validator.kind, validator.parts.first(), result) {
            ("array", Some(element), Value::Rows(rows)) => {
                let row = Value::Row(Rc::new(crate::evaluate::value::RowValue {
                    key: rows.key,
                    tables: rows.tables.clone(),
                    loop_token: None,
                }));
                self.output(procedure, &row, element, depth + 1);
            }
            ("array", Some(element), Value::Array(array)) => {
                array.items.iter().for_each(|item| self.output(procedure, item, element, depth + 1));
            }
            ("object", Some(Value::Object(shape)), Value::Page(rows)) => {
                if let Some(page) = shape.value("page") {
                    self.output(procedure, &Value::Rows(Rc::clone(rows)), page, depth + 1);
                }
            }
            ("object", Some(Value::Object(shape)), Value::Object(object)) => {
                for prop in &shape.props {
                    match (object.value(&prop.name), &object.base) {
                        (Some(value), _) => self.output(procedure, value, &prop.value, depth + 1),
                        (None, Some(Value::Row(row))) => self.output_column(procedure, prop, &row.tables),
                        _ => {}
                    }
                }
            }
            ("object", Some(Value::Object(shape)), Value::Row(row)) => {
                shape.props.iter().for_each(|prop| self.output_column(procedure, prop, &row.tables));
            }
            _ => {}
        }
    }

    fn output_column(&mut self, procedure: &str, prop: &crate::evaluate::value::ObjectProp, tables: &Tables) {
        let Some(at) = prop.at.map(PropSite::key) else { return };
        let symbol = Symbol::Output { procedure: Arc::from(procedure), name: Arc::from(&*prop.name) };
        self.named(symbol, Some(at), at, MentionKind::Definition);
        self.column(tables, &spot_of(prop, at), MentionKind::Read);
    }
}

/// The mentions of procedures: their declarations, references below `api` and `internal`, and strings.
pub(super) fn procedures(project: &Project, found: &mut Vec<Mention>) {
    found.retain(|mention| !matches!(mention.symbol, Symbol::Procedure(_)));
    let mut add = |place: Place, procedure: &Procedure, kind: MentionKind| {
        let symbol = Symbol::Procedure(Arc::from(procedure.name.as_str()));
        if name_span(project.file(place.file), place, &symbol).is_some() {
            found.push(Mention { place, symbol, kind, certainty: Certainty::Certain });
        }
    };
    for procedure in project.procedures.iter().filter(|procedure| procedure.export_name.is_some()) {
        add(procedure.place, procedure, MentionKind::Definition);
    }
    let references = project.references.iter().map(|reference| (&reference.target, reference.place));
    let strings = project.dispatches.iter().filter_map(|dispatch| match &dispatch.target {
        Target::Key { place: Some(place), .. } => Some((&dispatch.target, *place)),
        _ => None,
    });
    for (target, place) in references.chain(strings) {
        if dispatch_key(target).is_some()
            && let Some(id) = project.resolve_target(target)
        {
            let place = last_member(project, place);
            add(place, project.procedure(id), MentionKind::Read);
        }
    }
}

/// The last name of `api.a.b`; any other place stays.
fn last_member(project: &Project, place: Place) -> Place {
    let Part::Expr(expr) = place.part else { return place };
    match project.file(place.file).facts.program.exprs.get(expr.index()) {
        Some(Expr::Member { .. }) => Place { file: place.file, part: Part::Member(expr) },
        _ => Site { file: place.file, expr }.place(),
    }
}

/// The key of a property; any other place stays.
fn property_key(place: Place) -> Place {
    match place.part {
        Part::Prop(prop) => Place { file: place.file, part: Part::PropKey(prop) },
        Part::Expr(expr) => Place { file: place.file, part: Part::Member(expr) },
        _ => place,
    }
}

fn tables_of(name: &str) -> Tables {
    Tables::named(StringValue { text: EcoString::from(name), place: None })
}

fn union_parts(validator: &Rc<ValidatorValue>) -> Vec<Rc<ValidatorValue>> {
    if &*validator.kind != "union" {
        return vec![Rc::clone(validator)];
    }
    let parts = validator.parts.iter().filter_map(|part| match part {
        Value::Validator(part) => Some(Rc::clone(part)),
        _ => None,
    });
    parts.collect()
}
