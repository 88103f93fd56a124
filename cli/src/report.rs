//! The findings of all projects of a run, ready for a format.

use std::path::Path;
use std::sync::{Arc, OnceLock};

use lunora_check::{
    FoundProject, Judged, paths,
    positions::{Place, place},
};
use lunora_facts::FileId;
use lunora_report::{Finding, Location, Reported, Summary};
use lunora_source::LineIndex;
use rustc_hash::FxHashMap;

/// The findings of all projects of a run.
#[derive(Debug)]
pub(crate) struct Report {
    /// The projects, sorted by their roots.
    pub(crate) projects: Vec<ReportProject>,
    /// Every finding, suppressed ones included, by file, line, column, name.
    pub(crate) findings: Vec<ReportFinding>,
    /// Counts of all projects together.
    pub(crate) summary: Summary,
}

/// A project of a run.
#[derive(Debug)]
pub(crate) struct ReportProject {
    /// Relative to the working directory.
    pub(crate) root: String,
    /// Its files, by [`FileId`].
    pub(crate) files: Vec<ReportFile>,
    /// How many of the files, from the first, hold code of the project; others only configure it.
    pub(crate) code_files: usize,
    /// How many tables its schema has.
    pub(crate) tables: usize,
    /// How many procedures it registers.
    pub(crate) procedures: usize,
    /// Its own counts.
    pub(crate) summary: Summary,
}

/// A file of a project.
#[derive(Debug)]
pub(crate) struct ReportFile {
    /// Relative to the project.
    pub(crate) relative: String,
    /// Relative to the working directory.
    pub(crate) display: String,
    /// What stands in it.
    pub(crate) text: Arc<str>,
    lines: OnceLock<LineIndex>,
}

/// A finding of a run.
#[derive(Debug)]
pub(crate) struct ReportFinding {
    /// Its project, as a position in [`Report::projects`].
    pub(crate) project: usize,
    /// Unique in the run.
    pub(crate) cache_key: String,
    /// The finding.
    pub(crate) reported: Reported,
}

/// What a report is made of: one project and its findings.
#[derive(Debug)]
pub(crate) struct ProjectFindings<'a> {
    /// Absolute and canonical.
    pub(crate) root: &'a Path,
    /// Path relative to the root and text of each file, by [`FileId`].
    pub(crate) files: Vec<(String, Arc<str>)>,
    /// How many of the files, from the first, hold code of the project; others only configure it.
    pub(crate) code_files: usize,
    /// How many tables its schema has.
    pub(crate) tables: usize,
    /// How many procedures it registers.
    pub(crate) procedures: usize,
    /// Its findings.
    pub(crate) findings: Vec<Reported>,
}

impl<'a> ProjectFindings<'a> {
    /// Takes the findings out of a project.
    pub(crate) fn new(project: &'a FoundProject, judged: &mut Judged) -> Self {
        let findings = std::mem::take(&mut judged.findings);
        Self {
            root: &project.location.root,
            files: judged.texts().map(|(relative, text)| (relative.to_owned(), Arc::clone(text))).collect(),
            code_files: judged.analysis.tree().files.len(),
            tables: judged.analysis.project.schema.tables.len(),
            procedures: judged.analysis.procedures(),
            findings,
        }
    }
}

impl Report {
    /// Brings the findings of several projects together. Paths will be shown relative to the working directory, which is absolute
    /// and canonical.
    pub(crate) fn new(parts: Vec<ProjectFindings<'_>>, working_directory: &Path) -> Self {
        let mut report = Self {
            projects: Vec::with_capacity(parts.len()),
            findings: Vec::new(),
            summary: Summary::default(),
        };
        for part in parts {
            report.add(part, working_directory);
        }
        report.sort();
        report.part_keys();
        report
    }

    /// The findings that are not suppressed.
    pub(crate) fn shown(&self) -> impl Iterator<Item = &ReportFinding> {
        self.findings.iter().filter(|finding| finding.reported.suppressed.is_none())
    }

    /// The findings that are not suppressed, by their path from the working directory: the order for people.
    pub(crate) fn shown_by_path(&self) -> Vec<&ReportFinding> {
        let mut shown: Vec<_> = self.shown().collect();
        // The sort is stable and the findings are in order, except that projects are mingled.
        shown.sort_by_key(|finding| {
            (&self.primary_file(finding).display, finding.reported.finding.primary.span.start)
        });
        shown
    }

    /// A file of a project.
    ///
    /// # Panics
    /// If the ids are not of this report.
    pub(crate) fn file(&self, project: usize, file: FileId) -> &ReportFile {
        &self.projects[project].files[file.index()]
    }

    /// The file that a finding points into.
    pub(crate) fn primary_file(&self, finding: &ReportFinding) -> &ReportFile {
        self.file(finding.project, finding.reported.finding.primary.file)
    }

    /// Where a finding points.
    pub(crate) fn primary_place(&self, finding: &ReportFinding) -> Place {
        self.place(finding, finding.reported.finding.primary)
    }

    /// Lines and columns of a location that a finding names.
    pub(crate) fn place(&self, finding: &ReportFinding, location: Location) -> Place {
        let file = self.file(finding.project, location.file);
        place(file.lines(), location.span)
    }

    fn add(&mut self, part: ProjectFindings<'_>, working_directory: &Path) {
        let project = self.projects.len();
        let root = paths::relative(working_directory, part.root);
        let mut summary = Summary::default();
        for reported in &part.findings {
            summary.add(reported);
            self.summary.add(reported);
        }
        let files = part
            .files
            .into_iter()
            .map(|(relative, text)| ReportFile {
                display: paths::join(&root, &relative),
                relative,
                text,
                lines: OnceLock::new(),
            })
            .collect();
        self.projects.push(ReportProject {
            root,
            files,
            code_files: part.code_files,
            tables: part.tables,
            procedures: part.procedures,
            summary,
        });
        self.findings.extend(part.findings.into_iter().map(|reported| ReportFinding {
            project,
            cache_key: reported.cache_key.clone(),
            reported,
        }));
    }

    /// Each project is in order, but the order of a report knows no projects.
    fn sort(&mut self) {
        if self.projects.len() < 2 {
            return;
        }
        let projects = &self.projects;
        self.findings.sort_by(|left, right| {
            let key = |entry: &'_ ReportFinding| {
                let finding = &entry.reported.finding;
                let file = &projects[entry.project].files[finding.primary.file.index()];
                let place = place(file.lines(), finding.primary.span);
                (place.line, place.column, finding.rule.name, entry.project)
            };
            let relative = |entry: &ReportFinding| {
                let file = entry.reported.finding.primary.file;
                projects[entry.project].files[file.index()].relative.as_str()
            };
            relative(left).cmp(relative(right)).then_with(|| key(left).cmp(&key(right)))
        });
    }

    /// Keys are unique in a project. Where findings of several projects share one, all but the first project's are told apart by
    /// the project.
    fn part_keys(&mut self) {
        let mut first: FxHashMap<&str, usize> = FxHashMap::default();
        for finding in &self.findings {
            let project = first.entry(&finding.reported.cache_key).or_insert(finding.project);
            *project = finding.project.min(*project);
        }
        let shared: Vec<bool> = self
            .findings
            .iter()
            .map(|finding| first.get(finding.reported.cache_key.as_str()) != Some(&finding.project))
            .collect();
        for (finding, is_shared) in self.findings.iter_mut().zip(shared) {
            if is_shared {
                finding.cache_key = format!("{}@{}", finding.cache_key, self.projects[finding.project].root);
            }
        }
    }
}

impl ReportFile {
    /// The line table, computed when it is first needed.
    pub(crate) fn lines(&self) -> &LineIndex {
        self.lines.get_or_init(|| LineIndex::new(&self.text))
    }
}

impl ReportFinding {
    /// What was found.
    pub(crate) fn finding(&self) -> &Finding {
        &self.reported.finding
    }
}
