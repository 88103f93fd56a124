//! Bytes as a baseline.

use lunora_report::Baseline;

/// A baseline that is understood is written so that it is understood again, to the byte.
///
/// # Panics
/// If it is not.
pub(crate) fn baseline(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    let Ok(baseline) = Baseline::parse(text) else { return };
    let written = baseline.to_text();
    let again = Baseline::parse(&written).map(|baseline| baseline.to_text());
    assert_eq!(again.ok(), Some(written));
}
