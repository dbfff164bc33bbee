//! Comments.

use limbeck_core::driver::Statement;

use super::literal::text;

/// The statement that comments on `what`, as COMMENT ON names it; without a comment it takes one away.
pub(super) fn on(operation: usize, what: &str, comment: Option<&str>) -> Statement {
    let comment = comment.map_or_else(|| "NULL".to_owned(), text);
    Statement::schema(operation, format!("COMMENT ON {what} IS {comment}"))
}
