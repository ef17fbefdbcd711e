//! The reliability diagram: confidence against the share that is right, as SVG.

use plotters::prelude::*;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::reliability::Reliability;

/// Width and height of the picture, in pixels.
const SIZE: (u32, u32) = (640, 640);
/// The font of all words: whatever the viewer has.
const FONT: &str = "sans-serif";
/// Radius of the mark of a bin that holds everything, in pixels; a bin's area is its share of all facts.
const LARGEST: f64 = 28.0;
/// Radius of the smallest mark.
const SMALLEST: f64 = 3.0;

/// Draws one line for each of `series`, by the names given, and the diagonal on which confidence would be exactly what
/// came out. A mark is as large as what it stands for; beside it stands how many that is.
///
/// # Errors
///
/// What the drawing library reports, in words.
pub fn plot(title: &str, series: &[(&str, &Reliability)]) -> Result<String, String> {
    let mut svg = String::new();
    draw(&mut svg, title, series).map_err(|e| e.to_string())?;
    Ok(svg)
}

fn draw(svg: &mut String, title: &str, series: &[(&str, &Reliability)]) -> Result<(), Box<dyn std::error::Error>> {
    let area = SVGBackend::with_string(svg, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption(title, (FONT, 20))
        .margin(24)
        .x_label_area_size(44)
        .y_label_area_size(52)
        .build_cartesian_2d(0.0..1.0, 0.0..1.0)?;
    let shares = |value: &f64| format!("{:.0} %", 100.0 * value);
    chart
        .configure_mesh()
        .x_labels(11)
        .y_labels(11)
        .max_light_lines(1)
        .bold_line_style(BLACK.mix(0.12))
        .light_line_style(TRANSPARENT)
        .label_style((FONT, 13))
        .axis_desc_style((FONT, 15))
        .x_label_formatter(&shares)
        .y_label_formatter(&shares)
        .x_desc("mean confidence")
        .y_desc("right")
        .draw()?;
    chart.draw_series(DashedLineSeries::new([(0.0, 0.0), (1.0, 1.0)], 6, 4, BLACK.mix(0.5).stroke_width(1)))?;
    for ((name, reliability), color) in series.iter().zip([RGBColor(0, 94, 162), RGBColor(200, 80, 0)]) {
        let all: usize = reliability.bins.iter().map(|b| b.count).sum();
        let bins: Vec<_> = reliability.bins.iter().filter(|b| b.count > 0).collect();
        let points = bins.iter().map(|b| (b.confidence, b.right));
        chart
            .draw_series(LineSeries::new(points, color.stroke_width(2)))?
            .label(format!("{name} ({all})"))
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 18, y)], color.stroke_width(2)));
        let radius = |count: usize| (LARGEST * (count as f64 / all as f64).sqrt()).max(SMALLEST);
        let marks =
            bins.iter().map(|b| Circle::new((b.confidence, b.right), radius(b.count), color.mix(0.35).filled()));
        chart.draw_series(marks)?;
        let style = (FONT, 13).into_font().color(&color).pos(Pos::new(HPos::Center, VPos::Bottom));
        let words = bins.iter().map(|b| {
            let above = -(radius(b.count).ceil() as i32) - 2;
            EmptyElement::at((b.confidence, b.right)) + Text::new(b.count.to_string(), (0, above), style.clone())
        });
        chart.draw_series(words)?;
    }
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::UpperLeft)
        .label_font((FONT, 14))
        .background_style(WHITE)
        .border_style(BLACK.mix(0.3))
        .draw()?;
    area.present()?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::eval::Bin;

    fn reliability() -> Reliability {
        let bin = |from, to, count, confidence, right| Bin { from, to, count, confidence, right };
        let bins = vec![bin(0.5, 0.6, 4, 0.55, 0.5), bin(0.6, 0.7, 0, 0.0, 0.0), bin(0.9, 1.0, 12, 0.94, 0.75)];
        Reliability { bins, certain: bin(0.9, 1.0, 12, 0.94, 0.75) }
    }

    #[test]
    fn each_bin_with_something_in_it_is_a_mark_with_its_count() {
        let svg = plot("Reliability", &[("relations", &reliability())]).unwrap();
        assert!(svg.starts_with("<svg ") && svg.trim_end().ends_with("</svg>"), "{svg}");
        assert_eq!(svg.matches("<circle ").count(), 2);
        for words in ["Reliability", "mean confidence", "relations (16)", "\n12\n", "\n4\n"] {
            assert!(svg.contains(words), "{words}: {svg}");
        }
        assert_eq!(svg, plot("Reliability", &[("relations", &reliability())]).unwrap(), "the same bytes each time");
    }

    #[test]
    fn words_are_only_words() {
        let svg = plot("<script>&\"", &[]).unwrap();
        assert!(!svg.contains("<script>") && svg.contains("&lt;script&gt;&amp;"), "{svg}");
    }
}
