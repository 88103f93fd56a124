//! What each rule claims, as far as running the code can show it.

/// A claim that running the code can show or refute.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Claim {
    /// A read costs more than it should.
    Read(ReadClaim),
    /// A read runs once for every element of something.
    Repeats,
    /// Every row of a table is written, one by one.
    WritesEach,
    /// Every table is searched for one id.
    Probes,
    /// It ends by nothing but a limit.
    NeverEnds,
    /// Functions start each other for ever.
    LeadsBack,
    /// It fails when it runs.
    Throws,
    /// It names a column that no row has.
    FindsNothing,
    /// Finding rows by some columns looks at the whole table.
    Lookup,
    /// An index serves nothing that another one does not serve.
    DuplicateIndex,
    /// No read uses an index.
    UnusedIndex,
    /// Running the code shows nothing of it, for this reason.
    NotRun(&'static str),
}

/// What is wrong with a read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum ReadClaim {
    /// It looks at the whole table.
    Whole,
    /// It looks at more rows than it then lets through.
    Late,
    /// It looks at rows that it then leaves out.
    Surplus,
    /// Its range is not one run of the index.
    Range,
    /// It sorts.
    Sort,
    /// It makes a subscription depend on the whole table.
    Widened,
}

const STATIC: &str = "it is about what is written, which running shows nothing of";
const ABSENCE: &str = "it is about what no code does, and a run shows only what some code does";
const ACCESS: &str = "it is about who may do something, and generated rows know no such rules";
const TIME: &str = "it is about what happens over time or at a retry, and a run happens once";

/// What a rule claims. A rule that is not known claims nothing that can be run.
pub(crate) fn claim_of(rule: &str) -> Claim {
    match rule {
        "filter_without_index" | "index_without_range" | "unbounded_collect" => Claim::Read(ReadClaim::Whole),
        "filter_on_primary_key" | "filter_defeats_limit" => Claim::Read(ReadClaim::Late),
        "residual_filter" => Claim::Read(ReadClaim::Surplus),
        "index_range_not_prefix" => Claim::Read(ReadClaim::Range),
        "sort_without_index" => Claim::Read(ReadClaim::Sort),
        "subscription_widened" => Claim::Read(ReadClaim::Widened),
        "query_in_loop" => Claim::Repeats,
        "collect_then_write" => Claim::WritesEach,
        "by_id_without_table" => Claim::Probes,
        "unbounded_loop" => Claim::NeverEnds,
        "dispatch_cycle" => Claim::LeadsBack,
        "unknown_index"
        | "unknown_table"
        | "fluent_read_on_global_table"
        | "write_in_query"
        | "unknown_procedure_reference" => Claim::Throws,
        "unknown_field" => Claim::FindsNothing,
        "unindexed_foreign_key" | "unindexed_relation_target" => Claim::Lookup,
        "duplicate_index" => Claim::DuplicateIndex,
        "unused_index" => Claim::UnusedIndex,
        "table_without_insert" | "unused_table" | "geo_index_unused" => Claim::NotRun(ABSENCE),
        "mutator_without_owner_scope"
        | "soft_delete_include_deleted_from_args"
        | "unrestricted_where_branch"
        | "external_source_unscoped" => Claim::NotRun(ACCESS),
        "nondeterministic_query_mutation"
        | "scheduled_query"
        | "commit_ordered_hard_delete"
        | "mutator_full_row_replace"
        | "write_outside_shard" => Claim::NotRun(TIME),
        _ => Claim::NotRun(STATIC),
    }
}

#[cfg(test)]
mod tests {
    use lunora_report::Category;

    use super::*;

    /// A new rule about cost has a claim, or a word why it has none.
    #[test]
    fn rules_about_cost_can_be_checked_but_for_a_few() {
        let not_run: Vec<&str> = lunora_rules::registry()
            .iter()
            .map(|rule| rule.metadata)
            .filter(|rule| rule.categories.contains(&Category::Performance))
            .map(|rule| rule.name)
            .filter(|name| matches!(claim_of(name), Claim::NotRun(_)))
            .collect();
        assert_eq!(not_run, ["shape_targets_global_table"]);
    }

    #[test]
    fn every_rule_that_has_a_claim_exists() {
        let names: Vec<&str> = lunora_rules::registry().iter().map(|rule| rule.metadata.name).collect();
        let source = include_str!("claims.rs");
        let (table, _) = source.split_once("_ => Claim::NotRun(STATIC)").unwrap_or_default();
        let (_, table) = table.rsplit_once("match rule {").unwrap_or_default();
        let named = table.split('"').skip(1).step_by(2);
        assert_eq!(named.filter(|name| !names.contains(name)).collect::<Vec<_>>(), Vec::<&str>::new());
    }
}
