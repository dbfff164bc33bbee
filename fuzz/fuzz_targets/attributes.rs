//! The grammar of `#[limbeck(…)]`: a text as the attribute of a struct, of its field, and of an enum.
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
    let source = format!(
        "#[derive(limbeck::Table)] #[limbeck({text})] struct A {{ id: i64, #[limbeck({text})] b: Option<String>, c: C }}\n\
         #[derive(limbeck::Enum)] #[limbeck({text})] enum C {{ #[limbeck({text})] D, E }}"
    );
    FILE.with(|file| {
        let file = file.get_or_init(|| {
            std::env::temp_dir().join(format!("limbeck-fuzz-attributes-{}.rs", std::process::id()))
        });
        std::fs::write(file, source).expect("the temporary folder can be written");
        let _ = read_sources(&[file.clone()], &std::env::temp_dir(), &Naming::default(), &Options::default());
    });
});
