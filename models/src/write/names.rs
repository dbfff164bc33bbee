//! Rust names for tables, columns and enums.

use std::collections::{BTreeMap, BTreeSet};

use limbeck_core::ident::{Ident, Name};
use limbeck_core::schema::{Schema, Table};
use limbeck_model_syntax::parse::Case;

/// Names that the module must not take from what it uses.
const TAKEN: [&str; 10] = ["Option", "Vec", "String", "Box", "Some", "None", "Ok", "Err", "Result", "Self"];

/// Keywords that cannot be raw identifiers.
const NEVER_RAW: [&str; 5] = ["self", "Self", "super", "crate", "_"];

/// The Rust names of the types of a schema.
#[derive(Debug, Default)]
pub(super) struct Names {
    pub(super) tables: BTreeMap<Name, String>,
    /// The fields of each table.
    pub(super) fields: BTreeMap<Name, Fields>,
    pub(super) enums: BTreeMap<Name, String>,
}

impl Names {
    pub(super) fn new(schema: &Schema) -> Self {
        let mut taken: BTreeSet<String> = TAKEN.iter().map(|name| (*name).to_owned()).collect();
        let mut names = Self::default();
        for (name, table) in &schema.tables {
            names.tables.insert(name.clone(), type_name(name, &mut taken));
            names.fields.insert(name.clone(), Fields::new(table));
        }
        for name in schema.enums.keys() {
            names.enums.insert(name.clone(), type_name(name, &mut taken));
        }
        names
    }
}

fn type_name(name: &Name, taken: &mut BTreeSet<String>) -> String {
    let plain = pascal(name.name.as_str());
    let plain = match &name.schema {
        Some(schema) if taken.contains(&plain) => format!("{}{plain}", pascal(schema.as_str())),
        _ => plain,
    };
    free(&plain, "", taken)
}

/// A text as the name of a type or variant.
pub(super) fn pascal(text: &str) -> String {
    let made = Case::Pascal.apply(&letters(text));
    let made = if made.is_empty() { "Unnamed".to_owned() } else { made };
    let made = if made.starts_with(|c: char| c.is_alphabetic()) { made } else { format!("N{made}") };
    if NEVER_RAW.contains(&made.as_str()) { format!("{made}_") } else { made }
}

/// A text with `_` for what stands in no identifier. Only ASCII is kept: the compiler may respell other letters.
fn letters(text: &str) -> String {
    text.chars().map(|c| if c.is_ascii_alphanumeric() || c == '_' { c } else { '_' }).collect()
}

/// A text in snake case, as the compiler wants it: no two `_` in a row, none at either end.
fn snake(text: &str) -> String {
    let words = Case::Snake.apply(&letters(text));
    words.split('_').filter(|word| !word.is_empty()).collect::<Vec<_>>().join("_")
}

/// The name, with a number behind it if it is taken.
pub(super) fn free(name: &str, between: &str, taken: &mut BTreeSet<String>) -> String {
    let mut made = name.to_owned();
    let mut count = 2;
    while !taken.insert(made.clone()) {
        made = format!("{name}{between}{count}");
        count += 1;
    }
    made
}

/// The fields of a struct.
#[derive(Debug, Clone)]
pub(super) struct Fields {
    /// `rename_all`, if one rule makes the columns of the fields.
    pub(super) case: Option<&'static str>,
    /// The fields' names without `r#`, in the order of the columns.
    names: Vec<String>,
    /// Which of them the rule, or nothing at all, gives its column.
    told: Vec<bool>,
    by_column: BTreeMap<Ident, usize>,
    by_lower: BTreeMap<String, usize>,
}

impl Fields {
    pub(super) fn new(table: &Table) -> Self {
        let mut taken = BTreeSet::new();
        let names: Vec<String> = table
            .columns
            .iter()
            .map(|column| {
                let text = column.name.as_str();
                // What the rule cannot take apart and put together again stays as it is, if it is snake case for the
                // compiler: `line_1`, `_id`.
                let plain = text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
                    && !text.trim_matches('_').contains("__");
                let made = if plain { text.to_owned() } else { snake(text) };
                let made = match made.chars().next() {
                    None => "unnamed".to_owned(),
                    Some(first) if first.is_ascii_digit() => format!("n{made}"),
                    Some(_) if made.bytes().all(|b| b == b'_') => format!("{made}field"),
                    Some(_) if NEVER_RAW.contains(&made.as_str()) => format!("{made}_"),
                    Some(_) => made,
                };
                free(&made, "_", &mut taken)
            })
            .collect();
        let columns = || names.iter().zip(&table.columns).map(|(name, column)| (name, column.name.as_str()));
        let mut case = None;
        if columns().any(|(name, column)| name != column) {
            case = Case::ALL
                .into_iter()
                .filter(|(word, _)| *word != "snake_case")
                .find(|(_, case)| columns().all(|(name, column)| case.apply(name) == column));
        }
        let told = columns()
            .map(|(name, column)| case.map_or_else(|| name.clone(), |(_, case)| case.apply(name)) == column)
            .collect();
        let by_column =
            table.columns.iter().enumerate().map(|(at, column)| (column.name.clone(), at)).collect();
        let by_lower = table
            .columns
            .iter()
            .enumerate()
            .map(|(at, column)| (column.name.as_str().to_lowercase(), at))
            .collect();
        Self { case: case.map(|(word, _)| word), names, told, by_column, by_lower }
    }

    /// The place of the column called `name`.
    pub(super) fn at(&self, name: &Ident) -> Option<usize> {
        self.by_column.get(name).or_else(|| self.by_lower.get(&name.as_str().to_lowercase())).copied()
    }

    /// The field of the column at `at`, as attributes name it.
    pub(super) fn plain(&self, at: usize) -> &str {
        &self.names[at]
    }

    /// The field of the column at `at`, as a struct declares it.
    pub(super) fn declared(&self, at: usize) -> String {
        let name = &self.names[at];
        let keyword = syn::parse_str::<proc_macro2::Ident>(name).is_err();
        if keyword { format!("r#{name}") } else { name.clone() }
    }

    /// Whether the column's name follows from the field's.
    pub(super) fn told(&self, at: usize) -> bool {
        self.told[at]
    }
}

#[cfg(test)]
mod tests {
    use limbeck_core::schema::Column;

    use super::*;

    fn fields(columns: &[&str]) -> (Option<&'static str>, Vec<String>) {
        let mut table = Table::new("t");
        table.columns = columns.iter().map(|name| Column::new(*name, "text")).collect();
        let fields = Fields::new(&table);
        (fields.case, (0..columns.len()).map(|at| fields.declared(at)).collect())
    }

    #[test]
    fn any_name_becomes_an_identifier() {
        let (case, names) = fields(&["id", "type", "self", "2nd", "a b", "a-b", "", "_", "é", "crate", "_x"]);
        assert_eq!(case, None);
        assert_eq!(
            names,
            [
                "id",
                "r#type",
                "self_",
                "n2nd",
                "a_b",
                "a_b_2",
                "unnamed",
                "_field",
                "unnamed_2",
                "crate_",
                "_x"
            ]
        );
    }

    #[test]
    fn one_rule_for_all_columns_is_found() {
        assert_eq!(
            fields(&["AlbumId", "Title"]),
            (Some("PascalCase"), vec!["album_id".to_owned(), "title".to_owned()])
        );
        assert_eq!(fields(&["id", "title"]).0, None);
        assert_eq!(fields(&["id", "createdAt"]).0, Some("camelCase"));
    }
}
