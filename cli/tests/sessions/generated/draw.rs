//! Parts of a schema, drawn by chance.

use super::chance::Chance;
use super::world::{Column, Id, Kind, Table, Thing, World, mark};

const WORDS: [&str; 16] = [
    "user",
    "Invoice",
    "line_item",
    "order",
    "group",
    "tag",
    "Zähler",
    "with space",
    "a.b",
    "quo\"te",
    "note",
    "index",
    "state",
    "2fa",
    "log",
    "it's",
];
const TYPES: [&str; 20] = [
    "INTEGER",
    "integer",
    "BIGINT",
    "unsigned big int",
    "varchar(20)",
    "VARCHAR (255)",
    "TEXT",
    "Text",
    "REAL",
    "DOUBLE PRECISION",
    "NUMERIC(10, 2)",
    "decimal(10,5)",
    "BLOB",
    "BOOLEAN",
    "bool",
    "DATETIME",
    "timestamp",
    "date",
    "JSON",
    "",
];
const STRICT_TYPES: [&str; 6] = ["INT", "INTEGER", "REAL", "TEXT", "BLOB", "ANY"];
const COLLATIONS: [&str; 3] = ["NOCASE", "RTRIM", "BINARY"];
const DEFAULTS: [&str; 14] = [
    "0",
    "-1",
    "+7",
    "'it''s'",
    "\"double\"",
    "NULL",
    "TRUE",
    "CURRENT_TIMESTAMP",
    "x'00ff'",
    "1.5e3",
    "(1 + 2)",
    "(datetime('now', 'localtime'))",
    "('a' || 'b')",
    "''",
];
const CONFLICTS: [&str; 6] =
    ["", "", "", " ON CONFLICT REPLACE", " ON CONFLICT IGNORE", " ON CONFLICT ABORT"];
const ACTIONS: [&str; 7] = [
    "",
    "",
    " ON DELETE CASCADE",
    " ON DELETE SET NULL ON UPDATE CASCADE",
    " ON UPDATE RESTRICT",
    " ON DELETE NO ACTION",
    " ON DELETE SET DEFAULT",
];
const DEFERRED: [&str; 5] =
    ["", "", " DEFERRABLE INITIALLY DEFERRED", " NOT DEFERRABLE", " DEFERRABLE INITIALLY IMMEDIATE"];

/// A new name for a table, column or anything else.
pub(super) fn name(world: &mut World, chance: &mut Chance) -> Id {
    let word = *chance.one(&WORDS);
    if chance.percent(30) { world.word(word) } else { world.name(word) }
}

/// A column; a name in front of every third constraint.
pub(super) fn column(world: &mut World, chance: &mut Chance, strict: bool, others: &[Id]) -> Column {
    let id = name(world, chance);
    let ty = *if strict { chance.one(&STRICT_TYPES) } else { chance.one(&TYPES) };
    let mut column = Column { id, ty: ty.to_owned(), clauses: Vec::new() };
    if chance.percent(15) && !others.is_empty() {
        let kind = chance.one(&["VIRTUAL", "STORED", ""]);
        let from = mark(*chance.one(others));
        let always = chance.one(&["GENERATED ALWAYS ", ""]);
        let expression = chance.one(&[" || ' x'", " + 1", " IS NOT NULL", " COLLATE NOCASE || ''"]);
        column.clauses.push(format!("{always}AS ({from}{expression}) {kind}"));
        return column;
    }
    if chance.percent(35) {
        column.clauses.push(format!("DEFAULT {}", chance.one(&DEFAULTS)));
    }
    if chance.percent(30) {
        let named = named(world, chance);
        column.clauses.push(format!("{named}NOT NULL{}", chance.one(&CONFLICTS)));
    } else if chance.percent(10) {
        column.clauses.push("NULL".to_owned());
    }
    if chance.percent(15) {
        column.clauses.push(format!("COLLATE {}", chance.one(&COLLATIONS)));
    }
    if chance.percent(10) {
        let named = named(world, chance);
        column.clauses.push(format!("{named}UNIQUE{}", chance.one(&CONFLICTS)));
    }
    if chance.percent(15) {
        let text = check(world, chance, &[id]);
        column.clauses.push(text);
    }
    if chance.percent(12)
        && let Some(target) = target(world, chance)
    {
        let named = named(world, chance);
        column.clauses.push(format!(
            "{named}REFERENCES {target}{}{}",
            chance.one(&ACTIONS),
            chance.one(&DEFERRED)
        ));
    }
    column
}

fn named(world: &mut World, chance: &mut Chance) -> String {
    if chance.percent(33) {
        let id = world.name("c_");
        format!("CONSTRAINT {} ", mark(id))
    } else {
        String::new()
    }
}

/// A table that a key may point at, with or without its columns.
fn target(world: &World, chance: &mut Chance) -> Option<String> {
    let keyed: Vec<(&Table, &Column)> = world
        .tables
        .iter()
        .filter_map(|table| {
            let first = table.columns.first()?;
            first.clauses.iter().any(|clause| clause.contains("PRIMARY KEY")).then_some((table, first))
        })
        .collect();
    if keyed.is_empty() {
        return None;
    }
    let (table, key) = chance.one(&keyed);
    let columns = if chance.percent(80) { format!("({})", mark(key.id)) } else { String::new() };
    Some(format!("{}{columns}", mark(table.id)))
}

/// A CHECK over some of `columns`.
pub(super) fn check(world: &mut World, chance: &mut Chance, columns: &[Id]) -> String {
    let named = named(world, chance);
    let (one, two) = (mark(*chance.one(columns)), mark(*chance.one(columns)));
    let expression = match chance.below(7) {
        0 => format!("{one} IN ('a', 'b', 'it''s') OR {two} IS NULL OR 1"),
        1 => format!("length({one}) < 1000"),
        2 => format!("( {one} IS NOT 'x)' /* why */ )"),
        3 => format!("{one} <> 'nope' -- so it is\n"),
        4 => format!("CASE WHEN {one} IS NULL THEN 1 ELSE {two} IS NOT 'zz' END"),
        5 => format!("{one} NOT LIKE '%~%%' ESCAPE '~'"),
        _ => format!("coalesce({one}, 1) IS NOT NULL AND NOT ({two} IS 'q' AND 0)"),
    };
    format!("{named}CHECK ({expression})")
}

/// A constraint over a table's columns.
pub(super) fn constraint(world: &mut World, chance: &mut Chance, table: &Table) -> String {
    let columns: Vec<Id> = table.columns.iter().map(|column| column.id).collect();
    match chance.below(4) {
        0 => {
            let named = named(world, chance);
            let (one, two) = (*chance.one(&columns), *chance.one(&columns));
            let second = if one == two { String::new() } else { format!(", {}", mark(two)) };
            format!("{named}UNIQUE ({}{second}){}", mark(one), chance.one(&CONFLICTS))
        }
        1 => {
            let named = named(world, chance);
            let from = mark(*chance.one(&columns));
            match target(world, chance) {
                Some(target) => format!(
                    "{named}FOREIGN KEY ({from}) REFERENCES {target}{}{}",
                    chance.one(&ACTIONS),
                    chance.one(&DEFERRED)
                ),
                None => check(world, chance, &columns),
            }
        }
        _ => check(world, chance, &columns),
    }
}

/// A table with a key of some kind.
pub(super) fn table(world: &mut World, chance: &mut Chance) -> Table {
    let id = name(world, chance);
    let options = *chance.one(&["", "", "", "", "STRICT", "WITHOUT ROWID", "strict, without rowid"]);
    let strict = options.to_lowercase().contains("strict");
    let without_rowid = options.to_lowercase().contains("rowid");
    let mut table = Table { id, columns: Vec::new(), constraints: Vec::new(), options: options.to_owned() };
    let key = Column { id: world.name("id"), ty: "INTEGER".to_owned(), clauses: Vec::new() };
    table.columns.push(key);
    let first = table.columns[0].id;
    for _ in 0..1 + chance.below(6) {
        let others: Vec<Id> = table.columns[1..].iter().map(|column| column.id).collect();
        table.columns.push(column(world, chance, strict, &others));
    }
    let plain: Vec<Id> = plain(&table);
    let key = &mut table.columns[0];
    match chance.below(if without_rowid { 4 } else { 7 }) {
        0 => {
            let named = named(world, chance);
            key.clauses.push(format!("{named}PRIMARY KEY"));
        }
        1 => key.clauses.extend(["NOT NULL".to_owned(), "PRIMARY KEY ON CONFLICT IGNORE".to_owned()]),
        2 => {
            let named = named(world, chance);
            let second = plain.last().filter(|last| **last != first);
            let second = second.map_or(String::new(), |id| format!(", {}", mark(*id)));
            table.constraints.push(format!("{named}PRIMARY KEY ({}{second})", mark(first)));
        }
        3 => {
            key.ty = chance.one(&["TEXT", "INT"]).to_string();
            key.clauses.push("PRIMARY KEY".to_owned());
        }
        4 => key.clauses.push("PRIMARY KEY AUTOINCREMENT".to_owned()),
        5 => key.clauses.push("PRIMARY KEY DESC".to_owned()),
        _ => {}
    }
    for _ in 0..chance.below(3) {
        let constraint = constraint(world, chance, &table);
        table.constraints.push(constraint);
    }
    table
}

/// The columns that are not computed.
fn plain(table: &Table) -> Vec<Id> {
    let computed = |column: &Column| column.clauses.iter().any(|clause| clause.contains("AS ("));
    table.columns.iter().filter(|column| !computed(column)).map(|column| column.id).collect()
}

/// An index on a table.
pub(super) fn index(world: &mut World, chance: &mut Chance, table: &Table) -> Thing {
    let stem = chance.one::<&str>(&["ix_", "Index on ", "idx"]);
    let id = world.name(stem);
    let columns: Vec<Id> = table.columns.iter().map(|column| column.id).collect();
    let (one, two) = (mark(*chance.one(&columns)), mark(*chance.one(&columns)));
    let parts = match chance.below(6) {
        0 => format!("lower({one})"),
        1 => format!("{one} DESC"),
        2 => format!("{one} COLLATE nocase ASC"),
        3 => format!("{one}, abs({two}) DESC"),
        4 if one != two => format!("{one}, {two}"),
        _ => one.clone(),
    };
    let unique = if chance.percent(15) { "UNIQUE " } else { "" };
    let predicate =
        *chance.one(&["", "", "", " WHERE {} IS NOT NULL", " where {} > 0 and 1=1", " WHERE {} <> 'a;b'"]);
    let predicate = predicate.replace("{}", &two);
    let (on, name) = (mark(table.id), mark(id));
    let text = format!("CREATE {unique}INDEX {name} ON {on} ({parts}){predicate}");
    Thing { kind: Kind::Index, id, on: Some(table.id), text }
}

/// A trigger on a table.
pub(super) fn trigger(world: &mut World, chance: &mut Chance, table: &Table) -> Thing {
    let id = name(world, chance);
    let columns: Vec<Id> = table.columns.iter().map(|column| column.id).collect();
    let column = mark(*chance.one(&columns));
    let other = chance.one(&world.tables).clone();
    let others: Vec<Id> = plain(&other);
    let (there, here) = (mark(other.id), mark(table.id));
    let set = others.last().map_or_else(|| mark(other.columns[0].id), |id| mark(*id));
    let timing = *chance.one(&["BEFORE", "AFTER", "after"]);
    let name = mark(id);
    let text = match chance.below(5) {
        0 => format!(
            "CREATE TRIGGER {name} {timing} UPDATE OF {column} ON {here} FOR EACH ROW WHEN new.{column} IS NOT old.{column}\n\
             BEGIN\n  UPDATE {there} SET {set} = {set} WHERE 0; -- not; now\n  SELECT CASE WHEN new.{column} IS 'END' THEN 1 END;\nEND"
        ),
        1 => format!("CREATE TRIGGER {name} {timing} INSERT ON {here} BEGIN SELECT new.{column}, 'a;b'; END"),
        2 => format!(
            "create trigger {name} {timing} DELETE ON {here} begin\n  delete from {there} where 0 and {set} = old.{column};\nend"
        ),
        3 => format!(
            "CREATE TRIGGER {name} {timing} UPDATE ON {here} BEGIN\n  INSERT INTO {there} ({set}) SELECT {column} FROM {here} WHERE 0;\nEND"
        ),
        _ => format!(
            "CREATE TRIGGER {name} {timing} INSERT ON {here} WHEN new.{column} IS 'never'\nBEGIN SELECT RAISE(ABORT, 'no'); END"
        ),
    };
    Thing { kind: Kind::Trigger, id, on: Some(table.id), text }
}

/// A view over tables, or over another view.
pub(super) fn view(world: &mut World, chance: &mut Chance) -> Thing {
    let id = name(world, chance);
    let text = view_text(world, chance, id);
    Thing { kind: Kind::View, id, on: None, text }
}

/// The text of the view `id`.
pub(super) fn view_text(world: &World, chance: &mut Chance, id: Id) -> String {
    let name = mark(id);
    let earlier: Vec<Id> = world
        .things
        .iter()
        .take_while(|thing| thing.id != id)
        .filter(|thing| thing.kind == Kind::View)
        .map(|thing| thing.id)
        .collect();
    if chance.percent(30) && !earlier.is_empty() {
        let below = mark(*chance.one(&earlier));
        return match chance.below(3) {
            0 => format!("CREATE VIEW {name} AS SELECT * FROM {below}"),
            1 => format!("CREATE VIEW {name} AS SELECT count(*) AS n FROM {below} /* all */"),
            _ => format!(
                "CREATE VIEW {name} (\"a b\") AS WITH w AS (SELECT 1 AS one FROM {below}) SELECT one FROM w"
            ),
        };
    }
    let (left, right) = (chance.one(&world.tables), chance.one(&world.tables));
    let (l, r) = (mark(left.id), mark(right.id));
    let (a, b) = (mark(chance.one(&left.columns).id), mark(chance.one(&right.columns).id));
    match chance.below(5) {
        0 => format!("CREATE VIEW {name} AS SELECT {a} FROM {l}"),
        1 => format!(
            "CREATE VIEW {name} AS\n  SELECT l.{a} AS first, r.{b} AS second -- both\n  FROM {l} AS l JOIN {r} AS r ON l.{a} = r.{b}"
        ),
        2 => format!(
            "CREATE VIEW {name} (x, y) AS SELECT {a}, row_number() OVER (ORDER BY {a}) FROM {l} WHERE {a} <> 'x'"
        ),
        3 => format!("create view {name} as select {a} as v from {l} union all select {b} from {r}"),
        _ => format!("CREATE VIEW {name} AS SELECT (SELECT max({b}) FROM {r}) AS m, * FROM {l}"),
    }
}

/// A virtual table, and what keeps it up to date: a full-text table over the content of a table, or an r-tree.
pub(super) fn virtual_table(world: &mut World, chance: &mut Chance) -> Vec<Thing> {
    let stem = chance.one::<&str>(&["search", "Found "]);
    let id = world.name(stem);
    let name = mark(id);
    let (table, column) = {
        let table = chance.one(&world.tables);
        (table.id, chance.one(&table.columns).id)
    };
    // A virtual table's text is not touched by renames, so that it must say its columns otherwise.
    let text = match chance.below(5) {
        0 => format!("CREATE VIRTUAL TABLE {name} USING rtree(id, x0, x1, y0, y1)"),
        1 => format!("CREATE VIRTUAL TABLE {name} USING fts4(title, body, tokenize=porter)"),
        2 => format!(
            "CREATE VIRTUAL TABLE {name} USING fts5(title, body, tokenize = 'porter unicode61', prefix='2 3')"
        ),
        3 => format!("CREATE VIRTUAL TABLE {name} USING fts5(title, content='')"),
        _ => format!(
            "create virtual table {name} using fts5(title, body, content='outside', content_rowid='id')"
        ),
    };
    let feeds = !text.contains("rtree") && chance.percent(60);
    let mut things = vec![Thing { kind: Kind::Virtual, id, on: None, text }];
    if feeds {
        let trigger = world.name("feed_");
        let (trigger_name, here, column) = (mark(trigger), mark(table), mark(column));
        let text = format!(
            "CREATE TRIGGER {trigger_name} AFTER INSERT ON {here} WHEN 0 BEGIN INSERT INTO {name} (rowid, title) VALUES (new.rowid, new.{column}); END"
        );
        things.push(Thing { kind: Kind::Trigger, id: trigger, on: Some(table), text });
    }
    things
}

/// A trigger instead of what is done to a view.
pub(super) fn instead(world: &mut World, chance: &mut Chance, view: Id) -> Thing {
    let id = world.name("instead_");
    let what = chance.one(&["INSERT", "DELETE", "UPDATE"]);
    let text = format!("CREATE TRIGGER {} INSTEAD OF {what} ON {} BEGIN SELECT 1; END", mark(id), mark(view));
    Thing { kind: Kind::Trigger, id, on: Some(view), text }
}
