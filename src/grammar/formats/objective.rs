//! What a service has promised: `p99`, `errorRate`, and parts of a whole.

/// Names of objectives; of the percentiles those that are most in use.
pub const OBJECTIVES: [&str; 10] = ["p50", "p75", "p90", "p95", "p99", "p99.9", "max", "errorRate", "minRps", "unsent"];

/// Whether the text is the name of an objective.
pub fn is_objective(text: &str) -> bool {
    matches!(text, "max" | "errorRate" | "minRps" | "unsent") || percentile(text).is_some()
}

/// The part of the whole that a percentile such as `p99.9` stands for; three decimals are the finest.
pub fn percentile(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('p')?;
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let is_number =
        |part: &str, most: usize| (1..=most).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    let percent: f64 = (is_number(whole, 2) && is_number(fraction, 3)).then(|| digits.parse().ok())??;
    (percent > 0.0).then_some(percent / 100.0)
}

/// The part of the whole that a percentage such as `0.5%` stands for.
pub fn percentage(text: &str) -> Option<f64> {
    let digits = text.strip_suffix('%')?;
    let is_plain = digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let percent: f64 = is_plain.then(|| digits.parse().ok())??;
    (percent <= 100.0).then_some(percent / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_inside_of_the_whole() {
        assert_eq!(percentile("p50"), Some(0.5));
        assert!((percentile("p99.999").unwrap() - 0.99999).abs() < 1e-12);
        for wrong in ["p0", "p0.0", "p100", "p", "p99.", "p.9", "p-5", "p9e1", "p99.9999", "q99", "99"] {
            assert_eq!(percentile(wrong), None, "{wrong}");
        }
        assert!(OBJECTIVES.into_iter().all(is_objective));
        assert!(!is_objective("mean"));
    }

    #[test]
    fn percentages_are_parts_of_a_whole() {
        assert_eq!(percentage("0.5%"), Some(0.005));
        assert_eq!(percentage("100%"), Some(1.0));
        for wrong in ["101%", "-1%", "%", ".%", "1e1%", "5", "NaN%"] {
            assert_eq!(percentage(wrong), None, "{wrong}");
        }
    }
}
