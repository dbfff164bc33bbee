//! The list of all cases: one line, one case. `data` cases are files in `cases/GROUP/NAME.toml`, `check` cases functions in
//! `checks/GROUP.rs`.

use std::future::Future;
use std::pin::Pin;

use crate::outcome::Verdict;
use crate::run::Bench;

/// One case of the suite.
#[derive(Debug)]
pub struct Case {
    /// The group that it belongs to.
    pub group: &'static str,
    /// Its name within the group.
    pub name: &'static str,
    pub(crate) kind: Kind,
}

/// What a case is.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Kind {
    /// The text of a file.
    Data(&'static str),
    /// A function.
    Check(Check),
}

/// A case that is a function.
pub(crate) type Check = for<'a> fn(&'a Bench) -> Pin<Box<dyn Future<Output = Verdict> + Send + 'a>>;

impl Case {
    /// What it is about, in a sentence; of a case that is a function, its name says that.
    ///
    /// # Errors
    /// What is wrong with the case's file.
    pub fn about(&self) -> Result<String, String> {
        match self.kind {
            Kind::Data(text) => crate::case::DataCase::parse(text).map(|case| case.about),
            Kind::Check(_) => Ok(self.name.replace('_', " ")),
        }
    }

    /// The text of its file, if it is data.
    pub fn text(&self) -> Option<&'static str> {
        match self.kind {
            Kind::Data(text) => Some(text),
            Kind::Check(_) => None,
        }
    }
}

macro_rules! entry {
    (data $group:ident $name:ident) => {
        Case {
            group: stringify!($group),
            name: stringify!($name),
            kind: Kind::Data(include_str!(concat!(
                "../cases/",
                stringify!($group),
                "/",
                stringify!($name),
                ".toml"
            ))),
        }
    };
    (check $group:ident $name:ident) => {
        Case {
            group: stringify!($group),
            name: stringify!($name),
            kind: Kind::Check(|bench| Box::pin(crate::checks::$group::$name(bench))),
        }
    };
}

/// The cases as values.
#[doc(hidden)]
#[macro_export]
macro_rules! __values {
    (() $($kind:ident $group:ident [ $($name:ident)* ])*) => { &[$($(entry!($kind $group $name),)*)*] };
}

/// All cases, group by group.
pub fn cases() -> &'static [Case] {
    crate::__cases! { __values () }
}
