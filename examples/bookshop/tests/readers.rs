//! The source of the models and the compiled models say the same.

use std::path::Path;

use limbeck::core::schema::Naming;
use limbeck_models::{Options, read_sources};

#[test]
fn both_readings_of_the_models_agree() {
    use bookshop::models::{Author, Book, BookAuthor, Customer, Order, OrderLine};
    let source = read_sources(
        &["src".into()],
        Path::new(env!("CARGO_MANIFEST_DIR")),
        &Naming::default(),
        &Options::default(),
    )
    .unwrap_or_else(|errors| panic!("{errors:#?}"));
    let listed = limbeck::tables![Author, Book, BookAuthor, Customer, Order, OrderLine];
    let derives = listed.declare().unwrap_or_else(|errors| panic!("{errors:#?}"));
    assert_eq!(source.schema.tables.len(), 6);
    assert_eq!(source.schema, derives.schema);
    assert_eq!(source.hints, derives.hints);
}
