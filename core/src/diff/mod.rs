//! What turns one schema into another, as operations.
//!
//! The old schema is first brought to the new names by the renames that the hints ask for; what is left is compared by
//! name, then by structure. Everything that differs becomes operations in stages, each of which may count on those
//! before it.
//!
//! | module | answers |
//! |---|---|
//! | `hints`, `options`, `question` | what the comparison is told, and what it asks and tells |
//! | `rename`, `similarity` | what was renamed, and what may have been |
//! | `tables`, `columns`, `constraints`, `indexes` | what changes of tables |
//! | `moved` | tables that become parts of others, or are parts no longer |
//! | `enums`, `sequences`, `objects` | what changes of everything else |
//! | `partial` | what stays because the new schema cannot speak of it |
//! | `mentions`, `web` | what texts name, and which object needs which |
//! | `standing` | what stands on a type, for a dialect |
//! | `order`, `arrange`, `loosen` | what comes first, and circles |
//! | `message` | what a revision with these operations is called |

mod arrange;
mod columns;
mod constraints;
mod enums;
mod hints;
mod indexes;
mod loosen;
mod mentions;
mod message;
mod moved;
mod objects;
mod options;
mod order;
mod partial;
mod question;
mod rename;
mod sequences;
mod similarity;
mod spelling;
mod standing;
mod tables;
#[cfg(test)]
mod tests;
mod web;

pub use hints::{ColumnRename, EnumValueRename, Hints, TableRename};
pub use message::message;
pub use options::{CastPolicy, Comparison, DiffOptions, FillPolicy, Guess, Neutral};
pub use partial::complete;
pub use question::{Note, Question};
pub use standing::{Standing, standing_on, types_over};

use std::borrow::Cow;
use std::collections::BTreeSet;

use crate::ident::{Ident, Name};
use crate::operation::Operation;
use crate::schema::{Namespace, Naming, Schema};

use objects::Webs;

/// What turns one schema into another.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Diff {
    /// The operations, in an order in which they can run. Where there are questions, as if each were answered with no.
    pub operations: Vec<Operation>,
    /// What only the user knows. The answers go into the hints, and the comparison is made again.
    pub questions: Vec<Question>,
    /// What the user should know.
    pub notes: Vec<Note>,
}

impl Diff {
    /// Whether the two schemas are the same, as far as operations can make them so.
    pub fn is_empty(&self) -> bool {
        self.operations.is_empty()
    }
}

/// Two schemas under the same names.
struct Compared<'a> {
    old: &'a Schema,
    new: &'a Schema,
    options: &'a DiffOptions<'a>,
}

/// What turns `from` into `to`. Applying the operations to `from` and comparing again gives nothing, unless a note says
/// that something cannot be changed.
pub fn diff(from: &Schema, to: &Schema, options: &DiffOptions<'_>) -> Diff {
    let mut hints = options.hints.clone();
    let respelt = if options.rules.keeps_words() {
        let Hints { mut tables, mut columns, .. } = spelling::renames(from, to, options.rules);
        hints.tables.append(&mut tables);
        hints.columns.append(&mut columns);
        None
    } else {
        spelling::respell(from, to, options.rules)
    };
    let options = &DiffOptions { hints: &hints, ..*options };
    let to = respelt.as_ref().unwrap_or(to);
    let renamed = rename::rename(from, to, options);
    let completed = match options.rules.tables_only() {
        true => partial::complete(&renamed.schema, to),
        false => Cow::Borrowed(to),
    };
    let to = &*completed;
    let mut made = Diff { notes: renamed.notes, ..Diff::default() };
    let compared = Compared { old: &renamed.schema, new: to, options };
    let (old, new) = (compared.old, compared.new);

    made.questions = similarity::guess_tables(old, new, options, &mut made.notes);
    for table in new.tables.values() {
        if let Some(from) = old.table(&table.name) {
            let mut questions = similarity::guess_columns(&table.name, from, table, options, &mut made.notes);
            made.questions.append(&mut questions);
        }
    }
    let webs = Webs::new(old, new);
    let mut rebuilt = webs.rebuilt(&compared);
    let mut enum_notes = Vec::new();
    let enums = enums::compare(old, new, options, &mut enum_notes);
    // Where the server has types for enums, one that loses a word becomes another type.
    let swapped = if options.rules.enum_order() { enums.losing() } else { BTreeSet::new() };
    let (stages, touched) =
        tables::compare(&compared, &mut rebuilt, swapped, &mut made.questions, &mut made.notes);
    made.notes.append(&mut enum_notes);
    made.questions.retain(|question| !columns::keeps_words(question, old, new));
    put_off_fills(&mut made.questions);
    let lasting = sequences::lasting(old, new);
    let sequences = sequences::compare(old, new, &lasting, options);
    let objects = objects::compare(&compared, &webs, &rebuilt.objects, &touched, &mut made.notes);

    let mut operations = Vec::new();
    for (name, namespace) in &new.namespaces {
        match old.namespaces.get(name) {
            None => made.operations.push(Operation::CreateNamespace(namespace.clone())),
            Some(there) => {
                if there.comment != namespace.comment {
                    let options = there.options.clone();
                    let altered = Namespace { options, ..namespace.clone() };
                    made.operations.push(Operation::AlterNamespace(altered));
                }
                if !compared.options.rules.same_options(&there.options, &namespace.options) {
                    made.notes.push(Note::CannotChange { what: format!("the options of schema {name}") });
                }
            }
        }
    }
    made.operations.extend(renamed.operations);
    operations.extend(objects.dropped_first);
    operations.extend(enums.before);
    operations.extend(sequences.before);
    operations.extend(objects.made_first);
    operations.extend(stages.keys_loosed);
    operations.extend(stages.detached);
    operations.extend(stages.keys_dropped);
    operations.extend(stages.tables_dropped);
    operations.extend(stages.parts_dropped);
    operations.extend(stages.tables_created);
    operations.extend(stages.columns_changed);
    operations.extend(stages.columns_dropped);
    operations.extend(stages.parts_added);
    operations.extend(stages.attached);
    operations.extend(stages.keys_added);
    operations.extend(stages.validated);
    operations.extend(sequences.after);
    operations.extend(objects.dropped_last);
    operations.extend(sequences.dropped);
    operations.extend(enums.after);
    operations.extend(objects.made_last);
    made.operations.extend(arrange::arrange(&compared, &webs, operations));
    let gone = old.namespaces.keys().filter(|name| !new.namespaces.contains_key(*name));
    made.operations.extend(gone.map(|name| Operation::DropNamespace { name: name.clone() }));
    made
}

/// `from` with the names of `to`, as far as `hints` give them.
pub(crate) fn renamed(from: &Schema, to: &Schema, hints: &Hints, rules: &dyn Comparison) -> Schema {
    let naming = Naming::default();
    let options = DiffOptions { guess: Guess::Never, ..DiffOptions::new(hints, &naming, rules) };
    rename::rename(from, to, &options).schema.into_owned()
}

/// What rows get in a column that may be an old one under a new name is not asked before that is known.
fn put_off_fills(questions: &mut Vec<Question>) {
    let renames: BTreeSet<(Name, Ident)> = questions
        .iter()
        .filter_map(|question| match question {
            Question::RenameColumn { table, to, .. } => Some((table.clone(), to.clone())),
            _ => None,
        })
        .collect();
    questions.retain(|question| match question {
        Question::Fill { table, column } => !renames.contains(&(table.clone(), column.clone())),
        _ => true,
    });
}
