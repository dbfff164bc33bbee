use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc};
use std::thread::JoinHandle;
use std::time::Duration;

use limbeck_core::driver::{DatabaseSettings, DriverError, DriverErrorKind};
use rusqlite::InterruptHandle;
use tokio::sync::oneshot;

use crate::busy::{self, Patience};
use crate::session::{Session, Target};

/// How often a statement is told to stop until it has.
const NAG: Duration = Duration::from_millis(2);

/// The number of the first job.
const OPENING: u64 = 1;

type Job = Box<dyn FnOnce(&mut Session) + Send>;

/// A session on a thread of its own: SQLite blocks, and must not do so on the threads that run futures.
///
/// Jobs run one after the other, each to its end. A future that is dropped takes nothing apart: its job is not begun, or
/// is interrupted, or runs to its end unseen, and the next one finds the session in one piece. Dropping the worker
/// interrupts what runs, rolls back, closes the file, gives the locks back, in this order, and returns when that is done.
#[derive(Debug)]
pub(crate) struct Worker {
    jobs: Option<mpsc::Sender<Job>>,
    thread: Option<JoinHandle<()>>,
    control: Arc<Control>,
}

/// How a worker's sessions wait and how long they run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    /// How long opening may wait for a lock.
    pub(crate) connect: Duration,
    /// How long one statement may wait for a lock; without end, if `None`.
    pub(crate) lock: Option<Duration>,
    /// How long one statement may run; without end, if `None`.
    pub(crate) statement: Option<Duration>,
}

impl Limits {
    /// Those in `settings`.
    pub(crate) fn of(settings: &DatabaseSettings) -> Self {
        Self {
            connect: settings.connect_timeout,
            lock: settings.lock_timeout,
            statement: settings.statement_timeout,
        }
    }
}

/// For a database that nobody else has.
impl Default for Limits {
    fn default() -> Self {
        Self { connect: Duration::from_secs(10), lock: None, statement: None }
    }
}

/// Which jobs were asked for, stopped and finished. They are numbered from 1, which is the opening.
pub(crate) struct Control {
    issued: AtomicU64,
    /// Up to which job everything is to stop.
    stopped: AtomicU64,
    /// Up to which job everything is finished. Held while a job is interrupted, so that it cannot be the next one that is.
    finished: Mutex<u64>,
    interrupt: Mutex<Option<InterruptHandle>>,
}

impl fmt::Debug for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Control")
            .field("issued", &self.issued)
            .field("stopped", &self.stopped)
            .field("finished", &self.finished)
            .finish_non_exhaustive()
    }
}

impl Control {
    fn new() -> Self {
        Self {
            issued: AtomicU64::new(OPENING),
            stopped: AtomicU64::new(0),
            finished: Mutex::new(0),
            interrupt: Mutex::new(None),
        }
    }

    /// Whether somebody wants `job` stopped.
    pub(crate) fn is_stopped(&self, job: u64) -> bool {
        self.stopped.load(Ordering::SeqCst) >= job
    }

    /// Tells `job` to stop; `false` if it is over.
    fn stop(&self, job: u64) -> bool {
        self.stopped.fetch_max(job, Ordering::SeqCst);
        let finished = whole(&self.finished);
        if *finished >= job {
            return false;
        }
        if let Some(interrupt) = &*whole(&self.interrupt) {
            interrupt.interrupt();
        }
        true
    }

    /// Stops the job that was asked for last, and returns when it is over. Told once it may miss it, if that was just
    /// about to begin.
    pub(crate) async fn cancel(&self) {
        let job = self.issued.load(Ordering::SeqCst);
        while self.stop(job) {
            tokio::time::sleep(NAG).await;
        }
    }
}

/// Says that every job is over when the thread ends, should it be by a panic.
struct Over(Arc<Control>);

impl Drop for Over {
    fn drop(&mut self) {
        *whole(&self.0.finished) = u64::MAX;
    }
}

/// A lock's value, whatever became of the thread that held it: each is one assignment, and never half done.
fn whole<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Stops a job whose future is dropped.
struct Abandon<'a> {
    control: &'a Control,
    job: Option<u64>,
}

impl Drop for Abandon<'_> {
    fn drop(&mut self) {
        if let Some(job) = self.job {
            self.control.stop(job);
        }
    }
}

impl Worker {
    /// Opens `target` on a new thread.
    pub(crate) async fn open(target: Target, limits: Limits) -> Result<Self, DriverError> {
        let control = Arc::new(Control::new());
        let (jobs, queue) = mpsc::channel::<Job>();
        let (opened, answer) = oneshot::channel();
        let of_thread = Arc::clone(&control);
        let thread = std::thread::Builder::new()
            .name("limbeck-sqlite".to_owned())
            .spawn(move || {
                busy::set_patience(Patience::new(Some(limits.connect), Arc::clone(&of_thread), OPENING));
                let _over = Over(Arc::clone(&of_thread));
                let mut session = match Session::open(&target) {
                    Ok(session) => session,
                    Err(error) => {
                        // If nobody waits for the answer any more, nobody misses it.
                        drop(opened.send(Err(error)));
                        return;
                    }
                };
                *whole(&of_thread.interrupt) = Some(session.interrupt_handle());
                *whole(&of_thread.finished) = OPENING;
                if opened.send(Ok(())).is_err() {
                    return;
                }
                for (number, job) in (OPENING + 1..).zip(queue) {
                    busy::set_patience(Patience::new(limits.lock, Arc::clone(&of_thread), number));
                    job(&mut session);
                    *whole(&of_thread.finished) = number;
                }
            })
            .map_err(|error| {
                DriverError::new(DriverErrorKind::Full, format!("no thread can be started: {error}"))
            })?;
        let worker = Self { jobs: Some(jobs), thread: Some(thread), control };
        answer.await.unwrap_or_else(|_| Err(lost()))?;
        Ok(worker)
    }

    /// Something that stops the job that runs.
    pub(crate) fn control(&self) -> &Arc<Control> {
        &self.control
    }

    /// Runs `job` and waits for what it gives back.
    pub(crate) async fn call<T, F>(&mut self, job: F) -> Result<T, DriverError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Session) -> Result<T, DriverError> + Send + 'static,
    {
        self.call_within(None, job).await
    }

    /// Runs `job`, for `limit` at most, and waits for what it gives back.
    pub(crate) async fn call_within<T, F>(
        &mut self,
        limit: Option<Duration>,
        job: F,
    ) -> Result<T, DriverError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Session) -> Result<T, DriverError> + Send + 'static,
    {
        let (reply, mut answer) = oneshot::channel();
        let control = Arc::clone(&self.control);
        let number = self.send(move |session, number| {
            if reply.is_closed() {
                return;
            }
            let result = if control.is_stopped(number) {
                Err(cancelled())
            } else {
                job(session).map_err(|error| match error.kind {
                    // The wait for a lock was broken off, which SQLite takes for its end.
                    DriverErrorKind::Busy if control.is_stopped(number) => cancelled(),
                    _ => error,
                })
            };
            // If nobody waits for the answer any more, nobody misses it.
            drop(reply.send(result));
        })?;
        let mut abandon = Abandon { control: &self.control, job: Some(number) };
        let in_time = match limit {
            Some(limit) => tokio::time::timeout(limit, &mut answer).await.ok(),
            None => Some((&mut answer).await),
        };
        let result = match in_time {
            Some(answer) => answer.unwrap_or_else(|_| Err(lost())),
            None => {
                self.control.cancel().await;
                match answer.await.unwrap_or_else(|_| Err(lost())) {
                    Err(error) if error.kind == DriverErrorKind::Cancelled => Err(timed_out(limit)),
                    other => other,
                }
            }
        };
        abandon.job = None;
        result
    }

    /// Queues `job`, whose outcome nobody waits for.
    pub(crate) fn post(&mut self, job: impl FnOnce(&mut Session) + Send + 'static) {
        // A thread that is gone has nothing left to do it on.
        drop(self.send(move |session, _| job(session)));
    }

    /// Queues `job`, which is told its number.
    fn send(&mut self, job: impl FnOnce(&mut Session, u64) + Send + 'static) -> Result<u64, DriverError> {
        // `&mut self`: jobs are queued in the order of their numbers.
        let number = self.control.issued.fetch_add(1, Ordering::SeqCst) + 1;
        let jobs = self.jobs.as_ref().ok_or_else(lost)?;
        jobs.send(Box::new(move |session| job(session, number))).map_err(|_| lost())?;
        Ok(number)
    }
}

impl Drop for Worker {
    fn drop(&mut self) {
        self.jobs = None;
        let Some(thread) = self.thread.take() else { return };
        let last = self.control.issued.load(Ordering::SeqCst);
        while !thread.is_finished() && self.control.stop(last) {
            std::thread::sleep(NAG);
        }
        if thread.join().is_err() {
            tracing::error!("the thread of a SQLite session has panicked");
        }
    }
}

fn cancelled() -> DriverError {
    DriverError::new(DriverErrorKind::Cancelled, "interrupted").with_code("SQLITE_INTERRUPT")
}

fn timed_out(limit: Option<Duration>) -> DriverError {
    let limit = limit.unwrap_or_default();
    DriverError::new(DriverErrorKind::Timeout, format!("the statement ran for longer than {limit:?}"))
        .with_help("raise `statement_timeout`, or do less in one statement")
}

fn lost() -> DriverError {
    DriverError::new(DriverErrorKind::Lost, "the session has ended")
}
