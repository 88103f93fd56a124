//! What a module specifier says by itself, before anything is looked up.

use std::path::Path;

use lunora_facts::{Export, Expr, Name, Program};
use rustc_hash::FxHashSet;

use crate::tree::{GeneratedModule, LunoraModule};

/// Every specifier of a program: imports, `export … from`, and `import("literal")`, each once.
pub(crate) fn specifiers(program: &Program) -> Vec<Name> {
    let imports = program.imports.iter().map(|import| import.specifier);
    let exports = program.exports.iter().filter_map(|export| match export {
        Export::From { specifier, .. }
        | Export::NamespaceFrom { specifier, .. }
        | Export::StarFrom { specifier } => Some(*specifier),
        Export::Binding { .. } | Export::Default(_) => None,
    });
    let dynamic = program.exprs.iter().filter_map(|expr| match expr {
        Expr::Import(argument) => match program.expr(*argument) {
            Expr::String(name) => Some(*name),
            _ => None,
        },
        _ => None,
    });
    let mut seen = FxHashSet::default();
    imports.chain(exports).chain(dynamic).filter(|name| seen.insert(*name)).collect()
}

/// The generated module that a specifier or path ends in, whatever leads there.
pub(crate) fn generated(path: &str) -> Option<GeneratedModule> {
    let (parent, file) = match path.rsplit_once('/') {
        Some((parent, file)) => (parent, file),
        None => ("", path),
    };
    let is_generated = |folder: &str| folder == "_generated" || folder.ends_with("/_generated");
    if is_generated(path) {
        return Some(GeneratedModule::Other);
    }
    let is_below = path.starts_with("_generated/") || path.contains("/_generated/");
    if !is_generated(parent) {
        return is_below.then_some(GeneratedModule::Other);
    }
    let stem = [".d.ts", ".js", ".ts", ".mjs", ".mts"]
        .iter()
        .find_map(|extension| file.strip_suffix(extension))
        .unwrap_or(file);
    Some(match stem {
        "server" => GeneratedModule::Server,
        "api" => GeneratedModule::Api,
        "internal" => GeneratedModule::Internal,
        "dataModel" => GeneratedModule::DataModel,
        _ => GeneratedModule::Other,
    })
}

/// As [`generated`], for a path.
pub(crate) fn generated_path(path: &Path) -> Option<GeneratedModule> {
    generated(&path.to_string_lossy().replace('\\', "/"))
}

/// The package of Lunora that a specifier names.
pub(crate) fn lunora(specifier: &str) -> Option<LunoraModule> {
    let module = match package_name(specifier) {
        "lunorash" => specifier.strip_prefix("lunorash").and_then(|rest| rest.strip_prefix('/')),
        "lunora" => specifier.strip_prefix("lunora/"),
        package if package.starts_with("@lunora/") => specifier.strip_prefix("@lunora/"),
        _ => return None,
    };
    Some(match module.unwrap_or(specifier) {
        "server" => LunoraModule::Server,
        "scheduler" => LunoraModule::Scheduler,
        "workflow" => LunoraModule::Workflow,
        "queue" => LunoraModule::Queue,
        "agent" => LunoraModule::Agent,
        "ratelimit" => LunoraModule::RateLimit,
        "errors" => LunoraModule::Errors,
        other => LunoraModule::Other(other.to_owned()),
    })
}

/// Whether a specifier counts from the file that holds it.
pub(crate) fn is_relative(specifier: &str) -> bool {
    matches!(specifier, "." | "..") || specifier.starts_with("./") || specifier.starts_with("../")
}

/// Whether a specifier names a module of the platform or of the web: `node:fs`, `cloudflare:workers`, `https://…`.
pub(crate) fn has_scheme(specifier: &str) -> bool {
    specifier.split_once(':').is_some_and(|(scheme, _)| {
        scheme.len() > 1 && scheme.bytes().all(|byte| byte.is_ascii_alphanumeric())
    })
}

/// The package that a bare specifier begins with: `zod` of `zod/v4`, `@acme/ui` of `@acme/ui/button`.
pub(crate) fn package_name(specifier: &str) -> &str {
    let segments = if specifier.starts_with('@') { 2 } else { 1 };
    match specifier.match_indices('/').nth(segments - 1) {
        Some((end, _)) => &specifier[..end],
        None => specifier,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_suffix_decides_what_is_generated() {
        assert_eq!(generated("./_generated/server"), Some(GeneratedModule::Server));
        assert_eq!(generated("@/lunora/_generated/server.js"), Some(GeneratedModule::Server));
        assert_eq!(generated("#lunora/_generated/api.ts"), Some(GeneratedModule::Api));
        assert_eq!(generated("_generated/dataModel"), Some(GeneratedModule::DataModel));
        assert_eq!(generated("../_generated/internal"), Some(GeneratedModule::Internal));
        assert_eq!(generated("../_generated"), Some(GeneratedModule::Other));
        assert_eq!(generated("../_generated/deep/server"), Some(GeneratedModule::Other));
        assert_eq!(generated("../my_generated/server"), None);
    }

    #[test]
    fn lunora_packages_are_known_by_name() {
        assert_eq!(lunora("@lunora/server"), Some(LunoraModule::Server));
        assert_eq!(lunora("lunorash/server"), Some(LunoraModule::Server));
        assert_eq!(lunora("lunora/server"), Some(LunoraModule::Server));
        assert_eq!(lunora("lunorash/ratelimit"), Some(LunoraModule::RateLimit));
        assert_eq!(lunora("lunorash"), Some(LunoraModule::Other("lunorash".into())));
        assert_eq!(lunora("@lunora/auth/client"), Some(LunoraModule::Other("auth/client".into())));
        assert_eq!(lunora("lunorashy/server"), None);
    }

    #[test]
    fn a_scope_belongs_to_the_package_name() {
        assert_eq!(package_name("@acme/ui/button"), "@acme/ui");
        assert_eq!(package_name("zod/v4/mini"), "zod");
        assert_eq!(package_name("@acme"), "@acme");
    }
}
