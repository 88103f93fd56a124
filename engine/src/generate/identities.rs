//! Users that generated rows know.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use crate::generate::Samples;
use crate::options::Identity;
use crate::schema::{Schema, Tier, ValidatorKind};

/// How many users are offered.
const MOST: usize = 24;

/// Whether a column of texts is likely to hold what `ctx.auth.userId` gives.
pub(crate) fn is_identity_name(name: &str) -> bool {
    matches!(
        name,
        "userId" | "authId" | "ownerId" | "owner" | "user" | "subject" | "externalId" | "clerkId" | "tokenIdentifier" | "authUserId"
    )
}

/// Users of texts in columns that name users, then rows of tables of people.
pub(crate) fn identities(schema: &Schema, samples: &Samples) -> Vec<Identity> {
    let mut seen = BTreeSet::new();
    let mut found = Vec::new();
    for table in &schema.tables {
        for column in &table.columns {
            let is_owner = table.owner_field.as_deref() == Some(&column.name)
                || matches!(&table.tier, Tier::ShardBy { field } if *field == column.name);
            let is_text = column.validator.kind == ValidatorKind::String;
            if is_text && (is_owner || is_identity_name(&column.name)) {
                found.extend(samples.column(&table.name, &column.name).take(MOST / 3).cloned());
            }
        }
    }
    for table in &schema.tables {
        if matches!(table.name.as_str(), "users" | "accounts" | "people" | "members" | "profiles" | "customers" | "players") {
            found.extend(samples.column(&table.name, "_id").take(MOST / 3).cloned());
        }
    }
    found
        .iter()
        .filter_map(Value::as_str)
        .filter(|user| seen.insert((*user).to_owned()))
        .take(MOST)
        .map(|user| Identity { user_id: user.to_owned(), claims: Map::new() })
        .collect()
}
