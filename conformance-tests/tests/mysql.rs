//! The suite on the MySQL that `LIMBECK_TEST_MYSQL_URL` leads to; left out where it is not set.

#[path = "harness/mysql.rs"]
mod mysql;

use mysql::MysqlHarness;

const VARIABLE: &str = "LIMBECK_TEST_MYSQL_URL";

#[test]
fn it_is_there_if_it_must_be() {
    if let Some(name) = MysqlHarness::required(VARIABLE) {
        assert!(
            std::env::var(VARIABLE).is_ok_and(|url| !url.is_empty()),
            "LIMBECK_REQUIRE asks for {name}, and {VARIABLE} is not set"
        );
    }
}

limbeck_conformance::suite!(MysqlHarness::of(VARIABLE));
