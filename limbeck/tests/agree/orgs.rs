//! What the other module points at.
#![allow(dead_code, reason = "the structs are described, not used")]

use limbeck::Table;

#[cfg(test)]
use super::stand_ins::chrono;

/// The number of an organisation.
pub type OrgId = i64;

#[derive(Debug, Clone, Table)]
#[limbeck(table = "orgs", renamed_from = "companies", unique(region, number))]
pub struct Org {
    #[limbeck(primary_key, identity(always, start = 100))]
    pub id: OrgId,
    #[limbeck(column = "label")]
    pub name: String,
    pub region: i32,
    pub number: i32,
    #[limbeck(references(Self.id))]
    pub parent: Option<OrgId>,
}

#[derive(Table)]
#[limbeck(schema = "log", managed = false, database = "audit")]
pub struct Audit {
    pub id: i64,
    pub at: chrono::NaiveDateTime,
}
