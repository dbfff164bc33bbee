//! What DuckDB says, understood: its messages begin with their kind.

use limbeck_core::driver::{DriverError, DriverErrorKind as Kind};

/// The kinds, by the words that a message begins with.
const KINDS: [(&str, Kind); 20] = [
    ("Constraint Error", Kind::Constraint),
    ("Parser Error", Kind::Statement),
    ("Syntax Error", Kind::Statement),
    ("Binder Error", Kind::Statement),
    ("Catalog Error", Kind::Statement),
    ("Dependency Error", Kind::Statement),
    ("Expression Error", Kind::Statement),
    ("Conversion Error", Kind::Statement),
    ("Mismatch Type Error", Kind::Statement),
    ("Out of Range Error", Kind::Statement),
    ("Invalid Input Error", Kind::Statement),
    ("Invalid Type Error", Kind::Statement),
    ("Not implemented Error", Kind::Unsupported),
    ("INTERRUPT Error", Kind::Cancelled),
    ("Permission Error", Kind::Permission),
    ("Out of Memory Error", Kind::Full),
    ("Serialization Error", Kind::Corrupt),
    ("FATAL Error", Kind::Corrupt),
    ("INTERNAL Error", Kind::Corrupt),
    ("IO Error", Kind::Connect),
];

/// The error that a message of the library means. Its first line is the message; the rest, but for the picture of the
/// statement, are notes.
pub(crate) fn understood(text: &str) -> DriverError {
    let mut lines = text.lines().filter(|line| !line.trim().is_empty());
    let first = lines.next().unwrap_or("DuckDB failed and does not say why");
    let mut error = DriverError::new(kind(first, text), first.trim());
    let mut picture = false;
    for line in lines {
        // `LINE 1: SELECT …`, and a caret under it.
        picture |= line.starts_with("LINE ");
        if !picture {
            error = error.with_note(line.trim());
        }
    }
    match error.kind {
        Kind::Taken => error.with_help(
            "DuckDB lets one program at a time have a file that is written: wait for that one, or stop it",
        ),
        _ => error,
    }
}

/// Whether another program has the file.
fn is_locked(text: &str) -> bool {
    text.contains("Could not set lock on file") || text.contains("Conflicting lock is held")
}

fn kind(first: &str, text: &str) -> Kind {
    if is_locked(text) {
        return Kind::Taken;
    }
    // In one program, a file is open either to be read or to be written.
    if text.contains("with a different configuration") {
        return Kind::Busy;
    }
    if first.starts_with("TransactionContext Error") {
        return match () {
            () if text.contains("constraint") => Kind::Constraint,
            () if text.to_ascii_lowercase().contains("conflict") => Kind::Busy,
            () => Kind::Statement,
        };
    }
    if first.contains("write-write conflict") {
        return Kind::Busy;
    }
    if text.contains("not a valid DuckDB database file") {
        return Kind::Corrupt;
    }
    KINDS.iter().find(|(words, _)| first.starts_with(words)).map_or(Kind::Other, |(_, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_told_apart() {
        for (text, kind) in [
            ("Constraint Error: Duplicate key \"id: 1\" violates unique constraint.", Kind::Constraint),
            (
                "TransactionContext Error: Failed to commit: PRIMARY KEY or UNIQUE constraint violation",
                Kind::Constraint,
            ),
            ("TransactionContext Error: Catalog write-write conflict on create with \"t\"", Kind::Busy),
            ("TransactionContext Error: Current transaction is aborted (please ROLLBACK)", Kind::Statement),
            ("Parser Error: syntax error at or near \"SELEC\"", Kind::Statement),
            ("INTERRUPT Error: Interrupted!", Kind::Cancelled),
            (
                "IO Error: Could not set lock on file \"/x\": Conflicting lock is held in /bin/y (PID 7).",
                Kind::Taken,
            ),
            ("IO Error: Cannot open file \"/nope/x\": No such file or directory", Kind::Connect),
            ("something else", Kind::Other),
        ] {
            assert_eq!(understood(text).kind, kind, "{text}");
        }
    }

    #[test]
    fn the_picture_of_the_statement_is_left_out() {
        let error = understood(
            "Binder Error: Referenced column \"nope\" not found in FROM clause!\nCandidate bindings: \"id\"\n\nLINE 1: SELECT nope FROM t\n               ^",
        );
        assert_eq!(error.message, "Binder Error: Referenced column \"nope\" not found in FROM clause!");
        assert_eq!(error.notes, ["Candidate bindings: \"id\""]);
    }
}
