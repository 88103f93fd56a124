//! Edits of generated projects, as people make them.

use std::path::{Path, PathBuf};

/// A kind of edit.
#[derive(Clone, Copy, Debug)]
pub struct Kind {
    /// What it is called.
    pub name: &'static str,
    /// Whether it edits a file.
    pub edits: fn(&Path) -> bool,
    /// The text after the edit of this number; `None` if there is nothing to edit.
    pub edit: fn(&str, usize) -> Option<String>,
}

/// Every kind.
pub const KINDS: &[Kind] = &[
    Kind {
        name: "comment",
        edits: |_| true,
        edit: |text, number| Some(format!("// Edit {number}.\n{text}")),
    },
    Kind { name: "body", edits: |path| !is_schema(path), edit: body },
    Kind { name: "new export", edits: |path| path.ends_with("queries.ts"), edit: export },
    Kind { name: "schema: index", edits: is_schema, edit: index },
    Kind { name: "schema: column", edits: is_schema, edit: column },
];

/// The files of a generated project and their texts, sorted, as if it lay at `root`.
///
/// # Errors
/// If they cannot be read; the text says why.
pub fn files_of(folder: &Path, root: &Path) -> Result<Vec<(PathBuf, String)>, String> {
    let mut files = Vec::new();
    read(folder, folder, root, &mut files).map_err(|error| format!("cannot read the corpus: {error}"))?;
    files.sort();
    Ok(files)
}

fn is_schema(path: &Path) -> bool {
    path.ends_with("lunora/schema.ts")
}

/// A statement before one of the `return`s.
fn body(text: &str, number: usize) -> Option<String> {
    let returns: Vec<usize> = text.match_indices("    return ").map(|(at, _)| at).collect();
    let at = *returns.get(number % returns.len().max(1))?;
    Some(format!("{}    const edited = {number};\n{}", text.get(..at)?, text.get(at..)?))
}

fn export(text: &str, number: usize) -> Option<String> {
    let procedure = "authQuery.query(async ({ ctx }) => await ctx.db.users.findMany({ limit: 5 }))";
    Some(format!("{text}\nexport const added{number} = {procedure};\n"))
}

/// An index more for one of the tables.
fn index(text: &str, number: usize) -> Option<String> {
    let indexes: Vec<usize> = text.match_indices(".index(").map(|(at, _)| at).collect();
    let at = *indexes.get(number * 31 % indexes.len().max(1))?;
    Some(format!("{}.index(\"by_edit\", [\"title\"]){}", text.get(..at)?, text.get(at..)?))
}

/// A column more for one of the tables.
fn column(text: &str, number: usize) -> Option<String> {
    let tables: Vec<usize> =
        text.match_indices("defineTable({").map(|(at, found)| at + found.len()).collect();
    let at = *tables.get(number * 31 % tables.len().max(1))?;
    Some(format!("{} edited: v.boolean(),{}", text.get(..at)?, text.get(at..)?))
}

fn read(from: &Path, folder: &Path, root: &Path, files: &mut Vec<(PathBuf, String)>) -> std::io::Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            read(from, &path, root, files)?;
        } else {
            let below = path.strip_prefix(from).unwrap_or(&path);
            files.push((root.join(below), std::fs::read_to_string(&path)?));
        }
    }
    Ok(())
}
