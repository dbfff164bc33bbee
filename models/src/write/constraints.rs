use std::collections::BTreeSet;

use limbeck_core::ident::Ident;
use limbeck_core::schema::{
    Constraint, ConstraintBody, Deferrable, ForeignKey, KeyPart, ReferentialAction, Sql,
};
use limbeck_core::sql::tokens;

use super::attribute::{Item, literal};
use super::columns::Sections;
use super::keys::{listed, sections};
use super::table::TableWriter;

/// Where a constraint is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Place {
    /// On the field of the column at this place.
    Field(usize),
    Struct,
}

impl TableWriter<'_> {
    /// The constraints: on their field, or on the struct.
    pub(super) fn constraints(&mut self) {
        let table = self.table;
        let mut busy = BTreeSet::new();
        let mut plain_check = false;
        // Names that somebody has; a rule must not make one of them for a constraint that has none.
        let mut names: BTreeSet<Ident> =
            table.constraints.iter().filter_map(|constraint| constraint.name.clone()).collect();
        for constraint in &table.constraints {
            let place = self.place(constraint, &mut busy);
            let about = match (&constraint.body, place) {
                (ConstraintBody::Check(_), Place::Field(at)) => Some(table.columns[at].name.as_str()),
                _ => None,
            };
            let made = self.setting.naming.constraint(&table.name, constraint, about);
            let mut name = match &constraint.name {
                Some(name) if *name == made => None,
                Some(name) => Some(name.as_str().to_owned()),
                None if names.insert(made) => None,
                None => Some(String::new()),
            };
            // Only one check of a struct may go without a name.
            let is_plain = name.is_none()
                && place == Place::Struct
                && matches!(constraint.body, ConstraintBody::Check(_));
            if is_plain && std::mem::replace(&mut plain_check, true) {
                name = Some(constraint.name.as_ref().map(ToString::to_string).unwrap_or_default());
            }
            if self.constraint(constraint, place, name.as_deref()).is_none() {
                let what = match &constraint.name {
                    Some(name) => format!("{} {name}", constraint.kind()),
                    None => format!("a {}", constraint.kind()),
                };
                self.leave_out(&what);
            }
        }
    }

    /// Where a constraint is best written. `busy` has the fields with their kinds that have one already.
    fn place(&self, constraint: &Constraint, busy: &mut BTreeSet<(usize, &'static str)>) -> Place {
        let single = |parts: &[KeyPart]| match parts {
            [part] if part.is_plain() => part.as_column().and_then(|name| self.fields.at(name)),
            _ => None,
        };
        let (field, kind) = match &constraint.body {
            ConstraintBody::PrimaryKey(key) => (single(&key.columns), "primary key"),
            ConstraintBody::Unique(key) => (single(&key.columns), "unique"),
            ConstraintBody::ForeignKey(key) => match key.columns.as_slice() {
                [name] => (self.fields.at(name), "foreign key"),
                _ => (None, "foreign key"),
            },
            ConstraintBody::Check(check) => (self.field_of_check(constraint, &check.expression), "check"),
            ConstraintBody::Exclusion(_) => (None, "exclusion"),
        };
        match field {
            Some(at) if busy.insert((at, kind)) => Place::Field(at),
            _ => Place::Struct,
        }
    }

    /// The field that a check can stand on as `check_sql`: nothing but its expression is said then, and its name is the
    /// one that follows from the column, or it has none and speaks of one column only.
    fn field_of_check(&self, constraint: &Constraint, expression: &Sql) -> Option<usize> {
        let bare = constraint.comment.is_none()
            && constraint.deferrable.is_none()
            && !constraint.not_valid
            && !constraint.not_enforced
            && constraint.options.is_empty();
        if !bare {
            return None;
        }
        let (naming, table) = (self.setting.naming, self.table);
        if let Some(name) = &constraint.name {
            return table.columns.iter().position(|column| {
                *name == naming.constraint(&table.name, constraint, Some(column.name.as_str()))
            });
        }
        let text = expression.plain()?;
        let mut found = BTreeSet::new();
        for token in tokens(self.setting.dialect.lexical(), text) {
            let bare = token.text.trim_matches(['"', '`', '[', ']']);
            found.extend(self.fields.at(&Ident::from(bare)));
        }
        match found.len() {
            1 => found.first().copied(),
            _ => None,
        }
    }

    fn constraint(&mut self, constraint: &Constraint, place: Place, name: Option<&str>) -> Option<()> {
        let mut items = Vec::new();
        items.extend(name.map(|name| Item::text("name", name)));
        let (key, parts) = match &constraint.body {
            ConstraintBody::PrimaryKey(key) => {
                items.extend(self.field_list("include", &key.include)?);
                ("primary_key", self.parts(&key.columns)?)
            }
            ConstraintBody::Unique(key) => {
                items.extend(self.field_list("include", &key.include)?);
                items.extend(key.nulls_not_distinct.then(|| Item::word("nulls_not_distinct")));
                ("unique", self.parts(&key.columns)?)
            }
            ConstraintBody::Exclusion(key) => {
                items.extend(key.method.as_ref().map(|method| Item::text("method", method)));
                items.extend(self.field_list("include", &key.include)?);
                if let Some(predicate) = &key.predicate {
                    items.push(Item::text("where_sql", predicate.plain()?));
                }
                ("exclude", self.parts(&key.columns)?)
            }
            ConstraintBody::Check(check) => {
                if let Place::Field(at) = place {
                    let made = &mut self.texts[at];
                    let text = made.sections.texts("check_sql", &check.expression);
                    made.items.extend(text.map(|text| Item::text("check_sql", text)));
                    return Some(());
                }
                let mut own = Sections::default();
                items.extend(own.texts("sql", &check.expression).map(|text| Item::text("sql", text)));
                self.details(constraint, &mut items);
                let left = own.options(&constraint.options);
                items.extend(own.into_items());
                self.leave_options(constraint, &left);
                self.own.push(Item::List("check".to_owned(), items));
                return Some(());
            }
            ConstraintBody::ForeignKey(key) => {
                let (target, actions) = (self.target(key, place)?, self.actions(key)?);
                items.extend(actions);
                match place {
                    Place::Field(_) => ("references", vec![target]),
                    Place::Struct => {
                        let (last, before) = key.columns.split_last()?;
                        let field = |name: &Ident| Some(listed(self.fields.plain(self.fields.at(name)?)));
                        let mut parts: Vec<Item> =
                            before.iter().map(|name| Some(Item::raw(field(name)?))).collect::<Option<_>>()?;
                        let Item::Plain(target, _) = target else { return None };
                        parts.push(Item::raw(format!("{} => {target}", field(last)?)));
                        ("foreign_key", parts)
                    }
                }
            }
        };
        self.details(constraint, &mut items);
        let left = sections(&constraint.options, &mut items);
        self.leave_options(constraint, &left);
        match (place, key) {
            (Place::Field(at), "references") => {
                let all = parts.into_iter().chain(items).collect();
                self.texts[at].items.push(Item::List(key.to_owned(), all));
            }
            (Place::Field(at), "primary_key") => {
                self.texts[at].items.insert(0, Item::list_or_word(key, items));
            }
            (Place::Field(at), _) => self.texts[at].items.push(Item::list_or_word(key, items)),
            (Place::Struct, _) => {
                let all = parts.into_iter().chain(items).collect();
                self.own.push(Item::List(key.to_owned(), all));
            }
        }
        Some(())
    }

    fn details(&self, constraint: &Constraint, items: &mut Vec<Item>) {
        items.extend(constraint.deferrable.map(|when| match when {
            Deferrable::InitiallyImmediate => Item::word("deferrable"),
            Deferrable::InitiallyDeferred => {
                Item::List("deferrable".to_owned(), vec![Item::word("initially_deferred")])
            }
        }));
        items.extend(constraint.not_valid.then(|| Item::word("not_valid")));
        items.extend(constraint.not_enforced.then(|| Item::word("not_enforced")));
        items.extend(constraint.comment.as_ref().map(|text| Item::text("comment", text)));
    }

    fn leave_options(&mut self, constraint: &Constraint, keys: &[String]) {
        for key in keys {
            self.leave_out(&format!("option {key} of a {}", constraint.kind()));
        }
    }

    fn actions(&self, key: &ForeignKey) -> Option<Vec<Item>> {
        let mut items = Vec::new();
        let mut action = |word: &str, action: ReferentialAction| {
            if action != ReferentialAction::NoAction {
                items.push(Item::value(word, action.word()));
            }
        };
        action("on_delete", key.on_delete);
        action("on_update", key.on_update);
        items.extend(self.field_list("set_columns", &key.on_delete_columns)?);
        items.extend(key.match_type.as_ref().map(|word| Item::value("match", word)));
        Some(items)
    }

    /// What a foreign key points at: a struct, or, where there is none, a table by its name.
    fn target(&self, key: &ForeignKey, place: Place) -> Option<Item> {
        let references = &key.references;
        let columns = &references.columns;
        let there = self.schema.table(&references.table);
        let rust = self.names.tables.get(&references.table);
        let fields = self.names.fields.get(&references.table);
        if let (Some(there), Some(rust), Some(fields)) = (there, rust, fields) {
            let named: Option<Vec<String>> = columns
                .iter()
                .map(|name| {
                    Some(
                        fields
                            .plain(fields.at(name).filter(|at| there.columns[*at].name == *name)?)
                            .to_owned(),
                    )
                })
                .collect();
            let parts = there.primary_key().map(|(_, own)| own.columns.len());
            // Without columns a struct's primary key is meant, which must be there and fit.
            let fits = !columns.is_empty() || parts == Some(key.columns.len());
            if let Some(named) = named.filter(|_| fits) {
                let rust = if there.name == self.table.name { "Self" } else { rust };
                return Some(match (place, named.as_slice()) {
                    (_, []) => Item::word(rust),
                    (Place::Field(_), [only]) => Item::raw(format!("{rust}.{only}")),
                    (_, several) => {
                        let several: Vec<String> = several.iter().map(|field| listed(field)).collect();
                        Item::raw(format!("{rust}({})", several.join(", ")))
                    }
                });
            }
        }
        // A dot in a name would be taken for the one between two names.
        let table = &references.table;
        let dotted = |ident: &Ident| ident.as_str().contains('.') || ident.as_str().is_empty();
        if dotted(&table.name) || table.schema.as_ref().is_some_and(dotted) {
            return None;
        }
        let text = table.to_string();
        match (place, columns.as_slice()) {
            (Place::Field(_), []) if table.schema.is_none() => Some(Item::raw(literal(&text))),
            (Place::Field(_), [only]) if !dotted(only) => Some(Item::raw(literal(&format!("{text}.{only}")))),
            (Place::Struct, []) => Some(Item::raw(literal(&text))),
            (Place::Struct, several) => {
                let names: Option<Vec<String>> = several.iter().map(|name| word(name.as_str())).collect();
                Some(Item::raw(format!("{}({})", literal(&text), names?.join(", "))))
            }
            (Place::Field(_), _) => None,
        }
    }
}

/// A column of a table by name, as a word.
fn word(name: &str) -> Option<String> {
    let plain = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
        && name != "_";
    plain.then(|| name.to_owned())
}
