use std::collections::BTreeMap;

use limbeck_core::driver::{Connection, DriverError, DriverErrorKind, Row, Value, Version};

/// `PRAGMA table_list`
const TABLE_LIST: Version = Version::new(3, 37, 0);

/// How often a catalog is read again that somebody changed meanwhile.
const TRIES: usize = 5;

/// What SQLite says of the database `main`. Its pragmas tell little; they are there to check the parser by.
#[derive(Debug, Default)]
pub(super) struct Catalog {
    /// Everything in `sqlite_schema`, in the order in which it was made.
    pub(super) entries: Vec<Entry>,
    /// What kind of table each is, by its name.
    pub(super) kinds: BTreeMap<String, Kind>,
    /// The columns of each table, by its name.
    pub(super) columns: BTreeMap<String, Vec<ColumnRow>>,
    /// The indexes of each table, by its name.
    pub(super) indexes: BTreeMap<String, Vec<IndexRow>>,
    /// The foreign keys of each table, by its name.
    pub(super) foreign_keys: BTreeMap<String, Vec<ForeignKeyRow>>,
}

/// A row of `sqlite_schema`.
#[derive(Debug)]
pub(super) struct Entry {
    /// `table`, `index`, `view`, `trigger`
    pub(super) kind: String,
    pub(super) name: String,
    /// The table that it belongs to; its own name, if it is one.
    pub(super) table: String,
    /// The statement that makes it; none for what SQLite makes of itself.
    pub(super) sql: Option<String>,
    /// Whether it is a table that a module makes up.
    pub(super) is_virtual: bool,
}

/// What a table is.
#[derive(Debug, Clone, Copy)]
pub(super) struct Kind {
    /// Whether it is part of a virtual table.
    pub(super) is_shadow: bool,
    pub(super) without_rowid: bool,
    pub(super) strict: bool,
}

#[derive(Debug)]
pub(super) struct ColumnRow {
    pub(super) name: String,
    pub(super) not_null: bool,
    /// Its place in the primary key, from 1; 0 if it is not in it.
    pub(super) key_place: i64,
    /// 0, or 2 and 3 for a column that is computed when read or kept.
    pub(super) hidden: i64,
}

#[derive(Debug)]
pub(super) struct IndexRow {
    pub(super) name: String,
    pub(super) unique: bool,
    /// `c` for CREATE INDEX, `u` for UNIQUE, `pk` for PRIMARY KEY.
    pub(super) origin: String,
    pub(super) partial: bool,
    pub(super) parts: Vec<PartRow>,
}

#[derive(Debug)]
pub(super) struct PartRow {
    /// The column; none for an expression.
    pub(super) column: Option<String>,
    pub(super) descending: bool,
    pub(super) collation: String,
}

#[derive(Debug)]
pub(super) struct ForeignKeyRow {
    pub(super) table: String,
    pub(super) from: Vec<String>,
    /// Empty, if the key says no columns.
    pub(super) to: Vec<String>,
    pub(super) on_update: String,
    pub(super) on_delete: String,
}

/// Reads the catalog of `main`, of `tables` alone if there are any given: all of one moment.
pub(super) async fn read(
    connection: &mut dyn Connection,
    tables: Option<&[String]>,
) -> Result<Catalog, DriverError> {
    for _ in 0..TRIES {
        let before = schema_version(connection).await?;
        let catalog = read_once(connection, tables).await?;
        if schema_version(connection).await? == before {
            return Ok(catalog);
        }
    }
    Err(DriverError::new(
        DriverErrorKind::Busy,
        format!("somebody changed the schema each of the {TRIES} times that it was read"),
    )
    .with_help("run it again when nobody else changes the schema"))
}

/// Fails if the session has something temporary that is called like one of `tables`: a statement that names the table
/// would be about that.
pub(super) async fn refuse_hidden(
    connection: &mut dyn Connection,
    tables: &[String],
) -> Result<(), DriverError> {
    let rows =
        connection.query("SELECT type, name FROM temp.sqlite_master WHERE type <> 'index'", &[]).await?;
    for row in &rows {
        let (kind, name) = (text(row, 0)?, text(row, 1)?);
        if tables.iter().any(|table| table.eq_ignore_ascii_case(&name)) {
            return Err(DriverError::new(
                DriverErrorKind::Statement,
                format!("the temporary {kind} {name} hides the table: what is to be done to it would be done there"),
            )
            .with_help("drop it (`DROP … temp.NAME`) in the raw SQL that makes it, or give it another name"));
        }
    }
    Ok(())
}

async fn schema_version(connection: &mut dyn Connection) -> Result<Option<i64>, DriverError> {
    let rows = connection.query("PRAGMA main.schema_version", &[]).await?;
    Ok(rows.first().and_then(|row| row.integer(0)))
}

async fn read_once(
    connection: &mut dyn Connection,
    tables: Option<&[String]>,
) -> Result<Catalog, DriverError> {
    let mut catalog = Catalog::default();
    let rows = connection
        .query("SELECT type, name, tbl_name, sql, rootpage FROM main.sqlite_master ORDER BY rowid", &[])
        .await?;
    for row in &rows {
        let kind = text(row, 0)?;
        catalog.entries.push(Entry {
            is_virtual: kind == "table" && row.integer(4).unwrap_or(0) == 0,
            kind,
            name: text(row, 1)?,
            table: text(row, 2)?,
            sql: row.text(3).map(str::to_owned),
        });
    }
    if connection.server().version >= TABLE_LIST {
        let rows = connection
            .query("SELECT name, type, wr, strict FROM pragma_table_list WHERE schema = 'main'", &[])
            .await?;
        for row in &rows {
            let kind = Kind {
                is_shadow: row.text(1) == Some("shadow"),
                without_rowid: row.integer(2) == Some(1),
                strict: row.integer(3) == Some(1),
            };
            catalog.kinds.insert(text(row, 0)?, kind);
        }
    }
    // Only true tables are asked after: the columns of a virtual one need its module, those of a view all that it reads,
    // and either may be missing.
    let (which, names) = match tables {
        None => (String::new(), Vec::new()),
        Some(tables) => (
            format!(" AND m.name COLLATE NOCASE IN ({})", vec!["?"; tables.len()].join(", ")),
            tables.iter().map(|table| Value::from(table.as_str())).collect(),
        ),
    };
    let of_tables = format!("m.type = 'table' AND m.rootpage > 0{which}");
    let sql = format!(
        "SELECT m.name, c.name, c.\"notnull\", c.pk, c.hidden \
         FROM main.sqlite_master AS m, pragma_table_xinfo(m.name, 'main') AS c \
         WHERE {of_tables} ORDER BY m.rowid, c.cid"
    );
    for row in &connection.query(&sql, &names).await? {
        catalog.columns.entry(text(row, 0)?).or_default().push(ColumnRow {
            name: text(row, 1)?,
            not_null: row.integer(2) == Some(1),
            key_place: row.integer(3).unwrap_or(0),
            hidden: row.integer(4).unwrap_or(0),
        });
    }
    let sql = format!(
        "SELECT m.name, i.name, i.\"unique\", i.origin, i.partial, p.name, p.cid, p.\"desc\", p.coll \
         FROM main.sqlite_master AS m, pragma_index_list(m.name, 'main') AS i, \
              pragma_index_xinfo(i.name, 'main') AS p \
         WHERE {of_tables} AND p.\"key\" = 1 ORDER BY m.rowid, i.seq, p.seqno"
    );
    for row in &connection.query(&sql, &names).await? {
        let indexes = catalog.indexes.entry(text(row, 0)?).or_default();
        let name = text(row, 1)?;
        if indexes.last().is_none_or(|last| last.name != name) {
            indexes.push(IndexRow {
                name,
                unique: row.integer(2) == Some(1),
                origin: text(row, 3)?,
                partial: row.integer(4) == Some(1),
                parts: Vec::new(),
            });
        }
        if let Some(index) = indexes.last_mut() {
            index.parts.push(PartRow {
                column: row.integer(6).filter(|cid| *cid >= 0).and(row.text(5)).map(str::to_owned),
                descending: row.integer(7) == Some(1),
                collation: row.text(8).unwrap_or_default().to_owned(),
            });
        }
    }
    let sql = format!(
        "SELECT m.name, k.id, k.\"table\", k.\"from\", k.\"to\", k.on_update, k.on_delete \
         FROM main.sqlite_master AS m, pragma_foreign_key_list(m.name, 'main') AS k \
         WHERE {of_tables} ORDER BY m.rowid, k.id, k.seq"
    );
    let mut last = None;
    for row in &connection.query(&sql, &names).await? {
        let table = text(row, 0)?;
        let this = Some((table.clone(), row.integer(1)));
        let keys = catalog.foreign_keys.entry(table).or_default();
        if this != last {
            keys.push(ForeignKeyRow {
                table: text(row, 2)?,
                from: Vec::new(),
                to: Vec::new(),
                on_update: text(row, 5)?,
                on_delete: text(row, 6)?,
            });
            last = this;
        }
        if let Some(key) = keys.last_mut() {
            key.from.push(text(row, 3)?);
            key.to.extend(row.text(4).map(str::to_owned));
        }
    }
    Ok(catalog)
}

/// A text that SQLite always has there; a schema with bytes in it that are no UTF-8 is broken.
fn text(row: &Row, column: usize) -> Result<String, DriverError> {
    row.text(column).map(str::to_owned).ok_or_else(|| {
        DriverError::new(DriverErrorKind::Corrupt, "the schema of the database holds a name that is no UTF-8")
    })
}
