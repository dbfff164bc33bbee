//! Attributes as text, laid out as rustfmt lays them out.

use unicode_width::UnicodeWidthStr;

/// The widest inside of an attribute that stands on one line.
const WIDTH: usize = 70;
/// The widest line.
const LINE: usize = 100;

/// Something between two commas of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Item {
    /// As it stands; whether it is what Rust calls a meta item, which rustfmt lays out.
    Plain(String, bool),
    /// `key(a, b)`
    List(String, Vec<Item>),
}

impl Item {
    /// `key`
    pub(super) fn word(word: &str) -> Self {
        Self::Plain(word.to_owned(), is_plain_word(word))
    }

    /// `key = "text"`
    pub(super) fn text(key: &str, text: &str) -> Self {
        Self::Plain(format!("{key} = {}", literal(text)), is_plain_word(key))
    }

    /// `key = 10`, of what stands as it is.
    pub(super) fn value(key: &str, value: &str) -> Self {
        let is_literal = matches!(value, "true" | "false") || value.starts_with(|c: char| c.is_ascii_digit());
        Self::Plain(format!("{key} = {value}"), is_literal && is_plain_word(key))
    }

    /// What no meta item is.
    pub(super) fn raw(text: impl Into<String>) -> Self {
        Self::Plain(text.into(), false)
    }

    /// `key(a, b)`, or `key` if there is nothing in it.
    pub(super) fn list_or_word(key: &str, items: Vec<Item>) -> Self {
        if items.is_empty() { Self::word(key) } else { Self::List(key.to_owned(), items) }
    }

    fn is_meta(&self) -> bool {
        match self {
            Self::Plain(_, meta) => *meta,
            Self::List(key, items) => is_plain_word(key) && items.iter().all(Self::is_meta),
        }
    }

    fn line(&self) -> String {
        match self {
            Self::Plain(text, _) => text.clone(),
            Self::List(key, items) => format!("{key}({})", line(items)),
        }
    }

    /// The item at `indent`, on several lines if it is too long for one.
    fn lines(&self, indent: usize) -> String {
        match self {
            Self::Plain(text, _) => text.clone(),
            Self::List(key, items) => format!("{key}{}", parenthesised(items, indent)),
        }
    }
}

/// Whether rustfmt takes a word for one; it takes keywords, too.
fn is_plain_word(word: &str) -> bool {
    word.strip_prefix("r#").unwrap_or(word).bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_')
}

fn line(items: &[Item]) -> String {
    items.iter().map(Item::line).collect::<Vec<_>>().join(", ")
}

fn parenthesised(items: &[Item], indent: usize) -> String {
    let one = line(items);
    if one.width() <= WIDTH && !one.contains('\n') {
        return format!("({one})");
    }
    if let [only @ Item::List(..)] = items {
        return format!("({})", only.lines(indent));
    }
    let margin = " ".repeat(indent);
    let inner: Vec<String> =
        items.iter().map(|item| format!("{margin}    {}", item.lines(indent + 4))).collect();
    format!("(\n{}\n{margin})", inner.join(",\n"))
}

/// `#[limbeck(…)]`, at `indent`, with its line break; nothing without items.
pub(super) fn attribute(items: &[Item], indent: usize) -> String {
    if items.is_empty() {
        return String::new();
    }
    let margin = " ".repeat(indent);
    let one = format!("{margin}#[limbeck({})]\n", line(items));
    // What is no meta item rustfmt leaves as it is.
    let fits = one.trim_end().width() <= LINE;
    if fits && !items.iter().all(Item::is_meta) {
        return one;
    }
    format!("{margin}#[limbeck{}]\n", parenthesised(items, indent))
}

/// A text in Rust's quotes.
pub(super) fn literal(text: &str) -> String {
    let raw = text.contains(['"', '\\']) && !text.contains("\"#") && !text.chars().any(char::is_control);
    if raw {
        return format!("r#\"{text}\"#");
    }
    format!("{text:?}")
}

/// A comment: as a doc comment with `comment`, or, where that would not give it back, as a text.
pub(super) fn comment(text: Option<&str>, indent: usize, items: &mut Vec<Item>) -> String {
    let Some(text) = text else { return String::new() };
    let same =
        !text.is_empty() && text.trim() == text && text.split('\n').all(|line| line.trim_end() == line);
    // A line that rustfmt or the compiler would take for something else stays a text.
    let odd = text.contains(['\r', '\u{feff}'])
        || text.chars().any(|letter| letter.is_control() && letter != '\n')
        || text.split('\n').any(|line| line.starts_with('/') || line.starts_with(' '));
    if !same || odd {
        items.push(Item::text("comment", text));
        return String::new();
    }
    items.push(Item::word("comment"));
    let margin = " ".repeat(indent);
    text.split('\n').map(|line| format!("{margin}/// {line}").trim_end().to_owned() + "\n").collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_quoted_in_the_plainest_way() {
        assert_eq!(literal("a > 0"), "\"a > 0\"");
        assert_eq!(literal("\"a\" > 0"), "r#\"\"a\" > 0\"#");
        assert_eq!(literal("a\n\"#"), "\"a\\n\\\"#\"");
    }

    #[test]
    fn long_attributes_take_several_lines() {
        let check = Item::List(
            "check".to_owned(),
            vec![
                Item::text("name", "a_long_name_of_a_check_that_somebody_made"),
                Item::text("sql", "length(a) > 0 AND length(b) > 10"),
            ],
        );
        assert_eq!(
            attribute(&[check], 4),
            "    #[limbeck(check(\n        name = \"a_long_name_of_a_check_that_somebody_made\",\n        \
             sql = \"length(a) > 0 AND length(b) > 10\"\n    ))]\n"
        );
        assert_eq!(attribute(&[Item::word("comment")], 0), "#[limbeck(comment)]\n");
    }
}
