//! Packages of a workspace, installed or not.

use super::{app, load_at, names};

const ROOT: &str = r#"{ "private": true, "workspaces": ["packages/*"] }"#;

/// What `specifier` names in a project `/mono/apps/web` of a workspace with these files.
fn named(specifier: &str, files: &[(&str, &str)]) -> String {
    let mut memory = app(files);
    memory.remove("/app/lunora/schema.ts");
    memory.insert("/mono/apps/web/lunora/schema.ts", super::SCHEMA);
    memory.insert("/mono/apps/web/lunora/a.ts", format!("import {{ x }} from {specifier:?};"));
    names(&load_at(&memory, "/mono/apps/web"), "lunora/a.ts")
}

#[test]
fn a_workspace_package_resolves_through_its_exports() {
    let package = r#"{ "name": "@acme/db", "exports": { ".": { "types": "./src/main.ts", "default": "./dist/main.js" }, "./*": "./src/*.ts" } }"#;
    let files = [
        ("/mono/package.json", ROOT),
        ("/mono/packages/db/package.json", package),
        ("/mono/packages/db/src/main.ts", ""),
        ("/mono/packages/db/src/rows.ts", ""),
    ];
    assert_eq!(named("@acme/db", &files), "../../packages/db/src/main.ts");
    assert_eq!(named("@acme/db/rows", &files), "../../packages/db/src/rows.ts");
    assert_eq!(named("@acme/other", &files), "External(\"@acme/other\")");
}

#[test]
fn a_package_that_is_not_built_resolves_to_its_source() {
    let source = ("/mono/packages/db/src/main.ts", "");
    let manifests = [
        r#"{ "name": "@acme/db", "main": "./dist/main.js", "types": "./dist/main.d.ts" }"#,
        r#"{ "name": "@acme/db", "exports": "./dist/main.mjs" }"#,
        r#"{ "name": "@acme/db", "exports": { ".": { "import": { "types": "./dist/main.d.ts", "default": "./dist/main.js" } } } }"#,
        r#"{ "name": "@acme/db", "main": "src/main.ts" }"#,
    ];
    for manifest in manifests {
        let files = [("/mono/package.json", ROOT), ("/mono/packages/db/package.json", manifest), source];
        assert_eq!(named("@acme/db", &files), "../../packages/db/src/main.ts", "{manifest}");
    }
}

#[test]
fn a_package_without_entry_resolves_to_its_index_or_its_files() {
    let files = [
        ("/mono/package.json", ROOT),
        ("/mono/packages/db/package.json", r#"{ "name": "@acme/db" }"#),
        ("/mono/packages/db/src/index.ts", ""),
        ("/mono/packages/db/lib/rows.ts", ""),
        ("/mono/packages/db/src/deep.ts", ""),
    ];
    assert_eq!(named("@acme/db", &files), "../../packages/db/src/index.ts");
    assert_eq!(named("@acme/db/lib/rows", &files), "../../packages/db/lib/rows.ts");
    assert_eq!(named("@acme/db/deep", &files), "../../packages/db/src/deep.ts");
}

#[test]
fn every_way_to_declare_a_workspace_counts() {
    let member = [
        ("/mono/packages/data/db/package.json", r#"{ "name": "db" }"#),
        ("/mono/packages/data/db/src/index.ts", ""),
    ];
    let declarations = [
        ("/mono/package.json", r#"{ "workspaces": { "packages": ["./packages/{data,ui}/**"] } }"#),
        ("/mono/package.json", r#"{ "workspaces": ["packages/data/db"] }"#),
        ("/mono/pnpm-workspace.yaml", "packages:\n  # ours\n  - 'packages/*/*'\ncatalog:\n  x: 1\n"),
        ("/mono/pnpm-workspace.yaml", "packages: [\"packages/data/*\", apps/*]\n"),
        ("/mono/apps/web/package.json", r#"{ "dependencies": { "db": "link:../../packages/data/db" } }"#),
    ];
    for declaration in declarations {
        let files = [member[0], member[1], declaration];
        assert_eq!(named("db", &files), "../../packages/data/db/src/index.ts", "{declaration:?}");
    }
    let excluded = ("/mono/package.json", r#"{ "workspaces": ["packages/**", "!packages/data/**"] }"#);
    assert_eq!(named("db", &[member[0], member[1], excluded]), "External(\"db\")");
}

#[test]
fn a_workspace_package_may_lead_to_generated_code() {
    let package = r#"{ "name": "@acme/backend", "exports": { "./api": "./lunora/_generated/api.ts" } }"#;
    let files = [("/mono/package.json", ROOT), ("/mono/packages/backend/package.json", package)];
    assert_eq!(named("@acme/backend/api", &files), "Generated(Api)");
    assert_eq!(named("@acme/backend/lunora/_generated/server", &files), "Generated(Server)");
}

#[test]
fn a_project_may_import_itself_by_name() {
    let package = r#"{ "name": "web", "exports": { "./lib": "./src/lib.ts" } }"#;
    let files = [("/mono/apps/web/package.json", package), ("/mono/apps/web/src/lib.ts", "")];
    assert_eq!(named("web/lib", &files), "src/lib.ts");
}

#[test]
fn a_shared_tsconfig_package_of_the_workspace_gives_its_aliases() {
    let base = r#"{ "compilerOptions": { "paths": { "@/*": ["${configDir}/src/*"] } } }"#;
    let files = [
        ("/mono/package.json", ROOT),
        ("/mono/packages/tsconfig/package.json", r#"{ "name": "@acme/tsconfig" }"#),
        ("/mono/packages/tsconfig/base.json", base),
        ("/mono/apps/web/tsconfig.json", r#"{ "extends": "@acme/tsconfig/base.json" }"#),
        ("/mono/apps/web/src/rows.ts", ""),
    ];
    assert_eq!(named("@/rows", &files), "src/rows.ts");
}
