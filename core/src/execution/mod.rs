//! Carrying out a plan on a database: the lock, the transactions, the statements, the record.
//!
//! | file | what |
//! |---|---|
//! | `session` | one connection with its dialect and settings |
//! | `lock` | waiting for the migration lock |
//! | `state` | the schema that revisions leave behind: replay |
//! | `prepare` | what each step of a plan does, and what it would lose |
//! | `surroundings` | as much of a schema as an operation can touch |
//! | `statements` | cutting a step where a database must be looked at; sending one statement |
//! | `run` | the steps, one after the other |
//! | `stamp` | the record alone |
//! | `script` | the same as SQL, without a connection |
//! | `event` | what happens, for those who show it |
//! | `interrupt` | stopping on the way |

mod error;
mod event;
mod interrupt;
mod lock;
mod prepare;
mod run;
mod script;
mod session;
mod stamp;
mod state;
mod statements;
mod surroundings;

pub use error::{ExecutionError, Problem, What};
pub use event::{Event, Observer, Silent};
pub use interrupt::Interrupt;
pub(crate) use lock::take as take_lock;
pub use prepare::{Prepared, prepare};
pub use run::{Approval, Done, Outcome, RunOptions, Transactions, replay_into, run, verify_files};
pub use script::{ScriptStep, script, script_of};
pub use session::{Session, Status};
pub use stamp::{Stamped, accept_edits, stamp};
pub use state::{RawChange, ReplayError, State, replay};
