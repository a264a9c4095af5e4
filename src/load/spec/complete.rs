//! What only a complete document can be asked, and what no other layer will fill in.

use std::path::Path;

use crate::{
    diagnostic::Diagnostic,
    grammar::{BAD_VALUE, MISSING_FIELD, Scalar, Type, union_problem},
    model::LoadTest,
    node::Node,
    spec::CONFIG_FILE,
};

/// Reports unions that are not one of their members, and references, which nobody fills in here.
pub(super) fn check(node: &Node, ty: &'static Type, diagnostics: &mut Vec<Diagnostic>) {
    if let Type::Object(object) = ty
        && let Some(problem) = union_problem(object, node)
    {
        diagnostics.push(Diagnostic::new(&MISSING_FIELD, problem.message).at(node.any_span()).help(problem.help));
    }
    match ty {
        Type::Object(_) | Type::Map(..) => {
            let children = node.entries().iter().filter_map(|(key, child)| Some((child, ty.child(key.as_str())?)));
            children.for_each(|(child, ty)| check(child, ty, diagnostics));
        }
        Type::List(of) => node.items().iter().for_each(|item| check(item, of, diagnostics)),
        // In a text it may be somebody else's syntax.
        Type::Scalar(Scalar::String | Scalar::Text) | Type::Tree | Type::MergePatch => {}
        Type::Scalar(_) => diagnostics.extend(reference(node)),
    }
}

fn reference(node: &Node) -> Option<Diagnostic> {
    let text = node.as_str().filter(|text| text.contains("${"))?;
    let finding = Diagnostic::new(&BAD_VALUE, format!("nothing fills in `{text}` here")).at(node.span);
    Some(finding.help("write the value: references are filled in where a load test is a section of an app"))
}

/// Reports files that are not there.
pub(super) fn check_files(test: &LoadTest, directory: &Path, diagnostics: &mut Vec<Diagnostic>) {
    let files = test.targets.iter().filter_map(|(_, target)| target.file.as_ref());
    for file in files {
        let name = file.as_str().unwrap_or_default();
        if !directory.join(name).is_file() {
            let finding = Diagnostic::new(&CONFIG_FILE, format!("there is no file `{name}` to send")).at(file.span);
            diagnostics.push(finding.help("a file is named from the directory of the load test"));
        }
    }
}
