//! One line a finding: `file:line:column: LEVEL rule detail`.

use std::io::{self, Write};

use super::{one_line, printable};
use crate::report::Report;

pub(super) fn write(report: &Report, out: &mut Vec<u8>) -> io::Result<()> {
    for entry in report.shown_by_path() {
        let finding = entry.finding();
        let place = report.primary_place(entry);
        writeln!(
            out,
            "{}:{}:{}: {} {} {}",
            printable(&one_line(&report.primary_file(entry).display)),
            place.line,
            place.column,
            finding.level.as_str(),
            finding.rule.name,
            printable(&one_line(&finding.detail)),
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::testing::{render, report};

    #[test]
    fn a_finding_is_one_line() {
        insta::assert_snapshot!(render(super::write, &report()), @r###"
        app/lunora/my posts.ts:2:38: ERROR unknown_table There is no table `post`, 100% sure.
        app/lunora/my posts.ts:3:10: INFO unbounded_collect Reads all of `posts`.
        "###);
    }
}
