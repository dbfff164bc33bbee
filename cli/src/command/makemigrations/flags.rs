use std::collections::BTreeMap;

use limbeck_core::diag::Diagnostic;
use limbeck_core::diff::{ColumnRename, Hints, TableRename};
use limbeck_core::ident::{Ident, Name};
use limbeck_core::schema::Sql;

use crate::args::MakemigrationsArgs;
use crate::exit::Failure;

/// What the flags say.
pub(super) fn hints(args: &MakemigrationsArgs) -> Result<Hints, Failure> {
    let wrong = |flag: &str, text: &str, form: &str| {
        Failure::usage(vec![
            Diagnostic::new("invalid-flag", format!("`{text}` cannot be taken for a `{flag}`"))
                .with_help(format!("write `{flag} {form}`")),
        ])
    };
    let mut hints = Hints::default();
    for text in &args.rename {
        let form = "table:old=new` or `--rename column:table.old=new";
        let parsed = text.split_once(':').and_then(|(what, rest)| Some((what, rest.split_once('=')?)));
        match parsed {
            Some(("table", (from, to))) if !from.is_empty() && !to.is_empty() => {
                hints.tables.push(TableRename { from: name(from), to: name(to) });
            }
            Some(("column", (from, to))) if !to.is_empty() => {
                let (table, from) = from.rsplit_once('.').ok_or_else(|| wrong("--rename", text, form))?;
                hints.columns.push(ColumnRename {
                    table: name(table),
                    from: Ident::new(from),
                    to: Ident::new(to),
                });
            }
            _ => return Err(wrong("--rename", text, form)),
        }
    }
    let pairs = |flag: &str, texts: &[String]| -> Result<BTreeMap<(Name, Ident), Sql>, Failure> {
        texts
            .iter()
            .map(|text| {
                let (column, sql) =
                    text.split_once('=').ok_or_else(|| wrong(flag, text, "table.column=SQL"))?;
                let (table, column) =
                    column.rsplit_once('.').ok_or_else(|| wrong(flag, text, "table.column=SQL"))?;
                Ok(((name(table), Ident::new(column)), Sql::from(sql)))
            })
            .collect()
    };
    hints.fills.extend(pairs("--fill", &args.fill)?);
    hints.using.extend(pairs("--using", &args.using)?);
    Ok(hints)
}

/// `table` or `schema.table`.
fn name(text: &str) -> Name {
    match text.split_once('.') {
        Some((schema, name)) => Name::qualified(schema, name),
        None => Name::new(text),
    }
}
