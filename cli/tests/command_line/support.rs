//! Projects in folders, and the binary run on them.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use tempfile::TempDir;

/// Every format of `check`.
pub(crate) const FORMATS: [&str; 8] =
    ["pretty", "concise", "json", "ndjson", "sarif", "github", "gitlab", "junit"];

/// A schema with one table, `posts`.
pub(crate) const SCHEMA: &str = "import { defineSchema, defineTable, v } from \"@lunora/server\";\n\
                                 export default defineSchema({ posts: defineTable({ title: v.string() }) });\n";

/// A file with a query that reads `table`.
pub(crate) fn scan(table: &str) -> String {
    format!(
        "import {{ query }} from \"./_generated/server\";\n\n\
         export const list = query.query(async ({{ ctx }}) => {{\n  return ctx.db.query(\"{table}\").take(5);\n}});\n"
    )
}

/// A folder that is also the root of a repository, so that no configuration from outside counts.
pub(crate) struct Folder(TempDir);

impl Folder {
    pub(crate) fn empty() -> Self {
        let folder = Self(tempfile::tempdir().expect("a folder"));
        fs::create_dir(folder.path(".git")).expect("a folder");
        folder
    }

    /// A project with an `unknown_table` in `lunora/posts.ts`.
    pub(crate) fn with_findings() -> Self {
        let folder = Self::empty();
        folder.write("lunora/schema.ts", SCHEMA);
        folder.write("lunora/posts.ts", &scan("post"));
        folder
    }

    pub(crate) fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.0.path().join(path)
    }

    pub(crate) fn write(&self, path: &str, content: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().expect("a parent")).expect("folders");
        fs::write(path, content).expect("a file");
    }

    pub(crate) fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).expect("a file")
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Output {
        lunora_advisor().current_dir(self.path("")).args(arguments).output().expect("it runs")
    }

    pub(crate) fn run_with_input(&self, arguments: &[&str], input: &str) -> Output {
        let mut command = lunora_advisor();
        command.current_dir(self.path("")).args(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it runs");
        child.stdin.take().expect("a pipe").write_all(input.as_bytes()).expect("written");
        child.wait_with_output().expect("it ends")
    }
}

pub(crate) fn lunora_advisor() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_lunora-advisor"));
    command.env_remove("FORCE_COLOR").env("NO_COLOR", "1");
    command
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// The examples of the repository, sorted.
pub(crate) fn examples() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples");
    let entries = fs::read_dir(folder).expect("the examples");
    let mut examples: Vec<PathBuf> = entries.map(|entry| entry.expect("an entry").path()).collect();
    examples.sort();
    examples
}
