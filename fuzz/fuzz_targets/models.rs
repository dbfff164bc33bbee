//! The reader of Rust source: whatever a file of models holds, it is read or refused.
#![no_main]

use std::cell::OnceCell;
use std::path::PathBuf;

use libfuzzer_sys::fuzz_target;
use limbeck_core::schema::Naming;
use limbeck_models::{Options, read_sources};

thread_local! {
    static FILE: OnceCell<PathBuf> = const { OnceCell::new() };
}

fuzz_target!(|text: &str| {
    // A path of its own would lead to other files.
    if text.contains("path") {
        return;
    }
    FILE.with(|file| {
        let file = file.get_or_init(|| {
            std::env::temp_dir().join(format!("limbeck-fuzz-models-{}.rs", std::process::id()))
        });
        std::fs::write(file, text).expect("the temporary folder can be written");
        let _ = read_sources(&[file.clone()], &std::env::temp_dir(), &Naming::default(), &Options::default());
    });
});
