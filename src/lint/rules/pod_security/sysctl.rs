//! Parameters of the kernel.

use super::{Check, Findings, declare_rule};
use crate::{manifest::Pod, node::Node};

declare_rule! {
    /// ## What it does
    /// Checks that pods set only parameters of the kernel that are their own alone. Which these are, grows:
    ///
    /// - `kernel.shm_rmid_forced` and, of `net.ipv4`, `ip_local_port_range`, `tcp_syncookies`, `ping_group_range` and
    ///   `ip_unprivileged_port_start`,
    /// - from version 1.27 on `net.ipv4.ip_local_reserved_ports`,
    /// - from version 1.29 on `net.ipv4.tcp_keepalive_time`, `tcp_fin_timeout`, `tcp_keepalive_intvl` and
    ///   `tcp_keepalive_probes`,
    /// - from version 1.32 on `net.ipv4.tcp_rmem` and `tcp_wmem`,
    /// - from version 1.37 on `net.ipv4.tcp_slow_start_after_idle` and `tcp_notsent_lowat`.
    ///
    /// ## Why is this bad?
    /// The kubelet refuses a pod with any other parameter, unless it is told to allow that one; and then the pod can
    /// take memory and bandwidth from its neighbours.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {securityContext: {sysctls: [{name: kernel.msgmax, value: "65536"}]}, containers: [{name: cart}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {securityContext: {sysctls: [{name: net.ipv4.tcp_keepalive_time, value: "300"}]}, containers: [{name: cart}]}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `unsafe-sysctls`.
    pub(super) static UNSAFE_SYSCTL = {
        code: "PSS011",
        summary: "kernel parameter that others feel",
        severity: Warning,
        since: "0.1.0",
        on: Baseline,
        check: Check::Pod(unsafe_sysctl),
    }
}

/// The parameters that are safe, each with the version since when.
const SAFE: [(&str, u32); 14] = [
    ("kernel.shm_rmid_forced", 0),
    ("net.ipv4.ip_local_port_range", 0),
    ("net.ipv4.tcp_syncookies", 0),
    ("net.ipv4.ping_group_range", 0),
    ("net.ipv4.ip_unprivileged_port_start", 0),
    ("net.ipv4.ip_local_reserved_ports", 27),
    ("net.ipv4.tcp_keepalive_time", 29),
    ("net.ipv4.tcp_fin_timeout", 29),
    ("net.ipv4.tcp_keepalive_intvl", 29),
    ("net.ipv4.tcp_keepalive_probes", 29),
    ("net.ipv4.tcp_rmem", 32),
    ("net.ipv4.tcp_wmem", 32),
    ("net.ipv4.tcp_slow_start_after_idle", 37),
    ("net.ipv4.tcp_notsent_lowat", 37),
];

fn unsafe_sysctl(pod: Pod<'_>, findings: &mut Findings<'_>) {
    let sysctls = pod.at("/spec/securityContext/sysctls").map_or(&[][..], Node::items);
    for (at, sysctl) in sysctls.iter().enumerate() {
        let Some(name) = sysctl.get("name").and_then(Node::as_str) else { continue };
        let safe = SAFE.iter().find(|(safe, _)| *safe == name);
        if safe.is_none_or(|(_, since)| findings.standard(pod).minor < *since) {
            let help = match safe {
                Some((_, since)) => format!("it is allowed from Kubernetes 1.{since} on"),
                None => "leave it out, or set it for all pods of a node by the kubelet".to_owned(),
            };
            let pointer = format!("/spec/securityContext/sysctls/{at}/name");
            findings.add_to_pod(pod, &pointer, format!("the pod sets `{name}`, which is not its own alone")).help(help);
        }
    }
}
