use crate::Place;

/// What to do about a type that no one knows.
pub const UNKNOWN_TYPE_HELP: &str = "say what it is in the database: `#[limbeck(type = \"…\")]`; \
     keep it as JSON: `#[limbeck(json)]`; or leave it out: `#[limbeck(skip)]`";

/// Something wrong in a model.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// A stable word, in kebab-case.
    pub code: &'static str,
    /// What is wrong: a lower-case sentence without a full stop.
    pub message: String,
    /// What to write instead.
    pub help: Option<String>,
    /// Where.
    pub place: Place,
    /// Other places that matter, each with why.
    pub related: Vec<(Place, String)>,
    /// The struct or field that it is about (`User.email`), for readers that have no places.
    pub subject: Option<String>,
}

impl Problem {
    /// A problem with nothing but what and where.
    pub fn new(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), help: None, place, related: Vec::new(), subject: None }
    }

    /// A type that no one knows, with the three ways out.
    pub fn unknown_type(text: &str, place: Place) -> Self {
        Self::new("unknown-type", place, format!("unknown type {text}")).with_help(UNKNOWN_TYPE_HELP)
    }

    /// Adds what to write instead.
    #[must_use]
    pub fn with_help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds another place.
    #[must_use]
    pub fn with_related(mut self, place: Place, why: impl Into<String>) -> Self {
        self.related.push((place, why.into()));
        self
    }

    /// Adds what it is about.
    #[must_use]
    pub fn about(mut self, subject: impl Into<String>) -> Self {
        self.subject = Some(subject.into());
        self
    }
}
