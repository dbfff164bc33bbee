//! Sequences, which MariaDB has.

use limbeck_core::driver::Statement;
use limbeck_core::schema::{Sequence, SequenceOptions};

use super::fault::{Fault, check_name};
use super::literal::text as quoted_text;
use super::lower::INNODB;
use super::options::{Place, Said, read};
use super::table::name;
use crate::flavour::Gates;
use crate::options::ENGINE;

fn check(gates: Gates, sequence: &Sequence) -> Result<(), Fault> {
    check_name(&sequence.name.name, "sequence")?;
    if sequence.owned_by.is_some() || sequence.ty.is_some() {
        return Err(Fault::unsupported(
            format!("sequence {} has an owner or a type", sequence.name),
            format!("leave it out: {} keeps none of these", gates.flavour.product()),
        ));
    }
    Ok(())
}

/// What makes a sequence.
pub(crate) fn create(gates: Gates, sequence: &Sequence, at: usize) -> Result<Vec<Statement>, Fault> {
    supported(gates)?;
    check(gates, sequence)?;
    let mut text = format!("CREATE SEQUENCE {}{}", name(&sequence.name), settings(&sequence.settings, None));
    if let Some(engine) = engine(gates, sequence)? {
        text.push_str(&format!(" ENGINE={engine}"));
    }
    if let Some(comment) = comment(sequence) {
        text.push_str(&format!(" COMMENT={}", quoted_text(comment)));
    }
    Ok(vec![Statement::schema(at, text)])
}

/// What makes the sequence `old` what `sequence` says.
pub(crate) fn alter(
    gates: Gates,
    old: &Sequence,
    sequence: &Sequence,
    at: usize,
) -> Result<Vec<Statement>, Fault> {
    supported(gates)?;
    check(gates, sequence)?;
    let mut statements = Vec::new();
    if old.settings != sequence.settings {
        let settings = settings(&sequence.settings, Some(&old.settings));
        statements.push(Statement::schema(at, format!("ALTER SEQUENCE {}{settings}", name(&sequence.name))));
    }
    // What is about the table that a sequence is, ALTER SEQUENCE does not take.
    let (was, engine) = (engine(gates, old)?, engine(gates, sequence)?);
    let mut clauses = Vec::new();
    if was != engine {
        clauses.push(format!("ENGINE={}", engine.as_deref().unwrap_or(INNODB)));
    }
    if comment(old) != comment(sequence) {
        clauses.push(format!("COMMENT={}", quoted_text(comment(sequence).unwrap_or_default())));
    }
    if !clauses.is_empty() {
        let text = format!("ALTER TABLE {} {}", name(&sequence.name), clauses.join(", "));
        statements.push(Statement::schema(at, text));
    }
    Ok(statements)
}

fn comment(sequence: &Sequence) -> Option<&str> {
    sequence.comment.as_deref().filter(|comment| !comment.is_empty())
}

/// Where a sequence is kept, if not in `InnoDB`.
fn engine(gates: Gates, sequence: &Sequence) -> Result<Option<String>, Fault> {
    let of = format!("sequence {}", sequence.name);
    let options = read(gates, &sequence.options, Place::Sequence, &of)?;
    let engine = Said::new(gates, &options).text(ENGINE).map(str::to_owned);
    Ok(engine.filter(|engine| !engine.eq_ignore_ascii_case(INNODB)))
}

/// How a sequence runs; all of it, where there is one that ran as `old` says.
fn settings(settings: &SequenceOptions, old: Option<&SequenceOptions>) -> String {
    let new = old.is_none();
    // The first value of one that does not say is its least, or its greatest where it runs down.
    let down = settings.increment.is_some_and(|step| step < 0);
    let first = || if down { settings.max.unwrap_or(-1) } else { settings.min.unwrap_or(1) };
    let start = settings.start.or_else(|| old.filter(|old| old.start != settings.start).map(|_| first()));
    let mut text = String::new();
    for (word, value, unset) in [
        ("START WITH", start, None),
        ("MINVALUE", settings.min, Some("NO MINVALUE")),
        ("MAXVALUE", settings.max, Some("NO MAXVALUE")),
        ("INCREMENT BY", settings.increment, Some("INCREMENT BY 1")),
        ("CACHE", settings.cache, Some("CACHE 1000")),
    ] {
        match (value, unset) {
            (Some(value), _) => text.push_str(&format!(" {word} {value}")),
            (None, Some(unset)) if !new => text.push_str(&format!(" {unset}")),
            _ => {}
        }
    }
    match (settings.cycle, new) {
        (true, _) => text.push_str(" CYCLE"),
        (false, false) => text.push_str(" NOCYCLE"),
        (false, true) => {}
    }
    text
}

/// Refuses sequences where there are none.
pub(crate) fn supported(gates: Gates) -> Result<(), Fault> {
    if gates.sequences {
        return Ok(());
    }
    Err(Fault::unsupported(
        format!("{} has no sequences", gates.flavour.product()),
        "use an identity column, or keep the counter in a table; for other databases alone, write an `execute` with `mysql = \"\"`",
    ))
}
