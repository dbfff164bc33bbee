//! Laws that hold for every schema and every operation.

mod generators;

use generators::{is_closed, operations_from_nothing, schema_and_attempts, schema_and_operations};
use limbeck_core::operation::{Operation, invert_all, optimise, replay};
use limbeck_core::schema::{Schema, Sql};
use proptest::prelude::*;

fn replayed(start: &Schema, operations: &[Operation]) -> Result<Schema, TestCaseError> {
    let mut schema = start.clone();
    replay(operations, &mut schema).map_err(|error| TestCaseError::fail(error.to_string()))?;
    Ok(schema)
}

fn optimising_keeps_the_effect(start: &Schema, operations: &[Operation]) -> Result<(), TestCaseError> {
    let fewer = optimise(operations.to_vec());
    prop_assert!(fewer.len() <= operations.len());
    prop_assert_eq!(replayed(start, &fewer)?, replayed(start, operations)?);
    prop_assert_eq!(optimise(fewer.clone()), fewer);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, max_shrink_iters: 20_000, ..ProptestConfig::default() })]

    #[test]
    fn an_inverse_undoes_its_operation((start, operations) in schema_and_operations()) {
        let mut before = start;
        for operation in &operations {
            let mut after = before.clone();
            operation.apply(&mut after).map_err(|error| TestCaseError::fail(error.to_string()))?;
            match operation.invert(&before) {
                Ok(inverse) => prop_assert_eq!(&replayed(&after, &inverse)?, &before, "{:?}", operation),
                // Rows whose key is not known.
                Err(_) => prop_assert!(operation.kind() == "insert"),
            }
            before = after;
        }
    }

    #[test]
    fn the_inverse_of_all_gives_the_start((start, operations) in schema_and_operations()) {
        let operations: Vec<Operation> =
            operations.into_iter().filter(|operation| !matches!(operation, Operation::Insert { .. })).collect();
        let end = replayed(&start, &operations)?;
        let inverse = invert_all(&operations, &start).map_err(|error| TestCaseError::fail(error.to_string()))?;
        prop_assert_eq!(replayed(&end, &inverse)?, start);
    }

    #[test]
    fn optimising_changes_nothing_but_the_number((start, operations) in schema_and_operations()) {
        optimising_keeps_the_effect(&start, &operations)?;
    }

    #[test]
    fn optimising_from_nothing_changes_nothing_but_the_number(operations in operations_from_nothing()) {
        optimising_keeps_the_effect(&Schema::new(), &operations)?;
    }

    #[test]
    fn what_fails_leaves_the_schema_as_it_was((start, operations) in schema_and_attempts()) {
        prop_assert!(is_closed(&start));
        for operation in &operations {
            let mut schema = start.clone();
            if operation.apply(&mut schema).is_err() {
                prop_assert_eq!(&schema, &start, "{:?}", operation);
            }
        }
    }

    #[test]
    fn every_operation_can_be_described((start, operations) in schema_and_attempts()) {
        for operation in &operations {
            prop_assert!(!operation.describe(None).text.is_empty());
            prop_assert!(!operation.describe(Some(&start)).text.contains('\n'));
            prop_assert!(!operation.fragment().is_empty());
            prop_assert!(!operation.kind().is_empty());
            if let Some(loss) = operation.loss(&start) {
                let named = loss.table.as_ref().is_some_and(|table| operation.tables().contains(&table));
                prop_assert!(named || operation.kind() == "alter_enum");
            }
        }
    }

    #[test]
    fn any_sql_can_be_described(text in any::<String>()) {
        let operation = Operation::Execute { sql: Sql::from(text), effect: None };
        let shown = operation.describe(None).to_string();
        prop_assert!(shown.starts_with("! Execute SQL (") && shown.chars().count() < 70);
        operation.effect();
    }
}
