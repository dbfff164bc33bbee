//! What has to be done to bring a database to a place in the graph: pure functions of the graph, of what is applied,
//! and of what the user asked for.
//!
//! Squashes are sorted out before ([`resolve_replacements`](crate::graph::resolve_replacements)). A revision that is
//! applied and whose file is gone has no edges that could be known, so it is in no plan: for a downgrade the caller adds
//! nodes built from the text that was recorded with it, and then makes the graph.
//!
//! | file | what |
//! |---|---|
//! | `step` | one thing to do |
//! | `upgrade` | what is missing up to a target, online and between two given places |
//! | `downgrade` | what stands above a target |
//! | `stamp` | the record alone |
//! | `history` | records that contradict the graph |

mod downgrade;
mod error;
mod history;
mod stamp;
mod step;
mod upgrade;

pub use crate::ident::Direction;
pub use downgrade::downgrade;
pub use error::PlanError;
pub use history::{Inconsistency, inconsistencies};
pub use stamp::{StampPlan, stamp};
pub use step::Step;
pub use upgrade::{assumed, range, upgrade};
