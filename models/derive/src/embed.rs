use std::path::Path;

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Error, LitStr};

/// The revision files of a folder as a `limbeck::Embedded`.
pub(crate) fn embed(literal: &LitStr) -> Result<TokenStream, Error> {
    let wrong = |message: String| Error::new(literal.span(), message);
    let Some(root) = std::env::var_os("CARGO_MANIFEST_DIR") else {
        return Err(wrong(
            "the folder is relative to that of a Cargo.toml, and cargo does not say which".to_owned(),
        ));
    };
    let given = literal.value();
    let folder = Path::new(&root).join(&given);
    let shown = folder.display().to_string();
    let entries =
        std::fs::read_dir(&folder).map_err(|error| wrong(format!("cannot read {shown}: {error}")))?;
    let mut files = Vec::new();
    for entry in entries {
        let entry = entry.map_err(|error| wrong(format!("cannot read {shown}: {error}")))?;
        let path = entry.path();
        // The same files as the engine reads of a folder.
        let is_revision = path.extension().is_some_and(|ending| ending == "toml" || ending == "sql");
        let name = entry.file_name();
        if !is_revision
            || name.as_encoded_bytes().starts_with(b".")
            || name.as_encoded_bytes().starts_with(b"#")
        {
            continue;
        }
        let (Some(name), Some(path)) = (name.to_str(), path.to_str()) else {
            return Err(wrong(format!("the name of {} is no UTF-8", path.display())));
        };
        files.push((name.to_owned(), path.to_owned()));
    }
    files.sort();
    let (names, paths): (Vec<String>, Vec<String>) = files.into_iter().unzip();
    Ok(quote! {
        ::limbeck::Embedded::new(
            #shown,
            #given,
            ::core::file!(),
            &[#((#names, ::core::include_str!(#paths))),*],
        )
    })
}
