//! Stacks of QuickJS as places in the source.

use rustc_hash::FxHashMap;

use crate::trace::Site;
use crate::vm::Modules;

/// Reads stacks, with the positions of a project's modules.
pub(crate) struct Frames<'a>(pub(crate) &'a Modules);

impl Frames<'_> {
    /// The frames of a stack that are in files of the project, innermost first.
    pub(crate) fn sites(&self, stack: &str) -> Vec<Site> {
        stack.lines().filter_map(|line| self.site(line)).collect()
    }

    /// As [`Self::sites`], read once for each stack: a loop asks from the same place many times.
    pub(crate) fn known_sites<'s>(
        &self,
        stack: &'s str,
        known: &mut FxHashMap<&'s str, Vec<Site>>,
    ) -> Vec<Site> {
        known.entry(stack).or_insert_with(|| self.sites(stack)).clone()
    }

    /// One line: `    at name (file:line:column)` or `    at file:line:column`.
    fn site(&self, line: &str) -> Option<Site> {
        let frame = line.trim().strip_prefix("at ")?;
        let (function, place) = match frame.strip_suffix(')').and_then(|frame| frame.rsplit_once(" (")) {
            Some((function, place)) => (Some(function), place),
            None => (None, frame),
        };
        let (rest, column) = place.rsplit_once(':')?;
        let (file, line) = rest.rsplit_once(':')?;
        let (line, column) = self.0.positions(file)?.original(line.parse().ok()?, column.parse().ok()?)?;
        let is_named = |name: &&str| !matches!(*name, "<anonymous>" | "<eval>" | "");
        Some(Site {
            file: file.to_owned(),
            line,
            column,
            function: function.filter(is_named).map(str::to_owned),
        })
    }
}
