//! What a verb acts on.

use super::Attempt;
use crate::diag::Span;
use crate::entity::{Entities, EntityId};
use crate::relation::clause::Group;
use crate::trace::Why;

/// What a verb acts on.
pub(super) struct ActedOn {
    pub(super) ids: Vec<EntityId>,
    pub(super) span: Span,
    /// It stands before the verb.
    pub(super) before: bool,
}

impl Attempt<'_> {
    /// What the verb acts on: the next names of a fitting class, or those before it where the frame allows that.
    pub(super) fn acted_on(&self, entities: &Entities) -> Option<ActedOn> {
        let behind = self.behind(entities);
        behind.or_else(|| if self.frame.before { self.before(entities) } else { None })
    }

    /// The entities of a list that the frame may act on.
    fn objects(&self, entities: &Entities, group: &Group) -> Vec<EntityId> {
        let mut ids = self.scene.fitting(entities, group, self.frame.object);
        if let Some(named) = &self.frame.named {
            ids.retain(|id| named.is_match(&entities.get(*id).name));
        }
        ids
    }

    /// The next names of a fitting class, before another verb takes over.
    fn behind(&self, entities: &Entities) -> Option<ActedOn> {
        let (scene, frame, verb) = (self.scene, self.frame, self.verb());
        let text = scene.text();
        let rules = &scene.page.knowledge.relation_rules;
        let mut owner = None;
        // 支持坐落于甲区的乙: a verb that only describes what follows takes nothing over.
        let takes_over = |at: usize| {
            let describes = text[verb.end..at].trim_end_matches('“').ends_with('的');
            let other = |v: &super::Verb| v.span.end <= at && !text[v.span.end..].starts_with('的');
            !describes && scene.verbs[self.n + 1..].iter().any(other)
        };
        for group in scene.groups.iter().filter(|g| g.span.start >= verb.end) {
            let from = owner.as_ref().map_or(verb.end, |o: &ActedOn| o.span.end);
            let far = text[from..group.span.start].chars().nth(frame.gap).is_some();
            if far {
                break;
            }
            // 支持作为某产业龙头的甲公司: what another verb takes over may only describe what is acted on.
            if takes_over(group.span.start) {
                continue;
            }
            let between = &text[verb.end..group.span.start];
            // 由甲公司投资建设、乙公司运营: whoever stands behind the comma does something else.
            if between.starts_with('、') {
                break;
            }
            // 支持包括甲、乙在内的……: what a whole includes right behind the verb is acted on with it.
            let governed = rules.prepositions.end(between) && !rules.including.has(between);
            // 支持由甲控股、乙参股的丙: up to the 的 all are only there to describe 丙.
            let bare = between.trim_end_matches('“');
            let describing = rules.givers.start(between) && !bare.ends_with('的');
            // 开展某贷款贴息（“甲贷”）: the bracket gives the name of what stands before it.
            let explains = bare.ends_with('（');
            let mut ids = self.objects(entities, group);
            if governed || describing || explains || ids.is_empty() {
                continue;
            }
            // 支持甲公司、某产业龙头乙公司: the industry only says of what kind 乙公司 is.
            let kind = self.is_kind_of_firm(group);
            if kind && scene.page.is_firm(group) {
                ids.retain(|id| Some(entities.get(*id).class) == scene.page.kinds.firm);
            }
            if frame.helps {
                self.without_partner(entities, group, &mut ids);
            }
            if ids.is_empty() || (kind && !scene.page.is_firm(group)) || self.is_place_of(entities, group) {
                continue;
            }
            let found = ActedOn { ids, span: group.span, before: false };
            // 支持位于甲区的乙实验室: what owns is passed over for what is owned, when that fits too.
            let makes = self.makes(group);
            if scene.owns(group) || makes {
                // 引进甲所研发的乙机: whoever made it is not brought in with it.
                if !makes || !frame.brings_in {
                    owner.get_or_insert(found);
                }
                continue;
            }
            return Some(found);
        }
        owner
    }

    /// Leaves out of `ids` those with whom the first ones of the list are to work: 支持甲与乙合作.
    fn without_partner(&self, entities: &Entities, group: &Group, ids: &mut Vec<EntityId>) {
        let (page, text) = (self.scene.page, self.scene.text());
        let rules = &page.knowledge.relation_rules;
        if !rules.partnered.is_match(&text[group.span.end..]) {
            return;
        }
        let before =
            |m: usize| rules.joint_with.end(text[group.span.start..page.mentions[m].span.start].trim_end_matches('“'));
        if let Some(partner) = group.members.clone().skip(1).find(|m| before(*m)) {
            let first: Vec<_> = (group.members.start..partner).filter_map(|m| entities.of_mention(m)).collect();
            ids.retain(|id| first.contains(id));
        }
    }

    /// Whether a verb right behind a list only describes what follows it: 引进乙公司投资的丙项目.
    fn makes(&self, group: &Group) -> bool {
        let (scene, text) = (self.scene, self.scene.text());
        let verb = scene.verbs.iter().find(|v| v.span.start == group.span.end);
        verb.is_some_and(|v| text[v.span.end..].starts_with('的'))
    }

    /// Whether a list only says of what kind the firm behind it is: 支持某产业龙头甲公司.
    fn is_kind_of_firm(&self, group: &Group) -> bool {
        let (scene, text) = (self.scene, self.scene.text());
        let kind = &scene.page.knowledge.relation_rules.kind_of_firm;
        let next = scene.groups.iter().find(|g| g.span.start >= group.span.end);
        next.is_some_and(|n| kind.is_match(&text[group.span.end..n.span.start]) && scene.page.is_firm(n))
    }

    /// Whether a list of places only says whose the next thing is that fits, or where somebody without a name is:
    /// 推动某市某产业发展, 支持某市企业落户.
    fn is_place_of(&self, entities: &Entities, group: &Group) -> bool {
        let (scene, page) = (self.scene, self.scene.page);
        if !group.members.clone().all(|m| page.kinds.places.contains(page.mentions[m].class)) {
            return false;
        }
        let behind = &scene.text()[group.span.end..];
        let unnamed = || page.knowledge.relation_rules.unnamed_actors.start(behind);
        let next = scene.groups.iter().find(|g| g.span.start == group.span.end);
        next.is_some_and(|n| !scene.fitting(entities, n, self.frame.object).is_empty()) || unnamed()
    }

    /// Names of a fitting class right before the verb, for verbs that follow what they act on.
    fn before(&self, entities: &Entities) -> Option<ActedOn> {
        let verb = self.verb();
        let earlier = self.scene.groups.iter().rev().filter(|g| g.span.end <= verb.start);
        earlier
            .map(|g| ActedOn { ids: self.objects(entities, g), span: g.span, before: true })
            .find(|found| !found.ids.is_empty())
    }

    /// Says why the names right behind the verb are no object; nothing where none stands near.
    pub(super) fn reject_object(&self, entities: &Entities) {
        let (scene, frame, verb) = (self.scene, self.frame, self.verb());
        let text = scene.text();
        let Some(group) = scene.groups.iter().find(|g| g.span.start >= verb.end) else { return };
        let between = &text[verb.end..group.span.start];
        if between.chars().count() > frame.gap {
            return;
        }
        let other = scene.verbs[self.n + 1..].iter().find(|v| v.span.end <= group.span.start);
        let prepositions = &scene.page.knowledge.relation_rules.prepositions;
        let preposition = prepositions.iter().find(|p| between.ends_with(p.as_str()));
        let why = match (other, preposition) {
            // What would not fit anyway belongs to that other word.
            (Some(_), _) | (_, Some(_)) if scene.fitting(entities, group, frame.object).is_empty() => return,
            (Some(other), _) => Why::OtherVerb(other.span.of(text).to_owned()),
            (None, Some(preposition)) => Why::Governed(preposition.clone()),
            (None, None) => {
                let class = scene.page.mentions[group.members.start].class;
                Why::ObjectClass(scene.page.knowledge.schema.name(class).to_owned())
            }
        };
        self.reject(group.span, || why);
    }
}
