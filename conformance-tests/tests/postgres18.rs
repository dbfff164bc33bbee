//! The suite on the PostgreSQL 18 that `LIMBECK_TEST_POSTGRES18_URL` leads to; left out where it is not set.

#[path = "harness/postgres.rs"]
mod postgres;

use postgres::PostgresHarness;

const VARIABLE: &str = "LIMBECK_TEST_POSTGRES18_URL";

#[test]
fn it_is_there_if_it_must_be() {
    limbeck_conformance::assert_there_if_required(VARIABLE, "postgres18");
}

limbeck_conformance::suite!(PostgresHarness::of(VARIABLE));
