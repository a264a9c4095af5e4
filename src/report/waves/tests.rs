//! Every format on the same charts.

use super::*;
use crate::report::printable;

fn written(format: &Format, charts: &[Chart]) -> String {
    let mut out = Vec::new();
    (format.write)(&mut out, charts, Style::PLAIN).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn the_sample_in_every_format() {
    for format in FORMATS {
        insta::assert_snapshot!(format!("waves_{}", format.name), written(format, &sample::charts()));
    }
}

#[test]
fn colours_and_other_terminals() {
    let mut out = Vec::new();
    let style = Style { color: true, unicode: false };
    (text::FORMAT.write)(&mut out, &sample::charts()[1..], style).unwrap();
    insta::assert_snapshot!("waves_colour", String::from_utf8(out).unwrap().replace('\u{1b}', "␛"));
}

#[test]
fn nothing_in_every_format() {
    for format in FORMATS {
        assert!(!written(format, &[]).is_empty(), "{}", format.name);
    }
}

/// Whatever a manifest holds, no format lets it drive the terminal that shows it.
#[test]
fn no_format_drives_a_terminal() {
    let mut charts = sample::charts();
    for sync in charts.iter_mut().flat_map(|chart| &mut chart.syncs) {
        sync.name.push_str("\u{1b}[2J\u{202e}");
        sync.steps.iter_mut().flat_map(|step| &mut step.objects).for_each(|object| object.id.name.push('\u{9b}'));
    }
    for format in FORMATS {
        let shown = written(format, &charts);
        assert!(!shown.chars().any(|own| printable::is_control(own) && own != '\n'), "{}", format.name);
    }
}

/// Pictures and pages are opened by people whose browsers must ask nobody for anything.
#[test]
fn pictures_need_nothing_but_themselves() {
    for format in [&svg::FORMAT, &html::FORMAT] {
        let shown = written(format, &sample::charts()).replace("http://www.w3.org/2000/svg", "");
        for outside in ["http", "<script", "@import", "url(", "<image", "src="] {
            assert!(!shown.contains(outside), "{} has {outside}", format.name);
        }
    }
}

#[test]
fn what_is_opened_is_closed() {
    let picture = written(&svg::FORMAT, &sample::charts());
    for element in ["g", "a", "text", "tspan", "title", "svg", "style"] {
        let opened =
            picture.matches(&format!("<{element} ")).count() + picture.matches(&format!("<{element}>")).count();
        assert_eq!(opened, picture.matches(&format!("</{element}>")).count(), "{element}");
    }
}

/// The page names every format as the command line does.
#[test]
fn the_page_lists_every_format() {
    let rows: Vec<String> = FORMATS.iter().map(|format| format!("| `{}` | {} |\n", format.name, format.help)).collect();
    let rows = format!("| format | |\n|---|---|\n{}", rows.concat());
    assert!(include_str!("../../../docs/argocd.md").contains(&rows), "docs/argocd.md should have\n{rows}");
}

#[test]
fn formats_are_named_once_and_helped() {
    let mut names: Vec<_> = FORMATS.iter().map(|format| format.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), FORMATS.len());
    assert!(FORMATS.iter().all(|format| !format.help.is_empty() && !format.help.ends_with('.')));
}
