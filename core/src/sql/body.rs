use std::ops::Range;

use super::rules::BodyRule;
use super::token::{Token, TokenKind};

/// Follows the tokens of one statement and knows whether a semicolon ends it.
pub(super) struct Body {
    rule: BodyRule,
    phase: Phase,
    /// The blocks of a routine that are open.
    frames: Vec<Frame>,
    parentheses: usize,
    place: Place,
    previous: Previous,
    /// What a block or body was begun by.
    opener: Option<(String, Range<usize>)>,
    /// In a trigger's body: how far `; END` has come.
    ending: Ending,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// No token yet.
    Start,
    /// After CREATE, until the word that says what is created.
    Create,
    /// No statement of interest.
    Plain,
    /// A trigger whose body ends with `; END`.
    Trigger,
    /// A rule: its actions stand in parentheses.
    Rule,
    /// A function whose body may be `BEGIN ATOMIC … END`.
    Atomic,
    /// The head of a routine, until what its body follows.
    Head(Head),
    /// In or directly before the body of a routine.
    Routine,
}

/// What the body of a routine follows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Head {
    /// The parentheses of the parameters.
    Parameters,
    /// `FOR EACH ROW`.
    Row,
    /// `DO`.
    Do,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Frame {
    /// BEGIN … END, LOOP … END LOOP: END stands where a statement begins.
    Block,
    /// IF … END IF and CASE … END CASE with statements: THEN and ELSE begin one.
    Branches,
    /// WHILE and FOR: DO begins a statement.
    Loop,
    /// REPEAT, before its UNTIL.
    Repeat,
    /// REPEAT, after it: END may follow an expression.
    Until,
    /// CASE … END within an expression.
    Case,
}

/// Where in a routine the next token stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// A statement begins.
    Statement,
    /// A statement may begin: after the head of a routine or handler, whose attributes may come first.
    Attributes,
    /// Within a statement.
    Inside,
    /// Within a DECLARE, which may be that of a handler.
    Declare,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Previous {
    Other,
    Dot,
    As,
    Begin,
    End,
    /// HANDLER: the FOR that follows opens nothing.
    Handler,
    Not,
    /// RETURNS or CHARACTER: a SET that follows is no statement.
    Type,
    /// A word before the name of what is created.
    Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Ending {
    None,
    Semicolon,
    End,
}

/// Statements that hold no statements, as the whole body of a routine.
const SIMPLE: &[&str] = &[
    "RETURN", "SET", "INSERT", "UPDATE", "DELETE", "REPLACE", "SELECT", "CALL", "WITH", "VALUES", "TRUNCATE",
    "DROP", "CREATE", "ALTER", "SIGNAL", "RESIGNAL", "EXECUTE", "PREPARE", "GRANT", "REVOKE", "ANALYZE",
    "OPTIMIZE", "LOAD", "KILL", "FLUSH", "RENAME",
];

impl Body {
    pub(super) fn new(rule: BodyRule) -> Self {
        Self {
            rule,
            phase: Phase::Start,
            frames: Vec::new(),
            parentheses: 0,
            place: Place::Inside,
            previous: Previous::Other,
            ending: Ending::None,
            opener: None,
        }
    }

    /// Whether a semicolon here belongs to the statement.
    pub(super) fn holds_semicolon(&self) -> bool {
        match self.phase {
            Phase::Trigger => self.ending != Ending::End,
            Phase::Rule => self.parentheses > 0,
            _ => !self.frames.is_empty(),
        }
    }

    /// The word that opened what is open, and where it stands.
    pub(super) fn open(self) -> Option<(String, Range<usize>)> {
        if self.holds_semicolon() { self.opener } else { None }
    }

    /// Takes the next token that is code, semicolons within the statement included.
    pub(super) fn token(&mut self, token: &Token<'_>) {
        if token.is_mark("(") {
            self.parentheses += 1;
        } else if token.is_mark(")") {
            self.parentheses = self.parentheses.saturating_sub(1);
        }
        match self.phase {
            Phase::Start => self.first(token),
            Phase::Create => self.create(token),
            Phase::Plain => {}
            Phase::Rule => {
                if token.is_mark("(") && self.parentheses == 1 {
                    self.opener = opener(token);
                }
            }
            Phase::Trigger => {
                self.ending = match self.ending {
                    _ if token.kind == TokenKind::Terminator => Ending::Semicolon,
                    Ending::Semicolon if token.is_word("END") => Ending::End,
                    _ => Ending::None,
                };
            }
            Phase::Atomic => self.atomic(token),
            Phase::Head(head) => self.head(head, token),
            Phase::Routine => self.routine(token),
        }
        self.previous = match token.kind {
            TokenKind::Punctuation if token.text == "." => Previous::Dot,
            _ if token.is_word("AS") => Previous::As,
            _ if token.is_word("BEGIN") => Previous::Begin,
            _ if token.is_word("END") => Previous::End,
            _ if token.is_word("HANDLER") => Previous::Handler,
            _ if token.is_word("NOT") => Previous::Not,
            _ if token.is_any(&["RETURNS", "CHARACTER"]) => Previous::Type,
            _ if token.is_any(&["PROCEDURE", "FUNCTION", "TRIGGER", "EVENT", "EXISTS"]) => Previous::Kind,
            _ => Previous::Other,
        };
    }

    fn first(&mut self, token: &Token<'_>) {
        self.phase = if token.is_word("CREATE") || (self.rule == BodyRule::Routine && token.is_word("ALTER"))
        {
            Phase::Create
        } else if self.rule == BodyRule::Routine && token.is_word("BEGIN") {
            // Of no effect unless NOT ATOMIC follows: a plain BEGIN is the start of a transaction.
            self.opener = opener(token);
            Phase::Start
        } else if self.previous == Previous::Begin && token.is_word("NOT") {
            self.frames.push(Frame::Block);
            self.place = Place::Statement;
            Phase::Routine
        } else if self.rule == BodyRule::Trigger && token.is_any(&["EXPLAIN", "QUERY", "PLAN"]) {
            Phase::Start
        } else {
            Phase::Plain
        };
    }

    fn create(&mut self, token: &Token<'_>) {
        let kind = |words: &[&str]| token.is_any(words) && self.parentheses == 0;
        self.phase = match self.rule {
            BodyRule::Trigger if kind(&["TRIGGER"]) => {
                self.opener = opener(token);
                Phase::Trigger
            }
            BodyRule::Trigger if token.is_any(&["TEMP", "TEMPORARY"]) => Phase::Create,
            BodyRule::Atomic if kind(&["FUNCTION", "PROCEDURE"]) => Phase::Atomic,
            BodyRule::Atomic if kind(&["RULE"]) => Phase::Rule,
            BodyRule::Atomic if token.is_any(&["OR", "REPLACE"]) => Phase::Create,
            BodyRule::Routine if kind(&["PROCEDURE", "FUNCTION"]) => Phase::Head(Head::Parameters),
            BodyRule::Routine if kind(&["TRIGGER"]) => Phase::Head(Head::Row),
            BodyRule::Routine if kind(&["EVENT"]) => Phase::Head(Head::Do),
            // What may stand before the kind is a definer of any form; what no routine has ends the search.
            BodyRule::Routine
                if !token
                    .is_any(&["TABLE", "VIEW", "INDEX", "DATABASE", "SCHEMA", "USER", "ROLE", "SERVER"]) =>
            {
                Phase::Create
            }
            _ => Phase::Plain,
        };
    }

    fn atomic(&mut self, token: &Token<'_>) {
        let label = matches!(self.previous, Previous::As | Previous::Dot);
        if self.frames.is_empty() {
            if self.parentheses == 0 && self.previous == Previous::Begin && token.is_word("ATOMIC") {
                self.frames.push(Frame::Block);
            } else if token.is_word("BEGIN") {
                self.opener = opener(token);
            }
        } else if !label && token.is_word("CASE") {
            self.frames.push(Frame::Case);
        } else if !label && token.is_word("END") {
            self.frames.pop();
        }
    }

    fn head(&mut self, head: Head, token: &Token<'_>) {
        let reached = match head {
            Head::Parameters => self.parentheses == 0 && token.is_mark(")"),
            Head::Row => token.is_word("ROW"),
            Head::Do => token.is_word("DO") && self.parentheses == 0,
        } && !matches!(self.previous, Previous::Dot | Previous::Kind);
        if reached {
            self.phase = Phase::Routine;
            self.place = Place::Attributes;
        }
    }

    fn routine(&mut self, token: &Token<'_>) {
        if token.kind == TokenKind::Terminator {
            self.place = Place::Statement;
            return;
        }
        let at_statement = matches!(self.place, Place::Statement | Place::Attributes);
        let case = self.frames.last() == Some(&Frame::Case);
        if token.kind != TokenKind::Word || self.previous == Previous::Dot {
            // A label: what follows its colon is a statement.
            let labelled = token.is_mark(":") && !case && self.place != Place::Declare;
            if labelled {
                self.place = Place::Statement;
            } else if self.place != Place::Attributes && self.place != Place::Declare {
                self.place = Place::Inside;
            }
            return;
        }
        if case {
            if token.is_word("END") {
                self.frames.pop();
            } else if token.is_word("CASE") {
                self.frames.push(Frame::Case);
            }
            return;
        }
        let top = self.frames.last().copied();
        if self.place == Place::Statement && self.after_begin(token) {
            return;
        }
        if token.is_word("END") && (self.place == Place::Statement || top == Some(Frame::Until)) {
            self.frames.pop();
            self.place = Place::Inside;
        } else if token.is_word("CASE") && !at_statement && self.previous != Previous::End {
            if self.frames.is_empty() {
                self.opener = opener(token);
            }
            self.frames.push(Frame::Case);
        } else if at_statement && self.opens(token) {
            // `opens` has noted the block and where its first statement begins.
        } else if self.place == Place::Statement && token.is_word("UNTIL") && top == Some(Frame::Repeat) {
            self.frames.pop();
            self.frames.push(Frame::Until);
            self.place = Place::Inside;
        } else if (top == Some(Frame::Branches) && token.is_any(&["THEN", "ELSE"]))
            || (top == Some(Frame::Loop) && token.is_word("DO") && self.place == Place::Inside)
        {
            self.place = Place::Statement;
        } else if self.place == Place::Declare {
            if token.is_word("HANDLER") {
                self.place = Place::Attributes;
            }
        } else if self.place == Place::Statement {
            self.place = if token.is_word("DECLARE") { Place::Declare } else { Place::Inside };
        } else if self.place == Place::Attributes && token.is_any(SIMPLE) && self.previous != Previous::Type {
            self.place = Place::Inside;
        }
    }

    /// `NOT ATOMIC` after BEGIN: the block's first statement is still to come.
    fn after_begin(&self, token: &Token<'_>) -> bool {
        (self.previous == Previous::Begin && token.is_word("NOT"))
            || (self.previous == Previous::Not && token.is_word("ATOMIC"))
    }

    fn opens(&mut self, token: &Token<'_>) -> bool {
        let (frame, place) = match token.text.to_ascii_uppercase().as_str() {
            "BEGIN" | "LOOP" => (Frame::Block, Place::Statement),
            "REPEAT" => (Frame::Repeat, Place::Statement),
            "IF" | "CASE" => (Frame::Branches, Place::Inside),
            "WHILE" => (Frame::Loop, Place::Inside),
            "FOR" if self.previous != Previous::Handler => (Frame::Loop, Place::Inside),
            _ => return false,
        };
        if self.frames.is_empty() {
            self.opener = opener(token);
        }
        self.frames.push(frame);
        self.place = place;
        true
    }
}

fn opener(token: &Token<'_>) -> Option<(String, Range<usize>)> {
    Some((token.text.to_owned(), token.span()))
}
