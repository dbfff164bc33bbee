//! Migrates with limbeck, then works with sqlx on the same file.

use limbeck::core::driver::Drivers;
use limbeck::core::operation::Operation;
use limbeck::core::schema::Sql;
use limbeck::{Database, Migrator, RevisionBuilder};
use sqlx::Row;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let file = std::env::temp_dir().join(format!("limbeck-beside-sqlx-{}.db", std::process::id()));
    let url = format!("sqlite://{}", file.display());

    let drivers = Drivers::new().with(limbeck::sqlite::driver())?;
    let database = Database::open(&drivers, &url).await?;
    let first = RevisionBuilder::new("first")?
        .message("Keep books")
        .upgrade(Operation::Execute { sql: Sql::from("CREATE TABLE books (title text NOT NULL)"), effect: None })
        .downgrade(Operation::Execute { sql: Sql::from("DROP TABLE books"), effect: None })
        .build();
    Migrator::new([first]).migrate(&database, "heads").await?;

    let pool = sqlx::SqlitePool::connect(&url).await?;
    sqlx::query("INSERT INTO books (title) VALUES (?)").bind("The Alembic").execute(&pool).await?;
    let row = sqlx::query("SELECT count(*) AS n FROM books").fetch_one(&pool).await?;
    println!("{} book", row.get::<i64, _>("n"));
    pool.close().await;
    std::fs::remove_file(file)?;
    Ok(())
}
