//! The record of what is applied.

use limbeck_core::driver::TransactionMode;
use limbeck_core::ident::RevisionId;
use limbeck_core::record::Recorded;

use super::HOSTILE;
use crate::outcome::{Verdict, expect, expect_eq};
use crate::run::Bench;

fn id(text: &str) -> Verdict<RevisionId> {
    RevisionId::new(text).map_err(|error| crate::outcome::Stop::Failed(error.to_string()))
}

fn recorded(revision: &str, text: &str) -> Verdict<Recorded> {
    Ok(Recorded {
        revision: id(revision)?,
        message: text.to_owned(),
        checksum: "x".repeat(100),
        applied_at: Some(jiff::Timestamp::UNIX_EPOCH),
        duration_ms: Some(i64::MAX),
        applied_by: text.to_owned(),
        limbeck_version: "0.0.0".to_owned(),
        file: text.to_owned(),
    })
}

/// Without a table nothing is applied, and reading makes none.
pub(crate) async fn reading_needs_no_table(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    let record = bench.record();
    expect(record.read(&mut *connection).await?.is_empty(), || "something is applied".to_owned())?;
    expect(!connection.has_table(record.table()).await?, || "reading has made the table".to_owned())
}

/// The table is made once.
pub(crate) async fn the_table_is_made_once(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    let record = bench.record();
    for _ in 0..2 {
        connection.begin(TransactionMode::default()).await?;
        record.prepare(&mut *connection).await?;
        connection.commit().await?;
    }
    expect(connection.has_table(record.table()).await?, || "the table was not made".to_owned())
}

/// What is added comes back as it was, whatever texts it holds.
pub(crate) async fn hostile_texts_come_back(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    let record = bench.record();
    let mut wanted = limbeck_core::record::Applied::new();
    let mut ids = Vec::new();
    connection.begin(TransactionMode::default()).await?;
    record.prepare(&mut *connection).await?;
    for (number, text) in HOSTILE.into_iter().enumerate() {
        let row = recorded(&format!("r{number}"), text)?;
        record.add(&mut *connection, &row, &text.repeat(1000)).await?;
        ids.push(row.revision.clone());
        wanted.insert(row.revision.clone(), row);
    }
    let fake = Recorded { duration_ms: None, ..recorded(&"long".repeat(16), "no time")? };
    record.add(&mut *connection, &fake, "").await?;
    wanted.insert(fake.revision.clone(), fake);
    connection.commit().await?;
    let mut found = record.read(&mut *bench.connect().await?).await?;
    // The time is that of the writing or the one that was given: the driver is not what decides.
    for row in found.values_mut() {
        expect(row.applied_at.is_some(), || format!("no time at {}", row.revision))?;
        row.applied_at = Some(jiff::Timestamp::UNIX_EPOCH);
    }
    expect_eq("the record", &found, &wanted)?;
    let texts = record.texts(&mut *connection, &ids).await?;
    for ((_, file, text), hostile) in texts.iter().zip(HOSTILE) {
        expect_eq("a file's name", &file.as_str(), &hostile)?;
        expect_eq("a file's text", text, &hostile.repeat(1000))?;
    }
    expect_eq("how many texts", &texts.len(), &HOSTILE.len())
}

/// The statements for a script do the same.
pub(crate) async fn a_script_records_the_same(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    let record = bench.record();
    record.prepare(&mut *connection).await?;
    for (number, text) in HOSTILE.into_iter().enumerate() {
        let row = recorded(&format!("r{number}"), text)?;
        let sql = record.add_sql(&row, text, "1970-01-01T00:00:00Z");
        connection.execute(&sql, &[]).await?;
        let found = record.read(&mut *connection).await?;
        expect_eq("the record", &found.get(&row.revision), &Some(&row))?;
        let texts = record.texts(&mut *connection, std::slice::from_ref(&row.revision)).await?;
        expect_eq("the file", &texts, &vec![(row.revision.clone(), text.to_owned(), text.to_owned())])?;
        connection.execute(&record.remove_sql(&row.revision), &[]).await?;
    }
    expect(record.read(&mut *connection).await?.is_empty(), || "something is left".to_owned())
}

/// One row goes, the others stay; what is not there cannot go.
pub(crate) async fn removing_takes_one_row(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    let record = bench.record();
    record.prepare(&mut *connection).await?;
    for revision in ["a", "b", "c"] {
        record.add(&mut *connection, &recorded(revision, "m")?, "").await?;
    }
    record.remove(&mut *connection, &id("b")?).await?;
    let again = record.remove(&mut *connection, &id("b")?).await;
    expect(again.is_err(), || "a row was removed twice".to_owned())?;
    let left = record.read(&mut *connection).await?;
    let left: Vec<&str> = left.keys().map(RevisionId::as_str).collect();
    expect_eq("what is left", &left, &vec!["a", "c"])
}

/// A revision is recorded once.
pub(crate) async fn a_revision_stands_once(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    let record = bench.record();
    record.prepare(&mut *connection).await?;
    record.add(&mut *connection, &recorded("a", "m")?, "").await?;
    let again = record.add(&mut *connection, &recorded("a", "m")?, "").await;
    expect(again.is_err(), || "a revision was recorded twice".to_owned())?;
    // Ids differ by the case of letters, also where the server compares texts without it.
    record.add(&mut *connection, &recorded("A", "m")?, "").await?;
    expect_eq("how many are applied", &record.read(&mut *connection).await?.len(), &2)
}

/// An edit is accepted in place.
pub(crate) async fn an_edit_is_accepted(bench: &Bench) -> Verdict {
    let mut connection = bench.connect().await?;
    let record = bench.record();
    record.prepare(&mut *connection).await?;
    record.add(&mut *connection, &recorded("a", "m")?, "old").await?;
    record.accept_edit(&mut *connection, &id("a")?, "sum", "a.toml", "new's").await?;
    let found = record.read(&mut *connection).await?;
    let checksums: Vec<&str> = found.values().map(|row| row.checksum.as_str()).collect();
    expect_eq("checksums", &checksums, &vec!["sum"])?;
    let texts = record.texts(&mut *connection, &[id("a")?]).await?;
    expect_eq("the file", &texts, &vec![(id("a")?, "a.toml".to_owned(), "new's".to_owned())])
}
