//! Types with the names of those that the readers know. Only the names count.
#![allow(dead_code, reason = "they stand in fields and are never made")]

pub mod chrono {
    pub struct Utc;
    pub struct DateTime<Tz>(pub Tz);
    pub struct NaiveDateTime;
    pub struct NaiveDate;
    pub struct NaiveTime;
}

pub mod uuid {
    pub struct Uuid;
}

pub mod rust_decimal {
    pub struct Decimal;
}

pub mod serde_json {
    pub struct Value;
}
