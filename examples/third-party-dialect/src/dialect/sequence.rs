//! Sequences, and the one behind an identity column.
//!
//! DuckDB has no identity columns: one is a default that asks a sequence, which limbeck makes, marks by a comment, and
//! takes away with the column. A sequence can be neither renamed nor set; where one takes another's place, it is asked
//! for values until it stands where the other stood.

use limbeck_core::driver::{Guard, Statement};
use limbeck_core::ident::{Ident, Name};
use limbeck_core::schema::{Column, Sequence, SequenceOptions, Table};

use super::MAIN;
use super::fault::{Fault, check_name};
use super::text::{name, quote, text};

/// The comment of a sequence that stands behind an identity column.
pub(crate) const MARK: &str = "limbeck: identity";

/// What the sequence of an identity column is called. DuckDB cannot ask one with a double quote in its name for a value.
pub(crate) fn usual(table: &Name, column: &Ident) -> Name {
    table.sibling(format!("{}_{column}_seq", table.name).replace('"', "_"))
}

/// The sequences behind a table's columns.
pub(super) fn behind(table: &Table) -> impl Iterator<Item = (&Column, Name)> {
    table
        .columns
        .iter()
        .filter(|column| column.identity.is_some())
        .map(|column| (column, usual(&table.name, &column.name)))
}

/// The default of an identity column.
pub(crate) fn next(sequence: &Name) -> String {
    let schema = sequence.schema.as_ref().map_or(MAIN, Ident::as_str);
    let inner = format!("{}.{}", quote(schema), quote(sequence.name.as_str()));
    format!("nextval({})", text(&inner))
}

/// What of a sequence's settings is kept and not the usual. Where it started is not: when the file is opened again, DuckDB
/// says that it starts where it goes on.
pub(crate) fn as_seen(settings: &SequenceOptions) -> SequenceOptions {
    let step = settings.increment.unwrap_or(1);
    let (min, max) = if step > 0 { (1, i64::MAX) } else { (i64::MIN, -1) };
    SequenceOptions {
        start: None,
        increment: settings.increment.filter(|step| *step != 1),
        min: settings.min.filter(|value| *value != min),
        max: settings.max.filter(|value| *value != max),
        cache: None,
        cycle: settings.cycle,
    }
}

/// The settings of the sequence behind a column.
fn settings_of(column: &Column) -> SequenceOptions {
    column.identity.as_ref().map(|identity| identity.sequence.clone()).unwrap_or_default()
}

/// Its first value, and its step.
fn beginning(column: &Column) -> (i64, i64) {
    let settings = settings_of(column);
    let step = settings.increment.unwrap_or(1);
    let usual = if step > 0 { settings.min.unwrap_or(1) } else { settings.max.unwrap_or(-1) };
    (settings.start.unwrap_or(usual), step)
}

/// The statement that makes a sequence.
pub(super) fn create_text(sequence: &Name, settings: &SequenceOptions) -> String {
    let mut sql = format!("CREATE SEQUENCE {}", name(sequence));
    for (word, value) in [
        ("INCREMENT BY", settings.increment),
        ("MINVALUE", settings.min),
        ("MAXVALUE", settings.max),
        ("START WITH", settings.start),
    ] {
        if let Some(value) = value {
            sql.push_str(&format!(" {word} {value}"));
        }
    }
    if settings.cycle {
        sql.push_str(" CYCLE");
    }
    sql
}

/// The statements that make the sequence behind an identity column.
pub(super) fn create_behind(column: &Column, sequence: &Name, at: usize) -> Vec<Statement> {
    let settings = settings_of(column);
    vec![
        Statement::schema(at, create_text(sequence, &settings)),
        Statement::schema(at, format!("COMMENT ON SEQUENCE {} IS {}", name(sequence), text(MARK))),
    ]
}

/// The statement that takes one away.
pub(super) fn drop_text(sequence: &Name) -> String {
    format!("DROP SEQUENCE {}", name(sequence))
}

/// Makes the new sequence of a column stand where the old one stood.
pub(super) fn catch_up_with(new: &Name, old: &Name, column: &Column, at: usize) -> Statement {
    let (start, step) = beginning(column);
    // The text says what comes next; no column of the catalog does after the file was opened again.
    let given = format!(
        "SELECT greatest(0, (CAST(regexp_extract(sql, 'START (-?[0-9]+)', 1) AS BIGINT) - ({start})) // ({step})) \
         FROM duckdb_sequences() WHERE {}",
        is(old, "sequence_name")
    );
    Statement::data(at, format!("SELECT count({}) FROM range(({given}))", next(new)))
}

/// Makes a new sequence stand behind the values that a column holds.
pub(super) fn catch_up_with_values(new: &Name, table: &Name, column: &Column, at: usize) -> Statement {
    let (start, step) = beginning(column);
    let last = if step > 0 { "max" } else { "min" };
    let values = format!(
        "SELECT greatest(0, coalesce(({last}({}) - ({start})) // ({step}) + 1, 0)) FROM {}",
        quote(column.name.as_str()),
        name(table)
    );
    Statement::data(at, format!("SELECT count({}) FROM range(CAST(({values}) AS BIGINT))", next(new)))
}

/// The condition that a row of a catalog is about `of`.
pub(super) fn is(of: &Name, column: &str) -> String {
    let schema = of.schema.as_ref().map_or(MAIN, Ident::as_str);
    format!(
        "database_name = current_database() AND lower(schema_name) = lower({}) AND lower({column}) = lower({})",
        text(schema),
        text(of.name.as_str())
    )
}

fn checked(sequence: &Sequence) -> Result<(), Fault> {
    check_name(&sequence.name.name, "sequence")?;
    for (given, what) in [
        (sequence.ty.is_some(), "a type; in DuckDB all count in BIGINT"),
        (sequence.owned_by.is_some(), "a column that it is dropped with, which DuckDB does not keep"),
    ] {
        if given {
            return Err(Fault::unsupported(format!("sequence {} has {what}", sequence.name), "leave it out"));
        }
    }
    Ok(())
}

/// The statements that make a sequence.
pub(super) fn create(sequence: &Sequence, at: usize) -> Result<Vec<Statement>, Fault> {
    checked(sequence)?;
    let mut made = vec![Statement::schema(at, create_text(&sequence.name, &sequence.settings))];
    if let Some(comment) = sequence.comment.as_ref().filter(|comment| !comment.is_empty()) {
        made.push(Statement::schema(
            at,
            format!("COMMENT ON SEQUENCE {} IS {}", name(&sequence.name), text(comment)),
        ));
    }
    Ok(made)
}

/// The statements that put another sequence in one's place, as long as that has given no value: DuckDB could not say
/// where the new one should go on.
pub(super) fn alter(sequence: &Sequence, at: usize) -> Result<Vec<Statement>, Fault> {
    let mut made = vec![
        Statement::guard(
            at,
            format!(
                "SELECT last_value FROM duckdb_sequences() WHERE {} AND last_value IS NOT NULL",
                is(&sequence.name, "sequence_name")
            ),
            Guard {
                message: format!(
                    "sequence {} has given values, and in DuckDB one that runs in another way begins anew; the last value",
                    sequence.name
                ),
                help: "drop it and create one that starts behind that value".to_owned(),
            },
        ),
        Statement::schema(at, drop_text(&sequence.name)),
    ];
    made.extend(create(sequence, at)?);
    Ok(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_is_not_seen() {
        let seen = as_seen(&SequenceOptions {
            start: Some(1),
            increment: Some(1),
            min: Some(1),
            max: Some(i64::MAX),
            cache: Some(20),
            cycle: false,
        });
        assert_eq!(seen, SequenceOptions::default());
        let own = SequenceOptions { increment: Some(5), cycle: true, ..SequenceOptions::default() };
        assert_eq!(as_seen(&own), own);
    }

    #[test]
    fn the_name_can_be_asked_for_a_value() {
        let name = usual(&Name::qualified("s", "a\"b"), &"it's".into());
        assert_eq!(next(&name), "nextval('\"s\".\"a_b_it''s_seq\"')");
    }
}
