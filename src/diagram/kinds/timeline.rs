//! What the letters of each year say of one entity.

use std::collections::BTreeSet;

use petgraph::graph::NodeIndex;

use super::find::find;
use crate::diagram::facts::Id;
use crate::diagram::view::{Arrow, Builder, Context, Layout, Node, Tie, View};
use crate::diagram::words::fill;
use crate::diagram::{DiagramError, label};
use crate::ontology::vocab;

/// The entity called `name`, the years whose documents state something of it, and for each year what they state: the
/// things at the other end of relations, and the figures. A thing that two years name stands there twice.
pub(super) fn view(context: &Context<'_>, name: &str) -> Result<View, DiagramError> {
    let Context { facts, style, words, .. } = context;
    let id = find(context, name, None)?;
    let mut builder = Builder::new(context);
    let focus = builder.entity(id);
    builder.graph[focus].focus = true;
    let year_of = |document: Id| facts.document(document).date.get(..4).map(str::to_owned);
    let claims: Vec<_> = facts.claims.iter().filter(|c| [c.subject, c.object].contains(&id)).collect();
    let figures: Vec<_> = facts.figures.iter().filter(|figure| figure.about == id).collect();
    let documents = claims.iter().map(|claim| claim.document).chain(figures.iter().map(|figure| figure.document));
    // Documents without a date come last.
    let years: BTreeSet<(bool, Option<String>)> = documents.map(year_of).map(|year| (year.is_none(), year)).collect();
    for (_, year) in years {
        let key = year.clone().unwrap_or_default();
        let head = year_node(&mut builder, context, &key);
        builder.link(focus, head, Tie::Claim, Arrow::None).plain = true;
        for claim in claims.iter().filter(|claim| year_of(claim.document) == year) {
            let other = if claim.subject == id { claim.object } else { claim.subject };
            let entity = facts.entity(other);
            let node = builder.node(&format!("{key} {}", entity.iri), Node::of(entity));
            let predicate = facts.predicate(claim.predicate);
            let way = match (style.is_symmetric(predicate), claim.subject == id) {
                (true, _) => Arrow::None,
                (_, true) => Arrow::Forward,
                (_, false) => Arrow::Back,
            };
            let link = builder.link(head, node, Tie::Claim, way);
            link.arrow = match (link.arrow, way) {
                (Arrow::None, way) | (way, Arrow::None) => way,
                (one, other) if one == other => one,
                _ => Arrow::Both,
            };
            link.add(predicate, Some(claim.document), facts.quote(claim.document, &claim.quote));
        }
        for figure in figures.iter().filter(|figure| year_of(figure.document) == year) {
            let text = fill(&words.figure, &[("indicator", &figure.indicator), ("value", &figure.quote)]);
            let node =
                Node { class: vocab::FIGURE.as_str().to_owned(), label: text.clone(), documents: 1, ..Node::default() };
            let node = builder.node(&format!("{key} figure {text}"), node);
            let quote = facts.quote(figure.document, &text);
            builder.link(head, node, Tie::Claim, Arrow::Forward).add(
                vocab::ABOUT.as_str(),
                Some(figure.document),
                quote,
            );
        }
    }
    let title = fill(&words.timeline, &[("name", &label::shorten(&facts.entity(id).label, 40))]);
    let view = View::of(title, Layout::Layers, builder.finish(), context);
    Ok(View { framed: false, ..view })
}

fn year_node(builder: &mut Builder<'_>, context: &Context<'_>, year: &str) -> NodeIndex {
    let Context { facts, words, .. } = context;
    let here = facts.documents.iter().filter(|d| d.date.get(..4).unwrap_or_default() == year).count();
    let label = match year {
        "" => words.no_year.clone(),
        _ => fill(&words.year, &[("year", &year)]),
    };
    let class = vocab::DOCUMENT.as_str().to_owned();
    builder.node(&format!("year {year}"), Node { class, label, documents: here, ..Node::default() })
}
