//! Walking the algebra of a parsed query, and giving its parameters their values.

use std::collections::BTreeMap;

use oxigraph::model::{Literal, Variable};
use spargebra::Query;
use spargebra::algebra::{AggregateExpression, Expression, GraphPattern, OrderExpression};
use spargebra::term::{GroundTerm, NamedNodePattern, TermPattern};

use super::error::QueryError;

/// A place in the algebra.
pub(super) enum Node<'a> {
    Pattern(&'a mut GraphPattern),
    Expression(&'a mut Expression),
}

/// The pattern under which all of `query` stands.
pub(super) fn root(query: &mut Query) -> Node<'_> {
    match query {
        Query::Select { pattern, .. }
        | Query::Construct { pattern, .. }
        | Query::Describe { pattern, .. }
        | Query::Ask { pattern, .. } => Node::Pattern(pattern),
    }
}

/// Shows `visit` every node from `node` downwards with its level, a node before its children.
pub(super) fn walk(
    mut node: Node<'_>,
    level: usize,
    visit: &mut impl FnMut(&mut Node<'_>, usize) -> Result<(), QueryError>,
) -> Result<(), QueryError> {
    visit(&mut node, level)?;
    children(node).into_iter().try_for_each(|child| walk(child, level + 1, visit))
}

/// Gives the variables in `values` their values everywhere in `query`: a constant where an expression uses the
/// variable, and a one-row table beside each pattern that uses it. So the variable stays a variable that can be shown.
///
/// # Errors
///
/// When the query assigns to one of the variables itself.
pub(super) fn bind(query: &mut Query, values: &BTreeMap<String, GroundTerm>) -> Result<(), QueryError> {
    if values.is_empty() { Ok(()) } else { bind_node(root(query), values) }
}

fn bind_node(node: Node<'_>, values: &BTreeMap<String, GroundTerm>) -> Result<(), QueryError> {
    match node {
        Node::Expression(expression) => bind_expression(expression, values),
        Node::Pattern(pattern) => {
            if let Some(name) = assigned(pattern).find(|v| values.contains_key(v.as_str())) {
                return Err(QueryError::AssignedParameter(name.as_str().to_owned()));
            }
            for child in children(Node::Pattern(pattern)) {
                bind_node(child, values)?;
            }
            let mut used: Vec<(Variable, GroundTerm)> = Vec::new();
            for variable in used_here(pattern) {
                if let Some(value) = values.get(variable.as_str())
                    && !used.iter().any(|(v, _)| v == variable)
                {
                    used.push((variable.clone(), value.clone()));
                }
            }
            if !used.is_empty() {
                let (variables, row): (Vec<_>, Vec<_>) = used.into_iter().map(|(v, t)| (v, Some(t))).unzip();
                let table = GraphPattern::Values { variables, bindings: vec![row] };
                let inner = std::mem::replace(pattern, GraphPattern::Bgp { patterns: Vec::new() });
                *pattern = GraphPattern::Join { left: Box::new(table), right: Box::new(inner) };
            }
            Ok(())
        }
    }
}

fn bind_expression(expression: &mut Expression, values: &BTreeMap<String, GroundTerm>) -> Result<(), QueryError> {
    let constant = match expression {
        Expression::Variable(v) => values.get(v.as_str()).map(|value| match value {
            GroundTerm::NamedNode(n) => Expression::NamedNode(n.clone()),
            GroundTerm::Literal(l) => Expression::Literal(l.clone()),
        }),
        Expression::Bound(v) => values.get(v.as_str()).map(|_| Expression::Literal(Literal::from(true))),
        _ => None,
    };
    match constant {
        Some(constant) => {
            *expression = constant;
            Ok(())
        }
        None => children(Node::Expression(expression)).into_iter().try_for_each(|child| bind_node(child, values)),
    }
}

/// Variables that get their value in this very node.
fn assigned(pattern: &GraphPattern) -> Box<dyn Iterator<Item = &Variable> + '_> {
    match pattern {
        GraphPattern::Extend { variable, .. } => Box::new(std::iter::once(variable)),
        GraphPattern::Values { variables, .. } => Box::new(variables.iter()),
        GraphPattern::Group { aggregates, .. } => Box::new(aggregates.iter().map(|(v, _)| v)),
        _ => Box::new(std::iter::empty()),
    }
}

/// Variables that are matched against the graph in this very node.
fn used_here(pattern: &GraphPattern) -> Vec<&Variable> {
    match pattern {
        GraphPattern::Bgp { patterns } => patterns
            .iter()
            .flat_map(|t| [of_term(&t.subject), of_name(&t.predicate), of_term(&t.object)])
            .flatten()
            .collect(),
        GraphPattern::Path { subject, object, .. } => {
            [of_term(subject), of_term(object)].into_iter().flatten().collect()
        }
        GraphPattern::Graph { name, .. } => of_name(name).into_iter().collect(),
        _ => Vec::new(),
    }
}

fn of_term(term: &TermPattern) -> Option<&Variable> {
    match term {
        TermPattern::Variable(v) => Some(v),
        _ => None,
    }
}

fn of_name(name: &NamedNodePattern) -> Option<&Variable> {
    match name {
        NamedNodePattern::Variable(v) => Some(v),
        NamedNodePattern::NamedNode(_) => None,
    }
}

/// The nodes right below `node`.
fn children(node: Node<'_>) -> Vec<Node<'_>> {
    match node {
        Node::Pattern(pattern) => pattern_children(pattern),
        Node::Expression(expression) => expression_children(expression),
    }
}

fn pattern_children(pattern: &mut GraphPattern) -> Vec<Node<'_>> {
    use GraphPattern as P;
    match pattern {
        P::Bgp { .. } | P::Path { .. } | P::Values { .. } => Vec::new(),
        P::Join { left, right } | P::Union { left, right } | P::Minus { left, right } | P::Lateral { left, right } => {
            vec![Node::Pattern(left), Node::Pattern(right)]
        }
        P::LeftJoin { left, right, expression } => {
            let mut all = vec![Node::Pattern(left), Node::Pattern(right)];
            all.extend(expression.as_mut().map(Node::Expression));
            all
        }
        P::Filter { expr, inner } => vec![Node::Pattern(inner), Node::Expression(expr)],
        P::Extend { inner, expression, .. } => vec![Node::Pattern(inner), Node::Expression(expression)],
        P::Graph { inner, .. }
        | P::Project { inner, .. }
        | P::Distinct { inner }
        | P::Reduced { inner }
        | P::Slice { inner, .. }
        | P::Service { inner, .. } => vec![Node::Pattern(inner)],
        P::OrderBy { inner, expression } => {
            let keys = expression.iter_mut().map(|e| match e {
                OrderExpression::Asc(e) | OrderExpression::Desc(e) => Node::Expression(e),
            });
            std::iter::once(Node::Pattern(inner)).chain(keys).collect()
        }
        P::Group { inner, aggregates, .. } => {
            let arguments = aggregates.iter_mut().filter_map(|(_, a)| match a {
                AggregateExpression::CountSolutions { .. } => None,
                AggregateExpression::FunctionCall { expr, .. } => Some(Node::Expression(expr)),
            });
            std::iter::once(Node::Pattern(inner)).chain(arguments).collect()
        }
    }
}

fn expression_children(expression: &mut Expression) -> Vec<Node<'_>> {
    use Expression as E;
    match expression {
        E::NamedNode(_) | E::Literal(_) | E::Variable(_) | E::Bound(_) => Vec::new(),
        E::Or(a, b)
        | E::And(a, b)
        | E::Equal(a, b)
        | E::SameTerm(a, b)
        | E::Greater(a, b)
        | E::GreaterOrEqual(a, b)
        | E::Less(a, b)
        | E::LessOrEqual(a, b)
        | E::Add(a, b)
        | E::Subtract(a, b)
        | E::Multiply(a, b)
        | E::Divide(a, b) => vec![Node::Expression(a), Node::Expression(b)],
        E::UnaryPlus(a) | E::UnaryMinus(a) | E::Not(a) => vec![Node::Expression(a)],
        E::In(a, list) => std::iter::once(Node::Expression(a)).chain(list.iter_mut().map(Node::Expression)).collect(),
        E::Exists(pattern) => vec![Node::Pattern(pattern)],
        E::If(a, b, c) => vec![Node::Expression(a), Node::Expression(b), Node::Expression(c)],
        E::Coalesce(list) | E::FunctionCall(_, list) => list.iter_mut().map(Node::Expression).collect(),
    }
}

#[cfg(test)]
mod tests {
    use spargebra::SparqlParser;

    use super::*;

    fn parse(text: &str) -> Query {
        SparqlParser::new().parse_query(text).unwrap()
    }

    fn bound(text: &str) -> Result<Query, QueryError> {
        let mut query = parse(text);
        let value = GroundTerm::from(Literal::new_simple_literal("v"));
        bind(&mut query, &BTreeMap::from([("p".to_owned(), value)]))?;
        Ok(query)
    }

    #[test]
    fn values_reach_every_scope() {
        let cases = [
            ("SELECT ?s { ?s <x:y> ?p }", "SELECT ?s { VALUES ?p { 'v' } ?s <x:y> ?p }"),
            (
                "SELECT ?s ?p { ?s <x:y> ?o FILTER(!BOUND(?p) || ?o = ?p) }",
                "SELECT ?s ?p { ?s <x:y> ?o FILTER(!true || ?o = 'v') }",
            ),
            (
                "SELECT * { { SELECT DISTINCT ?s { ?s ?q ?o FILTER EXISTS { ?o <x:y>* ?p } } } }",
                "SELECT * { { SELECT DISTINCT ?s { ?s ?q ?o FILTER EXISTS { VALUES ?p { 'v' } ?o <x:y>* ?p } } } }",
            ),
            (
                "ASK { ?s ?q ?o OPTIONAL { ?s <x:y> ?z FILTER(?z < ?p) } } ORDER BY CONCAT(?p, ?o)",
                "ASK { ?s ?q ?o OPTIONAL { ?s <x:y> ?z FILTER(?z < 'v') } } ORDER BY CONCAT('v', ?o)",
            ),
        ];
        for (text, expected) in cases {
            assert_eq!(bound(text).unwrap(), parse(expected), "{text}");
        }
    }

    #[test]
    fn a_query_cannot_assign_to_its_parameter() {
        for text in [
            "SELECT * { BIND(1 AS ?p) }",
            "SELECT (COUNT(*) AS ?p) { ?s ?q ?o }",
            "SELECT * { VALUES ?p { 1 } }",
            "SELECT * { ?s ?q ?o FILTER EXISTS { VALUES (?o ?p) { (1 2) } } }",
        ] {
            assert!(matches!(bound(text), Err(QueryError::AssignedParameter(name)) if name == "p"), "{text}");
        }
    }
}
