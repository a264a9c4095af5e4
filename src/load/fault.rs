//! What kept a request from being answered, in words that say what to look at.

use std::{error::Error, io};

use rustls::{AlertDescription, CertificateError};
use smol_str::{SmolStr, format_smolstr};

use super::ledger::Failure;

/// A failure, and what was seen of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Fault {
    pub(super) failure: Failure,
    /// `nobody takes the connection: Connection refused`.
    pub(super) sentence: SmolStr,
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Self { failure, sentence: SmolStr::new_static(failure.sentence()) }
    }
}

impl Fault {
    /// A failure with what is known beside its kind.
    pub(super) fn with(failure: Failure, why: &str) -> Self {
        Self { failure, sentence: format_smolstr!("{}: {why}", failure.sentence()) }
    }

    /// What an error of the operating system means: its own limits are not the server's fault.
    pub(super) fn of_io(error: &io::Error, otherwise: Failure) -> Self {
        const NO_FILES: [i32; 2] = [23, 24]; // ENFILE, EMFILE
        let failure = match error.kind() {
            io::ErrorKind::AddrNotAvailable | io::ErrorKind::AddrInUse => Failure::Generator,
            io::ErrorKind::TimedOut => Failure::Timeout,
            _ if error.raw_os_error().is_some_and(|code| NO_FILES.contains(&code)) => Failure::Generator,
            _ => otherwise,
        };
        Self::with(failure, &words(error))
    }

    /// Why a connection to a host could not be encrypted.
    pub(super) fn of_tls(error: &io::Error, host: &str) -> Self {
        let broken = || format_smolstr!("the connection breaks before it is encrypted: {}", words(error));
        let sentence = of_rustls(error).map_or_else(broken, |error| tls(error, host));
        Self { failure: Failure::Tls, sentence }
    }

    /// Why an open connection is of no use. Whether a client's certificate is good enough, TLS 1.3 tells only then.
    pub(super) fn of_open(error: &(dyn Error + 'static)) -> Self {
        match of_rustls(error) {
            Some(error) => Self { failure: Failure::Tls, sentence: tls(error, "") },
            None => Self::with(Failure::Reset, &words(error)),
        }
    }

    /// The refusal of TLS that made a connection end, if that was it.
    pub(super) fn of_refusal(error: &(dyn Error + 'static)) -> Option<Self> {
        of_rustls(error).map(|_| Self::of_open(error))
    }
}

/// What TLS says, somewhere below an error.
fn of_rustls<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a rustls::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        // An error of the system shows what is below the one that it carries, and not that itself.
        let carried = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        if let Some(found) = carried.and_then(|carried| carried.downcast_ref()) {
            return Some(found);
        }
        next = error.source();
    }
    None
}

/// What has happened at the bottom of it.
fn words(error: &(dyn Error + 'static)) -> String {
    let mut bottom = error;
    while let Some(source) = bottom.source() {
        bottom = source;
    }
    let text = bottom.to_string();
    let text = text.strip_prefix("failed to lookup address information: ").unwrap_or(&text);
    text.split(" (os error").next().unwrap_or(text).to_owned()
}

fn tls(error: &rustls::Error, host: &str) -> SmolStr {
    use AlertDescription as Alert;
    use CertificateError as Bad;
    let sentence = match error {
        rustls::Error::InvalidCertificate(Bad::Expired | Bad::ExpiredContext { .. }) => {
            "the server's certificate has expired"
        }
        rustls::Error::InvalidCertificate(Bad::NotValidYet | Bad::NotValidYetContext { .. }) => {
            "the server's certificate is not valid yet"
        }
        rustls::Error::InvalidCertificate(Bad::NotValidForName | Bad::NotValidForNameContext { .. }) => {
            return format_smolstr!("the server's certificate is not for `{host}`");
        }
        rustls::Error::InvalidCertificate(Bad::UnknownIssuer) => {
            "the server's certificate is signed by an authority that is not trusted"
        }
        rustls::Error::NoApplicationProtocol | rustls::Error::AlertReceived(Alert::NoApplicationProtocol) => {
            "the server speaks another HTTP: they have no protocol in common"
        }
        rustls::Error::AlertReceived(Alert::CertificateRequired) => "the server asks for a client's certificate",
        rustls::Error::AlertReceived(
            Alert::UnknownCA | Alert::BadCertificate | Alert::CertificateUnknown | Alert::AccessDenied,
        ) => "the server does not trust the client's certificate",
        rustls::Error::InvalidMessage(_) => "what the server sends is no TLS",
        other => return format_smolstr!("the connection cannot be encrypted: {other}"),
    };
    SmolStr::new_static(sentence)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_the_system_are_put_into_words() {
        let refused = Fault::of_io(&io::Error::from_raw_os_error(111), Failure::Connect);
        assert_eq!(refused.sentence, "nobody takes the connection: Connection refused");
        assert_eq!(Fault::of_io(&io::Error::from_raw_os_error(24), Failure::Connect).failure, Failure::Generator);
        assert_eq!(Fault::of_io(&io::ErrorKind::TimedOut.into(), Failure::Connect).failure, Failure::Timeout);
    }

    #[test]
    fn what_tls_says_is_found_below_other_errors() {
        let refused = rustls::Error::AlertReceived(AlertDescription::CertificateRequired);
        let error = io::Error::new(io::ErrorKind::InvalidData, refused);
        let fault = Fault::of_tls(&error, "localhost");
        assert_eq!(
            (fault.failure, fault.sentence.as_str()),
            (Failure::Tls, "the server asks for a client's certificate")
        );
        assert_eq!(
            Fault::of_tls(&io::ErrorKind::UnexpectedEof.into(), "localhost").sentence,
            "the connection breaks before it is encrypted: unexpected end of file"
        );
    }
}
