//! Runs that come to the place of a finding, on rows in several numbers, before and after its fix.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::OnceLock;

use lunora_engine::{Sizes, Users};
use lunora_project::Project;
use lunora_report::{Applicability, Dataset, Finding};
use lunora_source::{FileSystem, SourceTree};

use crate::VerifyOptions;
use crate::fixed::{moved, with_fix};
use crate::lab::{Attempt, Ending, Lab, Run};
use crate::seen::{Seen, look, operations_at};
use crate::subject::{Subject, Zone};

/// Rows of the table of a finding where only results are compared: few enough for many runs, and with many that are alike.
const FEW: usize = 200;
/// Rows that a table has at least, unless fewer are asked for.
const LEAST: usize = 20;
/// Rows of all tables together that a finding is not about. Where there are many tables, the calls of one finding touch few of them.
const OTHERS: usize = 4_000;
/// Runs in which results are compared.
const COMPARED: usize = 20;
/// Calls of a procedure that are tried until so many came to the place.
const TRIED: u64 = 48;
/// Calls that are tried first where rows are counted, of those that came to the place before.
const HITS: usize = 8;
/// Runs in which rows are counted.
const COUNTED: usize = 3;
/// Procedures that are called; more would come to the same place.
const CALLED: usize = 4;
/// Procedures that are called if none is known to come to the place.
const CALLED_BLINDLY: usize = 40;

/// The project of a group of findings, and how its runs are made.
pub(crate) struct Bench<'a> {
    file_system: &'a dyn FileSystem,
    project: &'a Project,
    options: VerifyOptions,
    desk: &'a mut Desk,
    users: &'a KnownUsers,
}

/// What a thread keeps from one group of findings to the next: the project, loaded.
#[derive(Default)]
pub(crate) struct Desk {
    before: Option<Result<Lab, String>>,
}

impl Desk {
    /// Leaves nothing of the groups before but what does not change.
    pub(crate) fn clear(&mut self) {
        if let Some(Ok(lab)) = self.before.as_mut() {
            lab.restart();
        }
    }
}

/// Who the users of generated rows are, which the first group finds out for all.
pub(crate) type KnownUsers = OnceLock<Result<Users, String>>;

/// A run that came to a place, and what it did there.
#[derive(Clone, Debug)]
pub(crate) struct Observed {
    /// The call.
    pub(crate) attempt: Attempt,
    /// What it came to.
    pub(crate) run: Rc<Run>,
    /// What it did there.
    pub(crate) seen: Seen,
}

/// Runs that came to a place.
#[derive(Debug, Default)]
pub(crate) struct Runs {
    /// On few rows.
    pub(crate) few: Vec<Observed>,
    /// On a tenth of the rows that are asked for.
    pub(crate) tenth: Vec<Observed>,
    /// On all of them.
    pub(crate) full: Vec<Observed>,
    /// How many rows the table had there.
    pub(crate) rows: usize,
    /// How many it had in [`Self::tenth`].
    pub(crate) rows_of_tenth: usize,
}

/// The project with a fix.
pub(crate) struct After {
    lab: Lab,
    zone: Zone,
    /// Whether the fix says of itself that nothing else changes.
    pub(crate) is_safe: bool,
}

/// What became of runs with a fix.
#[derive(Debug, Default)]
pub(crate) struct Comparison {
    /// The runs on all rows, in the order of those before; `None` where the place was not come to.
    pub(crate) full: Vec<Option<Seen>>,
    /// How many runs were compared.
    pub(crate) runs: usize,
    /// How many of them came to something else.
    pub(crate) different: usize,
}

impl<'a> Bench<'a> {
    /// Nothing is loaded before it is needed, and no rows are left of the group before.
    pub(crate) fn new(
        file_system: &'a dyn FileSystem,
        project: &'a Project,
        options: VerifyOptions,
        desk: &'a mut Desk,
        users: &'a KnownUsers,
    ) -> Self {
        if let Some(Ok(lab)) = desk.before.as_mut() {
            lab.clear();
        }
        Self { file_system, project, options, desk, users }
    }

    /// The project as it is.
    pub(crate) fn before(&mut self) -> Result<&mut Lab, String> {
        let (file_system, sources, seed) = (self.file_system, &self.project.sources, self.options.seed);
        let open = || {
            let mut lab = Lab::open(file_system, sources, seed)?;
            let users = self.users.get_or_init(|| lab.users());
            lab.know_users(users.as_ref().map_err(Clone::clone)?);
            Ok(lab)
        };
        self.desk.before.get_or_insert_with(open).as_mut().map_err(|error| error.clone())
    }

    /// The project with the first fix of a finding; `None` if it has none.
    pub(crate) fn after(&self, finding: &Finding, subject: &Subject) -> Option<Result<After, String>> {
        let fix = finding.fixes.first()?;
        let tree = &*self.project.sources;
        let opened = || {
            let after = with_fix(self.file_system, tree, fix).ok_or("the fix does not fit the text")?;
            let zone = moved(tree, &after, fix, subject.place).ok_or("the fix removes the place")?;
            let lab = match &self.desk.before {
                Some(Ok(before)) => before.open_like(self.file_system, &after)?,
                _ => Lab::open(self.file_system, &after, self.options.seed)?,
            };
            Ok(After { lab, zone, is_safe: fix.applicability == Applicability::Safe })
        };
        Some(opened())
    }

    /// The files as they are.
    pub(crate) fn sources(&self) -> &'a SourceTree {
        &self.project.sources
    }

    /// The project as the analyzer sees it.
    pub(crate) fn project(&self) -> &'a Project {
        self.project
    }

    /// What is generated.
    pub(crate) fn dataset(&self) -> Dataset {
        Dataset { rows: self.options.rows, seed: self.options.seed }
    }

    /// As many rows as are asked for in some tables, and fewer in others.
    pub(crate) fn full(&self, tables: &[String]) -> Sizes {
        self.sizes(tables, self.options.rows)
    }

    /// A tenth of the rows that are asked for in some tables.
    pub(crate) fn tenth(&self, tables: &[String]) -> Sizes {
        self.sizes(tables, self.options.rows.div_ceil(10))
    }

    /// A few rows, for many runs.
    fn few(&self, tables: &[String]) -> Sizes {
        self.sizes(tables, self.options.rows.min(FEW))
    }

    /// As [`sizes`], with few rows in tables that are many.
    fn sizes(&self, tables: &[String], rows: usize) -> Sizes {
        let mut sizes = sizes(tables, rows);
        if !tables.is_empty() {
            let share = OTHERS / self.project.schema.tables.len().max(1);
            sizes.rows = sizes.rows.min(share.max(LEAST));
        }
        sizes
    }

    /// The place of a finding in the project as it is.
    pub(crate) fn zone(&self, subject: &Subject) -> Result<Zone, String> {
        Zone::new(self.sources(), subject.place.file, subject.place.span)
            .ok_or_else(|| "its file is not part of what runs".to_owned())
    }

    /// The functions to call so that they come to the place of a finding.
    pub(crate) fn keys(&mut self, subject: &Subject) -> Result<Vec<String>, String> {
        let lab = self.before()?;
        let callable: Vec<String> = lab.callable().map(str::to_owned).collect();
        let known: Vec<String> =
            subject.procedures.iter().filter(|key| callable.contains(key)).take(CALLED).cloned().collect();
        // What a trigger, a policy or a middleware does, somebody's call does.
        Ok(if known.is_empty() { callable.into_iter().take(CALLED_BLINDLY).collect() } else { known })
    }

    /// Runs that come to the place of a finding. An error says why there is none.
    pub(crate) fn runs(&mut self, subject: &Subject, tables: &[String]) -> Result<Runs, String> {
        let zone = self.zone(subject)?;
        let keys = self.keys(subject)?;
        let (few, tenth, full) = (self.few(tables), self.tenth(tables), self.full(tables));
        let lab = self.before()?;
        lab.fill(&few)?;
        let mut misses = Misses::default();
        let all: Vec<u64> = (0..TRIED).collect();
        let few = observe(lab, &keys, &zone, &subject.tables, (&all, COMPARED), &mut misses)?;
        if few.is_empty() {
            return Err(misses.reason(lab, &zone.file));
        }
        // Those that came there most often come there most surely.
        let mut hits: BTreeMap<&str, usize> = BTreeMap::new();
        for observed in &few {
            *hits.entry(observed.attempt.key.as_str()).or_default() += 1;
        }
        let mut surest: Vec<String> = hits.keys().map(|key| (*key).to_owned()).collect();
        surest.sort_by_key(|key| std::cmp::Reverse(hits.get(key.as_str()).copied()));
        surest.truncate(CALLED);
        // So do the users that came there.
        let hits: BTreeSet<u64> = few.iter().map(|observed| observed.attempt.number).collect();
        let numbers: Vec<u64> = hits
            .iter()
            .copied()
            .take(HITS)
            .chain((0..TRIED / 4).filter(|number| !hits.contains(number)))
            .collect();
        let tried = (numbers.as_slice(), COUNTED);
        let mut runs = Runs { few, ..Runs::default() };
        lab.fill(&tenth)?;
        runs.rows_of_tenth = largest(lab, tables);
        runs.tenth = observe(lab, &surest, &zone, &subject.tables, tried, &mut misses)?;
        lab.fill(&full)?;
        runs.rows = largest(lab, tables);
        runs.full = observe(lab, &surest, &zone, &subject.tables, tried, &mut misses)?;
        if runs.full.is_empty() {
            return Err(misses.reason(lab, &zone.file));
        }
        Ok(runs)
    }

    /// Makes the same runs with a fix.
    pub(crate) fn compare(
        &self,
        after: &mut After,
        runs: &Runs,
        subject: &Subject,
        tables: &[String],
    ) -> Result<Comparison, String> {
        let mut comparison = Comparison::default();
        for (sizes, observed) in [(self.few(tables), &runs.few), (self.full(tables), &runs.full)] {
            let is_full = std::ptr::eq(observed, &raw const runs.full);
            after.lab.fill(&sizes)?;
            for one in observed {
                let run = after.lab.run(&one.attempt)?;
                comparison.runs += 1;
                comparison.different += usize::from(!run.ending.agrees(&one.run.ending));
                if is_full {
                    comparison.full.push(look(&run, &after.zone, &subject.tables));
                }
            }
        }
        Ok(comparison)
    }
}

impl After {
    /// The project with the fix.
    pub(crate) fn lab(&mut self) -> &mut Lab {
        &mut self.lab
    }

    /// The place of the finding in it.
    pub(crate) fn zone(&self) -> &Zone {
        &self.zone
    }
}

/// So many rows in some tables, and fewer in others. If no table is named, all get as many.
pub(crate) fn sizes(tables: &[String], rows: usize) -> Sizes {
    const MOST: usize = 500;
    const SHARE: usize = 50;
    if tables.is_empty() {
        return Sizes::all(rows.min(MOST));
    }
    let others = (rows / SHARE).clamp(LEAST.min(rows), MOST);
    Sizes { rows: others, tables: tables.iter().map(|table| (table.clone(), rows)).collect() }
}

/// Calls functions until enough calls came to a place.
pub(crate) fn observe(
    lab: &mut Lab,
    keys: &[String],
    zone: &Zone,
    tables: &[String],
    (numbers, enough): (&[u64], usize),
    misses: &mut Misses,
) -> Result<Vec<Observed>, String> {
    let mut observed = Vec::new();
    let mut open: Vec<&String> = keys.iter().collect();
    for number in numbers.iter().copied() {
        let mut blocked = Vec::new();
        for key in open.iter().copied() {
            if observed.len() >= enough {
                return Ok(observed);
            }
            let attempt = lab.attempt(key, number)?;
            let run = lab.run(&attempt)?;
            if run.ending.obstacle().is_some() {
                blocked.push(key);
            }
            match look(&run, zone, tables) {
                Some(seen) => observed.push(Observed { attempt, run, seen }),
                None => misses.note(key, &run.ending),
            }
        }
        open.retain(|key| !blocked.contains(key));
    }
    Ok(observed)
}

/// Whether some run began an operation at a place, on whatever table.
pub(crate) fn came_to(run: &Run, zone: &Zone) -> bool {
    operations_at(run, zone).next().is_some()
}

fn largest(lab: &mut Lab, tables: &[String]) -> usize {
    tables.iter().map(|table| lab.rows_of(table)).max().unwrap_or_default()
}

/// Why calls did not come to a place.
#[derive(Debug, Default)]
pub(crate) struct Misses {
    reasons: BTreeMap<String, usize>,
}

impl Misses {
    /// Notes how a call ended that did not come to the place.
    pub(crate) fn note(&mut self, key: &str, ending: &Ending) {
        let reason = match ending {
            Ending::Exceeded(limit) => format!("`{key}` ran into the limit of {limit:?}"),
            Ending::Returned(_) => format!("`{key}` returns without coming there"),
            Ending::Threw { code, .. } => format!("`{key}` ends with {code} before it comes there"),
            Ending::Blocked(reason) => format!("`{key}` can't be run to the end: {reason}"),
        };
        *self.reasons.entry(reason).or_default() += 1;
    }

    /// The most frequent reason.
    pub(crate) fn reason(&self, lab: &Lab, file: &str) -> String {
        if let Some(failure) = lab.failure_of(file) {
            return format!("`{file}` does not load: {failure}");
        }
        let most = self.reasons.iter().max_by_key(|(reason, count)| (**count, std::cmp::Reverse(*reason)));
        most.map_or_else(
            || "nothing that can be called comes there".to_owned(),
            |(reason, _)| format!("no run came there: {reason}"),
        )
    }
}
