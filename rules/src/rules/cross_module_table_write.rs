//! Writes to tables that another module owns.

use std::collections::BTreeMap;

use lunora_facts::FileId;
use lunora_project::access::{FunctionName, Reach, Write};
use lunora_project::schema::Table;
use lunora_project::{Part, Place, Procedure, ProcedureKind};
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, Related, RuleMetadata};
use rustc_hash::FxHashMap;
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::{Operation, operation_finding, reached_by, set};
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "cross_module_table_write",
        title: "Write to another module's table",
        level: Level::Warn,
        categories: &[Category::Schema],
        facing: Facing::Internal,
        description: "Code outside of the module that owns a table writes the table.",
        docs: include_str!("../../docs/cross_module_table_write.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Schema, Fact::Procedures, Fact::Writes, Fact::Modules],
    check,
};

/// What owns tables: a folder with a `module.ts`, or an installed extension.
struct Module<'a> {
    name: String,
    /// The folder with a `/` at its end, relative to the project; `None` for an extension whose code is not part of the project.
    folder: Option<String>,
    place: Place,
    is_extension: bool,
    tables: Vec<&'a str>,
}

/// Writes of one function to one table.
struct Intrusion<'a> {
    owner: usize,
    table: &'a str,
    writes: Vec<&'a Write>,
    /// The ways that begin outside of the owner.
    reached_from: Vec<Reach>,
}

fn intrudes(context: &RuleContext<'_>, modules: &[Module<'_>], intrusion: &Intrusion<'_>) -> Option<Finding> {
    let owner = modules.get(intrusion.owner)?;
    let (first, others) = intrusion.writes.split_first()?;
    let operation =
        Operation { place: first.place, reached_from: &intrusion.reached_from, function: &first.function };
    let subject = format!("{}|{}", intrusion.table, owner.name);
    let mut finding = operation_finding(context, RULE.metadata, operation, first.place, &subject);
    let path = context.relative(first.place.file);
    let writer = modules.iter().find(|module| module.holds(path));
    let kind = if owner.is_extension { "extension" } else { "module" };
    let from = writer.map_or_else(|| format!("`{path}`"), |writer| format!("the module `{}`", writer.name));
    finding.detail = format!(
        "`{}` belongs to the {kind} `{}`, and {from} writes it: what the {kind} keeps true about its rows holds only as long as everybody else knows it too.",
        intrusion.table, owner.name
    );
    finding.remediation =
        format!("Move the write into a function of the {kind} `{}`, and call that from here.", owner.name);
    finding.primary_label = format!("`{}` owns `{}`", owner.name, intrusion.table);
    for write in others {
        let location = context.location(write.place);
        finding.related.push(Related { location, message: "and here".to_owned() });
    }
    finding.related.push(Related {
        location: context.location(owner.place),
        message: format!("`{}` claims `{}`", owner.name, intrusion.table),
    });
    set(&mut finding, "table", json!(intrusion.table));
    set(&mut finding, "owner", json!(owner.name));
    if owner.is_extension {
        set(&mut finding, "installed", json!(true));
    }
    if let Some(writer) = writer {
        set(&mut finding, "writer", json!(writer.name));
    }
    Some(finding)
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    let modules = modules(context);
    let mut owners: FxHashMap<&str, Vec<usize>> = FxHashMap::default();
    for (position, module) in modules.iter().enumerate() {
        for table in &module.tables {
            owners.entry(table).or_default().push(position);
        }
    }
    let mut intrusions: BTreeMap<(FileId, &FunctionName, &str), Intrusion<'_>> = BTreeMap::new();
    for write in &context.project.writes {
        // A call that writes one table or another does so for different callers.
        let ([table], true, true) =
            (write.tables.as_slice(), write.is_table_known, write.is_database_certain)
        else {
            continue;
        };
        let Some(owners) = owners.get(table.name.as_str()) else { continue };
        let Some((owner, reached_from)) = outsiders(context, &modules, write, owners) else { continue };
        let key = (write.place.file, &write.function, table.name.as_str());
        let intrusion = intrusions.entry(key).or_insert_with(|| Intrusion {
            owner,
            table: &table.name,
            writes: Vec::new(),
            reached_from,
        });
        intrusion.writes.push(write);
    }
    findings.extend(intrusions.values().filter_map(|found| intrudes(context, &modules, found)));
}

/// The first owner of a table that a write intrudes upon, and the ways to the write that begin elsewhere.
fn outsiders(
    context: &RuleContext<'_>,
    modules: &[Module<'_>],
    write: &Write,
    owners: &[usize],
) -> Option<(usize, Vec<Reach>)> {
    let owner = *owners.first()?;
    let claiming = || owners.iter().filter_map(|owner| modules.get(*owner));
    let path = context.relative(write.place.file);
    // Two modules that claim one table may both write it.
    if claiming().any(|module| module.holds(path)) {
        return None;
    }
    let is_of_owner = |procedure: &Procedure| {
        let own_table = procedure.table.as_ref().map(|(table, _)| table.as_str());
        claiming().any(|module| {
            module.holds(context.relative(procedure.file))
                || own_table.is_some_and(|table| module.tables.contains(&table))
        })
    };
    let is_shared = !modules.iter().any(|module| module.holds(path));
    let reached_from = reached_by(context, &write.reached_from, |procedure| {
        procedure.kind != ProcedureKind::Migration && !(is_shared && is_of_owner(procedure))
    });
    (!reached_from.is_empty()).then_some((owner, reached_from))
}

fn modules<'a>(context: &RuleContext<'a>) -> Vec<Module<'a>> {
    let prefix = lunora_folder(context);
    let declared = context.project.modules.iter().map(|module| Module {
        name: module.folder.clone(),
        folder: Some(format!("{prefix}{}/", module.folder)),
        place: module.place,
        is_extension: false,
        tables: module.tables.iter().map(|table| table.name.as_str()).collect(),
    });
    let mut modules: Vec<Module<'a>> = declared.collect();
    for table in &context.schema().tables {
        let Some(extension) = &table.extension else { continue };
        let is_of_package = is_of_package(table);
        let path = context.relative(table.place.file);
        let folder = path.rsplit_once('/').map(|(folder, _)| format!("{folder}/"));
        // The code of an extension that is declared beside the schema may be anywhere.
        if !is_of_package && folder.as_ref().is_none_or(|folder| *folder == prefix) {
            continue;
        }
        // Packages export their extension under some name; what tables begin with is the key.
        let key = table.name.split_once('_').map(|(key, _)| key).filter(|_| is_of_package);
        let extension = key.unwrap_or(extension);
        let known = modules.iter_mut().find(|module| module.is_extension && module.name == extension);
        match known {
            Some(module) => module.tables.push(&table.name),
            None => modules.push(Module {
                name: extension.to_owned(),
                folder: folder.filter(|_| !is_of_package),
                place: table.place,
                is_extension: true,
                tables: vec![&table.name],
            }),
        }
    }
    modules
}

/// Whether a table comes with a package: all that is known of it is that the schema is extended by it.
fn is_of_package(table: &Table) -> bool {
    table.is_opaque && matches!(table.place.part, Part::Expr(_))
}

impl Module<'_> {
    fn holds(&self, path: &str) -> bool {
        self.folder.as_ref().is_some_and(|folder| path.starts_with(folder))
    }
}

/// The Lunora folder, relative to the project, with a `/` at its end.
fn lunora_folder(context: &RuleContext<'_>) -> String {
    let schema = context.project.sources.schema();
    let path = schema.map_or("", |file| file.relative.as_str());
    path.rsplit_once('/').map(|(folder, _)| format!("{folder}/")).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn writes_from_outside_are_reported_once_a_function_and_table() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
import { limits } from "./limits/schema";
export default defineSchema({ orders: defineTable({ state: v.string() }), carts: defineTable({ open: v.boolean() }) }).extend(limits);
//- /lunora/limits/schema.ts
import { defineSchemaExtension, defineTable, v } from "@lunora/server";
export const limits = defineSchemaExtension("limits", { tables: { buckets: defineTable({ left: v.number() }) } });
//- /lunora/orders/module.ts
import { defineModule } from "@lunora/server";
export default defineModule({ description: "Orders.", tables: ["orders"] });
//- /lunora/carts/module.ts
import { defineModule } from "@lunora/server";
export default defineModule({ tables: ["carts"] });
//- /lunora/carts/checkout.ts
import { mutation, v } from "../_generated/server";
import { touch } from "../lib/touch";
export const pay = mutation.input({ id: v.id("orders") }).mutation(async ({ ctx, args }) => {
  await ctx.db.insert("orders", { state: "new" });
//      ^^^ WARN cross_module_table_write `orders` belongs to the module `orders`, and the module `carts` writes it
  await ctx.db.patch(args.id, { state: "paid" });
  await ctx.db.limits_buckets.insert({ left: 5 });
//      ^^^ cross_module_table_write `limits_buckets` belongs to the extension `limits`
  await ctx.db.carts.insert({ open: true });
  await touch(ctx.db, args.id);
});
//- /lunora/orders/touch.ts
import { mutation } from "../_generated/server";
import { touch } from "../lib/touch";
export const run = mutation.mutation(({ ctx, args }) => touch(ctx.db, args.id));
//- /lunora/lib/touch.ts
export const touch = (db, id) => db.orders.patch(id, { state: "touched" });
//                               ^^^ cross_module_table_write `orders` belongs to the module `orders`, and `lunora/lib/touch.ts` writes it
"#,
        );
    }

    #[test]
    fn owners_shared_helpers_and_unclaimed_tables_are_silent() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
import { log } from "./lib/log";
export default defineSchema({
  orders: defineTable({ state: v.string() }).triggers((t) => ({ log: t.afterInsert((ctx) => log(ctx.db)) })),
  lines: defineTable({ text: v.string() }),
  carts: defineTable({ open: v.boolean() }),
  free: defineTable({ open: v.boolean() }),
});
//- /lunora/orders/module.ts
import { defineModule } from "@lunora/server";
export default defineModule({ tables: ["orders", "lines"] });
//- /lunora/carts/module.ts
import { defineModule } from "@lunora/server";
export default defineModule({ tables: ["carts"] });
//- /lunora/orders/pay.ts
import { mutation } from "../_generated/server";
import { save } from "../lib/save";
export const pay = mutation.mutation(({ ctx, args }) => save(ctx, "orders", args.id));
export const mark = (ctx, id) => ctx.db.orders.patch(id, { state: "paid" });
//- /lunora/carts/checkout.ts
import { mutation } from "../_generated/server";
import { mark } from "../orders/pay";
import { save } from "../lib/save";
export const done = mutation.mutation(async ({ ctx, args }) => {
  await mark(ctx, args.id);
  await save(ctx, "carts", args.cart);
  await ctx.db.free.insert({ open: true });
  await ctx.db.patch(args.any, {});
  // lunora-advisor-disable-next-line cross_module_table_write -- until orders can be made elsewhere
  await ctx.db.orders.insert({ state: "new" });
});
const unused = (ctx) => ctx.db.orders.insert({ state: "new" });
//- /lunora/lib/save.ts
export const save = (ctx, table, id) => ctx.db.patch(id, { at: 1 }, table);
//- /lunora/lib/log.ts
export const log = (db) => db.insert("lines", { text: "x" });
"#,
        );
    }

    #[test]
    fn tables_of_packages_belong_to_nobody_in_the_project() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema } from "@lunora/server";
import { paymentExtension } from "@lunora/payment";
export default defineSchema({}).extend(paymentExtension);
//- /lunora/payment/fix.ts
import { mutation } from "../_generated/server";
export const fix = mutation.mutation(({ ctx, args }) => ctx.db.payment_customers.patch(args.id, { name: "x" }));
//                                                      ^^^ cross_module_table_write `payment_customers` belongs to the extension `payment`
"#,
        );
    }

    #[test]
    fn a_project_without_modules_is_silent() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({ orders: defineTable({ state: v.string() }) });
//- /lunora/carts/checkout.ts
import { mutation } from "../_generated/server";
export const done = mutation.mutation(({ ctx }) => ctx.db.orders.insert({ state: "new" }));
"#,
        );
    }
}
