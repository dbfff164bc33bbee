//! Whole sessions of the program on SQLite: what a user types, sees and finds in the database.

mod behaviour;
mod cases;
mod configuration;
mod faces;
mod failures;
mod files;
mod functions;
mod generated;
mod journal;
mod json;
mod kills;
mod looking;
mod making;
mod managed;
mod models;
mod names;
mod processes;
mod questions;
mod revisions;
mod scripts;
mod several;
mod squashing;
mod support;
mod templates;
mod tour;
