//! A case as data: the text of a file in `cases/`, taken apart.

use std::collections::BTreeMap;

use limbeck_core::diff::{ColumnRename, Hints, TableRename};
use limbeck_core::operation::{Effect, Operation};
use limbeck_core::revision::{Format, Revision, parse};
use toml::{Table, Value};

/// The id of the revision that a case begins on.
pub(crate) const BEFORE: &str = "before";
/// The id of the revision that a case is about.
pub(crate) const CHANGE: &str = "change";

/// One case. Its file has the keys that `docs/conformance.md` lists.
#[derive(Debug, Clone)]
pub struct DataCase {
    /// Its name, which is also its file's.
    pub name: String,
    /// The group that it belongs to, which is also its folder's name.
    pub group: String,
    /// What it is about, in a sentence.
    pub about: String,
    /// The capabilities that it needs.
    pub needs: Vec<String>,
    /// The capabilities without which alone it says something.
    pub lacks: Vec<String>,
    /// Dialects of which it says nothing, each with the reason.
    pub except: BTreeMap<String, String>,
    /// The revision that makes what is there before, rows included.
    pub(crate) before: Revision,
    /// The revision that is tried. Of a case that says a schema instead, it has no operations yet.
    pub(crate) change: Revision,
    /// The schema that is to come of it, instead of operations: what a comparison finds is tried.
    pub(crate) desired: Option<Desired>,
    /// Queries and what they answer after the change.
    pub(crate) survive: Vec<Question>,
    /// Queries and what they answer when the change has been undone.
    pub(crate) back: Vec<Question>,
    /// Tables, and columns as `table.column`, whose values the way there and back does not keep.
    pub(crate) loses: Vec<String>,
    /// The kinds of error of which the change must give one.
    pub(crate) expect_error: Vec<String>,
    /// Whether the change must refuse to be undone.
    pub(crate) irreversible: bool,
}

/// A schema that is wanted.
#[derive(Debug, Clone)]
pub(crate) struct Desired {
    /// What makes it out of nothing.
    pub(crate) operations: Vec<Operation>,
    /// What the comparison is told: `table:old=new`, `column:table.old=new`.
    pub(crate) hints: Hints,
    /// What the comparison must find, in any order: the names of operations.
    pub(crate) found: Vec<String>,
}

/// A query and its answer.
#[derive(Debug, Clone)]
pub(crate) struct Question {
    /// Portable SQL; `{{name}}` stands for the quoted name.
    pub(crate) query: String,
    /// The rows, each value as text.
    pub(crate) rows: Vec<Vec<String>>,
}

/// What a case's file may say at its top.
const KEYS: [&str; 18] = [
    "name",
    "group",
    "about",
    "needs",
    "lacks",
    "except",
    "before",
    "rows",
    "operations",
    "desired",
    "renames",
    "finds",
    "downgrade",
    "survive",
    "back",
    "loses",
    "expect_error",
    "irreversible",
];

impl DataCase {
    /// Takes the text of a case's file apart.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut file: Table = text.parse().map_err(|error| format!("{error}"))?;
        if let Some(unknown) = file.keys().find(|key| !KEYS.contains(&key.as_str())) {
            return Err(format!("unknown key `{unknown}`"));
        }
        let mut made = operations(&mut file, "before")?;
        made.extend(operations(&mut file, "rows")?);
        let before = revision(BEFORE, &[], made, None)?;
        let change = operations(&mut file, "operations")?;
        let desired = desired(&mut file)?;
        if change.is_empty() == desired.is_none() {
            return Err("either `operations` or `desired` must be there".to_owned());
        }
        let downgrade =
            if file.contains_key("downgrade") { Some(operations(&mut file, "downgrade")?) } else { None };
        let change = revision(CHANGE, &[BEFORE], change, downgrade)?;
        let case = Self {
            name: text_of(&mut file, "name")?,
            group: text_of(&mut file, "group")?,
            about: text_of(&mut file, "about")?,
            needs: texts(&mut file, "needs")?,
            lacks: texts(&mut file, "lacks")?,
            except: reasons(&mut file)?,
            before,
            change,
            desired,
            survive: questions(&mut file, "survive")?,
            back: questions(&mut file, "back")?,
            loses: texts(&mut file, "loses")?,
            expect_error: texts(&mut file, "expect_error")?,
            irreversible: match file.remove("irreversible") {
                None => false,
                Some(Value::Boolean(truth)) => truth,
                Some(_) => return Err("`irreversible` must be true or false".to_owned()),
            },
        };
        if case.is_raw() && case.survive.is_empty() && case.expect_error.is_empty() {
            return Err("raw SQL changes the schema, and nothing is asked afterwards".to_owned());
        }
        Ok(case)
    }

    /// Whether raw SQL changes the schema, so that nobody can say what it is afterwards.
    pub(crate) fn is_raw(&self) -> bool {
        let raw = |operation: &Operation| {
            matches!(operation, Operation::Execute { .. }) && operation.effect() == Effect::Schema
        };
        self.before.upgrade.iter().chain(&self.change.upgrade).any(raw)
    }
}

fn operations(file: &mut Table, key: &str) -> Result<Vec<Value>, String> {
    match file.remove(key) {
        None => Ok(Vec::new()),
        Some(Value::Array(items)) => Ok(items),
        Some(_) => Err(format!("`{key}` is no list of operations")),
    }
}

/// The schema that is wanted, if the file says one.
fn desired(file: &mut Table) -> Result<Option<Desired>, String> {
    let (renames, finds) = (texts(file, "renames")?, texts(file, "finds")?);
    if !file.contains_key("desired") {
        return match renames.is_empty() && finds.is_empty() {
            true => Ok(None),
            false => Err("`renames` and `finds` go with `desired`".to_owned()),
        };
    }
    let operations = revision("desired", &[], operations(file, "desired")?, None)?.upgrade;
    let mut hints = Hints::default();
    for rename in &renames {
        hint(rename, &mut hints).ok_or_else(|| format!("`{rename}` is no rename"))?;
    }
    Ok(Some(Desired { operations, hints, found: finds }))
}

fn hint(text: &str, hints: &mut Hints) -> Option<()> {
    let (kind, rename) = text.split_once(':')?;
    let (old, new) = rename.split_once('=')?;
    match kind {
        "table" => hints.tables.push(TableRename { from: old.into(), to: new.into() }),
        "column" => {
            let (table, old) = old.split_once('.')?;
            hints.columns.push(ColumnRename { table: table.into(), from: old.into(), to: new.into() });
        }
        _ => return None,
    }
    Some(())
}

/// A revision with these operations, through the reader of revision files.
fn revision(
    id: &str,
    parents: &[&str],
    upgrade: Vec<Value>,
    downgrade: Option<Vec<Value>>,
) -> Result<Revision, String> {
    let mut file = Table::new();
    file.insert("revision".to_owned(), Value::from(id));
    file.insert("parents".to_owned(), Value::from(parents.to_vec()));
    file.insert("message".to_owned(), Value::from(id));
    if !upgrade.is_empty() {
        file.insert("upgrade".to_owned(), Value::Array(upgrade));
    }
    if let Some(downgrade) = downgrade {
        file.insert("downgrade".to_owned(), Value::Array(downgrade));
    }
    let text = toml::to_string(&file).map_err(|error| error.to_string())?;
    parse(format!("{id}.toml"), text.as_str(), Format::Toml).map_err(|errors| {
        errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ") + " in\n" + &text
    })
}

fn text_of(file: &mut Table, key: &str) -> Result<String, String> {
    match file.remove(key) {
        Some(Value::String(text)) => Ok(text),
        _ => Err(format!("`{key}` must be a text")),
    }
}

fn texts(file: &mut Table, key: &str) -> Result<Vec<String>, String> {
    let list = match file.remove(key) {
        None => Vec::new(),
        Some(Value::Array(items)) => items,
        Some(_) => return Err(format!("`{key}` must be a list of texts")),
    };
    list.into_iter()
        .map(|item| match item {
            Value::String(text) => Ok(text),
            _ => Err(format!("`{key}` must be a list of texts")),
        })
        .collect()
}

fn reasons(file: &mut Table) -> Result<BTreeMap<String, String>, String> {
    let table = match file.remove("except") {
        None => Table::new(),
        Some(Value::Table(table)) => table,
        Some(_) => return Err("`except` must be a table of reasons".to_owned()),
    };
    table
        .into_iter()
        .map(|(dialect, reason)| match reason {
            Value::String(reason) => Ok((dialect, reason)),
            _ => Err("`except` must be a table of reasons".to_owned()),
        })
        .collect()
}

fn questions(file: &mut Table, key: &str) -> Result<Vec<Question>, String> {
    let wrong = || format!("`{key}` must be a list of {{ query, rows = [[…]] }}");
    let Some(value) = file.remove(key) else { return Ok(Vec::new()) };
    let Value::Array(items) = value else { return Err(wrong()) };
    items
        .into_iter()
        .map(|item| {
            let Value::Table(mut item) = item else { return Err(wrong()) };
            let (query, rows) = (item.remove("query"), item.remove("rows"));
            let (Some(Value::String(query)), Some(Value::Array(rows)), true) = (query, rows, item.is_empty())
            else {
                return Err(wrong());
            };
            let rows = rows.into_iter().map(|row| match row {
                Value::Array(values) => values.iter().map(|value| cell(value).ok_or_else(wrong)).collect(),
                _ => Err(wrong()),
            });
            Ok(Question { query, rows: rows.collect::<Result<_, _>>()? })
        })
        .collect()
}

/// A value of an answer as text; NULL is the text `NULL`.
fn cell(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Integer(number) => Some(number.to_string()),
        Value::Boolean(truth) => Some(i64::from(*truth).to_string()),
        _ => None,
    }
}
