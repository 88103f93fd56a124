//! Every format on every example, byte for byte. After a change that is meant: `INSTA_UPDATE=always cargo test -p lunora-advisor snapshots`.

use serde_json::Value;

use crate::support::{FORMATS, examples, lunora_advisor, text};

#[test]
fn every_format_prints_every_example_as_it_did() {
    for example in examples() {
        let name = example.file_name().expect("a name").to_string_lossy().into_owned();
        let folder = example.parent().expect("the examples");
        for format in FORMATS {
            let mut command = lunora_advisor();
            let output = command.current_dir(folder).args(["check", &name, "--format", format]).output();
            let printed = text(&output.expect("it runs").stdout);
            let printed = if format == "sarif" { without_pages(&printed) } else { printed };
            let mut settings = insta::Settings::clone_current();
            settings.set_prepend_module_to_snapshot(false);
            settings.set_omit_expression(true);
            settings.bind(|| insta::assert_snapshot!(format!("{name}_{format}"), printed));
        }
    }
}

/// A SARIF document with the ids of its rules alone: their pages are kept elsewhere.
fn without_pages(document: &str) -> String {
    let mut document: Value = serde_json::from_str(document).expect("JSON");
    let rules = document.pointer_mut("/runs/0/tool/driver/rules").and_then(Value::as_array_mut);
    for rule in rules.expect("rules") {
        *rule = rule["id"].clone();
    }
    serde_json::to_string_pretty(&document).expect("JSON")
}
