//! What must hold of revision files: reading undoes writing, every error has its place, checksums are of the meaning.

#[path = "revisions/checksums.rs"]
mod checksums;
#[path = "revisions/directories.rs"]
mod directories;
#[path = "revisions/errors.rs"]
mod errors;
#[path = "revisions/examples.rs"]
mod examples;
#[path = "revisions/generators.rs"]
mod generators;
#[path = "revisions/round_trips.rs"]
mod round_trips;
