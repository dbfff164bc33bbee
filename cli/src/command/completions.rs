use std::io::{self, Write};

use clap::CommandFactory;
use limbeck_core::diag::Diagnostic;

use crate::args::{Cli, CompletionsArgs};
use crate::context::Context;
use crate::exit::{Exit, Failure};

/// `completions`
pub(super) fn completions(_context: &Context, args: &CompletionsArgs) -> Result<Exit, Failure> {
    let mut text = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "limbeck", &mut text);
    write_out(&text)
}

/// `man`
pub(super) fn man() -> Result<Exit, Failure> {
    let mut text = Vec::new();
    let command = Cli::command();
    let failed = |error: io::Error| Failure::new(Diagnostic::new("cannot-write", error.to_string()));
    clap_mangen::Man::new(command).render(&mut text).map_err(failed)?;
    write_out(&text)
}

fn write_out(text: &[u8]) -> Result<Exit, Failure> {
    match io::stdout().lock().write_all(text) {
        // Whoever reads it has seen enough.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Exit::Done),
        Err(error) => {
            Err(Failure::new(Diagnostic::new("cannot-write", format!("cannot write the text: {error}"))))
        }
        Ok(()) => Ok(Exit::Done),
    }
}
