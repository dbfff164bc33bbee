//! Log lines, on standard error.

use tracing_subscriber::EnvFilter;
use tracing_subscriber::fmt::time::uptime;

use crate::args::{GlobalArgs, LogFormat};
use crate::settings::LogLevelFormat;

/// What is logged: `RUST_LOG`, else `-v` and `-q`, else the configuration, else warnings.
///
/// `color`: whether standard error takes colours.
pub(crate) fn start(global: &GlobalArgs, level: Option<&str>, format: Option<LogLevelFormat>, color: bool) {
    let filter = match EnvFilter::try_from_default_env() {
        Ok(filter) => filter,
        Err(_) => {
            let level = match (global.quiet, global.verbose, level) {
                (true, ..) => "error",
                (_, 0, Some(level)) => level,
                (_, 0, None) => "warn",
                (_, 1, _) => "info",
                (_, 2, _) => "debug",
                _ => "trace",
            };
            EnvFilter::try_new(format!(
                "limbeck={level},limbeck_core={level},limbeck_cli={level},limbeck_mysql={level},limbeck_postgres={level},limbeck_sqlite={level}"
            ))
            .unwrap_or_else(|_| EnvFilter::new("warn"))
        }
    };
    let json = match (global.log_format, format) {
        (Some(format), _) => format == LogFormat::Json,
        (None, Some(format)) => format == LogLevelFormat::Json,
        (None, None) => false,
    };
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(color)
        // A line that cannot be written would be told to the same closed standard error, with a panic.
        .log_internal_errors(false);
    // Somebody who embeds the command line may have a subscriber of their own; theirs stays.
    let _ = if json { builder.json().try_init() } else { builder.with_timer(uptime()).try_init() };
}
