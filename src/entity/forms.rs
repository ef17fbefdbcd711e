//! The entities of a document by all their forms: which of them words call, and which forms a name begins with.

use foldhash::{HashMap, HashMapExt as _};

use super::{Entities, Entity, EntityId};
use crate::knowledge::Knowledge;
use crate::ontology::Classes;

/// Names and other forms of entities.
pub(crate) struct Forms {
    by_form: HashMap<String, OneOrMore>,
    /// By the first character of forms their lengths in bytes.
    lengths: HashMap<char, Vec<usize>>,
    /// For each entity how many of its forms are known.
    known: Vec<usize>,
}

/// The entities that have a form: one, nearly always.
struct OneOrMore {
    first: EntityId,
    others: Vec<EntityId>,
}

impl OneOrMore {
    fn ids(&self) -> impl Iterator<Item = EntityId> {
        std::iter::once(self.first).chain(self.others.iter().copied())
    }
}

impl Forms {
    /// The forms of all `entities`.
    pub(crate) fn of(entities: &Entities) -> Self {
        let count = entities.all.len();
        let by_form = HashMap::with_capacity(2 * count);
        let mut forms = Self { by_form, lengths: HashMap::with_capacity(count), known: vec![0; count] };
        for (id, entity) in entities.iter() {
            forms.learn(id, entity);
        }
        forms
    }

    /// Adds the forms of an entity that is new or has got more of them.
    pub(crate) fn learn(&mut self, id: EntityId, entity: &Entity) {
        if entity.name.is_empty() {
            return;
        }
        let place = id.0 as usize;
        self.known.resize(self.known.len().max(place + 1), 0);
        let known = &mut self.known[place];
        for form in std::iter::once(&entity.name).chain(&entity.aliases).skip(*known) {
            *known += 1;
            let Some(first) = form.chars().next() else { continue };
            let lengths = self.lengths.entry(first).or_default();
            if !lengths.contains(&form.len()) {
                lengths.push(form.len());
            }
            match self.by_form.get_mut(form) {
                Some(ids) => ids.others.push(id),
                None => {
                    self.by_form.insert(form.clone(), OneOrMore { first: id, others: Vec::new() });
                }
            }
        }
    }

    /// The forms that `text` begins with, and the entities that have them.
    pub(crate) fn starting<'a>(
        &'a self,
        text: &'a str,
    ) -> impl Iterator<Item = (&'a str, impl Iterator<Item = EntityId>)> {
        let lengths = text.chars().next().and_then(|c| self.lengths.get(&c)).into_iter().flatten();
        let forms = lengths.filter_map(|n| text.get(..*n));
        forms.filter_map(|form| Some((form, self.by_form.get(form)?.ids())))
    }

    /// The place of one of `classes` that `words` call, by its name, another form of it, or its name without the
    /// character that states its kind, apart from `not`.
    pub(crate) fn place_called(
        &self,
        knowledge: &Knowledge,
        entities: &Entities,
        words: &str,
        classes: Classes,
        not: EntityId,
    ) -> Option<EntityId> {
        let with = |form: &str| self.by_form.get(form).into_iter().flat_map(OneOrMore::ids);
        let divisions = knowledge.divisions.beginning_like(words);
        let full = divisions.filter(|(_, d)| d.short == words || d.is_bare(words)).map(|(_, d)| d.name.as_str());
        let by_full = full.flat_map(|name| with(name).filter(move |id| entities.get(*id).name == name));
        let fits = |id: &EntityId| *id != not && classes.contains(entities.get(*id).class);
        with(words).chain(by_full).filter(fits).min()
    }
}
