//! One server on its way: up, down to nothing, and up again.

use std::collections::BTreeMap;
use std::slice;
use std::sync::Arc;

use limbeck_conformance::{Harness, Provisioned};
use limbeck_core::driver::{Access, DatabaseSettings, Scope};
use limbeck_core::execution::{
    Approval, FunctionError, Functions, Interrupt, RunOptions, Session, Silent, Status, Transactions, Work,
    run,
};
use limbeck_core::graph::Specifier;
use limbeck_core::history::History;
use limbeck_core::ident::Name;
use limbeck_core::operation::replay;
use limbeck_core::plan::{downgrade, upgrade};
use limbeck_core::revision::Revision;
use limbeck_core::schema::{OptionValue, Schema};

use crate::likeness::{self, Lines};
use crate::values::rows;

/// What one server was like after each step.
#[derive(Debug)]
pub(crate) struct Journey {
    pub(crate) server: &'static str,
    pub(crate) stages: Vec<Stage>,
    /// Where the schema was not what the revisions say.
    pub(crate) problems: Vec<String>,
}

/// What the tables hold after one step.
#[derive(Debug)]
pub(crate) struct Stage {
    label: String,
    rows: BTreeMap<String, Vec<String>>,
}

/// The schemas that the first revisions leave, for a database: after none, after one, …
pub(crate) struct Expected(Vec<Schema>);

impl Expected {
    pub(crate) fn of(database: &str, revisions: &[Revision]) -> Self {
        let mut schema = Schema::new();
        let mut all = vec![schema.clone()];
        for revision in revisions {
            if is_for(revision, database) {
                replay(&revision.upgrade, &mut schema)
                    .unwrap_or_else(|error| panic!("{}: {error}", revision.id));
            }
            all.push(schema.clone());
        }
        Self(all)
    }
}

fn is_for(revision: &Revision, database: &str) -> bool {
    revision.databases.is_empty() || revision.databases.iter().any(|name| name == database)
}

/// Where rows differ between two servers.
pub(crate) fn differences(one: &Journey, other: &Journey) -> Vec<String> {
    let mut found = Vec::new();
    if one.stages.len() != other.stages.len() {
        found.push(format!(
            "{} has {} stages, {} {}",
            one.server,
            one.stages.len(),
            other.server,
            other.stages.len()
        ));
    }
    for (left, right) in one.stages.iter().zip(&other.stages) {
        for table in left.rows.keys().chain(right.rows.keys().filter(|table| !left.rows.contains_key(*table)))
        {
            let (on_one, on_other) = (left.rows.get(table), right.rows.get(table));
            if on_one != on_other {
                found.push(format!(
                    "{}: the rows of {table} are\n    {on_one:?} on {}\n    {on_other:?} on {}",
                    left.label, one.server, other.server
                ));
            }
        }
    }
    found
}

/// Goes all the way on a database of its own.
pub(crate) async fn travel(
    server: &'static str,
    harness: &Arc<dyn Harness>,
    revisions: &[Revision],
) -> Result<Journey, String> {
    travel_expecting(server, harness, revisions, &Expected::of(server, revisions)).await
}

/// The same, held against these schemas.
pub(crate) async fn travel_expecting(
    server: &'static str,
    harness: &Arc<dyn Harness>,
    revisions: &[Revision],
    expected: &Expected,
) -> Result<Journey, String> {
    let provisioned: Provisioned = harness.provision("together").await?;
    let settings = DatabaseSettings { name: server.to_owned(), ..provisioned.settings().clone() };
    let went = Traveller::start(server, harness, settings, revisions, expected).await;
    let journey = match went {
        Ok(traveller) => traveller.all_the_way(revisions).await,
        Err(problem) => Err(problem),
    };
    provisioned.take_away().await?;
    journey
}

struct Traveller<'e> {
    session: Session,
    history: History,
    expected: &'e Expected,
    journey: Journey,
}

impl<'e> Traveller<'e> {
    async fn start(
        server: &'static str,
        harness: &Arc<dyn Harness>,
        settings: DatabaseSettings,
        revisions: &[Revision],
        expected: &'e Expected,
    ) -> Result<Self, String> {
        let opened = Session::open(harness.driver(), &settings, Access::Write).await;
        let mut session = opened.map_err(|error| error.to_string())?;
        session.functions = Functions::new().with("renumber", renumber);
        let history = History::new(revisions.to_vec());
        let journey = Journey { server, stages: Vec::new(), problems: Vec::new() };
        Ok(Self { session, history, expected, journey })
    }

    async fn all_the_way(mut self, revisions: &[Revision]) -> Result<Journey, String> {
        for (count, revision) in revisions.iter().enumerate() {
            self.go(true, revision.id.as_str()).await?;
            self.look(format!("up {}", revision.id), count + 1).await?;
        }
        for (count, revision) in revisions.iter().enumerate().rev() {
            let target = if count == 0 { "base" } else { revisions[count - 1].id.as_str() };
            self.go(false, target).await?;
            self.look(format!("down {}", revision.id), count).await?;
        }
        for (count, revision) in revisions.iter().enumerate() {
            self.go(true, revision.id.as_str()).await?;
            self.look(format!("again {}", revision.id), count + 1).await?;
        }
        Ok(self.journey)
    }

    async fn go(&mut self, up: bool, target: &str) -> Result<(), String> {
        let specifier: Specifier = target.parse().map_err(|error| format!("{target}: {error}"))?;
        let plan = |status: &Status| {
            let (graph, applied) = (&status.standing.graph, &status.standing.applied);
            if up {
                upgrade(graph, applied, slice::from_ref(&specifier))
            } else {
                downgrade(graph, applied, &specifier)
            }
        };
        let options = RunOptions { transactions: Transactions::PerRevision, ..RunOptions::default() };
        let (session, history) = (&mut self.session, &mut self.history);
        let mut approve = |_: &[limbeck_core::execution::Prepared]| Approval::Go;
        let outcome = run(session, history, &plan, &options, &mut approve, &Silent, &Interrupt::new()).await;
        let way = if up { "up" } else { "down" };
        outcome.result.map_err(|error| {
            format!(
                "{way} to {target}: {error}: {}",
                limbeck_core::diag::Diagnose::diagnostic(&error).notes.join("; ")
            )
        })
    }

    async fn look(&mut self, label: String, count: usize) -> Result<(), String> {
        let declared = &self.expected.0[count];
        let dialect = Arc::clone(&self.session.dialect);
        let default = dialect.default_schema();
        let record = &self.session.settings.record;
        let mut except = vec![record.revisions(default), record.journal(default)];
        except.extend([Name::new(record.revisions.clone()), Name::new(record.journal.clone())]);
        let scope = Scope { except, ..Scope::default() };
        let driver = Arc::clone(&self.session.driver);
        let seen = driver.introspector().introspect(&mut *self.session.connection, &scope).await;
        let seen = seen.map_err(|error| format!("{label}: {error}"))?;
        for left in &seen.unmanaged {
            self.journey.problems.push(format!("{label}: not understood: {left:?}"));
        }
        let wanted = likeness::declared(declared, &*dialect);
        let found = likeness::observed(&seen.schema, declared, &*dialect);
        self.journey.problems.extend(compare(&label, &wanted, &found));
        let rows = rows(&mut *self.session.connection, &*dialect, declared).await;
        self.journey.stages.push(Stage { rows: rows.map_err(|error| format!("{label}: {error}"))?, label });
        Ok(())
    }
}

fn compare(label: &str, wanted: &Lines, found: &Lines) -> Vec<String> {
    let missing = wanted.difference(found).map(|line| format!("{label}: - {line}"));
    let surplus = found.difference(wanted).map(|line| format!("{label}: + {line}"));
    missing.chain(surplus).collect()
}

async fn renumber(mut work: Work<'_>) -> Result<(), FunctionError> {
    let Some(OptionValue::Integer(by)) = work.argument("by").cloned() else { return Err("by what?".into()) };
    work.execute(&format!("UPDATE kinds SET k_smallint = coalesce(k_smallint, 0) + {by}"), &[]).await?;
    Ok(())
}
