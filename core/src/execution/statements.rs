use std::ops::Range;
use std::sync::Arc;

use super::error::{ExecutionError, What};
use super::interrupt::Interrupt;
use super::session::Session;
use crate::driver::{
    Canceller, Connection, Dialect, DriverError, DriverErrorKind, Scope, Statement, StatementKind,
    TransactionMode, Value,
};
use crate::operation::{Effect, Operation};
use crate::schema::Schema;
use crate::sql;

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

/// Waits for `work`; on an interrupt the server is told to stop it, and its end is waited for in any case: the server
/// goes on with it otherwise.
async fn stoppable<T>(
    canceller: Arc<dyn Canceller>,
    interrupt: &Interrupt,
    work: impl Future<Output = Result<T, DriverError>>,
) -> Result<T, DriverError> {
    tokio::pin!(work);
    let mut asked = false;
    loop {
        tokio::select! {
            // The work is begun before it can be stopped: what stops it would find nothing to stop otherwise.
            biased;
            result = &mut work => return result,
            () = interrupt.requested(), if !asked => {
                asked = true;
                canceller.cancel().await?;
            }
        }
    }
}

/// Begins a transaction, for which the server may have to wait. `state`: what the database is in if that is interrupted.
pub(super) async fn begin(
    connection: &mut dyn Connection,
    mode: TransactionMode,
    interrupt: &Interrupt,
    state: &str,
) -> Result<(), ExecutionError> {
    let interrupted = || ExecutionError::Interrupted { state: state.to_owned() };
    if interrupt.is_requested() {
        return Err(interrupted());
    }
    let canceller = connection.canceller();
    match stoppable(canceller, interrupt, connection.begin(mode)).await {
        Err(_) if interrupt.is_requested() => Err(interrupted()),
        result => Ok(result?),
    }
}

/// Which bytes of a raw SQL operation's text a failure of the statement `number` is about: those from where the server
/// points to, if it does, else the whole statement. `None` for any other operation.
pub(super) fn place_in(
    operation: &Operation,
    dialect: &dyn Dialect,
    statements: &[Statement],
    number: usize,
    what: &What,
) -> Option<Range<usize>> {
    let (Operation::Execute { sql, .. }, What::Statement { error, .. }) = (operation, what) else {
        return None;
    };
    let failed = statements.get(number)?;
    let same = |other: &&Statement| other.operation == failed.operation && other.sql == failed.sql;
    let before = statements[..number].iter().filter(same).count();
    let parts = sql::statements(dialect.lexical(), sql.resolve(dialect.names())?).ok()?;
    let span = parts.into_iter().filter(|part| part.sql == failed.sql).nth(before)?.span;
    let Some(at) = error.position.filter(|at| failed.sql.is_char_boundary(*at)) else { return Some(span) };
    let rest = &failed.sql[at..];
    let word = rest.find(|c: char| !c.is_alphanumeric() && c != '_').filter(|end| *end > 0);
    let length = word.or_else(|| rest.chars().next().map(char::len_utf8)).unwrap_or_default();
    Some(span.start + at..span.start + at + length)
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
    let rows = stoppable(canceller, interrupt, work).await.map_err(failed)?;
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

    fn raw(text: &str) -> Operation {
        Operation::Execute { sql: Sql::from(text), effect: None }
    }

    #[test]
    fn operations_are_cut_behind_raw_ddl() {
        let operations = [
            raw("UPDATE t SET a = 1"),
            raw("ALTER TABLE t ADD b integer"),
            raw("DELETE FROM t"),
            raw("DROP TABLE u"),
        ];
        assert_eq!(segments(&operations), [0..2, 2..4]);
        assert_eq!(segments(&operations[..1]), vec![Segment { start: 0, end: 1 }]);
        assert!(segments(&[]).is_empty());
    }
}
