//! Both ways from a file to its items give the same.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use proptest::prelude::*;

use super::items::Unit;
use super::scan::{cut_only, scan_whole};

/// Everything in a unit, with the text of each place.
fn shown(unit: &Unit) -> String {
    format!("{:#?}\n{:#?}\n{:?}", unit.items, unit.problems, unit.ranges)
}

/// Whether a text is cut at all; if so, it is held against the whole.
fn cut(text: &str) -> bool {
    let features = BTreeSet::from(["db".to_owned()]);
    let Some(cut) = cut_only(3, &Arc::from(text), &features) else { return false };
    let whole = scan_whole(3, &Arc::from(text), &features);
    assert_eq!(shown(&cut), shown(&whole), "{text}");
    true
}

#[test]
fn what_models_are_made_of_is_cut() {
    for text in [
        "",
        "#!/usr/bin/env run\n//! Inner.\n#![allow(x)]\nstruct A { a: i32, b: i64 }",
        "\u{feff}pub(crate) struct A { pub a: i32, pub(super) b: Option<std::vec::Vec<u8>>, }",
        "#[derive(limbeck::Table, Debug,)] struct A { #[limbeck(primary_key, identity)] id: i64, /// Doc.\n b: ::a::B<C, D<E>,> }",
        "#[derive(Table)] #[limbeck(table = \"as\", rename_all = \"camelCase\", comment)] /** Doc */ struct A { #[sqlx(rename = \"x\")] a_b: i32, #[cfg(test)] c: D, #[cfg(feature = \"db\")] e: f32 }",
        "#[derive(limbeck::Enum, limbeck::Type)] struct A { #[limbeck] a: i32, #[limbeck(nonsense, 1)] b: i64 }",
        "#[limbeck = 1] #[cfg(test)] struct A { a: i32, b: i64 } #[limbeck = 1] fn f() {}",
        "#[cfg_attr(any(), limbeck(embedded))] struct A { a: i32, #[limbeck(flatten(prefix = \"x_\"))] b: crate::B }",
        "struct A<T> { a: T, b: i32 } struct B(i32); struct C; struct D { a: i32 } struct E where i32: Copy { a: i32, b: i32 }",
        "struct A { a: &'static str, b: [u8; 4] } struct B { r#type: i32, b: (i32, i32) } struct C { a: Fn(i32) -> i32, b: dyn X + 'static }",
        "mod a; pub mod b { #![cfg(test)] struct A { a: i32, b: i32 } } #[path = \"x.rs\"] #[cfg(unix)] mod c; mod d { use super::*; mod e { struct A { a: i32, b: B } } }",
        "use a::b; pub use a::*; use crate::a as b; use self::a::self; use ::std::x as _; use {a, b::{c, self as d}}; #[cfg(test)] use e;",
        "type A = Option<i32>; type B<T> = Vec<T>; enum C { A, #[limbeck(value = \"b\")] B } union D { a: i32 }",
        "fn f<'a>(x: &'a str) -> char { let y = 'a'; let z = b'\\n'; \"}\\\"\\\n  \"; r#\"}\"#; 1.0e+5; 0xFFu8; 1..2; x.0.1; '\\''; '{'; '🦀' } const A: B = B { c: 1 };",
        "include!(\"a.rs\"); macro_rules! m { () => { #[derive(limbeck::Table)] struct A {} } } m!(); what is this; lazy! { limbeck }",
        "impl A { /* nested /* } */ */ fn f() { // }\n } } static X: i32 = 1; extern \"C\" { fn f(); } trait T {}",
        "#[serde(rename = \"ü\")] struct A { /// ü\n #[limbeck(comment)] a: i32, b: String }",
        "struct A { a: i32, b: i32, } ; struct B { a: i32 b: i32 }",
        "//! Inner.\r\n\r\n/// Doc.\r\n#[derive(limbeck::Table)]\r\nstruct A {\r\n  /// Doc.\r\n  a: i32, // b\r\n  b: i32,\r\n}\r\n",
        "---\n[dependencies]\n---\nstruct A { a: i32, b: i32 }",
        "pub(foo) use a::b; pub(crate) use a::c; pub (self) mod d; const trait A { } const impl B for C { } struct D { a: i32, b: i32 }",
    ] {
        assert!(cut(text), "{text}");
    }
}

#[test]
fn what_is_in_doubt_is_not_cut() {
    for text in [
        "struct Ü { a: i32 }",
        "struct A { a: i32",
        "struct A ( a: i32 }",
        "const A: &str = \"\\u{e4}\";",
        "const A: &str = \"a\" /* ",
        "const A: i32 = 0b12;",
        "fn f() { 'a' 'ab' }",
        "fn f() { b\"ü\" }",
        "fn f() { \"a\rb\" }",
        "fn f() { r##a }",
        "struct A {} //! Inner.",
    ] {
        assert!(!cut(text), "{text}");
    }
}

#[test]
fn a_model_behind_half_an_item_is_not_lost() {
    for half in [
        "fn f() -> i32",
        "pub(crate) fn f()",
        "const A: i32 = 1",
        "const A: i32 = m!(1)",
        "static A: i32 = 1",
        "type A = i64",
        "impl A",
        "trait T",
        "mod a",
        "use a::b",
        "extern crate a",
        "lazy!(a)",
        "crate",
        "what is this",
        "= 1",
    ] {
        for whole in [
            "#[derive(limbeck::Table)] struct B { a: i32, b: i32 }",
            "struct r#type { a: i32, b: i32 }",
            "enum r#B { A }",
            "union B { a: i32 };",
            "mod models;",
            "pub mod models { }",
            "use limbeck::Table;",
            "use ::limbeck::Table;",
            "use {limbeck::Table};",
        ] {
            let text = format!("{half}\n{whole}\nstruct C {{ a: i32, b: i32 }}");
            cut(&text);
            let unit = scan_whole(3, &Arc::from(text.as_str()), &BTreeSet::new());
            assert!(unit.problems.iter().any(|problem| problem.code == "parse-error"), "{text}");
        }
    }
}

#[test]
fn what_only_looks_like_an_item_within_another_is_none() {
    for text in [
        "pub fn f<'union>(a: &'union str) -> &'union str { a }",
        "impl<'union> T for &'union Foo { }",
        "impl T for union { } fn union() { } const union: A = 1; static union: A = 1; extern crate a as union;",
        "fn f<union>(a: union) -> union where union: Copy { }",
        "macro_rules! union { () => { } } union! { }",
        "fn f<'a>() -> impl Sized + use<'a> { }",
        "fn f() { struct A { } mod b { } use c::d; }",
    ] {
        assert!(cut(text), "{text}");
        let unit = scan_whole(3, &Arc::from(text), &BTreeSet::new());
        assert!(unit.problems.is_empty(), "{text}: {:?}", unit.problems);
    }
}

/// Pieces of Rust, so that texts made of them come near to real ones.
const PIECES: [&str; 60] = [
    "#[derive(limbeck::Table)]",
    "#[derive(Table, Enum)]",
    "#[derive(",
    "#[limbeck(",
    ")]",
    "struct A",
    "pub struct B",
    "struct B<T>",
    "{",
    "}",
    "enum C",
    "id: i64,",
    "x: Option<Vec<A>>,",
    "y: a::B<C, D>",
    "pub z: &str,",
    "(",
    ")",
    "primary_key",
    "index(a desc)",
    "references(A.id)",
    "=",
    "=>",
    ",",
    "\"text\"",
    "-1",
    "default",
    "::",
    ":",
    "<",
    ">",
    "#",
    "#!",
    "#![allow(a)]",
    "[",
    "]",
    "mod m;",
    "mod m {",
    "use a::*;",
    "use self::{self as b, c};",
    "use a::b as c;",
    "type D = D;",
    "x: D,",
    "'",
    "'a",
    "'x'",
    "//",
    "/// doc\n",
    "//! in\n",
    "/* c */",
    "\n",
    "fn f() {",
    "pub",
    "unsafe",
    "const",
    "union",
    "cfg_attr(any(), limbeck)",
    ";",
    "!",
    "r#type",
    "1.5e3",
];

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn pieces_of_rust(pieces in prop::collection::vec(prop::sample::select(&PIECES[..]), 0..30)) {
        cut(&pieces.join(" "));
        cut(&pieces.concat());
    }

    #[test]
    fn literals_and_signs(text in "[a-c0-9'\"\\\\/*#r{}!. \n]{0,24}") {
        cut(&text);
    }
}

/// `LIMBECK_SOURCES=~/.cargo/registry/src cargo test --release -p limbeck-models --lib of_a_folder -- --ignored --nocapture`
#[test]
#[ignore = "reads whatever folder it is told"]
fn of_a_folder() {
    let Some(folder) = std::env::var_os("LIMBECK_SOURCES") else { return };
    let mut files = Vec::new();
    collect(Path::new(&folder), &mut files);
    let (mut all, mut done) = (0, 0);
    for file in files {
        let Ok(text) = std::fs::read_to_string(&file) else { continue };
        all += 1;
        // Deep nesting is an error and no overflow: as the reader itself does it, in a thread with a deep stack.
        let thread = std::thread::Builder::new().stack_size(256 << 20).spawn(move || {
            let whole = scan_whole(3, &Arc::from(text.as_str()), &BTreeSet::new());
            let halves: Vec<String> = whole
                .problems
                .into_iter()
                .map(|problem| problem.message)
                .filter(|message| message.ends_with("is not whole"))
                .collect();
            (cut(&text), halves)
        });
        match thread.expect("a thread").join() {
            Ok((cut, halves)) => {
                done += usize::from(cut);
                for half in halves {
                    println!("{}: {half}", file.display());
                }
            }
            Err(_) => panic!("{}", file.display()),
        }
    }
    println!("{done} of {all} files were cut");
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()).filter(|path| !path.is_symlink()) {
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
}
