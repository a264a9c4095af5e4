//! How many bytes may still be received.

use std::sync::atomic::{AtomicU64, Ordering};

/// What is left, shared by all threads. Nothing is counted where there is no bound.
#[derive(Debug, Default)]
pub(super) struct Budget(Option<AtomicU64>);

impl Budget {
    pub(super) fn new(most: Option<u64>) -> Self {
        Self(most.map(AtomicU64::new))
    }

    /// Takes some bytes of it. Says whether there are any left.
    pub(super) fn take(&self, bytes: usize) -> bool {
        let Some(left) = &self.0 else { return true };
        let rest = |left: u64| Some(left.saturating_sub(bytes as u64));
        let before = left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, rest);
        before.is_ok_and(|before| before > bytes as u64)
    }

    /// Whether all of it has been received.
    pub(super) fn is_spent(&self) -> bool {
        self.0.as_ref().is_some_and(|left| left.load(Ordering::Relaxed) == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_byte_is_the_end() {
        let budget = Budget::new(Some(10));
        assert!(budget.take(9) && !budget.is_spent());
        assert!(!budget.take(1) && budget.is_spent());
        assert!(!budget.take(5));
        let boundless = Budget::new(None);
        assert!(boundless.take(usize::MAX) && !boundless.is_spent());
    }
}
