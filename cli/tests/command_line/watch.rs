//! `check --watch`: what it says after files change is what a new run would say.

use std::fs;
use std::io::{BufRead, BufReader};
use std::process::{Child, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::Duration;

use crate::support::{Folder, SCHEMA, lunora_advisor, scan};

/// Nobody waits this long for an answer that comes.
const PATIENCE: Duration = Duration::from_secs(120);

/// A run that goes on until it is dropped.
struct Watching {
    child: Child,
    lines: Receiver<String>,
}

impl Watching {
    fn start(folder: &Folder) -> Self {
        let mut command = lunora_advisor();
        command.current_dir(folder.path("")).args(["check", "--watch", "--format", "concise", "."]);
        // It checks itself: each difference from a new look is a line on standard error.
        command.env("LUNORA_ADVISOR_RECHECK", "1").stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("it runs");
        let (sender, lines) = mpsc::channel();
        let streams: [Box<dyn std::io::Read + Send>; 2] =
            [Box::new(child.stdout.take().expect("a pipe")), Box::new(child.stderr.take().expect("a pipe"))];
        for stream in streams {
            let sender = sender.clone();
            thread::spawn(move || {
                for line in BufReader::new(stream).lines().map_while(Result::ok) {
                    // The test that listened may have ended.
                    let _ = sender.send(line);
                }
            });
        }
        Self { child, lines }
    }

    /// Waits for a line that begins so.
    #[track_caller]
    fn says(&self, beginning: &str) {
        loop {
            let line = self.lines.recv_timeout(PATIENCE).expect(beginning);
            assert!(!line.contains("LUNORA_ADVISOR_RECHECK"), "{line}");
            if line.starts_with(beginning) {
                return;
            }
        }
    }
}

impl Drop for Watching {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn edits_new_files_and_new_projects_are_seen() {
    let folder = Folder::empty();
    folder.write("apps/a/lunora/schema.ts", SCHEMA);
    folder.write("apps/a/lunora/posts.ts", &scan("post"));
    fs::create_dir_all(folder.path("apps/b/src")).expect("folders");
    let watching = Watching::start(&folder);
    watching.says("apps/a/lunora/posts.ts:4:23: ERROR unknown_table");

    folder.write("apps/a/lunora/posts.ts", &format!("// Moved.\n{}", scan("post")));
    watching.says("apps/a/lunora/posts.ts:5:23: ERROR unknown_table");

    folder.write("apps/a/lunora/deep/more.ts", &scan("comments"));
    watching.says("apps/a/lunora/deep/more.ts:4:23: ERROR unknown_table");

    // A project where there was a folder, and one where there was none.
    folder.write("apps/b/lunora/schema.ts", SCHEMA);
    folder.write("apps/b/lunora/posts.ts", &scan("likes"));
    watching.says("apps/b/lunora/posts.ts:4:23: ERROR unknown_table");
    folder.write("new/c/lunora/schema.ts", SCHEMA);
    folder.write("new/c/lunora/posts.ts", &scan("votes"));
    watching.says("new/c/lunora/posts.ts:4:23: ERROR unknown_table");

    folder.write("apps/b/lunora/posts.ts", &format!("\n{}", scan("likes")));
    watching.says("apps/b/lunora/posts.ts:5:23: ERROR unknown_table");

    // A configuration decides anew what counts.
    folder.write("lunora-advisor.json", "{ \"rules\": { \"unknown_table\": \"warn\" } }");
    watching.says("new/c/lunora/posts.ts:4:23: WARN unknown_table");

    // A project goes and comes back.
    fs::remove_dir_all(folder.path("new")).expect("removed");
    folder.write("apps/a/lunora/deep/more.ts", &format!("\n{}", scan("comments")));
    watching.says("apps/a/lunora/deep/more.ts:5:23: WARN unknown_table");
    folder.write("new/c/lunora/schema.ts", SCHEMA);
    folder.write("new/c/lunora/posts.ts", &format!("\n\n{}", scan("votes")));
    watching.says("new/c/lunora/posts.ts:6:23: WARN unknown_table");
}
