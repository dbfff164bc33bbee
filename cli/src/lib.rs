//! The command line of Limbeck, as a library: a program with drivers of its own is a list of drivers and a call of
//! `run`.

pub mod args;
pub mod exit;
pub mod settings;
pub mod view;
