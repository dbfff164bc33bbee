//! Sequences, which MariaDB has.

use limbeck_core::driver::Statement;
use limbeck_core::schema::Sequence;

use super::fault::{Fault, check_name};
use super::table::name;
use crate::flavour::Gates;

fn check(gates: Gates, sequence: &Sequence) -> Result<(), Fault> {
    check_name(&sequence.name.name, "sequence")?;
    if sequence.owned_by.is_some() || sequence.ty.is_some() || sequence.comment.is_some() {
        return Err(Fault::unsupported(
            format!("sequence {} has an owner, a type or a comment", sequence.name),
            format!("leave it out: {} keeps none of these", gates.flavour.product()),
        ));
    }
    Ok(())
}

/// What makes a sequence.
pub(crate) fn create(gates: Gates, sequence: &Sequence, at: usize) -> Result<Vec<Statement>, Fault> {
    supported(gates)?;
    check(gates, sequence)?;
    Ok(vec![Statement::schema(
        at,
        format!("CREATE SEQUENCE {}{}", name(&sequence.name), settings(sequence, true)),
    )])
}

/// What makes a sequence run as this one says.
pub(crate) fn alter(gates: Gates, sequence: &Sequence, at: usize) -> Result<Vec<Statement>, Fault> {
    supported(gates)?;
    check(gates, sequence)?;
    Ok(vec![Statement::schema(
        at,
        format!("ALTER SEQUENCE {}{}", name(&sequence.name), settings(sequence, false)),
    )])
}

fn settings(sequence: &Sequence, new: bool) -> String {
    let settings = &sequence.settings;
    let mut text = String::new();
    for (word, value, unset) in [
        ("START WITH", settings.start, None),
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
