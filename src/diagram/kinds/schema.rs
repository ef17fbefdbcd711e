//! The ontology: its classes and the relations between them.

use std::collections::BTreeSet;

use petgraph::graph::NodeIndex;

use crate::diagram::facts::Facts;
use crate::diagram::view::{Arrow, Builder, Context, Layout, Node, Quote, Tie, View};
use crate::ontology::vocab::WM;
use crate::ontology::{Class, Classes, Schema};

/// Class of the nodes that stand for relations.
pub(in crate::diagram) const RELATION: &str = "http://www.w3.org/2002/07/owl#ObjectProperty";

/// What ties a class to those above it.
pub(in crate::diagram) const SUB_CLASS_OF: &str = "http://www.w3.org/2000/01/rdf-schema#subClassOf";

/// Each relation that may be stated between entities, with the classes that it leads from at the left and those that it
/// leads to at the right; what is more general stands before what is below it.
pub(in crate::diagram) fn view(context: &Context<'_>, schema: &Schema) -> View {
    let mut builder = Builder::new(context);
    let mut right = BTreeSet::new();
    for name in schema.property_names() {
        let Some(property) = schema.property(name) else { continue };
        let iri = format!("{WM}{name}");
        // Only relations between entities have a family.
        if context.style.family(&iri).is_none() {
            continue;
        }
        let label = context.style.label(&iri);
        let node = builder.node(&iri, Node { iri: iri.clone(), class: RELATION.to_owned(), label, ..Node::default() });
        for class in widest(schema, property.domain) {
            let from = class_node(&mut builder, context, schema.name(class), "from");
            builder.link(from, node, Tie::Claim, Arrow::None).add(&iri, None, Quote::default());
        }
        for class in widest(schema, property.range) {
            let to = class_node(&mut builder, context, schema.name(class), "to");
            right.insert(class);
            builder.link(node, to, Tie::Claim, Arrow::Forward).add(&iri, None, Quote::default());
        }
    }
    let mut open: Vec<Class> = right.into_iter().collect();
    let mut done = BTreeSet::new();
    while let Some(class) = open.pop() {
        if !done.insert(class) {
            continue;
        }
        let from = class_node(&mut builder, context, schema.name(class), "to");
        for below in schema.below(class).iter().filter(|below| *below != class) {
            if !stands_between(schema, class, below) {
                let to = class_node(&mut builder, context, schema.name(below), "to");
                builder.link(from, to, Tie::Claim, Arrow::Forward).add(SUB_CLASS_OF, None, Quote::default());
                open.push(below);
            }
        }
    }
    let facts = Facts::default();
    let view = View::whole(context.words.ontology.clone(), Layout::Layers, builder.finish(), &facts);
    View { framed: false, terms: true, ..view }
}

/// Whether a class stands between the two.
fn stands_between(schema: &Schema, above: Class, below: Class) -> bool {
    let inside = schema.below(above).iter().filter(|class| *class != above && *class != below);
    inside.into_iter().any(|class| schema.below(class).contains(below))
}

/// The widest classes that together make up `classes`.
fn widest(schema: &Schema, classes: Classes) -> Vec<Class> {
    let within = |class: &Class| schema.below(*class).iter().all(|below| classes.contains(below));
    let whole: Vec<Class> = classes.iter().filter(within).collect();
    let inside = |class: &Class| whole.iter().any(|other| other != class && schema.below(*other).contains(*class));
    whole.iter().filter(|class| !inside(class)).copied().collect()
}

fn class_node(builder: &mut Builder<'_>, context: &Context<'_>, name: &str, side: &str) -> NodeIndex {
    let iri = format!("{WM}{name}");
    let label = context.style.label(&iri);
    let node = Node { iri: iri.clone(), class: iri.clone(), label, ..Node::default() };
    builder.node(&format!("{side} {iri}"), node)
}
