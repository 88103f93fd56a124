//! Every rule. Written by `cargo xtask new-rule`; `cargo xtask tidy` checks it.

mod duplicate_index;
mod empty_index;
mod filter_on_primary_key;
mod filter_without_index;
mod fluent_read_on_global_table;
mod index_range_not_prefix;
mod index_references_unknown_field;
mod index_without_range;
mod parse_error;
mod table_without_insert;
mod unbounded_collect;
mod unindexed_foreign_key;
mod unknown_field;
mod unknown_index;
mod unknown_table;
pub(crate) mod unused_suppression;

use crate::rule::Rule;

/// Every rule, sorted by name.
pub(crate) static ALL: &[&Rule] = &[
    &duplicate_index::RULE,
    &empty_index::RULE,
    &filter_on_primary_key::RULE,
    &filter_without_index::RULE,
    &fluent_read_on_global_table::RULE,
    &index_range_not_prefix::RULE,
    &index_references_unknown_field::RULE,
    &index_without_range::RULE,
    &parse_error::RULE,
    &table_without_insert::RULE,
    &unbounded_collect::RULE,
    &unindexed_foreign_key::RULE,
    &unknown_field::RULE,
    &unknown_index::RULE,
    &unknown_table::RULE,
    &unused_suppression::RULE,
];
