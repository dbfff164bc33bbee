//! Migrates with limbeck, then works with Diesel on the same file.

use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel::sql_types::BigInt;
use limbeck::core::driver::Drivers;
use limbeck::core::operation::Operation;
use limbeck::core::schema::Sql;
use limbeck::{Database, Migrator, RevisionBuilder};

#[derive(QueryableByName)]
struct Count {
    #[diesel(sql_type = BigInt)]
    n: i64,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::temp_dir().join(format!("limbeck-beside-diesel-{}.db", std::process::id()));

    let drivers = Drivers::new().with(limbeck::sqlite::driver())?;
    let database = Database::open(&drivers, &format!("sqlite://{}", file.display())).await?;
    let first = RevisionBuilder::new("first")?
        .message("Keep books")
        .upgrade(Operation::Execute { sql: Sql::from("CREATE TABLE books (title text NOT NULL)"), effect: None })
        .downgrade(Operation::Execute { sql: Sql::from("DROP TABLE books"), effect: None })
        .build();
    Migrator::new([first]).migrate(&database, "heads").await?;

    let mut connection = SqliteConnection::establish(&file.to_string_lossy())?;
    connection.batch_execute("INSERT INTO books (title) VALUES ('The Alembic')")?;
    let count: Count = diesel::sql_query("SELECT count(*) AS n FROM books").get_result(&mut connection)?;
    println!("{} book", count.n);
    drop(connection);
    std::fs::remove_file(file)?;
    Ok(())
}
