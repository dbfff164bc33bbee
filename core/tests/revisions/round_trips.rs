use std::thread;

use limbeck_core::revision::{Format, checksum, operation_from_json, operation_to_json, parse, write};
use proptest::prelude::*;

use super::generators::{operation, revision, sql_revision};

/// Runs a property on more stack than a test has: without optimisation, strategies within strategies need it.
fn property(run: impl FnOnce(ProptestConfig) + Send) {
    let config = ProptestConfig::with_cases(400);
    thread::scope(|scope| {
        let builder = thread::Builder::new().stack_size(64 << 20);
        let running = builder.spawn_scoped(scope, || run(config)).expect("a thread");
        if let Err(panic) = running.join() {
            std::panic::resume_unwind(panic);
        }
    });
}

#[test]
fn toml_is_read_as_it_was_written() {
    property(|config| {
        proptest!(config, |(revision in revision())| {
            let text = write(&revision, Format::Toml).unwrap();
            let read = parse("r.toml", text.as_str(), Format::Toml);
            let read = read.map_err(|errors| TestCaseError::fail(format!("{text}\n{}", errors[0])))?;
            prop_assert_eq!(&read, &revision, "{}", text);
            prop_assert_eq!(write(&read, Format::Toml).unwrap(), text);
            prop_assert_eq!(checksum(&read), checksum(&revision));
        });
    });
}

#[test]
fn line_ends_do_not_count() {
    property(|config| {
        proptest!(config, |(revision in revision())| {
            let text = write(&revision, Format::Toml).unwrap();
            let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
            prop_assert_eq!(&parse("r.toml", windows, Format::Toml).unwrap(), &revision, "{}", text);
        });
    });
}

#[test]
fn sql_is_read_as_it_was_written() {
    property(|config| {
        proptest!(config, |(revision in sql_revision())| {
            let text = write(&revision, Format::Sql).unwrap();
            let read = parse("r.sql", text.as_str(), Format::Sql);
            let read = read.map_err(|errors| TestCaseError::fail(format!("{text}\n{}", errors[0])))?;
            prop_assert_eq!(&read, &revision, "{}", text);
            prop_assert_eq!(write(&read, Format::Sql).unwrap(), text.as_str());
            let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
            prop_assert_eq!(&parse("r.sql", windows, Format::Sql).unwrap(), &revision, "{}", text);
            // The same revision is the same in either form.
            let toml = write(&revision, Format::Toml).unwrap();
            prop_assert_eq!(checksum(&parse("r.toml", toml, Format::Toml).unwrap()), checksum(&read));
        });
    });
}

#[test]
fn json_is_read_as_it_was_written() {
    property(|config| {
        proptest!(config, |(operation in operation())| {
            let json = operation_to_json(&operation);
            let read = operation_from_json(&json);
            let read = read.map_err(|errors| TestCaseError::fail(format!("{json}\n{}", errors[0])))?;
            prop_assert_eq!(read, operation, "{}", json);
        });
    });
}

#[test]
fn no_text_is_too_strange_to_be_read() {
    proptest!(|(text in any::<String>(), toml in any::<bool>())| {
        let format = if toml { Format::Toml } else { Format::Sql };
        if let Err(errors) = parse("r", text, format) {
            prop_assert!(!errors.is_empty());
            prop_assert!(errors.iter().all(|error| error.location.is_some()));
        }
    });
}

#[test]
fn no_damage_makes_reading_panic() {
    let junk = "[\"'\\[\\]{}=,# \n\\\\a1-]{0,3}";
    property(|config| {
        proptest!(config, |(revision in revision(), at in any::<prop::sample::Index>(), junk in junk)| {
            let mut text = write(&revision, Format::Toml).unwrap();
            let mut at = at.index(text.len());
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            text.insert_str(at, &junk);
            if let Err(errors) = parse("r.toml", text, Format::Toml) {
                prop_assert!(errors.iter().all(|error| error.location.is_some()));
            }
        });
    });
}
