//! Addresses and ranges of them: <https://pkg.go.dev/k8s.io/apiserver/pkg/cel/library#IP> and `#CIDR`.

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr},
};

use super::{Table, no_overload};
use crate::cel::value::{Error, Outcome, Value};

pub(super) const TABLE: Table = &[
    ("ip(string): ip", |args| text(args, |text| Ok(Value::Ip(ip(text)?)))),
    ("isIP(string): bool", |args| text(args, |text| Ok(Value::Bool(ip(text).is_ok())))),
    ("ip.isCanonical(string): bool", |args| text(args, |text| Ok(Value::Bool(ip(text)?.to_string() == text)))),
    ("(ip).family(): int", |args| of_ip(args, |ip| Value::Int(if ip.is_ipv4() { 4 } else { 6 }))),
    ("(ip).isUnspecified(): bool", |args| of_ip(args, |ip| Value::Bool(ip.is_unspecified()))),
    ("(ip).isLoopback(): bool", |args| of_ip(args, |ip| Value::Bool(ip.is_loopback()))),
    ("(ip).isLinkLocalMulticast(): bool", |args| of_ip(args, |ip| Value::Bool(is_link_local_multicast(ip)))),
    ("(ip).isLinkLocalUnicast(): bool", |args| of_ip(args, |ip| Value::Bool(is_link_local_unicast(ip)))),
    ("(ip).isGlobalUnicast(): bool", |args| of_ip(args, |ip| Value::Bool(is_global_unicast(ip)))),
    ("cidr(string): cidr", |args| text(args, |text| Ok(Value::Cidr(Cidr::parse(text)?)))),
    ("isCIDR(string): bool", |args| text(args, |text| Ok(Value::Bool(Cidr::parse(text).is_ok())))),
    ("(cidr).containsIP(string): bool", |args| contains(args, |text| ip(text).map(Cidr::single))),
    ("(cidr).containsIP(ip): bool", |args| contains(args, |text| ip(text).map(Cidr::single))),
    ("(cidr).containsCIDR(string): bool", |args| contains(args, Cidr::parse)),
    ("(cidr).containsCIDR(cidr): bool", |args| contains(args, Cidr::parse)),
    ("(cidr).ip(): ip", |args| of_cidr(args, |cidr| Value::Ip(cidr.ip))),
    ("(cidr).prefixLength(): int", |args| of_cidr(args, |cidr| Value::Int(i64::from(cidr.length)))),
    ("(cidr).masked(): cidr", |args| of_cidr(args, |cidr| Value::Cidr(cidr.masked()))),
];

/// A range of addresses, as it is written: the address may lie anywhere in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cidr {
    ip: IpAddr,
    length: u8,
}

/// An address. One of IPv4 that is dressed up as IPv6 is none.
fn ip(text: &str) -> Outcome<IpAddr> {
    let parsed = text.parse().ok().filter(|ip| !matches!(ip, IpAddr::V6(ip) if ip.to_ipv4_mapped().is_some()));
    parsed.ok_or_else(|| Error::new("this is no IP address"))
}

fn is_link_local_multicast(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.octets().starts_with(&[224, 0, 0]),
        IpAddr::V6(ip) => ip.segments()[0] & 0xff0f == 0xff02,
    }
}

fn is_link_local_unicast(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => ip.is_link_local(),
        IpAddr::V6(ip) => ip.is_unicast_link_local(),
    }
}

fn is_global_unicast(ip: IpAddr) -> bool {
    let special = ip == IpAddr::V4(Ipv4Addr::BROADCAST) || ip.is_unspecified() || ip.is_loopback() || ip.is_multicast();
    !special && !is_link_local_unicast(ip)
}

impl Cidr {
    fn parse(text: &str) -> Outcome<Self> {
        let wrong = || Error::new("this is no range of IP addresses such as `10.0.0.0/8`");
        let (address, length) = text.split_once('/').ok_or_else(wrong)?;
        let ip = ip(address).map_err(|_| wrong())?;
        let canonical = length == "0" || length.starts_with(|c: char| ('1'..='9').contains(&c));
        let length: u8 = length.parse().ok().filter(|_| canonical).ok_or_else(wrong)?;
        if length > bits(ip) { Err(wrong()) } else { Ok(Self { ip, length }) }
    }

    fn single(ip: IpAddr) -> Self {
        Self { ip, length: bits(ip) }
    }

    /// The range with its first address.
    fn masked(self) -> Self {
        let ip = match self.ip {
            IpAddr::V4(ip) => IpAddr::V4((ip.to_bits() & high_bits(self.length, 32)).into()),
            IpAddr::V6(ip) => {
                let mask = u128::MAX.checked_shl(128 - u32::from(self.length)).unwrap_or_default();
                IpAddr::V6((ip.to_bits() & mask).into())
            }
        };
        Self { ip, ..self }
    }

    fn contains(self, other: Self) -> bool {
        let inner = Self { ip: other.ip, length: self.length };
        bits(self.ip) == bits(other.ip) && self.length <= other.length && self.masked() == inner.masked()
    }
}

fn bits(ip: IpAddr) -> u8 {
    if ip.is_ipv4() { 32 } else { 128 }
}

fn high_bits(length: u8, of: u32) -> u32 {
    u32::MAX.checked_shl(of - u32::from(length)).unwrap_or_default()
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.ip, self.length)
    }
}

fn text<'a>(args: &[Value<'a>], of: impl Fn(&str) -> Outcome<Value<'a>>) -> Outcome<Value<'a>> {
    match args {
        [Value::String(text)] => of(text),
        _ => no_overload(),
    }
}

fn of_ip<'a>(args: &[Value<'a>], of: impl Fn(IpAddr) -> Value<'a>) -> Outcome<Value<'a>> {
    match args {
        [Value::Ip(ip)] => Ok(of(*ip)),
        _ => no_overload(),
    }
}

fn of_cidr<'a>(args: &[Value<'a>], of: impl Fn(Cidr) -> Value<'a>) -> Outcome<Value<'a>> {
    match args {
        [Value::Cidr(cidr)] => Ok(of(*cidr)),
        _ => no_overload(),
    }
}

fn contains<'a>(args: &[Value<'a>], parse: impl Fn(&str) -> Outcome<Cidr>) -> Outcome<Value<'a>> {
    let (cidr, inner) = match args {
        [Value::Cidr(cidr), Value::String(text)] => (cidr, parse(text)?),
        [Value::Cidr(cidr), Value::Ip(ip)] => (cidr, Cidr::single(*ip)),
        [Value::Cidr(cidr), Value::Cidr(inner)] => (cidr, *inner),
        _ => return no_overload(),
    };
    Ok(Value::Bool(cidr.contains(inner)))
}
