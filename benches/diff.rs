//! Comparing two declared schemas.

use std::time::Duration;

use limbeck_core::diff::{CastPolicy, DiffOptions, FillPolicy, Guess, Hints, Neutral, diff};
use limbeck_core::schema::{Column, Naming, Schema, Table as SchemaTable, Type};

use crate::measure::{Failed, Table, medians_in_turn, shown, timed};

const SIZES: [usize; 2] = [1_000, 10_000];
const ROUNDS: usize = 5;

pub(crate) fn measure(table: &mut Table) -> Result<(), Failed> {
    for size in SIZES {
        let (before, after) = (schema(size, false), schema(size, true));
        let mut same = || compared(&before, &before, 0);
        let mut changed = || compared(&before, &after, size.div_ceil(10));
        let [same, changed] = medians_in_turn(ROUNDS, &mut [&mut same, &mut changed])?;
        for (what, time) in [("equal", same), ("every 10th with a new column", changed)] {
            let each = time.as_secs_f64() * 1e6 / size as f64;
            let what = format!("diff of {size} tables, {what}");
            table.row(what, format!("{} ({each:.1} µs each)", shown(time)), None, "linear");
        }
    }
    Ok(())
}

fn compared(from: &Schema, to: &Schema, operations: usize) -> Result<Duration, Failed> {
    let options = DiffOptions {
        hints: &Hints::default(),
        naming: &Naming::default(),
        rules: &Neutral,
        guess: Guess::Ask,
        fills: FillPolicy::Ask,
        casts: CastPolicy::Ask,
        declined: &[],
    };
    let (time, diff) = timed(|| diff(from, to, &options));
    match diff.operations.len() {
        found if found == operations => Ok(time),
        found => Err(format!("{found} operations instead of {operations}").into()),
    }
}

/// Tables of six columns; every tenth has one more, if wanted.
fn schema(tables: usize, grown: bool) -> Schema {
    let mut schema = Schema::new();
    for number in 0..tables {
        let mut table = SchemaTable::new(format!("t_{number}").as_str());
        table.columns.push(Column::new("id", Type::BigInt).with_identity());
        for column in ["name", "note", "state", "owner"] {
            table.columns.push(Column::new(column, Type::Varchar(100)).nullable());
        }
        table
            .columns
            .push(Column::new("created_at", Type::TimestampTz(None)).with_default("CURRENT_TIMESTAMP"));
        if grown && number % 10 == 0 {
            table.columns.push(Column::new("added", Type::Integer).nullable());
        }
        schema.insert_table(table);
    }
    schema
}
