use super::Statement;

/// The length, in bytes, at which a statement takes no more rows.
const BYTES: usize = 100_000;

/// Statements on rows that grow row by row: neighbours that begin with the same words become one, up to a number of rows
/// and a length.
#[derive(Debug)]
pub struct Batches {
    limit: usize,
    done: Vec<String>,
    head: String,
    open: String,
    count: usize,
}

impl Batches {
    /// Statements of at most `limit` rows each.
    pub fn new(limit: usize) -> Self {
        Self { limit, done: Vec::new(), head: String::new(), open: String::new(), count: 0 }
    }

    /// Adds the row `item` to the open statement, behind `separator`, if that one begins with `head` and takes one more;
    /// else begins another.
    pub fn add(&mut self, head: String, separator: &str, item: &str) {
        let full = self.count >= self.limit || self.open.len() + item.len() > BYTES;
        if self.count == 0 || full || self.head != head {
            self.close();
            self.open.clone_from(&head);
            self.head = head;
        } else {
            self.open.push_str(separator);
        }
        self.open.push_str(item);
        self.count += 1;
    }

    /// Adds a whole statement that no row joins.
    pub fn alone(&mut self, sql: String) {
        self.close();
        self.done.push(sql);
    }

    fn close(&mut self) {
        if self.count > 0 {
            self.done.push(std::mem::take(&mut self.open));
            self.count = 0;
        }
    }

    /// The statements, as those of the operation at `operation`.
    pub fn finish(mut self, operation: usize) -> Vec<Statement> {
        self.close();
        self.done.into_iter().map(|sql| Statement::data(operation, sql)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_that_begin_alike_go_together_up_to_the_limit() {
        let mut batches = Batches::new(2);
        for row in ["(1)", "(2)", "(3)"] {
            batches.add("A".to_owned(), ",", row);
        }
        batches.add("B".to_owned(), ",", "(4)");
        batches.alone("C".to_owned());
        batches.add("B".to_owned(), ",", "(5)");
        let made: Vec<String> = batches.finish(7).into_iter().map(|statement| statement.sql).collect();
        assert_eq!(made, ["A(1),(2)", "A(3)", "B(4)", "C", "B(5)"]);
    }
}
