//! What the fuzz targets check of the readers of Rust, on texts made by chance out of real ones. `LIMBECK_FUZZ_SECONDS`
//! makes each test go on that long.

#[path = "../../fuzz/checks/models.rs"]
mod models;
#[path = "../../fuzz/checks/mutation.rs"]
mod mutation;

use std::path::Path;

use mutation::Mutation;

/// Attributes as people write them.
const ATTRIBUTES: [&str; 6] = [
    "table = \"users\", index(a desc, sql = \"x\" desc), unique(a, b), check(name = \"c\", sql = \"a > 0\")",
    "primary_key, identity, type = \"bigint\", default = -1",
    "references(A.id, on_delete = cascade), renamed_from = \"b\"",
    "default_sql = \"now()\", comment = \"it's\", nullable",
    "foreign_key(a, b => A(c, d), on_update = restrict)",
    "rename_all = \"snake_case\", options(sqlite(strict = true))",
];

#[test]
fn files_and_attributes() {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures");
    // One after the other: they share a file.
    Mutation::new(&[&fixtures], 5).run(200, models::check);
    Mutation::of(&ATTRIBUTES, 6).run(500, models::check_attribute);
}
