//! Writing the data of [`crate::ast`] as Rust expressions that make them again, under `::limbeck::describe`.

use proc_macro2::TokenStream;
use quote::quote;

use crate::{At, Place};

/// Something that can be written as the expression that makes it.
pub trait Build {
    /// The expression.
    fn build(&self) -> TokenStream;
}

impl Build for String {
    fn build(&self) -> TokenStream {
        quote!(::std::string::String::from(#self))
    }
}

macro_rules! literal {
    ($($ty:ty),*) => {$(
        impl Build for $ty {
            fn build(&self) -> TokenStream {
                quote!(#self)
            }
        }
    )*};
}
literal!(bool, u32, i64, f64);

impl Build for Place {
    fn build(&self) -> TokenStream {
        quote!(::limbeck::describe::Place::NONE)
    }
}

impl<T: Build> Build for At<T> {
    fn build(&self) -> TokenStream {
        let value = self.value.build();
        quote!(::limbeck::describe::At::of(#value))
    }
}

impl<T: Build> Build for Box<T> {
    fn build(&self) -> TokenStream {
        let value = (**self).build();
        quote!(::std::boxed::Box::new(#value))
    }
}

impl<T: Build> Build for Option<T> {
    fn build(&self) -> TokenStream {
        match self {
            Some(value) => {
                let value = value.build();
                quote!(::std::option::Option::Some(#value))
            }
            None => quote!(::std::option::Option::None),
        }
    }
}

impl<T: Build> Build for Vec<T> {
    fn build(&self) -> TokenStream {
        let items = self.iter().map(Build::build);
        quote!(::std::vec![#(#items),*])
    }
}
