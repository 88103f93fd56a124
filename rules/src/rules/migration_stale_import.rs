//! Imports of the platform that a project came from.

use lunora_project::access::ImportUse;
use lunora_report::{Category, Facing, Finding, FixAvailability, Level, RuleMetadata};
use serde_json::json;

use crate::context::RuleContext;
use crate::findings::set;
use crate::rule::{Fact, Findings, Rule};

pub(crate) static RULE: Rule = Rule {
    metadata: &RuleMetadata {
        name: "migration_stale_import",
        title: "Stale import after a migration",
        level: Level::Warn,
        categories: &[Category::Schema],
        facing: Facing::Internal,
        description: "Backend code imports a package of the platform that the project came from.",
        docs: include_str!("../../docs/migration_stale_import.md"),
        fix: FixAvailability::None,
    },
    needs: &[Fact::Files, Fact::Imports],
    check,
};

/// Platforms with the packages that are theirs; a name that ends with `/` stands for a whole scope.
const PLATFORMS: &[(&str, &str, &[&str])] = &[
    ("convex", "Convex", &["convex", "@convex-dev/", "convex-helpers", "convex-test", "convex-ents"]),
    ("supabase", "Supabase", &["@supabase/", "supabase"]),
    (
        "firebase",
        "Firebase",
        &["firebase", "@firebase/", "firebase-admin", "firebase-functions", "firebase-functions-test"],
    ),
];

fn stale(context: &RuleContext<'_>, import: &ImportUse, platform: (&str, &str)) -> Finding {
    let (key, name) = platform;
    let location = context.location(import.place);
    let subject = format!("|{}", import.specifier);
    let mut finding = Finding::new(RULE.metadata, location, subject);
    finding.detail = format!(
        "`{}` belongs to {name}: what it offers is bundled with the backend and talks to a platform that no longer runs this code.",
        import.specifier
    );
    finding.remediation = if key == "convex" {
        "Import the counterpart from `lunorash/server` or `_generated/server`, or remove what is left over."
            .to_owned()
    } else {
        format!(
            "Use `ctx.db`, `ctx.auth` and `ctx.storage` instead, or call {name} from an action if it still has a part to play."
        )
    };
    finding.primary_label = format!("left over from {name}");
    set(&mut finding, "file", json!(context.relative(location.file)));
    set(&mut finding, "line", json!(context.line(location)));
    set(&mut finding, "moduleSpecifier", json!(import.specifier));
    set(&mut finding, "platform", json!(key));
    finding
}

fn check(context: &RuleContext<'_>, findings: &mut Findings) {
    for import in context.project.imports.iter() {
        if !import.is_type_only
            && let Some(platform) = platform(&import.specifier)
        {
            findings.push(stale(context, import, platform));
        }
    }
}

/// The platform that a module belongs to, as metadata and as prose call it.
fn platform(specifier: &str) -> Option<(&'static str, &'static str)> {
    // Generated code of the old backend is imported by path.
    if specifier.starts_with(['.', '#', '~']) || specifier.starts_with("@/") {
        return specifier.contains("convex/_generated/").then_some(("convex", "Convex"));
    }
    let owns = |package: &&str| {
        let rest = specifier.strip_prefix(*package);
        rest.is_some_and(|rest| package.ends_with('/') || rest.is_empty() || rest.starts_with('/'))
    };
    PLATFORMS.iter().find(|(_, _, packages)| packages.iter().any(owns)).map(|(key, name, _)| (*key, *name))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::check;

    #[test]
    fn imports_of_the_old_platform_are_reported_in_all_code_of_the_backend() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
import { defineSchema, defineTable, v } from "@lunora/server";
import "firebase-admin";
//     ^^^ WARN migration_stale_import `firebase-admin` belongs to Firebase
export default defineSchema({ posts: defineTable({ title: v.string() }) });
//- /lunora/posts.ts
import { query } from "./_generated/server";
import { createClient, type User } from "@supabase/supabase-js";
//                                      ^^^ migration_stale_import `@supabase/supabase-js` belongs to Supabase
import { shared } from "../src/shared";
import { paginator } from "convex-helpers/server/pagination";
//                        ^^^ migration_stale_import `convex-helpers/server/pagination` belongs to Convex
import { api } from "../convex/_generated/api";
//                  ^^^ migration_stale_import
export const list = query.query(async () => [api, shared, paginator, createClient] as unknown as User[]);
export { api as old } from "convex/server";
//                         ^^^ migration_stale_import
export const late = query.query(async () => [await import("firebase/app"), require("@supabase/ssr")]);
//                                                        ^^^ migration_stale_import
//                                                                                 ^^^ migration_stale_import
//- /src/shared.ts
import * as convex from "convex/server";
//                      ^^^ migration_stale_import
export const shared = convex;
"#,
        );
    }

    #[test]
    fn types_and_packages_that_only_sound_alike_are_silent() {
        check(
            &RULE,
            r#"
//- /lunora/schema.ts
export default defineSchema({ posts: defineTable({ title: v.string() }) });
//- /lunora/posts.ts
import { query } from "./_generated/server";
import type { GenericId } from "convex/values";
import { type DataModel } from "convex/server";
import { hull } from "convex-hull";
import { convex } from "./convex";
import { fire } from "firebase-like";
export type { User } from "@supabase/supabase-js";
// lunora-advisor-disable-next-line migration_stale_import -- copies the last rows over
import { ConvexHttpClient } from "convex/browser";
export const list = query.query(async () => [hull, convex, fire, ConvexHttpClient]);
//- /lunora/convex.ts
export const convex = 1;
"#,
        );
    }
}
