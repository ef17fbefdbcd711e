//! View → SVG without Graphviz: shapes, straight lines, real text. Less handsome than what Graphviz draws, but nothing is cut
//! and no text lies on another: a label of a line that finds no free place is left to the text under the pointer.

use std::fmt::Write as _;

use petgraph::visit::EdgeRef as _;

use super::arrange::{self, Place, Size, overlap};
use super::caption;
use super::dot::{Drawing, FONT};
use super::escape::xml;
use super::theme::{LineStyle, text_on};
use super::view::{Arrow, Layout, Link};
use super::{label, legend, style, svg};

/// Height of a line of text, in sizes of its letters.
const LEADING: f64 = 1.25;
const MARGIN: f64 = 28.0;

/// A box with text in it.
struct Card {
    lines: Vec<String>,
    font: f64,
    size: Size,
}

impl Card {
    fn new(text: &str, font: f64, margin: Size) -> Self {
        let lines: Vec<String> = text.split('\n').map(str::to_owned).collect();
        let widest = lines.iter().map(|line| label::columns(line)).max().unwrap_or_default() as f64;
        // A Latin letter takes up to six tenths of its size, a Chinese one all of it.
        let size = (widest * font * 0.56 + margin.0, lines.len() as f64 * font * LEADING + margin.1);
        Self { lines, font, size }
    }

    /// The text, in the middle of `place`.
    fn write(&self, out: &mut String, place: Place, colour: &str) {
        let step = self.font * LEADING;
        let first = place.1 - step * (self.lines.len() as f64 - 1.0) / 2.0 + self.font * 0.36;
        for (n, line) in self.lines.iter().enumerate() {
            let _ = writeln!(
                out,
                "<text x=\"{:.1}\" y=\"{:.1}\" font-size=\"{}\" fill=\"{colour}\">{}</text>",
                place.0,
                first + step * n as f64,
                self.font,
                xml(line)
            );
        }
    }
}

/// The SVG text. The same view gives the same text.
pub(super) fn svg(drawing: &Drawing) -> String {
    let graph = &drawing.view.graph;
    let most = caption::most(drawing);
    let shape = |class: &str| drawing.style.class(class).shape;
    let cards: Vec<Card> = graph
        .node_weights()
        .map(|node| {
            let margin = margin(shape(&node.class));
            Card::new(&label::node(&node.label), caption::size(node, most), margin)
        })
        .collect();
    let sizes: Vec<Size> = cards.iter().map(|card| card.size).collect();
    let lines: Vec<(usize, usize)> =
        graph.edge_references().map(|line| (line.source().index(), line.target().index())).collect();
    let mut places = match drawing.view.layout {
        Layout::Layers | Layout::Columns => arrange::layers(&sizes, &lines, 170.0),
        Layout::Force | Layout::Rings => arrange::forces(&sizes, &lines),
    };
    let heading = caption::heading(drawing);
    let head = heading.len() as f64 * 22.0 + MARGIN;
    let edge = |ends: fn(f64, f64) -> f64, of: &dyn Fn(usize) -> f64| (0..places.len()).map(of).fold(f64::NAN, ends);
    let left = edge(f64::min, &|n| places[n].0 - sizes[n].0 / 2.0);
    let top = edge(f64::min, &|n| places[n].1 - sizes[n].1 / 2.0);
    for place in &mut places {
        *place = (place.0 - left + MARGIN, place.1 - top + MARGIN + head);
    }
    let right = (0..places.len()).map(|n| places[n].0 + sizes[n].0 / 2.0).fold(0.0, f64::max) + MARGIN;
    let bottom = (0..places.len()).map(|n| places[n].1 + sizes[n].1 / 2.0).fold(0.0, f64::max) + MARGIN;

    let mut body = String::new();
    let boxes: Vec<(Place, Size)> = places.iter().copied().zip(sizes.iter().copied()).collect();
    draw_lines(drawing, &boxes, &mut body);
    for (index, card) in graph.node_indices().zip(&cards) {
        let node = &graph[index];
        let class = drawing.style.class(&node.class);
        let fill = drawing.theme.fill(&class.fill);
        let stroke = (drawing.theme.border(node.focus), if node.focus { 3.0 } else { 0.8 });
        open(&mut body, caption::address(drawing, node).as_deref(), &caption::node_note(drawing, node));
        let plain = class.shape == "plaintext";
        outline(&mut body, class.shape, boxes[index.index()], &fill, stroke);
        card.write(&mut body, places[index.index()], if plain { drawing.theme.text() } else { text_on(&fill) });
        close(&mut body, caption::address(drawing, node).is_some());
    }
    let (width, height) = draw_legend(drawing, &mut body, (right, head + MARGIN));
    let titles = heading.iter().map(|line| label::columns(line) as f64 * 9.0).fold(0.0, f64::max) + 2.0 * MARGIN;
    let (width, height) = (width.max(titles), height.max(bottom));

    let theme = drawing.theme;
    let mut out = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" aria-labelledby=\"title\" \
         aria-describedby=\"description\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"{}\" text-anchor=\"middle\">",
        xml(FONT)
    );
    out.push_str(&svg::head(drawing));
    let _ = writeln!(out, "\n<rect width=\"100%\" height=\"100%\" fill=\"{}\"/>", theme.ground());
    for (n, line) in heading.iter().enumerate() {
        let y = MARGIN + 22.0 * n as f64;
        let x = width / 2.0;
        let text = xml(line);
        let _ =
            writeln!(out, "<text x=\"{x:.1}\" y=\"{y:.1}\" font-size=\"16\" fill=\"{}\">{text}</text>", theme.text());
    }
    out.push_str(&body);
    out.push_str("</svg>\n");
    out
}

/// Opens a group with what is read aloud of it, and a link where there is an address.
fn open(out: &mut String, address: Option<&str>, title: &str) {
    if let Some(address) = address {
        let _ = writeln!(out, "<a href=\"{}\">", xml(address));
    }
    let _ = writeln!(out, "<g><title>{}</title>", xml(title));
}

fn close(out: &mut String, linked: bool) {
    out.push_str(if linked { "</g>\n</a>\n" } else { "</g>\n" });
}

/// All lines with their labels, each where it is free.
fn draw_lines(drawing: &Drawing, boxes: &[(Place, Size)], out: &mut String) {
    let graph = &drawing.view.graph;
    let mut taken: Vec<(Place, Size)> = boxes.to_vec();
    let mut labels = String::new();
    for line in graph.edge_references() {
        let link = line.weight();
        let look = caption::line_style(drawing, link);
        let (from, to) = (boxes[line.source().index()], boxes[line.target().index()]);
        let (start, end) = (border(from, to.0), border(to, from.0));
        let address = caption::address(drawing, &graph[line.source()]);
        open(out, address.as_deref(), &svg::line_title(drawing, line.source(), line.target(), link));
        stroke(out, link, (look, drawing.theme.ground()), (start, end));
        close(out, address.is_some());
        let text = caption::line_label(drawing, link);
        if text.is_empty() {
            continue;
        }
        let card = Card::new(&text, 9.0, (4.0, 0.0));
        let middle = [0.5, 0.42, 0.58, 0.34, 0.66, 0.26, 0.74, 0.18, 0.82].into_iter().find_map(|part| {
            let place = (start.0 + (end.0 - start.0) * part, start.1 + (end.1 - start.1) * part);
            (!taken.iter().any(|other| overlap((place, card.size), *other))).then_some(place)
        });
        if let Some(place) = middle {
            let (x, y) = (place.0 - card.size.0 / 2.0, place.1 - card.size.1 / 2.0);
            let _ = writeln!(
                labels,
                "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{:.1}\" height=\"{:.1}\" fill=\"{}\"/>",
                card.size.0,
                card.size.1,
                drawing.theme.ground()
            );
            card.write(&mut labels, place, look.colour);
            taken.push((place, card.size));
        }
    }
    out.push_str(&labels);
}

/// One line with the heads of its arrow.
fn stroke(out: &mut String, link: &Link, (look, ground): (LineStyle, &str), (start, end): (Place, Place)) {
    let dash = match look.dash {
        "dashed" => " stroke-dasharray=\"7 4\"",
        "dotted" => " stroke-dasharray=\"2 4\"",
        _ => "",
    };
    let colour = look.colour;
    let width = caption::width(link);
    let _ = writeln!(
        out,
        "<line x1=\"{:.1}\" y1=\"{:.1}\" x2=\"{:.1}\" y2=\"{:.1}\" stroke=\"{colour}\" stroke-width=\"{width:.1}\"{dash}/>",
        start.0, start.1, end.0, end.1
    );
    let mut heads = Vec::new();
    if !link.plain && matches!(link.arrow, Arrow::Forward | Arrow::Both) {
        heads.push((start, end));
    }
    if !link.plain && matches!(link.arrow, Arrow::Back | Arrow::Both) {
        heads.push((end, start));
    }
    for (from, tip) in heads {
        let (x, y) = (tip.0 - from.0, tip.1 - from.1);
        let far = (x * x + y * y).sqrt().max(1.0);
        let (x, y) = (x / far, y / far);
        // Along the line back from its tip, and to the side of it.
        let at =
            |back: f64, side: f64| format!("{:.1},{:.1}", tip.0 - x * back - y * side, tip.1 - y * back + x * side);
        let (name, open) = look.head.strip_prefix('o').map_or((look.head, false), |name| (name, true));
        let fill = if open { ground } else { colour };
        let corners = match name {
            "dot" => {
                let (x, y) = (tip.0 - x * 4.0, tip.1 - y * 4.0);
                let _ =
                    writeln!(out, "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"{fill}\" stroke=\"{colour}\"/>");
                continue;
            }
            "diamond" => vec![at(0.0, 0.0), at(5.5, 3.5), at(11.0, 0.0), at(5.5, -3.5)],
            "box" => vec![at(0.0, 3.5), at(7.0, 3.5), at(7.0, -3.5), at(0.0, -3.5)],
            "vee" => vec![at(0.0, 0.0), at(9.0, 4.0), at(6.0, 0.0), at(9.0, -4.0)],
            _ => vec![at(0.0, 0.0), at(8.0, 3.6), at(8.0, -3.6)],
        };
        let points = corners.join(" ");
        let _ = writeln!(out, "<polygon points=\"{points}\" fill=\"{fill}\" stroke=\"{colour}\"/>");
    }
}

/// Where the line from the middle of a box to `other` leaves the box.
fn border((place, size): (Place, Size), other: Place) -> Place {
    let (x, y) = (other.0 - place.0, other.1 - place.1);
    let part = |room: f64, way: f64| if way.abs() < 0.01 { f64::INFINITY } else { room / 2.0 / way.abs() };
    let out = part(size.0, x).min(part(size.1, y)).min(1.0);
    (place.0 + x * out, place.1 + y * out)
}

/// The legend at `(left, top)`; gives the size of the whole picture.
fn draw_legend(drawing: &Drawing, out: &mut String, (left, top): Place) -> Size {
    const ROW: f64 = 36.0;
    let classes = legend::classes(drawing);
    let lines = legend::line_kinds(drawing);
    let texts = classes.iter().map(|(_, text)| text).chain(lines.iter().map(|line| &line.text));
    let width = texts.map(|text| label::columns(text) as f64 * 7.5).fold(60.0, f64::max) + 40.0;
    let middle = left + MARGIN + width / 2.0;
    let mut y = top + ROW / 2.0;
    let theme = drawing.theme;
    let height = (classes.len() + lines.len() + 1) as f64 * ROW;
    let _ = writeln!(
        out,
        "<rect x=\"{:.1}\" y=\"{top:.1}\" width=\"{:.1}\" height=\"{:.1}\" rx=\"8\" fill=\"none\" stroke=\"{}\"/>",
        left + MARGIN - 10.0,
        width + 20.0,
        height + 10.0,
        theme.frame()
    );
    Card::new(&drawing.words.legend, 14.0, (0.0, 0.0)).write(out, (middle, y), theme.text());
    for (class, text) in &classes {
        y += ROW;
        let look = drawing.style.class(class);
        let fill = theme.fill(&look.fill);
        outline(out, look.shape, ((middle, y), (width, 26.0)), &fill, (theme.border(false), 0.8));
        Card::new(text, 10.0, (0.0, 0.0)).write(out, (middle, y), text_on(&fill));
    }
    for line in &lines {
        y += ROW;
        Card::new(&line.text, 10.0, (0.0, 0.0)).write(out, (middle, y), line.colour);
    }
    (left + MARGIN + width + MARGIN, top + height + MARGIN)
}

/// Room around the text that a shape needs.
fn margin(shape: &str) -> Size {
    match shape {
        "plaintext" => (6.0, 4.0),
        shape if style::is_boxy(shape) => (18.0, 12.0),
        "ellipse" | "oval" | "egg" | "hexagon" | "parallelogram" => (40.0, 16.0),
        _ => (44.0, 24.0),
    }
}

/// Draws a shape of Graphviz, or one that is like it.
fn outline(out: &mut String, shape: &str, (place, size): (Place, Size), fill: &str, (stroke, width): (&str, f64)) {
    let look = format!("fill=\"{fill}\" stroke=\"{stroke}\" stroke-width=\"{width}\"");
    let (x, y) = (place.0 - size.0 / 2.0, place.1 - size.1 / 2.0);
    // Corners as parts of width and height.
    let polygon = |out: &mut String, corners: &[(f64, f64)]| {
        let points: Vec<String> =
            corners.iter().map(|(a, b)| format!("{:.1},{:.1}", x + size.0 * a, y + size.1 * b)).collect();
        let _ = writeln!(out, "<polygon points=\"{}\" {look}/>", points.join(" "));
    };
    let slant = (size.1 * 0.5 / size.0).min(0.2);
    match shape {
        "plaintext" | "underline" => {}
        "ellipse" | "oval" | "egg" | "circle" => {
            let (rx, ry) = (size.0 / 2.0, size.1 / 2.0);
            let _ = writeln!(
                out,
                "<ellipse cx=\"{:.1}\" cy=\"{:.1}\" rx=\"{rx:.1}\" ry=\"{ry:.1}\" {look}/>",
                place.0, place.1
            );
        }
        "hexagon" => {
            polygon(out, &[(slant, 0.0), (1.0 - slant, 0.0), (1.0, 0.5), (1.0 - slant, 1.0), (slant, 1.0), (0.0, 0.5)]);
        }
        "octagon" | "doubleoctagon" | "tripleoctagon" => {
            let corners = [
                (slant, 0.0),
                (1.0 - slant, 0.0),
                (1.0, 0.3),
                (1.0, 0.7),
                (1.0 - slant, 1.0),
                (slant, 1.0),
                (0.0, 0.7),
                (0.0, 0.3),
            ];
            polygon(out, &corners);
            if shape != "octagon" {
                let inner: Vec<(f64, f64)> =
                    corners.iter().map(|(a, b)| (a + (0.5 - a) * 0.06, b + (0.5 - b) * 0.14)).collect();
                polygon(out, &inner);
            }
        }
        "house" => polygon(out, &[(0.5, 0.0), (1.0, 0.25), (1.0, 1.0), (0.0, 1.0), (0.0, 0.25)]),
        "invhouse" => polygon(out, &[(0.0, 0.0), (1.0, 0.0), (1.0, 0.75), (0.5, 1.0), (0.0, 0.75)]),
        "pentagon" => polygon(out, &[(0.5, 0.0), (1.0, 0.3), (0.88, 1.0), (0.12, 1.0), (0.0, 0.3)]),
        "septagon" => {
            polygon(out, &[(0.5, 0.0), (0.9, 0.15), (1.0, 0.6), (0.8, 1.0), (0.2, 1.0), (0.0, 0.6), (0.1, 0.15)]);
        }
        "trapezium" => polygon(out, &[(slant, 0.0), (1.0 - slant, 0.0), (1.0, 1.0), (0.0, 1.0)]),
        "invtrapezium" => polygon(out, &[(0.0, 0.0), (1.0, 0.0), (1.0 - slant, 1.0), (slant, 1.0)]),
        "parallelogram" => polygon(out, &[(slant, 0.0), (1.0, 0.0), (1.0 - slant, 1.0), (0.0, 1.0)]),
        "diamond" => polygon(out, &[(0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5)]),
        "note" => {
            let fold = (10.0 / size.0, 10.0 / size.1);
            polygon(out, &[(0.0, 0.0), (1.0 - fold.0, 0.0), (1.0, fold.1), (1.0, 1.0), (0.0, 1.0)]);
            polygon(out, &[(1.0 - fold.0, 0.0), (1.0 - fold.0, fold.1), (1.0, fold.1)]);
        }
        "cylinder" => {
            let (bend, right, bottom) = (size.1.min(40.0) * 0.12, x + size.0, y + size.1);
            let rx = size.0 / 2.0;
            let _ = writeln!(
                out,
                "<path d=\"M{x:.1},{:.1} A{rx:.1},{bend:.1} 0 0 1 {right:.1},{0:.1} V{1:.1} A{rx:.1},{bend:.1} 0 0 1 \
                 {x:.1},{1:.1} Z M{x:.1},{0:.1} A{rx:.1},{bend:.1} 0 0 0 {right:.1},{0:.1}\" {look}/>",
                y + bend,
                bottom - bend
            );
        }
        "component" | "tab" | "folder" | "box3d" => {
            polygon(out, &[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]);
            let mark = (8.0 / size.0, 5.0 / size.1);
            match shape {
                "component" => {
                    for b in [0.2, 0.8 - mark.1] {
                        polygon(
                            out,
                            &[
                                (-mark.0 / 2.0, b),
                                (mark.0 / 2.0, b),
                                (mark.0 / 2.0, b + mark.1),
                                (-mark.0 / 2.0, b + mark.1),
                            ],
                        );
                    }
                }
                "box3d" => {
                    polygon(out, &[(0.0, 0.0), (mark.0, -mark.1), (1.0 + mark.0, -mark.1), (1.0, 0.0)]);
                    polygon(out, &[(1.0, 0.0), (1.0 + mark.0, -mark.1), (1.0 + mark.0, 1.0 - mark.1), (1.0, 1.0)]);
                }
                _ => polygon(out, &[(0.0, 0.0), (0.0, -mark.1), (0.25, -mark.1), (0.25, 0.0)]),
            }
        }
        _ => polygon(out, &[(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0)]),
    }
}
