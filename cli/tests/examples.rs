//! Each example is run, from an empty database up, down and up again, and agrees with its models.

use std::fs;
use std::path::Path;
use std::process::Command;

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            fs::copy(entry.path(), target).unwrap();
        }
    }
}

fn limbeck(folder: &Path, arguments: &[&str]) -> String {
    let done = Command::new(env!("CARGO_BIN_EXE_limbeck"))
        .args(["--no-input", "-q"])
        .args(arguments)
        .current_dir(folder)
        .env_remove("DATABASE_URL")
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&done.stderr);
    assert!(done.status.success(), "limbeck {arguments:?}: {said}");
    String::from_utf8(done.stdout).unwrap()
}

#[test]
fn the_bookshop_goes_up_down_and_up_again() {
    let folder = tempfile::tempdir().unwrap();
    let project = folder.path();
    let example = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/bookshop");
    copy(&example.join("src"), &project.join("src"));
    copy(&example.join("migrations"), &project.join("migrations"));
    for file in ["Cargo.toml", "limbeck.toml"] {
        fs::copy(example.join(file), project.join(file)).unwrap();
    }
    limbeck(project, &["makemigrations", "--check"]);
    limbeck(project, &["migrate"]);
    limbeck(project, &["check"]);
    limbeck(project, &["downgrade", "-1"]);
    limbeck(project, &["migrate"]);
    limbeck(project, &["downgrade", "base"]);
    assert_eq!(limbeck(project, &["current"]), "");
    limbeck(project, &["migrate"]);
    let shown = limbeck(project, &["-o", "json", "showmigrations"]);
    assert_eq!(shown.matches("\"applied\":true").count(), 6, "{shown}");
}
