/// Where something was written: a number that the reader who made it can turn into a span. [`Place::NONE`] in a program
/// that describes its own models.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Which file, by the reader's count.
    pub file: u32,
    /// Which span of that file, by the reader's count.
    pub span: u32,
}

impl Place {
    /// Nowhere.
    pub const NONE: Self = Self { file: u32::MAX, span: u32::MAX };
}

/// A value and where it was written.
#[derive(Debug, Clone, PartialEq)]
pub struct At<T> {
    /// The value.
    pub value: T,
    /// Where it was written.
    pub place: Place,
}

impl<T> At<T> {
    /// A value with its place.
    pub fn new(value: T, place: Place) -> Self {
        Self { value, place }
    }

    /// A value from nowhere.
    pub fn of(value: T) -> Self {
        Self { value, place: Place::NONE }
    }
}
