//! How the pods call the program.

use smol_str::{SmolStr, format_smolstr};

use super::{InCluster, MEETING_PORT, config_map::FILE};
use crate::node::Node;

/// Where the load test is mounted.
pub(super) const DIRECTORY: &str = "/etc/karat/loadtest";

/// Where the kubelet looks for what a container has to say at its end.
const TERMINATION_LOG: &str = "/dev/termination-log";

impl InCluster<'_> {
    /// The report goes to the log, the verdict to where `kubectl describe` shows it, and both into a ConfigMap where asked.
    pub(super) fn arguments(&self) -> Vec<Node> {
        let mut arguments = vec![
            self.node("load"),
            self.node(format_smolstr!("--file={DIRECTORY}/{FILE}")),
            self.node(format_smolstr!("--verdict-file={TERMINATION_LOG}")),
        ];
        let namespace = self.app.namespace.as_str().unwrap_or_default();
        if let Some(report) = self.report() {
            let name = self.report_name();
            let name = name.as_str().unwrap_or_default();
            arguments.push(Node::new(format_smolstr!("--config-map={namespace}/{name}"), report.span));
        }
        if let Some(workers) = self.workers() {
            let count = workers.scalar_text().unwrap_or_default();
            let place = format_smolstr!("--meet={}.{namespace}.svc:{MEETING_PORT}", self.first_worker());
            arguments.push(Node::new(format_smolstr!("--worker=$(JOB_COMPLETION_INDEX)/{count}"), workers.span));
            arguments.push(Node::new(place, workers.span));
        }
        arguments
    }

    /// The host name of worker 0: that of its pod, within the headless Service.
    fn first_worker(&self) -> SmolStr {
        let name = self.name();
        let name = name.as_str().unwrap_or_default();
        format_smolstr!("{name}-0.{name}")
    }
}
