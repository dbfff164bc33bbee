//! Changes to columns and to what is said of tables as a whole.

use limbeck_core::driver::Statement;
use limbeck_core::ident::{Ident, Name};
use limbeck_core::operation::{ColumnChange, Operation};
use limbeck_core::schema::{Column, Generated, Options, Schema, Sql, Table};

use super::fault::{Fault, expression_of, text_of};
use super::follow::{given_or_made_up, own_not_nulls, part_and_name, rename_not_nulls};
use super::gates::Gates;
use super::literal::{identifier, name_or_sql, quote, quote_name, text};
use super::options::{self, COLUMN, TABLE, read};
use super::{
    NAMES, casts, child, column, comment, constraint, default, index, names, sequence, storage, table, types,
};
use crate::options as key;

/// The statements that add a column. `after` is the table with it.
pub(super) fn add_column(
    gates: Gates,
    table_name: &Name,
    new: &Column,
    fill: Option<&Sql>,
    at: usize,
) -> Result<Vec<Statement>, Fault> {
    let owner = quote_name(table_name);
    let name = quote(&new.name);
    let alter = |action: &str| Statement::schema(at, format!("ALTER TABLE {owner} {action}"));
    let late = new.options.flag(NAMES, key::NOT_NULL_NOT_VALID) && !new.nullable;
    let fill = match fill {
        Some(fill) if !new.nullable && new.default.is_none() && new.generated.is_none() => {
            Some(text_of(fill, || format!("the fill of {}", column::place(table_name, &new.name)))?)
        }
        _ => None,
    }
    .filter(|fill| !fill.is_empty());
    let mut statements = Vec::new();
    match fill {
        // The server keeps such a value once for all the rows that are there.
        Some(value) if default::is_constant(value) => {
            let with = Column { default: Some(Sql::from(value)), ..new.clone() };
            statements
                .push(alter(&format!("ADD COLUMN {}", column::define(gates, table_name, &with, !late)?)));
            statements.push(alter(&format!("ALTER COLUMN {name} DROP DEFAULT")));
        }
        Some(value) => {
            statements.push(alter(&format!("ADD COLUMN {}", column::define(gates, table_name, new, false)?)));
            let value = default::render(value);
            statements.push(Statement::data(at, format!("UPDATE {owner} SET {name} = {value}")));
            statements.push(alter(&set_not_null(gates, new)));
        }
        None => {
            statements.push(alter(&format!("ADD COLUMN {}", column::define(gates, table_name, new, !late)?)));
        }
    }
    // The tables made of this one have their own.
    for action in column::settings(table_name, new)? {
        statements.push(Statement::schema(at, format!("ALTER TABLE ONLY {owner} {action}")));
    }
    if late {
        statements.push(alter(&table::column_not_null(gates, &Table::new(table_name.clone()), new)?));
    }
    if let Some(said) = &new.comment {
        statements.push(comment::on(at, &format!("COLUMN {owner}.{name}"), Some(said)));
    }
    Ok(statements)
}

/// The action that makes a column take no NULL.
fn set_not_null(gates: Gates, new: &Column) -> String {
    let name = quote(&new.name);
    let no_inherit = new.options.flag(NAMES, key::NOT_NULL_NO_INHERIT);
    match new.options.text(NAMES, key::NOT_NULL_NAME).filter(|_| gates.named_not_null) {
        Some(constraint) => {
            let tail = if no_inherit { " NO INHERIT" } else { "" };
            format!("ADD CONSTRAINT {} NOT NULL {name}{tail}", identifier(constraint))
        }
        None if no_inherit && gates.named_not_null => format!("ADD NOT NULL {name} NO INHERIT"),
        None => format!("ALTER COLUMN {name} SET NOT NULL"),
    }
}

/// The statements that change a column. `before` and `after` are the table without and with the change; `schema` is all
/// that is there.
pub(super) fn alter_column(
    gates: Gates,
    before: &Table,
    after: &Table,
    name: &Ident,
    change: &ColumnChange,
    around: Around<'_>,
    at: usize,
) -> Result<Vec<Statement>, Fault> {
    let missing = || Fault::DoesNotFit(format!("{} does not exist", column::place(&before.name, name)));
    let (old, new) = (before.column(name).ok_or_else(missing)?, after.column(name).ok_or_else(missing)?);
    let remade = match (&old.generated, &new.generated) {
        (None, None) => false,
        (Some(from), Some(to)) => from.stored != to.stored || (from != to && !gates.set_expression),
        (None, Some(_)) => true,
        // The server can keep the values of a stored column only.
        (Some(from), None) => !from.stored,
    };
    if remade {
        return remake(gates, before, after, new, at);
    }
    let mut altering = Altering { gates, before, after, old, new, around, at, statements: Vec::new() };
    altering.run(change)?;
    Ok(altering.statements)
}

/// Drops a column and makes it anew, with what its table has on it: it is computed, so that no value is lost.
fn remake(
    gates: Gates,
    before: &Table,
    after: &Table,
    new: &Column,
    at: usize,
) -> Result<Vec<Statement>, Fault> {
    let owner = quote_name(&after.name);
    let mut rest = Schema::new();
    rest.insert_table(before.clone());
    let drop = limbeck_core::operation::Operation::DropColumn {
        table: before.name.clone(),
        column: new.name.clone(),
    };
    drop.apply(&mut rest).map_err(|error| Fault::DoesNotFit(error.to_string()))?;
    let kept = rest.table(&before.name);
    let mut statements =
        vec![Statement::schema(at, format!("ALTER TABLE {owner} DROP COLUMN {}", quote(&new.name)))];
    statements.extend(add_column(gates, &after.name, new, None, at)?);
    for item in &after.constraints {
        if kept.is_some_and(|kept| !kept.constraints.contains(item)) {
            statements.extend(add_constraint(gates, &after.name, item, at)?);
        }
    }
    for item in after.indexes.values() {
        if kept.is_some_and(|kept| !kept.indexes.contains_key(&item.name)) {
            statements.extend(index::create(gates, &after.name, item, false, at)?);
        }
    }
    Ok(statements)
}

/// The statements that add a constraint.
pub(super) fn add_constraint(
    gates: Gates,
    owner: &Name,
    item: &limbeck_core::schema::Constraint,
    at: usize,
) -> Result<Vec<Statement>, Fault> {
    let definition = constraint::define(gates, owner, item)?;
    let mut statements =
        vec![Statement::schema(at, format!("ALTER TABLE {} ADD {definition}", quote_name(owner)))];
    let name = constraint::name(owner, item);
    if item.options.flag(NAMES, key::CLUSTER) {
        statements.push(index::cluster_on(owner, &name, at));
    }
    if let Some(said) = &item.comment {
        statements.push(comment::on(at, &constraint::on(owner, &name), Some(said)));
    }
    Ok(statements)
}

/// What stands around a column that changes.
#[derive(Clone, Copy)]
pub(super) struct Around<'a> {
    pub(super) schema: &'a Schema,
    /// What comes behind the change.
    pub(super) later: &'a [Operation],
}

/// A change to a column under way.
struct Altering<'a> {
    gates: Gates,
    before: &'a Table,
    after: &'a Table,
    old: &'a Column,
    new: &'a Column,
    around: Around<'a>,
    at: usize,
    statements: Vec<Statement>,
}

impl Altering<'_> {
    fn owner(&self) -> String {
        quote_name(&self.after.name)
    }

    fn place(&self) -> String {
        column::place(&self.after.name, &self.new.name)
    }

    fn alter(&mut self, action: &str) {
        let sql = format!("ALTER TABLE {} {action}", self.owner());
        self.statements.push(Statement::schema(self.at, sql));
    }

    /// The parts of a table have defaults of their own.
    fn default(&mut self, action: &str) {
        if self.after.partition_by.is_none() {
            return self.column(action);
        }
        self.only(action);
    }

    /// What the tables made of this one have for themselves.
    fn only(&mut self, action: &str) {
        let sql =
            format!("ALTER TABLE ONLY {} ALTER COLUMN {} {action}", self.owner(), quote(&self.new.name));
        self.statements.push(Statement::schema(self.at, sql));
    }

    fn column(&mut self, action: &str) {
        let name = quote(&self.new.name);
        self.alter(&format!("ALTER COLUMN {name} {action}"));
    }

    fn run(&mut self, change: &ColumnChange) -> Result<(), Fault> {
        let retyped = change.ty.is_some() || change.collation.is_some();
        let using = self.using(change)?;
        // What the old default says may make no sense of the new type.
        let default_waits = retyped
            && self.old.default.is_some()
            && (change.default.as_ref().is_some_and(Option::is_none)
                || change.default.is_some()
                || using.is_some());
        if self.old.identity.is_some() && change.identity == Some(None) {
            self.column("DROP IDENTITY");
        }
        if default_waits || (change.default == Some(None) && self.old.default.is_some()) {
            self.default("DROP DEFAULT");
        }
        if change.generated == Some(None) && self.old.generated.is_some() {
            self.column("DROP EXPRESSION");
        }
        // A narrower type must hold the limits of the identity that is there.
        let narrower = self.rank(self.new)? < self.rank(self.old)?;
        if narrower {
            self.identity(change)?;
        }
        if retyped {
            let ty = types::render(&column::resolved_type(&self.after.name, self.new)?);
            let collation = self
                .new
                .collation
                .as_ref()
                .map(|collation| format!(" COLLATE {}", name_or_sql(collation)))
                .unwrap_or_default();
            let using = using.map(|using| format!(" USING {using}")).unwrap_or_default();
            self.column(&format!("TYPE {ty}{collation}{using}"));
        }
        if let (Some(Some(made)), Some(_)) = (&change.generated, &self.old.generated) {
            let expression = self.expression(made)?;
            self.column(&format!("SET EXPRESSION AS ({expression})"));
        }
        if let Some(given) =
            self.new.default.as_ref().filter(|_| default_waits || matches!(change.default, Some(Some(_))))
        {
            let text = text_of(given, || format!("the default of {}", self.place()))?;
            self.default(&format!("SET DEFAULT {}", default::render(text)));
        }
        self.nullable(change)?;
        if !narrower {
            self.identity(change)?;
        }
        if change.options.is_some() || retyped {
            let options = change.options.as_ref().unwrap_or(&self.new.options);
            self.options(options, retyped)?;
        }
        if let Some(said) = &change.comment {
            let on = format!("COLUMN {}.{}", self.owner(), quote(&self.new.name));
            self.statements.push(comment::on(self.at, &on, said.as_deref()));
        }
        Ok(())
    }

    /// How the old values become new ones, where that must be said.
    fn using(&self, change: &ColumnChange) -> Result<Option<String>, Fault> {
        if let Some(using) = &change.using {
            let text = text_of(using, || format!("`using` of {}", self.place()))?;
            return Ok((!text.is_empty()).then(|| default::render(text)));
        }
        if change.ty.is_none() || self.new.generated.is_some() {
            return Ok(None);
        }
        let from = column::resolved_type(&self.before.name, self.old)?;
        let to = column::resolved_type(&self.after.name, self.new)?;
        Ok(casts::conversion(&from, &to, &quote(&self.new.name)))
    }

    fn expression(&self, made: &Generated) -> Result<String, Fault> {
        expression_of(&made.expression, || format!("the expression of {}", self.place()))
    }

    fn nullable(&mut self, change: &ColumnChange) -> Result<(), Fault> {
        match change.nullable {
            Some(false) => {
                let name = quote(&self.new.name);
                // Who says what new rows get has said what old ones are to have instead of NULL.
                let value = match &change.fill {
                    Some(fill) => default::render(text_of(fill, || format!("the fill of {}", self.place()))?),
                    None if self.new.default.is_some() => "DEFAULT".to_owned(),
                    None => String::new(),
                };
                if !value.is_empty() {
                    let sql = format!("UPDATE {} SET {name} = {value} WHERE {name} IS NULL", self.owner());
                    self.statements.push(Statement::data(self.at, sql));
                }
                if self.new.options.flag(NAMES, key::NOT_NULL_NOT_VALID) {
                    let action = table::column_not_null(self.gates, self.after, self.new)?;
                    self.alter(&action);
                } else {
                    let action = set_not_null(self.gates, self.new);
                    self.alter(&action);
                }
            }
            Some(true) => self.column("DROP NOT NULL"),
            None => {}
        }
        Ok(())
    }

    /// How much an identity that stays can count in the column: 0 where there is none.
    fn rank(&self, column: &Column) -> Result<u8, Fault> {
        if self.old.identity.is_none() || self.new.identity.is_none() {
            return Ok(0);
        }
        let ty = types::render(&column::resolved_type(&self.after.name, column)?);
        Ok(sequence::rank(&ty))
    }

    fn identity(&mut self, change: &ColumnChange) -> Result<(), Fault> {
        let Some(Some(to)) = &change.identity else { return Ok(()) };
        let Some(from) = &self.old.identity else {
            if self.new.nullable {
                return Err(Fault::unsupported(
                    format!("{} is an identity and takes NULL", self.place()),
                    "set `nullable = false`",
                ));
            }
            let mut options = read(&self.new.options, COLUMN, &self.place())?;
            let usual = self.after.name.sibling(names::sequence(&self.after.name, &self.new.name));
            let goes = |operation: &Operation| matches!(operation, Operation::DropSequence { name } if *name == usual);
            let taken =
                self.around.schema.sequences.contains_key(&usual) && self.around.later.iter().any(goes);
            if options.text(NAMES, key::SEQUENCE).is_none() && taken {
                // It gets its own name when the sequence that has it goes.
                key::set_text(&mut options, key::SEQUENCE, names::waiting(&self.after.name, &self.new.name));
            }
            let words = column::identity(&self.after.name, self.new, to, &options)?;
            self.column(&format!("ADD {words}"));
            // The counter goes on behind the values that are there.
            let owner = self.owner();
            let name = quote(&self.new.name);
            let step = to.sequence.increment.unwrap_or(1);
            let last = if step < 0 { "min" } else { "max" };
            self.statements.push(Statement::data(
                self.at,
                format!(
                    "SELECT pg_catalog.setval(pg_catalog.pg_get_serial_sequence({}, {}), {last}({name})) FROM {owner} \
                     HAVING count({name}) > 0",
                    text(&owner),
                    text(self.new.name.as_str())
                ),
            ));
            return Ok(());
        };
        let mut words = Vec::new();
        if from.always != to.always {
            words.push(format!("SET GENERATED {}", if to.always { "ALWAYS" } else { "BY DEFAULT" }));
        }
        if from.sequence != to.sequence {
            words
                .extend(sequence::complete(&to.sequence).into_iter().map(|setting| format!("SET {setting}")));
        }
        if !words.is_empty() {
            let (owner, name) = (self.owner(), &self.new.name);
            let sql = format!("ALTER TABLE {owner} ALTER COLUMN {} {}", quote(name), words.join(" "));
            let regclass = format!(
                "pg_catalog.pg_get_serial_sequence({}, {})::pg_catalog.regclass",
                text(&owner),
                text(name.as_str())
            );
            let ty =
                |column| Ok::<_, Fault>(types::render(&column::resolved_type(&self.after.name, column)?));
            let (was, is) = (ty(self.old)?, ty(self.new)?);
            let old = sequence::Runs { settings: &from.sequence, ty: Some(&was) };
            let new = sequence::Runs { settings: &to.sequence, ty: Some(&is) };
            let changed = sequence::change(&sql, &regclass, old, new, self.at);
            self.statements.push(changed);
        }
        Ok(())
    }

    /// Sets what the options say. With another type, the server keeps long values as that type has it.
    fn options(&mut self, given: &Options, retyped: bool) -> Result<(), Fault> {
        let place = self.place();
        // What was there before may be what this version of limbeck would refuse.
        let mut old = read(&self.old.options, COLUMN, &place).unwrap_or_default();
        if retyped {
            options::remove(&mut old, key::STORAGE);
            options::remove(&mut old, key::COMPRESSION);
        }
        let new = read(given, COLUMN, &place)?;
        let changed = |key: &str| old.effective(NAMES).get(key) != new.effective(NAMES).get(key);
        if changed(key::STORAGE) {
            let ty = column::resolved_type(&self.after.name, self.new)?;
            let word = new.text(NAMES, key::STORAGE).map(str::to_ascii_uppercase);
            match word.or_else(|| storage::natural(&ty, self.around.schema).map(str::to_owned)) {
                Some(word) => self.only(&format!("SET STORAGE {word}")),
                None if self.gates.default_storage => self.only("SET STORAGE DEFAULT"),
                None => {
                    return Err(Fault::unsupported(
                        format!(
                            "{place} loses its `storage`, and PostgreSQL {} cannot go back to that of the type",
                            self.gates.version.major
                        ),
                        "say the type's own: `plain`, `main`, `external` or `extended`",
                    ));
                }
            }
        }
        if changed(key::COMPRESSION) {
            let word = new.text(NAMES, key::COMPRESSION).unwrap_or("default").to_owned();
            self.column(&format!("SET COMPRESSION {word}"));
        }
        if changed(key::STATISTICS) {
            let number = options::integer(&new, key::STATISTICS).unwrap_or(-1);
            self.only(&format!("SET STATISTICS {number}"));
        }
        let (gone, set) = parameter_changes(&old, &new);
        if !set.is_empty() {
            self.column(&format!("SET ({})", set.join(", ")));
        }
        if !gone.is_empty() {
            self.column(&format!("RESET ({})", gone.join(", ")));
        }
        if changed(key::SEQUENCE) && self.old.identity.is_some() && self.new.identity.is_some() {
            let name = |options: &Options| {
                let given = options.text(NAMES, key::SEQUENCE).map(str::to_owned);
                given.unwrap_or_else(|| names::sequence(&self.after.name, &self.new.name))
            };
            let from = quote_name(&self.after.name.sibling(name(&old)));
            let sql = format!("ALTER SEQUENCE {from} RENAME TO {}", identifier(&name(&new)));
            self.statements.push(Statement::schema(self.at, sql));
        }
        self.not_null_options(&old, &new)
    }

    fn not_null_options(&mut self, old: &Options, new: &Options) -> Result<(), Fault> {
        if !self.gates.named_not_null || self.old.nullable || self.new.nullable {
            return Ok(());
        }
        let name = |options: &Options| given_or_made_up(&self.after.name, &self.new.name, options);
        let (from, to) = (name(old), name(new));
        if child::is_followed(old) && !child::is_followed(new) {
            // What was another table's has its name from there.
            let wanted = part_and_name(&self.new.name, &to);
            let found = rename_not_nulls(&[wanted], &text(&self.owner()));
            self.statements.extend(found.map(|sql| Statement::schema(self.at, sql)));
        } else if from != to {
            self.alter(&format!("RENAME CONSTRAINT {} TO {}", identifier(&from), identifier(&to)));
        }
        let constraint = identifier(&to);
        let flag = |options: &Options, key: &str| options.flag(NAMES, key);
        match (flag(old, key::NOT_NULL_NOT_VALID), flag(new, key::NOT_NULL_NOT_VALID)) {
            (true, false) => self.alter(&format!("VALIDATE CONSTRAINT {constraint}")),
            // What has looked at the rows cannot forget them.
            (false, true) => {
                self.alter(&format!("DROP CONSTRAINT {constraint}"));
                let action = table::column_not_null(self.gates, self.after, self.new)?;
                self.alter(&action);
                return Ok(());
            }
            _ => {}
        }
        if flag(old, key::NOT_NULL_NO_INHERIT) != flag(new, key::NOT_NULL_NO_INHERIT) {
            let word = if flag(new, key::NOT_NULL_NO_INHERIT) { "NO INHERIT" } else { "INHERIT" };
            self.alter(&format!("ALTER CONSTRAINT {constraint} {word}"));
        }
        Ok(())
    }
}

/// The names of the parameters that go, and those that are set, as `name = value`.
fn parameter_changes(old: &Options, new: &Options) -> (Vec<String>, Vec<String>) {
    let (old, new) = (options::parameters(old), options::parameters(new));
    let gone = old.iter().filter(|(name, _)| new.iter().all(|(other, _)| other != name));
    let set = new.iter().filter(|pair| !old.contains(pair));
    (
        gone.map(|(name, _)| name.clone()).collect(),
        set.map(|(name, value)| format!("{name} = {value}")).collect(),
    )
}

/// The statements that change what is said of a table as a whole.
pub(super) fn alter_table(
    gates: Gates,
    old: &Table,
    said: Option<&Option<String>>,
    given: Option<&Options>,
    schema: &Schema,
    at: usize,
) -> Result<Vec<Statement>, Fault> {
    let owner = quote_name(&old.name);
    let place = format!("table {}", old.name);
    let mut statements = Vec::new();
    if let Some(given) = given {
        let before = read(&old.options, TABLE, &place).unwrap_or_default();
        let after = read(given, TABLE, &place)?;
        table_options(gates, old, &before, &after, schema, at, &mut statements)?;
    }
    if let Some(said) = said {
        statements.push(comment::on(at, &format!("TABLE {owner}"), said.as_deref()));
    }
    Ok(statements)
}

fn table_options(
    gates: Gates,
    table: &Table,
    old: &Options,
    new: &Options,
    schema: &Schema,
    at: usize,
    statements: &mut Vec<Statement>,
) -> Result<(), Fault> {
    let owner = quote_name(&table.name);
    let place = format!("table {}", table.name);
    let changed = |key: &str| old.effective(NAMES).get(key) != new.effective(NAMES).get(key);
    let mut alter =
        |action: String| statements.push(Statement::schema(at, format!("ALTER TABLE {owner} {action}")));
    if changed(key::UNLOGGED) {
        alter(if new.flag(NAMES, key::UNLOGGED) { "SET UNLOGGED" } else { "SET LOGGED" }.to_owned());
    }
    if changed(key::ACCESS_METHOD) {
        if !gates.set_access_method {
            return Err(Fault::too_old(format!("{place} changes its access method"), 15));
        }
        let method = new.text(NAMES, key::ACCESS_METHOD).unwrap_or("heap");
        alter(format!("SET ACCESS METHOD {}", identifier(method)));
    }
    if changed(key::TABLESPACE) {
        let tablespace = new.text(NAMES, key::TABLESPACE).unwrap_or("pg_default");
        alter(format!("SET TABLESPACE {}", identifier(tablespace)));
    }
    let (gone, set) = parameter_changes(old, new);
    if !set.is_empty() {
        alter(format!("SET ({})", set.join(", ")));
    }
    if !gone.is_empty() {
        alter(format!("RESET ({})", gone.join(", ")));
    }
    for (flag, on, off) in [
        (key::ROW_SECURITY, "ENABLE ROW LEVEL SECURITY", "DISABLE ROW LEVEL SECURITY"),
        (key::FORCE_ROW_SECURITY, "FORCE ROW LEVEL SECURITY", "NO FORCE ROW LEVEL SECURITY"),
    ] {
        if changed(flag) {
            alter(if new.flag(NAMES, flag) { on } else { off }.to_owned());
        }
    }
    for action in child::inherit(gates, table, old, new, schema)? {
        alter(action);
    }
    if changed(key::OF_TYPE) {
        alter(match new.text(NAMES, key::OF_TYPE) {
            Some(ty) => format!("OF {ty}"),
            None => "NOT OF".to_owned(),
        });
    }
    if changed(key::REPLICA_IDENTITY) {
        let identity = new.text(NAMES, key::REPLICA_IDENTITY);
        if identity.is_none_or(|identity| table::has_index(table, identity)) {
            statements.push(table::replica_identity(&owner, identity, at));
        }
    }
    if child::leaves(old, new) {
        statements.extend(own_not_nulls(gates, table, at));
    }
    Ok(())
}
