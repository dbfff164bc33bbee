//! Changes to columns that need the rows that are there: what they get, and how their values become new ones.

use limbeck_core::driver::{RenderError, Statement};
use limbeck_core::ident::{Ident, Name};
use limbeck_core::operation::{ColumnChange, Operation};
use limbeck_core::schema::{Column, Position, Sql};

use super::default::{canonical, in_parens, render};
use super::fault::Fault;
use super::literal::quote;
use super::plan::Planner;
use super::table::name;
use super::types;

impl Planner {
    /// Adds a column; with a fill, first one that takes NULL.
    pub(super) fn add_column(
        &mut self,
        at: usize,
        operation: &Operation,
        table: &Name,
        column: &Column,
        position: Option<&Position>,
        fill: Option<&Sql>,
    ) -> Result<(), RenderError> {
        let fill = self.resolve(fill, "the fill", at)?.filter(|_| column.default.is_none());
        let Some(fill) = fill else { return self.change_table(at, operation, table) };
        let softened = Operation::AddColumn {
            table: table.clone(),
            column: Box::new(column.clone().nullable()),
            position: position.cloned(),
            fill: None,
        };
        self.change_table(at, &softened, table)?;
        self.flush(table)?;
        self.update(at, table, &column.name, &fill, None);
        if column.nullable {
            return Ok(());
        }
        let change = ColumnChange { nullable: Some(false), ..ColumnChange::default() };
        self.alter(at, table, &column.name, change)
    }

    /// Changes a column; values that must become others are written between two ALTERs.
    pub(super) fn alter_column(
        &mut self,
        at: usize,
        operation: &Operation,
        table: &Name,
        column: &Ident,
        change: &ColumnChange,
    ) -> Result<(), RenderError> {
        let mut using = self.resolve(change.using.as_ref(), "`using`", at)?.filter(|_| change.ty.is_some());
        let there = self.logical.table(table).and_then(|table| table.column(column));
        let computed = there.and_then(|column| column.generated.as_ref()).is_some_and(|made| !made.stored);
        if computed && change.generated == Some(None) && using.is_none() {
            // Its values are nowhere but in its expression.
            using = Some(quote(column.as_str()));
        }
        let fill = self.resolve(change.fill.as_ref(), "the fill", at)?;
        // Old rows get what new ones would.
        let fill = fill.or_else(|| self.default_of(table, column, change));
        let fill = fill.filter(|_| change.nullable == Some(false));
        if using.is_none() && fill.is_none() {
            return self.change_table(at, operation, table);
        }
        if let (None, Some(fill)) = (&using, &fill)
            && change.ty.is_none()
            && self.holds(table, column)
        {
            // What waits for the table is nothing to this column, so that one ALTER will do.
            self.update(at, table, column, fill, Some(&format!("{} IS NULL", quote(column.as_str()))));
            let change = ColumnChange { fill: None, ..change.clone() };
            return self.alter(at, table, column, change);
        }
        // What changes but for NOT NULL, which waits until no row is in its way.
        let mut first = change.clone();
        first.fill = None;
        first.using = None;
        if fill.is_some() {
            first.nullable = None;
        }
        match using {
            Some(using) => self.convert(at, table, column, &using, first)?,
            None if first != ColumnChange::default() => {
                self.alter(at, table, column, first)?;
            }
            None => {}
        }
        if let Some(fill) = fill {
            self.flush(table)?;
            self.update(at, table, column, &fill, Some(&format!("{} IS NULL", quote(column.as_str()))));
            let change = ColumnChange { nullable: Some(false), ..ColumnChange::default() };
            self.alter(at, table, column, change)?;
        }
        Ok(())
    }

    /// The default that a column that takes NULL has when `change` is made; `None` if that is NULL.
    fn default_of(&self, table: &Name, column: &Ident, change: &ColumnChange) -> Option<String> {
        let there = self.logical.table(table)?.column(column).filter(|there| there.nullable)?;
        let default = change.default.clone().unwrap_or_else(|| there.default.clone())?;
        let ty = change.ty.as_ref().unwrap_or(&there.ty).resolve(self.gates.names())?;
        let ty = types::render(self.gates, &ty).ok()?;
        let text = canonical(self.gates, default.resolve(self.gates.names())?, &ty)?;
        Some(render(self.gates, &text, &ty))
    }

    fn alter(
        &mut self,
        at: usize,
        table: &Name,
        column: &Ident,
        change: ColumnChange,
    ) -> Result<(), RenderError> {
        let operation =
            Operation::AlterColumn { table: table.clone(), column: column.clone(), change: Box::new(change) };
        self.change_table(at, &operation, table)
    }

    /// The new values are put into a column beside the old one, which then takes its name and place.
    fn convert(
        &mut self,
        at: usize,
        table: &Name,
        column: &Ident,
        using: &str,
        change: ColumnChange,
    ) -> Result<(), RenderError> {
        self.flush(table)?;
        let gates = self.gates;
        let there = self.logical.table(table).and_then(|table| table.column(column)).cloned();
        let missing = || Fault::DoesNotFit(format!("column {table}.{column} does not exist")).at(gates, at);
        let mut beside = there.ok_or_else(missing)?;
        let (new, old) = (Ident::from("limbeck_new_value"), Ident::from("limbeck_old_value"));
        beside.name = new.clone();
        beside.ty = change.ty.clone().unwrap_or(beside.ty);
        beside.collation = change.collation.clone().unwrap_or(beside.collation);
        beside.options = change.options.clone().unwrap_or(beside.options);
        beside.nullable = true;
        (beside.default, beside.identity, beside.generated) = (None, None, None);
        let added = Operation::AddColumn {
            table: table.clone(),
            column: Box::new(beside),
            position: Some(Position::After(column.clone())),
            fill: None,
        };
        self.change_table(at, &added, table)?;
        self.flush(table)?;
        self.update(at, table, &new, using, None);
        // From here on the table is, but for names, one whose column has the new values beside one that goes.
        for (from, to) in [(column, &old), (&new, column)] {
            let renamed =
                Operation::RenameColumn { table: table.clone(), column: from.clone(), to: to.clone() };
            renamed
                .apply(&mut self.physical)
                .map_err(|error| Fault::DoesNotFit(error.to_string()).at(gates, at))?;
            self.join(at, table).rename_column(from, to);
        }
        let gone = self.logical.tables.get_mut(table).ok_or_else(missing)?;
        gone.columns.retain(|column| column.name != new);
        self.alter(at, table, column, change)
    }

    fn update(&mut self, at: usize, table: &Name, column: &Ident, value: &str, rows: Option<&str>) {
        let rows = rows.map_or_else(String::new, |rows| format!(" WHERE {rows}"));
        let sql =
            format!("UPDATE {} SET {} = {}{rows}", name(table), quote(column.as_str()), in_parens(value));
        self.statements.push(Statement::data(at, sql));
    }

    /// The text for the server of an expression that may be given.
    fn resolve(&self, sql: Option<&Sql>, what: &str, at: usize) -> Result<Option<String>, RenderError> {
        let Some(sql) = sql else { return Ok(None) };
        match sql.resolve(self.gates.names()) {
            Some(text) if text.trim().is_empty() => Ok(None),
            Some(text) => Ok(Some(text.trim().to_owned())),
            None => Err(Fault::NoText(what.to_owned()).at(self.gates, at)),
        }
    }
}
