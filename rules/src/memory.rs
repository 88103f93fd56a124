//! What was judged of the reads and writes of a project, kept for as long as it stays true.

use std::sync::Arc;

use lunora_project::access::{Read, TableName, Write};
use lunora_project::index_plan::KnownPlans;
use lunora_project::schema::Schema;
use lunora_project::{Project, Shared, Site};
use rayon::prelude::*;

use crate::reads::{self, Judgement, Verdict};

/// What was judged of the reads and writes of a project. A version of the project in which few of them differ takes over the rest.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// What judgements depend on beside the read or write.
    grounds: Option<(Arc<Schema>, Arc<[TableName]>)>,
    reads: Judged<Read, Judgement>,
    writes: Judged<Write, Option<Verdict>>,
    plans: KnownPlans,
}

/// Operations of one kind in the order of their sites, each with what was judged of it.
#[derive(Debug)]
struct Judged<T, J> {
    operations: Shared<T>,
    judgements: Vec<Arc<J>>,
}

impl Memory {
    /// Judges all reads and writes of a project of which nothing was judged before.
    pub(crate) fn update(&mut self, project: &Project) {
        let is_founded = self.grounds.as_ref().is_some_and(|(schema, id_tables)| {
            Arc::ptr_eq(schema, &project.schema) && Arc::ptr_eq(id_tables, &project.id_tables)
        });
        if !is_founded {
            *self = Self::default();
        }
        self.grounds = Some((Arc::clone(&project.schema), Arc::clone(&project.id_tables)));
        self.reads.update(&project.reads, |read| read.key, |read| reads::judge(project, read));
        self.writes.update(&project.writes, |write| write.site, |write| reads::judge_write(project, write));
        self.plans.update(project);
    }

    /// Parallel to [`Project::reads`].
    pub(crate) fn reads(&self) -> &[Arc<Judgement>] {
        &self.reads.judgements
    }

    /// The fewest indexes that serve all reads of each table.
    pub(crate) fn plans(&self) -> &KnownPlans {
        &self.plans
    }

    /// Parallel to [`Project::writes`].
    pub(crate) fn writes(&self) -> &[Arc<Option<Verdict>>] {
        &self.writes.judgements
    }
}

impl<T: Send + Sync, J: Send + Sync> Judged<T, J> {
    fn update(
        &mut self,
        operations: &Shared<T>,
        site: impl Fn(&T) -> Site + Sync,
        judge: impl Fn(&T) -> J + Sync,
    ) {
        let is_at = |position: usize, operation: &Arc<T>| {
            self.operations.as_arcs().get(position).is_some_and(|known| Arc::ptr_eq(known, operation))
        };
        let known = |(position, operation): (usize, &Arc<T>)| {
            // Most stand where they stood.
            let position = if is_at(position, operation) {
                position
            } else {
                self.operations.binary_search_by_key(&site(operation), &site).ok()?
            };
            self.judgements.get(position).filter(|_| is_at(position, operation)).map(Arc::clone)
        };
        let judged = operations.as_arcs().par_iter().enumerate().map(|(position, operation)| {
            known((position, operation)).unwrap_or_else(|| Arc::new(judge(operation)))
        });
        self.judgements = judged.collect();
        self.operations = operations.clone();
    }
}

impl<T, J> Clone for Judged<T, J> {
    fn clone(&self) -> Self {
        Self { operations: self.operations.clone(), judgements: self.judgements.clone() }
    }
}

impl<T, J> Default for Judged<T, J> {
    fn default() -> Self {
        Self { operations: Shared::default(), judgements: Vec::new() }
    }
}
