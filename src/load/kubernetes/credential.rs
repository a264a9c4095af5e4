//! A token, wherever it is from.

use std::{fmt, fs, path::PathBuf};

use http::HeaderValue;

use super::program::Program;
use crate::diagnostic::{Error, Result};

/// What nobody may read: it has no way out but the header of a request.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Secret(String);

impl Secret {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// The header that says who asks.
    ///
    /// # Errors
    /// When it holds what no header can hold.
    pub(super) fn header(&self) -> Result<HeaderValue> {
        let header = HeaderValue::try_from(format!("Bearer {}", self.0.trim()));
        let mut header = header.map_err(|_| Error::new("the token for the API server holds what no token can hold"))?;
        header.set_sensitive(true);
        Ok(header)
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

/// How somebody says who he is, beside a certificate.
#[derive(Clone, Debug)]
pub(super) enum Credential {
    /// Not at all.
    Nobody,
    /// By a token.
    Token(Secret),
    /// By what a file holds now: Kubernetes writes a pod's token anew before it expires.
    File(PathBuf),
    /// By what a program gives out.
    Program(Program),
}

impl Credential {
    /// The token that is valid now, where it takes no program to know it.
    pub(super) fn token(&self) -> Result<Option<Secret>> {
        match self {
            Self::Nobody | Self::Program(_) => Ok(None),
            Self::Token(token) => Ok(Some(token.clone())),
            Self::File(file) => {
                let doing = || format!("cannot read the token in `{}`", file.display());
                let text = fs::read_to_string(file).map_err(|error| Error::io(doing(), &error))?;
                Ok(Some(Secret::new(text)))
            }
        }
    }
}
