use limbeck_core::execution::Status;
use limbeck_core::plan::{Direction, downgrade};

use super::{migrate, script};
use crate::args::DowngradeArgs;
use crate::context::{Context, specifier};
use crate::exit::{Exit, Failure};

/// `downgrade`
pub(super) async fn run(context: &Context, args: &DowngradeArgs) -> Result<Exit, Failure> {
    let settings = context.settings()?;
    if args.sql {
        return script::run(context, &settings, std::slice::from_ref(&args.revision), Direction::Downgrade);
    }
    let target = specifier(&args.revision)?;
    let planner = |status: &Status| downgrade(&status.standing.graph, &status.standing.applied, &target);
    let targets = std::slice::from_ref(&target);
    migrate::each(context, &settings, &args.run, Direction::Downgrade, targets, &planner).await
}
