//! See `checks/revision.rs`.
#![no_main]

#[path = "../checks/revision.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|text: &str| checks::check(text));
