use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::sync::Arc;

use super::error::{ExecutionError, What};
use super::function::{Failed, Functions};
use super::interrupt::Interrupt;
use super::session::Session;
use super::surroundings::referring;
use crate::driver::{
    Call, Canceller, Connection, Dialect, DriverError, DriverErrorKind, Scope, Statement, StatementKind,
    TransactionMode, Value,
};
use crate::ident::Name;
use crate::operation::{Effect, Operation, watches};
use crate::schema::{Column, Constraint, Enum, Schema, Table, Type, TypeSpec};
use crate::sql;

/// Positions of operations that can be planned at once.
pub(super) type Segment = Range<usize>;

/// How many rows of a guard's answer are named.
const NAMED_ROWS: usize = 5;

/// Cuts operations behind each raw SQL that changes the schema, for what comes after it can only be planned when the
/// database has been looked at; and around each call of a function, which no dialect plans.
pub(super) fn segments(operations: &[Operation]) -> Vec<Segment> {
    let mut found = Vec::new();
    let mut start = 0;
    for (index, operation) in operations.iter().enumerate() {
        let raw = matches!(operation, Operation::Execute { .. }) && operation.effect() == Effect::Schema;
        let call = |at: usize| matches!(operations.get(at), Some(Operation::Run { .. }));
        if raw || call(index) || call(index + 1) || index + 1 == operations.len() {
            found.push(start..index + 1);
            start = index + 1;
        }
    }
    found
}

/// The tables of `schema` with columns of the enum that `operation` alters, where an enum is a part of its columns.
pub(super) fn users_of_enum(dialect: &dyn Dialect, schema: &Schema, operation: &Operation) -> Vec<Name> {
    let Operation::AlterEnum(change) = operation else { return Vec::new() };
    if dialect.capabilities().enum_types {
        return Vec::new();
    }
    let uses =
        |table: &Table| table.columns.iter().any(|column| enum_of(dialect, column) == Some(&change.name));
    schema.tables.values().filter(|table| uses(table)).map(|table| table.name.clone()).collect()
}

/// The enum that a column is of on the dialect.
fn enum_of<'a>(dialect: &dyn Dialect, column: &'a Column) -> Option<&'a Name> {
    let native = dialect.names().iter().any(|name| column.ty.native.contains_key(*name));
    column.ty.default.as_ref().filter(|_| !native).and_then(Type::enum_name)
}

/// Puts the tables that `operations` are about into `schema` as they are in the database. Gives back the enums of
/// columns that are not any more what the schema says, with their tables.
pub(super) async fn observe(
    session: &mut Session,
    schema: &mut Schema,
    operations: &[Operation],
) -> Result<BTreeMap<Name, BTreeSet<Name>>, DriverError> {
    let dialect = Arc::clone(&session.dialect);
    let users = operations.iter().flat_map(|operation| users_of_enum(&*dialect, schema, operation));
    let mut tables: Vec<Name> = users.collect();
    tables.extend(operations.iter().flat_map(Operation::tables).cloned());
    tables.extend(operations.iter().flat_map(|operation| dialect.needs(operation).tables));
    tables.extend(referring(&*dialect, schema, operations).into_iter().cloned());
    tables.sort();
    tables.dedup();
    if tables.is_empty() {
        return Ok(BTreeMap::new());
    }
    let scope = Scope { tables: Some(tables.clone()), ..Scope::default() };
    let mut seen = session.driver.introspector().introspect(&mut *session.connection, &scope).await?;
    let mut strayed: BTreeMap<Name, BTreeSet<Name>> = BTreeMap::new();
    for table in &tables {
        if let Some(known) = schema.tables.remove(table)
            && let Some(seen) = seen.schema.tables.get_mut(table)
        {
            if as_seen(&*dialect, &schema.enums, &known).as_ref() == Some(seen) {
                // What a server shows may be another word for the same: a unique constraint for a unique index. The
                // operations speak of it as it was declared.
                *seen = known;
            } else {
                for name in recognise_enums(&*dialect, &schema.enums, &known, seen) {
                    strayed.entry(name).or_default().insert(table.clone());
                }
            }
        }
        // A trigger that says only in its text what it watches is gone if it is not seen.
        schema.objects.retain(|key, object| {
            key.table.as_ref() != Some(table)
                && (!watches(object, table) || seen.schema.objects.contains_key(key))
        });
    }
    schema.tables.extend(seen.schema.tables);
    schema.objects.extend(seen.schema.objects);
    Ok(strayed)
}

/// What an introspector would see of a table that is as `declared`.
fn as_seen(dialect: &dyn Dialect, enums: &BTreeMap<Name, Enum>, declared: &Table) -> Option<Table> {
    let mut schema = Schema { enums: enums.clone(), ..Schema::default() };
    schema.insert_table(declared.clone());
    dialect.canonical(&schema).tables.remove(&declared.name)
}

/// Gives the columns of `seen` back their enums, where a server shows nothing of enums but a type and a CHECK. Gives
/// back the enums of which it shows something else than they are known to be.
fn recognise_enums(
    dialect: &dyn Dialect,
    enums: &BTreeMap<Name, Enum>,
    known: &Table,
    seen: &mut Table,
) -> Vec<Name> {
    if dialect.capabilities().enum_types {
        return Vec::new();
    }
    let shown = |table: &Table| as_seen(dialect, enums, table);
    let mut strayed = Vec::new();
    for (at, column) in known.columns.iter().enumerate() {
        let Some(name) = enum_of(dialect, column) else { continue };
        let mut plain = known.clone();
        plain.columns[at].ty = TypeSpec::from(Type::Text);
        let (Some(with), Some(without)) = (shown(known), shown(&plain)) else { continue };
        let implied: Vec<&Constraint> =
            with.constraints.iter().filter(|item| !without.constraints.contains(item)).collect();
        let same = |found: &&mut Column| with.column(&column.name).is_some_and(|with| with.ty == found.ty);
        let found = seen.columns.iter_mut().find(|found| found.name == column.name);
        match found.filter(same) {
            Some(found) if implied.iter().all(|item| seen.constraints.contains(item)) => {
                found.ty.clone_from(&column.ty);
                seen.constraints.retain(|item| !implied.contains(&item));
            }
            _ => strayed.push(name.clone()),
        }
    }
    strayed
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
    session: &mut Session,
    statement: &Statement,
    interrupt: &Interrupt,
) -> Result<(), What> {
    let failed = |error: DriverError| What::Statement { sql: statement.sql.clone(), error };
    if interrupt.is_requested() {
        return Err(failed(DriverError::new(DriverErrorKind::Cancelled, "interrupted")));
    }
    if let StatementKind::Run(call) = &statement.kind {
        return run_function(session, call, interrupt).await;
    }
    let connection = &mut *session.connection;
    let canceller = connection.canceller();
    let work = async {
        match &statement.kind {
            StatementKind::Schema | StatementKind::Data => {
                connection.execute(&statement.sql, &[]).await.map(|_| Vec::new())
            }
            StatementKind::Guard(_) => connection.query(&statement.sql, &[]).await,
            StatementKind::Run(_) => Ok(Vec::new()),
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

/// Calls a function of the program; on an interrupt the statement that it waits for is stopped in the server.
async fn run_function(session: &mut Session, call: &Call, interrupt: &Interrupt) -> Result<(), What> {
    let Call { function, arguments } = call;
    let canceller = session.connection.canceller();
    let database = &session.settings.name;
    let work = session.functions.call(function, arguments, &mut *session.connection, database, interrupt);
    let work = async { Ok(work.await) };
    let sql = || format!("(in the function `{function}`)");
    match stoppable(canceller, interrupt, work).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(Failed::Missing)) => Err(not_linked(&session.functions, function)),
        Ok(Err(Failed::Error(message))) => {
            Err(What::Function { function: function.clone(), message, panicked: false })
        }
        Ok(Err(Failed::Panic(message))) => {
            Err(What::Function { function: function.clone(), message, panicked: true })
        }
        Ok(Err(Failed::Driver(error))) | Err(error) => Err(What::Statement { sql: sql(), error }),
    }
}

/// Says that a function is not part of this program.
pub(super) fn not_linked(functions: &Functions, function: &str) -> What {
    What::NotLinked { function: function.to_owned(), known: functions.names().map(str::to_owned).collect() }
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
        let run = Operation::Run { function: "f".to_owned(), arguments: indexmap::IndexMap::new() };
        let operations = [raw("DELETE FROM t"), raw("DELETE FROM u"), run.clone(), run, raw("DELETE FROM t")];
        assert_eq!(segments(&operations), [0..2, 2..3, 3..4, 4..5]);
    }
}
