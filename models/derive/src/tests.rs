//! The derives say what the source reader says: each of their errors on the broken file of the reader's test stands,
//! word for word, in what the reader reports.

use limbeck_model_syntax::parse::Context;
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{DeriveInput, Item};

use crate::write;

const BROKEN: &str = include_str!("../../tests/fixtures/broken/models.rs");
const REPORTED: &str =
    include_str!("../../tests/snapshots/errors__every_error_of_a_broken_file_has_its_place_and_a_fix.snap");

/// What a derive reports of an item: message and help.
fn problems(
    write: fn(&mut Context, &DeriveInput) -> TokenStream,
    item: &impl ToTokens,
) -> Vec<(String, String)> {
    let input: DeriveInput = syn::parse2(item.to_token_stream()).expect("an item with a derive");
    let mut context = Context::new(0);
    write(&mut context, &input);
    let problems = context.take_problems().into_iter();
    problems.map(|problem| (problem.message, problem.help.expect("each error has a fix"))).collect()
}

#[test]
fn both_readers_report_in_the_same_words() {
    // The file holds what does not parse, too; its items stand apart.
    let items =
        BROKEN.split("\n\n").filter_map(|text| syn::parse_file(text).ok()).flat_map(|file| file.items);
    let mut found = 0;
    for item in &items.collect::<Vec<_>>() {
        let problems = match item {
            Item::Struct(item) if matches!(item.fields, syn::Fields::Named(_)) => {
                problems(write::table, item)
            }
            Item::Enum(item) => problems(write::enumeration, item),
            _ => continue,
        };
        for (message, help) in problems {
            let both = format!("{message}\n    help: {help}\n");
            assert!(REPORTED.contains(&both), "only the derive says:\n{both}");
            found += 1;
        }
    }
    assert!(found > 10, "only {found} errors were seen");
}

#[test]
fn what_a_derive_cannot_be_on_is_said() {
    let enumeration: DeriveInput = syn::parse_quote!(
        enum A {
            B,
        }
    );
    assert_eq!(problems(write::table, &enumeration)[0].0, "a table is a struct");
    let tuple: DeriveInput = syn::parse_quote!(
        struct A(i32);
    );
    assert_eq!(problems(write::table, &tuple)[0].0, "a table is a struct with named fields");
    assert_eq!(problems(write::enumeration, &tuple)[0].0, "this is no enum");
    assert_eq!(problems(write::newtype, &enumeration)[0].0, "this is no struct");
}
