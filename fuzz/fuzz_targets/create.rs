//! See `checks/create.rs`.
#![no_main]

#[path = "../checks/create.rs"]
mod checks;

libfuzzer_sys::fuzz_target!(|text: &str| checks::check(text));
