//! Schemas.

use limbeck_core::driver::Statement;
use limbeck_core::ident::Ident;
use limbeck_core::schema::Namespace;

use super::comment;
use super::fault::{Fault, check_name};
use super::literal::quote;
use super::options::{NONE, read};
use super::{DEFAULT_COMMENT, DEFAULT_SCHEMA};

/// The statements that make a schema.
pub(super) fn create(namespace: &Namespace, home: &Ident, at: usize) -> Result<Vec<Statement>, Fault> {
    check_name(&namespace.name, "schema")?;
    read(&namespace.options, NONE, &format!("schema {}", namespace.name))?;
    let name = quote(&namespace.name);
    let mut statements = Vec::new();
    // The one that every database has is there, and stays; so is the one that all of this stands in.
    if namespace.name != DEFAULT_SCHEMA && namespace.name != *home {
        statements.push(Statement::schema(at, format!("CREATE SCHEMA {name}")));
    }
    if let Some(text) = &namespace.comment {
        statements.push(comment::on(at, &format!("SCHEMA {name}"), Some(text)));
    }
    Ok(statements)
}

/// The statement that says of a schema what it is to say.
pub(super) fn alter(namespace: &Namespace, at: usize) -> Statement {
    comment::on(at, &format!("SCHEMA {}", quote(&namespace.name)), namespace.comment.as_deref())
}

/// The statement that drops an empty schema.
pub(super) fn drop(name: &Ident, home: &Ident, at: usize) -> Statement {
    if *name == *DEFAULT_SCHEMA {
        return comment::on(at, &format!("SCHEMA {}", quote(name)), Some(DEFAULT_COMMENT));
    }
    if name == home {
        return comment::on(at, &format!("SCHEMA {}", quote(name)), None);
    }
    Statement::schema(at, format!("DROP SCHEMA {}", quote(name)))
}
