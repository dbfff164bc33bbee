//! The command line of Limbeck, as a library: a program with drivers of its own is a list of drivers and a call of
//! [`run`], and one with tables of its own an [`App`].

pub mod args;
mod bundled;
mod command;
pub mod context;
pub mod exit;
mod fold;
mod idle;
mod import;
mod logging;
mod programs;
mod prompt;
mod run;
mod several;
mod source;
mod tenants;
pub mod view;

pub use bundled::bundled;
pub use exit::Exit;
pub use run::{App, run};

pub use limbeck_config as settings;
