//! Values on their way to the server and back.

use std::error::Error;

use bytes::{BufMut as _, BytesMut};
use limbeck_core::driver::{DriverError, DriverErrorKind, Row, Value};
use tokio_postgres::SimpleQueryRow;
use tokio_postgres::types::{Format, FromSql, IsNull, ToSql, Type, to_sql_checked};

/// A parameter. It goes as text, so that the server gives it the type that its place asks for.
#[derive(Debug)]
pub(crate) struct Parameter<'a>(pub(crate) &'a Value);

impl ToSql for Parameter<'_> {
    fn to_sql(&self, _: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self.0 {
            Value::Null => return Ok(IsNull::Yes),
            Value::Bool(truth) => out.put_slice(if *truth { b"true" } else { b"false" }),
            Value::Integer(number) => out.put_slice(number.to_string().as_bytes()),
            // The shortest text that is read back as the same number; Rust's `inf` and `NaN` are words of the server.
            Value::Float(number) => out.put_slice(number.to_string().as_bytes()),
            Value::Text(text) => out.put_slice(text.as_bytes()),
            Value::Bytes(bytes) => {
                out.put_slice(b"\\x");
                for byte in bytes {
                    out.put_slice(format!("{byte:02x}").as_bytes());
                }
            }
        }
        Ok(IsNull::No)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        Format::Text
    }

    to_sql_checked!();
}

/// Whether a column of this type can be read in the form in which the server sends it.
pub(crate) fn is_read(ty: &Type) -> bool {
    matches!(
        *ty,
        Type::BOOL
            | Type::INT2
            | Type::INT4
            | Type::INT8
            | Type::OID
            | Type::FLOAT4
            | Type::FLOAT8
            | Type::TEXT
            | Type::VARCHAR
            | Type::BPCHAR
            | Type::NAME
            | Type::CHAR
            | Type::UNKNOWN
            | Type::JSON
            | Type::BYTEA
            | Type::VOID
    )
}

/// A row in the server's own form.
pub(crate) fn row(row: &tokio_postgres::Row) -> Result<Row, DriverError> {
    (0..row.len())
        .map(|at| row.try_get::<_, Cell>(at).map(|cell| cell.0).map_err(|error| unread(row, at, &error)))
        .collect::<Result<_, _>>()
        .map(Row)
}

fn unread(row: &tokio_postgres::Row, at: usize, error: &tokio_postgres::Error) -> DriverError {
    let ty = row.columns().get(at).map(|column| column.type_().name().to_owned()).unwrap_or_default();
    DriverError::new(
        DriverErrorKind::Unsupported,
        format!("column {} of the answer has the type {ty}, which is not read: {error}", at + 1),
    )
    .with_help("cast it to text in the query")
}

struct Cell(Value);

impl<'a> FromSql<'a> for Cell {
    fn from_sql(ty: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(match *ty {
            Type::BOOL => Value::Bool(bool::from_sql(ty, raw)?),
            Type::INT2 => Value::Integer(i16::from_sql(ty, raw)?.into()),
            Type::INT4 => Value::Integer(i32::from_sql(ty, raw)?.into()),
            Type::INT8 => Value::Integer(i64::from_sql(ty, raw)?),
            Type::OID => Value::Integer(u32::from_sql(ty, raw)?.into()),
            Type::FLOAT4 => Value::Float(f32::from_sql(ty, raw)?.into()),
            Type::FLOAT8 => Value::Float(f64::from_sql(ty, raw)?),
            Type::BYTEA => Value::Bytes(raw.to_vec()),
            Type::VOID => Value::Null,
            _ => Value::Text(std::str::from_utf8(raw)?.to_owned()),
        }))
    }

    fn from_sql_null(_: &Type) -> Result<Self, Box<dyn Error + Sync + Send>> {
        Ok(Self(Value::Null))
    }

    fn accepts(ty: &Type) -> bool {
        is_read(ty)
    }
}

/// A row as text, each column of which has one of `types`.
pub(crate) fn text_row(row: &SimpleQueryRow, types: &[Type]) -> Row {
    let values =
        types.iter().enumerate().map(|(at, ty)| row.get(at).map_or(Value::Null, |text| from_text(ty, text)));
    Row(values.collect())
}

fn from_text(ty: &Type, text: &str) -> Value {
    let whole = || Value::Text(text.to_owned());
    match *ty {
        Type::BOOL => Value::Bool(text == "t"),
        Type::INT2 | Type::INT4 | Type::INT8 | Type::OID => {
            text.parse().map_or_else(|_| whole(), Value::Integer)
        }
        Type::FLOAT4 | Type::FLOAT8 => text.parse().map_or_else(|_| whole(), Value::Float),
        Type::BYTEA => bytes(text).map_or_else(whole, Value::Bytes),
        Type::VOID => Value::Null,
        _ => whole(),
    }
}

fn bytes(text: &str) -> Option<Vec<u8>> {
    let digits = text.strip_prefix("\\x")?.as_bytes();
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    digits.chunks(2).map(|pair| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_become_values_of_their_types() {
        assert_eq!(from_text(&Type::BYTEA, "\\x00ff27"), Value::Bytes(vec![0, 255, 39]));
        assert_eq!(from_text(&Type::INT8, "-7"), Value::Integer(-7));
        assert_eq!(from_text(&Type::NUMERIC, "1.50"), Value::Text("1.50".to_owned()));
        assert_eq!(from_text(&Type::BOOL, "t"), Value::Bool(true));
    }
}
