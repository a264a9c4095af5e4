//! `patches`: changes to an app's rendered objects, the last resort.

use super::codes::{FAILED_PATCH, IDLE_PATCH, PATCH_TARGET};
use crate::{
    diagnostic::Diagnostic,
    grammar::{MISSING_FIELD, similar},
    manifest::Manifest,
    model::{App, Patch, Target},
    node::{Key, Node},
};

/// Applies an app's patches to its objects, in the order of the spec.
pub(super) fn apply(app: &App, manifests: &mut [Manifest], diagnostics: &mut Vec<Diagnostic>) {
    for (name, patch) in &app.spec.patches {
        if let Err(finding) = apply_one(name, patch, manifests) {
            diagnostics.push(*finding);
        }
    }
}

/// Changes the target, or nothing at all.
fn apply_one(name: &Key, patch: &Patch, manifests: &mut [Manifest]) -> Result<(), Box<Diagnostic>> {
    let target = patch.target.as_ref().ok_or_else(|| without_target(name))?;
    let manifest = select(target, manifests)?;
    let mut object = manifest.object.clone();
    if let Some(changes) = &patch.merge {
        object.merge(changes);
    }
    for operation in patch.json.as_ref().map(Node::items).unwrap_or_default() {
        object.patch(operation).map_err(|error| {
            let finding = Diagnostic::new(&FAILED_PATCH, error.message).at(operation.any_span()).help(error.help);
            finding.related(error.found, "this is the value that was found")
        })?;
    }
    if object == manifest.object {
        return Err(idle(name).into());
    }
    // The patch may have changed what the object is called.
    *manifest = Manifest::new(manifest.owner.clone(), manifest.app.clone(), object);
    Ok(())
}

fn select<'a>(target: &Target, manifests: &'a mut [Manifest]) -> Result<&'a mut Manifest, Box<Diagnostic>> {
    let found: Vec<usize> = (0..manifests.len()).filter(|at| is_it(target, &manifests[*at])).collect();
    match found[..] {
        [at] => Ok(&mut manifests[at]),
        [] => Err(no_target(target, manifests).into()),
        _ => Err(several_targets(target, found.iter().map(|at| &manifests[*at])).into()),
    }
}

fn is_it(target: &Target, manifest: &Manifest) -> bool {
    let group = target.group.as_ref().and_then(Node::as_str);
    target.kind.as_str() == Some(manifest.kind())
        && target.name.as_str() == Some(manifest.id.name.as_str())
        && group.is_none_or(|group| group == manifest.id.gvk.group)
}

fn without_target(name: &Key) -> Diagnostic {
    Diagnostic::new(&MISSING_FIELD, format!("the patch `{}` has no target", name.text))
        .at(name.span)
        .help("add `target: { kind: …, name: … }`")
}

fn no_target(target: &Target, manifests: &[Manifest]) -> Diagnostic {
    let wanted = format!("{} {}", text(&target.kind), text(&target.name));
    let mut known: Vec<String> = manifests.iter().map(full_name).collect();
    known.sort();
    let finding = Diagnostic::new(&PATCH_TARGET, format!("the app has no object `{wanted}`"));
    finding.at(target.span).help(match similar(&wanted, known.iter().map(String::as_str)) {
        Some(name) => format!("did you mean `{name}`?"),
        None if known.is_empty() => "the app has no objects at all".into(),
        None => format!("it has: {}", known.join(", ")),
    })
}

fn several_targets<'a>(target: &Target, found: impl Iterator<Item = &'a Manifest>) -> Diagnostic {
    let mut groups: Vec<String> = found.map(|manifest| format!("`{}`", manifest.id.gvk.group)).collect();
    groups.dedup();
    let message = format!("the app has more than one object `{} {}`", text(&target.kind), text(&target.name));
    Diagnostic::new(&PATCH_TARGET, message).at(target.span).help(match groups[..] {
        [_] => "rename one of them: a target is told by group, kind and name".into(),
        _ => format!("add the `group` to the target: {}", groups.join(" or ")),
    })
}

fn full_name(manifest: &Manifest) -> String {
    format!("{} {}", manifest.kind(), manifest.id.name)
}

fn text(node: &Node) -> &str {
    node.as_str().unwrap_or_default()
}

fn idle(name: &Key) -> Diagnostic {
    Diagnostic::new(&IDLE_PATCH, format!("the patch `{}` changes nothing", name.text))
        .at(name.span)
        .help("remove it, or correct what it sets")
}

#[cfg(test)]
mod tests {
    use super::super::testing::{Rendered, rendered};

    fn patched(patches: &str) -> Rendered {
        rendered(&format!(
            "extra: {{main: {{apiVersion: v1, kind: LimitRange, spec: {{limits: [{{type: Pod, max: {{cpu: 2}}}}]}}}}}}\n\
             patches: {patches}"
        ))
    }

    #[test]
    fn what_a_patch_sets_points_at_the_patch() {
        let web = patched(
            r#"{a: {target: {kind: LimitRange, name: web}, merge: {metadata: {annotations: {note: merged}}}},
                b: {target: {kind: LimitRange, name: web}, json: [
                {op: test, path: "/spec/limits/[type=Pod]/max/cpu", value: 2},
                {op: replace, path: "/spec/limits/[type=Pod]/max/cpu", value: 3}]}}"#,
        );
        assert_eq!(web.findings(), [""; 0]);
        assert_eq!(web.cause("LimitRange", "/metadata/annotations/note"), "merged");
        assert_eq!(web.cause("LimitRange", "/spec/limits/0/max/cpu"), "3");
    }

    #[test]
    fn an_object_may_be_renamed_for_the_next_patch() {
        let web = patched(
            "{a: {target: {kind: LimitRange, name: web}, merge: {metadata: {name: other}}}, \
             b: {target: {kind: LimitRange, name: other}, merge: {spec: {limits: []}}}}",
        );
        assert_eq!(web.findings(), [""; 0]);
        assert_eq!(web.names(), ["LimitRange other"]);
    }

    #[test]
    fn a_failed_operation_undoes_the_patch() {
        let web = patched(
            "{a: {target: {kind: LimitRange, name: web}, json: [{op: remove, path: /spec/limits}, {op: remove, path: /data}]}}",
        );
        assert_eq!(web.findings(), ["REN013 {op: remove, path: /data}: nothing is at `/data`"]);
        assert_eq!(web.cause("LimitRange", "/spec/limits/0/max/cpu"), "2");
    }

    #[test]
    fn a_patch_needs_one_target_and_an_effect() {
        let web = patched(
            "{a: {target: {kind: LimitRang, name: web}, merge: {a: 1}}, \
             b: {target: {kind: LimitRange, name: web, group: apps}, merge: {a: 1}}, \
             c: {target: {kind: LimitRange, name: web}, merge: {kind: LimitRange}}}",
        );
        assert_eq!(
            web.findings(),
            [
                "REN012 {kind: LimitRang, name: web}: the app has no object `LimitRang web`",
                "REN012 {kind: LimitRange, name: web, group: apps}: the app has no object `LimitRange web`",
                "REN014 c: the patch `c` changes nothing"
            ]
        );
        assert_eq!(web.diagnostics[0].help.as_deref(), Some("did you mean `LimitRange web`?"));
    }
}
