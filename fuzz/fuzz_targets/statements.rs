//! See `checks/statements.rs`.
#![no_main]

#[path = "../checks/statements.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|text: &str| checks::check(text));
