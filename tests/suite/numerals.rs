//! Numerals, figures and dates: tables of cases, read and written again.

use wenmai::figure::{Figure, Numerals, Qualifier, days, written};

use super::support::{assert_none, pipeline, read, root};

/// The rows of a table in `tests/data`: the cells of each, with its line number.
fn rows(name: &str) -> Vec<(usize, Vec<String>)> {
    let text = read(&root().join("tests/data").join(name));
    let lines = text.lines().enumerate().filter(|(_, l)| !l.starts_with('#') && !l.is_empty());
    lines.map(|(n, l)| (n + 1, l.split('\t').map(str::to_owned).collect())).collect()
}

#[test]
fn there_are_enough_cases() {
    let count: usize = ["numerals.tsv", "figures.tsv", "periods.tsv"].iter().map(|name| rows(name).len()).sum();
    assert!(count >= 300, "{count}");
}

#[test]
fn numerals_are_read_and_written() {
    let numerals = Numerals::new(&pipeline().knowledge().figure_rules);
    let mut problems = Vec::new();
    for (line, row) in rows("numerals.tsv") {
        let number: u64 = row[1].parse().expect("a number");
        let words = row.get(2).unwrap_or(&row[0]);
        let value = |text: &str| numerals.value(text).and_then(|v| numerals.scaled(v, ""));
        if value(&row[0]).as_deref() != Some(row[1].as_str()) {
            problems.push(format!("numerals.tsv:{line}: {} is read as {:?}", row[0], value(&row[0])));
        }
        if numerals.in_words(number).as_ref() != Some(words) {
            problems.push(format!("numerals.tsv:{line}: {number} is written {:?}", numerals.in_words(number)));
        }
        if value(words).as_deref() != Some(row[1].as_str()) {
            problems.push(format!("numerals.tsv:{line}: {words} is read as {:?}", value(words)));
        }
    }
    assert_none("numerals are read or written otherwise", &problems);
}

/// All numbers that are written are read as what they are.
#[test]
fn what_is_written_is_read() {
    let numerals = Numerals::new(&pipeline().knowledge().figure_rules);
    let mut number = 1_u64;
    while number < 1_000_000_000_000 {
        let words = numerals.in_words(number).expect("it has a form");
        let value = numerals.value(&words).and_then(|v| numerals.scaled(v, ""));
        assert_eq!(value, Some(number.to_string()), "{words}");
        number = number * 7 / 5 + 1;
    }
    assert_eq!(numerals.in_words(1_000_000_000_000), None);
}

fn figures(text: &str) -> Vec<Figure> {
    pipeline().extract("a.txt", text.as_bytes()).expect("it is a text").figures
}

fn name(qualifier: Qualifier) -> &'static str {
    wenmai::graph::qualifier(qualifier)
}

#[test]
fn figures_are_read_as_the_table_says() {
    let mut problems = Vec::new();
    for (line, row) in rows("figures.tsv") {
        let wanted: Vec<String> = match row[1].as_str() {
            "-" => Vec::new(),
            _ => row[1..].chunks(3).map(|c| c.join(" ")).collect(),
        };
        let found = figures(&format!("全市{}。", row[0]));
        let found: Vec<String> =
            found.iter().map(|f| [f.value.as_str(), &f.unit, name(f.qualifier)].join(" ")).collect();
        if found != wanted {
            problems.push(format!("figures.tsv:{line}: {}: {found:?}, not {wanted:?}", row[0]));
        }
    }
    assert_none("figures are read otherwise", &problems);
}

#[test]
fn periods_are_read_and_written() {
    let mut problems = Vec::new();
    for (line, row) in rows("periods.tsv") {
        let text = format!("某局文件\n{}，企业达到35家。\n\n某局\n{}年12月3日\n", row[0], row[1]);
        let period = figures(&text).last().map(|f| f.period.clone());
        if period.as_ref() != Some(&row[2]) {
            problems.push(format!("periods.tsv:{line}: {} is read as {period:?}", row[0]));
        }
        let Some(bounds) = row.get(3..5) else { continue };
        let ends = (bounds[0].clone(), bounds[1].clone());
        if days(&row[2]).as_ref() != Some(&ends) {
            problems.push(format!("periods.tsv:{line}: {} is {:?}", row[2], days(&row[2])));
        }
        let again = written(&ends.0, &ends.1).and_then(|p| days(&p));
        if again != Some(ends) {
            problems.push(format!("periods.tsv:{line}: {} is written {:?}", row[2], written(&bounds[0], &bounds[1])));
        }
    }
    assert_none("periods are read or written otherwise", &problems);
}

#[test]
fn what_is_no_period_has_no_days() {
    for period in ["", "20", "2024-13", "2024-00", "2025/2024", "2024/", "/", "2024-1x", "二〇二四"] {
        assert_eq!(days(period), None, "{period}");
    }
    assert_eq!(written("2024-01-02", "2024-12-31"), None);
    assert_eq!(written("2024-02-01", "2024-02-28"), None);
}

/// What a figure is about, and what it counts: the words of the one must hold those of the other.
#[test]
fn subjects_and_indicators_are_read() {
    let mut problems = Vec::new();
    for (line, row) in rows("subjects.tsv") {
        let head = "湛江市商务局\n湛商函〔2025〕7号\n\n湛江市商务局关于市人大三次会议第20250112号建议答复的函\n\n张某代表：\n您提出的建议收悉，现答复如下：";
        let text = format!("{head}\n一、工作情况\n{}\n专此答复。\n\n湛江市商务局\n2025年7月5日\n", row[0]);
        let read = pipeline().extract("a.txt", text.as_bytes()).expect("it is a text");
        let quoted = |f: &&Figure| read.document.text.quote(f.span) == row[1];
        let Some(figure) = read.figures.iter().find(quoted) else {
            problems.push(format!("subjects.tsv:{line}: {} is not read in {}", row[1], row[0]));
            continue;
        };
        let subject = figure.subject.map(|id| read.entities.get(id).name.clone()).unwrap_or_default();
        if subject != row[2] {
            problems.push(format!("subjects.tsv:{line}: {} is about {subject}, not {}", row[1], row[2]));
        }
        let alike = |wanted: &String| {
            let bare = |s: &str| s.replace(['“', '”', '的', '年'], "");
            let (own, wanted) = (bare(&figure.indicator), bare(wanted));
            own.contains(&wanted) || (own.chars().count() > 2 && wanted.contains(&own))
        };
        if !row.get(3).is_none_or(alike) {
            problems.push(format!("subjects.tsv:{line}: {} counts {}, not {}", row[1], figure.indicator, row[3]));
        }
    }
    assert_none("figures are about something else, or count something else", &problems);
}
