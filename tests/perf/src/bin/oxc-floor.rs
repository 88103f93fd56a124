//! The floor: walk a folder, read its TypeScript files, parse them and build their semantics, with nothing else.
//!
//! It stands for the least that any tool on oxc has to do, on the same threads and with the same allocator as the tool.

use std::path::PathBuf;
use std::process::ExitCode;

use mimalloc::MiMalloc;
use oxc_allocator::Allocator;
use oxc_parser::Parser;
use oxc_semantic::SemanticBuilder;
use oxc_span::SourceType;
use rayon::prelude::*;

#[global_allocator]
static ALLOCATOR: MiMalloc = MiMalloc;

fn main() -> ExitCode {
    let Some(root) = std::env::args_os().nth(1).map(PathBuf::from) else {
        return ExitCode::from(2);
    };
    let files: Vec<PathBuf> = ignore::WalkBuilder::new(root)
        .filter_entry(|entry| entry.file_name() != "_generated" && entry.file_name() != "node_modules")
        .build()
        .filter_map(Result::ok)
        .map(ignore::DirEntry::into_path)
        .filter(|path| path.extension().is_some_and(|extension| extension == "ts"))
        .collect();
    let symbols: usize = files
        .par_iter()
        .filter_map(|path| std::fs::read_to_string(path).ok())
        .map(|text| {
            let allocator = Allocator::default();
            let parsed = Parser::new(&allocator, &text, SourceType::ts()).parse();
            SemanticBuilder::new_linter().build(&parsed.program).semantic.scoping().symbols_len()
        })
        .sum();
    // A result that depends on the work, so that none of it can be left out.
    if symbols == usize::MAX { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}
