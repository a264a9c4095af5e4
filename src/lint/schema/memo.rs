//! Results that are made once, whichever thread asks first.

use std::{
    hash::Hash,
    sync::{Arc, Mutex, OnceLock, PoisonError},
};

use rustc_hash::FxHashMap;

/// Values by key.
pub(super) struct Memo<K, V> {
    cells: Mutex<FxHashMap<K, Arc<OnceLock<V>>>>,
}

impl<K, V> Default for Memo<K, V> {
    fn default() -> Self {
        Self { cells: Mutex::default() }
    }
}

impl<K: Eq + Hash, V: Clone> Memo<K, V> {
    /// The value of a key. Other threads that ask for the same key wait; those that ask for others do not.
    pub(super) fn get(&self, key: K, make: impl FnOnce() -> V) -> V {
        let cell = {
            // A thread that panicked can have left no cell half-made.
            let mut cells = self.cells.lock().unwrap_or_else(PoisonError::into_inner);
            Arc::clone(cells.entry(key).or_default())
        };
        cell.get_or_init(make).clone()
    }
}
