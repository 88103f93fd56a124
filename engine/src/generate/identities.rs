//! Users that generated rows know.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value};

use crate::generate::tables::is_unique_alone;
use crate::generate::{Constants, Samples};
use crate::options::Identity;
use crate::schema::{Column, Schema, Table, Tier, ValidatorKind};
use crate::storage::Compared;

/// What the claims of a probe begin with. Nothing else has such a text.
pub(crate) const PROBE: &str = "lunora-probe:";

/// How tables of people are named, without the plural's ending.
const PEOPLE: [&str; 9] =
    ["user", "member", "profile", "account", "person", "people", "staff", "customer", "employee"];

/// How many users are offered.
const MOST: usize = 24;

/// The columns that say who someone is: those that functions compare with claims, and texts that are named like a user's id.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct IdentityColumns(Vec<Compared>);

impl IdentityColumns {
    /// From what functions compared while a probe called them, and from the owners that the schema names.
    pub(crate) fn new(schema: &Schema, mut compared: Vec<Compared>) -> Self {
        for table in &schema.tables {
            for column in &table.columns {
                let is_owner = table.owner_field.as_deref() == Some(&column.name)
                    || matches!(&table.tier, Tier::ShardBy { field } if *field == column.name && is_identity_name(field));
                let is_text = column.validator.kind == ValidatorKind::String;
                let is_known =
                    compared.iter().any(|one| one.table == table.name && one.column == column.name);
                if is_text && !is_known && (is_owner || is_identity_name(&column.name)) {
                    compared.push(Compared {
                        table: table.name.clone(),
                        column: column.name.clone(),
                        claim: "userId".to_owned(),
                    });
                }
            }
        }
        Self(compared)
    }

    /// Whether a column holds what the user's id is.
    pub(crate) fn holds_users(&self, table: &str, column: &str) -> bool {
        self.0.iter().any(|one| {
            one.table == table
                && one.column == column
                && matches!(one.claim.as_str(), "userId" | "subject" | "sub")
        })
    }

    /// Whether the rows of a table are people, so that each is another user: a column that says who they are tells rows apart, or the
    /// table is named so and its rows belong to no others.
    pub(crate) fn are_people(&self, table: &Table) -> bool {
        let mut known = table.columns.iter().filter(|column| self.holds_users(&table.name, &column.name));
        let refers = |column: &Column| {
            let validator = &column.validator;
            validator.kind == ValidatorKind::Id && !validator.is_optional && !validator.is_nullable
        };
        let name = table.name.to_lowercase();
        let is_named = PEOPLE.iter().any(|word| name.trim_end_matches('s').ends_with(word));
        let has_any = known.clone().next().is_some();
        known.any(|column| is_unique_alone(table, column))
            || (has_any && is_named && !table.columns.iter().any(refers))
    }

    /// Users of rows: each has the claims that its row says, and the row's other texts. Tables are taken in turn. At last, one whom no row
    /// knows.
    /// What code compares names with is claimed in turn, where a row does not say otherwise.
    pub(crate) fn identities(&self, samples: &Samples, constants: &Constants) -> Vec<Identity> {
        let mut tables: BTreeMap<&str, Vec<&Compared>> = BTreeMap::new();
        for compared in &self.0 {
            tables.entry(&compared.table).or_default().push(compared);
        }
        let per_table: Vec<Vec<Identity>> = tables
            .iter()
            .map(|(table, columns)| {
                samples.of(table).filter_map(|row| identity(row, columns)).take(MOST).collect()
            })
            .collect();
        let mut seen = BTreeSet::new();
        (0..MOST)
            .flat_map(|turn| per_table.iter().filter_map(move |identities| identities.get(turn)))
            .filter(|identity| seen.insert(identity.user_id.clone()))
            .take(MOST)
            .cloned()
            .chain([user("user-0".to_owned())])
            .enumerate()
            .map(|(position, mut identity)| {
                for (name, text) in constants.claims(position) {
                    let is_free = !matches!(name, "userId" | "_id") && !identity.claims.contains_key(name);
                    if is_free {
                        identity.claims.insert(name.to_owned(), Value::from(text));
                    }
                }
                identity
            })
            .collect()
    }
}

/// A user whose id is marked. The runtime marks every other claim that is asked for.
pub(crate) fn probe() -> Identity {
    user(format!("{PROBE}userId"))
}

fn user(user_id: String) -> Identity {
    Identity { user_id, claims: Map::new() }
}

/// Whether a column of texts is likely to hold what `ctx.auth.userId` gives.
pub(crate) fn is_identity_name(name: &str) -> bool {
    matches!(
        name,
        "userId"
            | "authId"
            | "ownerId"
            | "owner"
            | "user"
            | "subject"
            | "externalId"
            | "clerkId"
            | "tokenIdentifier"
            | "authUserId"
    )
}

fn identity(row: &BTreeMap<String, Value>, columns: &[&Compared]) -> Option<Identity> {
    let mut claims: Map<String, Value> = row
        .iter()
        .filter(|(name, value)| !name.starts_with('_') && (value.is_string() || value.is_boolean()))
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    for compared in columns {
        claims.insert(compared.claim.clone(), row.get(&compared.column)?.clone());
    }
    let own = claims.remove("userId").or_else(|| row.get("_id").cloned())?;
    let user_id = own.as_str()?.to_owned();
    claims.entry("subject").or_insert_with(|| Value::String(user_id.clone()));
    Some(Identity { user_id, claims })
}
