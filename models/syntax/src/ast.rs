//! What the attributes of a model say, with the place of each word. Names are final here: what `table`, `column`,
//! `rename_all` and the names borrowed from other crates' attributes come to is worked out by the grammar.

use std::ops::Deref;

use crate::{At, Place};

/// Defines a struct that a derive can write into a program.
macro_rules! described {
    ($( $(#[$meta:meta])* pub struct $name:ident { $( $(#[$field_meta:meta])* pub $field:ident: $ty:ty, )* } )*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        pub struct $name {
            $( $(#[$field_meta])* pub $field: $ty, )*
        }

        #[cfg(feature = "parse")]
        impl crate::build::Build for $name {
            fn build(&self) -> proc_macro2::TokenStream {
                $( let $field = crate::build::Build::build(&self.$field); )*
                quote::quote!(::limbeck::describe::$name { $( $field: #$field ),* })
            }
        }
    )*};
}

/// Defines an enum whose variants hold one value each, or nothing, that a derive can write into a program.
macro_rules! described_enum {
    ($( $(#[$meta:meta])* pub enum $name:ident { $( $(#[$variant_meta:meta])* $variant:ident($ty:ty), )* } )*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq)]
        pub enum $name {
            $( $(#[$variant_meta])* $variant($ty), )*
        }

        #[cfg(feature = "parse")]
        impl crate::build::Build for $name {
            fn build(&self) -> proc_macro2::TokenStream {
                match self {
                    $( Self::$variant(value) => {
                        let value = crate::build::Build::build(value);
                        quote::quote!(::limbeck::describe::$name::$variant(#value))
                    } )*
                }
            }
        }
    )*};
    ($( $(#[$meta:meta])* pub enum $name:ident { $( $(#[$variant_meta:meta])* $variant:ident, )* } )*) => {$(
        $(#[$meta])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub enum $name {
            $( $(#[$variant_meta])* $variant, )*
        }

        #[cfg(feature = "parse")]
        impl crate::build::Build for $name {
            fn build(&self) -> proc_macro2::TokenStream {
                match self {
                    $( Self::$variant => quote::quote!(::limbeck::describe::$name::$variant), )*
                }
            }
        }
    )*};
}

described! {
    /// A struct that is a table, or a part of one.
    pub struct Record {
        /// The struct's name.
        pub name: At<String>,
        /// The table's name.
        pub table: At<String>,
        /// The namespace of the table.
        pub schema: Option<At<String>>,
        /// The table's old name.
        pub renamed_from: Option<At<String>>,
        /// `primary_key(a, b)`.
        pub primary_key: Option<PrimaryKey>,
        /// `unique(a, b)`.
        pub uniques: Vec<Unique>,
        /// `index(a, b desc)`.
        pub indexes: Vec<Index>,
        /// `foreign_key(a, b => Org(x, y))`.
        pub foreign_keys: Vec<ForeignKey>,
        /// `check(name = "…", sql = "…")`.
        pub checks: Vec<Check>,
        /// `exclude(room(operator = "="))`.
        pub exclusions: Vec<Exclusion>,
        /// `partition_of(parent = "…", bound = "…")`.
        pub partition_of: Option<PartitionOf>,
        /// The comment, if one is asked for.
        pub comment: Option<String>,
        /// Not a table of its own: only for `flatten`.
        pub embedded: Option<Place>,
        /// Described, never altered.
        pub unmanaged: bool,
        /// The configured database that it belongs to.
        pub database: Option<At<String>>,
        /// What only some dialect knows.
        pub options: Vec<DialectOption>,
        /// The columns-to-be, without those that are skipped.
        pub fields: Vec<Field>,
    }

    /// A field. What few fields have stands apart, in [`Said`], which a field gives by itself: of fields there are many.
    pub struct Field {
        /// The field's name.
        pub name: At<String>,
        /// The column's name.
        pub column: At<String>,
        /// The field's type.
        pub ty: RustType,
        /// What is said of it; nothing, most often.
        pub said: Option<Box<Said>>,
    }

    /// What may be said of a field.
    pub struct Said {
        /// `primary_key`.
        pub primary_key: Option<Box<PrimaryKey>>,
        /// `identity`.
        pub identity: Option<Box<Identity>>,
        /// The column's old name.
        pub renamed_from: Option<At<String>>,
        /// `type = "…"`, per dialect.
        pub type_text: SqlText,
        /// `length = 100`.
        pub length: Option<At<u32>>,
        /// `precision(10, 2)`.
        pub precision: Option<Precision>,
        /// `null` or `not_null`.
        pub null: Option<At<bool>>,
        /// `default = 0`.
        pub default: Option<At<DefaultValue>>,
        /// `default_sql = "…"`, per dialect.
        pub default_sql: SqlText,
        /// `fill_sql = "…"`, per dialect.
        pub fill_sql: SqlText,
        /// `generated(…)`.
        pub generated: Option<Box<Generated>>,
        /// `unique`.
        pub unique: Option<Box<Unique>>,
        /// `index`, `index(…)`.
        pub indexes: Vec<Index>,
        /// `references(…)`.
        pub references: Option<Box<ForeignKey>>,
        /// `check_sql = "…"`, per dialect.
        pub check_sql: SqlText,
        /// `collate = "…"`.
        pub collate: Option<At<String>>,
        /// The comment, if one is asked for.
        pub comment: Option<String>,
        /// `json`.
        pub json: Option<Place>,
        /// `flatten`, with the prefix of the columns' names.
        pub flatten: Option<At<String>>,
        /// What only some dialect knows.
        pub options: Vec<DialectOption>,
    }

    /// A type as it is written in a struct.
    pub struct RustType {
        /// As written, for messages.
        pub text: String,
        /// Where.
        pub place: Place,
        /// What it is.
        pub shape: TypeShape,
        /// The segments of a path.
        pub path: Vec<String>,
        /// The types between the last segment's `<` and `>`, or a slice's item.
        pub arguments: Vec<RustType>,
    }

    /// A text of SQL, or of a type, with one of its own for some dialects.
    pub struct SqlText {
        /// For all others.
        pub default: Option<At<String>>,
        /// By dialect.
        pub dialects: Vec<DialectText>,
    }

    /// A text for one dialect.
    pub struct DialectText {
        /// The dialect.
        pub dialect: String,
        /// The text.
        pub text: At<String>,
    }

    /// A key that only one dialect knows.
    pub struct DialectOption {
        /// The dialect.
        pub dialect: String,
        /// The key.
        pub key: At<String>,
        /// What it is set to.
        pub value: OptionLiteral,
    }

    /// A key within an option that holds a map.
    pub struct OptionEntry {
        /// The key.
        pub key: String,
        /// What it is set to.
        pub value: OptionLiteral,
    }

    /// `precision(10, 2)`.
    pub struct Precision {
        /// Digits in all; of a time, digits of the second's fraction.
        pub digits: u32,
        /// Digits behind the point.
        pub scale: Option<u32>,
        /// Where.
        pub place: Place,
    }

    /// `identity`, `identity(always, start = 100)`.
    pub struct Identity {
        /// Where.
        pub place: Place,
        /// Whether values given are refused.
        pub always: bool,
        /// The first value.
        pub start: Option<i64>,
        /// The step.
        pub increment: Option<i64>,
        /// The least value.
        pub min: Option<i64>,
        /// The greatest value.
        pub max: Option<i64>,
        /// How many a session takes at once.
        pub cache: Option<i64>,
        /// Whether it begins anew at its end.
        pub cycle: bool,
    }

    /// `generated(sql = "…", stored)`.
    pub struct Generated {
        /// The expression.
        pub sql: SqlText,
        /// Kept on disk.
        pub stored: bool,
        /// Where.
        pub place: Place,
    }

    /// What may be said of any constraint.
    pub struct Details {
        /// Its name; an empty one says that it has none.
        pub name: Option<At<String>>,
        /// Its comment.
        pub comment: Option<String>,
        /// Whether it can wait, and then whether it does so from the start.
        pub deferrable: Option<bool>,
        /// Whether it was added without looking at the rows that were there.
        pub not_valid: bool,
        /// Whether it is written down but not demanded.
        pub not_enforced: bool,
        /// What only some dialect knows.
        pub options: Vec<DialectOption>,
    }

    /// `primary_key(a, b, name = "…")`.
    pub struct PrimaryKey {
        /// Where.
        pub place: Place,
        /// Its parts; of a field's own, none.
        pub parts: Vec<IndexPart>,
        /// Fields kept in its index.
        pub include: Vec<At<String>>,
        /// What else is said of it.
        pub details: Details,
    }

    /// `unique(a, b, name = "…")`.
    pub struct Unique {
        /// Where.
        pub place: Place,
        /// Its parts; of a field's own `unique`, none.
        pub parts: Vec<IndexPart>,
        /// Fields kept in its index.
        pub include: Vec<At<String>>,
        /// Whether two NULLs are the same.
        pub nulls_not_distinct: bool,
        /// What else is said of it.
        pub details: Details,
    }

    /// `exclude(room(operator = "="), during(operator = "&&"), method = "gist")`.
    pub struct Exclusion {
        /// Where.
        pub place: Place,
        /// What is compared, each part with its operator.
        pub parts: Vec<IndexPart>,
        /// The index's method.
        pub method: Option<At<String>>,
        /// Fields kept in its index.
        pub include: Vec<At<String>>,
        /// Which rows count.
        pub where_sql: SqlText,
        /// What else is said of it.
        pub details: Details,
    }

    /// `partition_of(parent = "events", bound = "FOR VALUES IN (1)")`.
    pub struct PartitionOf {
        /// The whole: a table by its name.
        pub parent: At<String>,
        /// Which rows are in it.
        pub bound: At<String>,
    }

    /// `index(a, b desc, where_sql = "…")`.
    pub struct Index {
        /// Where.
        pub place: Place,
        /// What is indexed; of a field's own `index`, what is said of the field.
        pub parts: Vec<IndexPart>,
        /// The index's name.
        pub name: Option<At<String>>,
        /// Whether no two rows may have the same.
        pub unique: bool,
        /// Which rows are in it.
        pub where_sql: SqlText,
        /// `btree`, `gin`, …
        pub method: Option<At<String>>,
        /// Fields kept in it.
        pub include: Vec<At<String>>,
        /// Whether two NULLs are the same.
        pub nulls_not_distinct: bool,
        /// Its comment.
        pub comment: Option<String>,
        /// What only some dialect knows.
        pub options: Vec<DialectOption>,
    }

    /// One part of an index: a field or an expression.
    pub struct IndexPart {
        /// The field; an empty name in a field's own `index` is that field.
        pub field: Option<At<String>>,
        /// The expression.
        pub sql: SqlText,
        /// From large to small.
        pub descending: bool,
        /// NULLs before all values (`true`) or behind them.
        pub nulls_first: Option<bool>,
        /// The operator class.
        pub opclass: Option<String>,
        /// How texts are compared.
        pub collate: Option<String>,
        /// How many characters count.
        pub length: Option<u32>,
        /// In an exclusion constraint, the operator.
        pub operator: Option<String>,
    }

    /// `foreign_key(a, b => Org(x, y), on_delete = cascade)` or a field's `references(Org.id)`.
    pub struct ForeignKey {
        /// Where.
        pub place: Place,
        /// Fields here; of a field's own, none.
        pub fields: Vec<At<String>>,
        /// What it points at.
        pub target: Target,
        /// The fields (of a model) or columns (of a table by name) there; the primary key, if empty.
        pub target_fields: Vec<At<String>>,
        /// The action's word: `cascade`.
        pub on_delete: Option<At<String>>,
        /// Fields that `on_delete = set_null` or `set_default` sets; all, if empty.
        pub set_columns: Vec<At<String>>,
        /// The action's word.
        pub on_update: Option<At<String>>,
        /// `full` or `partial`.
        pub match_type: Option<At<String>>,
        /// What else is said of it.
        pub details: Details,
    }

    /// A struct named by its path.
    pub struct ModelPath {
        /// The path's segments.
        pub path: Vec<String>,
        /// Where.
        pub place: Place,
    }

    /// `check(name = "…", sql = "…")`.
    pub struct Check {
        /// Where.
        pub place: Place,
        /// The expression.
        pub sql: SqlText,
        /// What else is said of it.
        pub details: Details,
    }

    /// An enum that is a column's type.
    pub struct EnumItem {
        /// The enum's Rust name.
        pub rust_name: At<String>,
        /// The type's name.
        pub name: At<String>,
        /// The namespace of the type.
        pub schema: Option<At<String>>,
        /// How it is kept.
        pub storage: Storage,
        /// Its variants, in order.
        pub variants: Vec<Variant>,
        /// The comment, if one is asked for.
        pub comment: Option<String>,
    }

    /// A variant of an enum.
    pub struct Variant {
        /// Its Rust name.
        pub name: At<String>,
        /// Its word in the database.
        pub value: At<String>,
        /// The word that it had before.
        pub renamed_from: Option<At<String>>,
        /// Its number.
        pub number: i64,
    }

    /// A struct round one value.
    pub struct Newtype {
        /// Its name.
        pub name: At<String>,
        /// `type = "…"`, per dialect.
        pub type_text: SqlText,
        /// The value's type.
        pub inner: RustType,
    }
}

described_enum! {
    /// A literal in `default = …`.
    pub enum DefaultValue {
        /// A text.
        Text(String),
        /// A number, with its sign, as SQL writes it.
        Number(String),
        /// `true` or `false`.
        Bool(bool),
        /// A variant of an enum, by its Rust name.
        Variant(String),
    }

    /// A literal in a dialect's own section, a list or a map of them.
    pub enum OptionLiteral {
        /// `true`, `false`, or a key alone.
        Bool(bool),
        /// A whole number.
        Integer(i64),
        /// A number with a fraction.
        Float(f64),
        /// A text.
        Text(String),
        /// `key("a", "b")`
        List(Vec<OptionLiteral>),
        /// `key(a = 1, b = 2)`
        Map(Vec<OptionEntry>),
    }

    /// What a foreign key points at.
    pub enum Target {
        /// A model.
        Model(ModelPath),
        /// A table by its name: `orgs`, `auth.orgs`.
        Table(At<String>),
    }
}

described_enum! {
    /// What a type is.
    pub enum TypeShape {
        /// `a::B<C>`; references are taken off.
        Path,
        /// `[T]`
        Slice,
        /// Anything else.
        Other,
    }

    /// How an enum is kept.
    pub enum Storage {
        /// As the server's own enum type, where it has one.
        Native,
        /// As a text with a CHECK.
        Text,
        /// As a number with a CHECK.
        Integer,
    }
}

impl Said {
    /// Nothing.
    pub const NOTHING: Self = Self {
        primary_key: None,
        identity: None,
        renamed_from: None,
        type_text: SqlText::NONE,
        length: None,
        precision: None,
        null: None,
        default: None,
        default_sql: SqlText::NONE,
        fill_sql: SqlText::NONE,
        generated: None,
        unique: None,
        indexes: Vec::new(),
        references: None,
        check_sql: SqlText::NONE,
        collate: None,
        comment: None,
        json: None,
        flatten: None,
        options: Vec::new(),
    };
}

impl Deref for Field {
    type Target = Said;

    fn deref(&self) -> &Said {
        static NOTHING: Said = Said::NOTHING;
        self.said.as_deref().unwrap_or(&NOTHING)
    }
}

impl SqlText {
    /// No text.
    pub const NONE: Self = Self { default: None, dialects: Vec::new() };

    /// Whether there is none.
    pub fn is_none(&self) -> bool {
        self.default.is_none() && self.dialects.is_empty()
    }

    /// Where the first of its texts stands.
    pub fn place(&self) -> Place {
        let first = self.default.as_ref().or_else(|| self.dialects.first().map(|own| &own.text));
        first.map_or(Place::NONE, |text| text.place)
    }
}

impl Details {
    /// Nothing said.
    pub const NONE: Self = Self {
        name: None,
        comment: None,
        deferrable: None,
        not_valid: false,
        not_enforced: false,
        options: Vec::new(),
    };
}

impl IndexPart {
    /// A field, if there is one, with nothing said of it.
    pub fn plain(field: Option<At<String>>) -> Self {
        Self {
            field,
            sql: SqlText::NONE,
            descending: false,
            nulls_first: None,
            opclass: None,
            collate: None,
            length: None,
            operator: None,
        }
    }
}

impl RustType {
    /// The last segment of its path.
    pub fn last(&self) -> &str {
        self.path.last().map_or("", String::as_str)
    }
}
