//! Modules whose code is made here: they export what the runtime gives for a specifier.

use std::collections::BTreeSet;

use crate::vm::imports::Wanted;
use crate::vm::modules::runtime_name;

/// A module that stands for something else, for one importer.
#[derive(Clone)]
pub(crate) struct StandIn {
    /// What it stands for.
    pub(crate) source: Source,
    /// What the importer wants of it.
    pub(crate) wanted: Wanted,
    /// The module that imports it.
    pub(crate) importer: String,
}

/// What a stand-in stands for.
#[derive(Clone)]
pub(crate) enum Source {
    /// A package that the runtime provides; with `absent:` before it, what is needed.
    Provided {
        /// Its name.
        kind: String,
    },
    /// A script of a package, or its data.
    Script {
        /// The name of its file.
        name: String,
        /// Whether its default export is all of what it exports, whatever it says.
        is_node: bool,
    },
    /// A module without anything.
    Empty {
        /// How it is written.
        specifier: String,
    },
}

impl Source {
    /// Whether it is a package of the runtime.
    pub(crate) fn is_known(&self) -> bool {
        matches!(self, Self::Provided { kind } if !kind.starts_with("absent:"))
    }

    /// Tells it from others of the same importer.
    pub(crate) fn label(&self) -> String {
        match self {
            Self::Provided { kind } => format!("package/{kind}"),
            Self::Script { name, is_node } => format!("script/{name}{}", if *is_node { "?node" } else { "" }),
            Self::Empty { specifier } => format!("empty/{specifier}"),
        }
    }
}

impl StandIn {
    /// Its code, with these exports.
    pub(crate) fn code(&self, names: &BTreeSet<String>) -> String {
        let mut code = match &self.source {
            Source::Provided { kind } => format!(
                "import {{ provide }} from {};\nconst take = provide({});\n",
                json(&runtime_name("packages")),
                json(kind),
            ),
            Source::Script { name, is_node } => format!(
                "import {{ imported }} from {};\nconst take = imported({}, {is_node});\n",
                json(&runtime_name("commonjs")),
                json(name),
            ),
            Source::Empty { .. } => {
                "const take = (name) => (name === \"default\" ? {} : undefined);\n".to_owned()
            }
        };
        for (position, name) in names.iter().enumerate() {
            let quoted = json(name);
            code.push_str(&format!(
                "const _{position} = take({quoted});\nexport {{ _{position} as {quoted} }};\n"
            ));
        }
        code
    }
}

fn json(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
