//! Text in XML, HTML and SVG.

use std::fmt;

use super::printable;

/// Printable text in an element or an attribute. What XML 1.0 has no way to write is no concern here: nothing of it is
/// printable.
pub(super) struct Escaped<'a>(pub(super) &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|own| match own {
            '&' => f.write_str("&amp;"),
            '<' => f.write_str("&lt;"),
            '>' => f.write_str("&gt;"),
            '"' => f.write_str("&quot;"),
            own => write!(f, "{own}"),
        })
    }
}

/// Any text on one line, in which no markup can hide, and which drives no terminal.
pub(super) fn escaped(text: &str) -> String {
    Escaped(&printable::line(text)).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_of_xml() {
        assert_eq!(Escaped("a&b <c> \"d\" ]]>").to_string(), "a&amp;b &lt;c&gt; &quot;d&quot; ]]&gt;");
    }

    #[test]
    fn no_text_becomes_markup() {
        assert_eq!(escaped("</text><script>\"&\u{1b}"), "&lt;/text&gt;&lt;script&gt;&quot;&amp;␛");
    }
}
