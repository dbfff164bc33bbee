//! Many runs at once, runs that are interrupted, runs that are killed, readers that go away.
#![cfg(unix)]

use std::process::Stdio;

use super::support::{Project, Ran, Running, ServerDatabase, revision, table};

/// A revision whose statement ends when the number in the table `knob` says so.
fn long(id: &str, parents: &[&str]) -> String {
    revision(
        id,
        parents,
        "\n[[upgrade]]\nop = \"create_table\"\ntable = \"half\"\ncolumns = [{ name = \"a\", type = \"bigint\" }]\n\n\
         [[upgrade]]\nop = \"execute\"\nsql = \"\"\"\nINSERT INTO half WITH RECURSIVE counter (n) AS \
         (SELECT 1 UNION ALL SELECT n + 1 FROM counter WHERE n < (SELECT n FROM knob)) SELECT max(n) FROM counter\"\"\"",
    )
}

/// A project with a run on the way in the middle of its second revision.
fn under_way(flags: &[&str]) -> (Project, Running) {
    let knob = revision(
        "a",
        &[],
        "\n[[upgrade]]\nop = \"create_table\"\ntable = \"knob\"\ncolumns = [{ name = \"n\", type = \"bigint\" }]\n\n\
         [[upgrade]]\nop = \"insert\"\ntable = \"knob\"\nrows = [{ n = 9000000000000000 }]\nkey = [\"n\"]",
    );
    let project = Project::with_revisions(&[
        ("a.toml", knob),
        ("b.toml", long("b", &["a"])),
        ("c.toml", table("c", &["b"], "t")),
    ]);
    project.ok(&["migrate", "a"]);
    let mut run = Running::start(project.command(&[&["migrate", "-vv"], flags].concat()));
    run.wait_for("WITH RECURSIVE");
    (project, run)
}

/// Ends the long statement early, so that the same revision goes through.
fn turn_down(project: &Project) {
    project.database().execute("UPDATE knob SET n = 10", []).unwrap();
}

#[track_caller]
fn nothing_is_half_done(project: &Project) {
    assert_eq!(project.recorded(), ["a"]);
    assert_eq!(project.tables(), ["knob"]);
    assert_eq!(project.texts("PRAGMA integrity_check"), ["ok"]);
}

#[test]
fn an_interrupt_ends_the_statement_and_rolls_back() {
    let (project, run) = under_way(&[]);
    run.signal("INT");
    run.end()
        .exits(130)
        .complains("interrupted")
        .complains("revision b was under way")
        .complains("rolled back");
    nothing_is_half_done(&project);
    assert_eq!(project.list("."), ["app.db", "limbeck.toml", "migrations"], "the lock is gone");
    turn_down(&project);
    project.ok(&["migrate", "--wait", "0"]);
    assert_eq!(project.recorded(), ["a", "b", "c"]);
}

#[test]
fn an_interrupt_ends_a_run_in_one_transaction() {
    let (project, run) = under_way(&["--single-transaction", "-o", "json"]);
    run.signal("INT");
    let ran = run.end().exits(130);
    assert_eq!(ran.error()["code"], "interrupted");
    assert_eq!(ran.object()["steps"], serde_json::json!([]));
    nothing_is_half_done(&project);
}

#[test]
fn a_killed_run_leaves_nothing_and_blocks_nobody() {
    let (project, run) = under_way(&[]);
    run.signal("KILL");
    assert_eq!(run.end().code, None);
    nothing_is_half_done(&project);
    turn_down(&project);
    project.ok(&["migrate", "--wait", "0"]);
    assert_eq!(project.recorded(), ["a", "b", "c"]);
    assert_eq!(project.list("."), ["app.db", "limbeck.toml", "migrations"]);
}

#[test]
fn who_comes_second_waits_or_is_told() {
    let (project, run) = under_way(&[]);
    let ran = project.run(&["migrate", "--wait", "0"]).exits(4);
    let ran = ran.complains("migration lock").complains("pid ").complains("--wait");
    assert!(!ran.stdout.contains("Applying"), "{ran}");
    let ran = project.run(&["-o", "json", "migrate", "--wait", "30ms"]).exits(4);
    assert_eq!(ran.error()["code"], "locked");
    project.run(&["stamp", "base", "--wait", "0"]).exits(4);
    project.run(&["downgrade", "base", "--wait", "0"]).exits(4);
    // Who only looks, need not wait.
    project.ok(&["showmigrations"]).says("[X] a");
    // An interrupt ends the waiting, too.
    let mut waiting = Running::start(project.command(&["migrate"]));
    waiting.wait_for("waiting for another migration");
    waiting.signal("INT");
    waiting.end().exits(130).complains("nothing was done");
    run.signal("INT");
    run.end().exits(130);
    nothing_is_half_done(&project);
}

#[test]
fn an_interrupt_ends_the_wait_for_a_lock_of_somebody_else() {
    let project = Project::with_config(
        "[databases.default]\nurl = \"sqlite://app.db\"\nlock_timeout = \"1h\"\nconnect_timeout = \"1h\"\n",
    );
    project.write("migrations/a.toml", table("a", &[], "t"));
    project.ok(&["migrate"]);
    project.write("migrations/b.toml", table("b", &["a"], "u"));
    let other = project.database();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    // The lock file is there as soon as the run holds the lock; what it waits for then is the database.
    let run = Running::start(project.command(&["migrate"]));
    poll(|| project.has("app.db.limbeck-lock"));
    run.signal("INT");
    run.end().exits(130).complains("interrupted");
    other.execute_batch("ROLLBACK").unwrap();
    assert_eq!(project.recorded(), ["a"]);
    assert!(!project.has("app.db.limbeck-lock"));
}

/// Looks again and again until it is so; fails after a long while.
#[track_caller]
fn poll(mut is_so: impl FnMut() -> bool) {
    let begun = std::time::Instant::now();
    while !is_so() {
        assert!(begun.elapsed().as_secs() < 60, "it did not happen");
        std::thread::yield_now();
    }
}

/// Runs `migrate` in 32 processes at once; gives back what they applied.
fn thirty_two(project: &Project) -> Vec<String> {
    let runs: Vec<_> = (0..32)
        .map(|_| {
            let mut command = project.command(&["-o", "json", "migrate"]);
            let line = format!("{command:?}");
            (line, command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
        })
        .collect();
    let mut steps = Vec::new();
    for (line, child) in runs {
        let ran = Ran::from_output(line, child.wait_with_output().unwrap()).exits(0);
        for step in ran.object()["steps"].as_array().unwrap() {
            steps.push(step["revision"].as_str().unwrap().to_owned());
        }
    }
    steps.sort();
    steps
}

/// Six revisions, each with a table.
fn write_six(project: &Project) {
    for n in 0..6 {
        let parent = format!("r{}", n - 1);
        let parents: &[&str] = if n == 0 { &[] } else { &[&parent] };
        project.write(&format!("migrations/r{n}.toml"), table(&format!("r{n}"), parents, &format!("t{n}")));
    }
}

#[test]
fn thirty_two_at_once_apply_everything_once() {
    let project = Project::with_revisions::<&str>(&[]);
    write_six(&project);
    let steps = thirty_two(&project);
    assert_eq!(steps, ["r0", "r1", "r2", "r3", "r4", "r5"]);
    assert_eq!(project.recorded(), steps);
    assert_eq!(project.tables(), ["t0", "t1", "t2", "t3", "t4", "t5"]);
    assert_eq!(project.list("."), ["app.db", "limbeck.toml", "migrations"]);
}

/// An index that is made concurrently waits for all transactions: those that wait for the lock must not be in one.
#[test]
fn thirty_two_at_once_on_servers() {
    let each = |kind: &str, concurrently: &str, databases: &mut dyn Iterator<Item = ServerDatabase>| {
        for database in databases {
            let project =
                Project::with_config(&format!("[databases.default]\nurl = \"{}\"\n", database.url()));
            write_six(&project);
            let index = format!(
                "transaction = \"none\"\n\n[[upgrade]]\nop = \"create_index\"\ntable = \"t0\"\n\
                 columns = [\"id\"]\nname = \"t0_again\"\n{concurrently}"
            );
            project.write("migrations/r6.toml", revision("r6", &["r5"], &index));
            let steps = thirty_two(&project);
            assert_eq!(steps, ["r0", "r1", "r2", "r3", "r4", "r5", "r6"], "{kind}");
            let mut session = database.session();
            assert_eq!(session.texts("SELECT revision FROM limbeck_revisions ORDER BY 1"), steps, "{kind}");
            project.ok(&["downgrade", "base"]);
            assert_eq!(
                session.texts("SELECT revision FROM limbeck_revisions"),
                Vec::<String>::new(),
                "{kind}"
            );
        }
    };
    each("PostgreSQL", "concurrently = true\n", &mut ServerDatabase::each_postgres("crowd"));
    each("MySQL", "", &mut ServerDatabase::each_mysql("crowd"));
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let revisions: Vec<(String, String)> = (0..400)
        .map(|n| {
            let parent = format!("r{}", n - 1);
            let parents: &[&str] = if n == 0 { &[] } else { &[&parent] };
            (
                format!("r{n}.toml"),
                revision(&format!("r{n}"), parents, "").replace("about", &"long words ".repeat(30)),
            )
        })
        .collect();
    let revisions: Vec<(&str, &String)> =
        revisions.iter().map(|(name, text)| (name.as_str(), text)).collect();
    let project = Project::with_revisions(&revisions);
    for command in [
        &["history"][..],
        &["-o", "json", "history"],
        &["migrate", "--sql"],
        &["man"],
        &["completions", "bash"],
    ] {
        let mut child =
            project.command(command).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // Closed before anything is read.
        drop(child.stdout.take());
        let ran = Ran::from_output(format!("{command:?}"), child.wait_with_output().unwrap()).exits(0);
        assert!(ran.stderr.is_empty(), "{ran}");
    }
}

#[test]
fn a_migration_goes_on_when_its_reader_goes_away() {
    let project = Project::with_revisions(&[("a.toml", table("a", &[], "t"))]);
    let mut child =
        project.command(&["migrate", "-vv"]).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    drop(child.stderr.take());
    assert_eq!(child.wait().unwrap().code(), Some(0));
    assert_eq!(project.recorded(), ["a"]);
}
