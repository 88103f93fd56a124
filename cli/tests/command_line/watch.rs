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
        Self::start_in(folder, "", ".")
    }

    /// In a folder below, on a path from there.
    fn start_in(folder: &Folder, below: &str, path: &str) -> Self {
        let mut command = lunora_advisor();
        command.current_dir(folder.path(below)).args(["check", "--watch", "--format", "concise", path]);
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

    /// Waits for a line that holds this.
    #[track_caller]
    fn says(&self, part: &str) {
        self.says_of(part, "");
    }

    /// Waits for a line that holds both.
    #[track_caller]
    fn says_of(&self, place: &str, part: &str) {
        loop {
            let line = self.lines.recv_timeout(PATIENCE).expect(place);
            assert!(!line.contains("LUNORA_ADVISOR_RECHECK"), "{line}");
            if line.contains(place) && line.contains(part) {
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

#[test]
fn a_project_that_goes_away_is_missed_and_checked_again_when_it_is_back() {
    for (below, path) in [("p", "."), ("", "p"), ("", "p/lunora")] {
        let folder = Folder::empty();
        write_project(&folder, "post");
        let watching = Watching::start_in(&folder, below, path);
        watching.says("lunora/posts.ts:4:23: ERROR unknown_table");

        fs::remove_dir_all(folder.path("p")).expect("removed");
        watching.says("lunora-advisor: cannot read ");
        watching.says("The check goes on as soon as that is mended.");
        write_project(&folder, "likes");
        watching.says_of("lunora/posts.ts:4:23: ERROR unknown_table", "`likes`");
        // It is watched like the one before.
        folder.write("p/lunora/posts.ts", &format!("\n{}", scan("votes")));
        watching.says_of("lunora/posts.ts:5:23: ERROR unknown_table", "`votes`");

        fs::rename(folder.path("p"), folder.path("elsewhere")).expect("renamed");
        watching.says("The check goes on as soon as that is mended.");
        folder.write("elsewhere/lunora/posts.ts", &scan("comments"));
        fs::rename(folder.path("elsewhere"), folder.path("p")).expect("renamed");
        watching.says_of("lunora/posts.ts:4:23: ERROR unknown_table", "`comments`");
        folder.write("p/lunora/posts.ts", &format!("\n{}", scan("comments")));
        watching.says("lunora/posts.ts:5:23: ERROR unknown_table");
    }
}

#[test]
fn the_last_project_of_a_folder_that_stays_may_come_back() {
    let folder = Folder::empty();
    write_project(&folder, "post");
    let watching = Watching::start(&folder);
    watching.says("lunora/posts.ts:4:23: ERROR unknown_table");
    for gone in ["p", "p/lunora", "p/lunora/schema.ts"] {
        fs::rename(folder.path(gone), folder.path(".hidden")).expect("renamed");
        watching.says("lunora-advisor: no Lunora project found in .");
        fs::rename(folder.path(".hidden"), folder.path(gone)).expect("renamed");
        watching.says("p/lunora/posts.ts:4:23: ERROR unknown_table");
    }
}

#[test]
fn a_folder_above_that_is_replaced_is_noticed() {
    let folder = Folder::empty();
    for (above, table) in [("old", "likes"), ("new", "votes")] {
        folder.write(&format!("{above}/p/lunora/schema.ts"), SCHEMA);
        folder.write(&format!("{above}/p/lunora/posts.ts"), &scan(table));
    }
    fs::rename(folder.path("old"), folder.path("now")).expect("renamed");
    let watching = Watching::start_in(&folder, "now/p", "lunora");
    watching.says_of("lunora/posts.ts:4:23: ERROR unknown_table", "`likes`");
    fs::rename(folder.path("now"), folder.path("old")).expect("renamed");
    fs::rename(folder.path("new"), folder.path("now")).expect("renamed");
    watching.says_of("lunora/posts.ts:4:23: ERROR unknown_table", "`votes`");
}

#[test]
fn a_configuration_that_makes_no_sense_is_told_of_once_until_it_does() {
    let folder = Folder::empty();
    write_project(&folder, "post");
    let watching = Watching::start(&folder);
    watching.says("p/lunora/posts.ts:4:23: ERROR unknown_table");
    folder.write("p/lunora-advisor.json", "{ \"rules\": { \"unknown_tabl\": \"warn\" } }");
    watching.says("The check goes on as soon as that is mended.");
    folder.write("p/lunora/posts.ts", &scan("likes"));
    folder.write("p/lunora-advisor.json", "{ \"rules\": { \"unknown_table\": \"warn\" } }");
    let line = watching.lines.recv_timeout(PATIENCE).expect("a line");
    assert!(line.contains("WARN unknown_table") && line.contains("`likes`"), "{line}");
}

/// A project in the folder `p`, where a table is read that is unknown.
fn write_project(folder: &Folder, table: &str) {
    folder.write("p/lunora/schema.ts", SCHEMA);
    folder.write("p/lunora/posts.ts", &scan(table));
}
