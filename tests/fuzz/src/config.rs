//! Bytes as a configuration file.

use std::path::{Path, PathBuf};

use lunora_check::config::{ConfigError, Settings, parse};

/// A configuration is understood, or refused at a place that lies in it.
///
/// # Panics
/// If the place lies elsewhere.
pub(crate) fn config(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let path = Path::new("/p/lunora-advisor.jsonc");
    let rules: Vec<_> = lunora_check::rules().iter().map(|rule| rule.name).collect();
    match parse(path, text, &rules) {
        Ok(config) => {
            let settings = Settings::new(config, Some(path.to_owned()), PathBuf::from("/p"));
            for rule in rules {
                settings.verdict(rule, Path::new("/p/lunora/messages.ts"));
            }
        }
        Err(ConfigError::Invalid { line, column, .. }) => {
            // A carriage return that stands alone ends a line, too.
            let lines = text.replace("\r\n", "\n").split(['\n', '\r']).count();
            let length = text.encode_utf16().count();
            assert!((1..=lines).contains(&(line as usize)), "line {line} of {lines}");
            assert!((1..=length + 1).contains(&(column as usize)), "column {column}");
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
}
