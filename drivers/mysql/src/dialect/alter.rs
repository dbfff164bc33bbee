//! ALTER TABLE: what turns a table as it is into the table as it shall be, in one statement wherever the server takes it
//! in one.

use std::borrow::Cow;
use std::collections::BTreeSet;

use limbeck_core::ident::Ident;
use limbeck_core::schema::{
    Column, Constraint, ConstraintBody, Index, KeyTarget, OptionValue, Options, Sql, Table,
};
use limbeck_core::sql::{ColumnReference, Folding, references_column};

use super::collation::usual;
use super::group::Group;
use super::literal::quote;
use super::lower::{INNODB, sql_text, type_text};
use super::options::Said;
use super::place::places;
use super::table::{For, character_set, column_definition, name, option_text};
use super::{LEXICAL, constraint, index, partition, types};
use crate::flavour::{Flavour, Gates};
use crate::options::{
    CHARACTER_SET, COLLATION, ENGINE, ENGINE_OPTIONS, IGNORED, INVISIBLE, KEY_BLOCK_SIZE, NO_DEFAULT,
    PARTITION_BY, PERIODS, SYSTEM_VERSIONING, TABLE,
};

/// A key or index, with its name and all that stands behind ADD.
struct Key {
    name: Ident,
    text: String,
    /// The same without the word by which queries do not use it.
    seen: String,
    /// It is over an expression that names a column which gets another name.
    stale: bool,
}

/// The options of a key that queries use.
fn in_sight(gates: Gates, options: &Options) -> Options {
    let mut options = options.clone();
    for key in [INVISIBLE, IGNORED] {
        options.unset(gates.names(), key);
    }
    options
}

/// What the statements are made from: the table as it is, but for names that change, and as it shall be.
pub(crate) struct Change<'a> {
    pub(crate) gates: Gates,
    pub(crate) from: &'a Table,
    pub(crate) to: &'a Table,
    pub(crate) group: &'a Group,
}

impl Change<'_> {
    /// The statements that make it.
    pub(crate) fn statements(&self) -> Vec<String> {
        let (before, after) = self.partitions();
        let mut first: Vec<String> = before.into_iter().collect();
        let mut clauses = Vec::new();
        let (dropped, mut added) = self.foreign_keys();
        let again = dropped
            .iter()
            .any(|name| added.iter().any(|item| item.name.as_ref().is_some_and(|new| same_name(new, name))));
        let drops: Vec<String> =
            dropped.iter().map(|name| format!("DROP FOREIGN KEY {}", quote(name.as_str()))).collect();
        if again || matches!(after, Some(partition::Change::Anew(_))) {
            // A name is free only when the statement that drops it is done, and MariaDB divides no table that a foreign
            // key is still on (1217), whatever the same statement drops.
            first.extend(self.alter(&drops));
        } else {
            clauses.extend(drops);
        }
        if self.to_default_character_set() {
            first.extend(self.alter(&self.words_as_utf8()));
            first.extend(self.alter(&["CONVERT TO CHARACTER SET DEFAULT".to_owned()]));
        }
        self.drop_system_versioning(&mut clauses);
        let (checks_gone, checks_new) = self.checks();
        clauses.extend(checks_gone);
        let (keys_gone, keys_new) = self.keys();
        clauses.extend(keys_gone);
        self.columns(&mut clauses);
        clauses.extend(keys_new);
        clauses.extend(checks_new);
        clauses
            .extend(added.drain(..).map(|item| format!("ADD {}", constraint::definition(self.gates, item))));
        self.options(&mut clauses);
        match (self.alter(&clauses), after) {
            // What divides the table must be a part of its key: both change at once.
            (Some(clauses), Some(partition::Change::Anew(by))) => {
                first.push(format!("{clauses}\nPARTITION BY {by}"));
            }
            (clauses, after) => {
                first.extend(clauses);
                first.extend(after.and_then(|after| self.alter(&[after.clause()])));
            }
        }
        first.extend(self.forget_page_checksum());
        first.extend(without_default(self.gates, self.to, |column| {
            self.from.column(&column.name).is_none_or(|old| self.is_changed(old, column))
        }));
        first
    }

    fn alter(&self, clauses: &[String]) -> Option<String> {
        let table = name(&self.to.name);
        match clauses {
            [] => None,
            [only] => Some(format!("ALTER TABLE {table} {only}")),
            several => Some(format!("ALTER TABLE {table}\n  {}", several.join(",\n  "))),
        }
    }

    /// Foreign keys that go, and those that come.
    fn foreign_keys(&self) -> (Vec<&Ident>, Vec<&Constraint>) {
        let keys = |table: &'_ Table| -> Vec<usize> {
            let of = |(at, item): (usize, &Constraint)| {
                matches!(item.body, ConstraintBody::ForeignKey(_)).then_some(at)
            };
            table.constraints.iter().enumerate().filter_map(of).collect()
        };
        let (old, new) = (keys(self.from), keys(self.to));
        let there = |list: &[usize], table: &Table, item: &Constraint| {
            list.iter().any(|at| table.constraints[*at] == *item)
        };
        let gone = old
            .iter()
            .map(|at| &self.from.constraints[*at])
            .filter(|item| !there(&new, self.to, item))
            .filter_map(|item| item.name.as_ref())
            .collect();
        let come = new
            .iter()
            .map(|at| &self.to.constraints[*at])
            .filter(|item| !there(&old, self.from, item))
            .collect();
        (gone, come)
    }

    /// Whether an expression names a column that gets another name, which MySQL refuses to follow.
    fn is_stale(&self, expression: &Sql) -> bool {
        if self.gates.flavour == Flavour::Mariadb {
            return false;
        }
        let text = sql_text(expression);
        self.group.columns.keys().any(|column| {
            let tables = std::slice::from_ref(&self.to.name.name);
            let reference = ColumnReference { tables, column, folding: Folding::Insensitive };
            // A text that cannot be read is taken to name it.
            references_column(&LEXICAL, text, &reference).unwrap_or(true)
        })
    }

    fn checks(&self) -> (Vec<String>, Vec<String>) {
        let same = |table: &Table, item: &Constraint| table.constraints.contains(item);
        let stale = |item: &Constraint| match &item.body {
            ConstraintBody::Check(check) => self.is_stale(&check.expression),
            _ => false,
        };
        let checks = |table: &'_ Table| -> Vec<usize> {
            (0..table.constraints.len())
                .filter(|at| matches!(table.constraints[*at].body, ConstraintBody::Check(_)))
                .collect()
        };
        let (mut gone, mut come) = (Vec::new(), Vec::new());
        for item in checks(self.from).into_iter().map(|at| &self.from.constraints[at]) {
            let enforced = |other: &Constraint| {
                other.name == item.name && other.body == item.body && other.not_enforced != item.not_enforced
            };
            let turned = self.to.constraints.iter().find(|other| enforced(other));
            let quoted = item.name.as_ref().map(|name| quote(name.as_str())).unwrap_or_default();
            if let (Some(turned), false) = (turned, stale(item)) {
                let word = if turned.not_enforced { "NOT ENFORCED" } else { "ENFORCED" };
                come.push(format!("ALTER CHECK {quoted} {word}"));
            } else if !same(self.to, item) || stale(item) {
                gone.push(format!("DROP CONSTRAINT {quoted}"));
            }
        }
        for item in checks(self.to).into_iter().map(|at| &self.to.constraints[at]) {
            let turned = self.from.constraints.iter().any(|other| {
                other.name == item.name && other.body == item.body && other.not_enforced != item.not_enforced
            });
            if !same(self.from, item) && !turned || stale(item) {
                come.push(format!("ADD {}", constraint::definition(self.gates, item)));
            }
        }
        (gone, come)
    }

    fn keys(&self) -> (Vec<String>, Vec<String>) {
        let (mut gone, mut come) = (Vec::new(), Vec::new());
        let primary =
            |table: &Table| table.primary_key().map(|(item, _)| constraint::definition(self.gates, item));
        let (old, new) = (primary(self.from), primary(self.to));
        // The key of a column that is made anew goes with it.
        let stamped =
            |table: &Table| table.primary_key().is_some_and(|(item, _)| self.would_be_stamped(&item.options));
        if old != new || stamped(self.from) && stamped(self.to) {
            gone.extend(old.is_some().then(|| "DROP PRIMARY KEY".to_owned()));
            come.extend(new.map(|text| format!("ADD {text}")));
        }
        let (there, wanted) = (self.all_keys(self.from), self.all_keys(self.to));
        let kept = |key: &Key, others: &[Key]| {
            !key.stale && others.iter().any(|other| other.name == key.name && other.text == key.text)
        };
        let mut renamed: BTreeSet<&Ident> = BTreeSet::new();
        let mut turned: BTreeSet<&Ident> = BTreeSet::new();
        for key in wanted.iter().filter(|key| !kept(key, &there)) {
            let real = self.group.indexes.get(&key.name);
            let old = real.and_then(|real| there.iter().find(|old| old.name == *real && !old.stale));
            // To drop it and add it so is for the server to do nothing.
            if let Some(old) = there.iter().find(|old| old.name == key.name && !old.stale && !key.stale)
                && old.seen == key.seen
            {
                let hidden = key.seen != key.text;
                let word = match self.gates.flavour {
                    Flavour::Mysql => {
                        if hidden {
                            "INVISIBLE"
                        } else {
                            "VISIBLE"
                        }
                    }
                    Flavour::Mariadb => {
                        if hidden {
                            "IGNORED"
                        } else {
                            "NOT IGNORED"
                        }
                    }
                };
                come.push(format!("ALTER INDEX {} {word}", quote(key.name.as_str())));
                turned.insert(&old.name);
                continue;
            }
            match old.filter(|old| {
                let text = old.text.replacen(&quote(old.name.as_str()), &quote(key.name.as_str()), 1);
                text == key.text && self.gates.renames_in_alter && !kept(old, &wanted)
            }) {
                Some(old) => {
                    renamed.insert(&old.name);
                    let (from, to) = (quote(old.name.as_str()), quote(key.name.as_str()));
                    come.push(format!("RENAME INDEX {from} TO {to}"));
                }
                None => come.push(format!("ADD {}", key.text)),
            }
        }
        let goes =
            |key: &&Key| !kept(key, &wanted) && !renamed.contains(&key.name) && !turned.contains(&key.name);
        for key in there.iter().filter(goes) {
            gone.push(format!("DROP INDEX {}", quote(key.name.as_str())));
        }
        (gone, come)
    }

    fn all_keys(&self, table: &Table) -> Vec<Key> {
        let uniques = table.constraints.iter().filter_map(|item| match &item.body {
            ConstraintBody::Unique(_) => Some(Key {
                name: item.name.clone()?,
                text: constraint::definition(self.gates, item),
                seen: constraint::definition(
                    self.gates,
                    &Constraint { options: in_sight(self.gates, &item.options), ..item.clone() },
                ),
                stale: self.would_be_stamped(&item.options)
                    || item.columns().into_iter().any(|column| self.is_reborn(column)),
            }),
            _ => None,
        });
        let indexes = table.indexes.values().map(|item: &Index| Key {
            name: item.name.clone(),
            text: index::definition(self.gates, item),
            seen: index::definition(
                self.gates,
                &Index { options: in_sight(self.gates, &item.options), ..item.clone() },
            ),
            stale: self.would_be_stamped(&item.options)
                || item.columns.iter().any(|part| match &part.target {
                    KeyTarget::Expression(sql) => self.is_stale(sql),
                    KeyTarget::Column(name) => self.is_reborn(name),
                }),
        });
        uniques.chain(indexes).collect()
    }

    /// Whether a key would get the block size that its table gives up: MariaDB writes it into every key that says none,
    /// and only one that is made in the same statement is spared.
    fn would_be_stamped(&self, options: &Options) -> bool {
        let (old, new) = self.said();
        let (was, is) = (old.number(KEY_BLOCK_SIZE), new.number(KEY_BLOCK_SIZE));
        self.gates.flavour == Flavour::Mariadb
            && was.is_some()
            && was != is
            && Said::new(self.gates, options).number(KEY_BLOCK_SIZE).is_none()
    }

    /// Whether a column must be dropped and added: a server does not turn one that is computed when read into one that is
    /// kept, nor back.
    fn is_reborn(&self, name: &Ident) -> bool {
        let computed = |table: &Table| {
            let column = table.column(name)?;
            Some(column.generated.as_ref().is_some_and(|generated| !generated.stored))
        };
        matches!((computed(self.from), computed(self.to)), (Some(from), Some(to)) if from != to)
    }

    fn columns(&self, clauses: &mut Vec<String>) {
        let gone = self
            .from
            .columns
            .iter()
            .filter(|column| self.to.column(&column.name).is_none() || self.is_reborn(&column.name))
            .filter(|column| !self.to.columns.iter().any(|new| self.respelt(new) == Some(&column.name)));
        for column in gone {
            clauses.push(format!("DROP COLUMN {}", quote(self.group.real(&column.name).as_str())));
        }
        let kept: Vec<&Ident> = self
            .from
            .columns
            .iter()
            .map(|column| &column.name)
            .filter(|name| self.to.column(name).is_some() && !self.is_reborn(name))
            .collect();
        let wanted: Vec<&Ident> = self.to.columns.iter().map(|column| &column.name).collect();
        let places = places(&kept, &wanted);
        for (at, column) in self.to.columns.iter().enumerate() {
            let place = places.get(&at).map_or_else(String::new, |place| format!(" {place}"));
            let quoted = quote(column.name.as_str());
            let text = || column_definition(self.gates, column, For::Running);
            if let Some(old) = self.respelt(column) {
                let real = quote(self.group.real(old).as_str());
                clauses.push(format!("CHANGE COLUMN {real} {quoted} {}{place}", text()));
                continue;
            }
            let Some(old) = self.from.column(&column.name).filter(|_| !self.is_reborn(&column.name)) else {
                clauses.push(format!("ADD COLUMN {quoted} {}{place}", text()));
                continue;
            };
            let real = self.group.real(&column.name);
            let changed = !place.is_empty() || self.is_changed(old, column);
            if *real == column.name {
                if changed {
                    clauses.push(format!("MODIFY COLUMN {quoted} {}{place}", text()));
                }
            } else if changed || !self.gates.renames_in_alter {
                clauses.push(format!("CHANGE COLUMN {} {quoted} {}{place}", quote(real.as_str()), text()));
            } else {
                clauses.push(format!("RENAME COLUMN {} TO {quoted}", quote(real.as_str())));
            }
        }
    }

    /// The column that goes and is spelt like `new` but for the case of letters, which columns do not tell apart.
    fn respelt(&self, new: &Column) -> Option<&Ident> {
        let same = |old: &&Column| {
            old.name != new.name && same_name(&old.name, &new.name) && self.to.column(&old.name).is_none()
        };
        match self.from.column(&new.name) {
            Some(_) => None,
            None => self.from.columns.iter().find(same).map(|old| &old.name),
        }
    }

    /// Whether a column must be said anew.
    fn is_changed(&self, old: &Column, new: &Column) -> bool {
        let text = |column: &Column| column_definition(self.gates, column, For::Running);
        let no_default = |column: &Column| Said::new(self.gates, &column.options).flag(NO_DEFAULT);
        // A column keeps the character set that it had of its table, and shows it when the table gets another.
        let kept = self.effective(old);
        text(&kept) != text(new)
            || no_default(old) != no_default(new)
            || new.generated.as_ref().is_some_and(|generated| self.is_stale(&generated.expression))
            || (self.changes_character_set() && self.inherits(new))
            // Columns with a character set of their own are converted with all others.
            || (self.to_default_character_set() && types::is_text(&type_text(self.gates, new)))
    }

    /// A column as it will be when only its table gets another character set.
    fn effective<'c>(&self, old: &'c Column) -> Cow<'c, Column> {
        let (said, _) = self.said();
        let collation = said.text(COLLATION).or_else(|| said.text(CHARACTER_SET).and_then(usual));
        match collation.filter(|_| self.changes_character_set() && !self.to_default_character_set()) {
            Some(collation) if self.inherits(old) => {
                Cow::Owned(Column { collation: Some(collation.to_owned()), ..old.clone() })
            }
            _ => Cow::Borrowed(old),
        }
    }

    /// Whether a column has its table's character set.
    fn inherits(&self, column: &Column) -> bool {
        column.collation.is_none()
            && Said::new(self.gates, &column.options).text(CHARACTER_SET).is_none()
            && types::is_text(&type_text(self.gates, column))
    }

    fn changes_character_set(&self) -> bool {
        let (old, new) = self.said();
        [CHARACTER_SET, COLLATION].iter().any(|key| old.text(key) != new.text(key))
    }

    fn to_default_character_set(&self) -> bool {
        let (_, new) = self.said();
        self.changes_character_set() && new.text(CHARACTER_SET).is_none() && new.text(COLLATION).is_none()
    }

    /// Before a table is converted: columns whose words are beyond ASCII are made utf8mb4, for MySQL's own conversion cuts
    /// such words off.
    fn words_as_utf8(&self) -> Vec<String> {
        if self.gates.flavour == Flavour::Mariadb {
            return Vec::new();
        }
        let has_words = |column: &&Column| {
            let ty = type_text(self.gates, column);
            matches!(types::word(&ty), "enum" | "set") && !ty.is_ascii()
        };
        self.from
            .columns
            .iter()
            .filter(has_words)
            .map(|column| {
                let mut column = Column { collation: None, ..column.clone() };
                let set = OptionValue::String("utf8mb4".to_owned());
                column.options.set(self.gates.name(), CHARACTER_SET, set);
                let real = quote(self.group.real(&column.name).as_str());
                format!("MODIFY COLUMN {real} {}", column_definition(self.gates, &column, For::Running))
            })
            .collect()
    }

    /// A table that leaves Aria keeps what it said there of checksums, unless that is taken back behind it.
    fn forget_page_checksum(&self) -> Option<String> {
        let (old, new) = self.said();
        let option = TABLE.iter().find(|option| option.key == "page_checksum")?;
        let left = old.text(ENGINE) != new.text(ENGINE)
            && old.written(option.key).is_some()
            && new.written(option.key).is_none();
        self.alter(&[option_text(option, option.unset.filter(|_| left)?)])
    }

    fn said(&self) -> (Said<'_>, Said<'_>) {
        (Said::new(self.gates, &self.from.options), Said::new(self.gates, &self.to.options))
    }

    fn drop_system_versioning(&self, clauses: &mut Vec<String>) {
        let (old, new) = self.said();
        if old.flag(SYSTEM_VERSIONING) && !new.flag(SYSTEM_VERSIONING) {
            clauses.push("DROP SYSTEM VERSIONING".to_owned());
        }
        let wanted = new.texts(PERIODS);
        for period in old.texts(PERIODS).into_iter().filter(|period| !wanted.contains(period)) {
            let name = period.split('(').next().unwrap_or(period).trim();
            clauses.push(format!("DROP PERIOD {name}"));
        }
    }

    fn options(&self, clauses: &mut Vec<String>) {
        let (old, new) = self.said();
        let there = old.texts(PERIODS);
        for period in new.texts(PERIODS).into_iter().filter(|period| !there.contains(period)) {
            clauses.push(format!("ADD PERIOD {period}"));
        }
        if new.flag(SYSTEM_VERSIONING) && !old.flag(SYSTEM_VERSIONING) {
            clauses.push("ADD SYSTEM VERSIONING".to_owned());
        }
        if old.text(ENGINE) != new.text(ENGINE) {
            clauses.push(format!("ENGINE={}", new.text(ENGINE).unwrap_or(INNODB)));
        }
        if self.changes_character_set() && !self.to_default_character_set() {
            clauses.push(character_set(new.text(CHARACTER_SET), new.text(COLLATION)).join(" "));
        }
        for option in &TABLE {
            match (old.written(option.key), new.written(option.key)) {
                (old, Some(new)) if old.as_deref() != Some(&new) => clauses.push(option_text(option, &new)),
                (Some(_), None) => clauses.extend(option.unset.map(|unset| option_text(option, unset))),
                _ => {}
            }
        }
        if self.from.comment != self.to.comment {
            let comment = self.to.comment.as_deref().unwrap_or_default();
            clauses.push(format!("COMMENT={}", super::literal::text(comment)));
        }
        let (before, now) = (old.texts(ENGINE_OPTIONS), new.texts(ENGINE_OPTIONS));
        let key = |option: &str| option.split('=').next().unwrap_or(option).trim().to_owned();
        clauses
            .extend(now.iter().filter(|option| !before.contains(option)).map(|option| (*option).to_owned()));
        let gone = before.iter().filter(|option| !now.iter().any(|other| key(other) == key(option)));
        clauses.extend(gone.map(|option| format!("{}=DEFAULT", key(option))));
    }

    /// What is done about partitions before everything else and after it.
    fn partitions(&self) -> (Option<String>, Option<partition::Change>) {
        let (old, new) = self.said();
        match (old.text(PARTITION_BY), new.text(PARTITION_BY)) {
            (Some(_), None) => (self.alter(&["REMOVE PARTITIONING".to_owned()]), None),
            (None, Some(by)) => (None, Some(partition::Change::Anew(by.to_owned()))),
            (Some(old), Some(new)) if old != new => (None, Some(partition::change(old, new))),
            _ => (None, None),
        }
    }
}

/// What takes the default from columns that take NULL and are to have none, among those that are `new`: to be added or said
/// anew gives them NULL.
pub(crate) fn without_default(gates: Gates, table: &Table, new: impl Fn(&Column) -> bool) -> Option<String> {
    let clauses: Vec<String> = table
        .columns
        .iter()
        .filter(|column| Said::new(gates, &column.options).flag(NO_DEFAULT) && new(column))
        .map(|column| format!("ALTER COLUMN {} DROP DEFAULT", quote(column.name.as_str())))
        .collect();
    (!clauses.is_empty()).then(|| format!("ALTER TABLE {} {}", name(&table.name), clauses.join(", ")))
}

fn same_name(left: &Ident, right: &Ident) -> bool {
    left.as_str().eq_ignore_ascii_case(right.as_str())
}
