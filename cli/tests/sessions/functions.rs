//! Revisions that need a function of a program.

use super::support::{Project, revision, table};

#[test]
fn a_function_that_is_not_part_of_this_program() {
    let run = "[[upgrade]]\nop = \"run\"\nfunction = \"fill_slugs\"\n";
    let project =
        Project::with_revisions(&[("a.toml", table("a", &[], "t")), ("b.toml", revision("b", &["a"], run))]);
    let ran = project.run(&["migrate"]).exits(1);
    ran.complains("the function `fill_slugs` is not part of this program")
        .complains("b.toml:")
        .complains("run the same command with the program that the function is part of")
        .complains("the database is as it was");
    assert!(project.tables().is_empty(), "nothing was begun");
    // Up to there, without it, and what only records.
    project.ok(&["migrate", "a"]);
    project.ok(&["migrate", "--plan"]).says("Run function fill_slugs");
    project.run(&["sqlmigrate", "b"]).exits(1).complains("cannot be written as SQL");
    project.ok(&["migrate", "--fake"]);
    assert_eq!(project.recorded(), ["a", "b"]);
}
