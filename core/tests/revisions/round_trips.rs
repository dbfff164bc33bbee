use limbeck_core::revision::{Format, checksum, operation_from_json, operation_to_json, parse, write};
use proptest::prelude::*;

use super::generators::{operation, revision, sql_revision};

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn toml_is_read_as_it_was_written(revision in revision()) {
        let text = write(&revision, Format::Toml).unwrap();
        let read = parse("r.toml", text.as_str(), Format::Toml);
        let read = read.map_err(|errors| TestCaseError::fail(format!("{text}\n{}", errors[0])))?;
        prop_assert_eq!(&read, &revision, "{}", text);
        prop_assert_eq!(write(&read, Format::Toml).unwrap(), text);
        prop_assert_eq!(checksum(&read), checksum(&revision));
    }

    #[test]
    fn line_ends_do_not_count(revision in revision()) {
        let text = write(&revision, Format::Toml).unwrap();
        let read = parse("r.toml", format!("\u{feff}{}", text.replace('\n', "\r\n")), Format::Toml).unwrap();
        prop_assert_eq!(&read, &revision, "{}", text);
    }

    #[test]
    fn sql_is_read_as_it_was_written(revision in sql_revision()) {
        let text = write(&revision, Format::Sql).unwrap();
        let read = parse("r.sql", text.as_str(), Format::Sql);
        let read = read.map_err(|errors| TestCaseError::fail(format!("{text}\n{}", errors[0])))?;
        prop_assert_eq!(&read, &revision, "{}", text);
        prop_assert_eq!(write(&read, Format::Sql).unwrap(), text.as_str());
        let windows = parse("r.sql", format!("\u{feff}{}", text.replace('\n', "\r\n")), Format::Sql).unwrap();
        prop_assert_eq!(&windows, &revision, "{}", text);
        // The same revision is the same in either form.
        let toml = write(&revision, Format::Toml).unwrap();
        prop_assert_eq!(checksum(&parse("r.toml", toml, Format::Toml).unwrap()), checksum(&read));
    }

    #[test]
    fn json_is_read_as_it_was_written(operation in operation()) {
        let json = operation_to_json(&operation);
        let text = serde_json::to_string(&json).unwrap();
        let read = operation_from_json(&serde_json::from_str(&text).unwrap());
        let read = read.map_err(|errors| TestCaseError::fail(format!("{text}\n{}", errors[0])))?;
        prop_assert_eq!(read, operation, "{}", text);
    }

    #[test]
    fn no_text_is_too_strange_to_be_read(text in any::<String>(), toml in any::<bool>()) {
        let format = if toml { Format::Toml } else { Format::Sql };
        if let Err(errors) = parse("r", text, format) {
            prop_assert!(!errors.is_empty());
            prop_assert!(errors.iter().all(|error| error.location.is_some()));
        }
    }

    #[test]
    fn no_damage_makes_reading_panic(revision in revision(), at in any::<prop::sample::Index>(), junk in "[\"'\\[\\]{}=,# \n\\\\a1-]{0,3}") {
        let mut text = write(&revision, Format::Toml).unwrap();
        let mut at = at.index(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        text.insert_str(at, &junk);
        if let Err(errors) = parse("r.toml", text, Format::Toml) {
            prop_assert!(errors.iter().all(|error| error.location.is_some()));
        }
    }
}
