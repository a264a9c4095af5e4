//! References of images, as <https://github.com/distribution/reference> has them.

/// The parts of a reference: `registry.example.com:5000/shop/cart:1.0@sha256:…`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Reference<'a> {
    /// What it is called, with the registry: `registry.example.com:5000/shop/cart`.
    pub(super) name: &'a str,
    /// `1.0`.
    pub(super) tag: Option<&'a str>,
    /// `sha256:…`.
    pub(super) digest: Option<&'a str>,
}

impl<'a> Reference<'a> {
    /// From text; what is wrong with it where it is none.
    pub(super) fn parse(text: &'a str) -> Result<Self, &'static str> {
        if text.is_empty() {
            return Err("name an image");
        }
        if ["${", "$(", "{{"].iter().any(|start| text.contains(start)) {
            return Err("put the value in its place: nobody fills it in");
        }
        if text.contains(char::is_whitespace) {
            return Err("leave out the blanks");
        }
        if text.starts_with("ko://") {
            return Err("lint what `ko resolve` prints: it builds the image, and puts its name here");
        }
        if text.contains("://") {
            return Err("leave out the scheme before `://`");
        }
        let (rest, digest) = text.split_once('@').map_or((text, None), |(rest, digest)| (rest, Some(digest)));
        // A colon before the last `/` is that of a port.
        let at = rest.rfind('/').map_or(0, |at| at + 1);
        let (name, tag) = match rest[at..].find(':') {
            Some(colon) => (&rest[..at + colon], Some(&rest[at + colon + 1..])),
            None => (rest, None),
        };
        check_name(name)?;
        tag.map_or(Ok(()), check_tag)?;
        digest.map_or(Ok(()), check_digest)?;
        Ok(Self { name, tag, digest })
    }

    /// Whether it may mean another image tomorrow by itself.
    pub(super) fn is_moving(self) -> bool {
        self.digest.is_none() && self.tag.is_none_or(|tag| tag == "latest")
    }

    /// The name with the registry that is meant where none is named: that of Docker.
    pub(super) fn full_name(self) -> String {
        match self.name.split_once('/') {
            Some((registry, _)) if is_registry(registry) => self.name.to_owned(),
            Some(_) => format!("docker.io/{}", self.name),
            None => format!("docker.io/library/{}", self.name),
        }
    }
}

/// Whether the first part of a name is a registry, and not a directory of the default one.
fn is_registry(part: &str) -> bool {
    part == "localhost" || part.contains(['.', ':']) || part.bytes().any(|byte| byte.is_ascii_uppercase())
}

fn check_name(name: &str) -> Result<(), &'static str> {
    let path = match name.split_once('/') {
        Some((registry, path)) if is_registry(registry) => {
            check_registry(registry)?;
            path
        }
        _ => name,
    };
    if path.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return Err("write the name in lower case");
    }
    if name.len() > 255 || !path.split('/').all(is_component) {
        return Err("a name is made of letters, digits and single `.`, `_`, `__` or `-` between them");
    }
    Ok(())
}

fn check_registry(registry: &str) -> Result<(), &'static str> {
    // The brackets of an IPv6 address hold colons.
    let (host, port) = match registry.rsplit_once(':') {
        Some((host, port)) if !port.ends_with(']') => (host, Some(port)),
        _ => (registry, None),
    };
    let address = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
    let is_label = |label: &str| {
        let is_inside = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        !label.is_empty() && label.bytes().all(is_inside) && !label.starts_with('-') && !label.ends_with('-')
    };
    let is_host = match address {
        Some(address) => address.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':'),
        None => host.split('.').all(is_label),
    };
    let is_port = |port: &str| !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit());
    if is_host && port.is_none_or(is_port) {
        Ok(())
    } else {
        Err("start with a registry such as `registry.example.com:5000`")
    }
}

/// Letters and digits, and between them a `.`, one or two `_`, or any number of `-`.
fn is_component(component: &str) -> bool {
    let mut rest = component;
    loop {
        let word = rest.trim_start_matches(|one: char| one.is_ascii_lowercase() || one.is_ascii_digit());
        if word.len() == rest.len() {
            return false;
        }
        if word.is_empty() {
            return true;
        }
        let next = word.trim_start_matches('-');
        let next = if next.len() < word.len() {
            Some(next)
        } else {
            word.strip_prefix("__").or_else(|| word.strip_prefix('_')).or_else(|| word.strip_prefix('.'))
        };
        let Some(next) = next else { return false };
        rest = next;
    }
}

fn check_tag(tag: &str) -> Result<(), &'static str> {
    let is_inside = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-');
    let is_tag = (1..=128).contains(&tag.len()) && tag.bytes().all(is_inside) && !tag.starts_with(['.', '-']);
    if is_tag { Ok(()) } else { Err("a tag has at most 128 letters, digits, `_`, `.` and `-`") }
}

fn check_digest(digest: &str) -> Result<(), &'static str> {
    let (algorithm, hash) = digest.split_once(':').unwrap_or((digest, ""));
    let length = match algorithm {
        "sha256" => 64..=64,
        "sha384" => 96..=96,
        "sha512" => 128..=128,
        _ => return Err("a digest is `sha256:` and 64 digits"),
    };
    let is_hash = hash.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    if is_hash && length.contains(&hash.len()) {
        Ok(())
    } else {
        Err("a digest is `sha256:` and 64 hexadecimal digits in lower case")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parts(text: &str) -> Option<(&str, Option<&str>, Option<&str>)> {
        Reference::parse(text).ok().map(|found| (found.name, found.tag, found.digest))
    }

    #[test]
    fn parts_of_references() {
        assert_eq!(parts("cart"), Some(("cart", None, None)));
        assert_eq!(parts("shop/cart:1.0"), Some(("shop/cart", Some("1.0"), None)));
        assert_eq!(parts("localhost:5000/cart"), Some(("localhost:5000/cart", None, None)));
        assert_eq!(parts("[::1]:5000/a__b/c-d.e:V_1"), Some(("[::1]:5000/a__b/c-d.e", Some("V_1"), None)));
        let digest = format!("sha256:{}", "0a".repeat(32));
        assert_eq!(parts(&format!("Cart.example/a@{digest}")), Some(("Cart.example/a", None, Some(&*digest))));
        assert_eq!(parts(&format!("a:1@{digest}")), Some(("a", Some("1"), Some(&*digest))));
        assert!(!Reference::parse(&format!("a@{digest}")).unwrap().is_moving());
        assert!(Reference::parse("a:latest").unwrap().is_moving());
    }

    #[test]
    fn what_is_no_reference() {
        for text in [
            "",
            " a",
            "a b",
            "a:",
            "a:-1",
            "a@sha256:1",
            "a@md5:1",
            "Cart",
            "shop/Cart",
            "a//b",
            "/a",
            "a/",
            "a..b",
            "a___b",
            "-a",
            "a-",
            "${IMAGE}",
            "{{ .image }}",
            "https://a.example/b",
            "a.example:x/b",
            "-.example/b",
            "a:1:2",
            "é",
        ] {
            assert_eq!(parts(text), None, "{text}");
        }
        let help = |text| Reference::parse(text).err().unwrap_or_default();
        assert!(help("ko://example.com/cmd/cart").contains("`ko resolve`"));
        assert!(help("https://a.example/b").contains("scheme"));
    }

    #[test]
    fn full_names() {
        let full = |text: &'static str| Reference::parse(text).unwrap().full_name();
        assert_eq!(full("redis:7"), "docker.io/library/redis");
        assert_eq!(full("bitnami/redis"), "docker.io/bitnami/redis");
        assert_eq!(full("localhost/redis"), "localhost/redis");
        assert_eq!(full("registry.example.com/a/b:1"), "registry.example.com/a/b");
    }
}
