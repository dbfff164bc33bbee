//! Several operations in a row, and what raw SQL among them does.

use super::error::ReplayError;
use super::{Effect, Operation};
use crate::schema::{Schema, Sql};
use crate::sql::{self, LexicalRules};

/// Applies all operations in order.
///
/// # Errors
/// The first one that does not fit; `schema` is then as the ones before it have made it.
pub fn replay<'a>(
    operations: impl IntoIterator<Item = &'a Operation>,
    schema: &mut Schema,
) -> Result<(), ReplayError> {
    for (index, operation) in operations.into_iter().enumerate() {
        if let Err(source) = operation.apply(schema) {
            return Err(ReplayError {
                index,
                operation: operation.describe(None).to_string(),
                source: Box::new(source),
            });
        }
    }
    Ok(())
}

impl Operation {
    /// Whether it changes rows only, or what a schema holds. Of raw SQL that does not say, the text decides. A function
    /// is taken to change rows: nobody could replay it, so what changes the schema belongs in an operation.
    pub fn effect(&self) -> Effect {
        match self {
            Self::Insert { .. } | Self::Delete { .. } | Self::Run { .. } => Effect::Data,
            Self::Execute { sql, effect } => effect.unwrap_or_else(|| effect_of(sql)),
            _ => Effect::Schema,
        }
    }
}

/// What SQL for any dialect changes: the schema, if it does so for one of them or cannot be read.
fn effect_of(text: &Sql) -> Effect {
    let all_data = text.iter().all(|(_, script)| match sql::statements(&LexicalRules::NEUTRAL, script) {
        Ok(statements) => {
            statements.iter().all(|statement| match sql::effect(&LexicalRules::NEUTRAL, &statement.sql) {
                sql::Effect::Query
                | sql::Effect::Session
                | sql::Effect::Maintenance
                | sql::Effect::Data
                | sql::Effect::Truncate
                | sql::Effect::Transaction(_) => true,
                sql::Effect::Schema => false,
            })
        }
        Err(_) => false,
    });
    if all_data { Effect::Data } else { Effect::Schema }
}
