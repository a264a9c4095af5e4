//! "Did you mean …?"

use std::collections::BTreeSet;

use rustc_hash::FxHashSet;

use crate::diagnostic::Code;

/// The candidate that is most like `word`, if one is like it at all.
pub fn similar<'a>(word: &str, candidates: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    let close = |candidate: &&str| {
        let distance = strsim::osa_distance(&word.to_lowercase(), &candidate.to_lowercase());
        // A third of the letters may be wrong, or all of one word may be missing from the other.
        (distance <= word.len().max(candidate.len()) / 3 || affix(word, candidate)).then_some(distance)
    };
    candidates.filter_map(|candidate| Some((close(&candidate)?, candidate))).min().map(|(_, candidate)| candidate)
}

/// Whether a word is most likely meant to be another: a slip of one finger, or of two in a long word, or of the shift key.
pub fn is_misspelt(word: &str, meant: &str) -> bool {
    let slips = if meant.len() < 8 { 1 } else { 2 };
    meant.len() > 2 && strsim::osa_distance(&word.to_lowercase(), &meant.to_lowercase()) <= slips
}

fn affix(word: &str, candidate: &str) -> bool {
    let (short, long) = if word.len() < candidate.len() { (word, candidate) } else { (candidate, word) };
    let (short, long) = (short.to_lowercase(), long.to_lowercase());
    short.len() >= 3 && (long.starts_with(&short) || long.ends_with(&short))
}

/// A help text: the similar candidate, or all of them.
pub fn known_or_similar<'a>(word: &str, candidates: impl Iterator<Item = &'a str> + Clone) -> String {
    match similar(word, candidates.clone()) {
        Some(candidate) => format!("did you mean `{candidate}`?"),
        None if candidates.clone().next().is_none() => "there is none".into(),
        None => format!("known: {}", listed(candidates)),
    }
}

/// Names, each once, as many as anybody reads.
fn listed<'a>(names: impl Iterator<Item = &'a str>) -> String {
    const MOST: usize = 30;
    let mut seen = FxHashSet::default();
    let names: Vec<&str> = names.filter(|name| seen.insert(*name)).collect();
    match names.len().checked_sub(MOST) {
        None | Some(0) => names.join(", "),
        Some(more) => format!("{} and {more} more", names[..MOST].join(", ")),
    }
}

/// A help text for a word that no code is or starts with: the similar code where the word has a number, or else the
/// similar family, or all families.
pub fn known_or_similar_code(word: &str, codes: &[&'static Code]) -> String {
    let upper = word.to_ascii_uppercase();
    let has_number = upper.ends_with(|last: char| last.is_ascii_digit());
    let similar_code = similar(&upper, codes.iter().map(|code| code.name));
    if let Some(code) = similar_code.filter(|_| has_number) {
        return format!("did you mean `{code}`?");
    }
    let families: BTreeSet<&str> = codes.iter().map(|code| code.family()).collect();
    known_or_similar(&upper, families.iter().copied())
}
