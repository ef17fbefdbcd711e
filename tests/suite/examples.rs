//! Every rule carries its own examples: texts in which it must find something, and texts in which it must find nothing.

use wenmai::examples;

use super::support::{assert_none, pipeline};

#[test]
fn every_rule_reads_its_examples() {
    let problems: Vec<String> = examples::check(pipeline()).iter().map(ToString::to_string).collect();
    assert_none("examples are not read as their rules say", &problems);
}
