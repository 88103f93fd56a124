//! Sourced tables of which each shard gets the rows of all.

use lunora_project::schema::{Modifier, OptionValue, Table};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, Related, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::set;
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "external_source_unscoped",
        title: "Unscoped external source",
        level: Level::Error,
        categories: &[Category::Security],
        facing: Facing::External,
        description: "A sharded table is filled from an external source without telling the tenants apart.",
        docs: include_str!("../../docs/external_source_unscoped.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Schema],
    check,
};

/// Why the rows of a source are not told apart.
#[derive(Clone, Copy)]
enum Lack {
    /// There is no `tenantBy`.
    Key,
    /// The query has no parameter to take the tenant.
    Parameter,
}

fn unscoped(context: &RuleContext<'_>, table: &Table, source: &Modifier, lack: Lack) -> Finding {
    let location = context.location(source.place);
    let mut finding = Finding::new(RULE.metadata, location, format!("|{}", table.name));
    let consequence =
        "every shard is filled with the rows of all tenants, and each of them can read the others'";
    match lack {
        Lack::Key => {
            finding.detail =
                format!("`{}` is sharded, but its source has no `tenantBy`: {consequence}.", table.name);
            finding.remediation = "Add `tenantBy`, and bind what it returns in the query.".to_owned();
            finding.primary_label = "the same rows for every shard".to_owned();
        }
        Lack::Parameter => {
            finding.detail = format!(
                "The query that fills `{}` takes no parameter, so what `tenantBy` returns narrows nothing: {consequence}.",
                table.name
            );
            finding.remediation = "Bind the tenant in the query, as in `where tenant_id = $1`.".to_owned();
            finding.primary_label = "the query takes no tenant".to_owned();
        }
    }
    if let Some(shard) = table.modifier("shardBy") {
        finding.related.push(Related {
            location: context.location(shard.place),
            message: format!("`{}` is sharded here", table.name),
        });
    }
    set(&mut finding, "table", json!(table.name));
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    for table in &context.schema().tables {
        // What is global too is refused, and another rule says so.
        let source = table.modifier("source").filter(|_| table.modifier("global").is_none());
        if let Some(source) = source.filter(|_| table.is_sharded())
            && let Some(lack) = lack(table, source)
        {
            findings.push(unscoped(context, table, source, lack));
        }
    }
}

fn lack(table: &Table, source: &Modifier) -> Option<Lack> {
    match table.option("source", "tenantBy") {
        None => source.has_all_options.then_some(Lack::Key),
        Some(value) if is_off(value) => Some(Lack::Key),
        Some(OptionValue::Function) => match table.option("source", "query") {
            Some(OptionValue::Text(query)) if !takes_parameter(query) => Some(Lack::Parameter),
            _ => None,
        },
        Some(_) => None,
    }
}

/// Whether an option is as good as not there.
pub(super) fn is_off(value: &OptionValue) -> bool {
    match value {
        OptionValue::Absent | OptionValue::Bool(false) => true,
        OptionValue::Number(number) => *number <= 0.0,
        OptionValue::Text(text) => text.is_empty(),
        OptionValue::Bool(true) | OptionValue::Function | OptionValue::Unknown => false,
    }
}

/// Whether a query has a placeholder: `$1`, `?`, `:name`, `@name`, `{name}`.
fn takes_parameter(query: &str) -> bool {
    query.contains(['$', '?', ':', '@', '{'])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn sources_that_do_not_tell_tenants_apart_are_reported() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
import { base } from "./lib/base";
export default defineSchema({
  a: defineTable({ org: v.string() }).shardBy("org").source({ ...base, query: "select * from a" }),
//                                                   ^^^ ERROR external_source_unscoped `a` is sharded, but its source has no `tenantBy`
  b: defineTable({ org: v.string() }).source({ ...base, query: "select * from b where x = ?", tenantBy: undefined }).shardBy("org"),
//                                    ^^^ external_source_unscoped
  c: defineTable({ org: v.string() }).shardBy("org").source({ ...base, query: "select * from c", tenantBy: (key) => [key] }),
//                                                   ^^^ external_source_unscoped The query that fills `c` takes no parameter
});
//- /lunora/lib/base.ts
export const base = { binding: "ERP", refresh: 60 };
"#,
        );
    }

    #[test]
    fn scoped_unsharded_and_unreadable_sources_are_silent() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
import { options, query } from "some-package";
const scoped = { tenantBy: (key) => [key], binding: "ERP" };
export default defineSchema({
  a: defineTable({ org: v.string() }).shardBy("org").source({ ...scoped, query: "select * from a where org = ?" }),
  b: defineTable({ org: v.string() }).shardBy("org").source({ ...scoped, query }),
  c: defineTable({ org: v.string() }).shardBy("org").source(options),
  d: defineTable({ org: v.string() }).shardBy("org").source({ ...options, query: "select * from d" }),
  e: defineTable({ org: v.string() }).source({ binding: "ERP", query: "select * from e" }),
  f: defineTable({ org: v.string() }).shardBy("org").source({ binding: "ERP", query: "select * from f where org = :org", tenantBy: options.by }),
  // lunora-advisor-disable-next-line external_source_unscoped -- the price list is the same for everybody
  g: defineTable({ org: v.string() }).shardBy("org").source({ binding: "ERP", query: "select * from g" }),
});
"#,
        );
    }
}
