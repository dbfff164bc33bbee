//! What `cargo xtask new-dialect` writes: it compiles, registers, and fails the suite with what is to be done.

// What of it a program of its own uses is not all used here.
#[allow(dead_code, unused_imports, unreachable_pub)]
#[path = "../../xtask/templates/dialect/src/lib.rs"]
mod template;

use std::sync::Arc;

use async_trait::async_trait;
use limbeck_conformance::{Harness, Outcome, Provisioned, cases, run};
use limbeck_core::driver::{Driver, Drivers};

struct Template;

#[async_trait]
impl Harness for Template {
    fn driver(&self) -> Arc<dyn Driver> {
        template::driver()
    }

    async fn provision(&self, case: &str) -> Result<Provisioned, String> {
        Provisioned::at(&format!("newdialect://{case}"))
    }
}

#[test]
fn it_registers() {
    let drivers = Drivers::new().with(limbeck_sqlite::driver()).unwrap().with(template::driver()).unwrap();
    assert_eq!(drivers.by_scheme("newdialect").unwrap().name(), "newdialect");
    assert_eq!(drivers.dialect("newdialect").unwrap().name(), "newdialect");
}

#[test]
fn what_is_to_do_is_listed() {
    let left = template::left();
    for method in [
        "Driver::connect",
        "Driver::scratch",
        "Introspector::introspect",
        "Dialect::plan",
        "Dialect::render_type",
    ] {
        assert!(left.iter().any(|what| what.starts_with(method)), "{method}: {left:#?}");
    }
    assert_eq!(left.len(), 5, "{left:#?}");
}

#[tokio::test]
async fn every_case_fails_and_says_what_to_do() {
    let harness: Arc<dyn Harness> = Arc::new(Template);
    for case in cases() {
        let outcome = run(&harness, case).await;
        let Outcome::Failed(message) = outcome else { panic!("{}::{}: {outcome:?}", case.group, case.name) };
        assert!(message.contains("to do: Driver::connect"), "{}::{}: {message}", case.group, case.name);
    }
}

/// What can be asked without a connection says what is to do, too.
#[test]
fn every_method_that_is_not_written_says_so() {
    use limbeck_core::driver::RenderError;
    use limbeck_core::operation::Operation;
    use limbeck_core::schema::{Schema, Table, Type};

    let dialect = template::driver().offline_dialect("newdialect").unwrap();
    let create = Operation::CreateTable(Box::new(Table::new("t")));
    match dialect.plan(&[create], &Schema::new()) {
        Err(RenderError::Unsupported { what, help, .. }) => {
            assert!(
                what.contains("to do: Dialect::plan") && help.contains("what_is_to_do"),
                "{what}; {help}"
            );
        }
        other => panic!("{other:?}"),
    }
    assert!(dialect.render_type(&Type::Boolean).unwrap_err().contains("to do: Dialect::render_type"));
}
