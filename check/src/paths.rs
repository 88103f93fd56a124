//! Paths as they are shown: relative, with `/`, without detours.

use std::path::{Component, Path};

/// The way from one folder to another; `.` if they are the same. Both are absolute and canonical.
pub fn relative(from: &Path, to: &Path) -> String {
    let shared = from.components().zip(to.components()).take_while(|(left, right)| left == right).count();
    let ups = from.components().skip(shared).map(|_| "..".to_owned());
    let downs =
        to.components().skip(shared).map(|component| component.as_os_str().to_string_lossy().into_owned());
    let parts: Vec<String> = ups.chain(downs).collect();
    if parts.is_empty() { ".".to_owned() } else { parts.join("/") }
}

/// A path below a folder, without `.` and without `..` that lead back out of what stands before them.
pub fn join(folder: &str, path: &str) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in folder.split('/').chain(path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    let joined = parts.join("/");
    if folder.starts_with('/') { format!("/{joined}") } else { joined }
}

/// A pattern relative to `folder` that says the same about what lies below `folder` as `pattern`, which is relative to a folder above
/// it, `depth` being the way from there. `None` if the pattern says nothing about it.
pub fn rebase_glob(pattern: &str, way: &Path) -> Option<String> {
    let pattern = pattern.trim_start_matches("./");
    if !pattern.trim_end_matches('/').contains('/') {
        return Some(pattern.to_owned());
    }
    let mut rest = pattern.trim_start_matches('/');
    for component in way.components().filter(|component| matches!(component, Component::Normal(_))) {
        let (first, remaining) = rest.split_once('/').unwrap_or((rest, ""));
        if first == "**" {
            break;
        }
        let matcher = globset::Glob::new(first).ok()?.compile_matcher();
        if !matcher.is_match(component.as_os_str()) {
            return None;
        }
        rest = remaining;
    }
    // The pattern named the folder or one above it: everything below is meant.
    Some(if rest.is_empty() { "/**".to_owned() } else { format!("/{rest}") })
}

/// A path as part of a URI.
pub fn percent_encode(path: &str) -> String {
    let mut encoded = String::with_capacity(path.len());
    for byte in path.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                encoded.push(byte as char)
            }
            _ => encoded.push_str(&format!("%{byte:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_project_is_named_from_the_working_directory() {
        assert_eq!(relative(Path::new("/w/p"), Path::new("/w/p")), ".");
        assert_eq!(relative(Path::new("/w"), Path::new("/w/a/b")), "a/b");
        assert_eq!(relative(Path::new("/w/x/y"), Path::new("/w/a")), "../../a");
    }

    #[test]
    fn detours_are_left_out() {
        assert_eq!(join(".", "lunora/a.ts"), "lunora/a.ts");
        assert_eq!(join("packages/a", "../shared/x.ts"), "packages/shared/x.ts");
        assert_eq!(join("..", "../x.ts"), "../../x.ts");
    }

    #[test]
    fn patterns_follow_into_a_folder() {
        let way = Path::new("packages/a");
        assert_eq!(rebase_glob("packages/*/lunora/seed/**", way).as_deref(), Some("/lunora/seed/**"));
        assert_eq!(rebase_glob("packages/b/lunora/**", way), None);
        assert_eq!(rebase_glob("**/seed/*.ts", way).as_deref(), Some("/**/seed/*.ts"));
        assert_eq!(rebase_glob("*.gen.ts", way).as_deref(), Some("*.gen.ts"));
        assert_eq!(rebase_glob("packages/a/", way).as_deref(), Some("/**"));
        assert_eq!(rebase_glob("./lunora/seed", Path::new("")).as_deref(), Some("/lunora/seed"));
    }

    #[test]
    fn uris_hold_no_spaces() {
        assert_eq!(percent_encode("a b/ü.ts"), "a%20b/%C3%BC.ts");
    }
}
