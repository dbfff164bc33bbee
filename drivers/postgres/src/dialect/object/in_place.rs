//! Changes to an object that need not drop it: others may stand on it.

use limbeck_core::schema::ObjectKey;
use limbeck_core::sql::Token;

use super::definition::{Definition, behind_name, code, depths, is_name, same, slice};
use super::{options, types};

/// The statements that make of `from` what `to` is; `None` where it must be dropped and made again.
pub(super) fn change(key: &ObjectKey, from: &Definition, to: &Definition) -> Option<Vec<String>> {
    if from.is_empty() || to.is_empty() {
        // Where there was nothing to do before, nothing is there.
        return (from.is_empty() && to.is_empty()).then(Vec::new);
    }
    if key.kind == "domain" {
        return types::domain(from, to);
    }
    if same(&from.main, &to.main) {
        let (gone, come) = extras(from, to)?;
        return Some(gone.into_iter().chain(come).collect());
    }
    let made = match key.kind.as_str() {
        "function" | "procedure" => vec![routine(&from.main, &to.main)?],
        "view" => vec![view(&from.main, &to.main)?],
        "composite_type" => types::composite(&from.main, &to.main)?,
        "extension" => extension(&from.main, &to.main)?,
        "foreign_data_wrapper" | "server" | "user_mapping" => options::change(&from.main, &to.main)?,
        _ => return None,
    };
    // What is said of a part that goes must be taken back before it is gone.
    let (gone, come) = extras(from, to)?;
    Some(gone.into_iter().chain(made).chain(come).collect())
}

/// What makes the statements behind the first one of `from` those of `to`: what is taken back, and what is said anew.
fn extras(from: &Definition, to: &Definition) -> Option<(Vec<String>, Vec<String>)> {
    let among = |list: &[String], sql: &str| list.iter().any(|other| same(other, sql));
    let gone = from.extras.iter().filter(|sql| !among(&to.extras, sql));
    let come = to.extras.iter().filter(|sql| !among(&from.extras, sql));
    let gone = gone.map(|sql| undone(sql)).collect::<Option<Vec<String>>>()?;
    Some((gone, come.cloned().collect()))
}

/// What takes back a statement that says something of an object; `None` if nothing does.
fn undone(sql: &str) -> Option<String> {
    let code = code(sql);
    let words = |from: usize, words: &[&str]| {
        words
            .iter()
            .enumerate()
            .all(|(at, word)| code.get(from + at).is_some_and(|token| token.is_word(word)))
    };
    let before = |at: usize| slice(sql, &code, 0, at).to_owned();
    let find = |wanted: &[&str]| (0..code.len()).find(|at| words(*at, wanted));
    if words(0, &["COMMENT", "ON"]) {
        let at = (0..code.len()).rev().find(|at| code[*at].is_word("IS"))?;
        return Some(format!("{} IS NULL", before(at)));
    }
    if let Some(at) = find(&["SET", "DEFAULT"]) {
        return Some(format!("{} DROP DEFAULT", before(at)));
    }
    if let Some(at) = find(&["SET", "STATISTICS"]) {
        return Some(format!("{} SET STATISTICS -1", before(at)));
    }
    if words(0, &["ALTER", "TEXT", "SEARCH", "CONFIGURATION"]) {
        let (add, with) = (find(&["ADD", "MAPPING", "FOR"])?, find(&["WITH"])?);
        return Some(format!("{} DROP MAPPING FOR {}", before(add), slice(sql, &code, add + 3, with)));
    }
    // A trigger or rule fires as usual.
    for word in ["TRIGGER", "RULE"] {
        for state in [&["DISABLE"][..], &["ENABLE", "REPLICA"], &["ENABLE", "ALWAYS"]] {
            let wanted: Vec<&str> = state.iter().copied().chain([word]).collect();
            if let Some(at) = find(&wanted).filter(|at| *at > 2) {
                return Some(format!(
                    "{} ENABLE {word} {}",
                    before(at),
                    slice(sql, &code, at + wanted.len(), code.len())
                ));
            }
        }
    }
    if words(0, &["ALTER", "EVENT", "TRIGGER"]) {
        return Some(format!("{} ENABLE", before(4)));
    }
    None
}

/// `CREATE OR REPLACE …` of a statement that begins with CREATE.
fn or_replace(sql: &str) -> Option<String> {
    let code = code(sql);
    let second = code.get(1).filter(|_| code[0].is_word("CREATE"))?;
    if second.is_word("OR") {
        return Some(sql.to_owned());
    }
    Some(format!("CREATE OR REPLACE {}", &sql[second.start..]))
}

/// A function that keeps its arguments and its result.
fn routine(from: &str, to: &str) -> Option<String> {
    let (old, new) = (signature(from)?, signature(to)?);
    same(&old, &new).then(|| or_replace(to)).flatten()
}

/// The arguments and the result of a CREATE FUNCTION, as it says them.
fn signature(sql: &str) -> Option<String> {
    let code = code(sql);
    let depths = depths(&code);
    let open = code.iter().position(|token| token.is_mark("("))?;
    let close = (open + 1..code.len()).find(|at| code[*at].is_mark(")") && depths[*at] == 0)?;
    let mut end = close + 1;
    if code.get(end).is_some_and(|token| token.is_word("RETURNS")) {
        const CLAUSES: &[&str] = &[
            "LANGUAGE",
            "TRANSFORM",
            "WINDOW",
            "IMMUTABLE",
            "STABLE",
            "VOLATILE",
            "LEAKPROOF",
            "NOT",
            "CALLED",
            "STRICT",
            "EXTERNAL",
            "SECURITY",
            "PARALLEL",
            "COST",
            "ROWS",
            "SUPPORT",
            "SET",
            "AS",
            "BEGIN",
            "RETURN",
        ];
        end += 1;
        // `RETURNS NULL ON NULL INPUT` is another clause, which never stands here: it follows the result.
        while end < code.len() && !(depths[end] == 0 && code[end].is_any(CLAUSES)) {
            if depths[end] == 0 && code[end].is_word("RETURNS") {
                break;
            }
            end += 1;
        }
    }
    Some(slice(sql, &code, open, end).to_owned())
}

/// A view that keeps its columns and may get more behind them. Their types stay if what they are computed from is
/// written the same, and comes from the same tables.
fn view(from: &str, to: &str) -> Option<String> {
    let (old, new) = (Select::read(from)?, Select::read(to)?);
    let starts = |all: &[String], first: &[String]| {
        all.len() >= first.len() && all.iter().zip(first).all(|(left, right)| same(left, right))
    };
    let kept = starts(&new.columns, &old.columns) && same(&old.from, &new.from) && same(&old.head, &new.head);
    kept.then(|| or_replace(to)).flatten()
}

/// A view's text that is one SELECT, as far as it must be known.
struct Select {
    /// The names that the view gives its columns.
    head: String,
    columns: Vec<String>,
    from: String,
}

impl Select {
    fn read(sql: &str) -> Option<Self> {
        let code = code(sql);
        let depths = depths(&code);
        let top = |at: usize, word: &str| depths[at] == 0 && code[at].is_word(word);
        let start = (0..code.len()).find(|at| top(*at, "VIEW"))?;
        let named = behind_name(&code, start + 1);
        let body = (named..code.len()).find(|at| top(*at, "AS"))?;
        let list = if code.get(named)?.is_mark("(") { slice(sql, &code, named, body) } else { "" };
        if !code.get(body + 1)?.is_word("SELECT") || code.get(body + 2)?.is_any(&["DISTINCT", "ALL"]) {
            return None;
        }
        let compound = |at: usize| depths[at] == 0 && code[at].is_any(&["UNION", "INTERSECT", "EXCEPT"]);
        if (body..code.len()).any(compound) {
            return None;
        }
        let end = (body + 2..code.len()).find(|at| top(*at, "FROM"))?;
        let columns = split(sql, &code, &depths, body + 2, end);
        let last = (end..code.len())
            .find(|at| {
                depths[*at] == 0
                    && code[*at].is_any(&[
                        "WHERE", "GROUP", "HAVING", "WINDOW", "ORDER", "LIMIT", "OFFSET", "FETCH", "FOR",
                    ])
            })
            .unwrap_or(code.len());
        Some(Self { head: list.to_owned(), columns, from: slice(sql, &code, end, last).to_owned() })
    }
}

/// The items of a list, which commas part.
fn split(sql: &str, code: &[Token<'_>], depths: &[usize], from: usize, to: usize) -> Vec<String> {
    let mut items = Vec::new();
    let mut start = from;
    for at in from..=to {
        if at == to || (depths[at] == 0 && code[at].text == ",") {
            items.push(slice(sql, code, start, at).to_owned());
            start = at + 1;
        }
    }
    items
}

/// An extension in another schema or of another version.
fn extension(from: &str, to: &str) -> Option<Vec<String>> {
    let value = |sql: &str, word: &str| -> Option<String> {
        let code = code(sql);
        let at = code.iter().position(|token| token.is_word(word))?;
        code.get(at + 1).map(|token| token.text.to_owned())
    };
    let code = code(to);
    let at = code.iter().position(|token| token.is_word("EXTENSION"))?;
    let name =
        code[at + 1..].iter().find(|token| is_name(token) && !token.is_any(&["IF", "NOT", "EXISTS"]))?.text;
    let mut made = Vec::new();
    let (old, new) = (value(from, "SCHEMA"), value(to, "SCHEMA"));
    if old != new {
        made.push(format!("ALTER EXTENSION {name} SET SCHEMA {}", new?));
    }
    if let Some(version) =
        value(to, "VERSION").filter(|version| value(from, "VERSION").as_ref() != Some(version))
    {
        made.push(format!("ALTER EXTENSION {name} UPDATE TO {version}"));
    }
    Some(made)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_function_is_replaced_if_its_signature_stays() {
        let text = |result: &str, body: &str| {
            format!(
                "CREATE FUNCTION public.f(a integer, b text DEFAULT 'x'::text)\n RETURNS {result}\n LANGUAGE sql\nAS $$ {body} $$"
            )
        };
        let made = routine(
            &text("TABLE(x integer, y text)", "select 1"),
            &text("TABLE(x integer, y text)", "select 2"),
        );
        assert_eq!(
            made.unwrap(),
            text("TABLE(x integer, y text)", "select 2").replacen("CREATE", "CREATE OR REPLACE", 1)
        );
        assert_eq!(routine(&text("integer", ""), &text("bigint", "")), None);
        assert_eq!(
            routine(&text("integer", ""), &text("integer", "").replace("'x'::text", "'y'::text")),
            None
        );
    }

    #[test]
    fn a_view_is_replaced_if_its_columns_stay() {
        let to = |from: &str, to: &str| {
            view(&format!("CREATE VIEW v AS SELECT {from}"), &format!("CREATE VIEW v AS SELECT {to}"))
        };
        assert_eq!(
            to("a, b FROM t", "a, b, f(c, d) AS c FROM t WHERE a > 0").unwrap(),
            "CREATE OR REPLACE VIEW v AS SELECT a, b, f(c, d) AS c FROM t WHERE a > 0"
        );
        assert_eq!(to("a, b FROM t", "a FROM t"), None);
        assert_eq!(to("a, b FROM t", "b, a FROM t"), None);
        assert_eq!(to("a FROM t", "a FROM u"), None);
        assert_eq!(to("a FROM t UNION SELECT 1", "a FROM t UNION SELECT 2"), None);
    }

    #[test]
    fn what_was_said_is_taken_back() {
        let gone = |sql: &str| undone(sql).unwrap();
        assert_eq!(gone("COMMENT ON COLUMN v.a IS 'it IS'"), "COMMENT ON COLUMN v.a IS NULL");
        assert_eq!(
            gone("ALTER VIEW v ALTER COLUMN a SET DEFAULT 3"),
            "ALTER VIEW v ALTER COLUMN a DROP DEFAULT"
        );
        assert_eq!(
            gone("ALTER TABLE t ENABLE REPLICA TRIGGER \"a b\""),
            "ALTER TABLE t ENABLE TRIGGER \"a b\""
        );
        assert_eq!(gone("ALTER EVENT TRIGGER e DISABLE"), "ALTER EVENT TRIGGER e ENABLE");
        assert_eq!(
            gone("ALTER TEXT SEARCH CONFIGURATION c ADD MAPPING FOR word WITH d, e"),
            "ALTER TEXT SEARCH CONFIGURATION c DROP MAPPING FOR word"
        );
        assert_eq!(undone("ALTER TABLE t CLUSTER ON i"), None);
    }

    #[test]
    fn an_extension_moves() {
        let text = |rest: &str| format!("CREATE EXTENSION pg_trgm WITH SCHEMA {rest}");
        assert_eq!(
            extension(&text("public"), &text("app VERSION '1.6'")).unwrap(),
            ["ALTER EXTENSION pg_trgm SET SCHEMA app", "ALTER EXTENSION pg_trgm UPDATE TO '1.6'"]
        );
    }
}
