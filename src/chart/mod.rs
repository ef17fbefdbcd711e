//! The series of an indicator as a picture (SVG): values by time, one line for each subject and unit. A figure that is a
//! bound is drawn with an open end, a planned one hollow, and below the picture stands which document says what.

mod words;

use std::collections::BTreeMap;

use plotters::coord::Shift;
use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

/// Width of the picture, in pixels.
const WIDTH: u32 = 960;
/// Height of the part with the axes, in pixels.
const HEIGHT: u32 = 520;
/// Height of a line of sources, in pixels.
const LINE: u32 = 19;
/// How many sources are named; the rest are counted.
const SOURCES: usize = 40;
/// Characters of a source that fit its line.
const SOURCE_WIDTH: usize = 66;
/// The font of all words: whatever the viewer has.
const FONT: &str = "sans-serif";
/// Length of an open end, in pixels.
const OPEN: i32 = 26;
/// Share of the height that the name of a line takes.
const LEGEND: f64 = 0.085;
/// Colours of the lines, told apart also by those who see red and green alike.
const COLOURS: [RGBColor; 6] = [
    RGBColor(0, 94, 162),
    RGBColor(200, 80, 0),
    RGBColor(0, 130, 90),
    RGBColor(150, 60, 140),
    RGBColor(110, 110, 0),
    RGBColor(90, 90, 90),
];

/// How a value is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Bound {
    /// As it stands, or about that much.
    Value,
    /// At least this much: open to above.
    Over,
    /// At most, or nearly this much: open to below.
    UpTo,
}

/// One value of the series.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The time, in years: the end of the period.
    pub time: f64,
    /// The period as it is written.
    pub period: String,
    /// The value.
    pub value: f64,
    /// How it is meant.
    pub bound: Bound,
    /// Whether it is planned.
    pub planned: bool,
    /// What it is about and what it counts: points with the same are one line.
    pub line: String,
    /// The unit.
    pub unit: String,
    /// The words it was read from.
    pub quote: String,
    /// The document it was read from.
    pub document: String,
}

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ChartError {
    /// The values have different units, which one axis cannot show.
    #[error("the indicator has values in several units ({}); name one with --unit", .0.join(", "))]
    Units(Vec<String>),
    /// The drawing library failed.
    #[error("the picture cannot be drawn: {0}")]
    Drawing(String),
}

/// Words of a picture.
#[derive(Clone, Debug, Default)]
pub struct Words {
    /// The title.
    pub title: String,
    /// What stands before the sources.
    pub sources: String,
    /// What a hollow mark means.
    pub planned: String,
    /// What an open end means.
    pub open: String,
    /// How many more sources there are: `{n}` is the number.
    pub more: String,
}

/// Draws `points`.
///
/// # Errors
///
/// When the points have several units, and what the drawing library reports.
pub fn draw(words: &Words, points: &[Point]) -> Result<String, ChartError> {
    let mut units: Vec<String> = points.iter().map(|p| p.unit.clone()).collect();
    units.sort();
    units.dedup();
    if units.len() > 1 {
        return Err(ChartError::Units(units));
    }
    let mut svg = String::new();
    let named = u32::try_from(points.len().min(SOURCES) + 2).unwrap_or(0);
    let size = (WIDTH, HEIGHT + named * LINE + 12);
    let drawn = {
        let area = SVGBackend::with_string(&mut svg, size).into_drawing_area();
        let (upper, lower) = area.split_vertically(HEIGHT);
        area.fill(&WHITE)
            .map_err(|e| e.to_string())
            .and_then(|()| {
                series(&upper, words, points, units.first().map_or("", String::as_str)).map_err(|e| e.to_string())
            })
            .and_then(|()| sources(&lower, words, points).map_err(|e| e.to_string()))
            .and_then(|()| area.present().map_err(|e| e.to_string()))
    };
    drawn.map_err(ChartError::Drawing)?;
    Ok(svg)
}

type Failure = Box<dyn std::error::Error>;

fn series(
    area: &DrawingArea<SVGBackend<'_>, Shift>,
    words: &Words,
    points: &[Point],
    unit: &str,
) -> Result<(), Failure> {
    let times = points.iter().map(|p| p.time);
    let first = times.clone().fold(f64::INFINITY, f64::min).floor();
    let last = times.fold(f64::NEG_INFINITY, f64::max).ceil();
    let (first, last) = if first.is_finite() { (first - 0.2, last.max(first + 1.0) + 0.2) } else { (0.0, 1.0) };
    let low = points.iter().map(|p| p.value).fold(0.0, f64::min);
    let high = points.iter().map(|p| p.value).fold(0.0, f64::max);
    let mut names: Vec<&str> = points.iter().map(|p| p.line.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    // The names of the lines stand above all values.
    let room = 0.12 + LEGEND * names.len().min(12) as f64;
    let high = if high > low { high + room * (high - low) } else { low + 1.0 };
    let (scale, multiplier) = scale(high);
    let mut chart = ChartBuilder::on(area)
        .caption(&words.title, (FONT, 22))
        .margin(20)
        .x_label_area_size(36)
        .y_label_area_size(84)
        .build_cartesian_2d(first..last, low..high)?;
    let years = |time: &f64| if (time - time.round()).abs() < 0.01 { format!("{time:.0}") } else { String::new() };
    let values = move |value: &f64| plain(value / scale);
    chart
        .configure_mesh()
        .x_labels(usize::try_from((last - first) as i64 + 1).unwrap_or(8).clamp(2, 16))
        .y_labels(8)
        .max_light_lines(0)
        .bold_line_style(BLACK.mix(0.1))
        .label_style((FONT, 14))
        .axis_desc_style((FONT, 15))
        .x_label_formatter(&years)
        .y_label_formatter(&values)
        .y_desc(format!("{multiplier}{unit}"))
        .draw()?;
    let mut lines: BTreeMap<&str, Vec<&Point>> = BTreeMap::new();
    for point in points {
        lines.entry(&point.line).or_default().push(point);
    }
    for ((name, line), colour) in lines.iter().zip(COLOURS.into_iter().cycle()) {
        let mut line = line.clone();
        line.sort_by(|a, b| (a.time, a.value).partial_cmp(&(b.time, b.value)).unwrap_or(std::cmp::Ordering::Equal));
        let path = line.iter().map(|p| (p.time, p.value));
        chart
            .draw_series(LineSeries::new(path, colour.mix(0.6).stroke_width(2)))?
            .label(cut(name, 40))
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], colour.stroke_width(3)));
        for point in line {
            let place = (point.time, point.value);
            let fill = if point.planned { WHITE.filled() } else { colour.filled() };
            let end = match point.bound {
                Bound::Value => 0,
                Bound::Over => -OPEN,
                Bound::UpTo => OPEN,
            };
            if end != 0 {
                let tip = end.signum() * 7;
                let stem = PathElement::new([(0, 0), (0, end)], colour.stroke_width(2));
                let head = PathElement::new([(-5, end - tip), (0, end), (5, end - tip)], colour.stroke_width(2));
                chart.draw_series([EmptyElement::at(place) + stem + head])?;
            }
            chart.draw_series([EmptyElement::at(place)
                + Circle::new((0, 0), 5, fill)
                + Circle::new((0, 0), 5, colour.stroke_width(2))])?;
            let style = (FONT, 13).into_font().color(&colour).pos(Pos::new(HPos::Left, VPos::Bottom));
            let label = Text::new(cut(&point.quote, 16), (8, -4), style);
            chart.draw_series([EmptyElement::at(place) + label])?;
        }
    }
    if lines.keys().any(|name| !name.is_empty()) {
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperLeft)
            .label_font((FONT, 14))
            .background_style(WHITE.mix(0.85))
            .border_style(BLACK.mix(0.3))
            .draw()?;
    }
    Ok(())
}

/// The sources, one line each, and what the marks mean.
fn sources(area: &DrawingArea<SVGBackend<'_>, Shift>, words: &Words, points: &[Point]) -> Result<(), Failure> {
    let style = (FONT, 13).into_font().color(&BLACK.mix(0.75));
    let at = |n: usize| (24, i32::try_from(n).unwrap_or(0) * i32::try_from(LINE).unwrap_or(0));
    area.draw(&Text::new(words.sources.as_str(), at(0), style.clone()))?;
    let shown = points.len().min(SOURCES);
    for (n, point) in points.iter().take(shown).enumerate() {
        let line = [point.period.as_str(), &point.line, &point.quote, &point.document];
        let line: Vec<&str> = line.into_iter().filter(|part| !part.is_empty()).collect();
        area.draw(&Text::new(cut(&line.join(" · "), SOURCE_WIDTH), at(n + 1), style.clone()))?;
    }
    let mut marks: Vec<String> = Vec::new();
    if points.iter().any(|p| p.bound != Bound::Value) {
        marks.push(words.open.clone());
    }
    if points.iter().any(|p| p.planned) {
        marks.push(words.planned.clone());
    }
    if points.len() > shown {
        marks.push(words.more.replace("{n}", &(points.len() - shown).to_string()));
    }
    area.draw(&Text::new(marks.join(" · "), at(shown + 1), style))?;
    Ok(())
}

/// By how much values are divided so that they can be read, and the word for it.
fn scale(most: f64) -> (f64, &'static str) {
    [(1e8, "10⁸ "), (1e4, "10⁴ ")].into_iter().find(|(scale, _)| most >= 2.0 * scale).unwrap_or((1.0, ""))
}

fn plain(value: f64) -> String {
    let text = format!("{value:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// At most `most` characters of `words`.
fn cut(words: &str, most: usize) -> String {
    if words.chars().count() <= most {
        return words.to_owned();
    }
    words.chars().take(most.saturating_sub(1)).chain(['…']).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(time: f64, value: f64, bound: Bound) -> Point {
        Point {
            time,
            period: format!("{time:.0}"),
            value,
            bound,
            planned: false,
            line: "A".to_owned(),
            unit: "u".to_owned(),
            quote: format!("{value}u"),
            document: "a.txt".to_owned(),
        }
    }

    #[test]
    fn each_figure_is_a_mark_and_a_source() {
        let points = [point(2023.0, 5.0, Bound::Value), point(2024.0, 7.0, Bound::Over)];
        let words = Words { title: "<T>".to_owned(), open: "open end".to_owned(), ..Words::default() };
        let svg = draw(&words, &points).unwrap();
        assert_eq!(svg.matches("<circle ").count(), 4, "a mark is a disc and its rim");
        assert!(
            svg.contains("&lt;T&gt;") && svg.contains("open end") && svg.contains("2024 · A · 7u · a.txt"),
            "{svg}"
        );
        assert_eq!(svg, draw(&words, &points).unwrap(), "the same bytes each time");
    }

    #[test]
    fn a_bound_has_an_open_end() {
        let paths =
            |bound| draw(&Words::default(), &[point(2023.0, 5.0, bound)]).unwrap().matches("<polyline ").count();
        assert_eq!(paths(Bound::Over), paths(Bound::Value) + 2);
        assert_eq!(paths(Bound::UpTo), paths(Bound::Over));
    }

    #[test]
    fn one_axis_has_one_unit() {
        let mut other = point(2024.0, 1.0, Bound::Value);
        other.unit = "v".to_owned();
        let error = draw(&Words::default(), &[point(2023.0, 5.0, Bound::Value), other]).unwrap_err();
        assert_eq!(error.to_string(), "the indicator has values in several units (u, v); name one with --unit");
    }

    #[test]
    fn nothing_and_extremes_can_be_drawn() {
        for points in [
            vec![],
            vec![point(2023.0, 0.0, Bound::Value)],
            vec![point(2023.0, -1e18, Bound::UpTo), point(1900.0, 1e18, Bound::Over)],
        ] {
            assert!(draw(&Words::default(), &points).unwrap().contains("</svg>"));
        }
    }
}
