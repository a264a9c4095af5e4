//! How long a route waits.

use crate::{
    diagnostic::Diagnostic,
    grammar::{BAD_VALUE, formats},
    model::Timeouts,
    node::{Node, object},
};

/// The timeouts of a path.
pub(super) fn of(timeouts: &Timeouts, diagnostics: &mut Vec<Diagnostic>) -> Node {
    diagnostics.extend([&timeouts.request, &timeouts.backend].into_iter().flatten().filter_map(fault));
    diagnostics.extend(longer(timeouts));
    object! { "request": timeouts.request.as_ref(), "backendRequest": timeouts.backend.as_ref() }
}

/// A duration that the Gateway API does not take (GEP-2257): up to four whole numbers of up to five digits.
fn fault(duration: &Node) -> Option<Diagnostic> {
    let text = duration.as_str()?;
    if is_duration(text) {
        return None;
    }
    let finding = Diagnostic::new(&BAD_VALUE, format!("the Gateway API does not take the duration `{text}`"));
    Some(
        finding
            .at(duration.span)
            .help("write whole hours, minutes, seconds and milliseconds, such as `1500ms` or `1m30s`"),
    )
}

fn is_duration(text: &str) -> bool {
    let (mut rest, mut parts) = (text, 0);
    while !rest.is_empty() {
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        let unit = ["ms", "h", "m", "s"].into_iter().find(|unit| rest[digits..].starts_with(unit));
        let Some(unit) = unit.filter(|_| (1..=5).contains(&digits)) else { return false };
        rest = &rest[digits + unit.len()..];
        parts += 1;
    }
    (1..=4).contains(&parts)
}

/// An attempt that may take longer than the whole request.
fn longer(timeouts: &Timeouts) -> Option<Diagnostic> {
    let (request, backend) = (timeouts.request.as_ref()?, timeouts.backend.as_ref()?);
    let seconds = |duration: &Node| formats::seconds(duration.as_str()?);
    let (whole, attempt) = (seconds(request)?, seconds(backend)?);
    let finding = Diagnostic::new(&BAD_VALUE, "an attempt may take longer than the whole request")
        .at(backend.span)
        .related(request.span, "the whole request")
        .help("shorten `backend`, or lengthen `request`");
    (whole > 0.0 && attempt > whole).then_some(finding)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_of_the_gateway_api() {
        for text in ["0s", "10s", "1h30m", "1500ms", "1h1m1s1ms"] {
            assert!(is_duration(text), "{text}");
        }
        for text in ["", "1.5s", "100us", "123456s", "1h1m1s1ms1ms", "s", "1"] {
            assert!(!is_duration(text), "{text}");
        }
    }

    #[test]
    fn an_attempt_is_part_of_the_request() {
        let of = |request: &str, backend: &str| {
            let mut found = Vec::new();
            let node = |text: &str| Some(Node::made(text));
            let timeouts = Timeouts { span: None, request: node(request), backend: node(backend) };
            let rendered = of(&timeouts, &mut found).to_json().to_string();
            (rendered, found.len())
        };
        assert_eq!(of("10s", "3s"), (r#"{"request":"10s","backendRequest":"3s"}"#.into(), 0));
        assert_eq!(of("0s", "3s").1, 0);
        assert_eq!(of("2s", "2500ms").1, 1);
        assert_eq!(of("1.5s", "1s").1, 1);
    }
}
