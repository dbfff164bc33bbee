//! The crate that an application depends on.
