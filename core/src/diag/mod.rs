//! What went wrong, in a form that every front end can show: a code, a message, a place, what to do.
//!
//! Each module has an error enum of its own whose variants carry data; [`Diagnose`] turns any of them into a
//! [`Diagnostic`]. Nothing here prints.

mod diagnostic;
mod location;
mod suggest;

pub use diagnostic::{Diagnose, Diagnostic};
pub use location::Location;
pub use suggest::{list, nearest, plural};
