//! NetworkPolicies that say something else than is meant.

use std::net::IpAddr;

use super::{Check, Findings, declare_rule, policy::peers};
use crate::{manifest::Manifest, node::Node};

declare_rule! {
    /// ## What it does
    /// Points out rules of a NetworkPolicy for a direction that is not among its `policyTypes`.
    ///
    /// ## Why is this bad?
    /// They are ignored. The pods are open in that direction, though somebody wrote down whom they may speak to.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: cart}
    /// spec:
    ///   podSelector: {}
    ///   policyTypes: [Ingress]
    ///   egress: [{ports: [{port: 53, protocol: UDP}]}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: cart}
    /// spec: {podSelector: {}, policyTypes: [Ingress, Egress], egress: [{ports: [{port: 53, protocol: UDP}]}]}
    /// ---
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: dns}
    /// spec: {podSelector: {}, egress: [{ports: [{port: 53, protocol: UDP}]}]}
    /// ```
    pub(super) static IGNORED_RULES = {
        code: "NET025",
        summary: "rules of a NetworkPolicy are ignored",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["NetworkPolicy"], check: ignored_rules },
    }
}

fn ignored_rules(policy: &Manifest, findings: &mut Findings<'_>) {
    let kinds = policy.object.at("/spec/policyTypes").map_or(&[][..], Node::items);
    for (kind, field) in [("Ingress", "ingress"), ("Egress", "egress")] {
        let rules = policy.object.get("spec").and_then(|spec| spec.get(field)).map_or(&[][..], Node::items);
        if !kinds.is_empty() && !rules.is_empty() && kinds.iter().all(|own| own.as_str() != Some(kind)) {
            let message = format!("the rules for {field} of NetworkPolicy `{}` are ignored", policy.id.name);
            findings
                .add(policy, format!("/spec/{field}"), message)
                .related(policy, "/spec/policyTypes", "the directions that it is about")
                .help(format!("add `{kind}` to `policyTypes`, or remove the rules"));
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Points out NetworkPolicies with a rule for everything: no peers and no ports.
    ///
    /// ## Why is this bad?
    /// Whatever the other rules and policies of these pods say, everything is allowed in that direction.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: cart}
    /// spec: {podSelector: {}, ingress: [{}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: cart}
    /// spec: {podSelector: {}, ingress: [{ports: [{port: 8080}]}]}
    /// ```
    pub(super) static OPEN_RULE = {
        code: "NET026",
        summary: "rule of a NetworkPolicy allows everything",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Manifest { kinds: &["NetworkPolicy"], check: open_rule },
    }
}

fn open_rule(policy: &Manifest, findings: &mut Findings<'_>) {
    for field in ["ingress", "egress"] {
        let rules = policy.object.get("spec").and_then(|spec| spec.get(field)).map_or(&[][..], Node::items);
        let is_open = |rule: &Node| {
            let lists = ["from", "ports", "to"];
            lists.iter().all(|list| rule.get(list).is_none_or(|list| list.items().is_empty()))
        };
        if let Some(at) = rules.iter().position(is_open) {
            let message = format!("a rule of NetworkPolicy `{}` allows everything", policy.id.name);
            findings.add(policy, format!("/spec/{field}/{at}"), message).help("name the peers or the ports");
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Checks what the API server asks of the peers of a NetworkPolicy: pods or addresses, not both; blocks of
    /// addresses such as `10.0.0.0/8`; and exceptions that lie inside of their block.
    ///
    /// ## Why is this bad?
    /// The API server refuses the policy.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: cart}
    /// spec: {podSelector: {}, egress: [{to: [{ipBlock: {cidr: 10.0.0.1}}]}]}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: cart}
    /// spec: {podSelector: {}, egress: [{to: [{ipBlock: {cidr: 10.0.0.0/8, except: [192.168.0.0/16]}}]}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: networking.k8s.io/v1
    /// kind: NetworkPolicy
    /// metadata: {name: cart}
    /// spec:
    ///   podSelector: {}
    ///   egress: [{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [169.254.169.254/32]}}, {podSelector: {}}]}]
    /// ```
    pub(super) static REFUSED_PEER = {
        code: "NET027",
        summary: "peer of a NetworkPolicy that the API server refuses",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["NetworkPolicy"], check: refused_peer },
    }
}

fn refused_peer(policy: &Manifest, findings: &mut Findings<'_>) {
    for (pointer, peer) in peers(policy) {
        let Some(block) = peer.get("ipBlock") else { continue };
        if peer.get("podSelector").is_some() || peer.get("namespaceSelector").is_some() {
            findings
                .add(policy, format!("{pointer}/ipBlock"), "a peer is pods or addresses, not both")
                .help("make two peers of it");
        }
        let Some(cidr) = block.get("cidr").and_then(Node::as_str) else { continue };
        let Some(whole) = Block::parse(cidr) else {
            let message = format!("`{cidr}` is no block of addresses");
            findings.add(policy, format!("{pointer}/ipBlock/cidr"), message).help(help(cidr));
            continue;
        };
        for (at, except) in block.get("except").map_or(&[][..], Node::items).iter().enumerate() {
            let Some(text) = except.as_str() else { continue };
            let part = Block::parse(text);
            if part.is_none_or(|part| !whole.contains(part)) {
                let message = format!("`{text}` is no part of `{cidr}`");
                findings
                    .add(policy, format!("{pointer}/ipBlock/except/{at}"), message)
                    .help("except a smaller block of addresses that lies inside of `cidr`");
            }
        }
    }
}

fn help(cidr: &str) -> String {
    match cidr.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => format!("for the one address, write `{cidr}/32`"),
        Ok(IpAddr::V6(_)) => format!("for the one address, write `{cidr}/128`"),
        Err(_) => "write an address and the number of its bits that count, such as `10.0.0.0/8`".to_owned(),
    }
}

/// A block of addresses: those that have the first `bits` bits of one.
#[derive(Clone, Copy)]
struct Block {
    is_v4: bool,
    /// The address, moved to the top.
    address: u128,
    bits: u32,
}

impl Block {
    fn parse(text: &str) -> Option<Self> {
        let (address, bits) = text.split_once('/')?;
        let bits: u32 = bits.parse().ok()?;
        match address.parse().ok()? {
            IpAddr::V4(v4) if bits <= 32 => Some(Self { is_v4: true, address: u128::from(v4.to_bits()) << 96, bits }),
            IpAddr::V6(v6) if bits <= 128 => Some(Self { is_v4: false, address: v6.to_bits(), bits }),
            _ => None,
        }
    }

    /// Whether another block is a smaller part of this one.
    fn contains(self, part: Self) -> bool {
        let head = |address: u128| address.checked_shr(128 - self.bits).unwrap_or(0);
        self.is_v4 == part.is_v4 && part.bits > self.bits && head(self.address) == head(part.address)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_lie_inside_of_each_other() {
        let contains = |whole, part| Block::parse(whole).unwrap().contains(Block::parse(part).unwrap());
        assert!(contains("0.0.0.0/0", "169.254.169.254/32"));
        assert!(contains("10.0.0.0/8", "10.1.0.0/16"));
        assert!(contains("2001:db8::/32", "2001:db8:1::/48"));
        assert!(!contains("10.0.0.0/8", "10.0.0.0/8"));
        assert!(!contains("10.0.0.0/8", "11.0.0.0/16"));
        assert!(!contains("::/0", "10.0.0.0/8"));
        for wrong in ["10.0.0.1", "10.0.0.0/33", "10.0.0.0/-1", "example.com/8", "/8", "::1/129"] {
            assert!(Block::parse(wrong).is_none(), "{wrong}");
        }
    }
}
