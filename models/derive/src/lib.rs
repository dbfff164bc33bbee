//! The derives of models. Use them through the crate `limbeck`, which documents the attributes.
//!
//! What they write describes the struct, and names nothing but `::limbeck`.

mod embed;
mod leaves;
mod write;

use limbeck_model_syntax::parse::Context;
use proc_macro::TokenStream;
use quote::quote_spanned;
use syn::{DeriveInput, parse_macro_input};

/// Makes a struct a table.
#[proc_macro_derive(Table, attributes(limbeck))]
pub fn derive_table(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(|context| write::table(context, &input))
}

/// Makes an enum the type of columns.
#[proc_macro_derive(Enum, attributes(limbeck))]
pub fn derive_enum(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(|context| write::enumeration(context, &input))
}

/// Makes a struct round one value the type of columns.
#[proc_macro_derive(Type, attributes(limbeck))]
pub fn derive_type(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    finish(|context| write::newtype(context, &input))
}

/// Makes the revision files of a folder part of the program: `embed!("migrations")`, relative to the folder of the
/// crate's Cargo.toml. Gives a `limbeck::Embedded`.
///
/// The compiler builds anew when one of the files changes. It cannot see that one was added or taken away; the program
/// does, where the folder is at hand, and refuses to work with revisions that are not those of the folder.
#[proc_macro]
pub fn embed(input: TokenStream) -> TokenStream {
    let folder = parse_macro_input!(input as syn::LitStr);
    match embed::embed(&folder) {
        Ok(tokens) => tokens.into(),
        Err(error) => error.into_compile_error().into(),
    }
}

/// What was written, or all that is wrong, each at its span.
fn finish(write: impl FnOnce(&mut Context) -> proc_macro2::TokenStream) -> TokenStream {
    let mut context = Context::new(0);
    let written = write(&mut context);
    let problems = context.take_problems();
    if problems.is_empty() {
        return written.into();
    }
    let mut errors = proc_macro2::TokenStream::new();
    for problem in problems {
        let text = match problem.help {
            Some(help) => format!("{}\nhelp: {help}", problem.message),
            None => problem.message,
        };
        for (place, text) in std::iter::once((problem.place, text)).chain(problem.related) {
            let span = context.span(place).unwrap_or_else(proc_macro2::Span::call_site);
            errors.extend(quote_spanned!(span=> ::core::compile_error!(#text);));
        }
    }
    errors.into()
}

#[cfg(test)]
mod tests;
