//! `gen-corpus`: a project of realistic code, of any size, the same for the same seed.
//!
//! It is laid out as large projects are: a folder for each module, with helpers that take the context, builders in one file, and one
//! schema. Most reads are good; a few of every kind are not.

mod module;
mod random;
mod schema;

use std::path::Path;

use crate::error::TaskError;
use crate::repository::write;
use module::ModuleFiles;
use random::Random;
use schema::Entity;

/// Files that a project has once: schema, builders, validators, paging, crons.
const SHARED_FILES: u32 = 5;
/// Files of a module with everything in it.
const FILES_PER_MODULE: u32 = 5;

/// Writes a project of so many TypeScript files, besides `package.json`.
pub(crate) fn run(files: u32, out: &Path, seed: u64) -> Result<String, TaskError> {
    let is_empty = std::fs::read_dir(out).map_or(true, |mut entries| entries.next().is_none());
    if !is_empty {
        return Err(TaskError::NotEmpty(out.to_owned()));
    }
    let project = generate(files, seed);
    let bytes: usize = project.iter().map(|(_, text)| text.len()).sum();
    for (path, text) in &project {
        write(&out.join(path), text)?;
    }
    Ok(format!("{files} files, {} KB, in {}", bytes / 1024, out.display()))
}

/// The files by their paths.
fn generate(files: u32, seed: u64) -> Vec<(String, String)> {
    let mut random = Random::new(seed);
    let for_modules = files.saturating_sub(SHARED_FILES);
    let count = for_modules.div_ceil(FILES_PER_MODULE).max(1);
    let entities: Vec<Entity> = (0..count).map(|number| Entity::new(number, count, &mut random)).collect();
    let mut project = vec![
        ("package.json".to_owned(), PACKAGE.to_owned()),
        ("lunora/schema.ts".to_owned(), schema::text(&entities)),
        ("lunora/lib/procedures.ts".to_owned(), PROCEDURES.to_owned()),
        ("lunora/lib/validators.ts".to_owned(), VALIDATORS.to_owned()),
        ("lunora/lib/paging.ts".to_owned(), PAGING.to_owned()),
        ("lunora/crons.ts".to_owned(), schema::crons(&entities)),
    ];
    let mut rest = for_modules;
    for entity in &entities {
        let module = ModuleFiles { entity, entities: &entities }.generate(&mut random);
        let wanted = rest.min(FILES_PER_MODULE) as usize;
        rest = rest.saturating_sub(FILES_PER_MODULE);
        project.extend(module.into_iter().take(wanted));
    }
    project
}

const PACKAGE: &str =
    "{\n  \"name\": \"corpus\",\n  \"private\": true,\n  \"dependencies\": { \"lunorash\": \"*\" }\n}\n";

const PROCEDURES: &str = r#"import { LunoraError } from "lunorash/server";
import { mutation as baseMutation, query as baseQuery, internalMutation, internalQuery, type QueryCtx } from "../_generated/server";

async function viewer(ctx: QueryCtx) {
    const { userId } = ctx.auth;
    const user = userId ? await ctx.db.users.findFirst({ where: { subject: userId } }) : null;
    if (!user) {
        throw new LunoraError("UNAUTHENTICATED", "Please sign in.");
    }
    return user;
}

const sessionQuery = baseQuery.use(async ({ ctx, next }) => next({ ctx: { user: await viewer(ctx) } }));
const sessionMutation = baseMutation.use(async ({ ctx, next }) => next({ ctx: { user: await viewer(ctx) } }));

function adminOnly({ ctx, next }) {
    if (ctx.user.role !== "admin") {
        throw new LunoraError("FORBIDDEN", "Administrators only.");
    }
    return next();
}

export const authQuery = sessionQuery;
export const authMutation = sessionMutation;
export const adminQuery = sessionQuery.use(adminOnly);
export const adminMutation = sessionMutation.use(adminOnly);
export const systemQuery = internalQuery;
export const systemMutation = internalMutation;
"#;

const VALIDATORS: &str = r#"import { v } from "lunorash/server";

export const title = v.string().min(1).max(120);
export const body = v.string().max(8000);
export const status = v.union(v.literal("draft"), v.literal("live"), v.literal("archived"));
export const pageSize = v.optional(v.number().int().min(1).max(100));
export const cursor = v.string().max(500).nullable();
export const stamps = { createdAt: v.number(), updatedAt: v.number() };
export const pageArgs = { limit: pageSize, cursor: v.optional(cursor) };
"#;

const PAGING: &str = r#"export const DEFAULT_PAGE = 25;
export const MAX_PAGE = 100;

export function page(args: { limit?: number; cursor?: string | null }) {
    return { limit: Math.min(args.limit ?? DEFAULT_PAGE, MAX_PAGE), cursor: args.cursor ?? undefined };
}

export const clamp = (value: number | undefined) => Math.max(1, Math.min(value ?? DEFAULT_PAGE, MAX_PAGE));
"#;

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use lunora_project::Project;
    use lunora_rules::RuleSettings;
    use lunora_source::{DiscoveryOptions, Memory, ProjectLocation, load};

    use super::*;

    #[test]
    fn the_same_seed_makes_the_same_project_and_another_does_not() {
        assert_eq!(generate(60, 7), generate(60, 7));
        assert_ne!(generate(60, 7), generate(60, 8));
    }

    #[test]
    fn there_are_as_many_files_as_were_asked_for() {
        for files in [10, 11, 34, 100] {
            let sources = generate(files, 1).iter().filter(|(path, _)| path.ends_with(".ts")).count();
            assert_eq!(u32::try_from(sources).ok(), Some(files));
        }
    }

    #[test]
    fn it_parses_links_and_gives_the_rules_something_to_say() {
        let files = generate(60, 3).into_iter().map(|(path, text)| (format!("/{path}"), text));
        let location = ProjectLocation { root: "/".into(), lunora_dir: "/lunora".into() };
        let tree = load(&Memory::new(files), &location, &DiscoveryOptions::default()).expect("a project");
        let broken: Vec<&str> = tree
            .files
            .iter()
            .filter(|file| !file.facts.errors.is_empty())
            .map(|file| file.relative.as_str())
            .collect();
        assert!(broken.is_empty(), "{broken:?}");
        let project = Project::link(Arc::new(tree));
        let procedures = project.procedures.iter().filter(|procedure| procedure.is_registered()).count();
        assert!(procedures > 100, "{procedures} procedures");
        assert!(
            project.schema.is_complete
                && project.reads.iter().all(|read| read.paths.iter().all(|path| path.is_table_known))
        );
        let findings = lunora_rules::run(&project, &RuleSettings::default()).findings;
        let errors: Vec<&str> = findings
            .iter()
            .filter(|finding| finding.level == lunora_report::Level::Error)
            .map(|finding| finding.detail.as_str())
            .collect();
        assert!(errors.is_empty(), "{errors:#?}");
        assert!(findings.iter().any(|finding| finding.rule.name == "filter_without_index"));
    }
}
