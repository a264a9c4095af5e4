//! How long a load test may take before it has failed.

use super::InCluster;
use crate::{
    diagnostic::Diagnostic,
    grammar::formats,
    model::{DRAIN, USUAL_CONNECT_TIMEOUT, USUAL_DURATION, USUAL_TIMEOUT},
    node::Node,
    render::{codes::CUT_SHORT, duration::whole_seconds},
};

/// Workers wait so long for each other, and for what the others have measured.
const MEETING: f64 = 120.0 + 31.0;

/// For a node, an image and a pod: the Job's clock runs while they are waited for.
const MARGIN: f64 = 180.0;

impl InCluster<'_> {
    /// The deadline of the spec, or one that a run which goes well cannot meet.
    pub(super) fn deadline(&self, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
        let planned = self.longest();
        let Some(own) = self.job.and_then(|job| job.deadline.as_ref()) else {
            #[expect(
                clippy::cast_possible_truncation,
                reason = "durations of a spec are far from the largest number"
            )]
            return Some(self.node((planned + MARGIN).ceil() as i64));
        };
        let whole = whole_seconds(own, diagnostics)?;
        if formats::seconds(own.as_str()?)? < planned {
            let message = format!("the load test may take {planned:.0}s, and its Job ends it before");
            let finding = Diagnostic::new(&CUT_SHORT, message).at(own.span);
            let help = "leave `deadline` out, or give it more: the nodes and the image take their time, too";
            diagnostics.push(finding.related(self.cause(), "the load test is here").help(help));
        }
        Some(whole)
    }

    /// How long a run takes at most that goes as planned, in seconds.
    fn longest(&self) -> f64 {
        let test = self.test;
        let seconds = |node: Option<&Node>, otherwise: f64| {
            node.and_then(Node::as_str).and_then(formats::seconds).unwrap_or(otherwise)
        };
        let sends = match test.stages.as_slice() {
            [] => seconds(test.duration.as_ref(), USUAL_DURATION.into()),
            stages => stages.iter().map(|stage| seconds(Some(&stage.lasts), 0.0)).sum(),
        };
        let answers = seconds(test.timeout.as_ref(), USUAL_TIMEOUT.into())
            + seconds(test.connect_timeout.as_ref(), USUAL_CONNECT_TIMEOUT.into());
        let meeting = if self.workers().is_some() { MEETING } else { 0.0 };
        let before = seconds(test.wait_ready.as_ref(), 0.0) + seconds(test.warm_up.as_ref(), 0.0);
        before + meeting + sends + f64::from(DRAIN) + answers
    }
}
