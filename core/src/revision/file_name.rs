use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Format;
use crate::diag::{Diagnose, Diagnostic, list, nearest};
use crate::ident::RevisionId;

/// The longest slug, in characters.
const SLUG_LENGTH: usize = 40;

const PLACEHOLDERS: [&str; 9] =
    ["year", "month", "day", "hour", "minute", "second", "epoch", "revision", "slug"];

/// How new files are called: `{year}_{month}_{day}_{hour}{minute}-{revision}_{slug}`, without the ending. Times are UTC.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FileTemplate(Vec<Part>);

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    /// One of `PLACEHOLDERS`.
    Placeholder(&'static str),
}

impl FileTemplate {
    /// The template where the configuration gives none.
    pub const DEFAULT: &'static str = "{year}_{month}_{day}_{hour}{minute}-{revision}_{slug}";

    /// Reads a template.
    ///
    /// # Errors
    /// An unknown placeholder, a brace without its other half, or text that would make it more than a file's name.
    pub fn parse(template: &str) -> Result<Self, FileTemplateError> {
        let wrong = |why| FileTemplateError::NoFileName { template: template.to_owned(), why };
        if template.is_empty() {
            return Err(wrong("it is empty"));
        }
        if template.contains(['/', '\\']) {
            return Err(wrong("it leads to another directory"));
        }
        if template.contains(|c: char| c.is_control() || matches!(c, ':' | '*' | '?' | '"' | '<' | '>' | '|'))
        {
            return Err(wrong("it holds a character that file systems refuse"));
        }
        if template.starts_with('.') {
            return Err(wrong("files that begin with a dot are passed over"));
        }
        let mut parts = Vec::new();
        let mut rest = template;
        while let Some(open) = rest.find(['{', '}']) {
            if open > 0 {
                parts.push(Part::Text(rest[..open].to_owned()));
            }
            let Some(end) = rest[open..].strip_prefix('{').and_then(|inner| inner.find('}')) else {
                return Err(wrong("a brace lacks its other half"));
            };
            let word = &rest[open + 1..open + 1 + end];
            let Some(placeholder) = PLACEHOLDERS.into_iter().find(|known| *known == word) else {
                return Err(FileTemplateError::UnknownPlaceholder {
                    placeholder: word.to_owned(),
                    nearest: nearest(word, PLACEHOLDERS).map(str::to_owned),
                });
            };
            parts.push(Part::Placeholder(placeholder));
            rest = &rest[open + end + 2..];
        }
        if !rest.is_empty() {
            parts.push(Part::Text(rest.to_owned()));
        }
        Ok(Self(parts))
    }

    /// The name of the file of a new revision, with its ending.
    pub fn file_name(&self, id: &RevisionId, message: &str, created: Timestamp, format: Format) -> String {
        const SEPARATORS: [char; 4] = ['_', '-', '.', ' '];
        let time = created.to_zoned(TimeZone::UTC);
        let slug = slug(message);
        let mut name = String::new();
        for part in &self.0 {
            // Writing to a String cannot fail.
            let _ = match part {
                Part::Text(text) if name.is_empty() => write!(name, "{}", text.trim_start_matches(' ')),
                Part::Text(text) => write!(name, "{text}"),
                Part::Placeholder("year") => write!(name, "{:04}", time.year()),
                Part::Placeholder("month") => write!(name, "{:02}", time.month()),
                Part::Placeholder("day") => write!(name, "{:02}", time.day()),
                Part::Placeholder("hour") => write!(name, "{:02}", time.hour()),
                Part::Placeholder("minute") => write!(name, "{:02}", time.minute()),
                Part::Placeholder("second") => write!(name, "{:02}", time.second()),
                Part::Placeholder("epoch") => write!(name, "{}", created.as_second()),
                Part::Placeholder("revision") => write!(name, "{id}"),
                Part::Placeholder(_) => {
                    if slug.is_empty() {
                        // What would join it to the rest has nothing to join.
                        name.truncate(name.trim_end_matches(SEPARATORS).len());
                    }
                    write!(name, "{slug}")
                }
            };
        }
        // An id may begin with a dot, and a template may be nothing but a slug; a file that is hidden or has no name
        // would never be read.
        if name.is_empty() {
            name.push_str(id.as_str());
        }
        if name.starts_with(['.', '#']) {
            name.insert(0, '_');
        }
        let _ = write!(name, ".{}", format.extension());
        name
    }
}

impl Default for FileTemplate {
    fn default() -> Self {
        use Part::{Placeholder, Text};
        let text = |text: &str| Text(text.to_owned());
        Self(vec![
            Placeholder("year"),
            text("_"),
            Placeholder("month"),
            text("_"),
            Placeholder("day"),
            text("_"),
            Placeholder("hour"),
            Placeholder("minute"),
            text("-"),
            Placeholder("revision"),
            text("_"),
            Placeholder("slug"),
        ])
    }
}

/// The words of a message for a file's name: ASCII letters and digits in lower case, joined with `_`, at most 40
/// characters, cut behind a word where one ends.
pub fn slug(message: &str) -> String {
    let mut slug = String::new();
    let words = message.split(|c: char| !c.is_alphanumeric() && c != '\'');
    for word in words {
        let word: String =
            word.chars().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect();
        if word.is_empty() {
            continue;
        }
        let joined = slug.len() + usize::from(!slug.is_empty()) + word.len();
        if joined > SLUG_LENGTH {
            if slug.is_empty() {
                slug.push_str(&word[..SLUG_LENGTH]);
            }
            break;
        }
        if !slug.is_empty() {
            slug.push('_');
        }
        slug.push_str(&word);
    }
    slug
}

/// What is wrong with a `file_template`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum FileTemplateError {
    /// It gives no plain file name.
    #[error("the file template {template:?} gives no file name: {why}")]
    NoFileName {
        /// The template.
        template: String,
        /// Why.
        why: &'static str,
    },
    /// A word in braces that stands for nothing.
    #[error("the file template has an unknown placeholder `{{{placeholder}}}`")]
    UnknownPlaceholder {
        /// The word.
        placeholder: String,
        /// The one that was most likely meant.
        nearest: Option<String>,
    },
}

impl Diagnose for FileTemplateError {
    fn diagnostic(&self) -> Diagnostic {
        let known =
            || format!("the placeholders are {}", list(PLACEHOLDERS.map(|word| format!("{{{word}}}"))));
        let help = match self {
            Self::UnknownPlaceholder { nearest: Some(word), .. } => format!("did you mean `{{{word}}}`?"),
            Self::UnknownPlaceholder { nearest: None, .. } => known(),
            Self::NoFileName { .. } => format!("write something like {:?}; {}", Self::example(), known()),
        };
        Diagnostic::new("bad-file-template", self.to_string()).with_help(help)
    }
}

impl FileTemplateError {
    fn example() -> &'static str {
        FileTemplate::DEFAULT
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(template: &str, message: &str) -> String {
        let id = RevisionId::new("3f9c2ab81d07").unwrap();
        let created: Timestamp = "2026-01-02T03:04:05Z".parse().unwrap();
        FileTemplate::parse(template).unwrap().file_name(&id, message, created, Format::Toml)
    }

    #[test]
    fn names_follow_the_template() {
        assert_eq!(
            name(FileTemplate::DEFAULT, "Add users table"),
            "2026_01_02_0304-3f9c2ab81d07_add_users_table.toml"
        );
        assert_eq!(name("{epoch}{second}_{slug}", "x"), "176732304505_x.toml");
        assert_eq!(name(FileTemplate::DEFAULT, "¡ñ!"), "2026_01_02_0304-3f9c2ab81d07.toml");
        assert_eq!(name("{slug}", ""), "3f9c2ab81d07.toml");
        assert_eq!(FileTemplate::parse(FileTemplate::DEFAULT).unwrap(), FileTemplate::default());
    }

    #[test]
    fn a_hidden_file_is_never_made() {
        let id = RevisionId::new("..a").unwrap();
        let made = FileTemplate::parse("{revision}").unwrap();
        assert_eq!(made.file_name(&id, "", Timestamp::UNIX_EPOCH, Format::Sql), "_..a.sql");
    }

    #[test]
    fn templates_that_leave_the_directory_or_are_misspelt_are_refused() {
        for bad in ["", "../x", "/x", "a/{slug}", "a\\b", ".x", "x{", "x}", "{yaer}", "{}", "a\nb", "C:x"] {
            let error = FileTemplate::parse(bad).unwrap_err();
            assert!(error.diagnostic().help.is_some(), "{bad:?}");
        }
        let error = FileTemplate::parse("{yaer}").unwrap_err();
        assert_eq!(error.diagnostic().help.as_deref(), Some("did you mean `{year}`?"));
    }

    #[test]
    fn slugs_are_short_words() {
        assert_eq!(slug("Add user's e-mail (2nd)"), "add_users_e_mail_2nd");
        assert_eq!(slug("../../etc/passwd"), "etc_passwd");
        assert_eq!(slug(&"word ".repeat(20)), "word_word_word_word_word_word_word_word");
        assert_eq!(slug(&"x".repeat(80)).len(), 40);
        assert_eq!(slug("日本"), "");
    }
}
