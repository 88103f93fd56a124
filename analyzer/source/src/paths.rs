//! Paths as text.

use std::path::{Component, Path, PathBuf};

/// Names paths in a sentence: `a`, `a and b`, `a, b and c`.
pub(crate) fn list(paths: &[PathBuf]) -> String {
    let names: Vec<String> = paths.iter().map(|path| path.display().to_string()).collect();
    match names.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

/// The path from `root` to `path` with `/` separators, beginning with `../` where it leaves `root`. Both are absolute.
pub(crate) fn relative(root: &Path, path: &Path) -> String {
    let root: Vec<Component<'_>> = root.components().collect();
    let parts: Vec<Component<'_>> = path.components().collect();
    let shared = root.iter().zip(&parts).take_while(|(left, right)| left == right).count();
    let up = root.iter().skip(shared).map(|_| "..".into());
    let down = parts.iter().skip(shared).map(|part| part.as_os_str().to_string_lossy());
    up.chain(down).collect::<Vec<_>>().join("/")
}

/// Joins `tail` to the folder `base` and removes `.` and `..` without asking the disk.
pub(crate) fn join(base: &Path, tail: &str) -> PathBuf {
    normalize(&base.join(tail))
}

/// Removes `.` and `..` without asking the disk.
pub(crate) fn normalize(path: &Path) -> PathBuf {
    let mut normal = PathBuf::with_capacity(path.as_os_str().len());
    for component in path.components() {
        match component {
            Component::CurDir => {}
            Component::ParentDir => {
                normal.pop();
            }
            _ => normal.push(component),
        }
    }
    normal
}

/// Whether a folder on the way is `node_modules`.
pub(crate) fn in_node_modules(path: &Path) -> bool {
    path.components().any(|component| component.as_os_str() == "node_modules")
}

/// Whether a file name is one of TypeScript or JavaScript source; declaration files are not.
pub(crate) fn is_source(path: &Path) -> bool {
    let Some(name) = path.file_name().map(|name| name.to_string_lossy()) else {
        return false;
    };
    let Some((stem, extension)) = name.rsplit_once('.') else {
        return false;
    };
    let is_typescript = matches!(extension, "ts" | "mts" | "cts");
    let is_declaration = is_typescript && (stem.ends_with(".d") || stem.contains(".d."));
    (is_typescript || matches!(extension, "tsx" | "js" | "jsx" | "mjs" | "cjs")) && !is_declaration
}

/// Whether a file is one of tests or declarations, by its name.
pub(crate) fn is_test_or_declaration(name: &str) -> bool {
    let Some(stem) = name.rsplit_once('.').map(|(stem, _)| stem) else {
        return false;
    };
    [".test", ".spec", ".bench", ".e2e", ".d"].iter().any(|suffix| stem.ends_with(suffix))
}

/// Whether files below a folder of this name never hold procedures of the project.
pub(crate) fn is_skipped_folder(name: &str) -> bool {
    name.starts_with('.')
        || matches!(
            name,
            "_generated" | "node_modules" | "__tests__" | "__mocks__" | "__fixtures__" | "__snapshots__"
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_outside_the_root_goes_up() {
        let root = Path::new("/repo/apps/web");
        assert_eq!(relative(root, Path::new("/repo/apps/web/lunora/a.ts")), "lunora/a.ts");
        assert_eq!(relative(root, Path::new("/repo/packages/x.ts")), "../../packages/x.ts");
    }

    #[test]
    fn declaration_files_are_no_source() {
        assert!(is_source(Path::new("/a/x.tsx")));
        assert!(is_source(Path::new("/a/x.server.mts")));
        assert!(!is_source(Path::new("/a/x.d.ts")));
        assert!(!is_source(Path::new("/a/x.d.json.ts")));
        assert!(!is_source(Path::new("/a/ts")));
    }
}
