//! Schemas declared in Rust.
