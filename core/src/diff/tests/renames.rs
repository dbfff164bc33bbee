use super::*;
use crate::diff::{ColumnRename, EnumValueRename, Note, Question, TableRename, message};

/// Hints like `table:a=b`, `column:t.a=b`, `enum:e.a=b`.
fn hints(texts: &[&str]) -> Hints {
    let mut hints = Hints::default();
    for text in texts {
        let (kind, rename) = text.split_once(':').expect("a kind");
        let (from, to) = rename.split_once('=').expect("a new name");
        match (kind, from.split_once('.')) {
            ("table", _) => hints.tables.push(TableRename { from: from.into(), to: to.into() }),
            ("column", Some((table, from))) => {
                hints.columns.push(ColumnRename { table: table.into(), from: from.into(), to: to.into() });
            }
            ("enum", Some((name, from))) => {
                hints.enum_values.push(EnumValueRename {
                    name: name.into(),
                    from: from.into(),
                    to: to.into(),
                });
            }
            _ => panic!("{text}"),
        }
    }
    hints
}

fn told(from: &Schema, to: &Schema, texts: &[&str]) -> Diff {
    compare(from, to, &hints(texts), &Neutral, true)
}

fn users(name: &str) -> Table {
    table(name, &["id bigint", "email text", "age integer null"]).pk("id")
}

#[test]
fn a015_d005_d006_a_column_may_have_been_renamed() {
    let from = schema([table("users", &["id bigint", "username text"])]);
    let to = schema([table("users", &["id bigint", "login text"])]);
    let asked = told(&from, &to, &[]);
    assert_eq!(flags(&asked), ["--rename column:users.username=login"]);
    assert_eq!(short(&asked), ["+users.login", "-users.username"]);
    let answered = told(&from, &to, &["column:users.username=login"]);
    assert_eq!((flags(&answered), short(&answered)), (vec![], vec!["users.username > login".to_owned()]));
    assert_eq!(flags(&compare(&from, &to, &Hints::default(), &Neutral, false)), NOTHING);
    // A no is not asked again.
    let naming = Naming::default();
    let declined =
        [Question::RenameColumn { table: "users".into(), from: "username".into(), to: "login".into() }];
    let hints = Hints::default();
    let options = DiffOptions { declined: &declined, ..DiffOptions::new(&hints, &naming, &Neutral) };
    assert_eq!(flags(&diff(&from, &to, &options)), ["--fill users.login=SQL"]);
}

#[test]
fn a016_d007_a_table_may_have_been_renamed() {
    let posts = |there: &str, key: &str| {
        table("posts", &["id bigint", "author bigint"]).fk(key, "author", &format!("{there}(id)"))
    };
    let from = schema([users("users").index("users_email_idx", "email"), posts("users", "")]);
    let to = schema([users("people").index("people_email_idx", "email"), posts("people", "")]);
    let asked = told(&from, &to, &[]);
    assert_eq!(flags(&asked), ["--rename table:users=people"]);
    assert_eq!(asked.questions[0].to_string(), "Was table users renamed to people? (100 % alike)");
    // The foreign keys follow, and names that rules made stay as they are.
    assert_eq!(short(&told(&from, &to, &["table:users=people"])), ["users > people"]);
}

#[test]
fn tables_that_are_not_alike_are_not_asked_about() {
    let from = schema([table("a", &["id bigint", "x text", "y text"])]);
    let to = schema([table("b", &["id bigint", "p date", "q date"])]);
    assert_eq!(flags(&told(&from, &to, &[])), NOTHING);
    let from = schema([table("t", &["id bigint", "x text"])]);
    let to = schema([table("t", &["id bigint", "y date null"])]);
    assert_eq!(flags(&told(&from, &to, &[])), NOTHING);
}

#[test]
fn a_table_may_have_been_renamed_together_with_a_column() {
    let from = schema([table("users", &["id bigint", "mail text"])]);
    let to = schema([table("people", &["id bigint", "email text"])]);
    assert_eq!(flags(&told(&from, &to, &[])), ["--rename table:users=people"]);
    assert_eq!(flags(&told(&from, &to, &["table:users=people"])), ["--rename column:people.mail=email"]);
    // Three columns of which but the key is called the same are too little.
    let from = schema([table("tags", &["id bigint", "name text", "slug text"])]);
    let to = schema([table("rooms", &["id bigint", "floor text", "code text"])]);
    assert_eq!(flags(&told(&from, &to, &[])), NOTHING);
}

#[test]
fn each_is_asked_about_once_with_what_is_closest() {
    let from = schema([table("t", &["id bigint", "first_name text null", "last_name text null"])]);
    let to = schema([table("t", &["id bigint", "surname text null", "firstname text null"])]);
    assert_eq!(
        flags(&told(&from, &to, &[])),
        ["--rename column:t.first_name=firstname", "--rename column:t.last_name=surname"]
    );
}

#[test]
fn a_rename_may_come_with_a_change() {
    let from =
        schema([table("t", &["id bigint", "a integer null"]).index("t_a_idx", "a").check("c", "a > 0")]);
    let to = schema([table("t", &["id bigint", "b bigint null"]).index("t_b_idx", "b").check("c", "b > 0")]);
    assert_eq!(short(&told(&from, &to, &["column:t.a=b"])), ["t.a > b", "~t.b type"]);
    let from = schema([users("users")]);
    let to = schema([table("people", &["id bigint", "mail text", "age integer null"]).pk("id")]);
    let both = ["users > people", "people.email > mail"];
    assert_eq!(short(&told(&from, &to, &["table:users=people", "column:people.email=mail"])), both);
    assert_eq!(short(&told(&from, &to, &["table:users=people", "column:users.email=mail"])), both);
}

#[test]
fn a_rename_that_comes_with_a_change_is_asked_about() {
    let asked = |old: &str, new: &str| {
        let from = schema([table("t", &["id bigint", old])]);
        let to = schema([table("t", &["id bigint", new])]);
        flags(&told(&from, &to, &[])).contains(&"--rename column:t.total=sum".to_owned())
    };
    assert!(asked("total integer", "sum bigint"));
    assert!(asked("total integer", "sum decimal(10,2) default 0"));
    assert!(asked("total varchar(10)", "sum text null"));
    // Of another kind, and called something else.
    assert!(!asked("total integer", "sum text"));
    let from = schema([table("t", &["id bigint", "created text"])]);
    let to = schema([table("t", &["id bigint", "created_at timestamp"])]);
    assert_eq!(flags(&told(&from, &to, &[])), ["--rename column:t.created=created_at"]);
    // Several go and come: what is called alike belongs together, whatever its type is now.
    let from = schema([table("t", &["id bigint", "price integer", "weight integer"])]);
    let to = schema([table("t", &["id bigint", "weight_kg bigint", "price_net bigint"])]);
    assert_eq!(
        flags(&told(&from, &to, &[])),
        ["--rename column:t.price=price_net", "--rename column:t.weight=weight_kg"]
    );
    // After the answer, the change is what is left.
    let made = told(&from, &to, &["column:t.price=price_net", "column:t.weight=weight_kg"]);
    assert_eq!(
        short(&made),
        ["t.price > price_net", "t.weight > weight_kg", "~t.weight_kg type", "~t.price_net type"]
    );
}

#[test]
fn a_hint_may_stay_for_ever() {
    let now = schema([users("people")]);
    let made = told(&now, &now, &["table:users=people", "column:people.mail=email"]);
    assert_eq!(made, Diff::default());
    let both = schema([users("people"), users("users")]);
    let made = told(&both, &both, &["table:users=people"]);
    assert_eq!(short(&made), NOTHING);
    assert_eq!(made.notes, [Note::TableRenameIgnored { from: "users".into(), to: "people".into() }]);
    // Nor does an old hint take a table away that has come to its name since.
    let made = told(&both, &now, &["table:users=people"]);
    assert_eq!(short(&made), ["-table users"]);
    let from = schema([table("t", &["a text null", "b text null"])]);
    let made = told(&from, &from, &["column:t.a=b"]);
    assert_eq!((short(&made).len(), made.notes.len()), (0, 1));
}

#[test]
fn chains_and_swaps() {
    let two = |first: &str, second: &str| {
        schema([table("t", &[&format!("{first} integer"), &format!("{second} text")])])
    };
    assert_eq!(
        short(&told(&two("a", "b"), &two("b", "c"), &["column:t.a=b", "column:t.b=c"])),
        ["t.b > c", "t.a > b"]
    );
    assert_eq!(
        short(&told(&two("a", "b"), &two("b", "a"), &["column:t.a=b", "column:t.b=a"])),
        ["t.a > a__spare", "t.b > a", "t.a__spare > b"]
    );
    let tables = |first: &str, second: &str| schema([users(first), table(second, &["x text"])]);
    assert_eq!(
        short(&told(&tables("a", "b"), &tables("b", "a"), &["table:a=b", "table:b=a"])),
        ["a > a__spare", "b > a", "a__spare > b"]
    );
    // The old holder of the name goes first.
    let from = two("a", "b");
    let to = schema([table("t", &["b integer"])]);
    assert_eq!(short(&told(&from, &to, &["column:t.a=b"])), ["-t.b", "t.a > b"]);
    let mut from = tables("a", "b");
    from.insert_table(table("c", &["x text"]).fk("", "x", "b(x)"));
    let to = schema([users("b"), table("c", &["x text"])]);
    assert_eq!(short(&told(&from, &to, &["table:a=b"])), ["-c_x_fkey", "-table b", "a > b"]);
}

#[test]
fn enum_words_are_renamed_by_hints() {
    let with = |words: &[&str]| with_enum(schema([]), "mood", words);
    let made = told(&with(&["held", "open"]), &with(&["on_hold", "open"]), &["enum:mood.held=on_hold"]);
    assert_eq!((short(&made), made.notes.len()), (vec!["~enum mood held>on_hold".to_owned()], 0));
    let made = told(&with(&["a", "b"]), &with(&["b", "a"]), &["enum:mood.a=b", "enum:mood.b=a"]);
    assert_eq!(short(&made), ["~enum mood a>a__spare b>a a__spare>b"]);
    let made = told(&with(&["on_hold"]), &with(&["on_hold"]), &["enum:mood.held=on_hold"]);
    assert_eq!(made, Diff::default());
}

#[test]
fn objects_follow_a_rename_or_are_made_anew() {
    let follow = |name: &str| {
        with_object(
            schema([table("users", &["id bigint", &format!("{name} text")])]),
            view("v", &format!("CREATE VIEW v AS SELECT {name} FROM users")),
        )
    };
    assert_eq!(
        short(&told(&follow("nick"), &follow("login"), &["column:users.nick=login"])),
        ["users.nick > login"]
    );
    let unclear = |name: &str| {
        let tables = [table("users", &["id bigint", &format!("{name} text")]), table("pets", &["nick text"])];
        with_object(
            schema(tables),
            view("v", &format!("CREATE VIEW v AS SELECT u.{name}, p.nick FROM users u, pets p")),
        )
    };
    assert_eq!(
        short(&told(&unclear("nick"), &unclear("login"), &["column:users.nick=login"])),
        ["-view v", "users.nick > login", "+view v"]
    );
}

#[test]
fn d009_messages() {
    let from = schema([users("users")]);
    let to = schema([
        table("users", &["id bigint", "email text null", "age integer null", "qty integer"]).pk("id")
    ]);
    assert_eq!(message(&told(&from, &to, &[]).operations), "alter_users_email_users_qty");
    let many: Vec<String> = (0..9).map(|at| format!("column_number_{at} text null")).collect();
    let to =
        schema([users("users").with(|table| table.columns.extend(many.iter().map(|text| column(text))))]);
    let made = message(&told(&from, &to, &[]).operations);
    assert_eq!(made, "users_column_number_0_users_column_number_1_and_more");
    assert_eq!(message(&[]), "");
}
