use limbeck_core::schema::{OptionValue, Options, Sql};
use limbeck_model_syntax::ast::{DialectOption, OptionLiteral, SqlText};

/// A text per dialect; `None` if there is none at all.
pub(super) fn sql(text: &SqlText) -> Option<Sql> {
    if text.is_none() {
        return None;
    }
    Some(Sql {
        default: text.default.as_ref().map(|text| text.value.clone()),
        dialects: text.dialects.iter().map(|own| (own.dialect.clone(), own.text.value.clone())).collect(),
    })
}

/// Keys in dialects' sections.
pub(super) fn options(list: &[DialectOption]) -> Options {
    let mut options = Options::default();
    for option in list {
        options.set(&option.dialect, &option.key.value, value(&option.value));
    }
    options
}

fn value(literal: &OptionLiteral) -> OptionValue {
    match literal {
        OptionLiteral::Bool(value) => OptionValue::Bool(*value),
        OptionLiteral::Integer(value) => OptionValue::Integer(*value),
        OptionLiteral::Float(value) => OptionValue::Float(*value),
        OptionLiteral::Text(value) => OptionValue::String(value.clone()),
        OptionLiteral::List(items) => OptionValue::Array(items.iter().map(value).collect()),
        OptionLiteral::Map(entries) => OptionValue::Table(Options(
            entries.iter().map(|entry| (entry.key.clone(), value(&entry.value))).collect(),
        )),
    }
}
