//! The address of the specs' repository, as everybody who reads the branch may see it.

/// An address without what signs somebody in. The user of SSH stays, without whom the address leads nowhere.
pub fn without_credentials(url: &str) -> String {
    let Some((scheme, rest)) = url.split_once("://") else { return url.to_owned() };
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let Some((user, _)) = rest[..end].rsplit_once('@') else { return url.to_owned() };
    let host = &rest[user.len() + 1..];
    let is_ssh = scheme.to_ascii_lowercase().ends_with("ssh");
    match user.split(':').next().filter(|_| is_ssh) {
        Some(name) => format!("{scheme}://{name}@{host}"),
        None => format!("{scheme}://{host}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_left_out() {
        let cases = [
            ("https://ada:hunter2@git.example/shop.git", "https://git.example/shop.git"),
            ("https://hunter2@git.example:8443/shop.git", "https://git.example:8443/shop.git"),
            ("https://ada:hun@ter2@git.example", "https://git.example"),
            ("ssh://git:hunter2@git.example/shop.git", "ssh://git@git.example/shop.git"),
        ];
        for (url, expected) in cases {
            assert_eq!(without_credentials(url), expected);
        }
        for same in ["", "https://git.example/a@b", "git@git.example:shop.git", "ssh://git@git.example/shop.git"] {
            assert_eq!(without_credentials(same), same);
        }
    }
}
