//! What rules ask: the project, and what was judged about it once for all of them.

use std::sync::{Arc, OnceLock};

use lunora_facts::FileId;
use lunora_project::access::{Read, Write};
use lunora_project::index_plan::{IndexPlan, TablePlan};
use lunora_project::schema::{Schema, Table, Tier};
use lunora_project::{Place, ProcedureId, Project, Site};
use lunora_report::{Finding, Level, Location, RuleMetadata};
use lunora_source::LineIndex;
use rayon::prelude::*;

use crate::fixes::{self, Declaration, Guards, Style};
use crate::memory::Memory;
use crate::reads::{NameError, Verdict};
use crate::references::{self, Reference};
use crate::rule::Findings;
use crate::settings::RuleSettings;
use crate::usage::TableUsage;

/// What rules ask.
#[derive(Debug)]
pub struct RuleContext<'a> {
    pub(crate) project: &'a Project,
    settings: &'a RuleSettings,
    memory: &'a Memory,
    pub(crate) usage: TableUsage<'a>,
    lines: Vec<OnceLock<LineIndex>>,
    /// How each file is written, once a fix has asked.
    styles: Vec<OnceLock<Style>>,
    /// What each file tests, once a fix has asked.
    guards: Vec<OnceLock<Guards>>,
    references: OnceLock<Vec<Reference<'a>>>,
    /// Parallel to [`Schema::tables`].
    declarations: OnceLock<Vec<Option<Declaration>>>,
    /// What an index on each table costs, in words. Parallel to [`Schema::tables`].
    index_costs: Vec<OnceLock<String>>,
    /// What reads want of the indexes of tables whose plans are not known, once a finding proposes one.
    index_plan: OnceLock<IndexPlan<'a>>,
}

impl<'a> RuleContext<'a> {
    /// `memory` is that of this version of the project.
    pub(crate) fn new(project: &'a Project, settings: &'a RuleSettings, memory: &'a Memory) -> Self {
        Self {
            project,
            settings,
            memory,
            usage: TableUsage::new(project, memory.uses()),
            lines: project.sources.files.iter().map(|_| OnceLock::new()).collect(),
            styles: project.sources.files.iter().map(|_| OnceLock::new()).collect(),
            guards: project.sources.files.iter().map(|_| OnceLock::new()).collect(),
            references: OnceLock::new(),
            declarations: OnceLock::new(),
            index_costs: project.schema.tables.iter().map(|_| OnceLock::new()).collect(),
            index_plan: OnceLock::new(),
        }
    }

    pub(crate) fn schema(&self) -> &'a Schema {
        &self.project.schema
    }

    /// The reads of whose names none makes them fail.
    pub(crate) fn sound_reads(&self) -> impl Iterator<Item = &'a Read> {
        let reads = self.project.reads.iter().zip(self.memory.reads().judgements());
        reads.filter(|(_, judgement)| judgement.errors().is_empty()).map(|(read, _)| read)
    }

    /// The reads that fail when they run, with the names that make them.
    pub(crate) fn faulty_reads(&self) -> impl Iterator<Item = (&'a Read, &NameError)> {
        let reads = self.project.reads.iter().zip(self.memory.reads().judgements());
        reads.flat_map(|(read, judgement)| judgement.errors().iter().map(move |error| (read, error)))
    }

    /// The writes that fail when they run, with the names that make them.
    pub(crate) fn faulty_writes(&self) -> impl Iterator<Item = (&'a Write, &NameError)> {
        let writes = self.project.writes.iter().zip(self.memory.writes().judgements());
        writes.flat_map(|(write, judgement)| judgement.errors().iter().map(move |error| (write, error)))
    }

    /// The read that begins at a site.
    pub(crate) fn read_at(&self, key: Site) -> Option<&'a Read> {
        let reads = &self.project.reads;
        reads.get(reads.binary_search_by_key(&key, |read| read.key).ok()?)
    }

    /// The read that begins at a site, if none of its names makes it fail.
    pub(crate) fn sound_read_at(&self, key: Site) -> Option<&'a Read> {
        let reads = &self.project.reads;
        let position = reads.binary_search_by_key(&key, |read| read.key).ok()?;
        let judgement = self.memory.reads().judgements().get(position)?;
        reads.get(position).filter(|_| judgement.errors().is_empty())
    }

    /// Every read that costs more than it should.
    pub(crate) fn costly_reads(&self) -> impl Iterator<Item = (&'a Read, &Verdict)> {
        let reads = self.project.reads.iter().zip(self.memory.reads().judgements());
        reads.filter_map(|(read, judgement)| Some((read, judgement.verdict()?)))
    }

    /// Adds what a rule says of the costly reads that are its matter.
    pub(crate) fn report_costs(
        &self,
        rule: &RuleMetadata,
        findings: &mut Findings,
        say: impl Fn(&'a Read, &Verdict) -> Option<Finding> + Sync,
    ) {
        let reads = self.project.reads.iter().zip(self.memory.reads().judgements()).enumerate();
        let costly: Vec<_> = reads
            .filter_map(|(position, (read, judgement))| Some((position, read, judgement.verdict()?)))
            .collect();
        let said: Vec<_> = costly
            .into_par_iter()
            .filter_map(|costly| {
                let (_, read, verdict) = costly;
                self.memory.said().of_read(rule, costly, || say(read, verdict))
            })
            .collect();
        findings.extend(said);
    }

    /// Every bulk write that looks for its rows without an index.
    pub(crate) fn costly_writes(&self) -> impl Iterator<Item = (&'a Write, &Verdict)> {
        let writes = self.project.writes.iter().zip(self.memory.writes().judgements());
        writes.filter_map(|(write, judgement)| Some((write, judgement.verdict()?)))
    }

    /// The level of a finding about rows that are looked at in vain: INFO where a shard or the table's own size bounds them.
    pub(crate) fn scan_level(&self, tables: &[String], level: Level) -> Level {
        let is_bounded = !tables.is_empty()
            && tables.iter().all(|name| {
                self.settings.is_small(name) || self.schema().table(name).is_some_and(Table::is_sharded)
            });
        if is_bounded { Level::Info } else { level }
    }

    /// Where tables live, as metadata calls it: `root`, `shardBy`, `global`, `unknown`.
    pub(crate) fn shard_kind(&self, table: &str) -> &'static str {
        match self.schema().table(table) {
            Some(table) if table.is_opaque => "unknown",
            Some(table) => match table.tier {
                Tier::Root => "root",
                Tier::Sharded(_) => "shardBy",
                Tier::Global => "global",
            },
            None => "unknown",
        }
    }

    /// Whether a cron job runs a procedure.
    pub(crate) fn is_scheduled(&self, procedure: ProcedureId) -> bool {
        self.memory.said().scheduled().is_some_and(|scheduled| scheduled.contains(&procedure))
    }

    /// Every reference to a procedure, with what it names.
    pub(crate) fn references(&self) -> &[Reference<'a>] {
        self.references.get_or_init(|| references::references(self.project))
    }

    /// Where a table is declared, if its declaration is its own.
    pub(crate) fn declaration(&self, table: &Table) -> Option<Declaration> {
        let declarations = self.declarations.get_or_init(|| fixes::declarations(self.project));
        *declarations.get(self.schema().position(&table.name)?)?
    }

    /// What an index on a table costs, as a sentence.
    pub(crate) fn index_cost(&self, table: &str) -> String {
        let known = self.schema().position(table).and_then(|position| self.index_costs.get(position));
        let cost = || fixes::index_cost(self, table);
        known.map_or_else(cost, |known| known.get_or_init(cost).clone())
    }

    /// The fewest indexes that serve all reads of a table; planned when first asked for.
    pub(crate) fn index_plan(&self, table: &Table) -> Arc<TablePlan> {
        self.memory.plans().table(self.project, table, &self.index_plan)
    }

    pub(crate) fn location(&self, place: Place) -> Location {
        Location::new(place.file, self.project.span(place))
    }

    /// The line of a place, from 1.
    pub(crate) fn line(&self, location: Location) -> u32 {
        let text = &self.project.file(location.file).text;
        self.lines
            .get(location.file.index())
            .map_or(1, |lines| lines.get_or_init(|| LineIndex::new(text)).utf16(location.span.start).line)
    }

    /// How a file is written; told once a file, however many fixes edit it.
    pub(crate) fn style(&self, file: FileId, tell: impl FnOnce() -> Style) -> Style {
        self.styles.get(file.index()).map_or_else(Style::default, |style| style.get_or_init(tell).clone())
    }

    /// What a file tests; told once a file.
    pub(crate) fn guards(&self, file: FileId, tell: impl FnOnce() -> Guards) -> Option<&Guards> {
        self.guards.get(file.index()).map(|guards| guards.get_or_init(tell))
    }

    /// The path of a file, relative to the project.
    pub(crate) fn relative(&self, file: FileId) -> &'a str {
        &self.project.file(file).relative
    }
}
