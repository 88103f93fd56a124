//! Which files belong to a project, and what becomes of those that cannot be read.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use super::{SCHEMA, app, load_at, load_with, relatives, roles};
use crate::{DiscoveryOptions, Disk, FileRole, MAX_FILE_BYTES, Overlay, ProblemKind};

/// A folder on disk with a project and these files besides.
fn on_disk(files: &[(&str, &[u8])]) -> TempDir {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let files = files.iter().copied().chain([("lunora/schema.ts", SCHEMA.as_bytes())]);
    for (path, content) in files {
        write(&folder.path().join(path), content);
    }
    folder
}

fn write(path: &Path, content: &[u8]) {
    fs::create_dir_all(path.parent().expect("a parent")).expect("the folder can be made");
    fs::write(path, content).expect("the file can be written");
}

#[test]
fn only_procedure_files_of_the_lunora_folder_are_scanned() {
    let memory = app(&[
        ("/app/lunora/feature/schema.ts", ""),
        ("/app/lunora/a.ts", ""),
        ("/app/lunora/a.test.ts", ""),
        ("/app/lunora/a.spec.ts", ""),
        ("/app/lunora/a.bench.ts", ""),
        ("/app/lunora/a.e2e.ts", ""),
        ("/app/lunora/a.d.ts", ""),
        ("/app/lunora/view.tsx", ""),
        ("/app/lunora/_generated/server.ts", ""),
        ("/app/lunora/node_modules/x/index.ts", ""),
        ("/app/lunora/__tests__/b.ts", ""),
        ("/app/lunora/deep/__fixtures__/b.ts", ""),
        ("/app/lunora/.hidden/b.ts", ""),
    ]);
    let tree = load_at(&memory, "/app");
    let expected = [
        ("lunora/a.ts", FileRole::Lunora),
        ("lunora/feature/schema.ts", FileRole::Lunora),
        ("lunora/schema.ts", FileRole::Schema),
    ];
    assert_eq!(roles(&tree), expected);
}

#[test]
fn a_skipped_file_that_is_imported_is_a_helper() {
    let memory = app(&[
        ("/app/lunora/a.ts", "import './lib.test'; import './legacy/b'; import './view';"),
        ("/app/lunora/lib.test.ts", ""),
        ("/app/lunora/legacy/b.ts", ""),
        ("/app/lunora/legacy/c.ts", ""),
        ("/app/lunora/view.tsx", ""),
    ]);
    let options = DiscoveryOptions { exclude: vec!["lunora/legacy".into()], ..Default::default() };
    let expected = [
        ("lunora/a.ts", FileRole::Lunora),
        ("lunora/legacy/b.ts", FileRole::Helper),
        ("lunora/lib.test.ts", FileRole::Helper),
        ("lunora/schema.ts", FileRole::Schema),
        ("lunora/view.tsx", FileRole::Helper),
    ];
    assert_eq!(roles(&load_with(&memory, "/app", &options)), expected);
}

#[test]
fn the_worker_entry_and_its_imports_belong_to_the_project() {
    let memory = app(&[
        ("/app/src/server/http/app.ts", "import '../../shared';"),
        ("/app/src/index.tsx", ""),
        ("/app/src/shared.ts", ""),
        ("/app/src/client.ts", ""),
        ("/app/wrangler.jsonc", "{ \"main\": \"./worker/main.ts\", } // entry"),
        ("/app/worker/main.ts", ""),
        ("/app/lunora/a.ts", "import '../src/server/http/app';"),
    ]);
    let expected = [
        ("lunora/a.ts", FileRole::Lunora),
        ("lunora/schema.ts", FileRole::Schema),
        ("src/index.tsx", FileRole::WorkerEntry),
        ("src/server/http/app.ts", FileRole::WorkerEntry),
        ("src/shared.ts", FileRole::Helper),
        ("worker/main.ts", FileRole::WorkerEntry),
    ];
    assert_eq!(roles(&load_at(&memory, "/app")), expected);
    let toml = app(&[("/app/wrangler.toml", "name = 'x'\nmain = \"w.ts\"\n"), ("/app/w.ts", "")]);
    assert_eq!(relatives(&load_at(&toml, "/app")), ["lunora/schema.ts", "w.ts"]);
}

#[test]
fn gitignored_files_are_left_alone_but_not_what_a_pattern_brings_back() {
    let folder = on_disk(&[
        (".gitignore", b"*.gen.ts\n/lunora/scratch/\n"),
        ("lunora/.gitignore", b"!keep.gen.ts\n"),
        ("lunora/a.gen.ts", b""),
        ("lunora/keep.gen.ts", b""),
        ("lunora/scratch/b.ts", b""),
        ("lunora/c.ts", b""),
    ]);
    let tree = load_at(&Disk, folder.path());
    assert_eq!(relatives(&tree), ["lunora/c.ts", "lunora/keep.gen.ts", "lunora/schema.ts"]);
}

#[test]
fn a_gitignore_above_the_project_counts_within_its_repository_only() {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let write = |path: &str, content: &str| write(&folder.path().join(path), content.as_bytes());
    write("repo/app/lunora/schema.ts", SCHEMA);
    write("repo/app/lunora/a.gen.ts", "");
    write(".gitignore", "*.ts\n");
    write("repo/.gitignore", "*.gen.ts\n");
    let app = folder.path().join("repo/app");
    assert_eq!(relatives(&load_at(&Disk, &app)), ["lunora/a.gen.ts", "lunora/schema.ts"]);
    write("repo/.git/HEAD", "");
    assert_eq!(relatives(&load_at(&Disk, &app)), ["lunora/schema.ts"]);
}

#[test]
fn the_schema_is_read_even_if_it_is_ignored() {
    let folder = on_disk(&[(".gitignore", b"schema.ts\n")]);
    assert_eq!(roles(&load_at(&Disk, folder.path())), [("lunora/schema.ts", FileRole::Schema)]);
}

#[test]
fn files_that_are_too_large_or_no_text_are_problems_without_facts() {
    let large = vec![b' '; usize::try_from(MAX_FILE_BYTES).expect("fits") + 1];
    let folder = on_disk(&[
        ("lunora/binary.ts", b"const x = 1;\0"),
        ("lunora/large.ts", &large),
        ("lunora/latin.ts", b"// caf\xe9"),
        ("lunora/ok.ts", b"export const x = 1;"),
    ]);
    let tree = load_at(&Disk, folder.path());
    let problems: Vec<_> =
        tree.problems.iter().map(|problem| (problem.relative.as_str(), &problem.kind)).collect();
    let too_large = ProblemKind::TooLarge { bytes: MAX_FILE_BYTES + 1 };
    let expected = [
        ("lunora/binary.ts", &ProblemKind::NotText),
        ("lunora/large.ts", &too_large),
        ("lunora/latin.ts", &ProblemKind::NotText),
    ];
    assert_eq!(problems, expected);
    for problem in &tree.problems {
        let file = tree.file(problem.file.expect("it is a file of the tree"));
        assert!(file.is_unreadable && file.text.is_empty() && file.relative == problem.relative);
    }
}

#[test]
fn a_file_of_the_largest_size_is_read() {
    let fits = vec![b' '; usize::try_from(MAX_FILE_BYTES).expect("fits")];
    let folder = on_disk(&[("lunora/large.ts", &fits)]);
    assert!(load_at(&Disk, folder.path()).problems.is_empty());
}

#[test]
fn a_buffer_hides_its_file_and_a_new_buffer_is_a_file() {
    let folder = on_disk(&[("lunora/a.ts", b"import './b';")]);
    let root = folder.path();
    let overlay = Overlay::over_disk([
        (root.join("lunora/a.ts"), "import './new/c';"),
        (root.join("lunora/new/c.ts"), "export const c = 1;"),
    ]);
    let tree = load_at(&overlay, root);
    assert_eq!(relatives(&tree), ["lunora/a.ts", "lunora/new/c.ts", "lunora/schema.ts"]);
    assert_eq!(super::names(&tree, "lunora/a.ts"), "lunora/new/c.ts");
    assert_eq!(&*tree.files[0].text, "import './new/c';");
}

#[test]
fn the_result_does_not_depend_on_the_number_of_threads() {
    let mut memory = app(&[]);
    for file in 0..100 {
        let text = format!("import '../src/h{}'; import './f{}';", file % 7, (file + 1) % 100);
        memory.insert(format!("/app/lunora/f{file}.ts"), text);
        memory.insert(format!("/app/src/h{file}.ts"), format!("import './h{}';", (file * 3) % 100));
    }
    let with_threads = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().expect("a pool");
        pool.install(|| format!("{:?}", load_at(&memory, "/app").files))
    };
    assert_eq!(with_threads(1), with_threads(4));
}

#[cfg(unix)]
mod unix {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt as _;
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn links_are_followed_once_and_loops_end() {
        let folder = on_disk(&[
            ("lunora/a.ts", b"import './shared/rows';"),
            ("shared/rows.ts", b"import '../outside'; import './more';"),
            ("shared/more.ts", b""),
            ("outside.ts", b""),
            ("node_modules/x/index.ts", b""),
        ]);
        let lunora = folder.path().join("lunora");
        symlink("../shared", lunora.join("shared")).expect("a link");
        symlink("../shared", lunora.join("twice")).expect("a link");
        symlink(".", lunora.join("loop")).expect("a link");
        symlink("..", lunora.join("up")).expect("a link");
        symlink("a.ts", lunora.join("same.ts")).expect("a link");
        symlink("../node_modules/x", lunora.join("installed")).expect("a link");
        symlink("self", lunora.join("self")).expect("a link");
        let tree = load_at(&Disk, folder.path());
        let expected = [
            ("lunora/a.ts", FileRole::Lunora),
            ("lunora/schema.ts", FileRole::Schema),
            ("lunora/shared/more.ts", FileRole::Lunora),
            ("lunora/shared/rows.ts", FileRole::Lunora),
            ("outside.ts", FileRole::Helper),
        ];
        assert_eq!(roles(&tree), expected);
        assert_eq!(super::super::names(&tree, "lunora/a.ts"), "lunora/shared/rows.ts");
        assert!(tree.problems.is_empty());
    }

    #[test]
    fn a_dangling_link_to_a_source_file_is_a_problem() {
        let folder = on_disk(&[]);
        symlink("none.ts", folder.path().join("lunora/gone.ts")).expect("a link");
        let tree = load_at(&Disk, folder.path());
        let [problem] = tree.problems.as_slice() else { panic!("{:?}", tree.problems) };
        assert_eq!(problem.relative, "lunora/gone.ts");
        assert!(matches!(problem.kind, ProblemKind::Unreadable(_)));
    }

    #[test]
    fn a_linked_lunora_folder_keeps_its_name() {
        let folder =
            on_disk(&[("real/schema.ts", b""), ("real/a.ts", b""), ("apps/web/package.json", b"{}")]);
        symlink("../../real", folder.path().join("apps/web/lunora")).expect("a link");
        let tree = load_at(&Disk, folder.path().join("apps/web"));
        assert_eq!(relatives(&tree), ["lunora/a.ts", "lunora/schema.ts"]);
    }

    #[test]
    fn names_that_are_not_utf8_survive() {
        let folder = on_disk(&[("lunora/ok.ts", b"")]);
        let name = OsStr::from_bytes(b"caf\xe9.ts");
        if fs::write(folder.path().join("lunora").join(name), "import './ok';").is_err() {
            return;
        }
        let tree = load_at(&Disk, folder.path());
        assert_eq!(relatives(&tree), ["lunora/caf\u{fffd}.ts", "lunora/ok.ts", "lunora/schema.ts"]);
        assert_eq!(super::super::names(&tree, "lunora/caf\u{fffd}.ts"), "lunora/ok.ts");
    }
}
