//! What in a revision is dangerous on which server, and the safe way.
//!
//! A rule is a file in `rules`: it looks at one operation, or at one statement of raw SQL, with the schema before it, and
//! says what is wrong. [`RULES`] lists them; `docs/lint.md` has a line for each. A comment `lint: allow CODE` anywhere
//! in a revision's file switches a rule off there.

mod allow;
mod finding;
mod rules;
mod subject;

pub use finding::{Finding, Severity};
pub use rules::{RULES, Rule};
pub use subject::{Server, Subject};

use std::collections::BTreeSet;

use limbeck_core::ident::Direction;
use limbeck_core::operation::Operation;
use limbeck_core::revision::Revision;
use limbeck_core::schema::Schema;

use allow::Allowed;

/// What the rules find in a revision that is applied to a database of the schema `before`.
pub fn lint(revision: &Revision, before: &Schema, server: &Server<'_>) -> Vec<Finding> {
    let mut allowed = Allowed::read(&revision.source.text);
    let mut found = Vec::new();
    let mut state = before.clone();
    let mut made = BTreeSet::new();
    for (index, operation) in revision.upgrade.iter().enumerate() {
        let subject =
            Subject { revision, index, operation, before: &state, made: &made, server, statement: None };
        collect(&subject, &mut allowed, &mut found);
        for statement in subject.statements() {
            let subject = Subject { statement: Some(&statement), ..subject };
            collect(&subject, &mut allowed, &mut found);
        }
        if let Operation::CreateTable(table) = operation {
            made.insert(table.name.clone());
        }
        if let Operation::RenameTable { table, to } = operation
            && made.remove(table)
        {
            made.insert(to.clone());
        }
        // What raw SQL has made is not known here; what does not fit then is passed over, as replay does.
        let _ = operation.apply(&mut state);
    }
    for code in allowed.unused() {
        found.push(Finding {
            code: "unused-allow",
            severity: Severity::Note,
            operation: None,
            message: format!("`lint: allow {code}` allows nothing"),
            help: "take the comment out, or correct the code".to_owned(),
            location: revision.location(),
        });
    }
    found
}

fn collect(subject: &Subject<'_>, allowed: &mut Allowed, found: &mut Vec<Finding>) {
    for rule in RULES {
        let Some((message, help)) = (rule.check)(subject) else { continue };
        if allowed.takes(rule.code) {
            continue;
        }
        found.push(Finding {
            code: rule.code,
            severity: rule.severity,
            operation: Some(subject.index),
            message,
            help,
            location: subject.location(Direction::Upgrade),
        });
    }
}
