//! Migrations of other tools: how their files are called, what stands in them, and what the tool has recorded in a
//! database.
//!
//! [`files`] lists a folder, [`layout`] makes a migration of each name, [`sections`] cuts files that hold both ways,
//! [`script`] makes a text fit to run in limbeck's transaction, and [`record`] reads which ones are applied.

mod files;
mod layout;
mod record;
mod script;
mod sections;
mod version;

pub(crate) use layout::read;
pub(crate) use record::{ForeignRecord, record_table};
pub(crate) use script::Script;
pub(crate) use version::Version;

/// One migration of another tool.
#[derive(Debug, Clone)]
pub(crate) struct Migration {
    /// What the tool calls it by.
    pub(crate) version: Version,
    /// What it is about.
    pub(crate) title: String,
    /// The name of its file or folder, without endings.
    pub(crate) stem: String,
    /// The way forward.
    pub(crate) up: Script,
    /// The way back, if there is one.
    pub(crate) down: Option<Script>,
    /// Whether it asks to run outside a transaction.
    pub(crate) outside_transaction: bool,
}
