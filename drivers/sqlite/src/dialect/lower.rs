//! A declared table as SQLite will hold it: one type per column, only what SQLite keeps, and no text for other dialects.

use std::collections::BTreeMap;

use limbeck_core::ident::{Ident, Name};
use limbeck_core::schema::{
    Column, Constraint, ConstraintBody, Enum, Generated, Identity, Index, KeyPart, KeyTarget, Object, Order,
    Schema, SequenceOptions, Sql, Table, Type, TypeSpec,
};
use limbeck_core::sql::{Token, TokenKind, tokens};

use super::fault::{Fault, check_name};
use super::gates::Gates;
use super::options::{INLINE, NOT_NULL_NAME, ON_CONFLICT, STRICT, WITHOUT_ROWID, read};
use super::{FOLDING, LEXICAL, NAME, NAMES, constraint, default, enums, index, types};

/// A table as SQLite holds it.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Lowered {
    /// The table, without the CHECKs that stand for enums.
    pub(super) table: Table,
    /// The words of enums, as a CHECK lists them, by the column.
    pub(super) implied: BTreeMap<Ident, String>,
}

impl Lowered {
    /// Whether it is a STRICT table.
    pub(super) fn is_strict(&self) -> bool {
        self.table.options.flag(NAMES, STRICT)
    }

    /// Whether it has no rowid.
    pub(super) fn is_without_rowid(&self) -> bool {
        self.table.options.flag(NAMES, WITHOUT_ROWID)
    }

    /// The column that is another name for the rowid.
    pub(super) fn rowid_alias(&self) -> Option<&Column> {
        if self.is_without_rowid() {
            return None;
        }
        if self.table.primary_key().is_some_and(|(key, _)| is_inline(key)) {
            return None;
        }
        self.table.columns.iter().find(|column| {
            self.table.is_sole_primary_key(&column.name) && type_text(column).eq_ignore_ascii_case("integer")
        })
    }
}

/// Whether a primary key is said in its column and descends: it is never another name for the rowid.
pub(super) fn is_inline(key: &Constraint) -> bool {
    let descends = match &key.body {
        ConstraintBody::PrimaryKey(body) => {
            matches!(body.columns.as_slice(), [part] if part.order == Order::Descending)
        }
        _ => false,
    };
    descends && key.options.flag(NAMES, INLINE)
}

/// The type of a lowered column, as SQLite writes it.
pub(super) fn type_text(column: &Column) -> String {
    // Lowering leaves a type that SQLite has, so that rendering it cannot fail.
    column.ty.plain().and_then(|ty| types::render(ty).ok()).unwrap_or_default()
}

/// The text of a lowered piece of SQL.
pub(super) fn sql_text(sql: &Sql) -> &str {
    sql.resolve(NAMES).map_or("", String::as_str)
}

/// Lowers tables, and gathers what SQLite cannot do on the way; such a piece is left out.
pub(super) struct Lowering<'a> {
    gates: Gates,
    enums: &'a BTreeMap<Name, Enum>,
    pub(super) table: Name,
    strict: bool,
    pub(super) faults: Vec<Fault>,
}

/// The table as SQLite will hold it.
///
/// # Errors
/// The first thing in it that SQLite cannot do.
pub(super) fn lower(gates: Gates, table: &Table, enums: &BTreeMap<Name, Enum>) -> Result<Lowered, Fault> {
    let (lowered, faults) = lower_leniently(gates, table, enums);
    match faults.into_iter().next() {
        Some(fault) => Err(fault),
        None => Ok(lowered),
    }
}

/// The table as SQLite would hold it, without what it cannot do.
pub(super) fn lower_leniently(
    gates: Gates,
    table: &Table,
    enums: &BTreeMap<Name, Enum>,
) -> (Lowered, Vec<Fault>) {
    let mut lowering =
        Lowering { gates, enums, table: table.name.clone(), strict: false, faults: Vec::new() };
    let lowered = lowering.table(table);
    (lowered, lowering.faults)
}

/// What an introspector would see of `declared`.
pub(super) fn canonical(gates: Gates, declared: &Schema) -> Schema {
    let mut seen = Schema::new();
    for table in declared.tables.values() {
        let Lowered { mut table, implied } = lower_leniently(gates, table, &declared.enums).0;
        let checks: Vec<_> = implied.iter().map(|(column, words)| enums::check(column, words)).collect();
        table.constraints.extend(checks);
        for column in &mut table.columns {
            // The server's own types are seen as its own.
            if let Some(Type::Native(text)) = column.ty.plain() {
                column.ty = TypeSpec::only(NAME, text.clone());
            }
        }
        seen.insert_table(table);
    }
    for (key, object) in &declared.objects {
        let Some(text) = object.definition.resolve(NAMES).filter(|text| !text.trim().is_empty()) else {
            continue;
        };
        let object = Object {
            key: key.clone(),
            definition: Sql::from(text.as_str()),
            depends_on: Vec::new(),
            comment: None,
            options: read(&object.options, &[], "").unwrap_or_default(),
        };
        seen.objects.insert(key.clone(), object);
    }
    seen
}

impl Lowering<'_> {
    /// Notes what cannot be done.
    pub(super) fn refuse(&mut self, what: impl Into<String>, help: impl Into<String>) {
        self.faults.push(Fault::unsupported(what, help));
    }

    /// Notes a fault, and goes on with nothing.
    pub(super) fn keep<T>(&mut self, result: Result<T, Fault>) -> Option<T> {
        result.map_err(|fault| self.faults.push(fault)).ok()
    }

    fn table(&mut self, table: &Table) -> Lowered {
        let place = format!("table {}", table.name);
        self.name(&table.name, "table");
        if table.partition_by.is_some() || table.partition_of.is_some() {
            self.refuse(
                format!("{place} is divided into partitions, which SQLite has not"),
                "leave them out",
            );
        }
        let mut lowered = Table::new(table.name.clone());
        let options = read(&table.options, &[STRICT, WITHOUT_ROWID], &place);
        lowered.options = self.keep(options).unwrap_or_default();
        self.strict = lowered.options.flag(NAMES, STRICT);
        if self.strict && !self.gates.strict {
            self.refuse(
                format!("{place} is STRICT, which SQLite {} does not know", self.gates.version),
                "use SQLite 3.37 or newer, or leave `strict` out",
            );
        }
        let mut implied = BTreeMap::new();
        for column in &table.columns {
            let column = self.column(table, column, &mut implied);
            lowered.columns.push(column);
        }
        for item in &table.constraints {
            lowered.constraints.extend(constraint::lower(self, item));
        }
        for item in table.indexes.values() {
            let item: Option<Index> = index::lower(self, item);
            lowered.indexes.extend(item.map(|item| (item.name.clone(), item)));
        }
        Lowered { table: lowered, implied }
    }

    fn column(&mut self, table: &Table, column: &Column, implied: &mut BTreeMap<Ident, String>) -> Column {
        let place = format!("column {}.{}", table.name, column.name);
        let named = check_name(&column.name, "column");
        self.keep(named);
        let mut ty = self.ty(column, &place, implied);
        let identity = column.identity.as_ref().map(|identity| {
            ty = Type::Integer;
            self.identity(table, column, identity, &place);
            Identity::default()
        });
        let options = read(&column.options, &[ON_CONFLICT, NOT_NULL_NAME], &place);
        let mut options = self.keep(options).unwrap_or_default();
        if column.nullable && !options.is_empty() {
            self.refuse(
                format!("{place} has options of NOT NULL and takes NULL"),
                "take `nullable` out, or `on_conflict` and `not_null_name`",
            );
            options = limbeck_core::schema::Options::default();
        }
        let default = column.default.as_ref().and_then(|sql| {
            let text = self.text(sql, || format!("the default of {}.{}", table.name, column.name))?;
            Some(Sql::from(default::canonical(&text)))
        });
        let generated = column.generated.as_ref().and_then(|generated| {
            if !self.gates.generated_columns {
                self.refuse(
                    format!("{place} is computed, which SQLite {} does not know", self.gates.version),
                    "use SQLite 3.31 or newer",
                );
            }
            let what = || format!("the expression of {}.{}", table.name, column.name);
            Some(Generated {
                expression: self.expression(&generated.expression, what)?,
                stored: generated.stored,
            })
        });
        Column {
            name: column.name.clone(),
            ty: TypeSpec::from(ty),
            nullable: column.nullable,
            default,
            identity,
            generated,
            collation: column.collation.clone(),
            comment: None,
            options,
        }
    }

    fn ty(&mut self, column: &Column, place: &str, implied: &mut BTreeMap<Ident, String>) -> Type {
        let Some(ty) = column.ty.resolve(NAMES) else {
            self.faults.push(Fault::NoText(format!("the type of {place}")));
            return Type::Native(String::new());
        };
        if let Type::Enum(name) = &ty {
            match self.enums.get(name) {
                Some(found) => {
                    implied.insert(column.name.clone(), enums::words(found));
                }
                None => self.faults.push(Fault::DoesNotFit(format!(
                    "{place} has the type enum({name}), and there is no enum {name}"
                ))),
            }
        }
        let text = if self.strict { types::render_strict(&ty) } else { types::render(&ty) };
        match text {
            Ok(text) => types::parse(&text),
            Err(help) => {
                self.refuse(format!("{place} has the type {ty}, which SQLite has not"), help);
                Type::Native(ty.to_string())
            }
        }
    }

    fn identity(&mut self, table: &Table, column: &Column, identity: &Identity, place: &str) {
        let plain_key = table.primary_key().is_some_and(|(_, key)| match key.columns.as_slice() {
            [part] => part.as_column() == Some(&column.name) && part.order == Order::Ascending,
            _ => false,
        });
        if !plain_key || table.options.flag(NAMES, WITHOUT_ROWID) {
            self.refuse(
                format!("{place} is an identity and not the whole, ascending primary key of a table with rowids"),
                "SQLite counts up INTEGER PRIMARY KEY columns only: make it the key, or give the values yourself",
            );
        }
        if column.default.is_some() || column.generated.is_some() {
            self.refuse(format!("{place} is an identity and has a default"), "take one of them out");
        }
        let SequenceOptions { start, increment, min, max, cache: _, cycle } = &identity.sequence;
        let usual = |value: &Option<i64>| value.is_none_or(|value| value == 1);
        if !usual(start)
            || !usual(increment)
            || !usual(min)
            || max.is_some_and(|max| max != i64::MAX)
            || *cycle
        {
            self.refuse(
                format!("{place} says how its counter runs; SQLite's runs from 1 by 1 and has no limits"),
                "leave the settings out; to start elsewhere, insert into sqlite_sequence with `execute`",
            );
        }
    }

    /// Refuses a name in another namespace, or one that cannot be written.
    pub(super) fn name(&mut self, name: &Name, what: &str) {
        let result = plain(name, what).map(|_| ());
        self.keep(result);
    }

    /// The text for SQLite.
    pub(super) fn text(&mut self, sql: &Sql, what: impl FnOnce() -> String) -> Option<String> {
        let text = sql.resolve(NAMES);
        if text.is_none() {
            self.faults.push(Fault::NoText(what()));
        }
        text.cloned()
    }

    /// The text of an expression over the table's columns for SQLite, which names no table: while the table is made
    /// anew it has another name.
    pub(super) fn expression(&mut self, sql: &Sql, what: impl FnOnce() -> String) -> Option<Sql> {
        let text = self.text(sql, what)?;
        Some(Sql::from(unqualify(default::bare(&text), &self.table.name)))
    }

    /// The text of an expression of an index for SQLite, in the parentheses that it has.
    pub(super) fn index_expression(&mut self, sql: &Sql, what: impl FnOnce() -> String) -> Option<Sql> {
        let text = self.text(sql, what)?;
        Some(Sql::from(unqualify(text.trim(), &self.table.name)))
    }

    /// A part of a key or index.
    pub(super) fn key_part(&mut self, part: &KeyPart, place: &str) -> Option<KeyPart> {
        for (given, what) in [
            (part.opclass.is_some(), "an operator class"),
            (part.length.is_some(), "a length"),
            (part.operator.is_some(), "an operator"),
        ] {
            if given {
                self.refuse(format!("{place} has a part with {what}, which SQLite has not"), "leave it out");
            }
        }
        let usual = match part.order {
            Order::Ascending => limbeck_core::schema::Nulls::First,
            Order::Descending => limbeck_core::schema::Nulls::Last,
        };
        if part.nulls.is_some_and(|nulls| nulls != usual) {
            self.refuse(
                format!("{place} says where NULLs stand; in SQLite they are less than everything else"),
                "leave `nulls` out",
            );
        }
        let target = match &part.target {
            KeyTarget::Column(name) => KeyTarget::Column(name.clone()),
            KeyTarget::Expression(sql) => {
                KeyTarget::Expression(self.index_expression(sql, || format!("an expression of {place}"))?)
            }
        };
        let mut lowered = KeyPart::column("");
        lowered.target = target;
        lowered.order = part.order;
        lowered.collation.clone_from(&part.collation);
        Some(lowered)
    }
}

/// The name of something that lives in the one namespace that there is.
pub(super) fn plain<'a>(name: &'a Name, what: &str) -> Result<&'a Ident, Fault> {
    check_name(&name.name, what)?;
    if let Some(schema) = &name.schema {
        return Err(Fault::unsupported(
            format!("{what} {name} is in the schema {schema}, and SQLite has no schemas"),
            "leave the schema out",
        ));
    }
    Ok(&name.name)
}

/// An expression without `table.` before the columns.
fn unqualify(expression: &str, table: &Ident) -> String {
    let pieces: Vec<Token<'_>> = tokens(&LEXICAL, expression).collect();
    let mut kept = String::with_capacity(expression.len());
    let mut at = 0;
    let mut after_point = false;
    while let Some(token) = pieces.get(at) {
        let next = (at + 1..pieces.len()).find(|next| pieces[*next].is_code());
        let point = next.filter(|next| pieces[*next].text == ".");
        match point {
            Some(point) if !after_point && is_name(token, table.as_str()) => at = point + 1,
            _ => {
                kept.push_str(token.text);
                if token.is_code() {
                    after_point = token.text == ".";
                }
                at += 1;
            }
        }
    }
    kept
}

/// Whether a token is this name, in quotes or without.
pub(super) fn is_name(token: &Token<'_>, name: &str) -> bool {
    unquoted(token).is_some_and(|found| FOLDING.same(&found, true, name))
}

/// The name that a token is.
pub(super) fn unquoted(token: &Token<'_>) -> Option<String> {
    match token.kind {
        TokenKind::Word => Some(token.text.to_owned()),
        TokenKind::QuotedIdentifier => {
            let mut characters = token.text.chars();
            let open = characters.next()?;
            characters.next_back()?;
            let inner = characters.as_str();
            Some(if open == '[' {
                inner.to_owned()
            } else {
                inner.replace(&format!("{open}{open}"), &open.to_string())
            })
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_own_table_before_a_column_goes() {
        let table = Ident::from("t");
        assert_eq!(unqualify("t.a > \"T\" . b and x.t.c", &table), "a >  b and x.t.c");
        assert_eq!(unqualify("t > 't.a'", &table), "t > 't.a'");
        assert_eq!(unqualify("[t].[a]", &table), "[a]");
    }
}
