//! What Argo CD's page shows of the parameters.
//!
//! The keys are those of `ParameterAnnouncement` in Argo CD's `repository.proto`; a list of them is all that the plugin
//! server takes.

use serde_json::{Value as Json, json};
use smol_str::SmolStr;

use super::{
    PARAMETERS, Parameter, Takes,
    parameter::{APP, IMAGES},
};

/// Names of apps that the page shows; the others are counted.
const NAMED: usize = 200;

/// The announcements of all parameters, for an environment with these apps, and for an app with these images.
pub fn announcements(apps: &[SmolStr], images: &[String]) -> Json {
    PARAMETERS.iter().map(|parameter| announcement(parameter, apps, images)).collect()
}

fn announcement(parameter: &Parameter, apps: &[SmolStr], images: &[String]) -> Json {
    let is = |other: &Parameter| parameter.name == other.name;
    let tooltip = if is(&APP) { format!("{}: {}", APP.tooltip, listed(apps)) } else { parameter.tooltip.to_owned() };
    let mut announcement = json!({
        "name": parameter.name,
        "title": parameter.title,
        "tooltip": tooltip,
        "required": is(&APP),
        "itemType": "string",
        "collectionType": parameter.takes.key(),
    });
    if let (Takes::Array, Json::Object(fields)) = (parameter.takes, &mut announcement) {
        let values = if is(&IMAGES) { images } else { &[] };
        fields.insert(parameter.takes.key().into(), json!(values));
    }
    announcement
}

fn listed(apps: &[SmolStr]) -> String {
    let mut names: Vec<&str> = apps.iter().take(NAMED).map(SmolStr::as_str).collect();
    let more = apps.len().saturating_sub(NAMED);
    let counted = format!("{more} more");
    names.extend((more > 0).then_some(counted.as_str()));
    format!("{}; or `_cluster`, `_argocd`, or `*` for all of them", names.join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn announced() {
        let made = announcements(&["cart".into(), "web".into()], &["shop/web:1.0".into()]);
        insta::assert_snapshot!(serde_json::to_string_pretty(&made).unwrap());
    }

    #[test]
    fn many_apps_are_counted() {
        let apps: Vec<SmolStr> = (0..NAMED + 3).map(|at| format!("app-{at}").into()).collect();
        assert!(listed(&apps).contains("app-199, 3 more; or"), "{}", listed(&apps));
    }
}
