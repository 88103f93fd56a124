//! One JSON object a line: a finding each, nothing else.

use std::io;

use super::wire;
use crate::report::Report;

pub(super) fn write(report: &Report, out: &mut Vec<u8>) -> io::Result<()> {
    for entry in report.shown() {
        serde_json::to_writer(&mut *out, &wire::Finding::new(report, entry))?;
        out.push(b'\n');
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use crate::testing::{render, report};

    #[test]
    fn every_line_is_a_finding() {
        let text = render(super::write, &report());
        let names: Vec<Value> = text
            .lines()
            .map(|line| serde_json::from_str::<Value>(line).expect("JSON")["name"].clone())
            .collect();
        assert_eq!(names, ["unknown_table", "unbounded_collect"]);
    }
}
