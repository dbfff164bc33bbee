use std::fmt;

use globset::{GlobBuilder, GlobMatcher};

use super::Schema;
use super::object::NAMESPACE;
#[cfg(doc)]
use super::{GRANT, OWNER};
use crate::ident::Name;

/// What of a database is managed: the rest is neither compared nor shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Managed {
    /// The namespaces; all, if empty.
    pub schemas: Vec<String>,
    /// What a name must match one of, if there are any.
    pub include: Vec<Pattern>,
    /// What a name must not match any of.
    pub exclude: Vec<Pattern>,
    /// Whether that is whose things are and who may use them, too.
    pub rights: Rights,
}

/// What of the rights to the things in a database is managed: objects of the kinds [`OWNER`] and [`GRANT`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Rights {
    /// Whose they are.
    pub owners: bool,
    /// What others may do with them.
    pub grants: bool,
}

impl Rights {
    /// Whether it is neither.
    pub fn is_none(self) -> bool {
        self == Self::default()
    }
}

impl Managed {
    /// Whether it is everything.
    pub fn is_everything(&self) -> bool {
        self.schemas.is_empty() && self.include.is_empty() && self.exclude.is_empty()
    }

    /// Whether what is called `name` is managed. A name without a namespace is in one that is.
    pub fn contains(&self, name: &Name) -> bool {
        let within =
            |schema: &str| self.schemas.is_empty() || self.schemas.iter().any(|managed| managed == schema);
        name.schema.as_ref().is_none_or(|schema| within(schema.as_str()))
            && (self.include.is_empty() || self.include.iter().any(|pattern| pattern.matches(name)))
            && !self.exclude.iter().any(|pattern| pattern.matches(name))
    }

    /// Takes out of `schema` what is not managed. What belongs to a table goes and stays with it.
    pub fn retain(&self, schema: &mut Schema) {
        if self.is_everything() {
            return;
        }
        schema.namespaces.retain(|name, _| {
            self.schemas.is_empty() || self.schemas.iter().any(|managed| managed == name.as_str())
        });
        schema.tables.retain(|name, _| self.contains(name));
        schema.enums.retain(|name, _| self.contains(name));
        schema.sequences.retain(|name, _| self.contains(name));
        schema.objects.retain(|key, object| match &key.table {
            Some(table) if object.is_right() => self.contains(table),
            Some(table) => self.contains(table) && !self.exclude.iter().any(|no| no.matches(&key.name)),
            None => match object.depends_on.first().filter(|_| object.is_right()) {
                Some(thing) if thing.kind == NAMESPACE => {
                    self.schemas.is_empty() || self.schemas.iter().any(|managed| thing.name.name == **managed)
                }
                Some(thing) => self.contains(&thing.name),
                None => self.contains(&key.name),
            },
        });
    }
}

/// A pattern for names: `*` stands for any letters, `?` for one, `[ab]` for one of these, `{a,b}` for one or the other.
#[derive(Debug, Clone)]
pub struct Pattern(GlobMatcher);

/// Two patterns are the same if they are written the same.
impl PartialEq for Pattern {
    fn eq(&self, other: &Self) -> bool {
        self.0.glob() == other.0.glob()
    }
}

impl Eq for Pattern {}

/// A text that is no pattern.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is no pattern: {reason}")]
pub struct PatternError {
    /// What was written.
    pub text: String,
    /// What is wrong with it.
    pub reason: String,
}

impl Pattern {
    /// Reads a pattern.
    pub fn parse(text: &str) -> Result<Self, PatternError> {
        // A name is no path: neither `/` nor `\` means anything in it.
        let glob = GlobBuilder::new(text)
            .literal_separator(false)
            .backslash_escape(false)
            .build()
            .map_err(|error| PatternError { text: text.to_owned(), reason: error.kind().to_string() })?;
        Ok(Self(glob.compile_matcher()))
    }

    /// Whether the pattern means `name`, alone or with its namespace before it.
    pub fn matches(&self, name: &Name) -> bool {
        self.0.is_match(name.name.as_str()) || name.schema.is_some() && self.0.is_match(name.to_string())
    }
}

/// As it was written.
impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.glob().glob())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::schema::{GRANT, OWNER, Object, ObjectKey, ObjectRef, Options, Sql, Table};

    fn managed(include: &[&str], exclude: &[&str], schemas: &[&str]) -> Managed {
        let patterns = |texts: &[&str]| texts.iter().map(|text| Pattern::parse(text).unwrap()).collect();
        Managed {
            schemas: schemas.iter().map(|schema| (*schema).to_owned()).collect(),
            rights: Rights::default(),
            include: patterns(include),
            exclude: patterns(exclude),
        }
    }

    #[test]
    fn names_are_kept_that_are_included_and_not_excluded() {
        let kept = managed(&["app_*", "audit.*"], &["*_old", "app_[xy]"], &[]);
        assert!(kept.contains(&"app_users".into()));
        assert!(kept.contains(&Name::qualified("audit", "log")));
        assert!(!kept.contains(&"users".into()));
        assert!(!kept.contains(&"app_users_old".into()));
        assert!(!kept.contains(&"app_x".into()));
        assert!(managed(&[], &[], &[]).contains(&"anything/at\\all".into()));
        assert!(!managed(&[], &["any*"], &[]).contains(&"anything/at\\all".into()));
        let one = managed(&[], &[], &["public"]);
        assert!(one.contains(&"users".into()) && one.contains(&Name::qualified("public", "users")));
        assert!(!one.contains(&Name::qualified("audit", "log")));
    }

    #[test]
    fn what_belongs_to_a_table_goes_with_it() {
        let trigger = |table: &str| {
            let key =
                ObjectKey { kind: "trigger".to_owned(), name: "touch".into(), table: Some(table.into()) };
            let definition = Sql::from("…");
            Object { key, definition, depends_on: Vec::new(), comment: None, options: Options::default() }
        };
        let mut schema = Schema::new();
        for table in ["users", "users_old"] {
            schema.insert_table(Table::new(table));
            let object = trigger(table);
            schema.objects.insert(object.key.clone(), object);
        }
        managed(&["users*"], &["*_old"], &[]).retain(&mut schema);
        assert_eq!(schema.tables.keys().map(ToString::to_string).collect::<Vec<_>>(), ["users"]);
        assert_eq!(
            schema.objects.keys().map(ToString::to_string).collect::<Vec<_>>(),
            ["trigger touch on users"]
        );
    }

    #[test]
    fn rights_go_and_stay_with_what_they_are_about() {
        let right = |kind: &str, table: Option<&str>, thing: Option<(&str, &str)>| {
            let name =
                thing.map_or_else(|| "reader".to_owned(), |(kind, name)| format!("reader on {kind} {name}"));
            let key = ObjectKey { kind: kind.to_owned(), name: Name::new(name), table: table.map(Name::new) };
            let depends_on = thing
                .into_iter()
                .map(|(kind, name)| ObjectRef { kind: kind.to_owned(), name: Name::new(name) })
                .collect();
            Object {
                key, definition: Sql::from("…"), depends_on, comment: None, options: Options::default()
            }
        };
        let mut schema = Schema::new();
        for object in [
            right(GRANT, Some("app_users"), None),
            right(GRANT, Some("users"), None),
            right(OWNER, None, Some(("function", "app_code(integer)"))),
            right(OWNER, None, Some(("function", "code(integer)"))),
            right(GRANT, None, Some(("schema", "audit"))),
        ] {
            schema.objects.insert(object.key.clone(), object);
        }
        let names = |schema: &Schema| schema.objects.keys().map(ToString::to_string).collect::<Vec<_>>();
        managed(&["app_*"], &["reader*"], &[]).retain(&mut schema);
        assert_eq!(
            names(&schema),
            [
                "grant reader on app_users",
                "grant reader on schema audit",
                "owner reader on function app_code(integer)"
            ]
        );
        managed(&[], &[], &["public"]).retain(&mut schema);
        assert_eq!(
            names(&schema),
            ["grant reader on app_users", "owner reader on function app_code(integer)"]
        );
    }

    #[test]
    fn a_broken_pattern_says_what_is_wrong() {
        let error = Pattern::parse("app_[").unwrap_err();
        assert!(error.to_string().starts_with("`app_[` is no pattern: "), "{error}");
    }
}
