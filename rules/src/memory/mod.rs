//! What was judged of the reads and writes of a project, kept for as long as it stays true.

mod judged;
mod kept;
mod said;
mod versions;

use std::sync::Arc;

use lunora_project::Project;
use lunora_project::access::{Read, TableName, Write};
use lunora_project::index_plan::KnownPlans;
use lunora_project::schema::Schema;

use self::judged::Judged;
pub(crate) use self::kept::Kept;
use self::said::Said;
use crate::reads;
use crate::settings::RuleSettings;
use crate::usage::Uses;

/// What was judged of the reads and writes of a project. A version of the project in which few of them differ takes over the rest.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    /// What judgements depend on beside the read or write.
    grounds: Option<Grounds>,
    reads: Judged<Read>,
    writes: Judged<Write>,
    plans: KnownPlans,
    uses: Uses,
    said: Said,
    kept: Option<Kept>,
}

/// The schema, and the ids of tables that it lacks, which are reported where they are written.
#[derive(Clone, Debug)]
struct Grounds {
    schema: Arc<Schema>,
    ids_of_nothing: Vec<TableName>,
}

impl Grounds {
    fn of(project: &Project) -> Self {
        let is_of_nothing = |id: &&TableName| reads::is_unknown_table(&project.schema, &id.name);
        let ids_of_nothing = project.id_tables.iter().filter(is_of_nothing).cloned().collect();
        Self { schema: Arc::clone(&project.schema), ids_of_nothing }
    }
}

/// Versions of a project share the schema while it stays the same.
impl PartialEq for Grounds {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.schema, &other.schema) && self.ids_of_nothing == other.ids_of_nothing
    }
}

impl Memory {
    /// Judges all reads and writes of a project of which nothing was judged before.
    pub(crate) fn update(&mut self, project: &Project, settings: &RuleSettings) {
        let grounds = Grounds::of(project);
        if self.grounds.as_ref() != Some(&grounds) {
            let (uses, kept) = (std::mem::take(&mut self.uses), self.kept.take());
            *self = Self { grounds: Some(grounds), uses, kept, ..Self::default() };
        }
        self.reads.update(&project.reads, (|read| read.key, Read::differs_in_ways_only), |read| {
            reads::judge(project, read)
        });
        self.writes.update(&project.writes, (|write| write.site, Write::differs_in_ways_only), |write| {
            reads::judge_write(project, write)
        });
        self.uses.update(project);
        self.plans.update(project);
        self.said.update(project, settings, &self.plans);
    }

    /// What was judged of the reads.
    pub(crate) fn reads(&self) -> &Judged<Read> {
        &self.reads
    }

    /// What was judged of the writes.
    pub(crate) fn writes(&self) -> &Judged<Write> {
        &self.writes
    }

    /// What all rules said in the last pass that came to its end.
    pub(crate) fn kept(&self) -> Option<&Kept> {
        self.kept.as_ref()
    }

    /// Keeps what all rules said.
    pub(crate) fn keep(&mut self, kept: Kept) {
        self.kept = Some(kept);
    }

    /// What reads and writes use tables for.
    pub(crate) fn uses(&self) -> &Uses {
        &self.uses
    }

    /// What was said of costly reads.
    pub(crate) fn said(&self) -> &Said {
        &self.said
    }

    /// The fewest indexes that serve all reads of each table.
    pub(crate) fn plans(&self) -> &KnownPlans {
        &self.plans
    }
}
