use std::borrow::Cow;

use limbeck::{Enum, Table, Type};

use super::orgs::{self, Org, OrgId};
#[cfg(test)]
use super::stand_ins::{chrono, rust_decimal, serde_json, uuid};
use chrono::{DateTime, Utc};

#[derive(Type)]
#[limbeck(type = "uuid")]
pub struct UserId([u8; 16]);

#[derive(Type)]
pub struct Token(uuid::Uuid);

#[derive(Enum)]
pub enum Status {
    Active,
    #[limbeck(value = "on_hold", renamed_from = "held")]
    OnHold,
}

#[derive(Enum)]
#[limbeck(storage = text, rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Mood {
    VeryGood,
    #[limbeck(value = "it's bad")]
    Bad,
}

#[derive(Enum)]
#[limbeck(storage = integer)]
pub enum Level {
    Low = -1,
    Middle,
    High = 10,
}

#[derive(Table)]
#[limbeck(embedded)]
pub struct Address {
    pub street: String,
    #[limbeck(length = 10, index)]
    pub zip: Option<String>,
}

/// People who can sign in.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Unrelated {
    pub anything: std::collections::BTreeMap<String, String>,
}

/// People who can sign in.
#[derive(limbeck::Table)]
#[limbeck(
    table = "users",
    comment,
    index(org_id, created_at desc),
    index(sql = "lower(email)", name = "users_lower", unique, where_sql = "email IS NOT NULL"),
    check(name = "mail_at", sql = "email LIKE '%@%'"),
    sqlite(strict),
    mysql(engine = "InnoDB")
)]
pub struct User {
    #[limbeck(primary_key, identity)]
    pub id: i64,
    #[limbeck(length = 320, unique, renamed_from = "mail", postgres(type = "citext"))]
    pub email: String,
    #[limbeck(length = 100)]
    pub nickname: Option<String>,
    #[limbeck(references(Org.id, on_delete = cascade), index)]
    pub org_id: OrgId,
    #[limbeck(default_sql = "CURRENT_TIMESTAMP")]
    pub created_at: DateTime<Utc>,
    #[limbeck(default = 0, check_sql = "age >= 0")]
    pub age: i32,
    #[limbeck(type = "uuid", fill_sql = "gen_random_uuid()")]
    pub public_id: UserId,
    #[limbeck(generated(sql = "lower(email)", stored))]
    pub email_key: String,
    #[limbeck(skip)]
    pub cached: Vec<Order>,
    #[limbeck(default = Status::Active)]
    pub status: Status,
    pub mood: Option<Mood>,
    #[limbeck(default = Level::Middle)]
    pub level: Level,
    pub token: Token,
    #[limbeck(flatten(prefix = "home_"))]
    pub home: Address,
}

#[derive(limbeck::Table)]
#[limbeck(table = "orders", index(user_id, placed_at desc), check(name = "orders_amount_positive", sql = "amount > 0"))]
pub struct Order {
    #[limbeck(primary_key, identity)]
    pub id: i64,
    #[limbeck(references(User, on_delete = cascade))]
    pub user_id: i64,
    #[limbeck(precision(10, 2))]
    pub amount: rust_decimal::Decimal,
    #[limbeck(length = 40, unique)]
    pub number: String,
    #[limbeck(default_sql = "CURRENT_TIMESTAMP")]
    pub placed_at: chrono::NaiveDateTime,
    pub status: Status,
}

#[derive(limbeck::Table)]
pub struct Everything<'a> {
    #[limbeck(primary_key)]
    pub id: uuid::Uuid,
    pub r#type: &'a str,
    pub cow: Cow<'a, str>,
    pub boxed: Option<Box<str>>,
    pub bytes: Vec<u8>,
    #[limbeck(length = 16)]
    pub short: Vec<u8>,
    pub tags: Vec<String>,
    pub flag: bool,
    pub tiny: i8,
    pub byte: u8,
    pub word: u16,
    pub long: u32,
    pub longest: u64,
    pub single: f32,
    #[limbeck(default = -1.5)]
    pub double: f64,
    pub day: chrono::NaiveDate,
    #[limbeck(precision(3))]
    pub hour: chrono::NaiveTime,
    pub document: serde_json::Value,
    #[limbeck(json)]
    pub anything: Unrelated,
    #[limbeck(default = "it's", collate = "C", comment = "said")]
    pub text: String,
    #[limbeck(default = true, not_null)]
    pub on: Option<bool>,
}

#[derive(Table)]
#[limbeck(primary_key(user_id, org_id), foreign_key(region, number => orgs::Org(region, number), on_delete = set_null))]
pub struct Membership {
    #[limbeck(references("users.id"))]
    pub user_id: i64,
    #[limbeck(references(orgs::Org, deferrable(initially_deferred)))]
    pub org_id: i64,
    pub region: Option<i32>,
    pub number: Option<i32>,
}
