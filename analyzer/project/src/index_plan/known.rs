//! Plans that outlive the version of a project for which they were made.

use std::sync::{Arc, OnceLock};

use rustc_hash::FxHashSet;

use super::gather::{Gatherer, gather_for};
use super::{IndexPlan, TablePlan};
use crate::access::{Read, Write};
use crate::procedure::{Procedure, ProcedureKind};
use crate::project::Project;
use crate::schema::{Schema, Table};
use crate::shared::Shared;

/// The plans of a project's tables, each made when it is first asked for. A version of the project takes over those of another one on
/// which nothing has a bearing that differs between the two.
#[derive(Clone, Debug, Default)]
pub struct KnownPlans {
    grounds: Option<Grounds>,
    /// Parallel to [`Schema::tables`].
    plans: Vec<OnceLock<Arc<TablePlan>>>,
    /// The names of tables whose plans did not outlive the last update; `None` if none did.
    stale: Option<FxHashSet<String>>,
}

/// All that plans depend on.
#[derive(Clone, Debug)]
struct Grounds {
    schema: Arc<Schema>,
    reads: Shared<Read>,
    writes: Shared<Write>,
    /// What makes Lunora itself look for rows.
    platform: Vec<Arc<Procedure>>,
    is_fully_read: bool,
}

impl KnownPlans {
    /// Forgets what may not hold for a version of the project.
    pub fn update(&mut self, project: &Project) {
        let now = Grounds::of(project);
        let stale = self.grounds.as_ref().and_then(|before| before.stale_tables(project, &now));
        match &stale {
            Some(stale) => {
                let tables = project.schema.tables.iter().zip(&mut self.plans);
                for (_, plan) in tables.filter(|(table, _)| stale.contains(table.name.as_str())) {
                    plan.take();
                }
            }
            None => self.plans = project.schema.tables.iter().map(|_| OnceLock::new()).collect(),
        }
        self.stale = stale.map(|stale| stale.into_iter().map(str::to_owned).collect());
        self.grounds = Some(now);
    }

    /// The plan of a table. `project` is the one of the last [`update`](Self::update), and `gathered` is empty when it is first given.
    pub fn table<'a>(
        &self,
        project: &'a Project,
        table: &Table,
        gathered: &OnceLock<IndexPlan<'a>>,
    ) -> Arc<TablePlan> {
        let position = project.schema.position(&table.name);
        let own = position.and_then(|position| project.schema.tables.get(position));
        let plan = || match own {
            // One that nobody asked for while it was stale. There are few.
            Some(own) if self.stale.as_ref().is_some_and(|stale| !stale.contains(&own.name)) => {
                Arc::new(gather_for(project, |table| table.name == own.name).table(own))
            }
            _ => Arc::new(gathered.get_or_init(|| self.gather(project)).table(table)),
        };
        match position.and_then(|position| self.plans.get(position)) {
            Some(known) => Arc::clone(known.get_or_init(plan)),
            None => plan(),
        }
    }

    /// Whether the plan of a table outlived the last update.
    #[must_use]
    pub fn has_kept(&self, table: &str) -> bool {
        self.stale.as_ref().is_some_and(|stale| !stale.contains(table))
    }

    /// What all tables need whose plans must be made anew.
    fn gather<'a>(&self, project: &'a Project) -> IndexPlan<'a> {
        let is_stale = |table: &Table| self.stale.as_ref().is_none_or(|stale| stale.contains(&table.name));
        gather_for(project, is_stale)
    }
}

impl Grounds {
    fn of(project: &Project) -> Self {
        let is_platform = |procedure: &&Arc<Procedure>| {
            matches!(procedure.kind, ProcedureKind::Shape | ProcedureKind::Policy)
        };
        Self {
            schema: Arc::clone(&project.schema),
            reads: project.reads.clone(),
            writes: project.writes.clone(),
            platform: project.procedures.as_arcs().iter().filter(is_platform).cloned().collect(),
            is_fully_read: project.is_fully_read(),
        }
    }

    /// The tables whose plans may differ on other grounds; `None` if all may.
    fn stale_tables<'a>(&self, project: &'a Project, now: &Self) -> Option<FxHashSet<&'a str>> {
        let is_comparable = Arc::ptr_eq(&self.schema, &now.schema)
            && self.is_fully_read == now.is_fully_read
            // Plans name operations by their positions.
            && self.reads.len() == now.reads.len()
            && self.writes.len() == now.writes.len()
            && is_same(&self.platform, &now.platform);
        if !is_comparable {
            return None;
        }
        let mut gatherer = Gatherer::new(project, |_| true);
        for (position, (before, now)) in differing(&self.reads, &now.reads, Read::differs_in_ways_only) {
            gatherer.read(position, before);
            gatherer.read(position, now);
        }
        for (position, (before, now)) in differing(&self.writes, &now.writes, Write::differs_in_ways_only) {
            gatherer.write(position, before);
            gatherer.write(position, now);
        }
        gatherer.finish().touched()
    }
}

/// The elements of two lists that are neither shared nor alike, by their positions.
fn differing<'a, T>(
    before: &'a Shared<T>,
    now: &'a Shared<T>,
    is_alike: impl Fn(&T, &T) -> bool + 'a,
) -> impl Iterator<Item = (usize, (&'a T, &'a T))> {
    let pairs = before.as_arcs().iter().zip(now.as_arcs()).enumerate();
    let differing =
        pairs.filter(move |(_, (before, now))| !Arc::ptr_eq(before, now) && !is_alike(before, now));
    differing.map(|(position, (before, now))| (position, (&**before, &**now)))
}

fn is_same<T>(before: &[Arc<T>], now: &[Arc<T>]) -> bool {
    before.len() == now.len() && before.iter().zip(now).all(|(before, now)| Arc::ptr_eq(before, now))
}
