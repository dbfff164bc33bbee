//! What the fuzz targets check, on texts made by chance out of real ones. `LIMBECK_FUZZ_SECONDS` makes each test go on
//! that long; `fuzz/` does the same with cargo-fuzz, which watches what the code does.

#[path = "../../../fuzz/checks/create.rs"]
mod create;
#[path = "../../../fuzz/checks/mutation.rs"]
mod mutation;
#[path = "../../../fuzz/checks/revision.rs"]
mod revision;
#[path = "../../../fuzz/checks/specifier.rs"]
mod specifier;
#[path = "../../../fuzz/checks/statements.rs"]
mod statements;

use std::path::{Path, PathBuf};

use mutation::Mutation;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(name)
}

#[test]
fn revision_files() {
    let (examples, cases) = (folder("examples/bookshop/migrations"), folder("core/tests/revisions"));
    Mutation::new(&[&examples, &cases], 1).run(300, revision::check);
}

#[test]
fn scripts() {
    let cases = folder("drivers/sqlite/tests/fidelity/cases");
    Mutation::new(&[&cases], 2).run(1_000, statements::check);
}

#[test]
fn create_statements() {
    let statements = include_str!("fidelity/cases/odd_layout.sql").split(";\n");
    let more = include_str!("fidelity/cases/named_inline_everything.sql").split(";\n");
    let others = include_str!("fidelity/cases/generated_chain_order.sql").split(";\n");
    let seeds: Vec<&str> = statements.chain(more).chain(others).map(str::trim).collect();
    Mutation::of(&seeds, 3).run(3_000, create::check);
}

#[test]
fn specifiers() {
    let seeds = [
        "head",
        "base+2",
        "label@-1",
        "abc@head",
        "heads",
        "a1b2c3-4",
        "label@base",
        "+3",
        "current",
        "x.y@z+1",
    ];
    Mutation::of(&seeds, 4).run(5_000, specifier::check);
}

#[test]
fn what_was_found_is_refused() {
    for sql in ["CREATE TABLE t (a DEFAULT -)", "CREATE TABLE t (a INT DEFAULT-), b INT)"] {
        assert_eq!(limbeck_sqlite::read_create(sql), None, "{sql}");
    }
}
