//! How a table is divided.

use limbeck_core::sql::tokens;

use super::LEXICAL;

/// How a table comes to be divided in another way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Change {
    /// These partitions come to it.
    Added(String),
    /// All rows are divided anew, as this says.
    Anew(String),
}

impl Change {
    /// What stands behind ALTER TABLE.
    pub(crate) fn clause(&self) -> String {
        match self {
            Self::Added(list) => format!("ADD PARTITION ({list})"),
            Self::Anew(by) => format!("PARTITION BY {by}"),
        }
    }
}

/// What turns the one division into the other. Partitions that come at the end are added; anything
/// else divides all rows anew, and is refused by the server if one fits nowhere: no partition is dropped with its rows.
pub(crate) fn change(old: &str, new: &str) -> Change {
    if let (Some((old_head, old_list)), Some((new_head, new_list))) = (parts(old), parts(new))
        && old_head == new_head
        && new_list.len() > old_list.len()
        && new_list[..old_list.len()] == old_list[..]
    {
        return Change::Added(new_list[old_list.len()..].join(", "));
    }
    Change::Anew(new.to_owned())
}

/// What stands before the list of partitions, and the partitions; `None` if they are not listed.
fn parts(text: &str) -> Option<(&str, Vec<&str>)> {
    let (mut depth, mut open, mut starts) = (0usize, None, Vec::new());
    let mut close = None;
    let mut last_code = 0;
    for token in tokens(&LEXICAL, text) {
        match token.text {
            "(" => {
                if depth == 0 {
                    open = Some(token.start);
                    starts = vec![token.start + 1];
                }
                depth += 1;
            }
            ")" => {
                depth = depth.checked_sub(1)?;
                if depth == 0 {
                    close = Some(token.start);
                }
            }
            "," if depth == 1 => starts.push(token.start + 1),
            _ => {}
        }
        if token.is_code() {
            last_code = token.start;
        }
    }
    let (open, close) = (open?, close?);
    // The list is the last thing there is.
    if last_code != close {
        return None;
    }
    let ends = starts.iter().skip(1).map(|start| start - 1).chain([close]);
    let list: Vec<&str> = starts.iter().zip(ends).map(|(start, end)| text[*start..end].trim()).collect();
    let listed =
        list.iter().all(|item| item.get(..9).is_some_and(|word| word.eq_ignore_ascii_case("PARTITION")));
    listed.then(|| (text[..open].trim_end(), list))
}

#[cfg(test)]
mod tests {
    #[test]
    fn partitions_at_the_end_are_added() {
        let change = |old: &str, new: &str| super::change(old, new).clause();
        let old = "RANGE (`a`)\n(PARTITION p0 VALUES LESS THAN (10) ENGINE = InnoDB)";
        let new = "RANGE (`a`)\n(PARTITION p0 VALUES LESS THAN (10) ENGINE = InnoDB,\n PARTITION p1 VALUES LESS THAN (20) ENGINE = InnoDB)";
        assert_eq!(change(old, new), "ADD PARTITION (PARTITION p1 VALUES LESS THAN (20) ENGINE = InnoDB)");
        assert_eq!(change(new, old), format!("PARTITION BY {old}"));
        assert_eq!(
            change("HASH (`a`)\nPARTITIONS 2", "HASH (`a`)\nPARTITIONS 4"),
            "PARTITION BY HASH (`a`)\nPARTITIONS 4"
        );
        assert_eq!(change("KEY (a)", "KEY (b)"), "PARTITION BY KEY (b)");
    }
}
