//! What the service and its `manage` program share: the models, the revisions, and a data migration in Rust.

use limbeck::core::driver::{Drivers, RegistryError, Value};
use limbeck::describe::Tables;
use limbeck::{FunctionError, Migrator, Work};

/// A room that can be booked.
#[derive(Debug, limbeck::Table)]
#[limbeck(table = "rooms")]
pub struct Room {
    /// Its number.
    #[limbeck(primary_key, identity)]
    pub id: i64,
    /// What people call it.
    pub name: String,
    /// What URLs call it.
    #[limbeck(unique)]
    pub slug: String,
}

/// The tables of the program.
pub fn tables() -> Tables {
    limbeck::tables![Room]
}

/// The kinds of databases that the program speaks to.
///
/// # Errors
/// None: there is but one.
pub fn drivers() -> Result<Drivers, RegistryError> {
    Drivers::new().with(limbeck::sqlite::driver())
}

/// Makes a slug of each room's name. The revision "Rooms have a slug" calls it, in its transaction.
///
/// # Errors
/// If the server says no.
pub async fn fill_slugs(mut work: Work<'_>) -> Result<(), FunctionError> {
    for row in work.query("SELECT id, name FROM rooms WHERE slug IS NULL", &[]).await? {
        let [id, Value::Text(name)] = row.0.as_slice() else { return Err("a room without a name".into()) };
        let slug = name.to_lowercase().replace(|c: char| !c.is_alphanumeric(), "-");
        work.execute("UPDATE rooms SET slug = ? WHERE id = ?", &[slug.into(), id.clone()]).await?;
    }
    Ok(())
}

/// The revisions, as a part of the program.
pub fn migrator() -> Migrator {
    Migrator::new(limbeck::embed!("migrations")).tables(tables()).function("fill_slugs", fill_slugs)
}
