use super::*;
use crate::diag::Diagnose;
use crate::schema::{
    Check, ConstraintBody, ForeignKey, Generated, KeyPart, ObjectRef, PartitionOf, PrimaryKey, References,
    ReferentialAction, Schema, Type, TypeSpec, Unique,
};

fn key(name: &str, table: &str, column: &str) -> Constraint {
    let body = ForeignKey {
        columns: vec![Ident::from(column)],
        references: References { table: Name::new(table), columns: vec![Ident::from("id")] },
        on_delete: ReferentialAction::Cascade,
        on_delete_columns: Vec::new(),
        on_update: ReferentialAction::NoAction,
        match_type: None,
    };
    Constraint::new(Some(name.into()), body)
}

fn table(name: &str, columns: &[&str]) -> Table {
    let mut table = Table::new(name);
    table.columns = columns.iter().map(|column| Column::new(*column, "integer")).collect();
    table
}

fn create(name: &str, columns: &[&str]) -> Operation {
    Operation::CreateTable(Box::new(table(name, columns)))
}

fn add(table: &str, column: &str) -> Operation {
    Operation::AddColumn {
        table: table.into(),
        column: Box::new(Column::new(column, "integer")),
        position: None,
        fill: None,
    }
}

fn alter(table: &str, column: &str, change: ColumnChange) -> Operation {
    Operation::AlterColumn { table: table.into(), column: column.into(), change: Box::new(change) }
}

fn typed(ty: &str) -> ColumnChange {
    ColumnChange { ty: Some(ty.into()), ..Default::default() }
}

fn drop_table(table: &str) -> Operation {
    Operation::DropTable { table: table.into() }
}

fn drop_column(table: &str, column: &str) -> Operation {
    Operation::DropColumn { table: table.into(), column: column.into() }
}

fn rename_table(table: &str, to: &str) -> Operation {
    Operation::RenameTable { table: table.into(), to: to.into() }
}

fn rename_column(table: &str, column: &str, to: &str) -> Operation {
    Operation::RenameColumn { table: table.into(), column: column.into(), to: to.into() }
}

fn add_key(table: &str, constraint: Constraint) -> Operation {
    Operation::AddConstraint { table: table.into(), constraint: Box::new(constraint) }
}

fn index(table: &str, name: &str, column: &str) -> Operation {
    let index = Box::new(Index::new(name, [column]));
    Operation::CreateIndex { table: table.into(), index, concurrently: false }
}

fn execute(sql: &str) -> Operation {
    Operation::Execute { sql: sql.into(), effect: None }
}

fn view(name: &str, text: &str) -> Object {
    Object {
        key: ObjectKey { kind: "view".to_owned(), name: name.into(), table: None },
        definition: text.into(),
        depends_on: Vec::new(),
        comment: None,
        options: Options::default(),
    }
}

fn made(operations: &[Operation]) -> Schema {
    let mut schema = Schema::new();
    replay(operations, &mut schema).unwrap();
    schema
}

/// A table with everything that can say a column's name, and another that points at it.
fn users_and_posts() -> Schema {
    let mut users = table("users", &["id", "name", "team"]);
    let upper = Generated { expression: "upper(name)".into(), stored: true };
    users.columns.push(Column { generated: Some(upper), ..Column::new("shout", "text") });
    let primary = PrimaryKey { columns: vec![KeyPart::column("id")], include: Vec::new() };
    users.constraints = vec![
        Constraint::new(Some("users_pkey".into()), primary),
        Constraint::new(Some("users_check".into()), Check { expression: "name <> 'name' AND id > 0".into() }),
        key("users_team_fkey", "users", "team"),
    ];
    let mut partial = Index::new("partial", ["id"]);
    partial.predicate = Some("users.name IS NOT NULL".into());
    users.indexes.insert(partial.name.clone(), partial);
    let mut posts = table("posts", &["id", "author"]);
    posts.constraints.push(key("posts_author_fkey", "users", "author"));
    let mut schema = Schema::new();
    schema.insert_table(users);
    schema.insert_table(posts);
    schema
}

fn text_of<'a>(schema: &'a Schema, view: &str) -> &'a str {
    let object = schema.objects.values().find(|object| object.key.name == Name::new(view)).unwrap();
    object.definition.plain().unwrap()
}

#[test]
fn a_renamed_column_is_renamed_wherever_it_is_said() {
    let mut schema = users_and_posts();
    let active = view("active", "CREATE VIEW active AS SELECT id, name FROM users");
    schema.objects.insert(active.key.clone(), active);
    rename_column("users", "name", "login").apply(&mut schema).unwrap();
    rename_column("users", "team", "crew").apply(&mut schema).unwrap();
    let users = &schema.tables[&Name::new("users")];
    let expression =
        |column: &str| users.column(&column.into()).unwrap().generated.clone().unwrap().expression;
    assert_eq!(expression("shout"), Sql::from("upper(login)"));
    let check = users.constraint(&"users_check".into()).unwrap();
    assert_eq!(check.body, Check { expression: "login <> 'name' AND id > 0".into() }.into());
    assert_eq!(users.indexes["partial"].predicate, Some("users.login IS NOT NULL".into()));
    assert_eq!(users.constraint(&"users_team_fkey".into()).unwrap().columns(), [&Ident::from("crew")]);
    assert_eq!(text_of(&schema, "active"), "CREATE VIEW active AS SELECT id, login FROM users");

    let before = users_and_posts();
    let mut schema = before.clone();
    let rename = rename_column("users", "id", "number_of");
    rename.apply(&mut schema).unwrap();
    let (_, author) = schema.tables[&Name::new("posts")].foreign_keys().next().unwrap();
    assert_eq!(author.references.columns, [Ident::from("number_of")]);
    replay(&rename.invert(&before).unwrap(), &mut schema).unwrap();
    assert_eq!(schema, before);
}

#[test]
fn a_renamed_table_is_renamed_wherever_it_is_said() {
    let mut schema = users_and_posts();
    let mut active = view("active", "CREATE VIEW active AS SELECT id FROM users");
    active.depends_on.push(ObjectRef { kind: "table".to_owned(), name: "users".into() });
    schema.objects.insert(active.key.clone(), active);
    rename_table("users", "people").apply(&mut schema).unwrap();
    let people = &schema.tables[&Name::new("people")];
    assert_eq!(people.indexes["partial"].predicate, Some("people.name IS NOT NULL".into()));
    let own = people.foreign_keys().next().unwrap().1;
    let others = schema.tables[&Name::new("posts")].foreign_keys().next().unwrap().1;
    assert_eq!(
        (&own.references.table, &others.references.table),
        (&Name::new("people"), &Name::new("people"))
    );
    assert_eq!(text_of(&schema, "active"), "CREATE VIEW active AS SELECT id FROM people");
    assert_eq!(schema.objects.values().next().unwrap().depends_on[0].name, Name::new("people"));
}

#[test]
fn a_name_that_may_be_anothers_is_not_renamed_in_a_text() {
    let mut schema = users_and_posts();
    let both = view("both", "CREATE VIEW both AS SELECT id FROM users JOIN posts ON author = team");
    schema.objects.insert(both.key.clone(), both);
    let before = schema.clone();
    let error = rename_column("users", "id", "number_of").apply(&mut schema).unwrap_err();
    assert!(matches!(&error, ApplyError::AmbiguousRename { object, .. } if object.name == Name::new("both")));
    assert!(error.diagnostic().help.unwrap().contains("create_object"));
    assert_eq!(schema, before);
    rename_column("users", "team", "crew").apply(&mut schema).unwrap();
    assert!(text_of(&schema, "both").ends_with("author = crew"));
}

#[test]
fn a_rename_back_brings_texts_back_that_said_the_new_name() {
    let mut before = users_and_posts();
    let alias = view("alias", "CREATE VIEW alias AS SELECT Name AS login FROM users");
    before.objects.insert(alias.key.clone(), alias);
    let rename = rename_column("users", "name", "login");
    let mut schema = before.clone();
    rename.apply(&mut schema).unwrap();
    assert_eq!(text_of(&schema, "alias"), "CREATE VIEW alias AS SELECT login AS login FROM users");
    replay(&rename.invert(&before).unwrap(), &mut schema).unwrap();
    assert_eq!(schema, before);
}

#[test]
fn a_dropped_column_takes_its_own_with_it_and_nothing_of_others() {
    let mut schema = users_and_posts();
    let error = drop_column("users", "id").apply(&mut schema).unwrap_err();
    assert_eq!(error.to_string(), "column users.id is used by foreign key posts_author_fkey of table posts");
    let error = drop_column("users", "name").apply(&mut schema).unwrap_err();
    assert_eq!(error.to_string(), "column users.name is used by generated column shout");
    drop_column("users", "shout").apply(&mut schema).unwrap();
    let before = schema.clone();
    let drop = drop_column("users", "name");
    drop.apply(&mut schema).unwrap();
    let users = &schema.tables[&Name::new("users")];
    assert!(users.indexes.is_empty() && users.constraint(&"users_check".into()).is_none());
    assert_eq!(users.constraints.len(), 2);
    let back = drop.invert(&before).unwrap();
    assert_eq!(
        back.iter().map(Operation::kind).collect::<Vec<_>>(),
        ["add_column", "add_check", "create_index"]
    );
    replay(&back, &mut schema).unwrap();
    assert_eq!(schema, before);
}

#[test]
fn triggers_come_back_behind_those_that_they_follow() {
    let trigger = |name: &str, follows: Option<&str>| {
        let need = |kind: &str, name: &str| ObjectRef { kind: kind.to_owned(), name: Name::new(name) };
        let mut depends_on = vec![need("table", "t")];
        depends_on.extend(follows.map(|other| need("trigger", other)));
        Object {
            key: ObjectKey { kind: "trigger".to_owned(), name: Name::new(name), table: Some("t".into()) },
            definition: "CREATE TRIGGER".into(),
            depends_on,
            comment: None,
            options: Options::default(),
        }
    };
    let mut before = Schema::new();
    before.insert_table(table("t", &["id"]));
    for (name, follows) in [("a", Some("b")), ("b", Some("z")), ("c", None), ("z", Some("c"))] {
        let object = trigger(name, follows);
        before.objects.insert(object.key.clone(), object);
    }
    let made = drop_table("t").invert(&before).unwrap();
    let order: Vec<&str> = made
        .iter()
        .filter_map(|operation| match operation {
            Operation::CreateObject(object) => Some(object.key.name.name.as_str()),
            _ => None,
        })
        .collect();
    assert_eq!(order, ["c", "z", "b", "a"]);
}

#[test]
fn a_dropped_table_comes_back_with_its_triggers_and_sequences() {
    let mut before = users_and_posts();
    let mut trigger = view("touch", "CREATE TRIGGER touch AFTER UPDATE ON posts BEGIN SELECT 1; END");
    trigger.key = ObjectKey { kind: "trigger".to_owned(), name: "touch".into(), table: Some("posts".into()) };
    before.objects.insert(trigger.key.clone(), trigger);
    let sequence = Sequence {
        name: "posts_id_seq".into(),
        ty: None,
        settings: crate::schema::SequenceOptions::default(),
        owned_by: Some(("posts".into(), "id".into())),
        comment: None,
        options: Options::default(),
    };
    before.sequences.insert(sequence.name.clone(), sequence);
    let mut schema = before.clone();
    drop_table("posts").apply(&mut schema).unwrap();
    assert!(schema.objects.is_empty() && schema.sequences.is_empty());
    let back = drop_table("posts").invert(&before).unwrap();
    let kinds: Vec<_> = back.iter().map(Operation::kind).collect();
    assert_eq!(kinds, ["create_sequence", "create_table", "alter_sequence", "create_object"]);
    replay(&back, &mut schema).unwrap();
    assert_eq!(schema, before);
}

#[test]
fn errors_name_what_is_near() {
    let mut schema = users_and_posts();
    let error = drop_table("user").apply(&mut schema).unwrap_err();
    assert!(error.is_missing());
    assert_eq!(error.diagnostic().help.as_deref(), Some("did you mean `users`?"));
    let after = Operation::AddColumn {
        table: "users".into(),
        column: Box::new(Column::new("age", "integer")),
        position: Some(Position::After("nme".into())),
        fill: None,
    };
    let error = replay(&[add("posts", "title"), after], &mut schema).unwrap_err();
    assert_eq!(error.index, 1);
    assert_eq!(error.to_string(), "step 2, + Add column users.age: column users.nme does not exist");
    assert_eq!(error.diagnostic().help.as_deref(), Some("did you mean `name`?"));
}

#[test]
fn rows_come_back_by_their_key_only() {
    let schema = users_and_posts();
    let row = |id: Literal| RowValues::from([(Ident::from("id"), id)]);
    let insert = |table: &str, id: Literal, key: &[&str]| Operation::Insert {
        table: table.into(),
        rows: vec![row(id)],
        key: key.iter().copied().map(Ident::from).collect(),
    };
    let undone = insert("users", Literal::Integer(1), &[]).invert(&schema).unwrap();
    assert_eq!(undone[0].kind(), "delete");
    assert_eq!(undone[0].invert(&schema).unwrap(), [insert("users", Literal::Integer(1), &[])]);
    assert!(insert("posts", Literal::Integer(1), &["id"]).invert(&schema).is_ok());
    let error = insert("posts", Literal::Integer(1), &[]).invert(&schema).unwrap_err();
    assert!(matches!(error, Irreversible::NoKey { .. }));
    for operation in
        [insert("users", Literal::Sql("1".into()), &[]), insert("users", Literal::Integer(1), &["name"])]
    {
        assert!(matches!(operation.invert(&schema).unwrap_err(), Irreversible::KeyNotGiven { .. }));
    }
}

#[test]
fn raw_sql_has_a_way_back_if_it_changes_rows_only() {
    let schema = Schema::new();
    assert_eq!(execute("UPDATE users SET a = 1; DELETE FROM b").invert(&schema).unwrap(), []);
    let error = execute("UPDATE users SET a = 1; DROP TABLE b").invert(&schema).unwrap_err();
    assert_eq!(error.diagnostic().code, "irreversible-execute");
    let stated = Operation::Execute { sql: "SELECT f()".into(), effect: Some(Effect::Data) };
    assert_eq!(stated.invert(&schema).unwrap(), []);
    let run = Operation::Run { function: "f".to_owned(), arguments: IndexMap::new() };
    assert!(matches!(run.invert(&schema), Err(Irreversible::Run { .. })));
}

#[test]
fn an_enum_that_takes_a_words_place_goes_back_in_steps() {
    let words = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
    let mut before = Schema::new();
    let status = Enum {
        name: "status".into(),
        values: words(&["a", "b", "c"]),
        comment: None,
        options: Options::default(),
    };
    before.enums.insert(status.name.clone(), status);
    let change = |rename: &[(&str, &str)], remove: &[&str], add: &[&str]| AlterEnum {
        name: "status".into(),
        rename: rename
            .iter()
            .map(|(from, to)| EnumRename { from: (*from).to_owned(), to: (*to).to_owned() })
            .collect(),
        remove: words(remove),
        add: add.iter().map(|value| EnumAddition { value: (*value).to_owned(), place: None }).collect(),
        comment: None,
    };
    for (change, steps) in [
        (change(&[("a", "x")], &["b"], &["d"]), 1),
        (change(&[("a", "x")], &[], &["a"]), 2),
        (change(&[("a", "x"), ("b", "a"), ("x", "b")], &["c"], &["e"]), 3),
        (change(&[], &["a", "b", "c"], &[]), 1),
    ] {
        let change = Operation::AlterEnum(change);
        let mut schema = before.clone();
        change.apply(&mut schema).unwrap();
        let back = change.invert(&before).unwrap();
        assert_eq!(back.len(), steps, "{back:?}");
        replay(&back, &mut schema).unwrap();
        assert_eq!(schema, before);
    }
    let unknown = Operation::AlterEnum(change(&[("aa", "z")], &[], &[]));
    assert!(unknown.apply(&mut before.clone()).unwrap_err().is_missing());
    let twice = Operation::AlterEnum(change(&[], &[], &["b"]));
    assert!(twice.apply(&mut before).unwrap_err().is_existing());
}

#[test]
fn lines_read_like_djangos() {
    let schema = made(&[create("users", &["email"])]);
    let says = |operation: Operation| operation.describe(Some(&schema)).to_string();
    assert_eq!(says(create("users", &[])), "+ Create table users");
    assert_eq!(says(add("users", "age")), "+ Add column users.age");
    let longer = alter("users", "email", typed("varchar(255)"));
    assert_eq!(says(longer.clone()), "~ Alter column users.email (integer → varchar(255))");
    assert_eq!(says(rename_column("users", "a", "b")), "~ Rename column users.a → b");
    assert_eq!(says(drop_column("users", "age")), "- Drop column users.age");
    let fkey = add_key("users", key("users_team_id_fkey", "teams", "team_id"));
    assert_eq!(says(fkey.clone()), "+ Add foreign key users_team_id_fkey on users (team_id → teams.id)");
    let long = "UPDATE users\n  SET username = lower(username) WHERE username <> lower(username)";
    assert_eq!(says(execute(long)), "! Execute SQL (UPDATE users SET username = …)");
    let fragments = [create("users", &[]), add("users", "age"), drop_column("users", "age"), longer, fkey];
    assert_eq!(
        fragments.map(|operation| operation.fragment()),
        ["users", "users_age", "remove_users_age", "alter_users_email", "users_team_id_fkey"]
    );
    assert_eq!(rename_column("users", "userName", "login").fragment(), "rename_username_to_login");
}

#[test]
fn narrowing_is_a_loss_and_widening_is_none() {
    for (old, new, lossless) in [
        ("varchar(100)", "varchar(255)", true),
        ("varchar(255)", "varchar(100)", false),
        ("text", "varchar(255)", false),
        ("varchar(255)", "text", true),
        ("integer", "bigint", true),
        ("bigint", "integer", false),
        ("decimal(10,2)", "decimal(12,2)", true),
        ("decimal(10,2)", "decimal(10,4)", false),
        ("timestamp(3)", "timestamp", true),
        ("timestamp", "timestamp(3)", false),
        ("citext", "text", false),
        ("array(integer)", "array(bigint)", true),
    ] {
        let mut schema = Schema::new();
        let mut table = Table::new("t");
        table.columns.push(Column::new("a", old));
        schema.insert_table(table);
        let loss = alter("t", "a", typed(new)).loss(&schema);
        assert_eq!(loss.is_none(), lossless, "{old} → {new}");
    }
    let schema = users_and_posts();
    assert_eq!(drop_table("users").loss(&schema).unwrap().kind, LossKind::Table);
    assert_eq!(drop_column("users", "name").loss(&schema).unwrap().kind, LossKind::Column);
    let native = TypeSpec::only("postgres", "tsvector");
    assert!(!loss::widens(&Type::Text.into(), &TypeSpec { default: Some(Type::Text), ..native }));
}

#[test]
fn attributes_of_a_composite_type_are_lost_where_columns_are_of_it() {
    let object = |kind: &str, name: &str, sql: &str| crate::schema::Object {
        key: crate::schema::ObjectKey { kind: kind.to_owned(), name: Name::new(name), table: None },
        definition: sql.into(),
        depends_on: Vec::new(),
        comment: None,
        options: Options::default(),
    };
    let with = |attributes: &str| {
        object("composite_type", "addr", &format!("CREATE TYPE public.addr AS ({attributes})"))
    };
    let replace = |attributes: &str| Operation::ReplaceObject(with(attributes));
    let mut schema = Schema::new();
    let old = with("street text, \"zip\" numeric(3,2), n integer");
    schema.objects.insert(old.key.clone(), old);
    assert_eq!(replace("n integer").loss(&schema), None);
    let mut wrapped = object("domain", "good", "CREATE DOMAIN good AS addr");
    wrapped.depends_on =
        vec![crate::schema::ObjectRef { kind: "composite_type".to_owned(), name: Name::new("addr") }];
    schema.objects.insert(wrapped.key.clone(), wrapped);
    let mut table = Table::new("u");
    table
        .columns
        .push(Column { ty: TypeSpec::only("postgres", "public.good[]"), ..Column::new("a", "text") });
    schema.insert_table(table);
    let loss = replace("n integer, more text").loss(&schema).unwrap();
    assert_eq!(loss.what, "all values of `street` and `zip` of composite type addr, as in u.a");
    assert_eq!(loss.kind, LossKind::Column);
    assert_eq!(replace("street text, zip numeric(3,2), n bigint, more text").loss(&schema), None);
}

#[test]
fn a_word_is_given_back_before_others_say_it() {
    let mut schema = Schema::new();
    schema.enums.insert(
        Name::new("mood"),
        crate::schema::Enum {
            name: Name::new("mood"),
            values: vec!["sad".to_owned(), "ok".to_owned()],
            comment: None,
            options: Options::default(),
        },
    );
    let mut table = Table::new("t");
    table.columns.push(Column { default: Some("f('ok')".into()), ..Column::new("m", "enum(mood)") });
    schema.insert_table(table);
    let default = |word: &str| {
        let change = ColumnChange { default: Some(Some(word.into())), ..ColumnChange::default() };
        alter("t", "m", change)
    };
    let rename = |from: &str, to: &str| {
        Operation::AlterEnum(crate::operation::AlterEnum {
            name: Name::new("mood"),
            rename: vec![crate::operation::EnumRename { from: from.to_owned(), to: to.to_owned() }],
            remove: Vec::new(),
            add: Vec::new(),
            comment: None,
        })
    };
    let back = invert_all(&[rename("ok", "fine"), default("f('fine')")], &schema).unwrap();
    assert_eq!(back, [rename("fine", "ok"), default("f('ok')")]);
    let steps = [rename("ok", "fine"), default("f('fine')"), rename("fine", "zen"), default("f('zen')")];
    let back = invert_all(&steps, &schema).unwrap();
    assert_eq!(back, [rename("zen", "fine"), default("f('fine')"), rename("fine", "ok"), default("f('ok')")]);
}

fn check_optimised(operations: &[Operation], expected: &[Operation]) {
    assert_eq!(optimise(operations.to_vec()), expected);
}

#[test]
fn a_table_being_made_takes_in_what_follows() {
    check_optimised(&[create("a", &["x"]), drop_table("a")], &[]);
    check_optimised(&[create("a", &["x"]), rename_table("a", "b")], &[create("b", &["x"])]);
    check_optimised(&[create("a", &["x"]), add("a", "y")], &[create("a", &["x", "y"])]);
    check_optimised(&[create("a", &["x", "y"]), drop_column("a", "y")], &[create("a", &["x"])]);
    check_optimised(&[create("a", &["x"]), rename_column("a", "x", "z")], &[create("a", &["z"])]);
    let unique = Constraint::new(
        Some("u".into()),
        Unique { columns: vec![KeyPart::column("x")], ..Default::default() },
    );
    let fewer = optimise(vec![create("a", &["x"]), index("a", "i", "x"), add_key("a", unique)]);
    let [Operation::CreateTable(whole)] = fewer.as_slice() else { panic!("{fewer:?}") };
    assert!(
        whole.indexes.contains_key("i") && matches!(whole.constraints[0].body, ConstraintBody::Unique(_))
    );
    let text = alter("a", "x", typed("text"));
    let fewer = optimise(vec![create("a", &["x"]), text]);
    let [Operation::CreateTable(whole)] = fewer.as_slice() else { panic!("{fewer:?}") };
    assert_eq!(whole.columns[0].ty, Type::Text.into());
}

#[test]
fn two_changes_of_one_thing_are_one() {
    check_optimised(&[rename_table("a", "b"), rename_table("b", "c")], &[rename_table("a", "c")]);
    check_optimised(&[add("a", "x"), rename_column("a", "x", "y")], &[add("a", "y")]);
    check_optimised(&[add("a", "x"), drop_column("a", "x")], &[]);
    let (text, big) = (alter("a", "x", typed("text")), alter("a", "x", typed("bigint")));
    check_optimised(&[text.clone(), big.clone()], std::slice::from_ref(&big));
    check_optimised(&[text, drop_column("a", "x")], &[drop_column("a", "x")]);
    let renames = [rename_column("a", "x", "y"), rename_column("a", "y", "z")];
    check_optimised(&renames, &[rename_column("a", "x", "z")]);
    let rename = Operation::RenameIndex { table: "a".into(), name: "i".into(), to: "j".into() };
    let drop =
        |name: &str| Operation::DropIndex { table: "a".into(), name: name.into(), concurrently: false };
    check_optimised(&[index("a", "i", "x"), rename.clone()], &[index("a", "j", "x")]);
    check_optimised(&[index("a", "i", "x"), drop("i")], &[]);
    check_optimised(&[rename, drop("j")], &[drop("i")]);
    let dropped =
        Operation::DropConstraint { table: "a".into(), constraint: ConstraintRef::Named("k".into()) };
    check_optimised(&[add_key("a", key("k", "b", "x")), dropped], &[]);
    let (one, two) = (view("v", "SELECT 1"), view("v", "SELECT 2"));
    check_optimised(
        &[Operation::CreateObject(one.clone()), Operation::ReplaceObject(two.clone())],
        &[Operation::CreateObject(two.clone())],
    );
    check_optimised(&[Operation::CreateObject(one), Operation::DropObject { key: two.key }], &[]);
}

#[test]
fn an_added_column_takes_a_change_only_if_its_rows_come_out_the_same() {
    let default = |value: &str| ColumnChange { default: Some(Some(value.into())), ..Default::default() };
    let bare = ColumnChange { default: Some(None), ..Default::default() };
    let with_default = |default: Option<&str>, fill: Option<&str>| Operation::AddColumn {
        table: "a".into(),
        column: Box::new(Column { default: default.map(Sql::from), ..Column::new("x", "integer") }),
        position: None,
        fill: fill.map(Sql::from),
    };
    check_optimised(
        &[with_default(Some("1"), None), alter("a", "x", bare)],
        &[with_default(None, Some("1"))],
    );
    let different = [with_default(Some("1"), None), alter("a", "x", default("2"))];
    check_optimised(&different, &different);
}

#[test]
fn djangos_cases_of_several_tables() {
    let with_key = |name: &str, there: &str| {
        let mut made = table(name, &["id", "other"]);
        made.constraints.push(key("k", there, "other"));
        Operation::CreateTable(Box::new(made))
    };
    let plain = |name: &str| create(name, &["id", "other"]);
    // D029
    check_optimised(&[plain("a"), with_key("b", "a"), drop_table("b"), drop_table("a")], &[]);
    // D030
    check_optimised(
        &[plain("a"), plain("b"), add_key("a", key("k", "b", "other"))],
        &[plain("b"), with_key("a", "b")],
    );
    check_optimised(
        &[plain("a"), with_key("b", "a"), add("a", "x")],
        &[create("a", &["id", "other", "x"]), with_key("b", "a")],
    );
    // D034: a cycle stays cut.
    let cycle = [plain("a"), with_key("b", "a"), add_key("a", key("k", "b", "other"))];
    check_optimised(&cycle, &cycle);
    // D031 to D033, and what else must stay.
    for kept in [
        vec![plain("a"), execute("UPDATE a SET id = 1"), add("a", "x")],
        vec![drop_table("a"), plain("a")],
        vec![drop_column("a", "x"), add("a", "x")],
        vec![rename_table("a", "b"), drop_table("b")],
        vec![plain("a"), Operation::CreateObject(view("v", "SELECT id FROM a")), add("a", "x")],
        vec![plain("a"), with_key("b", "a"), drop_table("a")],
    ] {
        check_optimised(&kept, &kept);
    }
}

#[test]
fn ten_thousand_operations_take_no_time() {
    let names: Vec<String> = (0..2500).map(|number| format!("table_{number}")).collect();
    let mut operations: Vec<Operation> = names.iter().map(|name| create(name, &["id"])).collect();
    for column in ["x", "y", "z"] {
        operations.extend(names.iter().map(|name| add(name, column)));
    }
    let expected: Vec<Operation> = names.iter().map(|name| create(name, &["id", "x", "y", "z"])).collect();
    check_optimised(&operations, &expected);
}

#[test]
fn a_part_leaves_its_whole_and_comes_back() {
    let mut schema = Schema::new();
    schema.insert_table(Table::new("whole"));
    let mut part = Table::new("part");
    let of = PartitionOf { parent: "whole".into(), bound: "DEFAULT".to_owned() };
    part.partition_of = Some(of.clone());
    schema.insert_table(part);
    let (detach, attach) = (
        Operation::DetachPartition { table: "part".into() },
        Operation::AttachPartition { table: "part".into(), of: Box::new(of) },
    );
    assert_eq!(detach.invert(&schema).unwrap(), std::slice::from_ref(&attach));
    let before = schema.clone();
    detach.apply(&mut schema).unwrap();
    assert_eq!(schema.table(&"part".into()).unwrap().partition_of, None);
    assert_eq!(attach.invert(&schema).unwrap(), [detach]);
    attach.apply(&mut schema).unwrap();
    assert_eq!(schema, before);
    assert!(matches!(attach.apply(&mut schema), Err(ApplyError::PartAlready { .. })));
    for of in ["part", "whole"] {
        let of = PartitionOf { parent: of.into(), bound: "DEFAULT".to_owned() };
        let attach = Operation::AttachPartition { table: "whole".into(), of: Box::new(of) };
        assert!(matches!(attach.apply(&mut schema), Err(ApplyError::PartOfItself { .. })));
    }
    let detach = Operation::DetachPartition { table: "part".into() };
    detach.apply(&mut schema).unwrap();
    let mut own = Table::new("own");
    own.partition_of = Some(PartitionOf { parent: "own".into(), bound: "DEFAULT".to_owned() });
    let create = Operation::CreateTable(Box::new(own));
    assert!(matches!(create.apply(&mut schema), Err(ApplyError::PartOfItself { .. })));
    let nowhere = PartitionOf { parent: "nowhere".into(), bound: "DEFAULT".to_owned() };
    let attach = Operation::AttachPartition { table: "part".into(), of: Box::new(nowhere) };
    attach.apply(&mut schema).unwrap_err();
}
