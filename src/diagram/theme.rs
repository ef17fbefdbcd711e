//! The colours of a picture, and how families of relations are told apart: by colour, by dash and by the head of the arrow,
//! so that none of them has to be seen to tell.

/// The ground on which a picture is drawn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// White ground, filled shapes.
    #[default]
    Light,
    /// Dark ground, for screens.
    Dark,
    /// White ground, black lines, pale fills: for paper and for copies in black and white.
    Print,
}

/// Line colours after Okabe and Ito, dark enough to be read as text on white.
const ON_LIGHT: [&str; 7] = ["#00735C", "#B84E00", "#0068A8", "#757575", "#333333", "#A83B7A", "#7A6200"];
/// The same hues, light enough to be read on a dark ground.
const ON_DARK: [&str; 7] = ["#3FD0AB", "#F59A57", "#6FC1F2", "#B0B0B0", "#E8E8E8", "#E79BC6", "#E8DA5A"];

/// Dash, head of the arrow, and how both look as a sample in the legend.
const LOOKS: [(&str, &str, &str); 9] = [
    ("solid", "normal", "━━━▶"),
    ("dashed", "normal", "━ ━ ▶"),
    ("solid", "onormal", "━━━▷"),
    ("dotted", "odot", "┄┄┄○"),
    ("solid", "odiamond", "━━━◇"),
    ("dashed", "diamond", "━ ━ ◆"),
    ("dotted", "box", "┄┄┄■"),
    ("solid", "dot", "━━━●"),
    ("dashed", "obox", "━ ━ □"),
];

/// How the lines of a family look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct LineStyle {
    /// `#RRGGBB`
    pub colour: &'static str,
    /// `solid`, `dashed` or `dotted`
    pub dash: &'static str,
    /// A shape of arrow heads.
    pub head: &'static str,
    /// The line, drawn in characters.
    pub sample: &'static str,
}

impl Theme {
    pub(super) fn ground(self) -> &'static str {
        match self {
            Theme::Dark => "#1B1E23",
            _ => "#FFFFFF",
        }
    }

    /// Colour of titles and headings.
    pub(super) fn text(self) -> &'static str {
        match self {
            Theme::Dark => "#F2F2F2",
            _ => "#000000",
        }
    }

    /// Colour of smaller text.
    pub(super) fn small(self) -> &'static str {
        match self {
            Theme::Light => "#444444",
            Theme::Dark => "#C8C8C8",
            Theme::Print => "#000000",
        }
    }

    /// Colour of frames.
    pub(super) fn frame(self) -> &'static str {
        match self {
            Theme::Light => "#B0B0B0",
            Theme::Dark => "#5A6069",
            Theme::Print => "#707070",
        }
    }

    /// Colour of the border of a node; `strong` where the picture is about it.
    pub(super) fn border(self, strong: bool) -> &'static str {
        match (self, strong) {
            (Theme::Light, false) => "#555555",
            (Theme::Dark, false) => "#AAAAAA",
            (Theme::Dark, true) => "#FFFFFF",
            _ => "#000000",
        }
    }

    /// The fill of a node of a class with `fill`.
    pub(super) fn fill(self, fill: &str) -> String {
        match self {
            Theme::Print => pale(fill),
            _ => fill.to_owned(),
        }
    }

    /// How the lines of the family at `place` look; those without a family come last.
    pub(super) fn line(self, place: Option<usize>) -> LineStyle {
        let colours = match self {
            Theme::Dark => &ON_DARK,
            _ => &ON_LIGHT,
        };
        let Some(place) = place else {
            return LineStyle { colour: self.small(), dash: "solid", head: "vee", sample: "━━━＞" };
        };
        let (dash, head, sample) = LOOKS[place % LOOKS.len()];
        let colour = if self == Theme::Print { "#000000" } else { colours[place % colours.len()] };
        LineStyle { colour, dash, head, sample }
    }
}

/// The colour on white with a third of its strength, so that grey copies keep text and shape apart.
fn pale(fill: &str) -> String {
    let part = |range| fill.get(range).and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or(255);
    let mix = |part: u32| 255 - (255 - part.min(255)) / 3;
    format!("#{:02X}{:02X}{:02X}", mix(part(1..3)), mix(part(3..5)), mix(part(5..7)))
}

/// Black or white, whichever can be read on `fill`.
pub(super) fn text_on(fill: &str) -> &'static str {
    let part = |range| fill.get(range).and_then(|digits| u32::from_str_radix(digits, 16).ok()).unwrap_or(255);
    let light = 299 * part(1..3) + 587 * part(3..5) + 114 * part(5..7);
    if light < 120_000 { "#FFFFFF" } else { "#000000" }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn text_stands_out_from_its_ground() {
        assert_eq!(text_on("#FFFFFF"), "#000000");
        assert_eq!(text_on("#0072B2"), "#FFFFFF");
        assert_eq!(text_on("#F0E442"), "#000000");
        assert_eq!(text_on("nothing"), "#000000");
    }

    #[test]
    fn families_differ_without_their_colours() {
        for theme in [Theme::Light, Theme::Dark, Theme::Print] {
            let looks: BTreeSet<(&str, &str)> =
                (0..LOOKS.len()).map(|n| theme.line(Some(n))).map(|line| (line.dash, line.head)).collect();
            assert_eq!(looks.len(), LOOKS.len());
            assert!(!looks.contains(&(theme.line(None).dash, theme.line(None).head)));
        }
    }

    #[test]
    fn print_is_pale_and_black() {
        assert_eq!(Theme::Print.fill("#000000"), "#AAAAAA");
        assert_eq!(Theme::Print.fill("#FFFFFF"), "#FFFFFF");
        assert_eq!(Theme::Print.line(Some(3)).colour, "#000000");
    }
}
