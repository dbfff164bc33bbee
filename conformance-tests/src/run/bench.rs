use std::sync::Arc;

use limbeck_core::autogenerate::{Proposal, comparison, propose};
use limbeck_core::diff::{DiffOptions, Hints};
use limbeck_core::driver::{
    Access, Capabilities, Connection, Database, DatabaseSettings, Dialect, Driver, LockKey, Scope,
    ServerInfo, Statement, StatementKind, TransactionMode,
};
use limbeck_core::ident::Name;
use limbeck_core::operation::Operation;
use limbeck_core::record::Record;
use limbeck_core::schema::{Naming, Schema, Sql};

use super::compare::{sort, without_quotes, without_texts};
use crate::harness::Harness;
use crate::outcome::{Verdict, expect, fail};

/// A database of a case's own, with everything that a case does to it.
pub(crate) struct Bench {
    harness: Arc<dyn Harness>,
    pub(crate) driver: Arc<dyn Driver>,
    pub(crate) dialect: Arc<dyn Dialect>,
    pub(crate) database: Box<dyn Database>,
    pub(crate) settings: DatabaseSettings,
}

impl Bench {
    /// Connects.
    pub(crate) async fn open(harness: Arc<dyn Harness>, settings: DatabaseSettings) -> Verdict<Self> {
        let driver = harness.driver();
        let database = driver.connect(&settings, Access::Write).await?;
        let dialect = driver.dialect(database.server());
        Ok(Self { harness, driver, dialect, database, settings })
    }

    /// What the server says of itself.
    pub(crate) fn server(&self) -> &ServerInfo {
        self.database.server()
    }

    /// What the dialect claims.
    pub(crate) fn capabilities(&self) -> &Capabilities {
        self.dialect.capabilities()
    }

    /// What the harness says that makes something of `kind`, in the dialect.
    pub(crate) fn definition(&self, kind: &str) -> Option<Sql> {
        self.harness.definition(kind).map(|text| Sql::only(self.dialect.name(), text))
    }

    /// A connection.
    pub(crate) async fn connect(&self) -> Verdict<Box<dyn Connection>> {
        Ok(self.database.acquire().await?)
    }

    /// The record.
    pub(crate) fn record(&self) -> Record<'_> {
        Record::new(&*self.dialect, &self.settings.record)
    }

    /// What the migration lock is about.
    pub(crate) fn lock_key(&self) -> LockKey {
        LockKey { record: self.record().table().clone() }
    }

    /// A name in quotes.
    pub(crate) fn quote(&self, name: &str) -> String {
        self.dialect.quote(&name.into())
    }

    /// What is to be read of a database that holds `expected`: its namespaces, without the record.
    pub(crate) fn scope(&self, expected: &Schema) -> Scope {
        let mut schemas: Vec<String> = Vec::new();
        if !expected.namespaces.is_empty() {
            schemas.extend(self.dialect.default_schema().map(ToString::to_string));
            schemas.extend(expected.namespaces.keys().map(ToString::to_string));
        }
        let default = self.dialect.default_schema();
        let record = &self.settings.record;
        let mut except = vec![record.revisions(default), record.journal(default)];
        except.extend([Name::new(record.revisions.clone()), Name::new(record.journal.clone())]);
        Scope { schemas, except, ..Scope::default() }
    }

    /// What `connection` sees, which must all be understood.
    pub(crate) async fn observe_with(
        &self,
        connection: &mut dyn Connection,
        scope: &Scope,
    ) -> Verdict<Schema> {
        let mut seen = self.driver.introspector().introspect(connection, scope).await?;
        expect(seen.unmanaged.is_empty(), || format!("not understood: {:?}", seen.unmanaged))?;
        self.tidy(&mut seen.schema);
        Ok(seen.schema)
    }

    /// What is in the database.
    pub(crate) async fn observe(&self, scope: &Scope) -> Verdict<Schema> {
        self.observe_with(&mut *self.connect().await?, scope).await
    }

    /// What the dialect says that an introspector would see of `declared`.
    pub(crate) fn predict(&self, declared: &Schema) -> Schema {
        let mut schema = self.dialect.canonical(declared);
        self.tidy(&mut schema);
        schema
    }

    /// Leaves out what the harness says that the dialect cannot predict.
    pub(crate) fn predictable(&self, schema: &Schema) -> Schema {
        if self.harness.predicts_texts() { self.bare(schema) } else { without_texts(schema) }
    }

    /// The same without quotes that are not needed: a server that carries a rename through may write them.
    pub(crate) fn bare(&self, schema: &Schema) -> Schema {
        without_quotes(self.dialect.lexical(), schema)
    }

    /// What is seen of `declared` when it is built at once in a scratch database.
    pub(crate) async fn built_at_once(&self, declared: &Schema) -> Verdict<Schema> {
        let operations = self.difference(&Schema::new(), declared).operations;
        let scratch = self.database.scratch().await?;
        let seen = async {
            let mut connection = scratch.acquire().await?;
            self.carry_out(&mut *connection, &operations, &Schema::new()).await?;
            self.observe_with(&mut *connection, &self.scope(declared)).await
        }
        .await;
        scratch.discard().await?;
        seen
    }

    /// What turns one declared schema into another, without questions, and back.
    pub(crate) fn proposal(&self, from: &Schema, to: &Schema, hints: &Hints) -> Proposal {
        self.compared(from, to, hints, false)
    }

    /// What turns `from` into `to`, without questions. The order of columns counts.
    pub(crate) fn difference(&self, from: &Schema, to: &Schema) -> Proposal {
        self.compared(from, to, &Hints::default(), true)
    }

    fn compared(&self, from: &Schema, to: &Schema, hints: &Hints, ordered: bool) -> Proposal {
        let naming = Naming::default();
        let rules = comparison(&*self.dialect, ordered);
        let options = DiffOptions::unasked(hints, &naming, &rules);
        propose(from, to, &options)
    }

    /// Carries `operations` out in a transaction, on a database that holds `schema`, which then holds what they leave.
    pub(crate) async fn apply(
        &self,
        connection: &mut dyn Connection,
        operations: &[Operation],
        schema: &mut Schema,
    ) -> Verdict {
        self.carry_out(connection, operations, schema).await?;
        for operation in operations {
            operation.apply(schema).map_err(|error| error.to_string())?;
        }
        Ok(())
    }

    async fn carry_out(
        &self,
        connection: &mut dyn Connection,
        operations: &[Operation],
        before: &Schema,
    ) -> Verdict {
        let statements = self.dialect.plan(operations, before).map_err(|error| error.to_string())?;
        let suspend_foreign_keys = statements.iter().any(|statement| statement.suspends_foreign_keys);
        connection.begin(TransactionMode { suspend_foreign_keys }).await?;
        let result = send_all(connection, &statements).await;
        match result {
            Ok(()) => Ok(connection.commit().await?),
            Err(stop) => {
                connection.rollback().await?;
                Err(stop)
            }
        }
    }

    /// Makes the same of what means the same.
    fn tidy(&self, schema: &mut Schema) {
        // What an object needs is found out from its text, and decides an order only.
        schema.objects.values_mut().for_each(|object| object.depends_on.clear());
        for table in schema.tables.values_mut() {
            sort(table);
            // What the server called something by itself depends on what was there.
            for column in &mut table.columns {
                for key in self.dialect.made_up_options(&table.name, column) {
                    column.options.unset(self.dialect.names(), key);
                }
            }
            // A place that the server cannot set is no difference.
            if !self.capabilities().column_position {
                table.columns.sort_by(|left, right| left.name.cmp(&right.name));
            }
        }
    }
}

async fn send_all(connection: &mut dyn Connection, statements: &[Statement]) -> Verdict {
    for statement in statements {
        let sql = &statement.sql;
        match &statement.kind {
            StatementKind::Schema | StatementKind::Data => {
                if let Err(error) = connection.execute(sql, &[]).await {
                    return fail(format!("{:?}: {error}\n  {sql}", error.kind));
                }
            }
            StatementKind::Run(_) => return fail(format!("no dialect makes calls of functions: {sql}")),
            StatementKind::Guard(guard) => {
                let rows = connection.query(sql, &[]).await?;
                expect(rows.is_empty(), || format!("{}: {rows:?}", guard.message))?;
            }
        }
    }
    Ok(())
}
