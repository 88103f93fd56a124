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
    /// Whether no plan was taken over from another version.
    are_all_new: bool,
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
        self.are_all_new = stale.is_none();
        match stale {
            Some(stale) => {
                let tables = project.schema.tables.iter().zip(&mut self.plans);
                for (_, plan) in tables.filter(|(table, _)| stale.contains(table.name.as_str())) {
                    plan.take();
                }
            }
            None => self.plans = project.schema.tables.iter().map(|_| OnceLock::new()).collect(),
        }
        self.grounds = Some(now);
    }

    /// The plan of a table. `project` is the one of the last [`update`](Self::update), and `all` gives what all of its tables need.
    pub fn table<'g, 'a: 'g>(
        &self,
        project: &'a Project,
        table: &Table,
        all: impl FnOnce() -> &'g IndexPlan<'a>,
    ) -> Arc<TablePlan> {
        let position = project.schema.position(&table.name);
        let own = position.and_then(|position| project.schema.tables.get(position));
        let plan = || match own {
            // Where most plans are known, few are asked for anew.
            Some(own) if !self.are_all_new => Arc::new(gather_for(project, &own.name).table(own)),
            _ => Arc::new(all().table(table)),
        };
        match position.and_then(|position| self.plans.get(position)) {
            Some(known) => Arc::clone(known.get_or_init(plan)),
            None => plan(),
        }
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
        let mut gatherer = Gatherer::new(project, None);
        for (position, (before, now)) in differing(&self.reads, &now.reads) {
            gatherer.read(position, before);
            gatherer.read(position, now);
        }
        for (position, (before, now)) in differing(&self.writes, &now.writes) {
            gatherer.write(position, before);
            gatherer.write(position, now);
        }
        gatherer.finish().touched()
    }
}

/// The elements that two lists do not share, by their positions.
fn differing<'a, T>(
    before: &'a Shared<T>,
    now: &'a Shared<T>,
) -> impl Iterator<Item = (usize, (&'a T, &'a T))> {
    let pairs = before.as_arcs().iter().zip(now.as_arcs()).enumerate();
    let differing = pairs.filter(|(_, (before, now))| !Arc::ptr_eq(before, now));
    differing.map(|(position, (before, now))| (position, (&**before, &**now)))
}

fn is_same<T>(before: &[Arc<T>], now: &[Arc<T>]) -> bool {
    before.len() == now.len() && before.iter().zip(now).all(|(before, now)| Arc::ptr_eq(before, now))
}
