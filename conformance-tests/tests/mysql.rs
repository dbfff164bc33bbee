//! The suite on the MySQL that `LIMBECK_TEST_MYSQL_URL` leads to; left out where it is not set.

#[path = "harness/mysql.rs"]
mod mysql;

use mysql::MysqlHarness;

const VARIABLE: &str = "LIMBECK_TEST_MYSQL_URL";

#[test]
fn it_is_there_if_it_must_be() {
    limbeck_conformance::assert_there_if_required(VARIABLE, "mysql");
}

limbeck_conformance::suite!(MysqlHarness::of(VARIABLE));
