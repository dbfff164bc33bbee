/// Who sees to it that values of one type become those of another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cast {
    /// The server, or the dialect's statement: there is but one way.
    Sure,
    /// The dialect's statement tries a cast of the server's. Whether that is what is meant, `makemigrations` asks where
    /// somebody can answer; a value that does not fit makes the statement fail.
    Tried,
    /// Nobody that is known: the statement must be told.
    Unknown,
}
