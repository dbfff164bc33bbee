//! One file a command. Each turns what was typed into a call of the engine and shows what came of it.

mod check;
mod completions;
mod current;
mod diff;
mod downgrade;
mod edit;
mod graph;
mod graph_facts;
mod history;
mod hooks;
mod import;
mod init;
mod initial;
mod inspect;
mod lint;
mod makemigrations;
mod merge;
mod migrate;
mod new_revision;
mod optimizemigration;
mod progress;
mod project_template;
mod resolve;
mod rows;
mod script;
mod showmigrations;
mod sqlmigrate;
mod squash;
mod stamp;
mod template;
mod test;

use crate::args::Command;
use crate::context::Context;
use crate::exit::{Exit, Failure};

/// Runs a command.
pub(crate) async fn dispatch(context: &Context, command: Command) -> Result<Exit, Failure> {
    match command {
        Command::Init(args) => init::run(context, &args),
        Command::Makemigrations(args) => makemigrations::run(context, &args).await,
        Command::Revision(mut args) => {
            // To compare is asked for in so many words there; a flag that only a comparison has says it, too.
            let compares = args.autogenerate
                || args.check
                || args.from.is_some()
                || args.to.is_some()
                || args.update
                || args.merge;
            args.empty |= !compares;
            makemigrations::run(context, &args).await
        }
        Command::Migrate(args) => migrate::run(context, &args).await,
        Command::Downgrade(args) => downgrade::run(context, &args).await,
        Command::Showmigrations(args) => showmigrations::run(context, &args).await,
        Command::Current { check_heads } => current::run(context, check_heads).await,
        Command::Heads => graph_facts::heads(context),
        Command::Branches => graph_facts::branches(context),
        Command::History(args) => history::run(context, &args).await,
        Command::Show(args) => history::show(context, &args).await,
        Command::Stamp(args) => stamp::run(context, &args).await,
        Command::Resolve(args) => resolve::run(context, &args).await,
        Command::Check(args) => check::run(context, &args).await,
        Command::Diff(args) => diff::run(context, &args).await,
        Command::Inspect(args) => inspect::run(context, &args).await,
        Command::Merge(args) => merge::run(context, &args).await,
        Command::Sqlmigrate(args) => sqlmigrate::run(context, &args).await,
        Command::Squashmigrations(args) => squash::run(context, &args).await,
        Command::Optimizemigration(args) => optimizemigration::run(context, &args).await,
        Command::Lint(args) => lint::run(context, &args).await,
        Command::Test(args) => test::run(context, &args).await,
        Command::Import(args) => import::run(context, &args).await,
        Command::Edit(args) => edit::run(context, &args).await,
        Command::Graph(args) => graph::run(context, &args),
        Command::Completions(args) => completions::completions(context, &args),
        Command::Man => completions::man(),
    }
}
