//! Views, functions, triggers and whatever else is known by its text.
//!
//! | module | holds |
//! |---|---|
//! | `identity` | how a statement names an object |
//! | `definition` | an object's text, taken apart |
//! | `in_place` | changes without dropping it |
//! | `types`, `options` | the ALTERs of domains, composite types and foreign servers |
//! | `grants` | what others may do with an object that is dropped and made again |
//! | `rights` | owners and grants, where they are managed |
//! | `around` | what stands before and behind all of this in a plan |

mod around;
mod definition;
mod grants;
mod identity;
mod in_place;
mod options;
mod rights;
mod types;

pub(super) use around::{Around, body_checks};
pub(super) use grants::{Slot, give_back, keep};
pub(crate) use rights::right_target;

use limbeck_core::driver::Statement;
use limbeck_core::schema::{Object, Schema};

use super::fault::Fault;
use super::gates::Gates;
use super::options::{NONE, read};
use super::{comment, swap};
use definition::Definition;
pub(super) use definition::code;
use identity::identity;

pub(super) use identity::{TRIGGER, TRIGGER_STATE, is_trigger};

/// The statements that make an object; none if there is nothing to do on PostgreSQL.
pub(super) fn create(object: &Object, at: usize) -> Result<Vec<Statement>, Fault> {
    let definition = Definition::of(object)?;
    read(&object.options, NONE, &object.key.to_string())?;
    if rights::is_right(&object.key.kind) {
        return rights::create(object, at);
    }
    let what = identity(&object.key)?;
    if definition.is_empty() {
        return Ok(Vec::new());
    }
    let mut statements: Vec<Statement> =
        definition.statements().map(|sql| Statement::schema(at, sql)).collect();
    if let Some(text) = &object.comment {
        statements.push(comment::on(at, &what, Some(text)));
    }
    Ok(statements)
}

/// The statements that drop an object; none if there was nothing to do on PostgreSQL.
pub(super) fn drop(object: &Object, at: usize) -> Result<Vec<Statement>, Fault> {
    if Definition::of(object)?.is_empty() {
        return Ok(Vec::new());
    }
    if rights::is_right(&object.key.kind) {
        return rights::drop(object, at);
    }
    if object.key.kind == TRIGGER_STATE {
        return follow_trigger(object, None, at);
    }
    Ok(vec![Statement::schema(at, format!("DROP {}", identity(&object.key)?))])
}

/// Has a partition say no more of a trigger than what is above it: `above`, a trigger or a trigger's state.
pub(super) fn follow_trigger(
    state: &Object,
    above: Option<&Object>,
    at: usize,
) -> Result<Vec<Statement>, Fault> {
    if Definition::of(state)?.is_empty() {
        return Ok(Vec::new());
    }
    let above = above.map(Definition::of).transpose()?;
    let words = above.as_ref().and_then(Definition::switch).unwrap_or("ENABLE");
    Ok(vec![Statement::schema(at, identity::switch(&state.key, words)?)])
}

/// The statements that put `new` in the place of `old`.
///
/// `schema` is what holds before: of a type that another takes the place of, columns of any table follow.
pub(super) fn replace(
    gates: Gates,
    old: &Object,
    new: &Object,
    schema: &Schema,
    at: usize,
) -> Result<Vec<Statement>, Fault> {
    read(&new.options, NONE, &new.key.to_string())?;
    if rights::is_right(&new.key.kind) {
        return rights::replace(old, new, at);
    }
    let (from, to) = (Definition::of(old)?, Definition::of(new)?);
    match in_place::change(&new.key, &from, &to) {
        Some(changes) if !types::is_refused(&new.key, &changes, schema) => {
            let mut statements: Vec<Statement> =
                changes.into_iter().map(|sql| Statement::schema(at, sql)).collect();
            if old.comment != new.comment && !to.is_empty() {
                statements.push(comment::on(at, &identity(&new.key)?, new.comment.as_deref()));
            }
            Ok(statements)
        }
        _ if types::has_values(&new.key) && !from.is_empty() && !to.is_empty() => {
            swap::replace(gates, swap::Made::Object { old, new }, schema, at)
        }
        _ => {
            let mut statements: Vec<Statement> = keep(&old.key, Slot(at, 0)).into_iter().collect();
            statements.extend(drop(old, at)?);
            statements.extend(create(new, at)?);
            statements.extend(give_back(&new.key, Slot(at, 0), at));
            Ok(statements)
        }
    }
}

/// The attributes of a composite type with their types, as its text says them; `None` if it does not.
pub(super) fn attributes(composite: &Object) -> Option<Vec<(String, String)>> {
    types::attributes(&Definition::of(composite).ok()?.main).map(|(_, attributes)| attributes)
}

/// The type that a domain is over; `None` if its text does not say.
pub(super) fn domain_base(domain: &Object) -> Option<String> {
    types::base(&Definition::of(domain).ok()?)
}

/// Whether the object is a domain whose text says NOT NULL, in words of the domain's own.
pub(super) fn refuses_null(domain: &Object) -> bool {
    let Some(text) = Definition::of(domain).ok().filter(|_| domain.key.kind == "domain") else {
        return false;
    };
    let code = code(&text.main);
    let depths = definition::depths(&code);
    code.windows(2)
        .zip(&depths)
        .any(|(pair, depth)| *depth == 0 && pair[0].is_word("NOT") && pair[1].is_word("NULL"))
}

/// Whether `new` can be put in the place of `old` while others stand on it.
pub(super) fn replaces(old: &Object, new: &Object) -> bool {
    if identity::stands_alone(&new.key.kind) || rights::is_right(&new.key.kind) {
        return true;
    }
    match (Definition::of(old), Definition::of(new)) {
        (Ok(from), Ok(to)) => in_place::change(&new.key, &from, &to).is_some(),
        // That it cannot be read is said when it is rendered.
        _ => true,
    }
}
