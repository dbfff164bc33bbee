use limbeck_core::driver::{Dialect, StatementKind};
use limbeck_core::operation::Operation;
use limbeck_core::revision::{Downgrade, Revision};
use limbeck_core::schema::{Schema, Sql};
use limbeck_core::sql;

use crate::exit::Failure;

/// The revision's operations as the statements of one dialect.
pub(super) fn into_sql(
    revision: &mut Revision,
    before: &Schema,
    dialect: &dyn Dialect,
) -> Result<(), Failure> {
    let render = |operations: &[Operation], before: &Schema| -> Result<Vec<Operation>, Failure> {
        let statements = dialect.plan(operations, before)?;
        let texts: Vec<&str> = statements
            .iter()
            .filter(|statement| !matches!(statement.kind, StatementKind::Guard(_)))
            .map(|statement| statement.sql.as_str())
            .collect();
        if texts.is_empty() {
            return Ok(Vec::new());
        }
        Ok(vec![Operation::Execute { sql: Sql::from(sql::join(dialect.lexical(), texts)), effect: None }])
    };
    let mut after = before.clone();
    for operation in &revision.upgrade {
        operation.apply(&mut after)?;
    }
    if let Downgrade::Operations(operations) = &revision.downgrade {
        revision.downgrade = Downgrade::Operations(render(operations, &after)?);
    }
    revision.upgrade = render(&revision.upgrade, before)?;
    Ok(())
}
