//! What references to procedures name, judged once for all rules.

use std::cell::OnceCell;

use lunora_project::access::{Dispatch, Target};
use lunora_project::{Place, Procedure, ProcedureId, ProcedureKind, Project, dispatch_key};
use lunora_source::{FileRole, SourceFile};
use rustc_hash::{FxHashMap, FxHashSet};

/// A reference to a procedure: `api.tasks.list`, `internal.tasks.sweep`, or `"tasks:sweep"` in a schedule.
#[derive(Debug)]
pub(crate) struct Reference<'a> {
    pub(crate) target: &'a Target,
    /// The whole of it.
    pub(crate) place: Place,
    /// The call that dispatches it, if it stands in one.
    pub(crate) dispatch: Option<&'a Dispatch>,
    pub(crate) named: Named,
}

/// What a reference names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Named {
    /// A procedure.
    Procedure(ProcedureId),
    /// Surely none.
    Nothing {
        /// The name under which it would be dispatched.
        key: String,
    },
    /// Something that could not be read may bear the name.
    Unclear,
}

/// Every reference of a project, in the order of files and places.
pub(crate) fn references(project: &Project) -> Vec<Reference<'_>> {
    let names = Names::of(project);
    let dispatched = dispatched(project);
    let mut all: Vec<Reference<'_>> = project
        .references
        .iter()
        .map(|used| Reference {
            target: &used.target,
            place: used.place,
            dispatch: dispatched.get(&used.place).copied(),
            named: names.named(&used.target),
        })
        .collect();
    let known: FxHashSet<Place> = all.iter().map(|reference| reference.place).collect();
    for (place, dispatch) in dispatched {
        let target = &dispatch.target;
        let is_counted = matches!(target, Target::Reference { .. }) || is_schedule(dispatch);
        if is_counted && !known.contains(&place) {
            all.push(Reference { target, place, dispatch: Some(dispatch), named: names.named(target) });
        }
    }
    all.sort_by_key(|reference| reference.place);
    all
}

/// How code writes a reference to a procedure.
pub(crate) fn written(project: &Project, procedure: &Procedure) -> String {
    let root = match procedure.visibility {
        lunora_project::Visibility::Public => "api",
        lunora_project::Visibility::Internal => "internal",
    };
    let name = procedure.export_name.as_deref().unwrap_or_default();
    let segments: Vec<String> =
        below_lunora(project, &project.file(procedure.file).relative).split('/').map(folded).collect();
    format!("{root}.{}.{name}", segments.join("."))
}

/// The calls that dispatch, by the places of what they name.
fn dispatched(project: &Project) -> FxHashMap<Place, &Dispatch> {
    let place = |dispatch: &Dispatch| match dispatch.target {
        Target::Reference { place, .. } | Target::Key { place, .. } => place,
        Target::Unknown => None,
    };
    project.dispatches.iter().filter_map(|dispatch| Some((place(dispatch)?, dispatch))).collect()
}

fn is_schedule(dispatch: &Dispatch) -> bool {
    matches!(dispatch.method.as_str(), "runAfter" | "runAt" | "cron")
}

/// The names that a project has, and may have.
struct Names<'a> {
    project: &'a Project,
    unreadable: FxHashSet<&'a str>,
    unread_namespaces: FxHashSet<String>,
    /// Of all files. Most references are to procedures that there are, and need none of them.
    namespaces: OnceCell<FxHashSet<String>>,
    extensions: FxHashSet<&'a str>,
    may_have_more_extensions: bool,
}

impl<'a> Names<'a> {
    fn of(project: &'a Project) -> Self {
        let unread = project.unread_files.iter().map(|file| namespace(project, project.file(*file)));
        Self {
            project,
            unreadable: project.unreadable_exports.iter().map(String::as_str).collect(),
            unread_namespaces: unread.collect(),
            namespaces: OnceCell::new(),
            extensions: project.schema.tables.iter().filter_map(|table| table.extension.as_deref()).collect(),
            may_have_more_extensions: !project.schema.is_complete || !project.schema.is_readable,
        }
    }

    fn named(&self, target: &Target) -> Named {
        if let Some(id) = self.project.resolve_target(target) {
            return Named::Procedure(id);
        }
        let Some(key) = dispatch_key(target) else { return Named::Unclear };
        // What else is exported may be referred to by tools that we don't know; a route is called by its path only.
        let is_other = |other: &Procedure| other.name == key && other.kind != ProcedureKind::HttpAction;
        if self.project.procedures.iter().any(is_other) || self.may_exist(&key) {
            Named::Unclear
        } else {
            Named::Nothing { key }
        }
    }

    fn namespaces(&self) -> &FxHashSet<String> {
        let ours = || self.project.sources.files.iter().filter(|file| file.role == FileRole::Lunora);
        self.namespaces.get_or_init(|| ours().map(|file| namespace(self.project, file)).collect())
    }

    fn may_exist(&self, key: &str) -> bool {
        let (namespace, _) = key.split_once(':').unwrap_or((key, ""));
        let whole = key.replace(':', "_");
        let first = namespace.split('_').next().unwrap_or(namespace);
        self.unreadable.contains(key)
            || self.unread_namespaces.contains(namespace)
            // The chain ends at a file or a folder, whose procedures it leads to.
            || self.namespaces().iter().any(|known| {
                known.strip_prefix(whole.as_str()).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
            })
            || self.extensions.contains(namespace)
            || self.extensions.contains(first)
            || (self.may_have_more_extensions && !self.namespaces().contains(namespace))
    }
}

fn namespace(project: &Project, file: &SourceFile) -> String {
    folded(below_lunora(project, &file.relative))
}

/// The path of a file below the Lunora folder, without its extension and a trailing `/index`.
fn below_lunora<'a>(project: &Project, relative: &'a str) -> &'a str {
    let location = &project.sources.location;
    let folder = location.lunora_dir.strip_prefix(&location.root).unwrap_or(&location.lunora_dir);
    let mut path = relative;
    for part in folder.components() {
        let part = part.as_os_str().to_string_lossy();
        path = path.strip_prefix(&*part).map_or(path, |rest| rest.trim_start_matches('/'));
    }
    let path = path.rsplit_once('.').map_or(path, |(stem, _)| stem);
    path.strip_suffix("/index").unwrap_or(path)
}

fn folded(path: &str) -> String {
    path.chars().map(|character| if character.is_alphanumeric() { character } else { '_' }).collect()
}
