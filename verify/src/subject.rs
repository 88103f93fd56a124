//! What a finding is about: tables, the place in the code, and the procedures that come there.

use std::collections::BTreeSet;

use lunora_facts::{FileId, Span};
use lunora_project::access::{Limit, LoopKind, Reach, Read};
use lunora_project::{Place, Project};
use lunora_report::{Finding, Location};
use serde_json::Value;

/// What a finding is about.
#[derive(Clone, Debug)]
pub(crate) struct Subject {
    /// The tables, sorted; empty if the finding names none.
    pub(crate) tables: Vec<String>,
    /// The code that runs.
    pub(crate) place: Location,
    /// The names of the procedures that come there.
    pub(crate) procedures: Vec<String>,
    /// The read whose rows are gone through, for something in a loop, and its tables.
    pub(crate) looped: Option<(Location, Vec<String>)>,
    /// Whether some way there leads through a loop.
    pub(crate) is_in_loop: bool,
    /// Whether the finding points at a sort of the rows after they were read.
    pub(crate) is_row_sort: bool,
    /// Whether the caller says how many rows are read, without a most.
    pub(crate) is_limited_by_caller: bool,
}

impl Subject {
    /// What a finding is about, as far as the model knows the place.
    pub(crate) fn of(project: &Project, finding: &Finding) -> Self {
        let tables = tables(finding);
        let place = finding.primary;
        let mut subject = Self {
            tables,
            place,
            procedures: Vec::new(),
            looped: None,
            is_in_loop: false,
            is_row_sort: false,
            is_limited_by_caller: false,
        };
        if let Some(read) = read_at(project, finding, &subject.tables) {
            subject.place = location(project, read.place);
            subject.is_row_sort =
                read.row_sorts.iter().any(|sort| location(project, sort.place) == finding.primary);
            subject.is_limited_by_caller = read.paths.iter().any(|path| path.limit == Limit::Unbounded);
            subject.take(project, &read.reached_from);
        } else if let Some((place, reached_from)) = write_or_dispatch_at(project, finding) {
            subject.place = place;
            subject.take(project, reached_from);
        }
        if subject.procedures.is_empty() {
            let named = finding.export_name.iter().chain(&finding.callers);
            let is_named =
                |name: &str| named.clone().any(|named| named == name || name.ends_with(&format!(":{named}")));
            let in_file = project.procedures.iter().filter(|procedure| {
                is_named(&procedure.name)
                    && (procedure.file == finding.primary.file
                        || finding.callers.iter().any(|caller| *caller == procedure.name))
            });
            subject.procedures = in_file.map(|procedure| procedure.name.to_string()).collect();
        }
        subject
    }

    fn take(&mut self, project: &Project, reached_from: &[Reach]) {
        let mut reaches: Vec<&Reach> = reached_from.iter().collect();
        // The shortest ways first: they are the surest to be gone.
        reaches.sort_by_key(|reach| (reach.is_conditional, reach.calls.len()));
        self.is_in_loop = reaches.iter().any(|reach| !reach.loops.is_empty());
        let mut seen = BTreeSet::new();
        for reach in &reaches {
            let name = &project.procedure(reach.procedure).name;
            if seen.insert(name.to_string()) {
                self.procedures.push(name.to_string());
            }
        }
        let looped = reaches.iter().flat_map(|reach| reach.loops.iter().rev()).find_map(|around| {
            let LoopKind::Rows(site) = around.kind else { return None };
            project.reads.iter().find(|read| read.key == site)
        });
        self.looped = looped.map(|read| {
            let tables = read.paths.iter().flat_map(|path| &path.tables).map(|table| table.name.to_string());
            (location(project, read.place), tables.collect::<BTreeSet<_>>().into_iter().collect())
        });
    }
}

/// A location's text range.
fn location(project: &Project, place: Place) -> Location {
    Location::new(place.file, project.span(place))
}

fn tables(finding: &Finding) -> Vec<String> {
    let names = |value: &Value| match value {
        Value::String(name) => vec![name.clone()],
        Value::Array(names) => names.iter().filter_map(Value::as_str).map(str::to_owned).collect(),
        _ => Vec::new(),
    };
    let found: BTreeSet<String> =
        ["table", "tables"].iter().filter_map(|key| finding.metadata.get(*key)).flat_map(names).collect();
    found.into_iter().collect()
}

/// The read that a finding is about: the smallest one that holds its place, else one whose rows are filtered or sorted there, else one
/// that begins within it.
fn read_at<'a>(project: &'a Project, finding: &Finding, tables: &[String]) -> Option<&'a Read> {
    let primary = finding.primary;
    let of_table = |read: &&Read| {
        let mut names = read.paths.iter().flat_map(|path| &path.tables);
        tables.is_empty() || names.any(|table| tables.iter().any(|known| *known == table.name))
    };
    let at = |read: &Read| location(project, read.place);
    let holding = project.reads.iter().filter(|read| encloses(at(read), primary));
    let length = |read: &&Read| at(read).span.end - at(read).span.start;
    // A reader that is passed on is filtered elsewhere than where it is made.
    let by_rows = |read: &&Read| {
        let chained = read.paths.iter().flat_map(|path| &path.filters);
        let filters = read.row_filters.iter().chain(chained).map(|filter| filter.place);
        let sorts = read.row_sorts.iter().map(|sort| sort.place);
        filters.chain(sorts).any(|place| location(project, place) == primary)
    };
    holding
        .clone()
        .filter(of_table)
        .min_by_key(length)
        .or_else(|| project.reads.iter().filter(of_table).find(by_rows))
        .or_else(|| holding.min_by_key(length))
        .or_else(|| project.reads.iter().filter(of_table).find(|read| encloses(primary, at(read))))
}

fn write_or_dispatch_at<'a>(project: &'a Project, finding: &Finding) -> Option<(Location, &'a [Reach])> {
    let writes = project.writes.iter().map(|write| (write.place, write.reached_from.as_slice()));
    let dispatches =
        project.dispatches.iter().map(|dispatch| (dispatch.place, dispatch.reached_from.as_slice()));
    writes
        .chain(dispatches)
        .map(|(place, reached_from)| (location(project, place), reached_from))
        .filter(|(place, _)| encloses(*place, finding.primary))
        .min_by_key(|(place, _)| place.span.end - place.span.start)
}

fn encloses(outer: Location, inner: Location) -> bool {
    outer.file == inner.file && outer.span.start <= inner.span.start && inner.span.end <= outer.span.end
}

/// A place in one file, as lines and columns.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Zone {
    /// The file, from the project's root.
    pub(crate) file: String,
    /// Line and column of the first character.
    pub(crate) start: (u32, u32),
    /// Line and column behind the last one.
    pub(crate) end: (u32, u32),
}

impl Zone {
    /// A byte range of a file.
    pub(crate) fn new(sources: &lunora_source::SourceTree, file: FileId, span: Span) -> Option<Self> {
        let file = sources.files.get(file.index())?;
        let lines = lunora_source::LineIndex::new(&file.text);
        let (start, end) = (lines.utf16(span.start), lines.utf16(span.end));
        Some(Self {
            file: file.relative.clone(),
            start: (start.line, start.column),
            end: (end.line, end.column),
        })
    }

    /// Whether a site lies in it.
    pub(crate) fn holds(&self, site: &lunora_engine::Site) -> bool {
        let at = (site.line, site.column);
        site.file == self.file && self.start <= at && at <= self.end
    }
}
