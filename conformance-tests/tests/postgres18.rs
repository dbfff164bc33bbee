//! The suite on the PostgreSQL 18 that `LIMBECK_TEST_POSTGRES18_URL` leads to; left out where it is not set.

#[path = "harness/postgres.rs"]
mod postgres;

use postgres::PostgresHarness;

const VARIABLE: &str = "LIMBECK_TEST_POSTGRES18_URL";

#[test]
fn it_is_there_if_it_must_be() {
    if let Some(name) = PostgresHarness::required(VARIABLE) {
        assert!(
            std::env::var(VARIABLE).is_ok_and(|url| !url.is_empty()),
            "LIMBECK_REQUIRE asks for {name}, and {VARIABLE} is not set"
        );
    }
}

limbeck_conformance::suite!(PostgresHarness::of(VARIABLE));
