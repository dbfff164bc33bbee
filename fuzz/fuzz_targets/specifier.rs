//! See `checks/specifier.rs`.
#![no_main]

#[path = "../checks/specifier.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|text: &str| checks::check(text));
