//! The readers of revision files: whatever a file holds, it is read or refused. What was read is written, read again and
//! the same; its way back and its description do not panic either.

use limbeck_core::operation::replay;
use limbeck_core::revision::{Format, checksum, parse, write};
use limbeck_core::schema::Schema;

/// Tries one text.
pub(crate) fn check(text: &str) {
    for format in [Format::Toml, Format::Sql] {
        let Ok(revision) = parse("fuzz", text, format) else { continue };
        let mut schema = Schema::new();
        let _ = replay(&revision.upgrade, &mut schema);
        for operation in &revision.upgrade {
            let _ = operation.describe(None).to_string();
            let _ = operation.invert(&schema);
        }
        let sum = checksum(&revision);
        let Ok(written) = write(&revision, format) else { continue };
        let again = parse("again", written.as_str(), format)
            .unwrap_or_else(|errors| panic!("what was written cannot be read: {errors:?}\n{written}"));
        assert_eq!(again, revision, "{written}");
        assert_eq!(checksum(&again), sum, "{written}");
    }
}
