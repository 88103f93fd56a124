//! JUnit XML: a suite a file, a case a finding. ERROR and WARN fail, INFO passes and says what it has to say.

use std::io;

use lunora_report::{Level, Reported};
use quick_junit::{NonSuccessKind, Report as Document, TestCase, TestCaseStatus, TestSuite};

use super::full_message;
use crate::report::Report;

pub(super) fn write(report: &Report, out: &mut Vec<u8>) -> io::Result<()> {
    let mut suites: Vec<TestSuite> = Vec::new();
    for entry in report.shown_by_path() {
        let file = report.primary_file(entry).display.as_str();
        let place = report.primary_place(entry);
        let name = format!("{} at {}:{}", entry.finding().rule.name, place.line, place.column);
        let case = case(&entry.reported, name, file);
        match suites.last_mut() {
            Some(suite) if suite.name.as_str() == file => {
                suite.add_test_case(case);
            }
            _ => {
                let mut suite = TestSuite::new(file);
                suite.add_test_case(case);
                suites.push(suite);
            }
        }
    }
    if suites.is_empty() {
        // Servers take a document without any case for a broken run.
        let mut suite = TestSuite::new("lunora-advisor");
        suite.add_test_case(TestCase::new("no findings", TestCaseStatus::success()));
        suites.push(suite);
    }
    let mut document = Document::new("lunora-advisor");
    document.add_test_suites(suites);
    document.serialize(&mut *out).map_err(io::Error::other)
}

fn case(reported: &Reported, name: String, file: &str) -> TestCase {
    let finding = &reported.finding;
    let text = format!("{}\n{}", full_message(reported), finding.rule.docs_url());
    let mut case = match finding.level {
        Level::Error | Level::Warn => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status
                .set_type(finding.level.as_str())
                .set_message(finding.detail.as_str())
                .set_description(text);
            TestCase::new(name, status)
        }
        Level::Info => {
            let mut case = TestCase::new(name, TestCaseStatus::success());
            case.set_system_out(text);
            case
        }
    };
    case.set_classname(file);
    case
}

#[cfg(test)]
mod tests {
    use crate::testing::{empty, render, report};

    #[test]
    fn a_finding_is_a_case() {
        insta::assert_snapshot!(render(super::write, &report()), @r###"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="lunora-advisor" tests="2" skipped="0" failures="1" errors="0">
            <testsuite name="app/lunora/my posts.ts" tests="2" skipped="0" errors="0" failures="1">
                <testcase name="unknown_table at 2:38" classname="app/lunora/my posts.ts">
                    <failure message="There is no table `post`, 100% sure." type="ERROR">There is no table `post`, 100% sure.
        Did you mean `posts`?
        https://lunora-advisor.dev/rules/unknown_table</failure>
                </testcase>
                <testcase name="unbounded_collect at 3:10" classname="app/lunora/my posts.ts">
                    <system-out>Reads all of `posts`.
        Bound it with `.take(n)`.
        https://lunora-advisor.dev/rules/unbounded_collect</system-out>
                </testcase>
            </testsuite>
        </testsuites>
        "###);
    }

    #[test]
    fn a_clean_run_is_a_passing_case() {
        let text = render(super::write, &empty());
        assert!(text.contains("failures=\"0\"") && text.contains("<testcase"), "{text}");
    }
}
