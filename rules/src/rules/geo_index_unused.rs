//! Geo indexes that no code searches.

use lunora_project::access::AccessPath;
use lunora_project::schema::{Index, IndexKind, Table};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::set;
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "geo_index_unused",
        title: "Unused geo index",
        level: Level::Info,
        categories: &[Category::Schema],
        facing: Facing::Internal,
        description: "No read searches by a geo index.",
        docs: include_str!("../../docs/geo_index_unused.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Files, Fact::Schema, Fact::Reads, Fact::Writes, Fact::Procedures, Fact::Ids],
    check,
};

fn unused(context: &RuleContext<'_>, table: &Table, index: &Index, name: &str) -> Finding {
    let location = context.location(index.place);
    let mut finding = Finding::new(RULE.metadata, location, format!("|{}|{name}", table.name));
    finding.detail = format!(
        "No `withGeoIndex` searches `{}` by `{name}`; every write that moves a row keeps it up to date all the same.",
        table.name
    );
    finding.remediation = format!("Search by `{name}`, or remove it.");
    finding.primary_label = "nothing searches by this".to_owned();
    set(&mut finding, "table", json!(table.name));
    set(&mut finding, "index", json!(name));
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    if !context.project.is_fully_read() {
        return;
    }
    for table in &context.schema().tables {
        // Extensions bring code of their own, and a table that nothing uses at all has worse troubles.
        if table.extension.is_some() || context.usage.is_unused(table) {
            continue;
        }
        for index in table.indexes.iter().filter(|index| index.kind == IndexKind::Geo) {
            if let Some(name) = &index.name
                && !is_used(context, table, name)
            {
                findings.push(unused(context, table, index, name));
            }
        }
    }
}

/// Whether a read searches by a geo index, or may do so.
fn is_used(context: &RuleContext<'_>, table: &Table, name: &str) -> bool {
    let may_use = |path: &AccessPath| {
        let may_be_of_table =
            !path.is_table_known || path.tables.iter().any(|known| known.name == table.name);
        let geo = path.index.as_ref().filter(|index| index.kind == IndexKind::Geo);
        may_be_of_table && geo.is_some_and(|index| index.name.as_ref().is_none_or(|(used, _)| used == name))
    };
    context.project.reads.iter().any(|read| read.paths.iter().any(may_use))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn an_index_of_that_name_on_another_table_is_no_use() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({
  shops: defineTable({ place: v.geoPoint(), depot: v.geoPoint() })
    .geoIndex("by_place", { field: "place" })
    .geoIndex("by_depot", { field: "depot" }),
//   ^^^ INFO geo_index_unused
  depots: defineTable({ place: v.geoPoint() }).geoIndex("by_place", { field: "place" }),
//                                             ^^^ geo_index_unused No `withGeoIndex` searches `depots` by `by_place`
});

//- /lunora/shops.ts
import { query, mutation } from "./_generated/server";
import { near } from "./lib/near";
export const around = query.query(({ ctx, args }) => near(ctx.db, "shops", args));
export const add = mutation.mutation(({ ctx, args }) => ctx.db.depots.insert(args));
//- /lunora/lib/near.ts
export const near = (db, table, at) => db.query(table).withGeoIndex("by_place", (q) => q.near(at, 500)).take(5);
"#,
        );
    }

    #[test]
    fn use_in_code_that_nothing_reaches_counts() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({
  shops: defineTable({ place: v.geoPoint(), depot: v.geoPoint() })
    .geoIndex("by_place", { field: "place" })
    // lunora-advisor-disable-next-line geo_index_unused -- for the next release
    .geoIndex("by_depot", { field: "depot" }),
  unused: defineTable({ place: v.geoPoint() }).geoIndex("by_place", { field: "place" }),
});
//- /lunora/shops.ts
export const notRegistered = (ctx) => ctx.db.shops.withGeoIndex("by_place", (q) => q.near({ lat: 1, lng: 2 }, 5)).take(5);
"#,
        );
    }

    #[test]
    fn a_search_that_can_not_be_told_silences_what_it_may_use() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({
  shops: defineTable({ place: v.geoPoint(), depot: v.geoPoint() })
    .geoIndex("by_place", { field: "place" })
    .geoIndex("by_depot", { field: "depot" }),
  depots: defineTable({ place: v.geoPoint() }).geoIndex("by_place", { field: "place" }),
});

//- /lunora/shops.ts
import { query } from "./_generated/server";
export const around = query.query(({ ctx, args }) => ctx.db.shops.withGeoIndex(args.index, (q) => q.near(args.at, 500)).take(5));
export const any = query.query(({ ctx, args }) => ctx.db.query(args.table).withGeoIndex("by_place", (q) => q.near(args.at, 500)).take(5));
"#,
        );
    }

    #[test]
    fn a_file_that_does_not_parse_may_hold_the_use() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({
  shops: defineTable({ place: v.geoPoint(), depot: v.geoPoint() })
    .geoIndex("by_place", { field: "place" })
    .geoIndex("by_depot", { field: "depot" }),
  depots: defineTable({ place: v.geoPoint() }).geoIndex("by_place", { field: "place" }),
});

//- /lunora/shops.ts
export const add = mutation.mutation(({ ctx, args }) => ctx.db.depots.insert(args));
//- /lunora/broken.ts
export const near = query.query(({ ctx }) => ctx.db.shops.
"#,
        );
    }
}
