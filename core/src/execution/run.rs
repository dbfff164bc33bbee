use std::time::{Duration, Instant};

use jiff::Timestamp;

use super::error::{ExecutionError, Problem, What};
use super::event::{Event, Observer};
use super::interrupt::Interrupt;
use super::lock;
use super::prepare::{Prepared, PreparedRun, prepare_run};
use super::session::{Session, Status};
use super::state::State;
use super::surroundings::surroundings;
use crate::diag::{Diagnostic, list, plural};
use crate::driver::{
    Connection, DriverError, DriverErrorKind, Record as _, Scope, Statement, StatementKind, TransactionMode,
};
use crate::history::History;
use crate::ident::RevisionId;
use crate::operation::Operation;
use crate::plan::{Direction, PlanError, Step, inconsistencies};
use crate::record::{Record, Recorded};
use crate::revision::{Revision, TransactionMode as Wish, checksum};
