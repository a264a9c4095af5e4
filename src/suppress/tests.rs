//! Suppressions against findings at known places.
