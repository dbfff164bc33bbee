//! See `checks/models.rs`.
#![no_main]

#[path = "../checks/models.rs"]
#[allow(dead_code, reason = "the target `attributes` uses the rest")]
mod checks;

libfuzzer_sys::fuzz_target!(|text: &str| checks::check(text));
