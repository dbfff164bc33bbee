use std::sync::LazyLock;

use sha2::{Digest, Sha256};

use super::{Constraint, ConstraintKind, Index, KeyPart};
use crate::ident::{Ident, Name};

/// The longest name that a rule makes, in bytes: what PostgreSQL keeps; MySQL takes 64 characters.
pub const IDENTIFIER_LIMIT: usize = 63;

/// Rules for the names of constraints and indexes that were not given one.
///
/// In a rule `{table}` stands for the table, `{columns}` for the columns joined with `_`, `{name}` for what a check is
/// about. A revision file that leaves a name out means the default rules, whatever the configuration says, so that it
/// means the same for ever; the configured rules name what the models leave out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Naming {
    /// For primary keys.
    pub primary_key: String,
    /// For unique constraints.
    pub unique: String,
    /// For foreign keys.
    pub foreign_key: String,
    /// For checks.
    pub check: String,
    /// For indexes.
    pub index: String,
    /// For exclusion constraints.
    pub exclusion: String,
}

impl Default for Naming {
    fn default() -> Self {
        Self {
            primary_key: "{table}_pkey".to_owned(),
            unique: "{table}_{columns}_key".to_owned(),
            foreign_key: "{table}_{columns}_fkey".to_owned(),
            check: "{table}_{name}_check".to_owned(),
            index: "{table}_{columns}_idx".to_owned(),
            exclusion: "{table}_{columns}_excl".to_owned(),
        }
    }
}

impl Naming {
    /// The default rules, made once.
    pub fn standard() -> &'static Self {
        static STANDARD: LazyLock<Naming> = LazyLock::new(Naming::default);
        &STANDARD
    }

    /// The name of a constraint of `table`. `about` is what a check is about: the column that it was declared on.
    pub fn constraint(&self, table: &Name, constraint: &Constraint, about: Option<&str>) -> Ident {
        let rule = match constraint.kind() {
            ConstraintKind::PrimaryKey => &self.primary_key,
            ConstraintKind::Unique => &self.unique,
            ConstraintKind::ForeignKey => &self.foreign_key,
            ConstraintKind::Check => &self.check,
            ConstraintKind::Exclusion => &self.exclusion,
        };
        let columns: Vec<&str> = constraint.columns().into_iter().map(Ident::as_str).collect();
        fill(rule, table, &columns, about.unwrap_or_default())
    }

    /// The name of an index of `table`.
    pub fn index(&self, table: &Name, columns: &[KeyPart]) -> Ident {
        let columns: Vec<&str> =
            columns.iter().map(|part| part.as_column().map_or("expr", |column| column.as_str())).collect();
        fill(&self.index, table, &columns, "")
    }

    /// Whether a constraint of `table` is called as the rules would call it.
    pub fn made(&self, table: &Name, constraint: &Constraint) -> bool {
        constraint.name.as_ref().is_some_and(|name| *name == self.constraint(table, constraint, None))
    }

    /// Whether an index of `table` is called as the rules would call it.
    pub fn made_index(&self, table: &Name, index: &Index) -> bool {
        index.name == self.index(table, &index.columns)
    }
}

fn fill(rule: &str, table: &Name, columns: &[&str], about: &str) -> Ident {
    let mut made = String::new();
    let mut rest = rule;
    while let Some(open) = rest.find('{') {
        let (before, after) = rest.split_at(open);
        made.push_str(before);
        let Some(close) = after.find('}') else {
            rest = after;
            break;
        };
        match &after[1..close] {
            "table" => made.push_str(table.name.as_str()),
            "columns" => made.push_str(&columns.join("_")),
            // A rule with nothing to put in must not leave two underscores where it stood.
            "name" if about.is_empty() => {
                if made.ends_with('_') {
                    made.pop();
                }
            }
            "name" => made.push_str(about),
            other => {
                made.push('{');
                made.push_str(other);
                made.push('}');
            }
        }
        rest = &after[close + 1..];
    }
    made.push_str(rest);
    Ident::from(shorten(made))
}

/// A name that is too long keeps its beginning and gets a hash of the whole, so that two long names stay two.
fn shorten(name: String) -> String {
    if name.len() <= IDENTIFIER_LIMIT {
        return name;
    }
    let hash: String =
        Sha256::digest(name.as_bytes()).iter().take(4).map(|byte| format!("{byte:02x}")).collect();
    let mut end = IDENTIFIER_LIMIT - hash.len() - 1;
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format!("{}_{hash}", &name[..end])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{Check, PrimaryKey, Sql, Unique};

    #[test]
    fn rules_are_filled_in() {
        let naming = Naming::default();
        let users = Name::qualified("auth", "users");
        let key =
            Constraint::new(None, PrimaryKey { columns: vec![KeyPart::column("id")], ..Default::default() });
        assert_eq!(naming.constraint(&users, &key, None), "users_pkey");
        let unique = Constraint::new(
            None,
            Unique { columns: vec![KeyPart::column("a"), KeyPart::column("b")], ..Default::default() },
        );
        assert_eq!(naming.constraint(&users, &unique, None), "users_a_b_key");
        let check = Constraint::new(None, Check { expression: Sql::from("a > 0") });
        assert_eq!(naming.constraint(&users, &check, Some("a")), "users_a_check");
        assert_eq!(naming.constraint(&users, &check, None), "users_check");
        assert_eq!(naming.index(&users, &[KeyPart::expression("lower(a)")]), "users_expr_idx");
    }

    #[test]
    fn long_names_are_cut_and_stay_different() {
        let naming = Naming::default();
        let table = Name::new("ü".repeat(40));
        let one = naming.index(&table, &[KeyPart::column("a")]);
        let two = naming.index(&table, &[KeyPart::column("b")]);
        assert!(one.as_str().len() <= IDENTIFIER_LIMIT);
        assert_ne!(one, two);
    }
}
