//! The name that was probably meant.

/// The candidate closest to a name that nothing bears, if one is close enough to be meant.
///
/// Case and separators (`_`, `-`) hardly count: `byUser` is close to `by_user`. Among equals the first by code point wins, so
/// the answer does not depend on the order of the candidates.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let limit = (fold(name).chars().count() / 3).max(1);
    rank(name, candidates).filter(|(distance, _)| *distance <= limit).map(|(_, candidate)| candidate)
}

/// As [`nearest`], however far it is: for messages that must name a known one. `None` only if there are no candidates.
#[must_use]
pub fn closest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    rank(name, candidates).map(|(_, candidate)| candidate)
}

fn rank<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<(usize, &'a str)> {
    let wanted = fold(name);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != name)
        .map(|candidate| {
            let distance = strsim::osa_distance(&wanted, &fold(candidate));
            (distance, strsim::osa_distance(name, candidate), candidate)
        })
        .min()
        .map(|(distance, _, candidate)| (distance, candidate))
}

/// The canonical spelling of a rule name that a person typed: kebab-case is accepted.
#[must_use]
pub fn canonical_rule_name(typed: &str) -> String {
    typed.replace('-', "_")
}

fn fold(name: &str) -> String {
    name.chars().filter(|character| !matches!(character, '_' | '-')).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_of_the_keyboard_finds_the_name() {
        let names = ["unknown_index", "unknown_table", "empty_index"];
        assert_eq!(nearest("unknwon_index", names), Some("unknown_index"));
        assert_eq!(nearest("emptyIndex", names), Some("empty_index"));
    }

    #[test]
    fn what_resembles_nothing_has_no_nearest_name() {
        assert_eq!(nearest("zebra", ["unknown_index", "posts"]), None);
        assert_eq!(nearest("ab", ["xy"]), None);
    }

    #[test]
    fn order_of_the_candidates_does_not_matter() {
        assert_eq!(nearest("post", ["posts", "posta"]), Some("posta"));
        assert_eq!(nearest("post", ["posta", "posts"]), Some("posta"));
    }
}
