//! A declared table as the server will hold it: one type per column, only what the server keeps, no text for other
//! dialects, and the indexes that foreign keys stand on.

use std::collections::BTreeMap;

use limbeck_core::ident::{Ident, Name};
use limbeck_core::schema::{
    Column, ConstraintBody, Enum, Generated, Identity, KeyPart, Object, OptionValue, Schema, SequenceOptions,
    Sql, Table, Type, TypeSpec,
};

use super::fault::{Fault, check_name};
use super::literal::text as quoted_text;
use super::options::{Place, Said, read, set_text};
use super::{constraint, default, index, types};
use crate::flavour::Gates;
use crate::options::{CHARACTER_SET, CHECK, COLLATION, ENGINE, ON_UPDATE, PARTITION_BY};

/// The engine of tables that do not say.
pub(crate) const INNODB: &str = "InnoDB";

/// What a table is lowered among.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Among<'a> {
    pub(crate) gates: Gates,
    pub(crate) enums: &'a BTreeMap<Name, Enum>,
    /// The tables that a foreign key may point at without naming columns.
    pub(crate) tables: &'a BTreeMap<Name, Table>,
}

impl<'a> Among<'a> {
    pub(crate) fn of(gates: Gates, schema: &'a Schema) -> Self {
        Self { gates, enums: &schema.enums, tables: &schema.tables }
    }
}

/// The type of a lowered column, as the server writes it.
pub(crate) fn type_text(gates: Gates, column: &Column) -> String {
    // Lowering leaves a type that the server has, so that rendering it cannot fail.
    column.ty.plain().and_then(|ty| types::render(gates, ty).ok()).unwrap_or_default()
}

/// The text of a lowered piece of SQL.
pub(crate) fn sql_text(sql: &Sql) -> &str {
    sql.default.as_deref().unwrap_or_default()
}

/// The table as the server will hold it.
///
/// # Errors
/// The first thing in it that the server cannot do.
pub(crate) fn lower(among: Among<'_>, table: &Table) -> Result<Table, Fault> {
    let (lowered, faults) = lower_leniently(among, table);
    match faults.into_iter().next() {
        Some(fault) => Err(fault),
        None => Ok(lowered),
    }
}

/// The table as the server would hold it, without what it cannot do.
pub(crate) fn lower_leniently(among: Among<'_>, table: &Table) -> (Table, Vec<Fault>) {
    let mut lowering = Lowering { among, gates: among.gates, table: table.name.clone(), faults: Vec::new() };
    let lowered = lowering.table(table);
    (lowered, lowering.faults)
}

/// What an introspector would see of `declared`.
pub(crate) fn canonical(gates: Gates, declared: &Schema) -> Schema {
    let mut seen = Schema::new();
    for table in declared.tables.values() {
        let mut table = lower_leniently(Among::of(gates, declared), table).0;
        for column in &mut table.columns {
            // The server's own types are seen as its own.
            if let Some(Type::Native(text)) = column.ty.plain() {
                column.ty = TypeSpec::only(gates.name(), text.clone());
            }
        }
        seen.insert_table(table);
    }
    seen.sequences = declared.sequences.clone();
    for (key, object) in &declared.objects {
        let Some(text) = object.definition.resolve(gates.names()).filter(|text| !text.trim().is_empty())
        else {
            continue;
        };
        let object = Object {
            key: key.clone(),
            definition: Sql::from(text.as_str()),
            depends_on: Vec::new(),
            comment: None,
            options: read(gates, &object.options, Place::Object, "").unwrap_or_default(),
        };
        seen.objects.insert(key.clone(), object);
    }
    seen
}

/// Lowers a table, and gathers what the server cannot do on the way; such a piece is left out.
pub(crate) struct Lowering<'a> {
    pub(crate) among: Among<'a>,
    pub(crate) gates: Gates,
    pub(crate) table: Name,
    pub(crate) faults: Vec<Fault>,
}

impl Lowering<'_> {
    /// Notes what cannot be done.
    pub(crate) fn refuse(&mut self, what: impl Into<String>, help: impl Into<String>) {
        self.faults.push(Fault::unsupported(what, help));
    }

    /// Notes a fault, and goes on with nothing.
    pub(crate) fn keep<T>(&mut self, result: Result<T, Fault>) -> Option<T> {
        result.map_err(|fault| self.faults.push(fault)).ok()
    }

    fn table(&mut self, table: &Table) -> Table {
        let place = format!("table {}", table.name);
        let named = check_name(&table.name.name, "table");
        self.keep(named);
        if table.partition_of.is_some() {
            self.refuse(
                format!("{place} is a partition of another, which {} has not", self.gates.flavour.product()),
                "leave it out, and divide the whole table with `partition_by`",
            );
        }
        let mut lowered = Table::new(table.name.clone());
        lowered.comment = table.comment.clone().filter(|comment| !comment.is_empty());
        let options = read(self.gates, &table.options, Place::Table, &place);
        lowered.options = self.keep(options).unwrap_or_default();
        if let Some(by) = &table.partition_by {
            lowered.options.set(self.gates.name(), PARTITION_BY, OptionValue::String(by.clone()));
        }
        self.table_options(&mut lowered);
        let key: Vec<Ident> = table
            .primary_key()
            .map(|(_, key)| key.columns.iter().filter_map(|part| part.as_column().cloned()).collect())
            .unwrap_or_default();
        for column in &table.columns {
            let column = self.column(table, column, key.contains(&column.name));
            lowered.columns.push(column);
        }
        for item in &table.constraints {
            constraint::lower(self, item, &mut lowered);
        }
        for item in table.indexes.values() {
            index::lower(self, item, &mut lowered);
        }
        constraint::imply(&mut lowered);
        lowered
    }

    fn table_options(&mut self, table: &mut Table) {
        let said = Said::new(self.gates, &table.options);
        let engine = said.text(ENGINE).map(|engine| {
            if engine.eq_ignore_ascii_case(INNODB) { INNODB.to_owned() } else { engine.to_owned() }
        });
        if engine.as_deref() == Some(INNODB) {
            table.options.unset(&[self.gates.name()], ENGINE);
        }
        // A collation is of one character set.
        let said = Said::new(self.gates, &table.options);
        if let (Some(set), Some(collation)) = (said.text(CHARACTER_SET), said.text(COLLATION))
            && is_of(collation, set)
        {
            table.options.unset(&[self.gates.name()], CHARACTER_SET);
        }
    }

    fn column(&mut self, table: &Table, column: &Column, in_key: bool) -> Column {
        let place = format!("column {}.{}", table.name, column.name);
        let named = check_name(&column.name, "column");
        self.keep(named);
        let ty = self.ty(column, &place);
        let text = types::render(self.gates, &ty).unwrap_or_default();
        let identity = column.identity.as_ref().map(|identity| {
            self.identity(table, column, identity, &place);
            Identity::default()
        });
        let options = read(self.gates, &column.options, Place::Column, &place);
        let mut options = self.keep(options).unwrap_or_default();
        let said = Said::new(self.gates, &options);
        let on_update = said.text(ON_UPDATE).map(|update| default::on_update(update, &text));
        let check = said.text(CHECK).map(str::to_owned);
        if check.is_some() && !self.gates.column_checks {
            self.refuse(
                format!("{place} has a CHECK of its own, which {} keeps with the table", self.gates.server()),
                "write it as a check of the table",
            );
        }
        set_text(self.gates, &mut options, ON_UPDATE, on_update);
        let default = column.default.as_ref().and_then(|sql| {
            let said = self.text(sql, || format!("the default of {}.{}", table.name, column.name))?;
            default::canonical(self.gates, &said, &text).map(Sql::from)
        });
        if identity.is_some() && default.is_some() {
            self.refuse(format!("{place} is an identity and has a default"), "take one of them out");
        }
        let generated = column.generated.as_ref().and_then(|generated| {
            let what = || format!("the expression of {}.{}", table.name, column.name);
            Some(Generated {
                expression: self.expression(&generated.expression, what)?,
                stored: generated.stored,
            })
        });
        let collation = column.collation.clone().filter(|collation| !collation.is_empty());
        if let (Some(set), Some(collation)) =
            (Said::new(self.gates, &options).text(CHARACTER_SET), &collation)
            && is_of(collation, set)
        {
            options.unset(&[self.gates.name()], CHARACTER_SET);
        }
        Column {
            name: column.name.clone(),
            ty: TypeSpec::from(ty),
            nullable: column.nullable && !in_key && identity.is_none(),
            default,
            identity,
            generated,
            collation,
            comment: column.comment.clone().filter(|comment| !comment.is_empty()),
            options,
        }
    }

    fn ty(&mut self, column: &Column, place: &str) -> Type {
        let Some(ty) = column.ty.resolve(self.gates.names()) else {
            self.faults.push(Fault::NoText(format!("the type of {place}")));
            return Type::Native(String::new());
        };
        if let Type::Enum(name) = &ty {
            return match self.among.enums.get(name) {
                Some(found) => {
                    let words: Vec<String> = found.values.iter().map(|word| quoted_text(word)).collect();
                    Type::Native(format!("enum({})", words.join(",")))
                }
                None => {
                    self.faults.push(Fault::DoesNotFit(format!(
                        "{place} has the type enum({name}), and there is no enum {name}"
                    )));
                    Type::Native("enum('')".to_owned())
                }
            };
        }
        match types::render(self.gates, &ty) {
            Ok(text) => types::parse(self.gates, &text),
            Err(help) => {
                let product = self.gates.flavour.product();
                self.refuse(format!("{place} has the type {ty}, which {product} has not"), help);
                Type::Native(ty.to_string())
            }
        }
    }

    fn identity(&mut self, table: &Table, column: &Column, identity: &Identity, place: &str) {
        let leads = |parts: &[KeyPart]| {
            parts.first().is_some_and(|part| part.as_column() == Some(&column.name) && part.length.is_none())
        };
        let constraints = table.constraints.iter().any(|constraint| match &constraint.body {
            ConstraintBody::PrimaryKey(key) => leads(&key.columns),
            ConstraintBody::Unique(key) => leads(&key.columns),
            _ => false,
        });
        // MyISAM counts within a group, too.
        let innodb = Said::new(self.gates, &table.options).text(ENGINE).is_none_or(|engine| engine == INNODB);
        if innodb && !constraints && !table.indexes.values().any(|index| leads(&index.columns)) {
            self.refuse(
                format!("{place} is an identity and leads no key"),
                "the server counts up columns only that a key or an index begins with: make it the primary key",
            );
        }
        if identity.always {
            self.refuse(
                format!("{place} refuses values that are given (`identity = \"always\"`)"),
                "write `identity = true`: the server takes values that are given",
            );
        }
        let SequenceOptions { start: _, increment, min, max, cache: _, cycle } = &identity.sequence;
        if increment.is_some_and(|step| step != 1)
            || min.is_some_and(|min| min > 1)
            || max.is_some_and(|max| max != i64::MAX)
            || *cycle
        {
            self.refuse(
                format!(
                    "{place} says how its counter runs; the server's runs by 1 and to the end of its type"
                ),
                "leave the settings out; `start` is possible",
            );
        }
    }

    /// The text for the server.
    pub(crate) fn text(&mut self, sql: &Sql, what: impl FnOnce() -> String) -> Option<String> {
        let text = sql.resolve(self.gates.names());
        if text.is_none() {
            self.faults.push(Fault::NoText(what()));
        }
        text.cloned()
    }

    /// The text of an expression for the server.
    pub(crate) fn expression(&mut self, sql: &Sql, what: impl FnOnce() -> String) -> Option<Sql> {
        let text = self.text(sql, what)?;
        Some(Sql::from(text.trim()))
    }
}

/// Whether a collation is one of a character set.
pub(crate) fn is_of(collation: &str, set: &str) -> bool {
    collation == set || collation.strip_prefix(set).is_some_and(|rest| rest.starts_with('_'))
}

/// The character set of a collation, as its name tells.
pub(crate) fn set_of(collation: &str) -> &str {
    collation.split('_').next().unwrap_or(collation)
}
