use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::Notify;

/// A wish to stop, shared between whoever hears Ctrl-C and whoever runs statements. Once uttered it stays.
#[derive(Debug, Clone, Default)]
pub struct Interrupt(Arc<Inner>);

#[derive(Debug, Default)]
struct Inner {
    wished: AtomicBool,
    notify: Notify,
}

impl Interrupt {
    /// Nothing to stop.
    pub fn new() -> Self {
        Self::default()
    }

    /// Utters the wish.
    pub fn request(&self) {
        self.0.wished.store(true, Ordering::SeqCst);
        self.0.notify.notify_waiters();
    }

    /// Whether it was uttered.
    pub fn is_requested(&self) -> bool {
        self.0.wished.load(Ordering::SeqCst)
    }

    /// Waits until it is uttered.
    pub async fn requested(&self) {
        loop {
            let notified = self.0.notify.notified();
            // Looked at after the waiting has begun, so that a wish in between is not missed.
            if self.is_requested() {
                return;
            }
            notified.await;
        }
    }
}
