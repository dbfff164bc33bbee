use std::collections::BTreeMap;

use limbeck_core::schema::{Type, TypeSpec};
use limbeck_model_syntax::ast::{EnumItem, Storage};
use limbeck_model_syntax::names::Plain;
use limbeck_model_syntax::{At, Problem};

use super::{Conversion, enums};
use crate::assemble::ColumnModel;
use crate::resolve::Kind;

impl<'a> Conversion<'a, '_> {
    /// A column's type. `None`, with a problem taken down, if it cannot be said.
    pub(super) fn column_type(
        &mut self,
        column: &'a ColumnModel<'a>,
        used: &mut enums::Used<'a>,
    ) -> Option<TypeSpec> {
        let field = &column.field;
        let mut native: BTreeMap<String, String> = field
            .type_text
            .dialects
            .iter()
            .map(|own| (own.dialect.clone(), own.text.value.clone()))
            .collect();
        let mut sizes = Sizes::of(column);
        let default = if let Some(text) = &field.type_text.default {
            let ty = Type::parse(&text.value);
            if let Some(name) = ty.enum_name()
                && !used.knows(name)
            {
                self.problem(
                    &column.subject,
                    Problem::new(
                        "unknown-type",
                        text.place,
                        format!("no enum of the models is called `{name}`"),
                    )
                    .with_help(
                        "derive `limbeck::Enum` for an enum of that name and use it as the field's type",
                    ),
                );
            }
            Some(ty)
        } else if field.json.is_some() {
            Some(Type::Jsonb)
        } else {
            match &column.ty.as_ref()?.kind {
                Kind::Named(text) => {
                    for own in &text.dialects {
                        native.entry(own.dialect.clone()).or_insert_with(|| own.text.value.clone());
                    }
                    text.default.as_ref().map(|text| Type::parse(&text.value))
                }
                kind => match of_kind(kind, &self.model.enums, &mut sizes, !native.is_empty()) {
                    Ok(ty) => {
                        enums::note(kind, used, self.at);
                        Some(ty)
                    }
                    // What every dialect in use says itself needs no portable type.
                    Err(Missing::Portable | Missing::Precision) if !native.is_empty() => None,
                    Err(missing) => {
                        let (message, help) = missing.say(&field.ty.text);
                        let problem = Problem::new("unknown-type", field.ty.place, message).with_help(help);
                        self.problem(&column.subject, problem);
                        return None;
                    }
                },
            }
        };
        sizes.leftover(self, column);
        Some(TypeSpec { default, native })
    }
}

/// `length` and `precision`, as long as no type has taken them.
struct Sizes {
    length: Option<At<u32>>,
    precision: Option<(u32, Option<u32>)>,
}

impl Sizes {
    fn of(column: &ColumnModel<'_>) -> Self {
        Self {
            length: column.field.length.clone(),
            precision: column.field.precision.as_ref().map(|p| (p.digits, p.scale)),
        }
    }

    /// Reports what no type took.
    fn leftover(&self, conversion: &mut Conversion<'_, '_>, column: &ColumnModel<'_>) {
        let field = &column.field;
        let said = if field.type_text.default.is_some() {
            "a field whose `type` is given".to_owned()
        } else {
            format!("`{}`", field.ty.text)
        };
        if let Some(length) = &self.length {
            conversion.problem(
                &column.subject,
                Problem::new("invalid-attribute", length.place, format!("`length` does not go with {said}"))
                    .with_help("`length` is for strings and bytes; else write it into `type = \"…\"`"),
            );
        }
        if let (Some(_), Some(precision)) = (self.precision, &field.precision) {
            conversion.problem(
                &column.subject,
                Problem::new("invalid-attribute", precision.place, format!("`precision` does not go with {said}"))
                    .with_help("`precision(p, s)` is for decimals, `precision(p)` for times; else write it into `type = \"…\"`"),
            );
        }
    }
}

/// What a type lacks.
enum Missing {
    /// A decimal's digits.
    Precision,
    /// There is no portable type for it.
    Portable,
    /// An enum in a list that is kept as text or number.
    CheckedList,
}

impl Missing {
    fn say(&self, ty: &str) -> (String, String) {
        match self {
            Self::Precision => (
                format!("`{ty}` needs its digits"),
                "write `#[limbeck(precision(10, 2))]`: digits in all, digits behind the point".to_owned(),
            ),
            Self::Portable => (
                format!("there is no portable type for `{ty}`"),
                "write `#[limbeck(type = \"varchar(45)\", postgres(type = \"inet\"))]`".to_owned(),
            ),
            Self::CheckedList => (
                format!("the items of `{ty}` cannot be checked in a list"),
                "keep the enum as the server's own: `#[limbeck(storage = native)]`, or the list as JSON: `#[limbeck(json)]`"
                    .to_owned(),
            ),
        }
    }
}

fn of_kind(kind: &Kind, enums: &[EnumItem], sizes: &mut Sizes, native: bool) -> Result<Type, Missing> {
    Ok(match kind {
        Kind::Plain(plain) => of_plain(*plain, sizes)?,
        Kind::Named(text) => match &text.default {
            Some(text) => Type::parse(&text.value),
            None => return Err(Missing::Portable),
        },
        Kind::List(item) => {
            if let Kind::Enum(number) = item.as_ref()
                && enums[*number].storage != Storage::Native
                && !native
            {
                return Err(Missing::CheckedList);
            }
            Type::Array(Box::new(of_kind(item, enums, sizes, native)?))
        }
        Kind::Enum(number) => {
            let item = &enums[*number];
            match item.storage {
                Storage::Native => Type::Enum(super::enums::name(item)),
                Storage::Text => sizes.length.take().map_or(Type::Text, |length| Type::Varchar(length.value)),
                Storage::Integer => integer(item),
            }
        }
    })
}

fn of_plain(plain: Plain, sizes: &mut Sizes) -> Result<Type, Missing> {
    let digits = |sizes: &mut Sizes| match sizes.precision {
        Some((digits, None)) => {
            sizes.precision = None;
            Some(digits)
        }
        _ => None,
    };
    Ok(match plain {
        Plain::Bool => Type::Boolean,
        Plain::I16 | Plain::U8 => Type::SmallInt,
        Plain::I32 => Type::Integer,
        Plain::I64 => Type::BigInt,
        Plain::U64 => Type::Decimal(Some((20, 0))),
        Plain::F32 => Type::Real,
        Plain::F64 => Type::Double,
        Plain::Text => sizes.length.take().map_or(Type::Text, |length| Type::Varchar(length.value)),
        Plain::Bytes => sizes.length.take().map_or(Type::Blob, |length| Type::Varbinary(length.value)),
        Plain::Date => Type::Date,
        Plain::Time => Type::Time(digits(sizes)),
        Plain::Timestamp => Type::Timestamp(digits(sizes)),
        Plain::TimestampTz => Type::TimestampTz(digits(sizes)),
        Plain::Uuid => Type::Uuid,
        Plain::Decimal => match sizes.precision.take() {
            Some((digits, scale)) => Type::Decimal(Some((digits, scale.unwrap_or(0)))),
            None => return Err(Missing::Precision),
        },
        Plain::Json => Type::Json,
        Plain::Network => return Err(Missing::Portable),
    })
}

/// The smallest type that holds an enum's numbers.
fn integer(item: &EnumItem) -> Type {
    let fits =
        |low: i64, high: i64| item.variants.iter().all(|variant| (low..=high).contains(&variant.number));
    if fits(i64::from(i16::MIN), i64::from(i16::MAX)) {
        Type::SmallInt
    } else if fits(i64::from(i32::MIN), i64::from(i32::MAX)) {
        Type::Integer
    } else {
        Type::BigInt
    }
}
