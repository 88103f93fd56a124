//! Names of indexes that the table does not have, or not of that kind.

use lunora_project::schema::{IndexKind, Table};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata, nearest};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{operation_finding, relate_index, relate_table, set};
use crate::reads::NameError;
use crate::rule::{Fact, Rule};
use crate::words::listed;

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "unknown_index",
        title: "Unknown index",
        level: Level::Error,
        categories: &[Category::Schema],
        facing: Facing::External,
        description: "A read names an index that its table does not have.",
        docs: include_str!("../../docs/unknown_index.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Schema, Fact::Reads],
    check,
};

fn describe(context: &RuleContext<'_>, finding: &mut Finding, name: &str, kind: IndexKind, table: &Table) {
    let word = kind_word(kind);
    let of_kind: Vec<&str> = table
        .indexes
        .iter()
        .filter(|index| index.kind == kind)
        .filter_map(|index| index.name.as_deref())
        .collect();
    let meant = nearest(name, of_kind.iter().copied());
    let other = table.index(name);
    finding.detail = match other {
        Some(other) => format!(
            "`{}` has no {word} `{name}`: that is its {}, so the read throws when it runs.",
            table.name,
            kind_word(other.kind)
        ),
        None => format!("`{}` has no {word} `{name}`: the read throws when it runs.", table.name),
    };
    finding.remediation = match (meant, of_kind.as_slice()) {
        (Some(meant), _) => format!("Use `{meant}`, or declare `{name}` on `{}`.", table.name),
        (None, []) => format!("Declare a {word} `{name}` on `{}`; it has none.", table.name),
        (None, known) => {
            format!(
                "Use {}, or declare `{name}` on `{}`.",
                listed(known).replace(" and ", " or "),
                table.name
            )
        }
    };
    finding.primary_label = meant.map_or_else(
        || format!("`{}` has no such {word}", table.name),
        |meant| format!("no such {word}; did you mean `{meant}`?"),
    );
    match other.or_else(|| meant.and_then(|meant| table.index(meant))) {
        Some(index) => {
            let message = format!("this is a {}", kind_word(index.kind));
            relate_index(context, finding, index, message);
        }
        None => relate_table(context, finding, table, format!("`{}` is declared here", table.name)),
    }
    set(finding, "table", json!(table.name));
    set(finding, "index", json!(name));
    set(finding, "indexKind", json!(kind_key(kind)));
    if let Some(meant) = meant {
        set(finding, "nearest", json!(meant));
    }
}

fn check(context: &RuleContext<'_>, findings: &mut Vec<Finding>) {
    let mut seen = rustc_hash::FxHashSet::default();
    for (read, judgement) in context.reads() {
        for error in &judgement.errors {
            let NameError::Index { name, kind, table, place } = error else { continue };
            let Some(table) = context.schema().table(table) else { continue };
            if !seen.insert((*place, &table.name)) {
                continue;
            }
            let subject = format!("{}|{name}", table.name);
            let mut finding = operation_finding(context, RULE.metadata, read.into(), *place, &subject);
            describe(context, &mut finding, name, *kind, table);
            findings.push(finding);
        }
    }
}

fn kind_word(kind: IndexKind) -> &'static str {
    match kind {
        IndexKind::Secondary | IndexKind::UniqueColumn => "index",
        IndexKind::Search => "search index",
        IndexKind::Geo => "geo index",
        IndexKind::Rank => "rank index",
        IndexKind::Aggregate => "aggregate index",
        IndexKind::Vector => "vector index",
    }
}

/// The kind as metadata calls it.
pub(super) fn kind_key(kind: IndexKind) -> &'static str {
    match kind {
        IndexKind::Secondary | IndexKind::UniqueColumn => "secondary",
        IndexKind::Search => "search",
        IndexKind::Geo => "geo",
        IndexKind::Rank => "rank",
        IndexKind::Aggregate => "aggregate",
        IndexKind::Vector => "vector",
    }
}
