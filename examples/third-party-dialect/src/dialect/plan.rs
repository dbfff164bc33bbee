//! Which operation is carried out how.

use std::collections::{BTreeMap, BTreeSet};

use limbeck_core::driver::{Needs, RenderError, Statement};
use limbeck_core::ident::{Ident, Name};
use limbeck_core::operation::{AlterEnum, ColumnChange, Operation, RowValues};
use limbeck_core::schema::{Column, ObjectKey, Position, Schema, Sql, Table, Type};

use super::anew::Change;
use super::fault::{Fault, check_name};
use super::lower::{home, lower, lower_leniently, sql_text, type_text};
use super::text::{in_parens, name, quote, text, text_all};
use super::{NAMES, object, rows, sequence, table, types};

/// The statements that carry out `operations` on a database that holds `before`.
pub(super) fn plan(operations: &[Operation], before: &Schema) -> Result<Vec<Statement>, RenderError> {
    let mut planner = Planner {
        logical: before.clone(),
        statements: Vec::new(),
        dropped_indexes: BTreeSet::new(),
        emptied: BTreeSet::new(),
    };
    for (at, operation) in operations.iter().enumerate() {
        planner.step(at, operation)?;
    }
    Ok(planner.statements)
}

/// What a plan needs of the database: the table that may be made anew, and those that refer to it.
pub(super) fn needs(operation: &Operation) -> Needs {
    let anew = match operation {
        Operation::RenameTable { table, .. }
        | Operation::AddColumn { table, .. }
        | Operation::DropColumn { table, .. }
        | Operation::RenameColumn { table, .. }
        | Operation::AlterColumn { table, .. }
        | Operation::AddConstraint { table, .. }
        | Operation::DropConstraint { table, .. }
        | Operation::CreateIndex { table, .. }
        | Operation::RenameIndex { table, .. }
        | Operation::Delete { table, .. } => Some(table),
        _ => None,
    };
    let other = match operation {
        Operation::AlterTable { table, .. } => Some(table),
        _ => None,
    };
    let referring = anew.is_some() || matches!(operation, Operation::AlterEnum(_));
    Needs { tables: anew.or(other).into_iter().cloned().collect(), referring, ..Needs::default() }
}

/// What tells an index from others.
fn index_key(table: &Name, index: &Ident) -> (Name, String) {
    (home(table), index.as_str().to_ascii_lowercase())
}

/// What is planned so far.
pub(super) struct Planner {
    /// What the operations so far lead to.
    pub(super) logical: Schema,
    pub(super) statements: Vec<Statement>,
    /// Indexes that are dropped, by table, in lower case: DuckDB lets nobody have the name before the transaction ends.
    pub(super) dropped_indexes: BTreeSet<(Name, String)>,
    /// Tables of which rows are deleted: to DuckDB, these refer to others until the transaction ends.
    pub(super) emptied: BTreeSet<Name>,
}

impl Planner {
    fn step(&mut self, at: usize, operation: &Operation) -> Result<(), RenderError> {
        match operation {
            Operation::CreateTable(made) => {
                self.apply(at, operation)?;
                let made = lower(&self.logical, made).map_err(|fault| fault.at(at))?;
                self.create(at, &made);
                Ok(())
            }
            Operation::DropTable { table } => {
                let gone = self.lowered(at, table)?;
                self.apply(at, operation)?;
                self.schema(at, format!("DROP TABLE {}", name(&gone.name)));
                for (_, sequence) in sequence::behind(&gone) {
                    self.schema(at, sequence::drop_text(&sequence));
                }
                Ok(())
            }
            Operation::RenameTable { table, to } => {
                check_name(&to.name, "table").map_err(|fault| fault.at(at))?;
                self.anew(at, operation, &Change::of(table).renamed(to))
            }
            Operation::AlterTable { table, comment, .. } => {
                self.apply(at, operation)?;
                let after = self.checked(at, table)?;
                if comment.is_some() {
                    let what = format!("TABLE {}", name(&after.name));
                    self.schema(at, table::comment(&what, after.comment.as_deref()));
                }
                Ok(())
            }
            Operation::AddColumn { table, column, position, fill } => {
                self.add_column(at, operation, table, column, position.as_ref(), fill.as_ref())
            }
            Operation::DropColumn { table, .. } => self.anew(at, operation, &Change::of(table)),
            Operation::RenameColumn { table, column, to } => {
                self.anew(at, operation, &Change::of(table).column_renamed(column, to))
            }
            Operation::AlterColumn { table, column, change } => {
                self.alter_column(at, operation, table, column, change)
            }
            Operation::AddConstraint { table, .. } | Operation::DropConstraint { table, .. } => {
                self.anew(at, operation, &Change::of(table))
            }
            // Names of constraints are not kept, and rows are looked at when one is added.
            Operation::RenameConstraint { .. } | Operation::ValidateConstraint { .. } => {
                self.apply(at, operation)
            }
            Operation::CreateIndex { table, index, .. } => {
                if self.dropped_indexes.contains(&index_key(table, &index.name)) {
                    return self.anew(at, operation, &Change::of(table));
                }
                self.apply(at, operation)?;
                self.index(at, table, &index.name)
            }
            Operation::DropIndex { table, name: index, .. } => {
                self.apply(at, operation)?;
                self.drop_index(at, table, index);
                Ok(())
            }
            Operation::RenameIndex { table, name: index, to } => {
                if self.dropped_indexes.contains(&index_key(table, to)) {
                    return self.anew(at, operation, &Change::of(table));
                }
                self.apply(at, operation)?;
                self.drop_index(at, table, index);
                self.index(at, table, to)
            }
            Operation::AttachPartition { .. } | Operation::DetachPartition { .. } => Err(Fault::unsupported(
                "DuckDB has no partitions",
                "leave it out; for other databases alone, write an `execute` with `duckdb = \"\"`",
            )
            .at(at)),
            // A type of DuckDB's own is of no use: columns keep the words, and not which type had them.
            Operation::CreateEnum(_) | Operation::DropEnum { .. } => self.apply(at, operation),
            Operation::AlterEnum(change) => self.alter_enum(at, operation, change),
            Operation::CreateSequence(made) => {
                self.apply(at, operation)?;
                self.extend(at, sequence::create(made, at))
            }
            Operation::AlterSequence(made) => {
                self.apply(at, operation)?;
                self.extend(at, sequence::alter(made, at))
            }
            Operation::DropSequence { name } => {
                self.apply(at, operation)?;
                self.schema(at, sequence::drop_text(&home(name)));
                Ok(())
            }
            Operation::CreateNamespace(made) => {
                check_name(&made.name, "schema").map_err(|fault| fault.at(at))?;
                self.apply(at, operation)?;
                self.schema(at, format!("CREATE SCHEMA {}", quote(made.name.as_str())));
                Ok(())
            }
            // Nothing of what it says is kept.
            Operation::AlterNamespace(_) => self.apply(at, operation),
            Operation::DropNamespace { name } => {
                self.apply(at, operation)?;
                self.schema(at, format!("DROP SCHEMA {}", quote(name.as_str())));
                Ok(())
            }
            Operation::CreateObject(made) => {
                self.apply(at, operation)?;
                self.extend(at, object::create(made, at))
            }
            Operation::ReplaceObject(made) => {
                self.apply(at, operation)?;
                self.extend(at, object::replace(made, at))
            }
            Operation::DropObject { key } => self.drop_object(at, operation, key),
            Operation::Insert { table, rows, .. } => self.extend(at, rows::insert(&home(table), rows, at)),
            Operation::Delete { table, rows, key } => {
                let primary: Vec<Ident>;
                let key = if key.is_empty() {
                    let found = self.logical.table(table).and_then(Table::primary_key);
                    primary = found
                        .map(|(constraint, _)| constraint.columns().into_iter().cloned().collect())
                        .unwrap_or_default();
                    &primary
                } else {
                    key
                };
                self.delete(at, operation, table, rows, key)
            }
            Operation::Execute { sql, effect } => {
                self.statements.extend(rows::execute(sql, *effect, at)?);
                Ok(())
            }
            // The engine calls the function itself.
            Operation::Run { .. } => Ok(()),
        }
    }

    fn drop_index(&mut self, at: usize, table: &Name, index: &Ident) {
        self.schema(at, format!("DROP INDEX {}", table::index_name(&home(table), index)));
        self.dropped_indexes.insert(index_key(table, index));
    }

    /// Deletes rows. Where rows that refer to the table go in the same transaction, it is made anew without them: DuckDB
    /// takes rows for referred to until the transaction ends.
    fn delete(
        &mut self,
        at: usize,
        operation: &Operation,
        table: &Name,
        rows: &[RowValues],
        key: &[Ident],
    ) -> Result<(), RenderError> {
        let at_home = home(table);
        let referring = self.logical.tables.values().any(|other| {
            self.emptied.contains(&home(&other.name))
                && other.foreign_keys().any(|(_, key)| home(&key.references.table) == at_home)
        });
        if referring {
            let mut change = Change::of(table);
            change.gone = Some(rows::condition(&at_home, rows, key).map_err(|fault| fault.at(at))?);
            self.anew(at, operation, &change)?;
        } else {
            let made = rows::delete(&at_home, rows, key, at);
            self.extend(at, made)?;
        }
        self.emptied.insert(at_home);
        Ok(())
    }

    pub(super) fn schema(&mut self, at: usize, sql: String) {
        self.statements.push(Statement::schema(at, sql));
    }

    fn extend(&mut self, at: usize, made: Result<Vec<Statement>, Fault>) -> Result<(), RenderError> {
        self.statements.extend(made.map_err(|fault| fault.at(at))?);
        Ok(())
    }

    pub(super) fn apply(&mut self, at: usize, operation: &Operation) -> Result<(), RenderError> {
        operation.apply(&mut self.logical).map_err(|error| Fault::DoesNotFit(error.to_string()).at(at))
    }

    fn found(&self, at: usize, table: &Name) -> Result<&Table, RenderError> {
        let missing = || Fault::DoesNotFit(format!("table {table} does not exist")).at(at);
        self.logical.table(table).ok_or_else(missing)
    }

    /// A table as DuckDB holds it now.
    fn lowered(&self, at: usize, table: &Name) -> Result<Table, RenderError> {
        // What is there already is not refused any more.
        Ok(lower_leniently(&self.logical, self.found(at, table)?).0)
    }

    /// A table as it is to be.
    fn checked(&self, at: usize, table: &Name) -> Result<Table, RenderError> {
        lower(&self.logical, self.found(at, table)?).map_err(|fault| fault.at(at))
    }

    /// Makes a table that was not there.
    fn create(&mut self, at: usize, made: &Table) {
        for (column, sequence) in sequence::behind(made) {
            self.statements.extend(sequence::create_behind(column, &sequence, at));
        }
        self.schema(at, table::create(made));
        for index in made.indexes.values() {
            self.schema(at, table::create_index(&made.name, index));
        }
        for comment in table::comments(made) {
            self.schema(at, comment);
        }
    }

    /// Makes an index of a table that is there.
    fn index(&mut self, at: usize, table: &Name, index: &Ident) -> Result<(), RenderError> {
        let table = self.checked(at, table)?;
        let Some(index) = table.indexes.get(index) else { return Ok(()) };
        self.statements.extend(table::index_guard(&table.name, index, at));
        self.schema(at, table::create_index(&table.name, index));
        if index.comment.is_some() {
            self.schema(at, table::index_comment(&table.name, index));
        }
        Ok(())
    }

    fn add_column(
        &mut self,
        at: usize,
        operation: &Operation,
        table: &Name,
        column: &Column,
        position: Option<&Position>,
        fill: Option<&Sql>,
    ) -> Result<(), RenderError> {
        let last = self.found(at, table)?.columns.last().map(|last| last.name.clone());
        let at_end = match position {
            None => true,
            Some(Position::First) => false,
            Some(Position::After(other)) => Some(other) == last.as_ref(),
        };
        let bare = column.nullable && column.identity.is_none() && column.generated.is_none();
        if at_end && bare && (fill.is_none() || column.default.is_some()) {
            self.apply(at, operation)?;
            let after = self.checked(at, table)?;
            let Some(made) = after.column(&column.name) else { return Ok(()) };
            self.schema(
                at,
                format!("ALTER TABLE {} ADD COLUMN {}", name(&after.name), table::plain_definition(made)),
            );
            if made.comment.is_some() {
                let what = table::column_name(&after.name, &made.name);
                self.schema(at, table::comment(&what, made.comment.as_deref()));
            }
            return Ok(());
        }
        let given = column.default.as_ref().or(fill);
        let value = match given {
            Some(sql) => Some(self.sql(at, sql, || format!("the value of {table}.{}", column.name))?),
            None => None,
        };
        let mut change = Change::of(table);
        if let Some(value) = value {
            change.values.insert(column.name.clone(), in_parens(&value));
        }
        self.anew(at, operation, &change)
    }

    fn alter_column(
        &mut self,
        at: usize,
        operation: &Operation,
        table: &Name,
        column: &Ident,
        change: &ColumnChange,
    ) -> Result<(), RenderError> {
        if let Some(done) = self.alter_in_place(at, operation, table, column, change)? {
            return Ok(done);
        }
        let old = self.lowered(at, table)?;
        let missing = || Fault::DoesNotFit(format!("table {table} has no column {column}")).at(at);
        let old = old.column(column).ok_or_else(missing)?;
        let mut after = self.logical.clone();
        operation.apply(&mut after).map_err(|error| Fault::DoesNotFit(error.to_string()).at(at))?;
        let new = after.table(table).map(|found| lower_leniently(&after, found).0);
        let new = new.as_ref().and_then(|table| table.column(column)).ok_or_else(missing)?;
        let mut value = quote(column.as_str());
        if let Some(using) = &change.using {
            value = in_parens(&self.sql(at, using, || format!("the cast of {table}.{column}"))?);
        } else if type_text(old) != type_text(new) {
            value = types::converted(&value, &type_text(old), &type_text(new));
        }
        if old.nullable && !new.nullable {
            let fill = match &change.fill {
                Some(fill) => Some(self.sql(at, fill, || format!("the value of {table}.{column}"))?),
                // A row without a value gets the one that a row gets of which none is said.
                None => new.default.as_ref().map(|default| sql_text(default).to_owned()),
            };
            if let Some(fill) = fill {
                value = format!("coalesce({value}, {})", in_parens(&fill));
            }
        }
        let mut how = Change::of(table);
        how.values.insert(column.clone(), value);
        self.anew(at, operation, &how)
    }

    /// Changes a comment or a default, if it is nothing else: `None`, if it is.
    fn alter_in_place(
        &mut self,
        at: usize,
        operation: &Operation,
        table: &Name,
        column: &Ident,
        change: &ColumnChange,
    ) -> Result<Option<()>, RenderError> {
        let rest = ColumnChange { default: None, comment: None, ..change.clone() };
        let computed = self
            .found(at, table)?
            .column(column)
            .is_some_and(|column| column.generated.is_some() || column.identity.is_some());
        if rest != ColumnChange::default() || computed {
            return Ok(None);
        }
        self.apply(at, operation)?;
        let after = self.checked(at, table)?;
        let Some(made) = after.column(column) else { return Ok(Some(())) };
        if change.default.is_some() {
            let what = match &made.default {
                Some(default) => format!("SET DEFAULT {}", in_parens(sql_text(default))),
                None => "DROP DEFAULT".to_owned(),
            };
            self.schema(
                at,
                format!("ALTER TABLE {} ALTER COLUMN {} {what}", name(&after.name), quote(column.as_str())),
            );
        }
        if change.comment.is_some() {
            let what = table::column_name(&after.name, column);
            self.schema(at, table::comment(&what, made.comment.as_deref()));
        }
        Ok(Some(()))
    }

    /// Changes the words of an enum in all columns of its type.
    fn alter_enum(
        &mut self,
        at: usize,
        operation: &Operation,
        change: &AlterEnum,
    ) -> Result<(), RenderError> {
        let mut changes = Vec::new();
        for table in self.logical.tables.values() {
            let mut how = Change::of(&table.name);
            for column in &table.columns {
                let Some(ty) = column.ty.resolve(NAMES).filter(|ty| ty.enum_name() == Some(&change.name))
                else {
                    continue;
                };
                let old = quote(column.name.as_str());
                let list = matches!(ty, Type::Array(_));
                if list && !change.rename.is_empty() {
                    return Err(Fault::unsupported(
                        format!(
                            "words of the enum {} are renamed within lists, in {}.{}",
                            change.name, table.name, column.name
                        ),
                        "write an `execute` that does it",
                    )
                    .at(at));
                }
                let cast = format!("CAST({old} AS VARCHAR{})", if list { "[]" } else { "" });
                let cases: Vec<String> = change
                    .rename
                    .iter()
                    .map(|rename| format!("WHEN {} THEN {}", text(&rename.from), text(&rename.to)))
                    .collect();
                let value = if cases.is_empty() {
                    cast
                } else {
                    format!("CASE {cast} {} ELSE {cast} END", cases.join(" "))
                };
                how.values.insert(column.name.clone(), value);
                if !change.remove.is_empty() && !list {
                    how.removed.push((column.name.clone(), text_all(&change.remove)));
                }
            }
            if !how.values.is_empty() {
                changes.push(how);
            }
        }
        self.all_anew(at, operation, &changes)
    }

    fn drop_object(&mut self, at: usize, operation: &Operation, key: &ObjectKey) -> Result<(), RenderError> {
        let missing = || Fault::DoesNotFit(format!("{key} does not exist")).at(at);
        let gone = self.logical.objects.get(key).ok_or_else(missing)?;
        let made = object::drop(gone, at);
        self.extend(at, made)?;
        self.apply(at, operation)
    }

    fn sql(&self, at: usize, sql: &Sql, what: impl FnOnce() -> String) -> Result<String, RenderError> {
        sql.resolve(NAMES).cloned().ok_or_else(|| Fault::NoText(what()).at(at))
    }

    /// Makes a table anew.
    fn anew(&mut self, at: usize, operation: &Operation, change: &Change) -> Result<(), RenderError> {
        self.all_anew(at, operation, std::slice::from_ref(change))
    }

    /// Makes tables anew, and gives views that a rename has changed their new texts.
    fn all_anew(&mut self, at: usize, operation: &Operation, changes: &[Change]) -> Result<(), RenderError> {
        let renames = matches!(operation, Operation::RenameTable { .. } | Operation::RenameColumn { .. });
        let objects: BTreeMap<_, _> = if renames { self.logical.objects.clone() } else { BTreeMap::new() };
        self.make_anew(at, operation, changes)?;
        let changed: Vec<_> = self
            .logical
            .objects
            .iter()
            .filter(|(key, now)| objects.get(*key).is_some_and(|was| was.definition != now.definition))
            .map(|(_, now)| now.clone())
            .collect();
        for now in changed {
            self.extend(at, object::replace(&now, at))?;
        }
        Ok(())
    }
}
