//! How often the file system is asked: what made other tools slow is a search for configuration at every import.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::load_at;
use crate::{Entry, FileSystem, Memory, Metadata};

#[derive(Clone)]
struct Counting {
    memory: Memory,
    calls: Arc<AtomicUsize>,
}

impl Counting {
    fn count(&self) -> &Memory {
        self.calls.fetch_add(1, Ordering::Relaxed);
        &self.memory
    }
}

impl FileSystem for Counting {
    fn read(&self, path: &Path) -> io::Result<Vec<u8>> {
        self.count().read(path)
    }

    fn metadata(&self, path: &Path) -> io::Result<Metadata> {
        self.count().metadata(path)
    }

    fn read_dir(&self, path: &Path) -> io::Result<Vec<Entry>> {
        self.count().read_dir(path)
    }

    fn canonicalize(&self, path: &Path) -> io::Result<PathBuf> {
        self.count().canonicalize(path)
    }

    fn to_shared(&self) -> Arc<dyn FileSystem> {
        Arc::new(self.clone())
    }
}

fn calls_for(files: usize) -> usize {
    let mut memory = Memory::new([
        ("/app/lunora/schema.ts", super::SCHEMA),
        ("/app/src/h.ts", ""),
        ("/app/tsconfig.json", r#"{ "compilerOptions": { "paths": { "@/*": ["./src/*"] } } }"#),
        ("/app/package.json", r##"{ "name": "app", "imports": { "#lunora/*": "./lunora/*" } }"##),
    ]);
    for file in 0..files {
        let next = (file + 1) % files;
        let text = format!(
            "import './f{next}'; import '../src/h'; import '@/h'; import 'zod'; import '@lunora/server';
             import './_generated/api'; import '#lunora/f0.js';"
        );
        memory.insert(format!("/app/lunora/f{file}.ts"), text);
    }
    let counting = Counting { memory, calls: Arc::default() };
    assert_eq!(load_at(&counting, "/app").files.len(), files + 2);
    counting.calls.load(Ordering::Relaxed)
}

#[test]
fn another_file_costs_no_more_than_reading_it() {
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).build().expect("a pool");
    let (few, many) = pool.install(|| (calls_for(10), calls_for(110)));
    // The size and the text of each file.
    assert_eq!(many - few, 100 * 2);
}
