//! A history to migrate along, there and back.

use limbeck_core::operation::replay;
use limbeck_core::revision::{Format, Revision, parse};
use limbeck_core::schema::Schema;
use toml::{Table, Value};

use crate::actions::strip;
use crate::outcome::Verdict;
use crate::run::Bench;

/// The last revision of the history.
pub(super) const HEAD: &str = "counts";

/// The revisions of the history, each the parent of the next.
pub(super) fn history(bench: &Bench) -> Verdict<Vec<Revision>> {
    let mut revisions = read(include_str!("history.toml"))?;
    if !bench.capabilities().referential_actions {
        revisions.iter_mut().for_each(|revision| strip(&mut revision.upgrade));
    }
    Ok(revisions)
}

/// The revisions of a file that holds a history, each the parent of the next.
pub(super) fn read(text: &str) -> Verdict<Vec<Revision>> {
    let mut file: Table = text.parse().map_err(|error| format!("{error}"))?;
    let Some(Value::Array(revisions)) = file.remove("revision") else {
        return Err("no revisions".to_owned().into());
    };
    let mut parent: Vec<Value> = Vec::new();
    let mut all = Vec::with_capacity(revisions.len());
    for revision in revisions {
        let Value::Table(mut revision) = revision else { return Err("no revision".to_owned().into()) };
        let id = revision.remove("id").ok_or_else(|| "a revision without an id".to_owned())?;
        revision.insert("revision".to_owned(), id.clone());
        revision.insert("message".to_owned(), Value::from("part of a history"));
        revision.insert("parents".to_owned(), Value::Array(std::mem::replace(&mut parent, vec![id.clone()])));
        let text = toml::to_string(&revision).map_err(|error| error.to_string())?;
        let name = format!("{}.toml", id.as_str().unwrap_or_default());
        let read =
            parse(name, text.as_str(), Format::Toml).map_err(|errors| format!("{errors:?} in\n{text}"))?;
        all.push(read);
    }
    Ok(all)
}

/// The schema that the first `count` revisions leave.
pub(super) fn schema(revisions: &[Revision], count: usize) -> Verdict<Schema> {
    let mut schema = Schema::new();
    for revision in &revisions[..count] {
        replay(&revision.upgrade, &mut schema).map_err(|error| format!("{error}: {}", error.source))?;
    }
    Ok(schema)
}
