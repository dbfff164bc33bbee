//! Databases that another program has the driver for: `limbeck-driver-SCHEME` on PATH.
#![cfg(unix)]

use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::process::Command;

use super::support::{Project, Ran};

/// A project with databases of these URLs, by name, and a folder `bin` that PATH leads to first.
fn project(databases: &[(&str, &str)]) -> Project {
    let entries: Vec<String> =
        databases.iter().map(|(name, url)| format!("[databases.{name}]\nurl = \"{url}\"\n")).collect();
    let project = Project::with_config(&entries.concat());
    fs::create_dir(project.path("bin")).unwrap();
    project
}

fn command(project: &Project, arguments: &[&str]) -> Command {
    let mut command = project.command(arguments);
    let path = std::env::var("PATH").unwrap_or_default();
    command.env("PATH", format!("{}:{path}", project.path("bin").display()));
    command
}

fn run(project: &Project, arguments: &[&str]) -> Ran {
    Ran::of(&mut command(project, arguments))
}

/// Puts a program on PATH that says what it was given, and ends with 42.
fn install(project: &Project, name: &str) {
    let file = format!("bin/{name}");
    project.write(
        &file,
        "#!/bin/sh\necho \"program $0\"\nfor word in \"$@\"; do echo \"word <$word>\"; done\n\
         echo \"in $(pwd)\"\necho \"variable <$MINE>\"\necho \"pid $$\"\nexit 42\n",
    );
    fs::set_permissions(project.path(&file), fs::Permissions::from_mode(0o755)).unwrap();
}

#[test]
fn the_whole_command_line_is_handed_over() {
    let project = project(&[("default", "duck://a")]);
    install(&project, "limbeck-driver-duck");
    fs::create_dir(project.path("below")).unwrap();
    let mut command = command(&project, &["-C", "..", "makemigrations", "a b", "--label", "$(touch x); 'y'"]);
    command.current_dir(project.path("below")).env("MINE", "kept");
    let child = command.stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let child = child.spawn().unwrap();
    let pid = child.id();
    let ran = Ran::from_output("limbeck migrate".to_owned(), child.wait_with_output().unwrap());
    let below = fs::canonicalize(project.path("below")).unwrap();
    ran.exits(42)
        .says("word <-C>\nword <..>\nword <makemigrations>\nword <a b>\nword <--label>\nword <$(touch x); 'y'>\nin")
        .says(&format!("in {}\n", below.display()))
        .says("variable <kept>")
        // In this one's place: signals and the terminal are its own.
        .says(&format!("pid {pid}\n"));
    assert!(!project.has("x"));
}

#[test]
fn every_way_to_name_such_a_database_leads_there() {
    let project = project(&[("default", "sqlite://app.db"), ("other", "duck://a")]);
    install(&project, "limbeck-driver-duck");
    for arguments in [
        &["-d", "other", "migrate"][..],
        &["--url", "duck+tls://a", "current"],
        &["inspect", "duck://a"],
        &["diff", "--from", "duck://a", "--to", "migrations"],
        &["sqlmigrate", "head", "--dialect", "duck"],
    ] {
        run(&project, arguments).exits(42).says(&format!("word <{}>", arguments[0]));
    }
    // Known ones are this program's business.
    run(&project, &["migrate"]).exits(0);
}

#[test]
fn a_program_that_lacks_the_driver_too_does_not_look_for_itself() {
    let project = project(&[("default", "duck://a")]);
    symlink(env!("CARGO_BIN_EXE_limbeck"), project.path("bin/limbeck-driver-duck")).unwrap();
    run(&project, &["migrate"])
        .exits(2)
        .complains("no driver for `duck:` URLs")
        .complains("the command was handed to `limbeck-driver-duck`");
    // What such a program starts is another matter.
    let mut nested = command(&project, &["migrate"]);
    nested.env("LIMBECK_HANDED_OVER", "1:duck");
    Ran::of(&mut nested).exits(2).complains("the command was handed to `limbeck-driver-duck`");
}

#[test]
fn what_is_not_there_is_said_with_what_to_install() {
    let project = project(&[("default", "sqlit://app.db")]);
    run(&project, &["migrate"])
        .exits(2)
        .complains("no driver for `sqlit:` URLs")
        .complains("did you mean `sqlite`?")
        .complains("install `limbeck-driver-sqlit`");
    // A file that nobody may run is no program.
    install(&project, "limbeck-driver-sqlit");
    fs::set_permissions(project.path("bin/limbeck-driver-sqlit"), fs::Permissions::from_mode(0o644)).unwrap();
    let ran = run(&project, &["-o", "json", "migrate"]).exits(2);
    assert_eq!(ran.error()["code"], "unknown-driver");
}

#[test]
fn a_program_that_cannot_run_is_named() {
    let project = project(&[("default", "duck://a")]);
    install(&project, "limbeck-driver-duck");
    project.write("bin/limbeck-driver-duck", "#!/nowhere/there/is/this\n");
    run(&project, &["migrate"]).exits(1).complains("cannot run").complains("bin/limbeck-driver-duck");
}

#[test]
fn databases_that_need_two_programs_are_named() {
    let project = project(&[("a", "duck://a"), ("b", "goose://b"), ("c", "sqlite://c.db")]);
    install(&project, "limbeck-driver-duck");
    install(&project, "limbeck-driver-goose");
    run(&project, &["--all-databases", "migrate"])
        .exits(2)
        .complains("limbeck-driver-duck and limbeck-driver-goose")
        .complains("`duck:` for a")
        .complains("`goose:` for b")
        .complains("-d NAME");
    assert!(!project.has("c.db"), "nothing is begun");
    // One of them beside what is known goes to the one program.
    run(&project, &["-d", "a", "-d", "c", "migrate"]).exits(42).says("limbeck-driver-duck");
}

#[test]
fn without_a_program_the_other_databases_are_done() {
    let project = project(&[("a", "duck://a"), ("c", "sqlite://c.db")]);
    project.write("migrations/a.toml", super::support::table("a", &[], "t"));
    run(&project, &["--all-databases", "migrate"])
        .complains("no driver for `duck:` URLs")
        .complains("1 of 2 databases failed: a");
    assert!(project.has("c.db"));
}
