//! What is shown of findings, and of what they can be.

pub mod catalogue;
