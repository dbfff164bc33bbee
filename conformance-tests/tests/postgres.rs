//! The suite on the PostgreSQL that `LIMBECK_TEST_POSTGRES_URL` leads to; left out where it is not set.

#[path = "harness/postgres.rs"]
mod postgres;

use postgres::PostgresHarness;

const VARIABLE: &str = "LIMBECK_TEST_POSTGRES_URL";

#[test]
fn it_is_there_if_it_must_be() {
    limbeck_conformance::assert_there_if_required(VARIABLE, "postgres");
}

limbeck_conformance::suite!(PostgresHarness::of(VARIABLE));
