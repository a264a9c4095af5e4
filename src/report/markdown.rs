//! A comment for a pull request, in GitHub Flavored Markdown, which GitLab reads too.

use std::{fmt::Write, io};

use super::{Format, Report, wording};
use crate::{
    diagnostic::{Diagnostic, Severity},
    grammar::formats::percent_encoded,
};

/// The format.
pub static FORMAT: Format =
    Format { name: "markdown", help: "For comments of pull requests: tables in Markdown", write };

/// GitHub refuses a comment of more than 65,536 characters. Bytes are what is counted here: they are never fewer.
const MOST: usize = 65_000;

/// Kept for what is said at the end.
const RESERVE: usize = 500;

/// More findings of one severity are folded up.
const OPEN: usize = 10;

/// Characters of one text that are shown.
const WIDTH: usize = 600;

/// By this line a job finds the comment that it wrote before.
const MARK: &str = "<!-- karat -->";

fn write(out: &mut dyn io::Write, report: &Report<'_>) -> io::Result<()> {
    out.write_all(comment(report).as_bytes())
}

fn comment(report: &Report<'_>) -> String {
    let mut comment = format!("{MARK}\n## Karat: {}\n", wording::summary(report));
    for remark in wording::remarks(report) {
        let _ = write!(comment, "\n{}\n", text(&remark));
    }
    let mut cut = Vec::new();
    for severity in [Severity::Error, Severity::Warning, Severity::Info] {
        let findings: Vec<&Diagnostic> =
            report.diagnostics.iter().filter(|finding| finding.severity == severity).collect();
        cut.extend(section(&mut comment, report, &findings));
    }
    if !cut.is_empty() {
        let cut = wording::counts(cut);
        let _ = write!(comment, "\n**{cut} more than fit into a comment; `--format json` has them all.**\n");
    }
    comment
}

/// Adds the findings of one severity, and gives back those for which there is no room.
fn section<'a>(comment: &mut String, report: &Report<'_>, findings: &[&'a Diagnostic]) -> Vec<&'a Diagnostic> {
    if findings.is_empty() {
        return Vec::new();
    }
    let title = wording::counts(findings.iter().copied());
    let (head, foot) = if findings.len() > OPEN {
        (format!("\n<details>\n<summary>{title}</summary>\n"), "\n</details>\n")
    } else {
        (format!("\n### {title}\n"), "")
    };
    let head = format!("{head}\n| place | code | finding |\n|---|---|---|\n");
    let room = MOST.saturating_sub(RESERVE + comment.len() + head.len() + foot.len());
    let mut rows = String::new();
    let fitting = findings.iter().take_while(|finding| {
        let row = row(report, finding);
        let fits = rows.len() + row.len() <= room;
        rows += if fits { &row } else { "" };
        fits
    });
    let fitting = fitting.count();
    if fitting > 0 {
        comment.extend([&head, &rows, foot]);
    }
    findings[fitting..].to_vec()
}

fn row(report: &Report<'_>, finding: &Diagnostic) -> String {
    let mut said = vec![text(&wording::message(finding))];
    said.extend(wording::lines(report, finding).iter().map(|line| text(line)));
    let said = said.join("<br>");
    format!("| {} | {} | {said} |\n", place(report, finding), finding.code.name)
}

/// A link to the line.
fn place(report: &Report<'_>, finding: &Diagnostic) -> String {
    let Some(place) = report.primary(finding) else { return String::new() };
    let pages = report.checkout.pages.as_deref().unwrap_or_default();
    let line = place.start.line;
    format!("[{}:{line}]({pages}{}#L{line})", plain(&place.name()), percent_encoded(&place.path))
}

/// A text in a cell of a table; what stands between backticks is code.
fn text(text: &str) -> String {
    let text = text.char_indices().nth(WIDTH).map_or_else(|| text.to_owned(), |(at, _)| format!("{}…", &text[..at]));
    let parts: Vec<&str> = text.split('`').collect();
    if parts.len().is_multiple_of(2) || parts.iter().skip(1).step_by(2).any(|code| code.is_empty()) {
        // They do not come in pairs, or hold nothing.
        return plain(&text);
    }
    let last = parts.len() - 1;
    let parts = parts.into_iter().enumerate().map(|(at, part)| match part {
        code if at % 2 == 1 => self::code(code),
        // Two spans that touch would be one.
        "" if at > 0 && at < last => "&#8203;".to_owned(),
        part => plain(part),
    });
    parts.collect()
}

/// A bar ends a cell even in code, and behind a backslash cannot be escaped by one.
fn code(code: &str) -> String {
    if !code.contains('|') {
        return format!("`{code}`");
    }
    let mut escaped = String::from("<code>");
    for own in code.chars() {
        let _ = if own.is_ascii_punctuation() {
            write!(escaped, "&#{};", u32::from(own))
        } else {
            write!(escaped, "{own}")
        };
    }
    escaped + "</code>"
}

/// Text that means nothing to Markdown, and calls nobody.
fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for own in text.chars() {
        if "\\`*_[]<>&|~#$!{}".contains(own) {
            escaped.push('\\');
        }
        escaped.push(own);
        if own == '@' {
            escaped.push_str("&#8203;");
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::{Checkout, sample};

    #[test]
    fn nothing_in_a_text_is_markdown() {
        for (given, expected) in [
            ("a | b", "a \\| b"),
            ("field `a|b` is <b>", "field <code>a&#124;b</code> is \\<b\\>"),
            ("`a``b`", "`a`&#8203;`b`"),
            ("`` and ` @all", "\\`\\` and \\` @&#8203;all"),
            ("`/a_b` *c* d_e", "`/a_b` \\*c\\* d\\_e"),
        ] {
            assert_eq!(text(given), expected);
        }
        assert_eq!(text(&"é".repeat(WIDTH + 1)).chars().count(), WIDTH + 1);
    }

    #[test]
    fn a_comment_is_never_too_long() {
        let (sources, diagnostics) = sample::findings();
        for count in [200, 2_000] {
            let many: Vec<Diagnostic> = std::iter::repeat_n(&diagnostics, count).flatten().cloned().collect();
            let comment = comment(&sample::report(&sources, &many));
            assert!((MOST - 3_000..=MOST).contains(&comment.len()), "{}", comment.len());
            assert!(comment.ends_with("more than fit into a comment; `--format json` has them all.**\n"));
            assert_eq!(comment.matches("<details>").count(), comment.matches("</details>").count());
        }
    }

    #[test]
    fn links_lead_to_the_forge_where_one_is_known() {
        let (sources, diagnostics) = sample::findings();
        let pages = Some("https://git.example/shop/-/blob/abc/".to_owned());
        let checkout = Checkout { prefix: "deploy/".into(), pages, ..Checkout::default() };
        let report = Report { checkout: &checkout, ..sample::report(&sources, &diagnostics[..1]) };
        let link = "[deploy/envs/prod/web.yaml:5](https://git.example/shop/-/blob/abc/deploy/envs/prod/web.yaml#L5)";
        assert!(comment(&report).contains(link), "{}", comment(&report));
    }
}
