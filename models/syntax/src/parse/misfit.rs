/// The derives of limbeck.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Derive {
    /// `limbeck::Table`
    Table,
    /// `limbeck::Enum`
    Enum,
    /// `limbeck::Type`
    Type,
}

impl Derive {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Table, Self::Enum, Self::Type];

    /// As it is written behind `limbeck::`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "Table",
            Self::Enum => "Enum",
            Self::Type => "Type",
        }
    }
}

/// What an item is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// A struct with named fields.
    Record {
        /// How many.
        fields: usize,
    },
    /// A struct with fields that have no names, or without fields.
    Tuple {
        /// How many.
        fields: usize,
    },
    /// An enum.
    Enum,
    /// A union.
    Union,
}

/// Why a derive does not fit on an item called `name`, and what to write; `None` if it does. Both readers say it in these
/// words.
pub fn misfit(derive: Derive, shape: Shape, name: &str) -> Option<(String, &'static str)> {
    let said = |what: &str, help| Some((what.to_owned(), help));
    match (derive, shape) {
        (Derive::Table, Shape::Record { .. })
        | (Derive::Enum, Shape::Enum)
        | (Derive::Type, Shape::Record { fields: 1 } | Shape::Tuple { fields: 1 }) => None,
        (Derive::Table, Shape::Enum | Shape::Union) => {
            said("a table is a struct", "for an enum, derive `limbeck::Enum`")
        }
        (Derive::Table, Shape::Tuple { .. }) => said(
            "a table is a struct with named fields",
            "for a struct round one value, derive `limbeck::Type`",
        ),
        (Derive::Enum, _) => {
            said("this is no enum", "for a struct, derive `limbeck::Table` or `limbeck::Type`")
        }
        (Derive::Type, Shape::Enum | Shape::Union) => {
            said("this is no struct", "for an enum, derive `limbeck::Enum`")
        }
        (Derive::Type, Shape::Record { .. } | Shape::Tuple { .. }) => Some((
            format!("`{name}` does not hold exactly one value"),
            "`limbeck::Type` is for structs with one field, such as `struct UserId(Uuid);`",
        )),
    }
}
