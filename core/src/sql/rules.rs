/// How a dialect writes SQL, as far as cutting it into tokens and statements needs to know.
///
/// Start from [`LexicalRules::STANDARD`] and change what differs. Characters given here are ASCII; any other is ignored,
/// because every character beyond ASCII is part of a word in every dialect known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LexicalRules {
    /// What stands around a name that is no plain word.
    pub identifier_quotes: &'static [Quotes],
    /// What stands around a string; inside it, the quote is written twice.
    pub string_quotes: &'static [char],
    /// Words that belong to the string or quoted name that follows without a space, as in `E'…'` and `U&"…"`.
    pub string_prefixes: &'static [StringPrefix],
    /// In every string, a backslash takes the next character's meaning away: `'it\'s'`.
    pub backslash_escapes: bool,
    /// `$$…$$` and `$tag$…$tag$` are strings.
    pub dollar_quotes: bool,
    /// `/* /* */ */` is one comment.
    pub nested_comments: bool,
    /// `#` begins a comment that ends with the line.
    pub hash_comments: bool,
    /// `--` begins a comment only where a space, a control character or the end follows.
    pub dash_comment_needs_space: bool,
    /// A carriage return alone ends a line, and so a `--` comment.
    pub carriage_return_ends_line: bool,
    /// `/*! … */`, `/*!50003 … */` and `/*M! … */` are code.
    pub executable_comments: bool,
    /// The client understands `DELIMITER //` in place of a statement: from there on, `//` ends a statement.
    pub delimiter_command: bool,
    /// Characters that begin a line for the client in place of a statement, as in `\connect` or `.read`. A backslash
    /// here means that none can stand in SQL outside of strings.
    pub command_characters: &'static [char],
    /// The database's own client, for messages about its commands.
    pub client: &'static str,
    /// `COPY … FROM STDIN` is followed by rows that are no SQL.
    pub copy_from_stdin: bool,
    /// Characters other than letters, digits, `_` and all beyond ASCII that may stand inside a word.
    pub word_characters: &'static str,
    /// Those of them that may begin one.
    pub word_starts: &'static str,
    /// A word may begin with a digit: `2fa_enabled` is a name.
    pub digit_words: bool,
    /// What makes a parameter or variable of the word after it: `$1`, `@x`, `:name`.
    pub parameter_sigils: &'static [char],
    /// How statements that hold statements keep their semicolons.
    pub body: BodyRule,
    /// How names begin that are the server's own tables: writing to them changes the schema.
    pub catalog_prefixes: &'static [&'static str],
}

impl LexicalRules {
    /// SQL as the standard has it, without any extension.
    pub const STANDARD: Self = Self {
        identifier_quotes: &[Quotes { open: '"', close: '"', doubled: true }],
        string_quotes: &['\''],
        string_prefixes: &[],
        backslash_escapes: false,
        dollar_quotes: false,
        nested_comments: false,
        hash_comments: false,
        dash_comment_needs_space: false,
        carriage_return_ends_line: false,
        executable_comments: false,
        delimiter_command: false,
        command_characters: &[],
        client: "the client",
        copy_from_stdin: false,
        word_characters: "",
        word_starts: "",
        digit_words: false,
        parameter_sigils: &[],
        body: BodyRule::None,
        catalog_prefixes: &[],
    };

    /// On what the dialects agree, widened by the quotes of all of them that cannot be taken for something else: for
    /// texts of which nobody says which dialect will read them. Square brackets are left out, because `a[i]` is an item
    /// of an array more often than `[a]` is a name.
    pub const NEUTRAL: Self = Self {
        identifier_quotes: &[
            Quotes { open: '"', close: '"', doubled: true },
            Quotes { open: '`', close: '`', doubled: true },
        ],
        string_prefixes: &[StringPrefix { text: "E", backslash_escapes: true }],
        dollar_quotes: true,
        nested_comments: true,
        word_characters: "$",
        ..Self::STANDARD
    };
}

/// What stands before and after a quoted name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quotes {
    /// Before.
    pub open: char,
    /// After.
    pub close: char,
    /// `close` written twice is one of them, inside the name. Where not, the first one ends it.
    pub doubled: bool,
}

/// A word that belongs to the string after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StringPrefix {
    /// The word, in either case.
    pub text: &'static str,
    /// In such a string, a backslash takes the next character's meaning away.
    pub backslash_escapes: bool,
}

/// How statements that hold statements keep their semicolons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum BodyRule {
    /// There are none: a semicolon ends a statement.
    #[default]
    None,
    /// `CREATE [TEMP] TRIGGER … BEGIN …; …; END`: the END that ends it stands after a semicolon.
    Trigger,
    /// `CREATE PROCEDURE`, `FUNCTION`, `TRIGGER`, `EVENT` and `BEGIN NOT ATOMIC`, with BEGIN, IF, CASE, LOOP, WHILE,
    /// REPEAT and FOR blocks inside each other.
    Routine,
    /// `CREATE FUNCTION` and `PROCEDURE` with `BEGIN ATOMIC … END`; `CREATE RULE` with its actions in parentheses.
    Atomic,
}

/// Whether two spellings of a name mean the same thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Folding {
    /// A plain word is read in lower case (ASCII letters only), a quoted name as it stands.
    Lower,
    /// A plain word is read in upper case (ASCII letters only), a quoted name as it stands.
    Upper,
    /// Case never counts, in any alphabet.
    Insensitive,
    /// The case of ASCII letters never counts.
    AsciiInsensitive,
    /// Case always counts.
    Sensitive,
}

impl Folding {
    /// Whether `written`, as it stands in SQL without its quotes, is the name `name`.
    pub fn same(self, written: &str, quoted: bool, name: &str) -> bool {
        match self {
            Self::Lower if !quoted => written.to_ascii_lowercase() == name,
            Self::Upper if !quoted => written.to_ascii_uppercase() == name,
            Self::Lower | Self::Upper | Self::Sensitive => written == name,
            Self::Insensitive => written.to_lowercase() == name.to_lowercase(),
            Self::AsciiInsensitive => written.eq_ignore_ascii_case(name),
        }
    }

    /// Whether `name` written as a plain word is read as `name`.
    pub(super) fn keeps(self, name: &str) -> bool {
        match self {
            Self::Lower => !name.bytes().any(|b| b.is_ascii_uppercase()),
            Self::Upper => !name.bytes().any(|b| b.is_ascii_lowercase()),
            Self::Insensitive | Self::AsciiInsensitive | Self::Sensitive => true,
        }
    }
}

/// Rules like those of the three families that the drivers bring, for the tests of this module.
#[cfg(test)]
pub(super) mod fixtures {
    use super::*;
    use proptest::prelude::*;

    pub(crate) const POSTGRES: LexicalRules = LexicalRules {
        string_prefixes: &[
            StringPrefix { text: "E", backslash_escapes: true },
            StringPrefix { text: "U&", backslash_escapes: false },
            StringPrefix { text: "B", backslash_escapes: false },
            StringPrefix { text: "X", backslash_escapes: false },
            StringPrefix { text: "N", backslash_escapes: false },
        ],
        dollar_quotes: true,
        nested_comments: true,
        carriage_return_ends_line: true,
        command_characters: &['\\'],
        client: "psql",
        copy_from_stdin: true,
        word_characters: "$",
        parameter_sigils: &['$'],
        body: BodyRule::Atomic,
        catalog_prefixes: &["pg_"],
        ..LexicalRules::STANDARD
    };

    pub(crate) const MYSQL: LexicalRules = LexicalRules {
        identifier_quotes: &[Quotes { open: '`', close: '`', doubled: true }],
        string_quotes: &['\'', '"'],
        backslash_escapes: true,
        hash_comments: true,
        dash_comment_needs_space: true,
        executable_comments: true,
        delimiter_command: true,
        client: "mysql",
        word_characters: "$",
        word_starts: "$",
        digit_words: true,
        parameter_sigils: &['@'],
        body: BodyRule::Routine,
        ..LexicalRules::STANDARD
    };

    pub(crate) const SQLITE: LexicalRules = LexicalRules {
        identifier_quotes: &[
            Quotes { open: '"', close: '"', doubled: true },
            Quotes { open: '`', close: '`', doubled: true },
            Quotes { open: '[', close: ']', doubled: false },
        ],
        string_prefixes: &[StringPrefix { text: "X", backslash_escapes: false }],
        command_characters: &['.'],
        client: "sqlite3",
        word_characters: "$",
        parameter_sigils: &['@', ':', '$', '?', '#'],
        body: BodyRule::Trigger,
        catalog_prefixes: &["sqlite_"],
        ..LexicalRules::STANDARD
    };

    pub(crate) const ALL: [LexicalRules; 3] = [POSTGRES, MYSQL, SQLITE];

    /// Any of the three, with any flags turned over.
    pub(crate) fn any_rules() -> impl Strategy<Value = LexicalRules> {
        (0..3usize, any::<[bool; 12]>(), 0..3usize).prop_map(|(base, flags, more)| {
            let mut rules = ALL[base].clone();
            let turn = |flag: &mut bool, by: bool| *flag ^= by;
            turn(&mut rules.backslash_escapes, flags[0]);
            turn(&mut rules.dollar_quotes, flags[1]);
            turn(&mut rules.nested_comments, flags[2]);
            turn(&mut rules.hash_comments, flags[3]);
            turn(&mut rules.dash_comment_needs_space, flags[4]);
            turn(&mut rules.carriage_return_ends_line, flags[5]);
            turn(&mut rules.executable_comments, flags[6]);
            turn(&mut rules.delimiter_command, flags[7]);
            turn(&mut rules.copy_from_stdin, flags[8]);
            turn(&mut rules.digit_words, flags[9]);
            if flags[10] {
                rules.identifier_quotes = ALL[more].identifier_quotes;
                rules.string_quotes = ALL[more].string_quotes;
                rules.parameter_sigils = &['é', '@', '\'', '-'];
            }
            if flags[11] {
                rules.body = ALL[more].body;
                rules.word_characters = "$#@é'";
                rules.word_starts = "#@ü";
                rules.command_characters = &['\\', '.', 'é'];
            }
            rules
        })
    }

    /// Texts made of the pieces on which the dialects disagree, and of any characters.
    pub(crate) fn any_sql() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => prop::sample::select(PIECES).prop_map(str::to_owned),
            1 => any::<char>().prop_map(String::from),
        ];
        prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
    }

    const PIECES: &[&str] = &[
        "'",
        "''",
        "\"",
        "`",
        "[",
        "]",
        "\\",
        "\\'",
        "$",
        "$$",
        "$a$",
        "--",
        "-- ",
        "--x",
        "#",
        "/*",
        "*/",
        "/*!",
        "/*!50003 ",
        "/*+",
        "/*M!",
        "\n",
        "\r",
        "\r\n",
        " ",
        "\t",
        "\u{feff}",
        "\0",
        "é",
        "E'",
        "U&'",
        "U&\"",
        "x'",
        "a",
        "b1",
        "1",
        "1e",
        "1e5",
        "0x1f",
        ".",
        ".5",
        "..",
        "(",
        ")",
        ",",
        ";",
        ":",
        "::",
        ":=",
        "@",
        "@@",
        "?",
        "+",
        "-",
        "<",
        "=",
        "|",
        "DELIMITER ",
        "DELIMITER //",
        "//",
        "\nDELIMITER ;\n",
        "BEGIN",
        " BEGIN ",
        " END",
        " IF ",
        " CASE ",
        " WHEN ",
        " THEN ",
        " ELSE ",
        "LOOP ",
        "REPEAT ",
        " UNTIL ",
        " WHILE ",
        " DO ",
        "CREATE ",
        "TRIGGER ",
        "PROCEDURE p() ",
        "FUNCTION f() ",
        "RULE ",
        "ATOMIC ",
        "COPY t FROM STDIN",
        "SELECT ",
        "WITH ",
        "INSERT ",
        "EXPLAIN ",
        "ANALYZE ",
        "FROM ",
        " AS ",
        "COLLATE ",
        "OPERATOR(",
        "EXTRACT(",
        "IS ",
        "NOT ",
        " AND ",
        "t.",
        "old ",
        "new ",
    ];
}
