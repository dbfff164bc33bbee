//! Models that describe themselves: what the derives write, and how it becomes a schema.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::ExitCode;

pub use limbeck_model_syntax::ast::*;
pub use limbeck_model_syntax::names::Plain;
pub use limbeck_model_syntax::{At, Place};

use limbeck_core::diag::Diagnostic;
use limbeck_core::schema::Naming;
use limbeck_model_syntax::Problem;

use crate::assemble::{Source, assemble};
use crate::convert::convert;
use crate::resolve::{Found, Kind, Names, Resolved, Scope};
use crate::{Declared, NAMING_VARIABLE, naming_from_json};

/// A name as written, and what describes the thing that it stands for.
pub type Named<T> = (&'static str, fn() -> T);

/// A struct that is a table, described by its derive.
#[derive(Debug, Clone)]
pub struct TableDescription {
    /// Tells it from every other struct: its module and name.
    pub id: &'static str,
    /// What its attributes say.
    pub record: Record,
    /// The types of its fields that are not known by name, as written.
    pub types: Vec<Named<TypeDescription>>,
    /// The structs that its attributes name, as written.
    pub models: Vec<Named<TableDescription>>,
}

/// What a Rust type is as a column.
#[derive(Debug, Clone)]
pub enum TypeDescription {
    /// One value.
    Plain(Plain),
    /// `Option<T>`
    Optional(Box<TypeDescription>),
    /// `Vec<T>`
    List(Box<TypeDescription>),
    /// A type of the database.
    Named(SqlText),
    /// An enum.
    Enum(EnumDescription),
}

/// An enum, described by its derive.
#[derive(Debug, Clone)]
pub struct EnumDescription {
    /// Tells it from every other enum: its module and name.
    pub id: &'static str,
    /// What its attributes say.
    pub item: EnumItem,
}

/// A struct that is a table. Derive it.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a table",
    note = "derive `limbeck::Table` for it, or name its table: `references(\"table.column\")`"
)]
pub trait Table {
    /// Its description.
    fn describe() -> TableDescription;
}

/// An enum whose variants are a column's values. Derive it.
pub trait Enum {
    /// Its description.
    fn describe() -> EnumDescription;
}

/// A type that a column can be of.
#[diagnostic::on_unimplemented(
    message = "limbeck does not know what `{Self}` is in the database",
    note = "say it at the field: `#[limbeck(type = \"…\")]`, `#[limbeck(json)]` or `#[limbeck(skip)]`; or derive `limbeck::Type` or `limbeck::Enum` for it"
)]
pub trait ColumnType {
    /// What it is.
    fn describe() -> TypeDescription;
}

macro_rules! plain {
    ($($ty:ty => $plain:ident,)*) => {$(
        impl ColumnType for $ty {
            fn describe() -> TypeDescription {
                TypeDescription::Plain(Plain::$plain)
            }
        }
    )*};
}
plain! {
    bool => Bool,
    i8 => I16,
    i16 => I16,
    i32 => I32,
    i64 => I64,
    u8 => U8,
    u16 => I32,
    u32 => I64,
    u64 => U64,
    f32 => F32,
    f64 => F64,
    String => Text,
    str => Text,
}

impl<T: ColumnType> ColumnType for Option<T> {
    fn describe() -> TypeDescription {
        TypeDescription::Optional(Box::new(T::describe()))
    }
}

impl<T: ColumnType> ColumnType for Vec<T> {
    fn describe() -> TypeDescription {
        TypeDescription::List(Box::new(T::describe()))
    }
}

impl<T: ColumnType + ?Sized> ColumnType for Box<T> {
    fn describe() -> TypeDescription {
        T::describe()
    }
}

impl<T: ColumnType + ?Sized> ColumnType for &T {
    fn describe() -> TypeDescription {
        T::describe()
    }
}

impl<T: ColumnType> ColumnType for [T] {
    fn describe() -> TypeDescription {
        TypeDescription::List(Box::new(T::describe()))
    }
}

/// Tables that a program lists: what `limbeck::tables![…]` gives.
#[derive(Debug, Clone)]
pub struct Tables(pub Vec<TableDescription>);

impl Tables {
    /// Their schema, with the default rules for names.
    ///
    /// # Errors
    /// Everything that is wrong in them, as [`declare`] has it.
    pub fn declare(&self) -> Result<Declared, Vec<Diagnostic>> {
        declare(&self.0, &Naming::default())
    }

    /// Prints them as the JSON that `exec:` reads, or, to standard error, what is wrong in them. The rules for names are
    /// those of the `limbeck` that asks, by way of the environment.
    pub fn print(&self) -> ExitCode {
        let naming = match std::env::var(NAMING_VARIABLE) {
            Ok(text) => naming_from_json(&text),
            Err(_) => Ok(Naming::default()),
        };
        let lines = match naming {
            Ok(naming) => match self.declare_with(&naming) {
                Ok(declared) => {
                    let printed = writeln!(std::io::stdout(), "{}", declared.to_json());
                    return if printed.is_ok() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
                }
                Err(errors) => errors
                    .iter()
                    .map(|error| match &error.help {
                        Some(help) => format!("error: {error}\n  help: {help}"),
                        None => format!("error: {error}"),
                    })
                    .collect(),
            },
            Err(error) => vec![format!("error: the environment variable `{NAMING_VARIABLE}`: {error}")],
        };
        // With nobody to read it, the exit code says it.
        let _ = writeln!(std::io::stderr(), "{}", lines.join("\n"));
        ExitCode::FAILURE
    }

    /// Their schema, with rules for names.
    ///
    /// # Errors
    /// Everything that is wrong in them, as [`declare`] has it.
    pub fn declare_with(&self, naming: &Naming) -> Result<Declared, Vec<Diagnostic>> {
        declare(&self.0, naming)
    }
}

/// The schema of the tables listed.
///
/// # Errors
/// Everything that is wrong in them. The places are structs and fields (`User.email`), named in the messages.
pub fn declare(tables: &[TableDescription], naming: &Naming) -> Result<Declared, Vec<Diagnostic>> {
    let mut list = Described::default();
    let mut problems = Vec::new();
    let mut numbers = Vec::new();
    for table in tables {
        // A struct that is listed twice is one table.
        if list.by_id.contains_key(table.id) {
            continue;
        }
        let number = list.add(table);
        if table.record.embedded.is_some() {
            let name = &table.record.name.value;
            problems.push(
                Problem::new(
                    "invalid-attribute",
                    Place::NONE,
                    format!("`{name}` is embedded: no table of its own"),
                )
                .with_help("take it off the list, or `embedded` off the struct"),
            );
        }
        numbers.push(number);
    }
    // Adding a struct may find more of them.
    let mut at = 0;
    while at < list.tables.len() {
        list.follow(at);
        at += 1;
    }
    let sources: Vec<Source<'_>> = list
        .tables
        .iter()
        .enumerate()
        .map(|(scope, table)| Source { record: &table.record, scope })
        .collect();
    let enums = list.enums.iter().map(|described| described.item.clone()).collect();
    let model = assemble(&list, &sources, &numbers, enums, &mut problems);
    let converted = convert(&model, naming, &mut problems);
    if !problems.is_empty() {
        return Err(problems.into_iter().map(diagnostic).collect());
    }
    Ok(Declared {
        schema: converted.schema,
        hints: converted.hints,
        files: Vec::new(),
        models: BTreeMap::new(),
        databases: converted.databases,
        unmanaged: converted.unmanaged,
    })
}

fn diagnostic(problem: Problem) -> Diagnostic {
    let message = match problem.subject {
        Some(subject) => format!("{subject}: {}", problem.message),
        None => problem.message,
    };
    let diagnostic = Diagnostic::new(problem.code, message);
    match problem.help {
        Some(help) => diagnostic.with_help(help),
        None => diagnostic,
    }
}

/// Structs and enums that described themselves.
#[derive(Default)]
struct Described {
    tables: Vec<TableDescription>,
    by_id: BTreeMap<&'static str, usize>,
    enums: Vec<EnumDescription>,
    enum_by_id: BTreeMap<&'static str, usize>,
    /// What each struct's names stand for.
    types: BTreeMap<(Scope, &'static str), Resolved>,
    models: BTreeMap<(Scope, &'static str), usize>,
}

impl Described {
    fn add(&mut self, table: &TableDescription) -> usize {
        if let Some(number) = self.by_id.get(table.id) {
            return *number;
        }
        let number = self.tables.len();
        self.by_id.insert(table.id, number);
        self.tables.push(table.clone());
        number
    }

    /// Looks at everything that a struct names.
    fn follow(&mut self, number: usize) {
        let (types, models) = (self.tables[number].types.clone(), self.tables[number].models.clone());
        for (name, describe) in types {
            let resolved = self.resolved(describe());
            self.types.insert((number, name), resolved);
        }
        for (name, describe) in models {
            let found = self.add(&describe());
            self.models.insert((number, name), found);
        }
    }

    fn resolved(&mut self, ty: TypeDescription) -> Resolved {
        let (nullable, kind) = match ty {
            TypeDescription::Plain(plain) => (false, Kind::Plain(plain)),
            TypeDescription::Optional(inner) => (true, self.resolved(*inner).kind),
            TypeDescription::List(item) => (false, self.resolved(*item).kind.list()),
            TypeDescription::Named(text) => (false, Kind::Named(text)),
            TypeDescription::Enum(described) => {
                let next = self.enums.len();
                let number = *self.enum_by_id.entry(described.id).or_insert(next);
                if number == next {
                    self.enums.push(described);
                }
                (false, Kind::Enum(number))
            }
        };
        Resolved { nullable, kind }
    }
}

impl Names for Described {
    fn find(&self, scope: Scope, path: &[String]) -> Found<'_> {
        let text = path.join("::");
        if let Some(resolved) = self.types.get(&(scope, text.as_str())) {
            return Found::Described(resolved.clone());
        }
        match self.models.get(&(scope, text.as_str())) {
            Some(number) => Found::Record(*number),
            None => Found::External(path.to_vec()),
        }
    }
}
