//! Every way to name a module, one a test.

use super::{app, load_at, names, relatives};

/// What `specifier` names in `lunora/a.ts` of a project with these files.
fn named(specifier: &str, files: &[(&str, &str)]) -> String {
    let mut memory = app(files);
    memory.insert("/app/lunora/a.ts", format!("import {{ x }} from {specifier:?};"));
    names(&load_at(&memory, "/app"), "lunora/a.ts")
}

#[test]
fn a_relative_import_may_lack_or_carry_an_extension() {
    let files = [("/app/lunora/lib/rows.ts", ""), ("/app/lunora/lib/index.ts", "")];
    assert_eq!(named("./lib/rows", &files), "lunora/lib/rows.ts");
    assert_eq!(named("./lib/rows.js", &files), "lunora/lib/rows.ts");
    assert_eq!(named("./lib/rows.ts", &files), "lunora/lib/rows.ts");
    assert_eq!(named("./lib", &files), "lunora/lib/index.ts");
    assert_eq!(named("./lib/", &files), "lunora/lib/index.ts");
    assert_eq!(named("./lib/none", &files), "Unresolved");
}

#[test]
fn helpers_outside_the_lunora_folder_load_with_what_they_import() {
    let memory = app(&[
        ("/app/lunora/a.ts", "export * from '../src/one.js';"),
        ("/app/src/one.tsx", "export { default as y } from './two';"),
        ("/app/src/two/index.ts", "const three = await import('./three.mjs');"),
        ("/app/src/two/three.mts", ""),
        ("/app/src/unused.ts", ""),
    ]);
    let tree = load_at(&memory, "/app");
    let files = ["lunora/a.ts", "lunora/schema.ts", "src/one.tsx", "src/two/index.ts", "src/two/three.mts"];
    assert_eq!(relatives(&tree), files);
    assert_eq!(names(&tree, "src/two/index.ts"), "src/two/three.mts");
}

#[test]
fn type_only_imports_and_namespace_exports_count() {
    let files = [("/app/src/types.ts", "")];
    let mut memory = app(&files);
    memory.insert("/app/lunora/a.ts", "import type { T } from '../src/types';");
    memory.insert("/app/lunora/b.ts", "export * as types from '../src/types';");
    let tree = load_at(&memory, "/app");
    assert_eq!(names(&tree, "lunora/a.ts"), "src/types.ts");
    assert_eq!(names(&tree, "lunora/b.ts"), "src/types.ts");
}

#[test]
fn what_is_no_source_code_stays_unresolved() {
    let files = [("/app/lunora/x.json", "{}"), ("/app/lunora/types.d.ts", ""), ("/app/lunora/x.css", "")];
    assert_eq!(named("./x.json", &files), "Unresolved");
    assert_eq!(named("./types", &files), "Unresolved");
    assert_eq!(named("./x.css", &files), "Unresolved");
}

#[test]
fn generated_modules_need_not_exist() {
    assert_eq!(named("./_generated/server", &[]), "Generated(Server)");
    assert_eq!(named("@/lunora/_generated/api.js", &[]), "Generated(Api)");
    assert_eq!(named("#lunora/_generated/dataModel.ts", &[]), "Generated(DataModel)");
    let exists = [("/app/lunora/_generated/server.ts", "import x from './shard';")];
    assert_eq!(named("./_generated/server", &exists), "Generated(Server)");
}

#[test]
fn an_alias_may_hide_that_its_target_is_generated() {
    let tsconfig = r#"{ "compilerOptions": { "paths": { "~server": ["./lunora/_generated/server"] } } }"#;
    assert_eq!(named("~server", &[("/app/tsconfig.json", tsconfig)]), "Generated(Server)");
    let package = r##"{ "imports": { "#api": { "types": "./lunora/_generated/api.ts" } } }"##;
    assert_eq!(named("#api", &[("/app/package.json", package)]), "Generated(Api)");
}

#[test]
fn packages_of_lunora_are_never_looked_up() {
    assert_eq!(named("@lunora/server", &[]), "Lunora(Server)");
    assert_eq!(named("lunorash/ratelimit", &[]), "Lunora(RateLimit)");
    assert_eq!(named("lunora/server", &[]), "Lunora(Server)");
    assert_eq!(named("@lunora/payment", &[]), "Lunora(Other(\"payment\"))");
    let alias = r#"{ "compilerOptions": { "paths": { "@lunora/*": ["./lunora/*"] } } }"#;
    let files = [("/app/tsconfig.json", alias), ("/app/lunora/server.ts", ""), ("/app/lunora/rows.ts", "")];
    assert_eq!(named("@lunora/server", &files), "Lunora(Server)");
    assert_eq!(named("@lunora/rows", &files), "lunora/rows.ts");
    assert_eq!(named("@lunora/payment", &files), "Lunora(Other(\"payment\"))");
}

#[test]
fn tsconfig_paths_may_have_comments_and_fall_back() {
    let tsconfig = r#"{
        // aliases
        "compilerOptions": { "paths": { "@/*": ["./missing/*", "./src/*"], "rows": ["./src/rows.ts"], }, },
    }"#;
    let files = [("/app/tsconfig.json", tsconfig), ("/app/src/rows.ts", "")];
    assert_eq!(named("@/rows", &files), "src/rows.ts");
    assert_eq!(named("@/rows.js", &files), "src/rows.ts");
    assert_eq!(named("rows", &files), "src/rows.ts");
    assert_eq!(named("@/none", &files), "Unresolved");
}

#[test]
fn the_longest_matching_tsconfig_path_wins() {
    let tsconfig = r#"{ "compilerOptions": { "baseUrl": "./src", "paths": { "*": ["./any/*"], "@db/*": ["./db/*"] } } }"#;
    let files = [("/app/tsconfig.json", tsconfig), ("/app/src/db/x.ts", ""), ("/app/src/any/@db/x.ts", "")];
    assert_eq!(named("@db/x", &files), "src/db/x.ts");
}

#[test]
fn tsconfig_aliases_come_through_extends() {
    let base = r#"{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }"#;
    let rows = ("/app/src/rows.ts", "");
    let relative = [
        ("/tsconfig.base.json", r#"{ "compilerOptions": { "paths": { "@/*": ["./app/src/*"] } } }"#),
        ("/app/tsconfig.json", r#"{ "extends": "../tsconfig.base" }"#),
        rows,
    ];
    assert_eq!(named("@/rows", &relative), "src/rows.ts");
    let missing = [
        ("/app/tsconfig.base.json", base),
        ("/app/tsconfig.json", r#"{ "extends": ["@tsconfig/strictest", "./tsconfig.base.json"] }"#),
        rows,
    ];
    assert_eq!(named("@/rows", &missing), "src/rows.ts");
    let later_wins = [
        ("/app/a.json", r#"{ "compilerOptions": { "paths": { "@/*": ["./a/*"] } } }"#),
        ("/app/b.json", base),
        ("/app/tsconfig.json", r#"{ "extends": ["./a.json", "./b.json"] }"#),
        rows,
        ("/app/a/rows.ts", ""),
    ];
    assert_eq!(named("@/rows", &later_wins), "src/rows.ts");
    let loops = [("/app/tsconfig.json", r#"{ "extends": "./tsconfig.json" }"#)];
    assert_eq!(named("@/rows", &loops), "Unresolved");
}

#[test]
fn tsconfig_aliases_come_from_referenced_projects_and_folders_above() {
    let aliases = r#"{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } }, "include": ["src"] }"#;
    let solution = r#"{ "files": [], "references": [{ "path": "./tsconfig.app.json" }] }"#;
    let rows = ("/app/src/rows.ts", "");
    let files = [("/app/tsconfig.json", solution), ("/app/tsconfig.app.json", aliases), rows];
    assert_eq!(named("@/rows", &files), "src/rows.ts");
    let nested = [("/app/tsconfig.json", aliases), ("/app/lunora/tsconfig.json", "{}"), rows];
    assert_eq!(named("@/rows", &nested), "src/rows.ts");
}

#[test]
fn base_url_makes_bare_specifiers_local() {
    let files = [
        ("/app/tsconfig.json", r#"{ "compilerOptions": { "baseUrl": "." } }"#),
        ("/app/src/rows.ts", ""),
        ("/app/lunora/lib.ts", ""),
    ];
    assert_eq!(named("src/rows", &files), "src/rows.ts");
    assert_eq!(named("lunora/lib", &files), "lunora/lib.ts");
    assert_eq!(named("zod", &files), "External(\"zod\")");
}

#[test]
fn package_imports_resolve_with_and_without_extension() {
    let package = r##"{ "name": "app", "imports": { "#lunora/*": "./lunora/*", "#lib": { "types": "./src/lib.d.ts", "default": "./src/lib.ts" } } }"##;
    let files = [("/app/package.json", package), ("/app/lunora/rows.ts", ""), ("/app/src/lib.ts", "")];
    assert_eq!(named("#lunora/rows.js", &files), "lunora/rows.ts");
    assert_eq!(named("#lunora/rows", &files), "lunora/rows.ts");
    assert_eq!(named("#lib", &files), "src/lib.ts");
    assert_eq!(named("#none", &files), "Unresolved");
}

#[test]
fn packages_and_platform_modules_are_external() {
    assert_eq!(named("zod/v4", &[]), "External(\"zod\")");
    assert_eq!(named("@acme/ui/button", &[]), "External(\"@acme/ui\")");
    assert_eq!(named("node:crypto", &[]), "External(\"node:crypto\")");
    assert_eq!(named("cloudflare:workers", &[]), "External(\"cloudflare:workers\")");
    let installed = [("/app/node_modules/zod/index.ts", "")];
    assert_eq!(named("../node_modules/zod/index.ts", &installed), "External(\"zod\")");
}
