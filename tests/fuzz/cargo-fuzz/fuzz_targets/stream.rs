#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| lunora_fuzz::run("stream", bytes));
