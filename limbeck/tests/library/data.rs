//! `run` operations.

use limbeck::core::diag::Diagnose;
use limbeck::core::driver::Value;
use limbeck::core::schema::OptionValue;
use limbeck::{Error, FunctionError, Migrator, Work};

use super::{TABLES, database, texts};

async fn fill_slugs(mut work: Work<'_>) -> Result<(), FunctionError> {
    let prefix = match work.argument("prefix") {
        Some(OptionValue::String(prefix)) => prefix.clone(),
        other => return Err(format!("`prefix` is {other:?}").into()),
    };
    let rows = work.query("SELECT id, title FROM books", &[]).await?;
    for row in rows {
        let [id, Value::Text(title)] = row.0.as_slice() else { return Err("no title".into()) };
        let slug = format!("{prefix}{}", title.to_lowercase().replace(' ', "-"));
        work.execute("UPDATE books SET slug = ? WHERE id = ?", &[slug.into(), id.clone()]).await?;
    }
    Ok(())
}

async fn fails(mut work: Work<'_>) -> Result<(), FunctionError> {
    work.execute("UPDATE books SET slug = 'half'", &[]).await?;
    Err("the title says nothing".into())
}

async fn refused(mut work: Work<'_>) -> Result<(), FunctionError> {
    work.execute("UPDATE books SET nothing = 1", &[]).await?;
    Ok(())
}

async fn panics(mut work: Work<'_>) -> Result<(), FunctionError> {
    work.execute("UPDATE books SET slug = 'half'", &[]).await?;
    panic!("no more {}", "paper");
}

fn migrator() -> Migrator {
    Migrator::new(limbeck::embed!("tests/embedded"))
}

#[tokio::test]
async fn a_function_works_in_the_transaction_of_its_revision() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = database(&folder).await;
    let migrator = migrator().function("fill_slugs", fill_slugs);
    assert_eq!(migrator.migrate(&database, "heads").await.expect("it runs").len(), 2);
    assert_eq!(texts(&database, "SELECT slug FROM books").await, ["book-the-alembic"]);
    migrator.downgrade(&database, "base").await.expect("it is undone");
    assert!(texts(&database, TABLES).await.is_empty());
}

#[tokio::test]
async fn an_error_or_a_panic_rolls_the_revision_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = database(&folder).await;
    for (migrator, code, words) in [
        (migrator().function("fill_slugs", fails), "function-failed", "failed: the title says nothing"),
        (migrator().function("fill_slugs", panics), "function-failed", "panicked: no more paper"),
        (migrator().function("fill_slugs", refused), "statement-failed", "nothing"),
    ] {
        let error = migrator.migrate(&database, "heads").await.expect_err("it fails");
        let diagnostic = error.diagnostic();
        assert_eq!(diagnostic.code, code, "{error}");
        assert!(diagnostic.message.contains(words), "{}", diagnostic.message);
        assert_eq!(diagnostic.revision.as_deref(), Some("slugs"));
        assert!(diagnostic.location.is_some_and(|place| place.file.ends_with("slugs.toml")));
        assert!(matches!(error, Error::Stopped { .. }), "{error:?}");
        // What stood before it in the same revision is rolled back, the revision before it stays.
        assert!(texts(&database, "SELECT title FROM books").await.is_empty());
        assert_eq!(
            migrator.current(&database).await.expect("it can be read"),
            ["books".parse().expect("an id")]
        );
    }
    migrator().function("fill_slugs", fill_slugs).migrate(&database, "heads").await.expect("it goes on");
    assert_eq!(texts(&database, "SELECT slug FROM books").await, ["book-the-alembic"]);
}

#[tokio::test]
async fn outside_a_transaction_the_function_has_one_of_its_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = database(&folder).await;
    let migrator = |function: bool| {
        let made = migrator().transactions(limbeck::core::execution::Transactions::None);
        if function { made.function("fill_slugs", fill_slugs) } else { made.function("fill_slugs", panics) }
    };
    let error = migrator(false).migrate(&database, "heads").await.expect_err("it panics");
    assert_eq!(error.diagnostic().code, "function-failed");
    // The statement before it is done and stays, what the function did is not; the next run goes on behind it.
    assert_eq!(texts(&database, "SELECT title FROM books WHERE slug IS NULL").await, ["The Alembic"]);
    migrator(true).migrate(&database, "heads").await.expect("it goes on");
    assert_eq!(texts(&database, "SELECT slug FROM books").await, ["book-the-alembic"]);
}

#[tokio::test]
async fn a_function_that_is_not_there_stops_before_anything_is_done() {
    let folder = tempfile::tempdir().expect("a folder");
    let database = database(&folder).await;
    let error = migrator()
        .function("fill_slug", fill_slugs)
        .migrate(&database, "heads")
        .await
        .expect_err("no such function");
    let diagnostic = error.diagnostic();
    assert_eq!(diagnostic.code, "function-not-linked");
    assert!(diagnostic.help.is_some_and(|help| help.contains("did you mean `fill_slug`")));
    assert!(texts(&database, TABLES).await.is_empty(), "the first revision was not begun either");
}
