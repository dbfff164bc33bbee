//! What every session needs: a project in a temporary folder, the program, what it said, the database.

mod project;
mod ran;
mod running;
mod server;
mod terminal;
mod user;

pub(crate) use project::{Project, revision, table};
pub(crate) use ran::Ran;
#[cfg(unix)]
pub(crate) use running::Running;
pub(crate) use server::ServerDatabase;
#[cfg(unix)]
pub(crate) use terminal::Terminal;
#[cfg(unix)]
pub(crate) use user::ordinary_user;
