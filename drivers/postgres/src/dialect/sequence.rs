//! Sequences.

use limbeck_core::driver::Statement;
use limbeck_core::ident::Name;
use limbeck_core::schema::{Sequence, SequenceOptions};

use super::fault::{Fault, check_qualified};
use super::gates::Gates;
use super::literal::{do_block, quote, quote_name, text};
use super::options::{SEQUENCE, read};
use super::{NAMES, comment};
use crate::options as key;

/// How a sequence runs: all of it, so that what is not said is the server's default again.
pub(super) fn settings(settings: &SequenceOptions) -> Vec<String> {
    let SequenceOptions { start, increment, min, max, cache, cycle } = settings;
    let limit = |word: &str, limit: &Option<i64>| match limit {
        Some(limit) => format!("{word} {limit}"),
        None => format!("NO {word}"),
    };
    let mut words = vec![
        format!("INCREMENT BY {}", increment.unwrap_or(1)),
        limit("MINVALUE", min),
        limit("MAXVALUE", max),
    ];
    if let Some(start) = start {
        words.push(format!("START WITH {start}"));
    }
    words.push(format!("CACHE {}", cache.unwrap_or(1)));
    words.push(if *cycle { "CYCLE" } else { "NO CYCLE" }.to_owned());
    words
}

/// Whether a sequence counts up.
fn rises(settings: &SequenceOptions) -> bool {
    settings.increment.unwrap_or(1) > 0
}

/// Where a sequence starts that does not say: at its end, which depends on the way that it runs.
pub(super) fn natural_start(settings: &SequenceOptions) -> i64 {
    if rises(settings) { settings.min.unwrap_or(1) } else { settings.max.unwrap_or(-1) }
}

/// The lowest and the highest value of a sequence of this type that runs this way and says none.
pub(super) fn usual_limits(settings: &SequenceOptions, ty: &str) -> (i64, i64) {
    let (least, greatest) = match rank(ty) {
        1 => (i64::from(i16::MIN), i64::from(i16::MAX)),
        2 => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    if rises(settings) { (1, greatest) } else { (least, -1) }
}

/// How a sequence that is there runs from now on, where it starts too.
pub(super) fn complete(given: &SequenceOptions) -> Vec<String> {
    let start = given.start.or_else(|| Some(natural_start(given)));
    settings(&SequenceOptions { start, ..given.clone() })
}

/// The order of the types that a sequence can have, the narrowest first.
pub(super) fn rank(ty: &str) -> u8 {
    match ty {
        "smallint" | "int2" => 1,
        "integer" | "int" | "int4" => 2,
        _ => 3,
    }
}

/// How a sequence runs, and of which type it is.
#[derive(Clone, Copy)]
pub(super) struct Runs<'a> {
    pub(super) settings: &'a SequenceOptions,
    /// `bigint` if it says none.
    pub(super) ty: Option<&'a str>,
}

impl Runs<'_> {
    fn limits(self) -> (i64, i64) {
        let (low, high) = usual_limits(self.settings, self.ty.unwrap_or("bigint"));
        (self.settings.min.unwrap_or(low), self.settings.max.unwrap_or(high))
    }

    fn start(self) -> i64 {
        self.settings.start.unwrap_or_else(|| natural_start(self.settings))
    }
}

/// `ALTER …` of a sequence that is there, which `regclass` leads to as an expression: from now on it runs as `new` says.
///
/// The server refuses limits between which the counter does not stand. Where it would, the counter begins at its new start
/// if it still stands at the old one and has given no value, or if all that it can have given lies before the new limits.
/// Else that is left to the server: a sequence that begins again may give values a second time.
pub(super) fn change(sql: &str, regclass: &str, old: Runs<'_>, new: Runs<'_>, at: usize) -> Statement {
    let ((old_low, old_high), (low, high)) = (old.limits(), new.limits());
    if low <= old_low && high >= old_high {
        return Statement::schema(at, sql);
    }
    let (begun, start) = (old.start(), new.start());
    let before = match (rises(old.settings), rises(new.settings)) {
        _ if old.settings.cycle => String::new(),
        (true, true) => format!(" OR last_value < {low}"),
        (false, false) => format!(" OR last_value > {high}"),
        _ => String::new(),
    };
    let body = format!(
        "DECLARE restarts boolean; BEGIN EXECUTE 'SELECT last_value NOT BETWEEN {low} AND {high} \
         AND (NOT is_called AND last_value = {begun}{before}) FROM ' || {regclass} INTO restarts; \
         EXECUTE {} || CASE WHEN restarts THEN ' RESTART WITH {start}' ELSE '' END; END",
        text(sql)
    );
    Statement::schema(at, do_block(&body))
}

/// The statements that make a sequence.
pub(super) fn create(gates: Gates, sequence: &Sequence, at: usize) -> Result<Vec<Statement>, Fault> {
    let options = check(gates, sequence)?;
    let unlogged = if options { "UNLOGGED " } else { "" };
    let mut sql = format!("CREATE {unlogged}SEQUENCE {}", quote_name(&sequence.name));
    if let Some(ty) = &sequence.ty {
        sql.push_str(&format!(" AS {ty}"));
    }
    if sequence.settings != SequenceOptions::default() {
        sql.push_str(&format!(" {}", settings(&sequence.settings).join(" ")));
    }
    sql.push_str(&owner(sequence));
    let mut statements = vec![Statement::schema(at, sql)];
    if let Some(said) = &sequence.comment {
        statements.push(comment::on(at, &on(&sequence.name), Some(said)));
    }
    Ok(statements)
}

/// The statements that make the sequence `old` run as `new` says.
pub(super) fn alter(
    gates: Gates,
    old: &Sequence,
    new: &Sequence,
    at: usize,
) -> Result<Vec<Statement>, Fault> {
    let unlogged = check(gates, new)?;
    let was_unlogged = old.options.flag(NAMES, key::UNLOGGED);
    let name = quote_name(&new.name);
    let mut words = Vec::new();
    if old.ty != new.ty {
        words.push(format!("AS {}", new.ty.as_deref().unwrap_or("bigint")));
    }
    if old.settings != new.settings || old.ty != new.ty {
        words.extend(complete(&new.settings));
    }
    let mut statements = Vec::new();
    if old.owned_by != new.owned_by {
        let owner = owner(new);
        words.push(if owner.is_empty() { "OWNED BY NONE".to_owned() } else { owner.trim().to_owned() });
    }
    if !words.is_empty() {
        let regclass = format!("{}::pg_catalog.regclass", text(&name));
        let sql = format!("ALTER SEQUENCE {name} {}", words.join(" "));
        statements.push(change(&sql, &regclass, runs(old), runs(new), at));
    }
    if unlogged != was_unlogged {
        let word = if unlogged { "UNLOGGED" } else { "LOGGED" };
        statements.push(Statement::schema(at, format!("ALTER SEQUENCE {name} SET {word}")));
    }
    if old.comment != new.comment {
        statements.push(comment::on(at, &on(&new.name), new.comment.as_deref()));
    }
    Ok(statements)
}

fn runs(sequence: &Sequence) -> Runs<'_> {
    Runs { settings: &sequence.settings, ty: sequence.ty.as_deref() }
}

/// Whether it is unlogged, if it can be made at all.
fn check(gates: Gates, sequence: &Sequence) -> Result<bool, Fault> {
    check_qualified(&sequence.name, "sequence")?;
    let place = format!("sequence {}", sequence.name);
    let unlogged = read(&sequence.options, SEQUENCE, &place)?.flag(NAMES, key::UNLOGGED);
    if unlogged && !gates.unlogged_sequences {
        return Err(Fault::too_old(format!("{place} is unlogged"), 15));
    }
    Ok(unlogged)
}

fn owner(sequence: &Sequence) -> String {
    sequence
        .owned_by
        .as_ref()
        .map(|(table, column)| format!(" OWNED BY {}.{}", quote_name(table), quote(column)))
        .unwrap_or_default()
}

fn on(name: &Name) -> String {
    format!("SEQUENCE {}", quote_name(name))
}

/// The statement that drops a sequence.
pub(super) fn drop(name: &Name, at: usize) -> Statement {
    Statement::schema(at, format!("DROP SEQUENCE {}", quote_name(name)))
}
