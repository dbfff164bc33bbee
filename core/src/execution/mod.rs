//! Carrying out a plan on a database: the lock, the transactions, the statements, the record.
//!
//! | file | what |
//! |---|---|
//! | `session` | one connection with its dialect and settings |
//! | `lock` | waiting for the migration lock |
//! | `state` | the schema that revisions leave behind: replay |
//! | `prepare` | what each step of a plan does, and what it would lose |
//! | `losses` | how much of it there is to lose |
//! | `surroundings` | as much of a schema as an operation can touch |
//! | `statements` | cutting a step where a database must be looked at; sending one statement |
//! | `run` | behind the lock: what has to hold before, and the record of what has been done |
//! | `runner` | the steps, one after the other |
//! | `recording` | what is recorded of a revision |
//! | `flight` | a step outside a transaction, by the journal |
//! | `function` | calls of functions of the program: `run` |
//! | `unit` | what of such a step is committed together, and what tells whether it happened |
//! | `judge`, `difference` | what became of a statement that was cut off |
//! | `settle` | a revision in flight, at the user's word |
//! | `retry` | what others are in the way of |
//! | `stamp` | the record alone |
//! | `script` | the same as SQL, without a connection |
//! | `event` | what happens, for those who show it |
//! | `interrupt` | stopping on the way |

mod difference;
mod error;
mod event;
mod flight;
mod function;
mod interrupt;
mod judge;
mod lock;
mod losses;
mod prepare;
mod recording;
mod retry;
mod run;
mod runner;
mod script;
mod session;
mod settle;
mod stamp;
mod state;
mod statements;
mod surroundings;
mod temporary;
mod unit;
mod unsettled;

pub use error::{ExecutionError, Problem, What};
pub use event::{Event, Observer, Silent};
pub use flight::Assumed;
pub use function::{AsyncWork, FunctionError, Functions, Work};
pub use interrupt::Interrupt;
pub(crate) use lock::take as take_lock;
pub use prepare::{Prepared, announced_losses, prepare};
pub use run::{Approval, Done, Outcome, RunOptions, Transactions, replay_into, run, verify_files};
pub use script::{ScriptStep, script, script_of};
pub use session::{Session, Status};
pub use settle::{Fate, Found, Settlement, look, settle};
pub use stamp::{Stamped, accept_edits, stamp};
pub use state::{RawChange, ReplayError, State, replay};
pub use unsettled::{Unsettled, Why};
