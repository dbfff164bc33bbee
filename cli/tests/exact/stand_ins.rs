//! Types with the names of those that the readers know. Only the names count.
#![allow(dead_code, reason = "they stand in fields and are never made")]

pub mod chrono {
    #[derive(Debug, Clone)]
    pub struct Utc;
    #[derive(Debug, Clone)]
    pub struct DateTime<Tz>(pub Tz);
    #[derive(Debug, Clone)]
    pub struct NaiveDateTime;
    #[derive(Debug, Clone)]
    pub struct NaiveDate;
    #[derive(Debug, Clone)]
    pub struct NaiveTime;
    #[derive(Debug, Clone)]
    pub struct TimeDelta;
}

pub mod uuid {
    #[derive(Debug, Clone)]
    pub struct Uuid;
}

pub mod rust_decimal {
    #[derive(Debug, Clone)]
    pub struct Decimal;
}

pub mod serde_json {
    #[derive(Debug, Clone)]
    pub struct Value;
}
