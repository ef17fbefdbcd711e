//! Where things stand in a picture that is laid out without Graphviz: boxes and the lines between them go in, places come
//! out. Only sums, products and roots are taken, in a fixed order, so the same boxes get the same places on any machine.

/// Width and height.
pub(super) type Size = (f64, f64);
/// The middle of a box.
pub(super) type Place = (f64, f64);

/// Room between boxes.
const GAP: f64 = 14.0;

/// Layers from left to right: what a line leads to stands at the right of what it comes from, as far as there are no
/// circles. Within a layer the order follows the neighbours.
pub(super) fn layers(sizes: &[Size], lines: &[(usize, usize)], between: f64) -> Vec<Place> {
    let layer = layer_of(sizes.len(), lines);
    let count = layer.iter().max().map_or(0, |last| last + 1);
    let mut rows: Vec<Vec<usize>> = vec![Vec::new(); count];
    for (node, layer) in layer.iter().enumerate() {
        rows[*layer].push(node);
    }
    let mut beside: Vec<Vec<usize>> = vec![Vec::new(); sizes.len()];
    for (a, b) in lines {
        beside[*a].push(*b);
        beside[*b].push(*a);
    }
    let mut height = vec![0.0; sizes.len()];
    let stack = |row: &[usize], height: &mut Vec<f64>| {
        let all: f64 = row.iter().map(|node| sizes[*node].1 + GAP).sum();
        let mut top = -all / 2.0;
        for node in row {
            height[*node] = top + (sizes[*node].1 + GAP) / 2.0;
            top += sizes[*node].1 + GAP;
        }
    };
    for row in &rows {
        stack(row, &mut height);
    }
    for round in 0..12 {
        let order: Vec<usize> = if round % 2 == 0 { (0..count).collect() } else { (0..count).rev().collect() };
        for place in order {
            let row = &mut rows[place];
            let aim = |node: &usize| {
                let around = &beside[*node];
                let sum: f64 = around.iter().map(|other| height[*other]).sum();
                if around.is_empty() { height[*node] } else { sum / around.len() as f64 }
            };
            let mut aims: Vec<(f64, usize)> = row.iter().map(|node| (aim(node), *node)).collect();
            aims.sort_by(|a, b| a.0.total_cmp(&b.0).then(a.1.cmp(&b.1)));
            *row = aims.into_iter().map(|(_, node)| node).collect();
            stack(row, &mut height);
        }
    }
    let mut places = vec![(0.0, 0.0); sizes.len()];
    let mut left = 0.0;
    for row in &rows {
        let width = row.iter().map(|node| sizes[*node].0).fold(0.0, f64::max);
        for node in row {
            places[*node] = (left + width / 2.0, height[*node]);
        }
        left += width + between;
    }
    places
}

/// For each node the length of the longest way that leads to it, lines that close a circle left out.
fn layer_of(count: usize, lines: &[(usize, usize)]) -> Vec<usize> {
    let mut out: Vec<Vec<usize>> = vec![Vec::new(); count];
    let mut into = vec![0usize; count];
    for (a, b) in lines.iter().filter(|(a, b)| a != b) {
        out[*a].push(*b);
        into[*b] += 1;
    }
    let mut layer = vec![0; count];
    let mut done = vec![false; count];
    let mut ready: Vec<usize> = (0..count).rev().filter(|node| into[*node] == 0).collect();
    let mut left: Vec<usize> = (0..count).rev().collect();
    loop {
        while let Some(node) = ready.pop() {
            if std::mem::replace(&mut done[node], true) {
                continue;
            }
            for other in &out[node] {
                if !done[*other] {
                    layer[*other] = layer[*other].max(layer[node] + 1);
                    into[*other] = into[*other].saturating_sub(1);
                    if into[*other] == 0 {
                        ready.push(*other);
                    }
                }
            }
        }
        // Only circles are left; the first node in one begins anew.
        while left.last().is_some_and(|node| done[*node]) {
            left.pop();
        }
        match left.last() {
            Some(node) => ready.push(*node),
            None => return layer,
        }
    }
}

/// By forces: what is linked lies close, all else keeps apart.
pub(super) fn forces(sizes: &[Size], lines: &[(usize, usize)]) -> Vec<Place> {
    let count = sizes.len();
    let rounds = if count > 600 { 80 } else { 300 };
    let ideal = 130.0;
    // A spiral of sunflower seeds, by a turn of the golden angle for each.
    let (cos, sin) = (-0.737_368_878_078_319_9, 0.675_490_294_261_523_5);
    let mut turn = (1.0, 0.0);
    let mut places: Vec<Place> = (0..count)
        .map(|n| {
            let far = ideal * 0.6 * (n as f64).sqrt();
            let place = (turn.0 * far, turn.1 * far);
            turn = (turn.0 * cos - turn.1 * sin, turn.0 * sin + turn.1 * cos);
            place
        })
        .collect();
    let reach = |node: usize| (sizes[node].0 + sizes[node].1) / 4.0;
    let mut degree = vec![0.0_f64; count];
    for (a, b) in lines {
        degree[*a] += 1.0;
        degree[*b] += 1.0;
    }
    for round in 0..rounds {
        let heat = ideal * (1.0 - f64::from(round) / f64::from(rounds)) + 1.0;
        let mut pull = vec![(0.0, 0.0); count];
        for a in 0..count {
            for b in 0..a {
                let (x, y) = (places[a].0 - places[b].0, places[a].1 - places[b].1);
                let far = (x * x + y * y).sqrt().max(1.0);
                let room = (far - (reach(a) + reach(b)) * 0.6).max(8.0);
                let push = ideal * ideal / (room * far);
                pull[a] = (pull[a].0 + x * push, pull[a].1 + y * push);
                pull[b] = (pull[b].0 - x * push, pull[b].1 - y * push);
            }
        }
        for (a, b) in lines {
            let (x, y) = (places[*a].0 - places[*b].0, places[*a].1 - places[*b].1);
            let far = (x * x + y * y).sqrt().max(1.0);
            let busy: f64 = degree[*a].min(degree[*b]).max(1.0);
            let draw = far / ideal / busy.sqrt();
            pull[*a] = (pull[*a].0 - x * draw, pull[*a].1 - y * draw);
            pull[*b] = (pull[*b].0 + x * draw, pull[*b].1 + y * draw);
        }
        for (place, (x, y)) in places.iter_mut().zip(pull) {
            // A little gravity keeps parts together that do not hang together.
            let (x, y) = (x - place.0 * 0.08, y - place.1 * 0.12);
            let far = (x * x + y * y).sqrt().max(1.0);
            let step = far.min(heat);
            *place = (place.0 + x / far * step, place.1 + y / far * step);
        }
    }
    keep_apart(sizes, &mut places);
    places
}

/// Moves boxes that lie on each other out of each other's way.
fn keep_apart(sizes: &[Size], places: &mut [Place]) {
    const ROUNDS: usize = 400;
    for _ in 0..ROUNDS {
        let mut clear = true;
        for a in 0..sizes.len() {
            for b in 0..a {
                let (x, y) = (places[a].0 - places[b].0, places[a].1 - places[b].1);
                let over_x = (sizes[a].0 + sizes[b].0) / 2.0 + GAP - x.abs();
                let over_y = (sizes[a].1 + sizes[b].1) / 2.0 + GAP - y.abs();
                if over_x > 0.0 && over_y > 0.0 {
                    clear = false;
                    if over_y <= over_x {
                        let step = (over_y / 2.0 + 0.5) * if y < 0.0 { -1.0 } else { 1.0 };
                        places[a].1 += step;
                        places[b].1 -= step;
                    } else {
                        let step = (over_x / 2.0 + 0.5) * if x < 0.0 { -1.0 } else { 1.0 };
                        places[a].0 += step;
                        places[b].0 -= step;
                    }
                }
            }
        }
        if clear {
            break;
        }
    }
}

/// Whether two boxes lie on each other.
pub(super) fn overlap((a, of_a): (Place, Size), (b, of_b): (Place, Size)) -> bool {
    (a.0 - b.0).abs() < (of_a.0 + of_b.0) / 2.0 && (a.1 - b.1).abs() < (of_a.1 + of_b.1) / 2.0
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn no_two_boxes_lie_on_each_other(
            sizes in prop::collection::vec((20.0..160.0f64, 16.0..90.0f64), 1..40),
            ends in prop::collection::vec((0usize..40, 0usize..40), 0..60),
        ) {
            let inside = |(a, b): &(usize, usize)| *a < sizes.len() && *b < sizes.len() && a != b;
            let lines: Vec<(usize, usize)> = ends.into_iter().filter(inside).collect();
            for places in [layers(&sizes, &lines, 100.0), forces(&sizes, &lines)] {
                prop_assert_eq!(places.len(), sizes.len());
                for a in 0..sizes.len() {
                    prop_assert!(places[a].0.is_finite() && places[a].1.is_finite());
                    for b in 0..a {
                        prop_assert!(!overlap((places[a], sizes[a]), (places[b], sizes[b])), "{a} and {b}");
                    }
                }
            }
        }
    }

    #[test]
    fn lines_lead_to_the_right() {
        assert_eq!(layer_of(4, &[(0, 1), (1, 2), (0, 2), (2, 3)]), [0, 1, 2, 3]);
        assert_eq!(layer_of(3, &[(0, 1), (1, 0), (1, 2)]), [0, 1, 2]);
        assert_eq!(layer_of(2, &[]), [0, 0]);
    }
}
