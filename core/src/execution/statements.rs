use std::ops::Range;

use super::error::What;
use super::interrupt::Interrupt;
use super::session::Session;
use crate::driver::{Connection, DriverError, DriverErrorKind, Scope, Statement, StatementKind, Value};
use crate::operation::{Effect, Operation};
use crate::schema::Schema;

/// Positions of operations that can be planned at once.
pub(super) type Segment = Range<usize>;

/// How many rows of a guard's answer are named.
const NAMED_ROWS: usize = 5;

/// Cuts operations behind each raw SQL that changes the schema: what comes after it can only be planned when the
/// database has been looked at.
pub(super) fn segments(operations: &[Operation]) -> Vec<Segment> {
    let mut found = Vec::new();
    let mut start = 0;
    for (index, operation) in operations.iter().enumerate() {
        let raw = matches!(operation, Operation::Execute { .. }) && operation.effect() == Effect::Schema;
        if raw || index + 1 == operations.len() {
            found.push(start..index + 1);
            start = index + 1;
        }
    }
    found
}

/// Puts the tables that `operations` name into `schema` as they are in the database.
pub(super) async fn observe(
    session: &mut Session,
    schema: &mut Schema,
    operations: &[Operation],
) -> Result<(), DriverError> {
    let mut tables: Vec<_> = operations.iter().flat_map(Operation::tables).cloned().collect();
    tables.sort();
    tables.dedup();
    if tables.is_empty() {
        return Ok(());
    }
    let scope = Scope { tables: Some(tables.clone()), ..Scope::default() };
    let seen = session.driver.introspector().introspect(&mut *session.connection, &scope).await?;
    for table in &tables {
        schema.tables.remove(table);
        schema.objects.retain(|key, _| key.table.as_ref() != Some(table));
    }
    schema.tables.extend(seen.schema.tables);
    schema.objects.extend(seen.schema.objects);
    Ok(())
}

/// Sends one statement; on an interrupt it is stopped in the server.
pub(super) async fn send(
    connection: &mut dyn Connection,
    statement: &Statement,
    interrupt: &Interrupt,
) -> Result<(), What> {
    let failed = |error: DriverError| What::Statement { sql: statement.sql.clone(), error };
    if interrupt.is_requested() {
        return Err(failed(DriverError::new(DriverErrorKind::Cancelled, "interrupted")));
    }
    if statement.outside_transaction {
        return Err(What::Unsupported {
            message: "the server takes this statement only outside a transaction".to_owned(),
            help: "run it by hand and `limbeck stamp` the revision: this version of limbeck runs every revision in a transaction"
                .to_owned(),
        });
    }
    let canceller = connection.canceller();
    let work = async {
        match &statement.kind {
            StatementKind::Schema | StatementKind::Data => {
                connection.execute(&statement.sql, &[]).await.map(|_| Vec::new())
            }
            StatementKind::Guard(_) => connection.query(&statement.sql, &[]).await,
        }
    };
    tokio::pin!(work);
    let mut asked = false;
    let rows = loop {
        tokio::select! {
            result = &mut work => break result.map_err(failed)?,
            () = interrupt.requested(), if !asked => {
                asked = true;
                // The statement's own end is waited for in any case: the server goes on with it otherwise.
                canceller.cancel().await.map_err(failed)?;
            }
        }
    };
    match &statement.kind {
        StatementKind::Guard(guard) if !rows.is_empty() => {
            let mut found: Vec<String> =
                rows.iter().take(NAMED_ROWS).map(|row| shown(row.0.first())).collect();
            if rows.len() > NAMED_ROWS {
                found.push(format!("and {} more", rows.len() - NAMED_ROWS));
            }
            Err(What::Guard {
                message: guard.message.clone(),
                found: found.join(", "),
                help: guard.help.clone(),
            })
        }
        _ => Ok(()),
    }
}

fn shown(value: Option<&Value>) -> String {
    match value {
        Some(Value::Text(text)) => text.clone(),
        Some(Value::Integer(number)) => number.to_string(),
        Some(Value::Float(number)) => number.to_string(),
        Some(Value::Bool(truth)) => truth.to_string(),
        Some(Value::Bytes(bytes)) => String::from_utf8_lossy(bytes).into_owned(),
        Some(Value::Null) | None => "NULL".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::Sql;

    fn sql(text: &str) -> Operation {
        Operation::Execute { sql: Sql::from(text), effect: None }
    }

    #[test]
    fn operations_are_cut_behind_raw_ddl() {
        let operations = [
            sql("UPDATE t SET a = 1"),
            sql("ALTER TABLE t ADD b integer"),
            sql("DELETE FROM t"),
            sql("DROP TABLE u"),
        ];
        assert_eq!(segments(&operations), [0..2, 2..4]);
        assert_eq!(segments(&operations[..1]).first(), Some(&(0..1)));
        assert!(segments(&[]).is_empty());
    }
}
