//! Reading texts as models.

use limbeck_core::diag::Diagnostic;
use limbeck_core::schema::Naming;
use limbeck_models::{Declared, Options, read_sources};

/// Reads `text` as the file `src/models.rs`.
pub fn read(text: &str) -> Result<Declared, Vec<Diagnostic>> {
    let folder = tempfile::tempdir().expect("a directory for the models");
    std::fs::create_dir(folder.path().join("src")).expect("its src");
    std::fs::write(folder.path().join("src/models.rs"), text).expect("the models");
    read_sources(&["src/models.rs".into()], folder.path(), &Naming::default(), &Options::default())
}

/// Diagnostics as text: place, code, message, help, other places.
pub fn shown(errors: &[Diagnostic]) -> String {
    let mut text = String::new();
    for error in errors {
        text.push_str(&format!("[{}] {error}\n", error.code));
        if let Some(help) = &error.help {
            text.push_str(&format!("    help: {help}\n"));
        }
        for (place, why) in &error.related {
            text.push_str(&format!("    {place}: {why}\n"));
        }
    }
    text
}
