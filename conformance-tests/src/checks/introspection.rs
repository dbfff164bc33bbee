//! Reading a database.

use limbeck_core::driver::Scope;
use limbeck_core::ident::Name;
use limbeck_core::schema::Schema;

use super::{create, made, table};
use crate::outcome::{Verdict, expect_eq};
use crate::run::Bench;

/// Nothing is seen in an empty database.
pub(crate) async fn an_empty_database_is_empty(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    let seen = bench.driver.introspector().introspect(&mut *connection, &Scope::default()).await?;
    expect_eq("what is seen", &seen, &limbeck_core::driver::Introspection::default())
}

/// Only what is asked for is read.
pub(crate) async fn a_scope_narrows(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    let tables = ["one", "two", "it's \"3\""];
    let operations: Vec<_> = tables.iter().map(|name| create(table(name, &[("a", "integer")]))).collect();
    made(bench, &mut *connection, &operations).await?;
    for wanted in [vec!["one"], vec!["one", "it's \"3\""], vec![]] {
        let names: Vec<Name> = wanted.iter().map(|name| Name::new(*name)).collect();
        let scope = Scope { tables: Some(names.clone()), ..Scope::default() };
        let seen = bench.observe_with(&mut *connection, &scope).await?;
        let mut found: Vec<Name> = seen.tables.into_keys().collect();
        let mut names = names;
        found.sort();
        names.sort();
        expect_eq("the tables", &found, &names)?;
    }
    let scope = Scope { except: vec![Name::new("two")], ..Scope::default() };
    let seen = bench.observe_with(&mut *connection, &scope).await?;
    expect_eq("how many tables without one", &seen.tables.len(), &2)
}

/// A table that is asked for and is not there is none.
pub(crate) async fn a_missing_table_is_no_error(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    let scope = Scope { tables: Some(vec![Name::new("nobody")]), ..Scope::default() };
    expect_eq("what is seen", &bench.observe_with(&mut *connection, &scope).await?, &Schema::new())
}

/// The record is left out, wherever the settings put it.
pub(crate) async fn the_record_is_left_out(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    bench.record().prepare(&mut *connection).await?;
    let seen = bench.observe(&bench.scope(&Schema::new())).await?;
    expect_eq("what is seen", &seen, &Schema::new())
}

/// Reading twice gives the same, and what is seen is its own canonical form.
pub(crate) async fn what_is_seen_is_canonical(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    let columns =
        [("a", "integer"), ("b", "varchar(20)"), ("c", "decimal(10,2)"), ("d", "timestamp"), ("e", "blob")];
    made(bench, &mut *connection, &[create(table("t", &columns))]).await?;
    let scope = bench.scope(&Schema::new());
    let first = bench.observe(&scope).await?;
    let second = bench.observe(&scope).await?;
    crate::run::same("a second look", &second, &first)?;
    crate::run::same("the canonical form of what is seen", &bench.predict(&first), &first)?;
    let operations = bench.difference(&first, &second).operations;
    expect_eq("the difference", &operations.len(), &0)
}

/// Two hundred tables are read in one go.
pub(crate) async fn many_tables(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    let operations: Vec<_> =
        (0..200).map(|number| create(table(&format!("t{number}"), &[("a", "integer")]))).collect();
    let declared = made(bench, &mut *connection, &operations).await?;
    let seen = bench.observe(&bench.scope(&Schema::new())).await?;
    crate::run::same("what is seen", &seen, &bench.predict(&declared))
}
