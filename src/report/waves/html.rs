//! Syncs as a page that needs nothing but itself: a picture for each environment, and a list of what may wait for ever.

use std::io;

use super::{Chart, Format, Object, Opening, Step, Sync, picture, words};
use crate::report::{Style, escape::escaped, wording::counted};

/// The format.
pub(super) static FORMAT: Format =
    Format { name: "html", help: "A page: pictures, and a list of what may wait for ever", write };

const PAGE: &str = include_str!("page.css");

fn write(out: &mut dyn io::Write, charts: &[Chart], _: Style) -> io::Result<()> {
    writeln!(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">")?;
    writeln!(out, "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")?;
    writeln!(out, "<title>Waves</title>\n<style>\n{PAGE}{}</style>\n</head>\n<body>", picture::LOOK)?;
    writeln!(out, "<h1>The order in which Argo CD syncs, and where it waits</h1>")?;
    write_contents(out, charts)?;
    for chart in charts {
        let name = chart.environment.as_deref().unwrap_or_default();
        let anchor = escaped(&format!("environment-{name}"));
        writeln!(out, "<section id=\"{anchor}\">\n<div class=\"scroll\">\n{}</div>", picture::draw_one(chart))?;
        write_doubts(out, chart)?;
        writeln!(out, "</section>")?;
    }
    writeln!(out, "<h2>How to read it</h2>\n<div class=\"scroll\">\n{}</div>\n</body>\n</html>", picture::draw_legend())
}

fn write_contents(out: &mut dyn io::Write, charts: &[Chart]) -> io::Result<()> {
    if charts.len() < 2 {
        return Ok(());
    }
    let links = charts.iter().filter_map(|chart| chart.environment.as_deref()).map(|name| {
        let name = escaped(name);
        format!("<a href=\"#environment-{name}\">{name}</a>")
    });
    writeln!(out, "<nav>{}</nav>", links.collect::<Vec<_>>().join(" · "))
}

fn write_doubts(out: &mut dyn io::Write, chart: &Chart) -> io::Result<()> {
    let steps = chart.syncs.iter().flat_map(|sync| sync.steps.iter().map(move |step| (sync, step)));
    let objects = steps.flat_map(|(sync, step)| step.objects.iter().map(move |object| (sync, step, object)));
    let doubtful: Vec<_> = objects.filter(|(.., object)| !object.doubts.is_empty()).collect();
    if doubtful.is_empty() {
        return Ok(());
    }
    let title = counted(doubtful.len(), "object");
    writeln!(out, "<h2>{title} may keep a gate shut for ever</h2>\n<table>")?;
    writeln!(out, "<tr><th>sync<th>step<th>object<th>why<th>field")?;
    doubtful.into_iter().try_for_each(|(sync, step, object)| write_rows(out, sync, step, object))?;
    writeln!(out, "</table>")
}

fn write_rows(out: &mut dyn io::Write, sync: &Sync, step: &Step, object: &Object) -> io::Result<()> {
    object.doubts.iter().try_for_each(|doubt| {
        let sure = if doubt.opening() == Opening::Never { " <b>Never goes on.</b>" } else { "" };
        let cells = [
            escaped(&sync.name),
            format!("{} {}", step.phase, step.wave),
            escaped(&words::named(&object.id).replace('`', "")),
            escaped(&doubt.message.replace('`', "")) + sure,
            format!("<code>{}</code>", escaped(&doubt.path)),
        ];
        writeln!(out, "<tr><td>{}", cells.join("<td>"))
    })
}
