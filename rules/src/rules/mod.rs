//! Every rule. Written by `xtask new-rule`; `xtask tidy` checks it.

mod by_id_without_table;
mod circular_fk;
mod collect_then_write;
mod commit_ordered_hard_delete;
mod cross_module_table_write;
mod dispatch_cycle;
mod duplicate_index;
mod empty_index;
mod external_source_incremental_no_delete_path;
mod external_source_on_global;
mod external_source_unscoped;
mod filter_defeats_limit;
mod filter_on_primary_key;
mod filter_without_index;
mod fluent_read_on_global_table;
mod geo_index_field_not_geopoint;
mod geo_index_unused;
mod global_table_near_column_limit;
mod index_range_not_prefix;
mod index_references_unknown_field;
mod index_without_range;
mod migration_stale_import;
mod mutator_full_row_replace;
mod mutator_without_owner_scope;
mod nondeterministic_query_mutation;
mod parse_error;
mod query_in_loop;
mod relation_references_unknown_field;
mod relation_references_unknown_table;
mod residual_filter;
mod scheduled_query;
mod shape_targets_global_table;
mod shape_unknown_table;
mod shard_and_global_combined;
mod soft_delete_include_deleted_from_args;
mod sort_without_index;
mod subscription_widened;
mod table_without_insert;
mod ttl_field_not_timestamp;
mod unbounded_collect;
mod unbounded_loop;
mod unindexed_foreign_key;
mod unindexed_relation_target;
mod unknown_field;
mod unknown_index;
mod unknown_procedure_reference;
mod unknown_table;
mod unrestricted_where_branch;
mod unused_index;
mod unused_suppression;
mod unused_table;
mod write_in_query;
mod write_outside_shard;
mod wrong_visibility_reference;

use crate::rule::Rule;

pub(crate) use parse_error::RULE as PARSE_ERROR;
pub(crate) use unused_suppression::RULE as UNUSED_SUPPRESSION;

/// Every rule, sorted by name.
pub(crate) static ALL: &[&Rule] = &[
    &by_id_without_table::RULE,
    &circular_fk::RULE,
    &collect_then_write::RULE,
    &commit_ordered_hard_delete::RULE,
    &cross_module_table_write::RULE,
    &dispatch_cycle::RULE,
    &duplicate_index::RULE,
    &empty_index::RULE,
    &external_source_incremental_no_delete_path::RULE,
    &external_source_on_global::RULE,
    &external_source_unscoped::RULE,
    &filter_defeats_limit::RULE,
    &filter_on_primary_key::RULE,
    &filter_without_index::RULE,
    &fluent_read_on_global_table::RULE,
    &geo_index_field_not_geopoint::RULE,
    &geo_index_unused::RULE,
    &global_table_near_column_limit::RULE,
    &index_range_not_prefix::RULE,
    &index_references_unknown_field::RULE,
    &index_without_range::RULE,
    &migration_stale_import::RULE,
    &mutator_full_row_replace::RULE,
    &mutator_without_owner_scope::RULE,
    &nondeterministic_query_mutation::RULE,
    &parse_error::RULE,
    &query_in_loop::RULE,
    &relation_references_unknown_field::RULE,
    &relation_references_unknown_table::RULE,
    &residual_filter::RULE,
    &scheduled_query::RULE,
    &shape_targets_global_table::RULE,
    &shape_unknown_table::RULE,
    &shard_and_global_combined::RULE,
    &soft_delete_include_deleted_from_args::RULE,
    &sort_without_index::RULE,
    &subscription_widened::RULE,
    &table_without_insert::RULE,
    &ttl_field_not_timestamp::RULE,
    &unbounded_collect::RULE,
    &unbounded_loop::RULE,
    &unindexed_foreign_key::RULE,
    &unindexed_relation_target::RULE,
    &unknown_field::RULE,
    &unknown_index::RULE,
    &unknown_procedure_reference::RULE,
    &unknown_table::RULE,
    &unrestricted_where_branch::RULE,
    &unused_index::RULE,
    &unused_suppression::RULE,
    &unused_table::RULE,
    &write_in_query::RULE,
    &write_outside_shard::RULE,
    &wrong_visibility_reference::RULE,
];
