//! What was judged of the reads and writes of a project, kept for as long as it stays true.

use std::sync::Arc;

use lunora_project::access::{Read, TableName, Write};
use lunora_project::index_plan::KnownPlans;
use lunora_project::schema::Schema;
use lunora_project::{Project, Shared, Site};
use rayon::prelude::*;

use crate::reads::{self, Judgement};

/// What was judged of the reads and writes of a project. A version of the project in which few of them differ takes over the rest.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// What judgements depend on beside the read or write.
    grounds: Option<(Arc<Schema>, Arc<[TableName]>)>,
    reads: Judged<Read>,
    writes: Judged<Write>,
    plans: KnownPlans,
}

/// Operations of one kind in the order of their sites, each with what was judged of it.
#[derive(Debug)]
pub(crate) struct Judged<T> {
    operations: Shared<T>,
    judgements: Vec<Judgement>,
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
        self.reads.update(&project.reads, (|read| read.key, Read::differs_in_ways_only), |read| {
            reads::judge(project, read)
        });
        self.writes.update(&project.writes, (|write| write.site, Write::differs_in_ways_only), |write| {
            reads::judge_write(project, write)
        });
        self.plans.update(project);
    }

    /// What was judged of the reads.
    pub(crate) fn reads(&self) -> &Judged<Read> {
        &self.reads
    }

    /// What was judged of the writes.
    pub(crate) fn writes(&self) -> &Judged<Write> {
        &self.writes
    }

    /// The fewest indexes that serve all reads of each table.
    pub(crate) fn plans(&self) -> &KnownPlans {
        &self.plans
    }
}

impl<T> Judged<T> {
    /// What was judged of each, parallel to the list of the project.
    pub(crate) fn judgements(&self) -> &[Judgement] {
        &self.judgements
    }
}

impl<T: Send + Sync> Judged<T> {
    fn update(
        &mut self,
        operations: &Shared<T>,
        (site, is_alike): (impl Fn(&T) -> Site + Sync, impl Fn(&T, &T) -> bool + Sync),
        judge: impl Fn(&T) -> Judgement + Sync,
    ) {
        // No judgement asks about the calls and loops that lead to an operation.
        let is_at = |position: usize, operation: &Arc<T>| {
            let known = self.operations.as_arcs().get(position);
            known.is_some_and(|known| Arc::ptr_eq(known, operation) || is_alike(known, operation))
        };
        let known = |(position, operation): (usize, &Arc<T>)| {
            // Most stand where they stood.
            let position = if is_at(position, operation) {
                position
            } else {
                self.operations.binary_search_by_key(&site(operation), &site).ok()?
            };
            self.judgements.get(position).filter(|_| is_at(position, operation)).cloned()
        };
        let judged =
            operations.as_arcs().par_iter().enumerate().map(|(position, operation)| {
                known((position, operation)).unwrap_or_else(|| judge(operation))
            });
        self.judgements = judged.collect();
        self.operations = operations.clone();
    }
}

impl<T> Clone for Judged<T> {
    fn clone(&self) -> Self {
        Self { operations: self.operations.clone(), judgements: self.judgements.clone() }
    }
}

impl<T> Default for Judged<T> {
    fn default() -> Self {
        Self { operations: Shared::default(), judgements: Vec::new() }
    }
}
