use std::fmt;

use crate::ident::{Ident, Name};
use crate::schema::{ObjectKey, TypeSpec};

/// What two schemas leave open. [`Question::flag`] is the flag that answers it.
#[derive(Debug, Clone, PartialEq)]
pub enum Question {
    /// Whether a table that is gone is the one that is new.
    RenameTable {
        /// The table that is gone.
        from: Name,
        /// The table that is new.
        to: Name,
        /// How alike they are, in percent.
        similarity: u8,
    },
    /// Whether a column that is gone is the one that is new.
    RenameColumn {
        /// The table, by its new name.
        table: Name,
        /// The column that is gone.
        from: Ident,
        /// The column that is new.
        to: Ident,
    },
    /// What the rows that are there get in a column that takes no NULL.
    Fill {
        /// The table, by its new name.
        table: Name,
        /// The column, by its new name.
        column: Ident,
    },
    /// How old values become new ones.
    Using {
        /// The table, by its new name.
        table: Name,
        /// The column, by its new name.
        column: Ident,
        /// The old type.
        from: TypeSpec,
        /// The new type.
        to: TypeSpec,
    },
}

impl Question {
    /// The flag of `makemigrations` that answers it with yes; `SQL` stands for what only the user knows.
    pub fn flag(&self) -> String {
        match self {
            Self::RenameTable { from, to, .. } => format!("--rename table:{from}={to}"),
            Self::RenameColumn { table, from, to } => format!("--rename column:{table}.{from}={to}"),
            Self::Fill { table, column } => format!("--fill {table}.{column}=SQL"),
            Self::Using { table, column, .. } => format!("--using {table}.{column}=SQL"),
        }
    }

    /// The flag that answers every question of this sort with no, where there is one.
    pub fn flag_for_no(&self) -> Option<&'static str> {
        match self {
            Self::RenameTable { .. } | Self::RenameColumn { .. } => Some("--no-rename"),
            Self::Fill { .. } => Some("--no-fill"),
            Self::Using { .. } => None,
        }
    }

    /// Whether two questions ask the same, however sure the asker is.
    pub fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::RenameTable { from, to, .. }, Self::RenameTable { from: from2, to: to2, .. }) => {
                from == from2 && to == to2
            }
            _ => self == other,
        }
    }
}

/// For people, on one line.
impl fmt::Display for Question {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::RenameTable { from, to, similarity } => {
                write!(f, "Was table {from} renamed to {to}? ({similarity} % alike)")
            }
            Self::RenameColumn { table, from, to } => {
                write!(f, "Was column {table}.{from} renamed to {table}.{to}?")
            }
            Self::Fill { table, column } => {
                write!(f, "What do the rows that are there get in {table}.{column}, which takes no NULL?")
            }
            Self::Using { table, column, from, to } => {
                write!(f, "How do the values of {table}.{column} become {to} from {from}?")
            }
        }
    }
}

/// Something that a comparison could not do, or did not, and that a user should know.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Note {
    /// A hint says that a table was renamed, but the old schema has both, or the new one has the old name still.
    TableRenameIgnored {
        /// The old name in the hint.
        from: Name,
        /// The new one.
        to: Name,
    },
    /// The same of a column.
    ColumnRenameIgnored {
        /// The table, by its new name.
        table: Name,
        /// The old name in the hint.
        from: Ident,
        /// The new one.
        to: Ident,
    },
    /// The same of a word of an enum.
    EnumValueRenameIgnored {
        /// The enum.
        name: Name,
        /// The old spelling in the hint.
        from: String,
        /// The new one.
        to: String,
    },
    /// A rename that a hint asks for cannot be carried through.
    RenameImpossible {
        /// What was to be renamed, and how.
        rename: String,
        /// Why not.
        reason: String,
    },
    /// So much is gone and new that not all of it was looked at for renames.
    TooMuchToGuess {
        /// What: `tables`, or `columns of users`.
        what: String,
        /// How many that are gone were not looked at.
        skipped: usize,
    },
    /// An enum's word went and another came in its place.
    EnumValueMaybeRenamed {
        /// The enum.
        name: Name,
        /// The word that goes.
        from: String,
        /// The word that comes.
        to: String,
    },
    /// Words of an enum change their order, for which they are taken out and put back.
    EnumReordered {
        /// The enum.
        name: Name,
        /// The words that move.
        values: Vec<String>,
    },
    /// Something differs that no operation changes.
    CannotChange {
        /// What differs: `the partitioning of table users`.
        what: String,
    },
    /// An object is dropped and made anew because of what it depends on.
    Recreated {
        /// Which.
        object: ObjectKey,
    },
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TableRenameIgnored { from, to } => {
                write!(
                    f,
                    "table {to} is said to be renamed from {from}, but both are there: taken for two tables"
                )
            }
            Self::ColumnRenameIgnored { table, from, to } => write!(
                f,
                "column {table}.{to} is said to be renamed from {from}, but both are there: taken for two columns"
            ),
            Self::EnumValueRenameIgnored { name, from, to } => write!(
                f,
                "value {to} of enum {name} is said to be renamed from {from}, but both are there: taken for two values"
            ),
            Self::RenameImpossible { rename, reason } => {
                write!(f, "{rename} cannot be carried through and is planned as drop and add: {reason}")
            }
            Self::TooMuchToGuess { what, skipped } => write!(
                f,
                "too many {what} are gone and new: {skipped} were not looked at for renames; \
                 `renamed_from` or --rename tells"
            ),
            Self::EnumValueMaybeRenamed { name, from, to } => write!(
                f,
                "enum {name} loses {from} and gets {to} in its place: if that is a rename, say `renamed_from`"
            ),
            Self::EnumReordered { name, values } => write!(
                f,
                "enum {name} changes its order: {} is taken out and put back, which rows that hold it hinder",
                values.join(", ")
            ),
            Self::CannotChange { what } => write!(f, "{what} differs, and no operation changes it"),
            Self::Recreated { object } => {
                write!(f, "{object} is dropped and made anew, because something that it depends on changes")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_question_names_its_flag() {
        let rename =
            Question::RenameColumn { table: "users".into(), from: "username".into(), to: "login".into() };
        assert_eq!(rename.flag(), "--rename column:users.username=login");
        assert_eq!(rename.flag_for_no(), Some("--no-rename"));
        let fill = Question::Fill { table: "users".into(), column: "age".into() };
        assert_eq!(fill.flag(), "--fill users.age=SQL");
        assert_eq!(
            fill.to_string(),
            "What do the rows that are there get in users.age, which takes no NULL?"
        );
    }
}
