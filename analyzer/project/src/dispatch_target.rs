//! From what a dispatch names to the procedure that runs.

use std::sync::Arc;

use ecow::EcoString;
use rustc_hash::FxHashMap;

use crate::access::Target;
use crate::procedure::ProcedureId;
use crate::project::Project;

impl Project {
    /// The procedure that a dispatch names, whatever its visibility; `None` if there is none, or the name can't be told.
    #[must_use]
    pub fn resolve_target(&self, target: &Target) -> Option<ProcedureId> {
        self.registered_as(&dispatch_key(target)?)
    }

    /// The procedure that a [key](dispatch_key) names.
    pub(crate) fn registered_as(&self, key: &str) -> Option<ProcedureId> {
        let registered = self.registered.get_or_init(|| Arc::new(registered(self)));
        registered.get(key).copied()
    }
}

/// The procedures that can be dispatched, by name; of several with one name the first.
fn registered(project: &Project) -> FxHashMap<EcoString, ProcedureId> {
    let mut found = FxHashMap::default();
    for (id, procedure) in (0..).map(ProcedureId).zip(&project.procedures) {
        if procedure.is_registered() {
            found.entry(procedure.name.clone()).or_insert(id);
        }
    }
    found
}

/// The name under which a dispatch looks up its procedure: `api.care.vet_visits.book`, `api.care_vet_visits.book` and
/// `"care/vet-visits:book"` are all `care_vet_visits:book`.
#[must_use]
pub fn dispatch_key(target: &Target) -> Option<String> {
    match target {
        Target::Reference { path, .. } => {
            let (name, folders) = path.split_last()?;
            (!folders.is_empty()).then(|| format!("{}:{name}", folders.join("_")))
        }
        Target::Key { key, .. } => {
            let (namespace, name) = key.rsplit_once(':')?;
            Some(format!("{}:{name}", folded(namespace)))
        }
        Target::Unknown => None,
    }
}

fn folded(namespace: &str) -> String {
    let fold = |character: char| {
        if character.is_alphanumeric() { character } else { '_' }
    };
    namespace.chars().map(fold).collect()
}

#[cfg(test)]
mod tests {
    use ecow::EcoString;

    use super::*;
    use crate::testing::project;

    fn reference(path: &[&str]) -> Target {
        let path = path.iter().map(|&part| EcoString::from(part)).collect();
        Target::Reference { is_internal: false, path, place: None }
    }

    #[test]
    fn every_spelling_of_a_name_finds_the_procedure() {
        let project = project(&[(
            "lunora/care/vet-visits.ts",
            "import { mutation } from \"../_generated/server\";\n\
             export const book = mutation.mutation(async () => null);\n\
             const hidden = mutation.mutation(async () => null);\n",
        )]);
        let name =
            |target: &Target| project.resolve_target(target).map(|id| project.procedure(id).name.as_str());
        let book = Some("care_vet_visits:book");
        assert_eq!(name(&reference(&["care", "vet_visits", "book"])), book);
        assert_eq!(name(&reference(&["care_vet_visits", "book"])), book);
        assert_eq!(name(&Target::Key { key: EcoString::from("care/vet-visits:book"), place: None }), book);
        assert_eq!(name(&reference(&["care", "vet_visits", "hidden"])), None);
        assert_eq!(name(&reference(&["book"])), None);
        assert_eq!(name(&Target::Unknown), None);
    }
}
