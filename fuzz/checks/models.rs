//! The readers of Rust source: whatever a file of models holds, and whatever stands in `#[limbeck(…)]`, it is read or
//! refused.

use std::path::PathBuf;
use std::sync::OnceLock;

use limbeck_core::schema::Naming;
use limbeck_models::{Options, read_sources};

/// Tries one text as a file.
pub(crate) fn check(text: &str) {
    static FILE: OnceLock<PathBuf> = OnceLock::new();
    // A path of its own would lead to other files.
    if text.contains("path") {
        return;
    }
    let folder = std::env::temp_dir();
    let file = FILE.get_or_init(|| folder.join(format!("limbeck-fuzz-{}.rs", std::process::id())));
    std::fs::write(file, text).expect("the temporary folder can be written");
    // What is wrong with it is nobody's concern here.
    let _ = read_sources(std::slice::from_ref(file), &folder, &Naming::default(), &Options::default());
}

/// Tries one text as the attribute of a struct, of its field, of an enum and of its word.
pub(crate) fn check_attribute(text: &str) {
    check(&format!(
        "#[derive(limbeck::Table)] #[limbeck({text})] struct A {{ id: i64, #[limbeck({text})] b: Option<String>, c: C }}\n\
         #[derive(limbeck::Enum)] #[limbeck({text})] enum C {{ #[limbeck({text})] D, E }}"
    ));
}
