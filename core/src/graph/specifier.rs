use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use crate::diag::{Diagnose, Diagnostic};
use crate::ident::{Label, RESERVED_WORDS, RevisionId};

/// What a user writes to mean a revision or several: `[BRANCH@]SYMBOL[±N]` or `[BRANCH@]±N`.
///
/// Parsing looks at the text only; [`Graph::resolve`](super::Graph::resolve) looks it up. What is displayed parses to
/// the same again.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Specifier {
    branch: Option<String>,
    symbol: Symbol,
    offset: Option<Offset>,
}

/// What a specifier starts from.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Symbol {
    /// `head`: the only head.
    Head,
    /// `heads`: all heads.
    Heads,
    /// `base`: before all revisions.
    Base,
    /// `current`: where the database is.
    Current,
    /// Nothing is written before `±N`: from where the database is.
    Here,
    /// An id, the beginning of one, or a label.
    Name(String),
}

/// So many steps up or down.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Offset {
    /// `+N`: towards the heads.
    Up(NonZeroU32),
    /// `-N`: towards the base.
    Down(NonZeroU32),
}

/// Why a text is no specifier or range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no {what}: {why}")]
pub struct InvalidSpecifier {
    /// `revision` or `range of revisions`.
    pub what: &'static str,
    /// What was given.
    pub text: String,
    /// What is wrong with it.
    pub why: &'static str,
}

impl Diagnose for InvalidSpecifier {
    fn diagnostic(&self) -> Diagnostic {
        Diagnostic::new("invalid-specifier", self.to_string()).with_help(
            "a revision is written as an id or its beginning, head, heads, base, current, a label, LABEL@head, +1, -1, or REV+1",
        )
    }
}

impl Specifier {
    /// `head`.
    pub fn head() -> Self {
        Self::from_symbol(Symbol::Head)
    }

    /// `heads`.
    pub fn heads() -> Self {
        Self::from_symbol(Symbol::Heads)
    }

    /// `base`.
    pub fn base() -> Self {
        Self::from_symbol(Symbol::Base)
    }

    /// `current`.
    pub fn current() -> Self {
        Self::from_symbol(Symbol::Current)
    }

    /// The word before `@`.
    pub fn branch(&self) -> Option<&str> {
        self.branch.as_deref()
    }

    /// What it starts from.
    pub fn symbol(&self) -> &Symbol {
        &self.symbol
    }

    /// The steps from there.
    pub fn offset(&self) -> Option<Offset> {
        self.offset
    }

    /// The steps from where the database is, if they are counted from there: `+N`, `LABEL@-N`, `current+N`.
    pub fn steps_from_here(&self) -> Option<Offset> {
        self.offset.filter(|_| matches!(self.symbol, Symbol::Here | Symbol::Current))
    }

    /// Whether it depends on what is applied.
    pub fn needs_the_database(&self) -> bool {
        matches!(self.symbol, Symbol::Here | Symbol::Current)
    }

    fn from_symbol(symbol: Symbol) -> Self {
        Self { branch: None, symbol, offset: None }
    }
}

impl From<&RevisionId> for Specifier {
    fn from(id: &RevisionId) -> Self {
        Self::from_symbol(Symbol::Name(id.to_string()))
    }
}

impl From<&Label> for Specifier {
    fn from(label: &Label) -> Self {
        Self::from_symbol(Symbol::Name(label.to_string()))
    }
}

impl FromStr for Specifier {
    type Err = InvalidSpecifier;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = |why| InvalidSpecifier { what: "revision", text: text.to_owned(), why };
        let (branch, rest) = match text.split_once('@') {
            Some((branch, rest)) => (Some(branch), rest),
            None => (None, text),
        };
        if let Some(branch) = branch {
            if branch.is_empty() || !is_word(branch) || RESERVED_WORDS.contains(&branch) {
                return Err(wrong("before `@` stands a label or a revision's id"));
            }
            if rest.is_empty() {
                return Err(wrong("nothing stands after `@`"));
            }
        }
        let (word, steps) = match rest.find(['+', '-']) {
            Some(at) => (&rest[..at], Some(&rest[at..])),
            None => (rest, None),
        };
        let symbol = match word {
            "" if steps.is_some() => Symbol::Here,
            "" => return Err(wrong("it is empty")),
            "head" => Symbol::Head,
            "heads" => Symbol::Heads,
            "base" => Symbol::Base,
            "current" => Symbol::Current,
            name if is_word(name) => Symbol::Name(name.to_owned()),
            name if name.contains(':') => return Err(wrong("a range cannot stand here")),
            _ => return Err(wrong("only letters, digits, `_` and `.` may stand in an id or label")),
        };
        let offset = match steps {
            None => None,
            Some(steps) => {
                let (sign, digits) = steps.split_at(1);
                if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                    return Err(wrong("a number of steps stands after `+` or `-`"));
                }
                let steps =
                    digits.parse().map_err(|_| wrong("that is no number of steps that could be taken"))?;
                Some(if sign == "+" { Offset::Up(steps) } else { Offset::Down(steps) })
            }
        };
        Ok(Self { branch: branch.map(str::to_owned), symbol, offset })
    }
}

fn is_word(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'.')
}

impl fmt::Display for Specifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(branch) = &self.branch {
            write!(f, "{branch}@")?;
        }
        write!(f, "{}", self.symbol)?;
        self.offset.iter().try_for_each(|offset| write!(f, "{offset}"))
    }
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Head => "head",
            Self::Heads => "heads",
            Self::Base => "base",
            Self::Current => "current",
            Self::Here => "",
            Self::Name(name) => name,
        })
    }
}

impl fmt::Display for Offset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Up(steps) => write!(f, "+{steps}"),
            Self::Down(steps) => write!(f, "-{steps}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_comes_back_as_it_was_written() {
        for text in [
            "ae10",
            "v1.2",
            "head",
            "heads",
            "base",
            "current",
            "spur@head",
            "spur@base",
            "spur@heads",
            "ae@spur",
            "+1",
            "-12",
            "ae10+2",
            "head-1",
            "base+2",
            "spur@+1",
            "spur@-3",
            "spur@head-1",
            "current+1",
            "spur@current",
        ] {
            assert_eq!(text.parse::<Specifier>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn the_parts_are_told_apart() {
        let one = NonZeroU32::MIN;
        let parsed: Specifier = "spur@head-1".parse().unwrap();
        assert_eq!(parsed.branch(), Some("spur"));
        assert_eq!(parsed.symbol(), &Symbol::Head);
        assert_eq!(parsed.offset(), Some(Offset::Down(one)));
        assert_eq!(parsed.steps_from_here(), None);
        let here = |text: &str| text.parse::<Specifier>().unwrap().steps_from_here();
        assert_eq!(here("spur@+1"), Some(Offset::Up(one)));
        assert_eq!(here("current-1"), Some(Offset::Down(one)));
    }

    #[test]
    fn what_is_no_specifier_is_refused_with_a_reason() {
        let wrong = [
            "",
            "@head",
            "spur@",
            "head@a",
            "a@b@c",
            "+",
            "a+x",
            "a-b",
            "+0",
            "+99999999999",
            "a:b",
            "ü",
            "a+1+1",
        ];
        let why = wrong.map(|text| text.parse::<Specifier>().unwrap_err().to_string()).join("\n");
        insta::assert_snapshot!(why, @r#"
        "" is no revision: it is empty
        "@head" is no revision: before `@` stands a label or a revision's id
        "spur@" is no revision: nothing stands after `@`
        "head@a" is no revision: before `@` stands a label or a revision's id
        "a@b@c" is no revision: only letters, digits, `_` and `.` may stand in an id or label
        "+" is no revision: a number of steps stands after `+` or `-`
        "a+x" is no revision: a number of steps stands after `+` or `-`
        "a-b" is no revision: a number of steps stands after `+` or `-`
        "+0" is no revision: that is no number of steps that could be taken
        "+99999999999" is no revision: that is no number of steps that could be taken
        "a:b" is no revision: a range cannot stand here
        "ü" is no revision: only letters, digits, `_` and `.` may stand in an id or label
        "a+1+1" is no revision: a number of steps stands after `+` or `-`
        "#);
    }
}
