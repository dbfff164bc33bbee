//! What others may do with an object that is dropped and made again, and whose it is.
//!
//! A schema says nothing of that unless it is asked to, and it must not be lost. What gives it back is made up by the server
//! before the drop, kept in a setting of the session, and run behind the creation.

use limbeck_core::driver::Statement;
use limbeck_core::schema::ObjectKey;

use super::super::literal::{do_block, text};
use super::identity::identity;

/// Where a kind of objects keeps its owner and its privileges.
struct Kept {
    catalog: &'static str,
    /// What finds the object by its name, as a function of the server's.
    find: &'static str,
    owner: &'static str,
    privileges: &'static str,
    /// How GRANT calls the kind.
    word: &'static str,
    /// Whether everybody has privileges on a new one.
    public: bool,
}

fn kept(kind: &str) -> Option<Kept> {
    let relation = Kept {
        catalog: "pg_catalog.pg_class",
        find: "pg_catalog.to_regclass",
        owner: "relowner",
        privileges: "relacl",
        word: "TABLE",
        public: false,
    };
    let routine = |find, word| Kept {
        catalog: "pg_catalog.pg_proc",
        find,
        owner: "proowner",
        privileges: "proacl",
        word,
        public: true,
    };
    match kind {
        "view" | "materialized_view" | "foreign_table" => Some(relation),
        "function" | "aggregate" => Some(routine("pg_catalog.to_regprocedure", "FUNCTION")),
        "procedure" => Some(routine("pg_catalog.to_regprocedure", "PROCEDURE")),
        "domain" | "composite_type" | "range_type" | "type" => Some(Kept {
            catalog: "pg_catalog.pg_type",
            find: "pg_catalog.to_regtype",
            owner: "typowner",
            privileges: "typacl",
            word: "TYPE",
            public: true,
        }),
        _ => None,
    }
}

/// Which object is kept in mind: the operation that drops it, and which one it is of those that it drops.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Slot(pub(in super::super) usize, pub(in super::super) usize);

impl Slot {
    /// The setting in which the words for the object are kept.
    fn setting(self) -> String {
        format!("limbeck.kept_{}_{}", self.0, self.1)
    }
}

/// What keeps in mind, before it is dropped, whose the object is and who may use it.
pub(in super::super) fn keep(key: &ObjectKey, slot: Slot) -> Option<Statement> {
    let at = slot.0;
    let Kept { catalog, find, owner, privileges, word, public } = kept(&key.kind)?;
    let what = identity(key).ok()?;
    // Behind the words of the kind stands the name, with the types of arguments where there are some.
    let words = if matches!(key.kind.as_str(), "materialized_view" | "foreign_table") { 2 } else { 1 };
    let name = what.splitn(words + 1, ' ').last()?;
    let target = text(&format!("{word} {name}"));
    let owned = text(&what);
    let revoke = if public {
        format!(
            "SELECT 2, pg_catalog.format('REVOKE ALL ON %s FROM PUBLIC', {target}) FROM object WHERE privileges IS NOT NULL UNION ALL "
        )
    } else {
        String::new()
    };
    let columns = if word == "TABLE" {
        format!(
            " UNION ALL SELECT 4, pg_catalog.format('GRANT %s (%I) ON %s TO %s%s', g.privilege_type, a.attname, {target}, \
             CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) END, \
             CASE WHEN g.is_grantable THEN ' WITH GRANT OPTION' ELSE '' END) \
             FROM object JOIN pg_catalog.pg_attribute a ON a.attrelid = object.oid, \
             LATERAL pg_catalog.aclexplode(a.attacl) g"
        )
    } else {
        String::new()
    };
    let setting = text(&slot.setting());
    let name = text(name);
    Some(Statement::schema(
        at,
        format!(
            "WITH object AS (SELECT c.oid, c.{owner} AS owner, c.{privileges} AS privileges \
             FROM {catalog} c WHERE c.oid = {find}({name})::oid) \
             SELECT pg_catalog.set_config({setting}, coalesce(string_agg(said, '; ' ORDER BY place), ''), false) FROM (\
             SELECT 1 AS place, pg_catalog.format('ALTER %s OWNER TO %I', {owned}, pg_catalog.pg_get_userbyid(owner)) AS said \
             FROM object WHERE pg_catalog.pg_get_userbyid(owner) <> current_user UNION ALL {revoke}\
             SELECT 3, pg_catalog.format('GRANT %s ON %s TO %s%s', g.privilege_type, {target}, \
             CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) END, \
             CASE WHEN g.is_grantable AND g.grantee <> object.owner THEN ' WITH GRANT OPTION' ELSE '' END) \
             FROM object, LATERAL pg_catalog.aclexplode(object.privileges) g{columns}) AS kept"
        ),
    ))
}

/// What gives it back behind the creation by the operation at `at`.
pub(in super::super) fn give_back(key: &ObjectKey, slot: Slot, at: usize) -> Option<Statement> {
    kept(&key.kind)?;
    let setting = text(&slot.setting());
    Some(Statement::schema(
        at,
        do_block(&format!(
            "BEGIN IF coalesce(pg_catalog.current_setting({setting}, true), '') <> '' \
             THEN EXECUTE pg_catalog.current_setting({setting}); END IF; END"
        )),
    ))
}
