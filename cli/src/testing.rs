//! Rules and findings made by hand, for the tests of this crate.

use std::io;
use std::path::Path;
use std::sync::Arc;

use lunora_facts::{FileId, Span};
use lunora_report::{
    Applicability, Category, Edit, Facing, Finding, Fix, FixAvailability, Level, Location, Related, Reported,
    RuleMetadata, Suppressed,
};
use serde_json::Value;

use crate::report::{ProjectFindings, Report};

const SCHEMA: &str = "export default defineSchema({\n  posts: defineTable({ author: v.string() }),\n});\n";
const POSTS: &str = "export const list = query(async (ctx) => {\n\
                     \u{20} const a = \"🐟\"; await ctx.db.query(\"post\").take(5);\n\
                     \u{20} return ctx.db.query(\"posts\")\n    .collect();\n});\n";

static UNKNOWN: RuleMetadata = RuleMetadata {
    name: "unknown_table",
    title: "Unknown table",
    level: Level::Error,
    categories: &[Category::Schema],
    facing: Facing::External,
    description: "Says something of tables.",
    docs: "# Unknown table\n",
    fix: FixAvailability::Sometimes,
};

static UNBOUNDED: RuleMetadata = RuleMetadata {
    name: "unbounded_collect",
    title: "Unbounded read",
    level: Level::Warn,
    categories: &[Category::Performance, Category::Schema],
    facing: Facing::External,
    description: "Says something of reads.",
    docs: "# Unbounded read\n",
    fix: FixAvailability::None,
};

/// Two rules, sorted by name.
pub(crate) fn rules() -> Vec<&'static RuleMetadata> {
    vec![&UNBOUNDED, &UNKNOWN]
}

/// One project with an ERROR that has a fix, an INFO in a helper, and a suppressed finding.
pub(crate) fn report() -> Report {
    let mut unknown = Finding::new(&UNKNOWN, at(0, POSTS, "\"post\""), "list|post");
    unknown.detail = "There is no table `post`, 100% sure.".to_owned();
    unknown.remediation = "Did you mean `posts`?".to_owned();
    unknown.primary_label = "no such table".to_owned();
    unknown.related = vec![related(at(1, SCHEMA, "posts"), "`posts` is here")];
    unknown.export_name = Some("list".to_owned());
    unknown.metadata.insert("table".to_owned(), Value::from("post"));
    unknown.fixes = vec![Fix {
        title: "Write `posts`".to_owned(),
        applicability: Applicability::Unsafe { reason: "another table may be meant".to_owned() },
        edits: vec![Edit {
            file: FileId(0),
            span: at(0, POSTS, "\"post\"").span,
            new_text: "\"posts\"".to_owned(),
        }],
    }];

    let mut unbounded =
        Finding::new(&UNBOUNDED, at(0, POSTS, "ctx.db.query(\"posts\")\n    .collect()"), "list|posts");
    unbounded.level = Level::Info;
    unbounded.detail = "Reads all of `posts`.".to_owned();
    unbounded.remediation = "Bound it with `.take(n)`.".to_owned();
    unbounded.primary_label = "every row".to_owned();
    unbounded.note = Some("`posts` is sharded.".to_owned());
    unbounded.helper = Some("list".to_owned());
    unbounded.callers = ["a:one", "b:two", "c:three", "d:four", "e:five"].map(str::to_owned).to_vec();
    let hidden =
        Finding { anchor: "other|posts".to_owned(), primary: at(0, POSTS, "list"), ..unbounded.clone() };

    let suppressed = Suppressed { kind: "disable-line", reason: "few rows".to_owned() };
    project(vec![reported(hidden, Some(suppressed)), reported(unknown, None), reported(unbounded, None)])
}

/// One project without findings.
pub(crate) fn empty() -> Report {
    project(Vec::new())
}

/// Two projects that say the same.
pub(crate) fn twins() -> Report {
    let part = |root| ProjectFindings {
        root: Path::new(root),
        files: vec![("lunora/a.ts".to_owned(), Arc::from("x"))],
        code_files: 1,
        tables: 1,
        procedures: 1,
        findings: vec![reported(
            Finding::new(&UNKNOWN, Location::new(FileId(0), Span::new(0, 1)), "f|x"),
            None,
        )],
    };
    Report::new(vec![part("/w/packages/a"), part("/w/packages/b")], Path::new("/w"))
}

/// What a format writes.
pub(crate) fn render(write: impl FnOnce(&Report, &mut Vec<u8>) -> io::Result<()>, report: &Report) -> String {
    let mut out = Vec::new();
    write(report, &mut out).expect("written");
    String::from_utf8(out).expect("UTF-8")
}

fn project(findings: Vec<Reported>) -> Report {
    let files = [("lunora/my posts.ts", POSTS), ("lunora/schema.ts", SCHEMA)];
    let part = ProjectFindings {
        root: Path::new("/w/app"),
        files: files.map(|(relative, text)| (relative.to_owned(), Arc::from(text))).to_vec(),
        code_files: 2,
        tables: 1,
        procedures: 3,
        findings,
    };
    Report::new(vec![part], Path::new("/w"))
}

fn reported(finding: Finding, suppressed: Option<Suppressed>) -> Reported {
    let file = if finding.primary.file == FileId(0) { "lunora/a.ts" } else { "lunora/schema.ts" };
    let cache_key = format!("{}:{file}:{}", finding.rule.name, finding.anchor);
    Reported { finding: finding.into(), cache_key, suppressed, evidence: None }
}

fn at(file: u32, text: &str, part: &str) -> Location {
    let start = text.find(part).expect("a part of the text");
    Location::new(FileId(file), Span::new(start as u32, (start + part.len()) as u32))
}

fn related(location: Location, message: &str) -> Related {
    Related { location, message: message.to_owned() }
}
