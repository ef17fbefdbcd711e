//! The project's own source, so far as the tests read it: code without comments, strings and test modules.

use std::path::Path;

use walkdir::WalkDir;

use super::support::{read, root};

/// One file of `src/`.
pub struct Source {
    /// Its path below the project's folder.
    pub path: String,
    /// The folder or file right below `src/` that it belongs to.
    pub module: String,
    /// How many modules lead to it from the root of the crate.
    pub depth: usize,
    /// How many lines it has.
    pub lines: usize,
    /// The code: comments and test modules are gone, strings and characters are empty; lines are where they were.
    pub code: String,
    /// The strings outside of comments and test modules.
    pub strings: Vec<Literal>,
}

/// A string in the code.
pub struct Literal {
    /// Where its marks stand in [`Source::code`].
    pub at: usize,
    /// What stands between them, escapes as they are.
    pub text: String,
}

impl Source {
    /// The line of the byte `at` of the code.
    pub fn line(&self, at: usize) -> usize {
        self.code[..at].matches('\n').count() + 1
    }

    fn parse(path: &Path) -> Self {
        let below = path.strip_prefix(root().join("src")).expect("a file of src/");
        let parts: Vec<String> = below.with_extension("").iter().map(|p| p.to_string_lossy().into_owned()).collect();
        let text = read(path);
        let (mut code, mut strings) = scan(&text);
        blank_tests(&mut code, &mut strings);
        let depth = parts.iter().filter(|p| !matches!(p.as_str(), "mod" | "lib" | "main")).count();
        let path = format!("src/{}", below.to_string_lossy().replace('\\', "/"));
        Self { path, module: parts[0].clone(), depth, lines: text.lines().count(), code, strings }
    }
}

/// All files of `src/`, in the order of their paths.
pub fn sources() -> Vec<Source> {
    let files = WalkDir::new(root().join("src")).sort_by_file_name().into_iter().map(|e| e.expect("src/ can be read"));
    let rust = files.filter(|e| e.path().extension().is_some_and(|x| x == "rs"));
    rust.map(|e| Source::parse(e.path())).collect()
}

/// Splits Rust source into its code, with comments gone and strings and characters empty, and its strings.
fn scan(source: &str) -> (String, Vec<Literal>) {
    let chars: Vec<char> = source.chars().collect();
    let at = |i: usize| chars.get(i).copied().unwrap_or('\0');
    let mut code = String::with_capacity(source.len());
    let mut strings = Vec::new();
    let mut i = 0;
    while i < chars.len() {
        let start = i;
        match (at(i), at(i + 1)) {
            ('/', '/') => {
                while i < chars.len() && at(i) != '\n' {
                    i += 1;
                }
            }
            ('/', '*') => {
                let mut depth = 0;
                loop {
                    match (at(i), at(i + 1)) {
                        ('/', '*') => (depth, i) = (depth + 1, i + 2),
                        ('*', '/') => (depth, i) = (depth - 1, i + 2),
                        _ => i += 1,
                    }
                    if depth == 0 || i >= chars.len() {
                        break;
                    }
                }
                keep_lines(&chars[start..i], &mut code);
            }
            ('r', '"' | '#') if starts_literal(&chars, i) && raw_marks(&chars, i).is_some() => {
                let marks = raw_marks(&chars, i).unwrap_or_default();
                let open = i + 1 + marks + 1;
                i = open;
                while i < chars.len() && !(at(i) == '"' && (1..=marks).all(|n| at(i + n) == '#')) {
                    i += 1;
                }
                literal(&chars[open..i.min(chars.len())], &mut code, &mut strings);
                i += 1 + marks;
            }
            ('"', _) => {
                i += 1;
                while i < chars.len() && at(i) != '"' {
                    i += if at(i) == '\\' { 2 } else { 1 };
                }
                literal(&chars[start + 1..i.min(chars.len())], &mut code, &mut strings);
                i += 1;
            }
            ('\'', '\\') => {
                i += 3;
                while i < chars.len() && at(i) != '\'' {
                    i += 1;
                }
                i += 1;
                code.push_str("''");
            }
            ('\'', _) if at(i + 2) == '\'' => {
                i += 3;
                code.push_str("''");
            }
            (c, _) => {
                code.push(c);
                i += 1;
            }
        }
    }
    (code, strings)
}

/// Whether the `r` at `i` is a prefix of a literal and no part of a longer word.
fn starts_literal(chars: &[char], i: usize) -> bool {
    let word = |n: usize| i.checked_sub(n).is_some_and(|j| chars[j].is_alphanumeric() || chars[j] == '_');
    !word(1) || (matches!(chars[i - 1], 'b' | 'c') && !word(2))
}

/// How many `#` the raw string at `i` has; none when there is no raw string (`r#type` is a name).
fn raw_marks(chars: &[char], i: usize) -> Option<usize> {
    let marks = chars[i + 1..].iter().take_while(|c| **c == '#').count();
    (chars.get(i + 1 + marks) == Some(&'"')).then_some(marks)
}

fn literal(text: &[char], code: &mut String, strings: &mut Vec<Literal>) {
    strings.push(Literal { at: code.len(), text: text.iter().collect() });
    code.push('"');
    keep_lines(text, code);
    code.push('"');
}

fn keep_lines(text: &[char], code: &mut String) {
    code.extend(text.iter().filter(|c| **c == '\n'));
}

/// Blanks every item under `#[cfg(test)]`.
fn blank_tests(code: &mut String, strings: &mut Vec<Literal>) {
    const MARK: &str = "#[cfg(test)]";
    while let Some(start) = code.find(MARK) {
        let rest = &code[start + MARK.len()..];
        let mut depth = 0;
        let end = rest.char_indices().find(|(_, c)| {
            match c {
                '{' => depth += 1,
                '}' => depth -= 1,
                _ => {}
            }
            depth == 0 && matches!(c, '}' | ';')
        });
        let end = end.map_or(code.len(), |(n, c)| start + MARK.len() + n + c.len_utf8());
        let blank: String = code[start..end].chars().map(|c| if c == '\n' { '\n' } else { ' ' }).collect();
        strings.retain(|s| !(start..end).contains(&s.at));
        let shorter = end - start - blank.len();
        strings.iter_mut().filter(|s| s.at >= end).for_each(|s| s.at -= shorter);
        code.replace_range(start..end, &blank);
    }
}

#[test]
fn tells_code_from_words() {
    let source = r##"use crate::a; // crate::b
/* crate::c /* nested */ "no" */ let s = r#"raw "quoted""#; let c = '"'; let l: &'static str = b"by\"te";
#[cfg(test)]
mod tests { fn f() { "in a test" } }
let after = "last";"##;
    let (mut code, mut strings) = scan(source);
    blank_tests(&mut code, &mut strings);
    let found: Vec<&str> = strings.iter().map(|s| s.text.as_str()).collect();
    assert_eq!(found, ["raw \"quoted\"", "by\\\"te", "last"]);
    assert!(code.contains("use crate::a;") && !code.contains("crate::b") && !code.contains("crate::c"));
    assert!(code[strings[2].at..].starts_with("\"\";"), "{code}");
    assert_eq!(code.lines().count(), source.lines().count());
}
