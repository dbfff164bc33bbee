use std::fs;
use std::path::{Path, PathBuf};

use limbeck_core::diag::Diagnose;
use limbeck_core::revision::read_directories;

fn make(dir: &Path, name: &str, text: impl AsRef<[u8]>) {
    fs::write(dir.join(name), text).expect("a file");
}

fn ids(dirs: &[PathBuf]) -> Vec<String> {
    let read = read_directories(dirs).unwrap_or_else(|errors| panic!("{}", errors[0]));
    read.iter().map(|revision| revision.id.to_string()).collect()
}

#[test]
fn revisions_of_all_directories_come_in_the_order_of_their_paths() {
    let root = tempfile::tempdir().unwrap();
    let (one, two) = (root.path().join("one"), root.path().join("two"));
    fs::create_dir_all(one.join("below")).unwrap();
    fs::create_dir(&two).unwrap();
    make(&one, "b.toml", "revision = \"b\"\n");
    make(&one, "a.sql", "-- limbeck: revision a\n");
    make(&two, "c.toml", "revision = \"c\"\n");
    for passed_over in [".hidden.toml", ".#a.toml", "#a.toml#", "a.toml~", "a.toml.swp", "notes.md", "README"]
    {
        make(&one, passed_over, "no revision");
    }
    make(&one.join("below"), "d.toml", "revision = \"d\"\n");
    assert_eq!(ids(&[two.clone(), one.clone(), one.join("../one")]), ["a", "b", "c"]);
    assert_eq!(ids(&[]), [""; 0]);
}

#[test]
fn many_files_are_read_by_several_threads_in_order() {
    let root = tempfile::tempdir().unwrap();
    for number in 0..500 {
        make(root.path(), &format!("{number:04}.toml"), format!("revision = \"r{number}\"\n"));
    }
    let expected: Vec<String> = (0..500).map(|number| format!("r{number}")).collect();
    assert_eq!(ids(&[root.path().to_owned()]), expected);
}

#[test]
fn everything_that_cannot_be_read_is_named() {
    let root = tempfile::tempdir().unwrap();
    let dir = root.path().join("m");
    fs::create_dir(&dir).unwrap();
    fs::create_dir(dir.join("x.toml")).unwrap();
    make(&dir, "latin1.toml", b"revision = \"a\"\nmessage = \"\xe9\"\n");
    make(&dir, "empty.toml", "");
    make(&dir, "typo.toml", "revision = \"b\"\nmesage = \"\"\nparent = []\n");
    #[cfg(unix)]
    std::os::unix::fs::symlink("nowhere", dir.join("link.sql")).unwrap();
    let missing = root.path().join("missing");
    let file = dir.join("typo.toml");

    let errors = read_directories(&[missing, file, dir]).unwrap_err();
    let mut lines: Vec<String> = errors
        .iter()
        .map(|error| {
            let diagnostic = error.diagnostic();
            format!("{}: {error}\n  help: {}", diagnostic.code, diagnostic.help.expect("a help"))
        })
        .collect();
    lines.sort();
    let shown = lines.join("\n").replace(&root.path().display().to_string(), "ROOT");
    insta::assert_snapshot!(shown);
}
