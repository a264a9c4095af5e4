//! Names of time zones. The list itself changes more often than Karat does, so only their form is known.

/// What names of time zones start with (<https://www.iana.org/time-zones>).
const AREAS: &[&str] = &[
    "Africa",
    "America",
    "Antarctica",
    "Arctic",
    "Asia",
    "Atlantic",
    "Australia",
    "Brazil",
    "Canada",
    "Chile",
    "Etc",
    "Europe",
    "Indian",
    "Mexico",
    "Pacific",
    "US",
];

/// The names without an area.
const ALONE: &[&str] = &[
    "CET",
    "CST6CDT",
    "Cuba",
    "EET",
    "EST",
    "EST5EDT",
    "Egypt",
    "Eire",
    "Factory",
    "GB",
    "GB-Eire",
    "GMT",
    "GMT+0",
    "GMT-0",
    "GMT0",
    "Greenwich",
    "HST",
    "Hongkong",
    "Iceland",
    "Iran",
    "Israel",
    "Jamaica",
    "Japan",
    "Kwajalein",
    "Libya",
    "MET",
    "MST",
    "MST7MDT",
    "NZ",
    "NZ-CHAT",
    "Navajo",
    "PRC",
    "PST8PDT",
    "Poland",
    "Portugal",
    "ROC",
    "ROK",
    "Singapore",
    "Turkey",
    "UCT",
    "UTC",
    "Universal",
    "W-SU",
    "WET",
    "Zulu",
];

/// Whether the text is a name of the IANA database such as `Europe/Berlin`, as far as its form can tell.
pub fn is_time_zone(text: &str) -> bool {
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'+');
    let is_word = |part: &str| !part.is_empty() && part.bytes().all(letter);
    match text.split_once('/') {
        Some((area, place)) => AREAS.contains(&area) && place.split('/').all(is_word),
        None => ALONE.contains(&text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_zones() {
        for text in ["Europe/Berlin", "America/Argentina/Buenos_Aires", "Etc/GMT+1", "UTC", "America/Port-au-Prince"] {
            assert!(is_time_zone(text), "{text}");
        }
        for text in
            ["", "Berlin", "CEST", "+02:00", "Europe/", "Europe//Berlin", "Mars/Base", "Europe/New Berlin", "UTC/"]
        {
            assert!(!is_time_zone(text), "{text}");
        }
    }
}
