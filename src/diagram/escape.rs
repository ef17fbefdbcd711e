//! The one place where text becomes part of DOT, XML, Mermaid or an address.
//!
//! Names and quotes come out of documents, and a document may hold anything: quotes, backslashes, tags, marks that turn the
//! direction of writing. Each function here takes any text and gives something that its format shows as just this text. A
//! property test says so for each.

use super::label;

/// `text` in quotes, so that Graphviz shows just this text.
///
/// Backslashes are doubled, since `\N`, `\G` or `\l` would be filled in, and a `\` at the end would swallow the closing
/// quote. An ampersand is written as an entity, since `&lt;` would be shown as `<`. Line breaks become `\n`; other
/// characters that cannot be shown are dropped.
pub(super) fn dot(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for (n, line) in text.split('\n').enumerate() {
        if n > 0 {
            out.push_str("\\n");
        }
        for c in label::clean(line).chars() {
            match c {
                '"' => out.push_str("\\\""),
                '\\' => out.push_str("\\\\"),
                '&' => out.push_str("&amp;"),
                c => out.push(c),
            }
        }
    }
    out.push('"');
    out
}

/// `text` as content or attribute of XML; line breaks stay.
pub(super) fn xml(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (n, line) in text.split('\n').enumerate() {
        if n > 0 {
            out.push_str("&#10;");
        }
        for c in label::clean(line).chars() {
            match c {
                '&' => out.push_str("&amp;"),
                '<' => out.push_str("&lt;"),
                '>' => out.push_str("&gt;"),
                '"' => out.push_str("&quot;"),
                '\'' => out.push_str("&#39;"),
                c => out.push(c),
            }
        }
    }
    out
}

/// `text` in quotes for Mermaid. Its labels are HTML, and `#…;` is its way to write a character; all that means something
/// in either is written so.
pub(super) fn mermaid(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for (n, line) in text.split('\n').enumerate() {
        if n > 0 {
            out.push_str("<br/>");
        }
        for c in label::clean(line).chars() {
            match c {
                c if c.is_alphanumeric() || c == ' ' || !c.is_ascii() => out.push(c),
                c => out.push_str(&format!("#{};", u32::from(c))),
            }
        }
    }
    out.push('"');
    out
}

/// The address of the page of `iri`: under `base` where it is one of ours, itself where it is an address of the web, and
/// nothing otherwise, so that no text out of a document can ever be followed as a script.
pub(super) fn address(iri: &str, base: &str) -> Option<String> {
    let ours = iri.strip_prefix(crate::ontology::vocab::ID);
    let (start, rest) = match ours {
        Some(rest) => (base, rest),
        None => ["https://", "http://"].into_iter().find_map(|web| Some((web, iri.strip_prefix(web)?)))?,
    };
    let mut out = String::from(start);
    for byte in rest.bytes() {
        match byte {
            // `%` begins what is written so already.
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' => out.push(char::from(byte)),
            b'-' | b'.' | b'_' | b'~' | b'/' | b'#' | b'%' | b':' | b'?' | b'=' => out.push(char::from(byte)),
            byte => out.push_str(&format!("%{byte:02X}")),
        }
    }
    Some(out)
}

/// Whether links may begin with `base`: an address of the web, or a path on the same server.
pub fn is_base(base: &str) -> bool {
    let starts = ["https://", "http://", "/", "./", "../"].iter().any(|start| base.starts_with(start));
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/:?=%#".contains(c);
    starts && base.chars().all(plain)
}

#[cfg(test)]
pub(super) mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Texts made of what has a meaning somewhere.
    pub(in crate::diagram) fn nasty() -> impl Strategy<Value = String> {
        let bits = [
            "\"",
            "'",
            "`",
            "\\",
            "\n",
            "\r\n",
            "\t",
            "{",
            "}",
            "<",
            ">",
            "<<b>x</b>>",
            "<script>",
            "</text>",
            "]]>",
            "<!--",
            "&lt;",
            "&#34;",
            "&",
            "#quot;",
            "|",
            "[",
            "]",
            ";",
            ",",
            "->",
            "-->",
            "//",
            "/*",
            "#",
            "%%",
            "\\N",
            "\\G",
            "\\l",
            "=",
            "\u{0}",
            "\u{7f}",
            "\u{200f}",
            "\u{202e}",
            "\u{2066}",
            "\u{2028}",
            "🏭",
            "👩🏽‍🔧",
            "中山市",
            "〔2025〕",
            "“小巨人”",
            "e\u{301}",
            "\u{feff}",
            "\u{ffff}",
            "javascript:",
            "https://",
            "n1",
            "end",
        ];
        let piece = prop_oneof![4 => prop::sample::select(bits.to_vec()).prop_map(str::to_owned), 1 => ".{0,3}"];
        prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
    }

    /// The text as it is meant to be shown.
    fn shown(text: &str) -> String {
        text.split('\n').map(label::clean).collect::<Vec<_>>().join("\n")
    }

    /// What Graphviz makes of a quoted text.
    fn read_dot(text: &str) -> String {
        let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).expect("quotes at both ends");
        let mut out = String::new();
        let mut chars = inner.chars();
        while let Some(c) = chars.next() {
            assert_ne!(c, '"', "a quote inside ends the text: {text}");
            match c {
                '\\' => match chars.next() {
                    Some('n') => out.push('\n'),
                    Some(c @ ('"' | '\\')) => out.push(c),
                    other => panic!("Graphviz would fill in \\{other:?}: {text}"),
                },
                c => out.push(c),
            }
        }
        out.replace("&amp;", "&")
    }

    /// What a reader of XML makes of it.
    fn read_xml(text: &str) -> String {
        assert!(!text.contains(['<', '>', '"', '\'']), "{text}");
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find('&') {
            let end = rest[at..].find(';').expect("each entity ends") + at;
            out.push_str(&rest[..at]);
            out.push_str(match &rest[at..=end] {
                "&amp;" => "&",
                "&lt;" => "<",
                "&gt;" => ">",
                "&quot;" => "\"",
                "&#39;" => "'",
                "&#10;" => "\n",
                other => panic!("{other}"),
            });
            rest = &rest[end + 1..];
        }
        out + rest
    }

    /// What Mermaid makes of it.
    fn read_mermaid(text: &str) -> String {
        let inner = text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).expect("quotes at both ends");
        let mut out = String::new();
        let mut rest = inner.replace("<br/>", "\n");
        assert!(!rest.contains(['<', '>', '"', '&', '`', '\\']), "{text}");
        while let Some(at) = rest.find('#') {
            let end = rest[at..].find(';').expect("each code ends") + at;
            out.push_str(&rest[..at]);
            out.push(char::from_u32(rest[at + 1..end].parse().expect("a number")).expect("a character"));
            rest = rest[end + 1..].to_owned();
        }
        out + &rest
    }

    proptest! {
        #[test]
        fn every_format_shows_the_text_as_it_is(text in nasty()) {
            prop_assert_eq!(read_dot(&dot(&text)), shown(&text));
            prop_assert_eq!(read_xml(&xml(&text)), shown(&text));
            prop_assert_eq!(read_mermaid(&mermaid(&text)), shown(&text));
        }

        #[test]
        fn an_address_is_of_the_web_and_holds_nothing_else(text in nasty()) {
            let ours = format!("{}{text}", crate::ontology::vocab::ID);
            for (iri, base) in [(text.as_str(), "/id/"), (ours.as_str(), "https://example.org/id/")] {
                if let Some(address) = address(iri, base) {
                    prop_assert!(address.starts_with("https://") || address.starts_with("http://"), "{}", address);
                    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~/#%:?=".contains(c);
                    prop_assert!(address.chars().all(plain), "{}", address);
                }
            }
        }
    }

    #[test]
    fn the_known_traps() {
        for (text, quoted) in [
            ("a\\", r#""a\\""#),
            (r#"say "x""#, r#""say \"x\"""#),
            ("\\N\nb", r#""\\N\nb""#),
            ("<b>&lt;", r#""<b>&amp;lt;""#),
            ("", r#""""#),
        ] {
            assert_eq!(dot(text), quoted, "{text:?}");
        }
        assert_eq!(address("javascript:alert(1)", "/"), None);
        assert_eq!(address("java\nscript:alert(1)", "/"), None);
        assert_eq!(address("data:text/html,x", "/"), None);
        let own = "https://w3id.org/wenmai/id/Town/古镇 镇\"x";
        assert_eq!(address(own, "/id/").as_deref(), Some("/id/Town/%E5%8F%A4%E9%95%87%20%E9%95%87%22x"));
    }

    #[test]
    fn links_begin_only_with_an_address_or_a_path() {
        for good in ["https://example.org/id/", "http://localhost:7878/", "/id/", "./"] {
            assert!(is_base(good), "{good}");
        }
        for bad in ["javascript:alert(1)//", "", "JavaScript:x", "data:x", "https://a\"b", "//\"", "id/", "/\n"] {
            assert!(!is_base(bad), "{bad:?}");
        }
    }
}
