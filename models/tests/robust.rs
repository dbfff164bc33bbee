//! No text makes the reader panic.

#[allow(unreachable_pub, dead_code, reason = "shared between tests")]
mod common;

use proptest::prelude::*;

/// Pieces of models, so that random texts come near to real ones.
const PIECES: [&str; 40] = [
    "#[derive(limbeck::Table)]",
    "#[limbeck(",
    ")]",
    "struct A",
    "struct B<T>",
    "{",
    "}",
    "enum C",
    "id: i64,",
    "x: Option<Vec<A>>,",
    "(",
    ")",
    "primary_key",
    "index(a desc, sql = \"x\" desc)",
    "references(A.id)",
    "references(",
    "=",
    "=>",
    ",",
    "\"text\"",
    "-1",
    "default",
    "default = -",
    "foreign_key(a => A(b))",
    "::",
    "#",
    "#!",
    "[",
    "]",
    "mod m;",
    "use a::*;",
    "use self::{self as b, c};",
    "type D = D;",
    "x: D,",
    "'",
    "//",
    "\u{feff}",
    "ü",
    "cfg_attr(any(), limbeck)",
    ";",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn of_arbitrary_characters(text in ".{0,200}") {
        let _ = common::read(&text);
    }

    #[test]
    fn of_pieces_of_models(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..40)) {
        let _ = common::read(&pieces.join(" "));
    }

    #[test]
    fn of_attributes(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..12)) {
        let inner = pieces.join(" ");
        let _ = common::read(&format!("#[derive(limbeck::Table)] #[limbeck({inner})] struct A {{ #[limbeck({inner})] a: i32 }}"));
    }
}

#[test]
fn deep_nesting_is_an_error() {
    let deep = format!("struct A {{ a: {}i32{} }}", "[".repeat(20_000), "]".repeat(20_000));
    assert!(common::read(&deep).is_err());
    let mods = format!("{}{}", "mod a {".repeat(2_000), "}".repeat(2_000));
    assert!(common::read(&mods).is_err());
}
