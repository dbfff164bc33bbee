use limbeck_core::driver::{Drivers, RegistryError};

/// The drivers that the program `limbeck` has, as far as the features of this crate bring them: what a program with a
/// driver of its own adds that one to, so that it serves a project with databases of both kinds.
///
/// # Errors
/// If two of them claimed one scheme.
pub fn bundled() -> Result<Drivers, RegistryError> {
    let drivers = Drivers::new();
    #[cfg(feature = "mysql")]
    let drivers = drivers.with(limbeck_mysql::driver())?;
    #[cfg(feature = "postgres")]
    let drivers = drivers.with(limbeck_postgres::driver())?;
    #[cfg(feature = "sqlite")]
    let drivers = drivers.with(limbeck_sqlite::driver())?;
    Ok(drivers)
}
