//! Somebody who works on a schema by hand: each step is a script of plain SQL, as it would stand in a file.

use rusqlite::Connection;

use super::catalog::rows;
use super::chance::Chance;
use super::draw;
use super::world::{Id, Kind, Table, Thing, World, mark, quote};

/// How often an edit is drawn until one fits.
const TRIES: usize = 400;

/// A database with a schema, and what is known of it.
#[derive(Debug)]
pub(super) struct Author {
    pub(super) database: Connection,
    world: World,
    chance: Chance,
}

/// One step.
#[derive(Debug)]
pub(super) struct Step {
    pub(super) script: String,
    /// What it renames, as `--rename` wants it.
    pub(super) renames: Vec<String>,
}

/// What is drawn, and how often.
const EDITS: [(usize, Edit); 17] = [
    (9, Author::new_table),
    (12, Author::add_column),
    (5, Author::drop_column),
    (6, Author::rename_column),
    (3, Author::rename_table),
    (3, Author::drop_table),
    (12, Author::new_index),
    (4, Author::drop_thing),
    (6, Author::new_view),
    (4, Author::other_view),
    (9, Author::new_trigger),
    (2, Author::new_instead),
    (3, Author::new_virtual),
    (12, Author::change_column),
    (8, Author::change_constraints),
    (3, Author::reorder),
    (2, Author::other_options),
];

type Edit = fn(&mut Author) -> Option<Step>;

impl Author {
    /// Begins with an empty database.
    pub(super) fn new(database: Connection, seed: u64) -> Self {
        database.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA legacy_alter_table = ON").unwrap();
        Self { database, world: World::default(), chance: Chance::new(seed) }
    }

    /// Makes a schema of `count` tables with a trigger on each, and views, indexes and virtual tables beside them.
    pub(super) fn begin(&mut self, count: usize) {
        while self.world.tables.len() < count {
            self.carry_out(Self::new_table);
        }
        for at in 0..count {
            let id = self.world.tables[at].id;
            while self.world.on(id, Kind::Trigger).next().is_none() {
                self.carry_out(|author| author.trigger_on(at));
            }
        }
        for edit in [Self::new_view as Edit, Self::new_index] {
            (0..count / 2).for_each(|_| self.carry_out(edit));
        }
        for edit in [Self::new_virtual as Edit, Self::new_instead] {
            (0..count / 10 + 1).for_each(|_| self.carry_out(edit));
        }
    }

    /// One step more, of one edit or several.
    pub(super) fn step(&mut self) -> Step {
        let edits = if self.chance.percent(25) { 2 + self.chance.below(4) } else { 1 };
        let mut step = Step { script: String::new(), renames: Vec::new() };
        for _ in 0..edits {
            let edit = self.draw();
            step.script.push_str(&edit.script);
            step.renames = if edits == 1 { edit.renames } else { Vec::new() };
        }
        step
    }

    fn draw(&mut self) -> Step {
        let all: usize = EDITS.iter().map(|(weight, _)| weight).sum();
        for _ in 0..TRIES {
            let mut at = self.chance.below(all);
            let mut edits = EDITS.iter();
            let edit = loop {
                let (weight, edit) = edits.next().expect("it is below the sum");
                match at.checked_sub(*weight) {
                    Some(rest) => at = rest,
                    None => break *edit,
                }
            };
            if let Some(step) = self.attempt(edit) {
                return step;
            }
        }
        panic!("no edit fits");
    }

    fn carry_out(&mut self, edit: impl Fn(&mut Self) -> Option<Step>) {
        for _ in 0..TRIES {
            if self.attempt(&edit).is_some() {
                return;
            }
        }
        panic!("it does not fit");
    }

    /// An edit, if there is something to edit and the library takes it; else nothing has happened.
    fn attempt(&mut self, edit: impl Fn(&mut Self) -> Option<Step>) -> Option<Step> {
        let world = self.world.clone();
        let made = edit(self).filter(|step| self.takes(&step.script));
        if made.is_none() {
            self.world = world;
        }
        made
    }

    /// Runs a script, if afterwards all that there is can be used.
    fn takes(&self, script: &str) -> bool {
        let run = |sql: &str| self.database.execute_batch(sql);
        run("SAVEPOINT step").unwrap();
        let fits = run(script).is_ok() && self.is_whole();
        run(if fits { "RELEASE step" } else { "ROLLBACK TO step; RELEASE step" }).unwrap();
        fits
    }

    fn is_whole(&self) -> bool {
        let prepares = |sql: &str| self.database.prepare(sql).is_ok();
        let things = |kind: &str| {
            rows(
                &self.database,
                &format!("SELECT name FROM sqlite_master WHERE type = '{kind}' AND name NOT LIKE 'sqlite%'"),
            )
        };
        let views = things("view").iter().all(|view| prepares(&format!("SELECT * FROM {}", quote(&view[0]))));
        let tables = || {
            self.world.tables.iter().all(|table| {
                let (name, key) = (self.world.quoted(table.id), self.world.quoted(table.columns[0].id));
                prepares(&format!("SELECT * FROM {name}"))
                    && prepares(&format!("INSERT INTO {name} DEFAULT VALUES"))
                    && prepares(&format!("UPDATE {name} SET {key} = {key}"))
                    && prepares(&format!("DELETE FROM {name}"))
            })
        };
        let keys = || {
            let mut check = self.database.prepare("PRAGMA foreign_key_check").unwrap();
            let mut rows = check.query([]).unwrap();
            rows.next().is_ok()
        };
        views && tables() && keys()
    }

    fn done(script: &str) -> Option<Step> {
        Some(Step { script: format!("{script};\n"), renames: Vec::new() })
    }

    fn table_at(&mut self) -> Option<usize> {
        let count = self.world.tables.len();
        (count > 0).then(|| self.chance.below(count))
    }

    fn thing(&mut self, thing: Thing) -> Option<Step> {
        let text = self.world.said(&thing.text);
        self.world.things.push(thing);
        Self::done(&text)
    }

    fn new_table(&mut self) -> Option<Step> {
        let table = draw::table(&mut self.world, &mut self.chance);
        let script = self.create(&table, table.id);
        self.world.tables.push(table);
        Self::done(&script)
    }

    fn create(&mut self, table: &Table, name: Id) -> String {
        let style = self.chance.below(6);
        self.world.create(table, &self.world.names[&name], style)
    }

    fn add_column(&mut self) -> Option<Step> {
        let at = self.table_at()?;
        let table = self.world.tables[at].clone();
        let strict = table.options.to_lowercase().contains("strict");
        let others: Vec<Id> = table.columns.iter().map(|column| column.id).collect();
        let column = draw::column(&mut self.world, &mut self.chance, strict, &others);
        let text = format!("{} {} {}", mark(column.id), column.ty, column.clauses.join(" "));
        let script = self.world.said(&format!("ALTER TABLE {} ADD COLUMN {text}", mark(table.id)));
        self.world.tables[at].columns.push(column);
        Self::done(&script)
    }

    /// Drops a column in place, with the indexes and triggers that name it.
    fn drop_column(&mut self) -> Option<Step> {
        let at = self.table_at()?;
        let table = self.world.tables[at].clone();
        let column = self.chance.below(table.columns.len());
        let id = table.columns[column].id;
        let mut script =
            self.drop_things(|thing| thing.kind != Kind::Virtual && thing.text.contains(&mark(id)));
        script.push_str(&self.world.said(&format!(
            "ALTER TABLE {} DROP COLUMN {}",
            mark(table.id),
            mark(id)
        )));
        self.world.tables[at].columns.remove(column);
        Self::done(&script)
    }

    fn drop_things(&mut self, gone: impl Fn(&Thing) -> bool) -> String {
        let mut script = String::new();
        let (dropped, kept): (Vec<Thing>, Vec<Thing>) = self.world.things.drain(..).partition(gone);
        self.world.things = kept;
        for thing in dropped.iter().rev() {
            let kind = match thing.kind {
                Kind::Index => "INDEX",
                Kind::Trigger => "TRIGGER",
                Kind::View => "VIEW",
                Kind::Virtual => "TABLE",
            };
            // A trigger goes with its view.
            script.push_str(&format!("DROP {kind} IF EXISTS {};\n", self.world.quoted(thing.id)));
        }
        script
    }

    fn rename_column(&mut self) -> Option<Step> {
        let at = self.table_at()?;
        let table = &self.world.tables[at];
        let (table, id) = (table.id, self.chance.one(&table.columns).id);
        let from = self.world.names[&id].clone();
        let new = draw::name(&mut self.world, &mut self.chance);
        let to = self.world.names.remove(&new).expect("it was made");
        self.world.names.insert(id, to.clone());
        let script = format!(
            "ALTER TABLE {} RENAME COLUMN {} TO {}",
            self.world.quoted(table),
            quote(&from),
            quote(&to)
        );
        let mut step = Self::done(&script)?;
        let name = &self.world.names[&table];
        if [name, &from, &to].iter().all(|name| is_simple(name)) && self.chance.percent(70) {
            step.renames.push(format!("column:{name}.{from}={to}"));
        }
        Some(step)
    }

    fn rename_table(&mut self) -> Option<Step> {
        let at = self.table_at()?;
        let id = self.world.tables[at].id;
        let from = self.world.names[&id].clone();
        let new = draw::name(&mut self.world, &mut self.chance);
        let to = self.world.names.remove(&new).expect("it was made");
        self.world.names.insert(id, to.clone());
        let rename = format!("ALTER TABLE {} RENAME TO {}", quote(&from), quote(&to));
        let mut step = Self::done(&format!(
            "PRAGMA legacy_alter_table = OFF;\n{rename};\nPRAGMA legacy_alter_table = ON"
        ))?;
        if [&from, &to].iter().all(|name| is_simple(name)) && self.chance.percent(70) {
            step.renames.push(format!("table:{from}={to}"));
        }
        Some(step)
    }

    fn drop_table(&mut self) -> Option<Step> {
        let at = self.table_at()?;
        let table = self.world.tables.remove(at);
        let name = mark(table.id);
        let refers = |other: &Table| {
            let columns = other.columns.iter().flat_map(|column| &column.clauses);
            columns.chain(&other.constraints).any(|text| text.contains(&name))
        };
        if self.world.tables.iter().any(refers) {
            return None;
        }
        let script = self.drop_things(|thing| thing.kind != Kind::Index && thing.text.contains(&name));
        self.world.things.retain(|thing| thing.on != Some(table.id));
        Self::done(&format!("{script}DROP TABLE {}", self.world.quoted(table.id)))
    }

    fn new_index(&mut self) -> Option<Step> {
        let at = self.table_at()?;
        let table = self.world.tables[at].clone();
        let index = draw::index(&mut self.world, &mut self.chance, &table);
        self.thing(index)
    }

    fn drop_thing(&mut self) -> Option<Step> {
        if self.world.things.is_empty() {
            return None;
        }
        let id = self.chance.one(&self.world.things).id;
        let name = mark(id);
        Self::done(&self.drop_things(|thing| thing.id == id || thing.text.contains(&name)))
    }

    fn new_view(&mut self) -> Option<Step> {
        let view = draw::view(&mut self.world, &mut self.chance);
        self.thing(view)
    }

    /// Drops a view and makes it anew with another text, and the triggers on it.
    fn other_view(&mut self) -> Option<Step> {
        let views: Vec<Id> =
            self.world.things.iter().filter(|thing| thing.kind == Kind::View).map(|thing| thing.id).collect();
        if views.is_empty() {
            return None;
        }
        let id = *self.chance.one(&views);
        let text = draw::view_text(&self.world, &mut self.chance, id);
        let mut script = format!("DROP VIEW {};\n{};\n", self.world.quoted(id), self.world.said(&text));
        for trigger in self.world.on(id, Kind::Trigger) {
            script.push_str(&format!("{};\n", self.world.said(&trigger.text)));
        }
        let view = self.world.things.iter_mut().find(|thing| thing.id == id)?;
        view.text = text;
        Self::done(&script)
    }

    fn new_trigger(&mut self) -> Option<Step> {
        let at = self.table_at()?;
        self.trigger_on(at)
    }

    fn trigger_on(&mut self, at: usize) -> Option<Step> {
        let table = self.world.tables[at].clone();
        let trigger = draw::trigger(&mut self.world, &mut self.chance, &table);
        self.thing(trigger)
    }

    fn new_instead(&mut self) -> Option<Step> {
        let views: Vec<Id> =
            self.world.things.iter().filter(|thing| thing.kind == Kind::View).map(|thing| thing.id).collect();
        if views.is_empty() {
            return None;
        }
        let view = *self.chance.one(&views);
        let trigger = draw::instead(&mut self.world, &mut self.chance, view);
        self.thing(trigger)
    }

    fn new_virtual(&mut self) -> Option<Step> {
        self.table_at()?;
        let things = draw::virtual_table(&mut self.world, &mut self.chance);
        let mut script = String::new();
        for thing in things {
            script.push_str(&self.thing(thing)?.script);
        }
        Some(Step { script, renames: Vec::new() })
    }

    /// Makes a table anew as sqlite.org tells it, with its indexes and triggers.
    fn rebuild(&mut self, at: usize) -> Option<Step> {
        let table = self.world.tables[at].clone();
        let between = self.world.name("new_");
        let mut script = self.create(&table, between);
        let (name, new) = (self.world.quoted(table.id), self.world.quoted(between));
        script.push_str(&format!(";\nDROP TABLE {name};\nALTER TABLE {new} RENAME TO {name};\n"));
        for kind in [Kind::Index, Kind::Trigger] {
            for thing in self.world.on(table.id, kind) {
                script.push_str(&format!("{};\n", self.world.said(&thing.text)));
            }
        }
        Self::done(&script)
    }

    /// Gives a column another type or other clauses.
    fn change_column(&mut self) -> Option<Step> {
        let at = self.table_at()?;
        let table = self.world.tables[at].clone();
        let which = self.chance.below(table.columns.len());
        if table.columns[which].clauses.iter().any(|clause| clause.contains("PRIMARY KEY")) {
            return None;
        }
        let strict = table.options.to_lowercase().contains("strict");
        let others: Vec<Id> = table.columns[..which].iter().map(|column| column.id).collect();
        let drawn = draw::column(&mut self.world, &mut self.chance, strict, &others);
        let column = &mut self.world.tables[at].columns[which];
        let old = mark(drawn.id);
        let clauses: Vec<String> =
            drawn.clauses.iter().map(|clause| clause.replace(&old, &mark(column.id))).collect();
        match self.chance.below(3) {
            0 => column.ty = drawn.ty,
            1 => column.clauses = clauses,
            _ => (column.ty, column.clauses) = (drawn.ty, clauses),
        }
        self.rebuild(at)
    }

    fn change_constraints(&mut self) -> Option<Step> {
        let at = self.table_at()?;
        let table = self.world.tables[at].clone();
        if self.chance.percent(40) && !table.constraints.is_empty() {
            let which = self.chance.below(table.constraints.len());
            self.world.tables[at].constraints.remove(which);
        }
        if self.chance.percent(70) {
            let constraint = draw::constraint(&mut self.world, &mut self.chance, &table);
            self.world.tables[at].constraints.push(constraint);
        }
        self.rebuild(at)
    }

    fn reorder(&mut self) -> Option<Step> {
        let at = self.table_at()?;
        let count = self.world.tables[at].columns.len();
        let (from, to) = (self.chance.below(count), self.chance.below(count));
        let column = self.world.tables[at].columns.remove(from);
        self.world.tables[at].columns.insert(to, column);
        self.rebuild(at)
    }

    fn other_options(&mut self) -> Option<Step> {
        let at = self.table_at()?;
        let options = self.chance.one(&["", "STRICT", "WITHOUT ROWID", "WITHOUT ROWID, STRICT"]);
        self.world.tables[at].options = (*options).to_owned();
        self.rebuild(at)
    }
}

/// Whether a name can stand in `--rename` as it is.
fn is_simple(name: &str) -> bool {
    name.chars().all(|c| c.is_alphanumeric() || c == '_')
}
