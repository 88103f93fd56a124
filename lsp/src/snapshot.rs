//! Everything that is known at one moment: what features answer from.

use std::borrow::Cow;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use lunora_check::{FoundProject, Judged};
use lunora_facts::{FileId, Span};
use lunora_project::mentions::Mentions;
use lunora_project::{Place, Project};
use lunora_report::{Baseline, Reported};
use lunora_source::{LineIndex, Overlay, SourceFile};
use rustc_hash::FxHashMap;
use tower_lsp::ls_types::{Location, Position, Range, Uri};

use crate::client::Client;
use crate::diagnostics::reports::Reports;
use crate::documents::{Document, Documents};
use crate::features::usage::Usage;
use crate::settings::EditorSettings;

/// Everything that is known at one moment: what features answer from. It never changes, and holds no lock that a feature could wait for.
#[derive(Debug, Default)]
pub struct Snapshot {
    /// Counts the changes that it has seen.
    pub generation: u64,
    /// What the client can do.
    pub client: Arc<Client>,
    /// What the user sets in the editor.
    pub settings: Arc<EditorSettings>,
    /// The files that are open, as the projects have seen them.
    pub documents: Arc<Documents>,
    /// The projects, by their roots.
    pub projects: Vec<Arc<ProjectView>>,
    /// How long it took to find out what has changed.
    pub(crate) cost: Duration,
    /// What is reported of all files.
    pub(crate) reports: Arc<Reports>,
    /// Folders as the client writes them.
    pub(crate) folders: Arc<Folders>,
}

/// A project in a [`Snapshot`].
#[derive(Debug)]
pub struct ProjectView {
    /// Where it is, and how it is read and judged.
    pub found: FoundProject,
    /// What is known of it.
    pub judged: Arc<Judged>,
    /// The findings, those that the baseline knows marked; `None` if there is no baseline.
    marked: Option<Vec<Reported>>,
    lines: Mutex<FxHashMap<FileId, KnownLines>>,
    /// What files mention, as far as they show it themselves.
    mentions: Mutex<FxHashMap<FileId, Arc<Mentions>>>,
    usage: OnceLock<Usage>,
}

/// What is known of a project by a baseline.
#[derive(Debug)]
pub(crate) struct ProjectBaseline {
    pub(crate) baseline: Baseline,
    /// The project's name in the baseline.
    pub(crate) project: String,
}

/// The lines of a text.
#[derive(Clone, Debug)]
struct KnownLines {
    text: Arc<str>,
    lines: Arc<LineIndex>,
}

/// A file of a project: what most features begin with.
#[derive(Clone, Copy, Debug)]
pub struct FileView<'a> {
    /// The moment.
    pub snapshot: &'a Snapshot,
    /// The project.
    pub view: &'a ProjectView,
    /// The file in that project.
    pub id: FileId,
}

/// The folders of the workspace: canonical, and as the client writes them.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Folders {
    pub(crate) folders: Vec<Folder>,
}

/// A folder of the workspace.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Folder {
    /// Where it really lies.
    pub(crate) canonical: PathBuf,
    /// As the client writes it.
    pub(crate) path: PathBuf,
}

impl Snapshot {
    /// The file that a URI names; of the first project that has it, if several do. A file that only configures a project is none.
    #[must_use]
    pub fn file(&self, uri: &Uri) -> Option<FileView<'_>> {
        self.files(uri).next()
    }

    /// The file that a URI names, once for each project that has it.
    pub fn files(&self, uri: &Uri) -> impl Iterator<Item = FileView<'_>> {
        let path = path_of(uri).map(|path| canonical(&path));
        self.projects.iter().filter_map(move |view| {
            let path = path.as_deref()?;
            let file = view.project().sources.files.iter().find(|file| file.canonical() == path)?;
            Some(FileView { snapshot: self, view, id: file.id })
        })
    }

    /// The file that a URI names, and the byte offset of a position in it.
    #[must_use]
    pub fn at(&self, uri: &Uri, position: Position) -> Option<(FileView<'_>, u32)> {
        let file = self.file(uri)?;
        Some((file, file.offset(position)))
    }

    /// The files as the projects have seen them: open documents over the disk.
    #[must_use]
    pub fn file_system(&self) -> Overlay {
        let documents = self.documents.iter();
        Overlay::over_disk(documents.map(|(path, document)| (path.clone(), document.text.as_bytes())))
    }

    /// A path as the client writes it. Open documents keep the URI that they were opened with.
    #[must_use]
    pub fn uri(&self, path: &Path) -> Option<Uri> {
        match self.documents.get(path) {
            Some(document) => Some(document.uri.clone()),
            None => Uri::from_file_path(self.folders.as_written(path)),
        }
    }
}

impl ProjectView {
    /// A project as it is shown: what its baseline knows is left out. What is known of lines is taken over from the view before.
    pub(crate) fn new(
        found: FoundProject,
        judged: Arc<Judged>,
        baseline: Option<&ProjectBaseline>,
        before: Option<&Self>,
    ) -> Self {
        let is_same = |id: FileId, known: &KnownLines| {
            judged.file(id).is_some_and(|(_, text)| Arc::ptr_eq(text, &known.text))
        };
        let lines = before.map(|view| {
            let known = view.lines.lock().unwrap_or_else(PoisonError::into_inner);
            let kept = known.iter().filter(|(id, known)| is_same(**id, known));
            kept.map(|(id, known)| (*id, known.clone())).collect()
        });
        let marked = baseline.map(|known| {
            let mut findings = judged.findings.clone();
            known.baseline.mark(&known.project, &mut findings, &|file, name| judged.mentions(file, name));
            findings
        });
        let lines = Mutex::new(lines.unwrap_or_default());
        Self { found, judged, marked, lines, mentions: Mutex::default(), usage: OnceLock::new() }
    }

    /// The linked project.
    #[must_use]
    pub fn project(&self) -> &Project {
        &self.judged.analysis.project
    }

    /// Who uses its tables and indexes; found out when somebody first asks.
    pub(crate) fn usage(&self) -> &Usage {
        self.usage.get_or_init(|| Usage::of(self.project()))
    }

    /// The findings that are shown.
    pub fn shown(&self) -> impl Iterator<Item = &Reported> {
        let findings = self.marked.as_ref().unwrap_or(&self.judged.findings);
        findings.iter().filter(|reported| reported.is_shown())
    }
}

impl<'a> FileView<'a> {
    /// Another file of the same project.
    #[must_use]
    pub fn other(self, id: FileId) -> Self {
        Self { id, ..self }
    }

    /// The linked project.
    #[must_use]
    pub fn project(self) -> &'a Project {
        self.view.project()
    }

    /// The file as it was read; `None` for one that only configures the project.
    #[must_use]
    pub fn source(self) -> Option<&'a SourceFile> {
        self.project().sources.files.get(self.id.index()).map(|file| &**file)
    }

    /// What stands in it.
    #[must_use]
    pub fn text(self) -> &'a str {
        self.view.judged.file(self.id).map_or("", |(_, text)| text)
    }

    /// Its canonical path.
    #[must_use]
    pub fn path(self) -> &'a Path {
        let path = self.source().map(SourceFile::canonical);
        path.or_else(|| self.view.judged.file(self.id).map(|(path, _)| path)).unwrap_or(Path::new(""))
    }

    /// As the client writes it.
    #[must_use]
    pub fn uri(self) -> Option<Uri> {
        self.snapshot.uri(self.path())
    }

    /// The open document; `None` while the file is closed.
    #[must_use]
    pub fn document(self) -> Option<&'a Document> {
        self.snapshot.documents.get(self.path())
    }

    /// Where its lines begin.
    #[must_use]
    pub fn lines(self) -> Arc<LineIndex> {
        let Some((_, text)) = self.view.judged.file(self.id) else {
            return Arc::new(LineIndex::new(""));
        };
        let mut known = self.view.lines.lock().unwrap_or_else(PoisonError::into_inner);
        let known = known
            .entry(self.id)
            .or_insert_with(|| KnownLines { text: Arc::clone(text), lines: Arc::new(LineIndex::new(text)) });
        Arc::clone(&known.lines)
    }

    /// What the file mentions, as far as it shows that itself.
    #[must_use]
    pub fn mentions(self) -> Arc<Mentions> {
        let known = self.view.mentions.lock().unwrap_or_else(PoisonError::into_inner).get(&self.id).cloned();
        known.unwrap_or_else(|| {
            let mentions = self.project().mentions_near(self.id);
            let mut known = self.view.mentions.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(known.entry(self.id).or_insert(mentions))
        })
    }

    /// The range of a span.
    #[must_use]
    pub fn range(self, span: Span) -> Range {
        self.snapshot.client.encoding.range(&self.lines(), span)
    }

    /// The byte offset of a position.
    #[must_use]
    pub fn offset(self, position: Position) -> u32 {
        self.snapshot.client.encoding.offset(&self.lines(), position)
    }

    /// The span of a range.
    #[must_use]
    pub fn span(self, range: Range) -> Span {
        self.snapshot.client.encoding.span(&self.lines(), range)
    }

    /// A span of this file as a location of the protocol.
    #[must_use]
    pub fn location(self, span: Span) -> Option<Location> {
        Some(Location::new(self.uri()?, self.range(span)))
    }

    /// A place of the project, in whatever file, as a location of the protocol.
    #[must_use]
    pub fn place(self, place: Place) -> Option<Location> {
        self.other(place.file).location(self.project().span(place))
    }
}

impl Folders {
    /// A canonical path as the client writes it.
    fn as_written<'a>(&self, path: &'a Path) -> Cow<'a, Path> {
        let renamed = self.folders.iter().find_map(|folder| {
            let rest = path.strip_prefix(&folder.canonical).ok()?;
            (folder.canonical != folder.path).then(|| folder.path.join(rest))
        });
        renamed.map_or(Cow::Borrowed(path), Cow::Owned)
    }
}

/// The path of a file; `None` for what lies on no disk (`untitled:`, `git:`).
pub(crate) fn path_of(uri: &Uri) -> Option<PathBuf> {
    let is_file = uri.scheme().as_str().eq_ignore_ascii_case("file");
    is_file.then(|| uri.to_file_path().map(Cow::into_owned)).flatten().filter(|path| path.is_absolute())
}

/// The canonical path of a file that may not exist: that of the nearest folder that does, and the rest.
pub(crate) fn canonical(path: &Path) -> PathBuf {
    lunora_source::canonical_or_future(&lunora_source::Disk, path)
}
