//! GitHub workflow commands: each finding is an annotation on its line.

use std::io::{self, Write};

use lunora_report::Level;

use super::{full_message, printable};
use crate::report::Report;

pub(super) fn write(report: &Report, out: &mut Vec<u8>) -> io::Result<()> {
    for entry in report.shown_by_path() {
        let finding = entry.finding();
        let place = report.primary_place(entry);
        let command = match finding.level {
            Level::Error => "error",
            Level::Warn => "warning",
            Level::Info => "notice",
        };
        let file = escape_property(&report.primary_file(entry).display);
        write!(
            out,
            "::{command} file={file},line={},endLine={},col={}",
            place.line, place.end_line, place.column
        )?;
        // GitHub ignores an end column that belongs to another line.
        if place.line == place.end_line {
            write!(out, ",endColumn={}", place.end_column)?;
        }
        let title = escape_property(finding.rule.name);
        let message = format!("{}\n{}", full_message(&entry.reported), finding.rule.docs_url());
        writeln!(out, ",title={title}::{}", escape_data(&message))?;
    }
    Ok(())
}

fn escape_data(text: &str) -> String {
    printable(&text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")).into_owned()
}

fn escape_property(text: &str) -> String {
    escape_data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{render, report};

    #[test]
    fn a_finding_is_an_annotation() {
        insta::assert_snapshot!(render(super::write, &report()), @r###"
        ::error file=app/lunora/my posts.ts,line=2,endLine=2,col=38,endColumn=44,title=unknown_table::There is no table `post`, 100%25 sure.%0ADid you mean `posts`?%0Ahttps://lunora-advisor.dev/rules/unknown_table
        ::notice file=app/lunora/my posts.ts,line=3,endLine=4,col=10,title=unbounded_collect::Reads all of `posts`.%0ABound it with `.take(n)`.%0Ahttps://lunora-advisor.dev/rules/unbounded_collect
        "###);
    }

    #[test]
    fn nothing_ends_a_command_early() {
        assert_eq!(escape_data("100%,\r\n::error::"), "100%25,%0D%0A::error::");
        assert_eq!(escape_property("a,b:c%\n"), "a%2Cb%3Ac%25%0A");
    }
}
