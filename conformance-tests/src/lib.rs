//! The contract of a dialect as executable cases.
//!
//! A crate with a driver implements [`Harness`] and calls [`suite!`] in an integration test; each case is a test of its
//! own, with a name that a test runner can filter:
//!
//! ```ignore
//! limbeck_conformance::suite!(MyHarness);
//! ```
//!
//! A case that needs what the dialect does not claim is reported as not applicable, with the reason, and never counted
//! as passed; the group `capabilities` tries every claim on the server, in both directions, so that nobody passes by
//! claiming little. [`matrix`] runs everything and says what came of it.
//!
//! | module | what |
//! |---|---|
//! | `harness` | what the suite needs to know of a dialect |
//! | `list` | all cases, by name |
//! | `case` | a case as data |
//! | `run` | running one |
//! | `checks` | the cases that are functions |
//! | `committing` | a driver whose changes to the schema commit by themselves |
//! | `faults` | a driver whose sessions die at a call of choice |
//! | `matrix` | case by server, and the page that shows it |

mod actions;
mod case;
mod checks;
mod committing;
mod faults;
mod harness;
mod list;
mod matrix;
mod names;
mod needs;
mod outcome;
mod run;
mod server;

pub use case::DataCase;
pub use committing::CommittingDriver;
pub use faults::{Death, Fault, FaultyDriver};
pub use harness::{Harness, Provisioned};
pub use list::{Case, cases};
pub use matrix::{Matrix, ServerColumn, matrix};
pub use outcome::Outcome;
pub use run::{run, test};
pub use server::{Server, assert_there_if_required, database_name};

/// Makes a module of tests for each group of cases, with a test for each case, that run on what the harness provides.
/// The expression is evaluated once for each test.
#[macro_export]
macro_rules! suite {
    ($harness:expr) => {
        $crate::__cases! { __tests ($harness) }
    };
}

/// The cases as tests.
#[doc(hidden)]
#[macro_export]
macro_rules! __tests {
    (($harness:expr) $($kind:ident $group:ident [ $($name:ident)* ])*) => {$(
        mod $group {
            #[allow(unused_imports)]
            use super::*;
            $(
                #[test]
                fn $name() {
                    $crate::test($harness, stringify!($group), stringify!($name));
                }
            )*
        }
    )*};
}
