//! A project in memory that is analysed and run, and how both agree.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;

use lunora_engine::{CallOptions, Engine, Options, Outcome};
use lunora_project::Project;
use lunora_project::access::Target;
use lunora_source::{DiscoveryOptions, Memory, find_projects, load};
use serde_json::{Value, json};

use crate::witness::{Claims, Verdict};

/// Rows a table.
const ROWS: usize = 5;
/// Runs a procedure, each with other arguments and as another user.
const RUNS: u64 = 3;

/// What was compared.
#[derive(Clone, Copy, Default, Debug)]
pub struct Tally {
    /// Calls of procedures.
    pub calls: usize,
    /// Those that returned.
    pub returned: usize,
    /// Operations that were seen.
    pub operations: usize,
    /// Those whose claim says that something can't be told.
    pub indeterminate: usize,
}

impl Tally {
    /// Adds what another trial compared.
    pub fn add(&mut self, other: Self) {
        self.calls += other.calls;
        self.returned += other.returned;
        self.operations += other.operations;
        self.indeterminate += other.indeterminate;
    }
}

/// Analyses a project, runs every procedure, and compares.
///
/// # Errors
/// Everything that ran or was built and was not claimed, or what kept the project from running at all.
pub fn trial(files: &[(String, String)]) -> Result<Tally, Vec<String>> {
    let memory = Memory::new(files.iter().map(|(path, text)| (format!("/p/{path}"), text)));
    let discovery = DiscoveryOptions::default();
    let broken = |error: &dyn std::fmt::Display| vec![format!("the project does not run: {error}")];
    let locations =
        find_projects(&memory, &[PathBuf::from("/p")], &discovery).map_err(|error| broken(&error))?;
    let location = locations.first().ok_or_else(|| broken(&"it is none"))?;
    let tree = load(&memory, location, &discovery).map_err(|error| broken(&error))?;
    let mut engine = Engine::load(&memory, &tree, Options::default()).map_err(|error| broken(&error))?;
    if let Some(module) = engine.failed_modules().first() {
        return Err(broken(&format!("{}: {}", module.file, module.message)));
    }
    engine.seed(ROWS, 1).map_err(|error| broken(&error))?;
    let project = Project::link(Arc::new(tree));
    let mut found = schema_differences(&engine, &project);
    let tally = calls(&mut engine, &project, &mut found).map_err(|error| broken(&error))?;
    if found.is_empty() { Ok(tally) } else { Err(found.into_iter().collect()) }
}

fn calls(
    engine: &mut Engine,
    project: &Project,
    found: &mut BTreeSet<String>,
) -> Result<Tally, lunora_engine::EngineError> {
    let schema = engine.schema().clone();
    let claims = Claims::of(project, &schema);
    let identities = engine.identities();
    let keys: Vec<String> = engine.procedures().iter().map(|procedure| procedure.key.clone()).collect();
    let mut tally = Tally::default();
    for key in &keys {
        for run in 0..RUNS {
            let identity = identities.get(usize::try_from(run).unwrap_or(0) % identities.len().max(1));
            let mut args = engine.arguments(key, identity, run)?;
            if let Value::Object(args) = &mut args {
                args.insert("flag".to_owned(), json!(run % 2 == 0));
                args.insert("kind".to_owned(), json!(if run == 1 { "closed" } else { "open" }));
                args.insert("items".to_owned(), json!(["a", "b"]));
            }
            let result =
                engine.call(key, &args, &CallOptions { identity: identity.cloned(), shard: None })?;
            tally.calls += 1;
            match &result.outcome {
                Outcome::Returned { .. } => tally.returned += 1,
                Outcome::Threw(_) => {}
                other => {
                    found.insert(format!("{key} ended with {other:?}"));
                }
            }
            for operation in &result.trace.operations {
                tally.operations += 1;
                match claims.judge(operation) {
                    Verdict::Claimed => {}
                    Verdict::Indeterminate => tally.indeterminate += 1,
                    Verdict::Missed(why) => {
                        let site = operation
                            .sites
                            .first()
                            .map(|site| format!("{}:{}:{}", site.file, site.line, site.column));
                        found.insert(format!("{key}: {} at {site:?}: {why}", operation.method));
                    }
                }
                for pair in operation.path.windows(2) {
                    if let [caller, callee] = pair
                        && !is_dispatched(project, caller, callee)
                    {
                        found.insert(format!("{caller} calls {callee}, which is not claimed"));
                    }
                }
            }
        }
    }
    Ok(tally)
}

/// Whether a call of one procedure by another is claimed, or one that can't be told.
fn is_dispatched(project: &Project, caller: &str, callee: &str) -> bool {
    project.dispatches.iter().any(|dispatch| {
        let is_callee = dispatch.target == Target::Unknown
            || lunora_project::dispatch_key(&dispatch.target).is_some_and(|key| key == callee);
        is_callee
            && dispatch.reached_from.iter().any(|reach| project.procedure(reach.procedure).name == caller)
    })
}

/// How the tables that code builds differ from those that were read.
#[must_use]
pub fn schema_differences(engine: &Engine, project: &Project) -> BTreeSet<String> {
    let mut differences = BTreeSet::new();
    for table in &engine.schema().tables {
        let Some(read) = project.schema.table(&table.name) else {
            if project.schema.is_complete {
                differences.insert(format!("`{}` was not read", table.name));
            }
            continue;
        };
        let mut check = |what: &str, built: BTreeSet<String>, read: BTreeSet<String>| {
            if built != read {
                differences.insert(format!("{what} of `{}`: built {built:?}, read {read:?}", table.name));
            }
        };
        if read.has_all_columns {
            // Columns that a modifier adds are listed by one side only.
            let declared = read.columns.iter().filter(|column| !column.is_implicit);
            let declared: BTreeSet<String> = declared.map(|column| column.name.clone()).collect();
            let built = table.columns.iter().map(|column| column.name.clone());
            let added = |name: &String| read.column(name).is_none_or(|column| !column.is_implicit);
            check("columns", built.filter(added).collect(), declared);
        }
        if read.has_all_indexes {
            let built = table.indexes.iter().map(|index| format!("{:?} {:?}", index.name, index.fields));
            let secondary = read
                .indexes
                .iter()
                .filter(|index| index.kind == lunora_project::schema::IndexKind::Secondary);
            let named = secondary.filter_map(|index| {
                let fields: Vec<&String> = index.fields.iter().map(|field| &field.name).collect();
                index.name.as_ref().map(|name| format!("{name:?} {fields:?}"))
            });
            check("indexes", built.collect(), named.collect());
        }
    }
    differences
}
