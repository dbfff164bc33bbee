//! A case out of a file, four ways: there, the same as built at once, back, and there again.

use limbeck_core::driver::{DriverErrorKind, RenderError, Scope};
use limbeck_core::execution::{ExecutionError, What};
use limbeck_core::ident::RevisionId;
use limbeck_core::operation::replay;
use limbeck_core::plan::Direction;
use limbeck_core::revision::{Downgrade, Format, parse, write};
use limbeck_core::schema::Schema;

use super::bench::Bench;
use super::compare::same;
use super::contents::{Contents, Lost, contents, texts};
use super::engine::Engine;
use crate::actions::strip;
use crate::case::{BEFORE, CHANGE, DataCase, Desired, Question};
use crate::needs::claimed;
use crate::outcome::{Stop, Verdict, expect, expect_eq, fail, not_applicable};

/// Runs a case on an empty database.
pub(super) async fn run(case: &DataCase, bench: &Bench) -> Verdict {
    applicable(case, bench)?;
    let stripped;
    let case = if bench.capabilities().referential_actions {
        case
    } else {
        stripped = without_actions(case);
        &stripped
    };
    let compared;
    let case = match &case.desired {
        None => case,
        Some(desired) => {
            compared = compare(case, desired, bench)?;
            &compared
        }
    };
    let mut run = Run::new(case, bench)?;
    let mut engine = Engine::open(bench, &[case.before.clone(), case.change.clone()]).await?;
    run.begin(&mut engine).await.map_err(|stop| stop.during("what is there before"))?;
    let result = engine.migrate(Direction::Upgrade, CHANGE).await;
    if !case.expect_error.is_empty() {
        return run.refused(result.map(drop)).await;
    }
    result.map_err(stop)?;
    let after = run.there("the upgrade").await?;
    run.same_as_built_at_once(&after).await?;
    if case.irreversible {
        return run.irreversible(&mut engine, &after).await;
    }
    engine
        .migrate(Direction::Downgrade, BEFORE)
        .await
        .map_err(|error| stop(error).during("the downgrade"))?;
    run.back().await.map_err(|stop| stop.during("after the downgrade"))?;
    engine
        .migrate(Direction::Upgrade, CHANGE)
        .await
        .map_err(|error| stop(error).during("the second upgrade"))?;
    let again = run.there("the second upgrade").await?;
    same("the schema after the second upgrade", &bench.bare(&again), &bench.bare(&after))
}

fn applicable(case: &DataCase, bench: &Bench) -> Verdict {
    for need in &case.needs {
        match claimed(bench.capabilities(), need) {
            Some(true) => {}
            Some(false) => return not_applicable(format!("{} has no {need}", bench.server().product)),
            None => return fail(format!("there is no capability `{need}`")),
        }
    }
    for lack in &case.lacks {
        match claimed(bench.capabilities(), lack) {
            Some(false) => {}
            Some(true) => return not_applicable(format!("{} has {lack}", bench.server().product)),
            None => return fail(format!("there is no capability `{lack}`")),
        }
    }
    match bench.dialect.names().iter().find_map(|name| case.except.get(*name)) {
        Some(reason) => not_applicable(reason.clone()),
        None => Ok(()),
    }
}

/// The case with foreign keys that only refuse.
fn without_actions(case: &DataCase) -> DataCase {
    let mut case = case.clone();
    strip(&mut case.before.upgrade);
    strip(&mut case.change.upgrade);
    if let Downgrade::Operations(operations) = &mut case.change.downgrade {
        strip(operations);
    }
    if let Some(desired) = &mut case.desired {
        strip(&mut desired.operations);
    }
    case
}

/// The case with the operations that a comparison finds, and the way back that it derives: as a file that was written
/// and read again.
fn compare(case: &DataCase, desired: &Desired, bench: &Bench) -> Verdict<DataCase> {
    let (mut before, mut wanted) = (Schema::new(), Schema::new());
    for (operations, schema) in [(&case.before.upgrade, &mut before), (&desired.operations, &mut wanted)] {
        replay(operations, schema).map_err(|error| format!("{error}: {}", error.source))?;
    }
    let proposal = bench.proposal(&before, &wanted, &desired.hints);
    expect(proposal.questions.is_empty(), || format!("it asks {:?}", proposal.questions))?;
    let mut found: Vec<&str> =
        proposal.operations.iter().map(limbeck_core::operation::Operation::kind).collect();
    let mut expected: Vec<&str> = desired.found.iter().map(String::as_str).collect();
    found.sort_unstable();
    expected.sort_unstable();
    expect_eq("the operations found", &found, &expected)?;
    let mut case = case.clone();
    case.change.upgrade = proposal.operations;
    case.change.downgrade = match proposal.downgrade {
        Ok(operations) => Downgrade::Operations(operations),
        Err(_) => Downgrade::Irreversible,
    };
    let text = write(&case.change, Format::Toml).map_err(|error| error.to_string())?;
    case.change = parse(format!("{CHANGE}.toml"), text.as_str(), Format::Toml)
        .map_err(|errors| format!("what was written cannot be read: {errors:?}\n{text}"))?;
    let mut reached = before;
    replay(&case.change.upgrade, &mut reached).map_err(|error| format!("{error}: {}", error.source))?;
    let again = bench.proposal(&reached, &wanted, &desired.hints).operations;
    expect(again.is_empty(), || format!("a second comparison finds {again:#?}"))?;
    case.desired = None;
    Ok(case)
}

/// What is known of a case while it runs.
struct Run<'a> {
    case: &'a DataCase,
    bench: &'a Bench,
    scope: Scope,
    /// The schema before and after, as replay has it.
    declared: [Schema; 2],
    lost: Lost,
    /// The schema before, as it was seen, and what its tables held.
    before: (Schema, Contents),
}

impl<'a> Run<'a> {
    fn new(case: &'a DataCase, bench: &'a Bench) -> Verdict<Self> {
        let mut before = Schema::new();
        let mut scoped = Schema::new();
        let mut after = Schema::new();
        // Raw SQL leaves what nobody can say: nothing is compared with a prediction then.
        if !case.is_raw() {
            replay(&case.before.upgrade, &mut before)
                .map_err(|error| format!("{error}: {}", error.source))?;
            after = before.clone();
            scoped.namespaces = before.namespaces.clone();
            // A change that is refused need not fit.
            if replay(&case.change.upgrade, &mut after).is_err() && case.expect_error.is_empty() {
                return fail("the change does not fit what is there before");
            }
            scoped.namespaces.extend(after.namespaces.clone());
        }
        Ok(Self {
            case,
            bench,
            scope: bench.scope(&scoped),
            declared: [before, after],
            lost: Lost::by(&case.change.upgrade, &case.loses),
            before: (Schema::new(), Contents::new()),
        })
    }

    /// Makes what is there before.
    async fn begin(&mut self, engine: &mut Engine) -> Verdict {
        engine.migrate(Direction::Upgrade, BEFORE).await.map_err(stop)?;
        let seen = self.bench.observe(&self.scope).await?;
        self.as_predicted(&seen, 0)?;
        let held = self.contents(&seen).await?;
        self.before = (seen, held);
        Ok(())
    }

    fn as_predicted(&self, seen: &Schema, index: usize) -> Verdict {
        if self.case.is_raw() {
            return Ok(());
        }
        let predicted = self.bench.predict(&self.declared[index]);
        same("seen against predicted", &self.bench.predictable(seen), &self.bench.predictable(&predicted))
    }

    async fn contents(&self, schema: &Schema) -> Verdict<Contents> {
        contents(&mut *self.bench.connect().await?, &*self.bench.dialect, schema, &self.lost).await
    }

    /// That the change is there: the schema is as predicted, and rows are as the case says.
    async fn there(&self, what: &str) -> Verdict<Schema> {
        let during = |stop: Stop| stop.during(&format!("after {what}"));
        let seen = self.bench.observe(&self.scope).await.map_err(during)?;
        self.as_predicted(&seen, 1).map_err(during)?;
        self.ask(&self.case.survive).await.map_err(during)?;
        self.recorded(&[BEFORE, CHANGE]).await.map_err(during)?;
        Ok(seen)
    }

    /// That nothing tells the schema from one that was built at once.
    async fn same_as_built_at_once(&self, after: &Schema) -> Verdict {
        if self.case.is_raw() {
            return Ok(());
        }
        let declared = &self.declared[1];
        let built = self.bench.built_at_once(declared).await.map_err(|stop| stop.during("built at once"))?;
        let what = "the changed schema against the one built at once";
        same(what, &self.bench.bare(after), &self.bench.bare(&built))?;
        for (from, to) in [(after, &built), (&built, after)] {
            let operations = self.bench.difference(from, to).operations;
            expect(operations.is_empty(), || format!("a second diff is not empty: {operations:#?}"))?;
        }
        Ok(())
    }

    /// That the schema and the rows are what they were.
    async fn back(&self) -> Verdict {
        let seen = self.bench.observe(&self.scope).await?;
        same("the schema", &self.bench.bare(&seen), &self.bench.bare(&self.before.0))?;
        let held = self.contents(&seen).await?;
        for (table, rows) in &self.before.1 {
            expect_eq(&format!("the rows of {table}"), &held.get(table), &Some(rows))?;
        }
        self.ask(&self.case.back).await?;
        self.recorded(&[BEFORE]).await
    }

    /// That the change was refused as the case says, and left nothing.
    async fn refused(&self, result: Result<(), ExecutionError>) -> Verdict {
        let wanted = &self.case.expect_error;
        let Err(error) = result else {
            return fail(format!("it went through, though {wanted:?} was expected"));
        };
        let found = kind(&error);
        if found == "no-text" {
            return Err(stop(error));
        }
        expect(wanted.iter().any(|kind| *kind == found), || {
            format!("the error is {found}, not {wanted:?}: {}", stop(error))
        })?;
        self.recorded(&[BEFORE]).await?;
        if self.bench.capabilities().transactional_ddl {
            let seen = self.bench.observe(&self.scope).await?;
            same("the schema after the refusal", &seen, &self.before.0)?;
            let held = self.contents(&seen).await?;
            expect_eq("the rows after the refusal", &held, &self.before.1)?;
        }
        self.ask(&self.case.back).await
    }

    /// That the change refuses to be undone, and stays.
    async fn irreversible(&self, engine: &mut Engine, after: &Schema) -> Verdict {
        match engine.migrate(Direction::Downgrade, BEFORE).await {
            Err(ExecutionError::Irreversible { .. }) => {}
            Err(error) => return Err(stop(error).during("the downgrade should be refused as irreversible")),
            Ok(_) => return fail("it was undone, though it is irreversible"),
        }
        let seen = self.there("the refused downgrade").await?;
        same("the schema after the refused downgrade", &seen, after)
    }

    async fn recorded(&self, wanted: &[&str]) -> Verdict {
        let applied = self.bench.record().read(&mut *self.bench.connect().await?).await?;
        let found: Vec<&str> = applied.keys().map(RevisionId::as_str).collect();
        expect_eq("the revisions on record", &found, &wanted.to_vec())
    }

    async fn ask(&self, questions: &[Question]) -> Verdict {
        let mut connection = self.bench.connect().await?;
        for question in questions {
            let sql = self.quoted(&question.query);
            let rows = connection.query(&sql, &[]).await.map_err(|error| Stop::from(error).during(&sql))?;
            let rows: Vec<Vec<String>> = rows.iter().map(texts).collect();
            expect_eq(&sql, &rows, &question.rows)?;
        }
        Ok(())
    }

    /// The query with each `{{name}}` in the dialect's quotes.
    fn quoted(&self, query: &str) -> String {
        let mut pieces = query.split("{{");
        let mut made = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let (name, rest) = piece.split_once("}}").unwrap_or((piece, ""));
            made.push_str(&self.bench.quote(name));
            made.push_str(rest);
        }
        made
    }
}

/// An error of a run; not applicable, if the case has no text for the dialect.
fn stop(error: ExecutionError) -> Stop {
    match kind(&error) {
        "no-text" => Stop::NotApplicable(format!("the case has no text for this dialect: {error}")),
        _ => error.into(),
    }
}

/// What a case calls an error.
fn kind(error: &ExecutionError) -> &'static str {
    match error {
        ExecutionError::Replay(_) => "does-not-fit",
        ExecutionError::Irreversible { .. } => "irreversible",
        ExecutionError::Driver(error) => driver_kind(error.kind),
        ExecutionError::Step(problem) => match &problem.what {
            What::Render(RenderError::Unsupported { .. }) => "unsupported",
            What::Render(RenderError::NoText { .. }) => "no-text",
            What::Render(RenderError::DoesNotFit { .. }) => "does-not-fit",
            What::Render(RenderError::Scan { .. }) => "scan",
            What::Guard { .. } => "guard",
            What::Statement { error, .. } => driver_kind(error.kind),
            _ => "other",
        },
        _ => "other",
    }
}

fn driver_kind(kind: DriverErrorKind) -> &'static str {
    match kind {
        DriverErrorKind::Constraint => "constraint",
        DriverErrorKind::Statement => "statement",
        DriverErrorKind::Unsupported => "unsupported",
        _ => "other",
    }
}
