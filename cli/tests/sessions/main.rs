//! Whole sessions of the program on SQLite: what a user types, sees and finds in the database.

mod behaviour;
mod configuration;
mod failures;
mod files;
mod generated;
mod journal;
mod json;
mod managed;
mod names;
mod processes;
mod revisions;
mod scripts;
mod support;
mod tour;
