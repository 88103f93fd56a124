//! Rows for every table.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use fastrand::Rng;
use serde_json::Value;

use crate::generate::values::{Wanted, skewed, value};
use crate::generate::{Constants, Draft, IdentityColumns, Samples, Sizes, is_identity_name};
use crate::schema::{Column, Schema, Table, Tier, ValidatorKind};

/// How often a row is tried again that would break a unique index.
const TRIES: usize = 20;

/// How often a value is tried again that its validator refuses.
const ROUNDS: usize = 40;

/// What is to be generated.
pub(crate) struct Plan<'a> {
    /// The shard.
    pub(crate) shard: &'a str,
    /// How many rows tables get at most.
    pub(crate) sizes: &'a Sizes,
    /// Where they come from.
    pub(crate) seed: u64,
    /// The present, in milliseconds since the epoch.
    pub(crate) now: f64,
    /// The columns that say who someone is.
    pub(crate) users: &'a IdentityColumns,
    /// What code compares columns with.
    pub(crate) constants: &'a Constants,
}

/// Rows for tables.
pub(crate) struct Drafts {
    /// The rows of each table.
    pub(crate) tables: Vec<(Rc<str>, Rc<[Draft]>)>,
    /// What is wrong with them.
    pub(crate) problems: Vec<String>,
}

/// Says which values a column takes.
pub(crate) type Accepts<'a> = dyn Fn(&str, &str, &[Value]) -> Vec<bool> + 'a;

/// Rows for the tables of a shard, and for global tables that have none yet. `next_sequence` numbers those that say when they were
/// committed.
pub(crate) fn rows(
    schema: &Schema,
    plan: &Plan<'_>,
    samples: &Samples,
    accepts: &Accepts<'_>,
    next_sequence: &mut dyn FnMut() -> u32,
) -> Drafts {
    let mut random = Rng::with_seed(plan.seed);
    let fresh: Vec<&Table> =
        schema.tables.iter().filter(|table| !(table.is_global() && samples.has(&table.name))).collect();
    let ids: BTreeMap<&str, Vec<String>> = fresh
        .iter()
        .map(|table| {
            let count = plan.sizes.of(&table.name);
            (table.name.as_str(), (0..count).map(|_| uuid(&mut random)).collect())
        })
        .collect();
    let id = |table: &str, below: usize, random: &mut Rng| match ids.get(table) {
        Some(ids) => ids.get(skewed(ids.len().min(below), random)).cloned().map(Value::String),
        None => samples.any_id(table, random),
    };
    let mut problems = Vec::new();
    let mut tables = Vec::new();
    for table in fresh {
        let mut maker = Maker {
            table,
            rows: plan.sizes.of(&table.name),
            plan,
            id: &id,
            taken: BTreeMap::new(),
            random: Rng::with_seed(random.u64(..)),
            are_people: plan.users.are_people(table),
        };
        let wishes: Vec<Wish<'_>> = table.columns.iter().map(|column| maker.wish(column)).collect();
        let ids = ids.get(table.name.as_str()).map(Vec::as_slice).unwrap_or_default();
        let mut drafts: Vec<Draft> = ids
            .iter()
            .enumerate()
            .filter_map(|(position, id)| maker.row((position, id), &wishes, accepts, &mut problems))
            .collect();
        if drafts.len() < maker.rows {
            problems.push(format!(
                "{}: {} rows, since more would break a unique index",
                table.name,
                drafts.len()
            ));
        }
        if table.is_commit_ordered {
            drafts.iter_mut().for_each(|draft| draft.commit(next_sequence()));
        }
        tables.push((Rc::from(table.name.as_str()), Rc::from(drafts)));
    }
    problems.sort();
    problems.dedup();
    Drafts { tables, problems }
}

/// Remembers what calls may ask for.
pub(crate) fn remember(schema: &Schema, drafts: &Drafts, samples: &mut Samples) {
    for (name, rows) in &drafts.tables {
        let Some(table) = schema.table(name) else { continue };
        samples.add(name, rows);
        if is_junction(table) {
            samples.add_junction(name);
        }
        for column in table.columns.iter().filter(|column| is_unique_alone(table, column)) {
            samples.add_unique(name, &column.name);
        }
    }
}

struct Maker<'a> {
    table: &'a Table,
    /// How many rows it gets at most.
    rows: usize,
    plan: &'a Plan<'a>,
    /// An id of a table, of its first so many rows.
    id: &'a dyn Fn(&str, usize, &mut Rng) -> Option<Value>,
    /// The values that unique indexes hold already, by the columns of each.
    taken: BTreeMap<Vec<String>, BTreeSet<String>>,
    random: Rng,
    /// Whether each row is another user.
    are_people: bool,
}

/// What is to be known of a column before its values are made.
struct Wish<'a> {
    column: &'a Column,
    /// Whether its values say who users are.
    is_user: bool,
    /// Whether no two rows may share one.
    is_unique: bool,
    /// Whether only running its validator tells what it takes.
    is_opaque: bool,
}

impl<'a> Maker<'a> {
    fn wish(&self, column: &'a Column) -> Wish<'a> {
        let is_user = self.plan.users.holds_users(&self.table.name, &column.name);
        let is_unique = is_unique_alone(self.table, column) || (is_user && self.are_people);
        Wish { column, is_user, is_unique, is_opaque: is_opaque(column) }
    }

    /// A row that breaks no unique index; `None` if none was found.
    fn row(
        &mut self,
        (position, id): (usize, &str),
        wishes: &[Wish<'_>],
        accepts: &Accepts<'_>,
        problems: &mut Vec<String>,
    ) -> Option<Draft> {
        for _ in 0..TRIES {
            let mut turn = position;
            let values: BTreeMap<String, Value> = wishes
                .iter()
                .filter_map(|wish| {
                    let value = self.column(wish, position, accepts, problems)?;
                    let in_turn = if self.are_people { self.in_turn(wish.column, &mut turn) } else { None };
                    Some((wish.column.name.clone(), in_turn.unwrap_or(value)))
                })
                .collect();
            if self.take(&values) {
                let age = f64::from(self.random.u32(..30 * 86_400)) * 1_000.0;
                return Some(Draft::new(id, self.plan.now - age, values));
            }
        }
        None
    }

    fn column(
        &mut self,
        Wish { column, is_user, is_unique, is_opaque }: &Wish<'_>,
        position: usize,
        accepts: &Accepts<'_>,
        problems: &mut Vec<String>,
    ) -> Option<Value> {
        if self.table.soft_delete_field.as_deref() == Some(&column.name) {
            return (self.random.u8(..10) == 0).then(|| crate::storage::number(self.plan.now - 1.0));
        }
        if matches!(&self.table.tier, Tier::ShardBy { field } if *field == column.name)
            && self.plan.shard != crate::ROOT_SHARD
        {
            return Some(Value::String(self.plan.shard.to_owned()));
        }
        if position == 0
            && self.refers_to_itself(column)
            && (column.validator.is_nullable || column.validator.is_optional)
        {
            return column.validator.is_nullable.then_some(Value::Null);
        }
        // Rows refer to earlier rows of their own table, so that trees are trees.
        let id = |table: &str, random: &mut Rng| {
            let below = if table == self.table.name { position.max(1) } else { usize::MAX };
            (self.id)(table, below, random)
        };
        let mut random = self.random.fork();
        let wanted = Wanted {
            name: &column.name,
            position,
            rows: self.rows,
            is_unique: *is_unique,
            is_user: *is_user,
            now: self.plan.now,
            id: &id,
            constants: Some(self.plan.constants),
        };
        if !is_opaque {
            return value(&column.validator, &wanted, &mut random);
        }
        for round in 0..ROUNDS {
            let wanted = Wanted { position: position + round * self.rows, ..wanted };
            let candidate = value(&column.validator, &wanted, &mut random)?;
            if accepts(&self.table.name, &column.name, std::slice::from_ref(&candidate)) == [true] {
                return Some(candidate);
            }
        }
        problems.push(format!(
            "{}.{}: no value was found that its validator takes",
            self.table.name, column.name
        ));
        value(&column.validator, &wanted, &mut random)
    }

    /// What a column of people holds: every flag with every role comes in turn, so that some user has what a guard asks for. `turn` is
    /// what is left of the position for the columns that follow.
    fn in_turn(&self, column: &Column, turn: &mut usize) -> Option<Value> {
        let validator = &column.validator;
        let choices: Vec<Value> = match validator.kind {
            ValidatorKind::Boolean => vec![Value::Bool(true), Value::Bool(false)],
            ValidatorKind::Union => {
                validator.members.iter().map(|member| member.literal.clone()).collect::<Option<_>>()?
            }
            ValidatorKind::String if validator.refinements.is_empty() && !validator.is_unique => {
                self.plan.constants.all(&column.name).into_iter().map(Value::from).collect()
            }
            _ => return None,
        };
        let chosen = choices.get(*turn % choices.len().max(1)).cloned();
        *turn /= choices.len().max(1);
        chosen
    }

    fn refers_to_itself(&self, column: &Column) -> bool {
        column.validator.table.as_deref() == Some(&self.table.name)
    }

    /// Notes what a row holds in unique indexes; `false` if another has it already. An absent or null part never collides.
    fn take(&mut self, values: &BTreeMap<String, Value>) -> bool {
        let columns = self.table.columns.iter().filter(|column| column.validator.is_unique);
        let mut keys: Vec<Vec<String>> = columns.map(|column| vec![column.name.clone()]).collect();
        keys.extend(self.table.indexes.iter().filter(|index| index.unique).map(|index| index.fields.clone()));
        let mut entries = Vec::new();
        for fields in keys {
            let parts: Option<Vec<String>> = fields
                .iter()
                .map(|field| values.get(field).filter(|value| !value.is_null()).map(ToString::to_string))
                .collect();
            let Some(parts) = parts else { continue };
            let entry = parts.join("\u{0}");
            if self.taken.get(&fields).is_some_and(|taken| taken.contains(&entry)) {
                return false;
            }
            entries.push((fields, entry));
        }
        for (fields, entry) in entries {
            self.taken.entry(fields).or_default().insert(entry);
        }
        true
    }
}

/// Whether no two rows may share a column's value.
pub(crate) fn is_unique_alone(table: &Table, column: &Column) -> bool {
    let is_only = |fields: &[String]| matches!(fields, [field] if *field == column.name);
    column.validator.is_unique || table.indexes.iter().any(|index| index.unique && is_only(&index.fields))
}

/// Whether a unique index spans several columns that refer to rows or users.
fn is_junction(table: &Table) -> bool {
    let refers = |field: &&String| {
        let is_id = table.column(field).is_some_and(|column| column.validator.kind == ValidatorKind::Id);
        is_id || is_identity_name(field)
    };
    table.indexes.iter().any(|index| index.unique && index.fields.iter().filter(refers).count() > 1)
}

/// Whether a validator has conditions that only running it can tell.
pub(crate) fn is_opaque(column: &Column) -> bool {
    let known = ["min", "max", "length", "email", "url", "int", "positive"];
    column.validator.refinements.iter().any(|refinement| !known.contains(&refinement.name.as_str()))
}

fn uuid(random: &mut Rng) -> String {
    let bits = (random.u128(..) & !(0xf << 76) & !(0xc << 60)) | (0x4 << 76) | (0x8 << 60);
    let hex = format!("{bits:032x}");
    format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
}
