//! Names of objects.

use smol_str::format_smolstr;

use crate::{
    model::App,
    node::{Key, Node},
};

/// The object of an entry: `main`, or the app's own name, is named after the app; any other K is `<app>-K`.
pub(super) fn of_entry(app: &App, entry: &Key) -> Node {
    if entry.text == "main" || entry.text == app.name.text {
        return Node::new(app.name.text.clone(), entry.span);
    }
    Node::new(format_smolstr!("{}-{}", app.name.text, entry.text), entry.span)
}
