//! limbeck.toml, flags and the environment, right and wrong.

use super::support::{Project, Ran, table};

/// This configuration is refused with 2, at `place` (`line:column`, none if empty) of limbeck.toml.
#[track_caller]
fn refused(config: &str, place: &str, says: &[&str]) {
    let project = Project::with_config(config);
    let mut ran = project.run(&["migrate"]).exits(2);
    if !place.is_empty() {
        ran = ran.complains(&format!("limbeck.toml:{place}"));
    }
    for text in says {
        ran = ran.complains(text);
    }
    let ran = project.run(&["-o", "json", "showmigrations"]).exits(2);
    ran.error();
    assert!(ran.stdout.is_empty(), "{ran}");
    assert_eq!(project.list("."), ["limbeck.toml", "migrations"]);
}

#[test]
fn unknown_keys_name_the_nearest() {
    refused("[databases.default]\nulr = \"sqlite://app.db\"\n", "2:1", &["ulr", "`url`"]);
    refused("[database.default]\nurl = \"sqlite://app.db\"\n", "1:", &["database", "`databases`"]);
    refused(
        "[databases.default]\nurl = \"sqlite://app.db\"\n[migrations]\ndirectory = \"m\"\n",
        "4:1",
        &["directory"],
    );
}

#[test]
fn wrong_types_are_named() {
    refused("[databases.default]\nurl = 5\n", "2:", &["url"]);
    refused("[databases.default]\nurl = \"sqlite://app.db\"\npool_size = \"many\"\n", "3:", &["pool_size"]);
    refused(
        "[databases.default]\nurl = \"sqlite://app.db\"\nlock_timeout = \"soon\"\n",
        "3:",
        &["soon", "10s"],
    );
    refused("databases = 5\n", "1:", &["databases"]);
    refused("[databases]\ndefault = \"sqlite://app.db\"\n", "2:", &["default"]);
    refused(
        "[databases.default]\nurl = \"sqlite://app.db\"\n[migrations]\ndestructive = \"never\"\n",
        "4:",
        &["never", "forbid"],
    );
    refused("[databases.default]\nurl = \"sqlite://app.db\"\nmigrations = 7\n", "3:", &["migrations"]);
}

#[test]
fn broken_toml_points_at_its_line() {
    refused("[databases.default\nurl = \"x\"\n", "1:", &[]);
    refused("[databases.default]\nurl = \"a\"\nurl = \"b\"\n", "3:", &["url"]);
}

#[test]
fn variables_must_be_set() {
    refused(
        "[databases.default]\nurl = \"sqlite://${LIMBECK_TEST_UNSET}.db\"\n",
        "2:",
        &["LIMBECK_TEST_UNSET"],
    );
    refused("[databases.default]\nurl = \"sqlite://${OPEN.db\"\n", "2:", &["}"]);
    let project = Project::with_config("[databases.default]\nurl = \"sqlite://${NAME}${OTHER:-.db}\"\n");
    Ran::of(project.command(&["migrate"]).env("NAME", "app")).exits(0);
    assert!(!project.has("app"));
    assert!(project.has("app.db"));
}

#[test]
fn a_url_and_its_parts_exclude_each_other() {
    refused("[databases.default]\nurl = \"sqlite://app.db\"\ndriver = \"sqlite\"\n", "", &["url", "driver"]);
    refused("[databases.default]\nmigrations = \"migrations\"\n", "", &["url"]);
}

#[test]
fn a_url_of_no_known_kind_is_refused() {
    let project = Project::with_config("[databases.default]\nurl = \"orakel://me:sesame@host/app\"\n");
    for command in [&["migrate"][..], &["current"], &["migrate", "--sql"], &["showmigrations", "-o", "json"]]
    {
        let ran = project.run(command);
        assert!(ran.code == Some(1) || ran.code == Some(2), "{ran}");
        ran.complains("orakel").hides("sesame");
    }
    let project = Project::with_config("[databases.default]\nurl = \"just words\"\n");
    project.run(&["migrate"]).exits(2).complains("limbeck.toml:2:").complains("sqlite://");
}

#[test]
fn a_url_may_be_given_in_parts() {
    let project =
        Project::with_config("[databases.default]\ndriver = \"sqlite\"\ndatabase = \"sub folder/ä%20.db\"\n");
    project.write("migrations/a.toml", table("a", &[], "t"));
    std::fs::create_dir(project.path("sub folder")).unwrap();
    project.ok(&["migrate"]);
    assert_eq!(project.list("sub folder"), ["ä%20.db"]);
}

#[test]
fn an_unknown_database_is_named() {
    let project = Project::new();
    project.run(&["migrate", "-d", "defualt"]).exits(2).complains("defualt").complains("`default`");
    let several = "[databases.a]\nurl = \"sqlite://a.db\"\n[databases.b]\nurl = \"sqlite://b.db\"\n";
    let project = Project::with_config(several);
    project.run(&["migrate"]).exits(2).complains("-d");
    let wrong_default = format!("default = \"c\"\n{several}");
    refused(&wrong_default, "", &["c"]);
}

#[test]
fn without_a_configuration_the_ways_out_are_shown() {
    let project = Project::bare();
    for command in ["migrate", "showmigrations", "history", "makemigrations"] {
        project
            .run(&[command])
            .exits(2)
            .complains("limbeck init")
            .complains("--url")
            .complains("--migrations");
    }
    let ran = project.run(&["-o", "json", "migrate"]).exits(2);
    assert_eq!(ran.error()["code"], "no-configuration");
    project.run(&["migrate", "--config", "nowhere.toml"]).exits(2).complains("nowhere.toml");
    project.run(&["-C", "nowhere", "migrate"]).exits(2).complains("nowhere");
    assert!(project.list(".").is_empty());
}

#[test]
fn a_url_and_a_folder_need_no_configuration() {
    let project = Project::bare();
    project.write("m/a.toml", table("a", &[], "t"));
    project.ok(&["--url", "sqlite://app.db", "--migrations", "m", "migrate"]);
    assert_eq!(project.tables(), ["t"]);
    project.ok(&["history", "--url", "sqlite://app.db", "--migrations", "m"]).says("about a");
    project.run(&["migrate", "--migrations", "m"]).exits(2).complains("--url");
}

#[test]
fn paths_are_relative_to_what_names_them() {
    let project = Project::with_revisions(&[("a.toml", table("a", &[], "t"))]);
    std::fs::create_dir_all(project.path("deep/down")).unwrap();
    // From a folder below, the configuration above counts, and its paths are its own.
    Ran::of(project.command(&["migrate"]).current_dir(project.path("deep/down"))).exits(0);
    assert_eq!(project.tables(), ["t"]);
    assert!(project.list("deep/down").is_empty());
    project.ok(&["-C", "deep/down", "showmigrations"]).says("[X]");
    let config = "[databases.default]\nurl = \"sqlite://other.db\"\n[migrations]\ndir = \"../migrations\"\n";
    project.write("deep/own.toml", config);
    project.ok(&["--config", "deep/own.toml", "migrate"]);
    assert!(project.has("deep/other.db"));
    // A URL on the command line is relative to where the user stands.
    Ran::of(
        project.command(&["migrate", "--url", "sqlite://here.db"]).current_dir(project.path("deep/down")),
    )
    .exits(0);
    assert!(project.has("deep/down/here.db"));
}

#[test]
fn the_environment_lies_over_the_file_and_flags_over_both() {
    let project = Project::with_revisions(&[("a.toml", table("a", &[], "t"))]);
    let variable = "LIMBECK__DATABASES__DEFAULT__URL";
    Ran::of(project.command(&["migrate"]).env(variable, "sqlite://env.db")).exits(0);
    assert!(project.has("env.db") && !project.has("app.db"));
    Ran::of(project.command(&["migrate", "--url", "sqlite://flag.db"]).env(variable, "sqlite://env.db"))
        .exits(0);
    assert!(project.has("flag.db"));
    // Other names that begin like that are none of ours.
    Ran::of(project.command(&["history"]).env("LIMBECK_CACHE", "x").env("LIMBECKISH", "y")).exits(0);
    Ran::of(project.command(&["history"]).env("LIMBECK__MIGRATIONS__DESTRUKTIVE", "allow"))
        .exits(2)
        .complains("LIMBECK__MIGRATIONS__DESTRUKTIVE");
}

#[test]
fn numbers_and_words_from_the_environment_are_taken_as_the_file_would() {
    let project = Project::with_revisions(&[("a.toml", table("a", &[], "t"))]);
    for (name, value) in [
        ("LIMBECK__DATABASES__DEFAULT__POOL_SIZE", "2"),
        ("LIMBECK__DATABASES__DEFAULT__LOCK_TIMEOUT", "3s"),
        ("LIMBECK__DATABASES__DEFAULT__VERSION_TABLE", "revisions"),
        ("LIMBECK__MIGRATIONS__DESTRUCTIVE", "forbid"),
    ] {
        Ran::of(project.command(&["history"]).env(name, value)).exits(0);
    }
}

#[test]
fn a_wrong_command_line_is_two() {
    let project = Project::new();
    for command in [
        &["migraet"][..],
        &["migrate", "--nonsense"],
        &["downgrade"],
        &["stamp"],
        &["migrate", "--plan", "--fake"],
        &["migrate", "--wait", "soon"],
        &[],
    ] {
        project.run(command).exits(2);
    }
    let ran = project.run(&["-o", "json", "migraet"]).exits(2);
    assert_eq!(ran.error()["code"], "usage");
    assert!(ran.stdout.is_empty(), "{ran}");
    project.ok(&["--help"]).says("migrate");
    project.ok(&["--version"]).says("limbeck");
    project.ok(&["migrate", "--help"]).says("--plan");
}

/// A password must show nowhere.
#[test]
fn passwords_are_not_shown() {
    let project = Project::bare();
    let url = "postgres://me:open-sesame@127.0.0.1:1/app";
    let ran = project.ok(&["init", "--url", url]).complains("${");
    ran.hides("open-sesame");
    assert!(project.read("limbeck.toml").contains("open-sesame"));
    project.write("migrations/a.toml", table("a", &[], "t"));
    let commands: [&[&str]; 16] = [
        &["migrate", "postgres://me:open-sesame@h/d"],
        &["downgrade", "postgres://me:open-sesame@h/d"],
        &["current", "-d", "postgres://me:open-sesame@h/d"],
        &["-C", "migrations", "init", "--url", "postgres//me:open-sesame@h/d"],
        &["migrate"],
        &["migrate", "-vvv"],
        &["migrate", "-vvv", "--log-format", "json"],
        &["-o", "json", "migrate"],
        &["migrate", "--plan"],
        &["migrate", "--sql"],
        &["current"],
        &["showmigrations"],
        &["history"],
        &["migrate", "--url", "nonsense://me:open-sesame@h/d"],
        &["migrate", "--url", "postgres:me:open-sesame@h/d"],
        &["migrate", "--url", "//me:open-sesame@h"],
    ];
    for command in commands {
        project.run(command).hides("open-sesame");
    }
    // Nor where the configuration itself is wrong on that very line.
    let wrong = [
        "[databases.default]\nurl = \"postgres//me:open-sesame@h/d\"\n",
        "[databases.default]\nurl = \"postgres://me:open-sesame@h/d\"\nhost = \"h\"\n",
        "[databases.default]\nurll = \"postgres://me:open-sesame@h/d\"\n",
        "[databases.default]\nurl = \"postgres://me:open-sesame@h/${UNSET_ONE}\"\n",
        "[databases.default]\nurl = [\"postgres://me:open-sesame@h/d\"]\n",
        "[databases.default]\nurl = \"postgres://me:open-sesame@h/d\n",
        "[databases.default]\ndriver = \"postgres\"\npassword = [\"open-sesame\"]\n",
        "[databases.default]\ndriver = \"postgres\"\npasswort = \"open-sesame\"\n",
        "[databases.default]\ndriver = \"postgres\"\npassword = \"open-sesame\n",
        "[databases.default]\ndriver = \"postgres\"\npassword = open-sesame\n",
        "[databases.default]\ndriver = \"postgres\"\npassword = { is = \"open-sesame\" }\n",
        "[databases.default]\ndriver = \"orakel\"\npassword = \"open-sesame\"\n",
    ];
    for config in wrong {
        project.write("limbeck.toml", config);
        for command in [&["migrate"][..], &["-o", "json", "migrate", "-vvv"]] {
            let ran = project.run(command).hides("open-sesame");
            assert!(matches!(ran.code, Some(1 | 2)), "{ran}");
        }
    }
    project.write("limbeck.toml", "[databases.default]\ndriver = \"postgres\"\npassword = 31415926\n");
    project.run(&["migrate"]).exits(2).complains("limbeck.toml:3:1").hides("31415926");
    assert_eq!(project.list("."), ["limbeck.toml", "migrations"]);
}
