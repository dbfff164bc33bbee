//! Random schemas as models. Written by the test of `main.rs`; `UPDATE_GENERATED=1` writes it anew.

pub mod m0 {
    #[cfg(test)]
    #[allow(unused_imports)]
    use crate::stand_ins::{chrono, rust_decimal, serde_json, uuid};

#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(table = "Self_0_of_0", schema = "Some schema")]
#[limbeck(primary_key(id, n2nd, name = "the key"))]
#[limbeck(unique(desc, n2nd, name = "c 1"))]
#[limbeck(check(name = "c 2", sql = "a > 0 AND b < 10"))]
#[limbeck(check(name = "c 3", sql = r#""id" > 0"#))]
#[limbeck(check(name = "c 4", sql = r#""id" > 0"#))]
pub struct Self0Of0 {
    #[limbeck(
        references(
            "elsewhere",
            name = "c 5",
            on_delete = cascade,
            on_update = cascade,
            not_valid,
            dialect("cockroach", level = -3),
            postgres(with("a", 0.5), storage(fill = 70, off = false)),
            sqlite(strict)
        ),
        postgres(type = "citext")
    )]
    pub user_id: String,
    pub id: i64,
    #[limbeck(column = "2nd", type = "binary(16)")]
    pub n2nd: Vec<u8>,
    #[limbeck(column = r#"say "hi""#, collate = "de-DE")]
    pub say_hi: Option<i64>,
    #[limbeck(type = "char(3)")]
    pub desc: String,
}
}

pub mod m1 {
    #[cfg(test)]
    #[allow(unused_imports)]
    use crate::stand_ins::{chrono, rust_decimal, serde_json, uuid};

/// two
/// lines
#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(table = "x1_0_of_1", comment)]
#[limbeck(check(
    sql = r#"length("say ""hi""") > 3"#,
    mysql(sql = r#"length("say ""hi""") > 3 -- mysql's"#)
))]
#[limbeck(check(name = "c 2", sql = r#""id" > 0"#))]
#[limbeck(foreign_key(
    it_s,
    __x => "elsewhere",
    name = "c 3",
    on_update = cascade,
    deferrable(initially_deferred),
    dialect("cockroach", level = -3),
    postgres(with("a", 0.5), storage(fill = 70, off = false)),
    sqlite(strict)
))]
#[limbeck(foreign_key(
    it_s,
    __x => "elsewhere",
    on_delete = set_default,
    set_columns(__x),
    dialect("cockroach", level = -3),
    postgres(with("a", 0.5), storage(fill = 70, off = false)),
    sqlite(strict)
))]
pub struct X10Of1 {
    #[limbeck(column = "it's", type = "char(3)")]
    pub it_s: String,
    /// plain
    #[limbeck(comment, postgres(type = "citext"))]
    pub __x: chrono::NaiveDateTime,
    #[limbeck(column = "createdAt")]
    pub created_at: Option<i16>,
    #[limbeck(
        precision(3),
        generated(sql = r#"lower("a") || 'x'"#),
        dialect("cockroach", level = -3),
        postgres(with("a", 0.5), storage(fill = 70, off = false)),
        sqlite(strict)
    )]
    pub x1: Option<chrono::DateTime<chrono::Utc>>,
}
}

pub mod m2 {
    #[cfg(test)]
    #[allow(unused_imports)]
    use crate::stand_ins::{chrono, rust_decimal, serde_json, uuid};

#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(table = "a_b_0_of_2")]
#[limbeck(primary_key(
    tab_le(opclass = "text_ops", collate = "C", length = 10) desc,
    include(tab_le)
))]
#[limbeck(check(name = "c 1", sql = r#"length("say ""hi""") > 3"#))]
#[limbeck(check(
    sql = r#""id" > 0"#,
    not_enforced,
    dialect("cockroach", level = -3),
    postgres(with("a", 0.5), storage(fill = 70, off = false)),
    sqlite(strict)
))]
#[limbeck(foreign_key(
    foo,
    tab_le => "elsewhere",
    name = "c 3",
    on_update = set_default,
    match = full
))]
#[limbeck(foreign_key(
    foo,
    tab_le => "elsewhere",
    name = "c 4",
    on_delete = cascade,
    on_update = cascade,
    match = full
))]
#[limbeck(index(
    it_s,
    type(opclass = "text_ops", collate = "C", length = 10) desc nulls_last,
    desc(length = 10) desc nulls_last,
    name = "i 0",
    nulls_not_distinct
))]
pub struct AB0Of2 {
    #[limbeck(column = "FOO", precision(3))]
    pub foo: Option<chrono::NaiveDateTime>,
    #[limbeck(column = "Tab\tle", generated(sql = r#"lower("a") || 'x'"#))]
    pub tab_le: i32,
    pub desc: i32,
    #[limbeck(column = "it's", collate = "de-DE")]
    pub it_s: Option<Vec<u8>>,
    #[limbeck(length = 40, default_sql = "0")]
    pub r#type: String,
}
}

pub mod m3 {
    #[cfg(test)]
    #[allow(unused_imports)]
    use crate::stand_ins::{chrono, rust_decimal, serde_json, uuid};

#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(table = "UserId_0_of_3")]
#[limbeck(primary_key(
    name(opclass = "text_ops", collate = "C", length = 10) desc nulls_last,
    crate_,
    name = "the key"
))]
#[limbeck(unique(
    match,
    sql,
    name = "c 2",
    deferrable,
    dialect("cockroach", level = -3),
    postgres(with("a", 0.5), storage(fill = 70, off = false)),
    sqlite(strict)
))]
#[limbeck(foreign_key(
    match,
    r#postgres => "elsewhere",
    name = "c 3",
    on_delete = restrict,
    on_update = set_default,
    not_valid
))]
#[limbeck(index(
    __x,
    sql = r#"lower("id")"#,
    name = "i 0",
    dialect("cockroach", level = -3),
    postgres(with("a", 0.5), storage(fill = 70, off = false)),
    sqlite(strict)
))]
pub struct UserId0Of3 {
    #[limbeck(
        generated(sql = r#"lower("a") || 'x'"#, stored),
        index(
            name = "i 1",
            unique,
            where_sql = r#""id" IS NOT NULL"#,
            mysql(where_sql = r#""id" IS NOT NULL -- mysql's"#)
        )
    )]
    pub r#match: Option<chrono::NaiveDate>,
    pub postgres: Option<chrono::NaiveDate>,
    #[limbeck(column = r#"say "hi""#, comment = "/ slash")]
    pub say_hi: Option<i32>,
    /// */ end
    #[limbeck(
        column = "crate",
        length = 40,
        comment,
        index(name = "i 2", unique, where_sql = r#""id" IS NOT NULL"#)
    )]
    pub crate_: String,
    #[limbeck(unique(name = "c 1"))]
    pub sql: UserId0Of32,
    #[limbeck(type = "decimal")]
    pub name: rust_decimal::Decimal,
    /// */ end
    #[limbeck(comment)]
    pub __x: Option<serde_json::Value>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, limbeck::Enum)]
#[limbeck(name = "UserId_0_of_3")]
pub enum UserId0Of32 {
    #[limbeck(value = "_9")]
    N9,
    #[limbeck(value = "createdAt_x")]
    CreatedAtX,
    Deferrable,
    #[limbeck(value = "r#oddZ")]
    ROddZ,
    #[limbeck(value = "type y")]
    TypeY,
}
}

pub mod m4 {
    #[cfg(test)]
    #[allow(unused_imports)]
    use crate::stand_ins::{chrono, rust_decimal, serde_json, uuid};

#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(table = "UserId_0_of_4")]
#[limbeck(check(name = "c 1", sql = "a > 0 AND b < 10"))]
#[limbeck(index(it_s, say_hi, sql = r#"lower("id")"#, name = "i 1", method = "gin"))]
#[limbeck(index(say_hi, sql = r#"lower("id")"#, desc, name = "i 2"))]
pub struct UserId0Of4 {
    #[limbeck(
        column = r#"say "hi""#,
        references("elsewhere", name = "c 2", on_delete = cascade, on_update = set_null)
    )]
    pub say_hi: chrono::NaiveTime,
    #[limbeck(
        column = "it's",
        default_sql = "007",
        index(name = "i 0", unique, where_sql = r#""id" IS NOT NULL"#)
    )]
    pub it_s: f64,
    pub desc: chrono::NaiveDate,
    #[limbeck(column = "FOO", precision(10, 2))]
    pub foo: rust_decimal::Decimal,
}

#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(
    table = "option_2_of_4",
    rename_all = "lowercase",
    dialect("cockroach", level = -3),
    postgres(with("a", 0.5), storage(fill = 70, off = false)),
    sqlite(partition_by = r#"range ("id")"#, strict)
)]
#[limbeck(check(
    name = "c 1",
    sql = r#""id" > 0"#,
    mysql(sql = r#""id" > 0 -- mysql's"#)
))]
#[limbeck(foreign_key(
    r#deferrable,
    r#include => UserId0Of4(say_hi, it_s),
    name = "c 2",
    on_delete = restrict,
    set_columns(deferrable)
))]
#[limbeck(index(
    self_,
    r#deferrable(opclass = "text_ops") desc,
    name = "i 0",
    unique,
    comment = "a very long text that does not fit on one line of a hundred letters, whatever one does with it, and goes on"
))]
#[limbeck(index(
    sql = r#"lower("id")"#,
    name = "i 1",
    include(self_),
    dialect("cockroach", level = -3),
    postgres(with("a", 0.5), storage(fill = 70, off = false)),
    sqlite(strict)
))]
#[limbeck(index(r#deferrable, self_, r#include, name = "i 2", unique))]
pub struct Option2Of4 {
    #[limbeck(type = "decimal")]
    pub deferrable: Option<rust_decimal::Decimal>,
    #[limbeck(type = "tsvector")]
    pub include: Option<String>,
    #[limbeck(type = "interval", collate = "de-DE")]
    pub self_: Option<chrono::TimeDelta>,
}

#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(table = "user_id_3_of_4", sqlite(partition_by = r#"range ("id")"#))]
#[limbeck(unique(
    tab_le(collate = "C", length = 10) desc,
    name = "c 1",
    include(tab_le),
    nulls_not_distinct
))]
#[limbeck(unique(
    a_b(opclass = "text_ops", collate = "C", length = 10) desc,
    name = "c 2",
    include(a_b),
    nulls_not_distinct
))]
#[limbeck(partition_of(parent = "whole", bound = "FOR VALUES FROM (1) TO (2)"))]
pub struct UserId3Of4 {
    #[limbeck(column = "a b", primary_key(name = "the key"), identity(increment = -1, cycle))]
    pub a_b: i64,
    #[limbeck(column = "tick`s", default = 0)]
    pub tick_s: Option<f32>,
    #[limbeck(
        column = "Tab\tle",
        type = "binary(16)",
        index(name = "i 0", method = "gin")
    )]
    pub tab_le: Vec<u8>,
}

#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(
    table = "a_b_1_of_4",
    schema = "Some schema",
    dialect("cockroach", level = -3),
    postgres(with("a", 0.5), storage(fill = 70, off = false)),
    sqlite(strict)
)]
#[limbeck(unique(
    async,
    r#include,
    crate_,
    name = "c 1",
    dialect("cockroach", level = -3),
    postgres(with("a", 0.5), storage(fill = 70, off = false)),
    sqlite(strict)
))]
#[limbeck(check(name = "c 2", sql = "a > 0 AND b < 10"))]
#[limbeck(check(sql = r#""id" > 0"#))]
#[limbeck(index(
    foo(opclass = "text_ops", length = 10) desc,
    async(collate = "C") desc nulls_last,
    name = "i 1",
    unique
))]
pub struct AB1Of4 {
    /// it's
    #[limbeck(precision(10, 2), comment)]
    pub include: rust_decimal::Decimal,
    #[limbeck(column = "crate", type = "char(3)")]
    pub crate_: String,
    #[limbeck(
        column = "FOO",
        type = "decimal",
        index(name = "i 0", include(async), comment = "  spaces "),
        postgres(type = "citext")
    )]
    pub foo: rust_decimal::Decimal,
    #[limbeck(
        type = "tsvector",
        default_sql = "1.50",
        mysql(default_sql = "1.50 -- mysql's")
    )]
    pub r#async: String,
}
}

pub mod m5 {
    #[cfg(test)]
    #[allow(unused_imports)]
    use crate::stand_ins::{chrono, rust_decimal, serde_json, uuid};

/// */ end
#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(
    table = "line_1_0_of_5",
    comment,
    sqlite(partition_by = r#"range ("id")"#)
)]
#[limbeck(check(name = "c 2", sql = r#"length("say ""hi""") > 3"#))]
#[limbeck(index(
    r#include,
    x1,
    name = "i 0",
    unique,
    where_sql = r#""id" IS NOT NULL"#,
    mysql(where_sql = r#""id" IS NOT NULL -- mysql's"#)
))]
pub struct Line10Of5 {
    pub line_1: String,
    /// */ end
    #[limbeck(
        generated(
            sql = r#"lower("a") || 'x'"#,
            mysql(sql = r#"lower("a") || 'x' -- mysql's"#)
        ),
        comment
    )]
    pub include: i16,
    #[limbeck(
        column = "self",
        unique(
            name = "c 1",
            nulls_not_distinct,
            deferrable(initially_deferred),
            comment = "two\nlines"
        ),
        dialect("cockroach", level = -3),
        postgres(with("a", 0.5), storage(fill = 70, off = false)),
        sqlite(strict)
    )]
    pub self_: String,
    #[limbeck(
        dialect("cockroach", level = -3),
        postgres(with("a", 0.5), storage(fill = 70, off = false)),
        sqlite(strict)
    )]
    pub x1: i16,
    /// ünïcode 😀
    #[limbeck(column = "été", comment)]
    pub t: i64,
}

#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(
    table = "sql_1_of_5",
    schema = "Some schema",
    dialect("cockroach", level = -3),
    postgres(with("a", 0.5), storage(fill = 70, off = false)),
    sqlite(strict)
)]
#[limbeck(unique(type(collate = "C", length = 10) desc, user_id, name = "c 1", nulls_not_distinct))]
#[limbeck(check(
    name = "c 3",
    sql = r#"length("say ""hi""") > 3"#,
    dialect("cockroach", level = -3),
    postgres(with("a", 0.5), storage(fill = 70, off = false)),
    sqlite(strict)
))]
#[limbeck(exclude(
    type(operator = "&&"),
    name = "c 4",
    method = "gist",
    where_sql = r#""id" > 0"#,
    deferrable,
    dialect("cockroach", level = -3),
    postgres(with("a", 0.5), storage(fill = 70, off = false)),
    sqlite(strict)
))]
pub struct Sql1Of5 {
    #[limbeck(
        precision(10, 2),
        comment = "/ slash",
        unique(name = "c 2", include(type), deferrable)
    )]
    pub user_id: rust_decimal::Decimal,
    #[limbeck(primary_key(include(type)), identity(always, start = 100))]
    pub r#type: i64,
}
}

pub mod m6 {
    #[cfg(test)]
    #[allow(unused_imports)]
    use crate::stand_ins::{chrono, rust_decimal, serde_json, uuid};

#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(table = "include_1_of_6")]
#[limbeck(unique(r#unique(length = 10) desc nulls_last, self_, name = "c 1"))]
#[limbeck(check(name = "c 2", sql = r#"length("say ""hi""") > 3"#))]
#[limbeck(foreign_key(
    self_,
    r#unique => T0Of6(match, __x),
    name = "c 3",
    on_delete = set_null,
    on_update = set_null,
    not_enforced
))]
#[limbeck(foreign_key(self_, r#unique => T0Of6(match, __x), on_delete = set_default))]
pub struct Include1Of6 {
    #[limbeck(
        column = "Self",
        collate = "de-DE",
        index(
            opclass = "text_ops",
            collate = "C",
            desc,
            name = "i 0",
            unique,
            where_sql = r#""id" IS NOT NULL"#,
            nulls_not_distinct
        )
    )]
    pub self_: serde_json::Value,
    #[limbeck(
        precision(0),
        index(length = 10, desc, nulls_last, name = "i 1", include(unique)),
        index(name = "i 2")
    )]
    pub unique: chrono::NaiveTime,
    #[limbeck(column = "2nd")]
    pub n2nd: i32,
    #[limbeck(column = "tick`s", precision(3), collate = "de-DE")]
    pub tick_s: Option<chrono::NaiveDateTime>,
}

#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(table = "include_3_of_6")]
#[limbeck(unique(r#unique, x1 desc, sql))]
#[limbeck(check(name = "c 3", sql = "a > 0 AND b < 10"))]
#[limbeck(foreign_key(r#unique, x1 => T0Of6(match, __x), name = "c 5", on_delete = set_default))]
#[limbeck(index(
    sql = r#"lower("id")"#,
    sql(opclass = "text_ops", length = 10) desc nulls_last,
    x1,
    name = "i 0"
))]
#[limbeck(index(
    sql = r#"lower("id")"# desc nulls_last (opclass = "text_ops"),
    sql = r#"lower("id")"#,
    name = "i 1",
    unique
))]
pub struct Include3Of6 {
    #[limbeck(
        type = "char(3)",
        default = "it's",
        unique(nulls_not_distinct),
        references(
            Order2Of6.order,
            name = "c 4",
            on_delete = restrict,
            on_update = set_null
        )
    )]
    pub unique: String,
    /// "quoted" \ back
    #[limbeck(collate = "de-DE", comment)]
    pub x1: Vec<u8>,
    #[limbeck(type = "char(3)")]
    pub sql: String,
}

#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(table = "order_2_of_6")]
#[limbeck(unique(
    self_(collate = "C") desc,
    order(opclass = "text_ops", length = 10) desc,
    include(foo_bar),
    nulls_not_distinct
))]
#[limbeck(check(sql = r#"length("say ""hi""") > 3"#, not_valid))]
#[limbeck(check(name = "c 3", sql = r#""id" > 0"#))]
pub struct Order2Of6 {
    #[limbeck(type = "interval")]
    pub order: chrono::TimeDelta,
    #[limbeck(
        column = "foo-bar",
        precision(3),
        dialect("cockroach", level = -3),
        postgres(with("a", 0.5), storage(fill = 70, off = false)),
        sqlite(strict)
    )]
    pub foo_bar: chrono::DateTime<chrono::Utc>,
    #[limbeck(
        column = "Été",
        length = 40,
        generated(sql = r#"lower("a") || 'x'"#),
        index(
            name = "i 0",
            where_sql = r#""id" IS NOT NULL"#,
            method = "gin",
            mysql(where_sql = r#""id" IS NOT NULL -- mysql's"#)
        )
    )]
    pub t: String,
    #[limbeck(comment = "  spaces ")]
    pub __x: String,
    #[limbeck(column = "self", type = "char(3)")]
    pub self_: String,
    #[limbeck(column = "it's", default_sql = "TRUE", postgres(type = "citext"))]
    pub it_s: chrono::DateTime<chrono::Utc>,
}

#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(table = "été_0_of_6")]
#[limbeck(unique(n2nd, match(collate = "C", length = 10) desc nulls_last, name = "c 1"))]
#[limbeck(check(
    name = "c 2",
    sql = r#""id" > 0"#,
    dialect("cockroach", level = -3),
    postgres(with("a", 0.5), storage(fill = 70, off = false)),
    sqlite(strict)
))]
#[limbeck(check(sql = "a > 0 AND b < 10"))]
#[limbeck(check(name = "", sql = r#"length("say ""hi""") > 3"#, comment = "it's"))]
pub struct T0Of6 {
    pub r#match: i64,
    /// plain
    #[limbeck(precision(0), collate = "de-DE", comment)]
    pub __x: chrono::DateTime<chrono::Utc>,
    /// */ end
    #[limbeck(
        column = "2nd",
        precision(10, 2),
        generated(sql = r#"lower("a") || 'x'"#),
        comment,
        postgres(type = "citext")
    )]
    pub n2nd: Option<rust_decimal::Decimal>,
}
}

pub mod m7 {
    #[cfg(test)]
    #[allow(unused_imports)]
    use crate::stand_ins::{chrono, rust_decimal, serde_json, uuid};

#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(table = "tick`s_1_of_7")]
#[limbeck(check(
    name = "c 1",
    sql = r#""id" > 0"#,
    dialect("cockroach", level = -3),
    postgres(with("a", 0.5), storage(fill = 70, off = false)),
    sqlite(strict)
))]
#[limbeck(check(sql = "a > 0 AND b < 10"))]
#[limbeck(foreign_key(match, it_s => Id0Of7(order, a_b), name = "c 3", on_update = cascade))]
pub struct TickS1Of7 {
    #[limbeck(precision(3))]
    pub r#match: chrono::DateTime<chrono::Utc>,
    #[limbeck(column = "it's", generated(sql = r#"lower("a") || 'x'"#, stored))]
    pub it_s: i16,
    pub include: i16,
}

#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(table = "Été_2_of_7")]
#[limbeck(primary_key(
    self_(collate = "C", length = 10) desc nulls_last,
    r#unique,
    user_id,
    dialect("cockroach", level = -3),
    postgres(with("a", 0.5), storage(fill = 70, off = false)),
    sqlite(strict)
))]
#[limbeck(unique(option desc nulls_last, self_, r#unique, name = "c 1", include(postgres)))]
pub struct T2Of7 {
    #[limbeck(
        type = "binary(16)",
        collate = "de-DE",
        comment = "/ slash",
        references(
            Id0Of7,
            name = "c 2",
            on_delete = set_null,
            on_update = set_default,
            match = full
        )
    )]
    pub line_1: Option<Vec<u8>>,
    pub postgres: Option<Order1Of7>,
    /// a very long text that does not fit on one line of a hundred letters, whatever one does with it, and goes on
    #[limbeck(generated(sql = r#"lower("a") || 'x'"#), comment)]
    pub unique: bool,
    #[limbeck(length = 20, collate = "de-DE")]
    pub user_id: Vec<u8>,
    #[limbeck(column = "crate", precision(10, 2))]
    pub crate_: rust_decimal::Decimal,
    /// it's
    #[limbeck(
        default_sql = "CURRENT_TIMESTAMP",
        comment,
        dialect("cockroach", level = -3),
        postgres(with("a", 0.5), storage(fill = 70, off = false)),
        sqlite(strict)
    )]
    pub option: Option<f64>,
    #[limbeck(column = "self")]
    pub self_: uuid::Uuid,
}

#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(
    table = "id_0_of_7",
    schema = "Some schema",
    dialect("cockroach", level = -3),
    postgres(with("a", 0.5), storage(fill = 70, off = false)),
    sqlite(strict)
)]
#[limbeck(unique(a_b, x1, name = "c 1", nulls_not_distinct))]
#[limbeck(foreign_key(order => "elsewhere", name = "c 3", on_update = set_default))]
#[limbeck(index(order, say_hi, foo_bar, name = "i 0", unique, include(a_b)))]
#[limbeck(index(
    x1(opclass = "text_ops", length = 10) desc nulls_last,
    sql = r#"lower("id")"#,
    sql = r#"lower("id")"#,
    name = "i 1",
    where_sql = r#""id" IS NOT NULL"#,
    mysql(where_sql = r#""id" IS NOT NULL -- mysql's"#)
))]
#[limbeck(index(order, sql = r#"lower("id")"#, name = "i 2", unique))]
pub struct Id0Of7 {
    #[limbeck(references("elsewhere", on_update = cascade, not_valid))]
    pub order: bool,
    #[limbeck(column = "a b", type = "binary(16)", postgres(type = "citext"))]
    pub a_b: Vec<u8>,
    #[limbeck(column = "FOO_BAR", comment = "  spaces ")]
    pub foo_bar: Option<String>,
    #[limbeck(column = r#"say "hi""#, type = "tsvector")]
    pub say_hi: String,
    #[limbeck(
        primary_key(
            dialect("cockroach", level = -3),
            postgres(with("a", 0.5), storage(fill = 70, off = false)),
            sqlite(strict)
        ),
        identity(always, increment = -1)
    )]
    pub x1: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, limbeck::Enum)]
#[limbeck(name = "order_1_of_7")]
pub enum Order1Of7 {
    Crate,
    UniqueX,
}
}

pub mod m8 {
    #[cfg(test)]
    #[allow(unused_imports)]
    use crate::stand_ins::{chrono, rust_decimal, serde_json, uuid};

#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(table = "__2_of_8")]
#[limbeck(primary_key(x1, match, name, include(name)))]
#[limbeck(foreign_key(
    match,
    name => UserId0Of8(t, crate_),
    name = "c 1",
    on_delete = cascade,
    on_update = set_default
))]
#[limbeck(index(x1, name, name = "i 1"))]
pub struct N2Of8 {
    #[limbeck(
        collate = "de-DE",
        comment = "/ slash",
        references(
            Type1Of8.match,
            name = "c 2",
            on_delete = set_null,
            on_update = cascade,
            set_columns(match),
            deferrable(initially_deferred)
        )
    )]
    pub r#match: f64,
    #[limbeck(
        type = "char(3)",
        collate = "de-DE",
        index(name = "i 0", where_sql = r#""id" IS NOT NULL"#),
        dialect("cockroach", level = -3),
        postgres(type = "citext", with("a", 0.5), storage(fill = 70, off = false)),
        sqlite(strict)
    )]
    pub name: String,
    #[limbeck(
        type = "tsvector",
        dialect("cockroach", level = -3),
        postgres(type = "citext", with("a", 0.5), storage(fill = 70, off = false)),
        sqlite(strict)
    )]
    pub x1: String,
}

#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(
    table = "type_1_of_8",
    comment = "/ slash",
    dialect("cockroach", level = -3),
    postgres(with("a", 0.5), storage(fill = 70, off = false)),
    sqlite(strict)
)]
#[limbeck(unique(match, async(collate = "C", length = 10) desc nulls_last, desc, name = "c 1"))]
#[limbeck(unique(r#deferrable, match, foo_bar))]
#[limbeck(check(name = "c 3", sql = r#"length("say ""hi""") > 3"#, comment = "/ slash"))]
#[limbeck(check(name = "c 4", sql = r#""id" > 0"#))]
#[limbeck(foreign_key(
    match,
    line_1 => UserId0Of8(t, crate_),
    name = "c 5",
    on_delete = set_default,
    on_update = restrict,
    match = full
))]
#[limbeck(foreign_key(
    match,
    line_1 => UserId0Of8(t, crate_),
    on_delete = cascade,
    on_update = set_null,
    deferrable(initially_deferred)
))]
#[limbeck(index(
    sql = r#"lower("id")"#,
    sql = r#"lower("id")"#,
    async,
    name = "i 1",
    method = "gin"
))]
pub struct Type1Of8 {
    #[limbeck(index(name = "i 0", where_sql = r#""id" IS NOT NULL"#))]
    pub r#match: chrono::NaiveTime,
    #[limbeck(type = "char(3)")]
    pub line_1: String,
    #[limbeck(column = "FOO_BAR", precision(3))]
    pub foo_bar: chrono::DateTime<chrono::Utc>,
    #[limbeck(length = 40)]
    pub deferrable: String,
    #[limbeck(type = "decimal", default_sql = "007")]
    pub desc: rust_decimal::Decimal,
    pub r#async: Vec<u8>,
}

/// */ end
#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(
    table = "user_id_0_of_8",
    comment,
    dialect("cockroach", level = -3),
    postgres(with("a", 0.5), storage(fill = 70, off = false)),
    sqlite(strict)
)]
#[limbeck(unique(
    a_b(opclass = "text_ops") desc nulls_last,
    tab_le,
    id,
    include(id),
    dialect("cockroach", level = -3),
    postgres(with("a", 0.5), storage(fill = 70, off = false)),
    sqlite(strict)
))]
#[limbeck(index(
    sql = r#"lower("id")"#,
    name = "i 0",
    unique,
    include(id),
    comment = "  spaces "
))]
#[limbeck(index(
    sql = r#"lower("id")"#,
    crate_,
    name = "i 2",
    method = "gin",
    comment = "plain"
))]
pub struct UserId0Of8 {
    #[limbeck(
        column = "été",
        unique(name = "c 2", include(tab_le)),
        references(
            "elsewhere",
            name = "c 3",
            on_delete = set_default,
            on_update = restrict,
            match = full
        )
    )]
    pub t: bool,
    #[limbeck(column = "crate")]
    pub crate_: String,
    #[limbeck(column = "Tab\tle", collate = "de-DE")]
    pub tab_le: i32,
    #[limbeck(
        default_sql = "'a' || 'b'",
        mysql(default_sql = "'a' || 'b' -- mysql's"),
        postgres(type = "citext")
    )]
    pub id: chrono::NaiveDate,
    #[limbeck(column = "a b", collate = "de-DE", postgres(type = "citext"))]
    pub a_b: Vec<u8>,
    #[limbeck(length = 20, index(name = "i 1"), postgres(type = "citext"))]
    pub sql: Vec<u8>,
}
}

pub mod m9 {
    #[cfg(test)]
    #[allow(unused_imports)]
    use crate::stand_ins::{chrono, rust_decimal, serde_json, uuid};

#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(table = "self_0_of_9")]
#[limbeck(unique(_field desc, a_b, name = "c 1", nulls_not_distinct))]
#[limbeck(check(
    name = "c 2",
    sql = r#"length("say ""hi""") > 3"#,
    comment = r#""quoted" \ back"#,
    mysql(sql = r#"length("say ""hi""") > 3 -- mysql's"#)
))]
#[limbeck(check(name = "c 3", sql = "a > 0 AND b < 10", not_enforced))]
#[limbeck(index(_field, a_b, name = "i 0"))]
pub struct Self0Of9 {
    /// it's
    #[limbeck(
        column = "_",
        comment,
        references(
            "elsewhere",
            name = "c 4",
            on_update = set_default,
            comment = "a very long text that does not fit on one line of a hundred letters, whatever one does with it, and goes on",
            dialect("cockroach", level = -3),
            postgres(with("a", 0.5), storage(fill = 70, off = false)),
            sqlite(strict)
        )
    )]
    pub _field: f64,
    #[limbeck(column = "a.b")]
    pub a_b: Option<Vec<u8>>,
}
}

pub mod m10 {
    #[cfg(test)]
    #[allow(unused_imports)]
    use crate::stand_ins::{chrono, rust_decimal, serde_json, uuid};

/// two
/// lines
#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(table = "postgres_2_of_10", comment)]
#[limbeck(primary_key(
    r#deferrable,
    tab_le,
    name = "the key",
    dialect("cockroach", level = -3),
    postgres(with("a", 0.5), storage(fill = 70, off = false)),
    sqlite(strict)
))]
#[limbeck(unique(
    id(opclass = "text_ops", length = 10) desc nulls_last,
    user_id(collate = "C") desc,
    r#deferrable
))]
#[limbeck(check(
    sql = "a > 0 AND b < 10",
    not_enforced,
    dialect("cockroach", level = -3),
    postgres(with("a", 0.5), storage(fill = 70, off = false)),
    sqlite(strict)
))]
#[limbeck(foreign_key(
    name,
    tab_le => Include1Of10(it_s, id),
    name = "c 4",
    on_delete = set_null,
    on_update = set_default,
    set_columns(tab_le),
    deferrable
))]
#[limbeck(index(id, name, r#unique, name = "i 0"))]
#[limbeck(index(r#postgres(collate = "C") desc nulls_last, tab_le, name = "i 1", include(name)))]
pub struct Postgres2Of10 {
    #[limbeck(
        type = "char(3)",
        collate = "de-DE",
        references(
            Include1Of10.it_s,
            name = "c 3",
            on_update = set_null,
            deferrable(initially_deferred),
            comment = "ünïcode 😀"
        )
    )]
    pub name: Option<String>,
    #[limbeck(column = "Tab\tle", collate = "de-DE")]
    pub tab_le: f64,
    #[limbeck(
        dialect("cockroach", level = -3),
        postgres(with("a", 0.5), storage(fill = 70, off = false)),
        sqlite(strict)
    )]
    pub user_id: bool,
    #[limbeck(generated(sql = r#"lower("a") || 'x'"#, stored))]
    pub deferrable: chrono::DateTime<chrono::Utc>,
    #[limbeck(default_sql = "007", mysql(default_sql = "007 -- mysql's"))]
    pub postgres: Vec<Vec<u8>>,
    #[limbeck(
        type = "interval",
        dialect("cockroach", level = -3),
        postgres(with("a", 0.5), storage(fill = 70, off = false)),
        sqlite(strict)
    )]
    pub unique: Option<chrono::TimeDelta>,
    #[limbeck(precision(0), comment = "  spaces ", postgres(type = "citext"))]
    pub id: chrono::NaiveDateTime,
}

#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(table = r#"say "hi"_0_of_10"#)]
pub struct SayHi0Of10 {
    /// plain
    #[limbeck(
        column = "a b",
        comment,
        dialect("cockroach", level = -3),
        postgres(with("a", 0.5), storage(fill = 70, off = false)),
        sqlite(strict)
    )]
    pub a_b: Option<bool>,
    #[limbeck(
        type = "char(3)",
        dialect("cockroach", level = -3),
        postgres(with("a", 0.5), storage(fill = 70, off = false)),
        sqlite(strict)
    )]
    pub line_1: Option<String>,
    #[limbeck(precision(10, 2), default = 1.50, comment = "  spaces ")]
    pub r#async: rust_decimal::Decimal,
    #[limbeck(column = "crate", default_sql = "TRUE")]
    pub crate_: String,
    /// two
    /// lines
    #[limbeck(comment)]
    pub unique: Option<String>,
}

#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(
    table = "été_3_of_10",
    dialect("cockroach", level = -3),
    postgres(with("a", 0.5), storage(fill = 70, off = false)),
    sqlite(strict)
)]
#[limbeck(unique(foo, r#postgres, name = "c 1"))]
#[limbeck(check(
    name = "c 2",
    sql = "a > 0 AND b < 10",
    mysql(sql = "a > 0 AND b < 10 -- mysql's")
))]
#[limbeck(check(sql = r#""id" > 0"#, not_valid))]
#[limbeck(check(name = "c 4", sql = "a > 0 AND b < 10", not_valid))]
#[limbeck(foreign_key(
    say_hi,
    r#postgres => Include1Of10(it_s, id),
    name = "c 5",
    on_delete = set_default,
    on_update = set_default
))]
#[limbeck(exclude(
    self_(operator = "&&"),
    r#postgres(operator = "&&"),
    foo(operator = "&&"),
    method = "gist",
    include(say_hi)
))]
#[limbeck(index(
    sql = r#"lower("id")"# desc nulls_last (opclass = "text_ops", collate = "C", length = 10),
    sql = r#"lower("id")"# desc (opclass = "text_ops", collate = "C", length = 10),
    name = "i 0"
))]
#[limbeck(index(say_hi, r#postgres, name = "i 1"))]
#[limbeck(index(
    sql = r#"lower("id")"#,
    self_,
    r#postgres(opclass = "text_ops") desc nulls_last,
    name = "i 2",
    include(postgres),
    nulls_not_distinct
))]
#[limbeck(partition_of(parent = "whole", bound = "FOR VALUES FROM (1) TO (2)"))]
pub struct T3Of10 {
    #[limbeck(
        column = r#"say "hi""#,
        references(
            SayHi0Of10.a_b,
            name = "c 6",
            on_delete = cascade,
            deferrable,
            not_valid
        ),
        dialect("cockroach", level = -3),
        postgres(with("a", 0.5), storage(fill = 70, off = false)),
        sqlite(strict)
    )]
    pub say_hi: Vec<u8>,
    pub postgres: uuid::Uuid,
    #[limbeck(column = "FOO")]
    pub foo: String,
    /// */ end
    #[limbeck(column = "Self", type = "interval", comment)]
    pub self_: chrono::TimeDelta,
}

#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(table = "include_1_of_10", schema = "Some schema")]
#[limbeck(primary_key(
    id,
    tick_s(opclass = "text_ops", collate = "C") desc,
    name = "the key",
    include(tick_s)
))]
#[limbeck(check(name = "c 1", sql = "a > 0 AND b < 10"))]
#[limbeck(check(name = "c 3", sql = r#"length("say ""hi""") > 3"#))]
#[limbeck(index(
    async(collate = "C") desc,
    it_s(opclass = "text_ops") desc nulls_last,
    name = "i 0",
    include(id),
    nulls_not_distinct,
    dialect("cockroach", level = -3),
    postgres(with("a", 0.5), storage(fill = 70, off = false)),
    sqlite(strict)
))]
#[limbeck(index(
    async,
    sql = r#"lower("id")"# desc (opclass = "text_ops"),
    it_s,
    name = "i 1",
    include(foo_bar)
))]
#[limbeck(index(sql = r#"lower("id")"# desc (length = 10), name = "i 2", unique, include(async)))]
pub struct Include1Of10 {
    #[limbeck(
        column = "it's",
        references(
            SayHi0Of10.a_b,
            name = "c 4",
            on_delete = restrict,
            on_update = set_null,
            not_valid
        )
    )]
    pub it_s: f32,
    #[limbeck(precision(10, 2), collate = "de-DE", check_sql = r#""id" > 0"#)]
    pub id: rust_decimal::Decimal,
    #[limbeck(column = "tick`s", type = "char(3)")]
    pub tick_s: String,
    #[limbeck(collate = "de-DE")]
    pub r#async: chrono::NaiveDate,
    #[limbeck(column = "foo-bar", length = 40)]
    pub foo_bar: String,
}
}

pub mod m11 {
    #[cfg(test)]
    #[allow(unused_imports)]
    use crate::stand_ins::{chrono, rust_decimal, serde_json, uuid};

#[derive(Debug, Clone, limbeck::Table)]
#[limbeck(table = "createdAt_0_of_11")]
#[limbeck(primary_key(
    r#deferrable,
    name desc nulls_last,
    async(length = 10) desc,
    name = "the key",
    deferrable(initially_deferred)
))]
#[limbeck(unique(
    r#deferrable(opclass = "text_ops", length = 10) desc nulls_last,
    t,
    name(opclass = "text_ops", collate = "C") desc,
    name = "c 1"
))]
#[limbeck(check(name = "c 2", sql = r#"length("say ""hi""") > 3"#))]
#[limbeck(check(name = "c 3", sql = "a > 0 AND b < 10"))]
#[limbeck(check(name = "c 4", sql = "a > 0 AND b < 10", comment = "ünïcode 😀"))]
#[limbeck(foreign_key(t => "elsewhere", name = "c 6", on_update = set_null, match = full))]
pub struct CreatedAt0Of11 {
    /// it's
    #[limbeck(
        column = "Été",
        comment,
        references(
            "elsewhere",
            name = "c 5",
            on_delete = cascade,
            on_update = set_default,
            set_columns(t)
        )
    )]
    pub t: Option<f64>,
    #[limbeck(length = 20)]
    pub name: Vec<u8>,
    #[limbeck(comment = "/ slash")]
    pub deferrable: f32,
    pub r#async: f32,
}
}

pub fn tables() -> limbeck::Tables {
    limbeck::tables![
        m0::Self0Of0,
        m1::X10Of1,
        m2::AB0Of2,
        m3::UserId0Of3,
        m4::UserId0Of4,
        m4::Option2Of4,
        m4::UserId3Of4,
        m4::AB1Of4,
        m5::Line10Of5,
        m5::Sql1Of5,
        m6::Include1Of6,
        m6::Include3Of6,
        m6::Order2Of6,
        m6::T0Of6,
        m7::TickS1Of7,
        m7::T2Of7,
        m7::Id0Of7,
        m8::N2Of8,
        m8::Type1Of8,
        m8::UserId0Of8,
        m9::Self0Of9,
        m10::Postgres2Of10,
        m10::SayHi0Of10,
        m10::T3Of10,
        m10::Include1Of10,
        m11::CreatedAt0Of11
    ]
}
