use std::ffi::OsString;
use std::future::Future as _;
use std::path::PathBuf;
use std::pin::pin;
use std::task::Poll;

use clap::Parser;
use clap::error::ErrorKind;
use limbeck_core::diag::Diagnostic;
use limbeck_core::driver::Drivers;
use limbeck_core::execution::{AsyncWork, Functions, Interrupt};
use limbeck_models::describe::Tables;

use crate::args::Cli;
use crate::command::dispatch;
use crate::context::Context;
use crate::exit::{Exit, Failure};
use crate::idle::{Idle, take_leave};
use crate::settings::find;
use crate::view::Output;
use crate::{logging, prompt};

/// Runs a command line with these drivers, and says how the program ends. `arguments` begin with the program's name.
pub fn run(drivers: Drivers, arguments: impl IntoIterator<Item = OsString>) -> Exit {
    App::new(drivers).run(arguments)
}

/// A program: its drivers, and what else it brings along.
#[derive(Debug)]
pub struct App {
    drivers: Drivers,
    tables: Option<Tables>,
    functions: Functions,
}

impl App {
    /// A program with these drivers.
    pub fn new(drivers: Drivers) -> Self {
        Self { drivers, tables: None, functions: Functions::new() }
    }

    /// The program's own tables, `limbeck::tables![…]`: they stand for the Rust source that the configuration names.
    #[must_use]
    pub fn tables(mut self, tables: Tables) -> Self {
        self.tables = Some(tables);
        self
    }

    /// A function that `run` operations of this name call.
    #[must_use]
    pub fn function<F>(mut self, name: impl Into<String>, function: F) -> Self
    where
        F: for<'a> AsyncWork<'a> + Send + Sync + 'static,
    {
        self.functions = self.functions.with(name, function);
        self
    }

    /// Runs a command line, and says how the program ends. `arguments` begin with the program's name.
    pub fn run(self, arguments: impl IntoIterator<Item = OsString>) -> Exit {
        let arguments: Vec<OsString> = arguments.into_iter().collect();
        run_app(self, &arguments)
    }
}

fn run_app(app: App, arguments: &[OsString]) -> Exit {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => return usage(&error, arguments),
    };
    let output = Output::new(&cli.global);
    match start(app, cli, output, arguments) {
        Ok(exit) => exit,
        Err(failure) => {
            output.fail(&failure);
            failure.exit
        }
    }
}

fn start(app: App, cli: Cli, output: Output, arguments: &[OsString]) -> Result<Exit, Failure> {
    let here = std::env::current_dir().map_err(|error| {
        Failure::new(Diagnostic::new(
            "no-directory",
            format!("the working directory cannot be used: {error}"),
        ))
    })?;
    let started_in = here.clone();
    let here = match &cli.global.directory {
        None => here,
        Some(directory) => {
            let directory: PathBuf = here.join(directory);
            // Everything that is shown is relative to where the command works, as with `make -C`.
            std::env::set_current_dir(&directory).map_err(|error| {
                Failure::usage(vec![
                    Diagnostic::new("no-directory", format!("cannot go to {}: {error}", directory.display()))
                        .with_help("check what is given with `-C`"),
                ])
            })?;
            directory
        }
    };
    let (level, format) = logging_settings(&here, &cli);
    logging::start(&cli.global, level.as_deref(), format, output.error_color);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(|error| {
        Failure::new(Diagnostic::new("no-runtime", format!("the program cannot start: {error}")))
    })?;
    let interrupt = Interrupt::new();
    let context = Context {
        drivers: app.drivers,
        global: cli.global,
        here,
        started_in,
        arguments: arguments.to_vec(),
        output,
        interrupt: interrupt.clone(),
        tables: app.tables,
        functions: app.functions,
        idle: Idle::default(),
    };
    hear_interrupts(interrupt);
    runtime.block_on(async {
        let result = dispatch(&context, cli.command).await;
        context.idle.close();
        take_leave().await;
        result
    })
}

/// Turns Ctrl-C into a wish to stop, on a thread of its own: the command may be busy with work that awaits nothing, or
/// wait for an answer. From when this is back, every Ctrl-C is heard.
fn hear_interrupts(interrupt: Interrupt) {
    let (listening, heard) = std::sync::mpsc::channel::<()>();
    std::thread::spawn(move || {
        let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_all().build() else {
            // Then Ctrl-C ends the program as it ends any other.
            return;
        };
        runtime.block_on(async {
            let mut pressed = pin!(tokio::signal::ctrl_c());
            // It listens from when it is first polled.
            let at_once = std::future::poll_fn(|task| Poll::Ready(pressed.as_mut().poll(task))).await;
            drop(listening);
            let pressed = match at_once {
                Poll::Ready(pressed) => pressed,
                Poll::Pending => pressed.await,
            };
            if pressed.is_ok() {
                interrupt.request();
                leave_question().await;
                // Whoever presses it again does not want to wait for the rollback.
                if tokio::signal::ctrl_c().await.is_ok() {
                    std::process::exit(i32::from(Exit::Interrupted.code()));
                }
            }
        });
    });
    // Its other end is dropped, by whichever way.
    let _ = heard.recv();
}

/// Ends the program if a question does not notice Ctrl-C by itself: the key came before the terminal was told to hand
/// keys over one by one. Nothing is under way while somebody is asked.
async fn leave_question() {
    tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    if prompt::is_open() {
        // The question has hidden the cursor.
        let _ = std::io::Write::write_all(&mut std::io::stderr(), b"\x1b[?25h\n");
        std::process::exit(i32::from(Exit::Interrupted.code()));
    }
}

/// What the configuration says of logging, if it can be read; what is wrong with it, the command will say.
fn logging_settings(
    here: &std::path::Path,
    cli: &Cli,
) -> (Option<String>, Option<crate::settings::LogLevelFormat>) {
    let found = find(here, cli.global.config.as_deref());
    match crate::settings::load(&found, here, &crate::settings::Overrides::default()) {
        Ok(settings) => (settings.log_level, settings.log_format),
        Err(_) => (None, None),
    }
}

/// What clap says: help and version are answers, all else is a wrong command line.
fn usage(error: &clap::Error, arguments: &[OsString]) -> Exit {
    let help = matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion);
    let json =
        arguments.windows(2).any(|pair| (pair[0] == "-o" || pair[0] == "--output") && pair[1] == "json")
            || arguments.iter().any(|argument| argument == "-ojson" || argument == "--output=json");
    if json && !help {
        let text = error.to_string();
        let message = text.lines().next().unwrap_or_default().trim_start_matches("error: ").to_owned();
        let failure =
            Failure::usage(vec![Diagnostic::new("usage", message).with_help("see `limbeck --help`")]);
        let row = crate::view::error_json(&failure.diagnostics);
        // With nobody to read it, the exit code says it.
        let _ = std::io::Write::write_all(&mut std::io::stderr(), format!("{row}\n").as_bytes());
        return Exit::Usage;
    }
    let _ = error.print();
    if help { Exit::Done } else { Exit::Usage }
}
