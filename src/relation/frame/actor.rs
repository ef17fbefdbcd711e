//! Who acts: in the clause, before it, or together with somebody else.

use super::object::ActedOn;
use super::scene::Scene;
use super::{Attempt, Frames};
use crate::diag::Span;
use crate::entity::{Entities, EntityId};
use crate::knowledge::Reading;
use crate::mention::Setting;
use crate::ontology::Classes;
use crate::relation::clause::Group;
use crate::search::Words;
use crate::trace::Why;

/// The most characters between the one who acts and the verb, when nobody else is to act.
const NEAR: usize = 8;
/// The most names that a word such as 两家 looks back over.
const COUNTED: usize = 8;
/// The most characters of other words before a subject.
const FILLER: usize = 24;

impl Attempt<'_> {
    /// Who the clause says acts: the nearest fitting names in `range` that no preposition governs and that own nothing
    /// (某某的).
    pub(super) fn stated(&self, entities: &Entities, range: Span, acted_on: &ActedOn) -> Option<(Vec<EntityId>, Span)> {
        let scene = self.scene;
        let text = scene.text();
        let describes = self.frame.states && self.describes(acted_on);
        for group in scene.groups.iter().rev().filter(|g| g.span.start >= range.start && g.span.end <= range.end) {
            // 落实省政府印发的《X》: whoever stands right before an attributive verb acts, whatever governs the phrase.
            // Where something is done does not do it, nor for whom somebody else does it: 在甲市运营的乙, 丙为丁打造的戊.
            let rules = &scene.page.knowledge.relation_rules;
            let lead = scene.lead(group);
            let doer = || {
                let mut earlier = scene.groups.iter().filter(|g| g.span.end <= group.span.start);
                earlier.any(|g| !scene.governed(g) && !scene.acting(entities, g, self.frame.subject).is_empty())
            };
            let there = || rules.whereabouts.end(lead) || (rules.recipients.end(lead) && doer());
            let attributive =
                group.span.end == range.end && text[scene.verb_end(range.end)..].starts_with('的') && !there();
            let governed = (scene.governed(group) && !attributive) || self.gives(group);
            let mut found = scene.acting(entities, group, self.frame.subject);
            found.retain(|id| !acted_on.ids.contains(id));
            // 由甲投资、位于乙园的丙: whoever acts in another attribute of 丙 does not stand there himself.
            if describes && text[group.span.end..range.end].contains('、') {
                return None;
            }
            let quoted = || scene.quoted_subject(range).is_some_and(|quoted| quoted.end > group.span.end);
            // 支持甲大学“双一流”建设、支持乙大学: the verb begins anew behind what an earlier one acts on.
            let acted_on_before =
                || text[..range.end].ends_with('、') && scene.verbs.iter().any(|v| v.span.end <= group.span.start);
            if !governed && !scene.owns(group) && !found.is_empty() && !quoted() && !acted_on_before() {
                return Some((found, group.span));
            }
        }
        None
    }

    /// Whether a list names whoever gives the title that the frame is about (由某厅认定为……), and not who gets it.
    fn gives(&self, group: &Group) -> bool {
        self.frame.given && self.scene.page.knowledge.relation_rules.givers.end(self.scene.lead(group))
    }

    /// Whether what is acted on ends an attribute of the words behind it: 位于乙园(内)的丙.
    fn describes(&self, acted_on: &ActedOn) -> bool {
        let scene = self.scene;
        let behind = scene.text()[acted_on.span.end.min(scene.span.end)..scene.span.end].trim_start_matches('”');
        scene.page.knowledge.relation_rules.attribute.is_match(behind)
    }

    /// Who acts when the clause does not say: whoever acted last in the numbered paragraph, else the issuing place.
    pub(super) fn elided(
        &self,
        entities: &mut Entities,
        setting: &Setting,
        acted_on: &ActedOn,
    ) -> (Vec<EntityId>, Reading) {
        let (scene, frame) = (self.scene, self.frame);
        if scene.carried.is_nameless(scene.sentence) {
            return (Vec::new(), Reading::Carried);
        }
        // 研发的甲系列热销，获评智能工厂: what a title says of a site or a firm is not said of its goods.
        let held = |id: &EntityId| scene.page.knowledge.relation_rules.title_of_site.is_match(&entities.get(*id).name);
        let site = frame.given && acted_on.ids.iter().all(held);
        let except = if site { scene.page.kinds.products } else { Classes::default() };
        let carried = scene.carried.last(entities, frame, scene.sentence, except);
        if !carried.is_empty() {
            return (carried, Reading::Carried);
        }
        // 其自主研制的……: whoever is meant was named, and is not the place.
        if scene.page.knowledge.relation_rules.theirs.start(scene.span.of(scene.text())) {
            return (Vec::new(), Reading::Carried);
        }
        let thing = scene.carried.is_thing(scene.page, entities, frame, scene.sentence);
        let place = if frame.defaults && !thing { entities.place(scene.page.knowledge, setting) } else { None };
        let place = place.filter(|id| frame.subject.contains(entities.get(*id).class));
        (place.into_iter().collect(), Reading::Place)
    }

    /// Those who are named last before a word that counts them, when such a word leads to the verb: 由两家共同兴建.
    pub(super) fn counted(&self, entities: &Entities, range: Span) -> Option<(Vec<EntityId>, Span)> {
        let (scene, page) = (self.scene, self.scene.page);
        let lead = range.of(scene.text());
        let counted = &page.knowledge.relation_rules.counted;
        let hits = counted.iter().flat_map(|c| c.words.places_within(lead).map(move |(_, at)| (at, c)));
        let (at, counted) = hits.max_by_key(|(at, _)| (at.end, at.len()))?;
        if lead[at.end..].chars().nth(NEAR).is_some() {
            return None;
        }
        let at = at.shifted(range.start);
        // 对甲、乙两家实行……: what governs the names governs the word that sums them up.
        if scene.groups.iter().any(|g| g.span.end == at.start && scene.governed(g)) {
            return None;
        }
        let classes = page.knowledge.classes(&counted.classes).intersection(self.frame.subject);
        let before = page.mentions.partition_point(|m| m.span.end <= at.start);
        let mut found: Vec<EntityId> = Vec::new();
        for i in (0..before).rev().take(COUNTED).filter(|i| classes.contains(page.mentions[*i].class)) {
            if found.len() < counted.number {
                let id = entities.of_mention(i).filter(|id| !found.contains(id));
                found.extend(id);
            }
        }
        found.reverse();
        (found.len() == counted.number).then_some((found, at))
    }

    /// Those who act together with the subject: 联合A、B; before a verb of joint action also 与A合作.
    pub(super) fn partners(&self, entities: &Entities) -> Vec<EntityId> {
        let (scene, verb) = (self.scene, self.verb());
        if self.frame.states {
            return Vec::new();
        }
        let text = scene.text();
        let rules = &scene.page.knowledge.relation_rules;
        let lead = &text[scene.span.start..verb.start];
        // 同甲、乙合作，研制出……: the clause before says it as well.
        let earlier = text[scene.sentence.start..scene.span.start].trim_end_matches('，');
        let joint = rules.joint.start(verb.of(text)) || rules.jointly.end(lead) || rules.jointly.end(earlier);
        let words: &Words = if joint { &rules.joint_with } else { &rules.together };
        // 联合A、B，印发……: the clause before may hold them.
        let from = scene.sentence.start;
        // 甲同乙筹建……: right before the verb any word for "with" says that both act.
        let beside = scene.groups.iter().find(|g| g.span.end == verb.start);
        let beside = beside.filter(|g| rules.joint_with.end(&text[from..g.span.start]));
        if beside.is_none() && !words.within(&text[from..verb.start]) {
            return Vec::new();
        }
        let all = scene.page.groups(Span::new(from, verb.start));
        // Sixty characters take at most four times as many bytes.
        let near = all.iter().rev().take_while(|g| verb.start - g.span.end <= 240).find(|g| {
            let between = &text[g.span.end..verb.start];
            // 会同甲、乙，在某局的指导下举办……: a clause of their own says it of whatever follows.
            let apart = between.starts_with('，');
            let most = if apart { 40 } else { 20 };
            // 联合甲、乙组建的丙获批……: they act together in what describes 丙.
            // 与甲、乙联合成立丙，正在攻关……: what they did together is said, and whatever follows is not.
            let (first, rest) = between.split_once('，').unwrap_or((between, ""));
            (apart || !between.contains('的'))
                && words.end(&text[from..g.span.start])
                && !rest.contains('，')
                && (rest.is_empty() || first.chars().nth(NEAR).is_none())
                && between.chars().count() <= most
        });
        near.or(beside).map(|g| scene.acting(entities, g, scene.page.kinds.parties)).unwrap_or_default()
    }

    /// Whether the words in `limit..` leave somebody without a name to act: 推动企业建设……, 鼓励高校设立…….
    fn is_unnamed(&self, limit: usize) -> bool {
        let (scene, text, verb) = (self.scene, self.scene.text(), self.verb());
        let rules = &scene.page.knowledge.relation_rules;
        let from = limit.max(scene.span.start).min(verb.start);
        let (lead, words) = (&text[scene.span.start..from], &text[from..verb.start]);
        // 为中小企业提供……: they are given it.
        if rules.recipients.end(lead) || rules.recipients.start(words) {
            return false;
        }
        let nouns = &rules.unnamed_actors;
        let ends = words.char_indices().rev().map(|(at, c)| at + c.len_utf8()).take(NEAR / 2 + 1);
        ends.into_iter().any(|end| nouns.end(&words[..end]))
    }
}

impl Frames {
    /// Whether the clause leaves nobody out, though nobody in it fits: somebody else stands before the verb (推动某园区
    /// 建设……), or the clause describes what follows it (被认定为某某的乙公司).
    pub(super) fn is_spoken_for(
        &self,
        entities: &Entities,
        attempt: &Attempt<'_>,
        limit: usize,
        acted_on: &ActedOn,
    ) -> bool {
        let (scene, frame, verb) = (attempt.scene, attempt.frame, attempt.verb());
        let text = scene.text();
        let behind = text[acted_on.span.end.min(scene.span.end)..scene.span.end].trim_start_matches('”');
        let described = scene.page.knowledge.relation_rules.attribute.find(behind).is_some_and(|m| {
            let end = scene.span.end - behind.len() + m.end();
            let unnamed = || scene.page.knowledge.relation_rules.unnamed_actors.start(&text[end..]);
            unnamed()
                || scene.groups.iter().any(|g| g.span.start >= end && text[end..g.span.start].chars().count() <= NEAR)
        });
        // 该校与甲公司制定……: those with whom it does so stand between the one who acts and the verb.
        let with = &scene.page.knowledge.relation_rules.joint_with;
        let partner = scene
            .groups
            .iter()
            .find(|g| g.span.end == verb.start && g.span.start >= limit && with.end(&text[limit..g.span.start]));
        let acts_before = partner.map_or(verb.start, |g| g.span.start);
        let mut before = scene.groups.iter().filter(|g| g.span.start >= limit && g.span.end <= acts_before);
        let other = before.find(|g| {
            let near = text[g.span.end..acts_before].chars().count() <= NEAR;
            // 由某厅认定为……: whoever gives a title leaves out who gets it.
            near && !attempt.gives(g) && !scene.governed(g) && !scene.owns(g) && {
                let ids = scene.fitting(entities, g, self.actors);
                !ids.is_empty() && !ids.iter().any(|id| frame.subject.contains(entities.get(*id).class))
            }
        });
        // 推动银行为甲公司放款: whoever has somebody without a name help helps as well.
        let caused = || {
            let causatives = &scene.page.knowledge.relation_rules.causatives;
            frame.helps && causatives.within(&text[limit..verb.start])
        };
        let why = if described {
            Why::Attribute
        } else if let Some(other) = other {
            Why::SpokenFor(other.span.of(text).to_owned())
        } else if attempt.is_unnamed(limit) && !caused() || scene.quoted_subject(Span::new(limit, verb.start)).is_some()
        {
            Why::Unnamed
        } else if frame.alone && !self.is_filler(scene, verb.start) {
            Why::NotAlone
        } else {
            return false;
        };
        attempt.reject(acted_on.span, || why);
        true
    }

    /// Who acts from this clause on: the names at its beginning, when nothing governs them.
    pub(super) fn actor_of(&self, entities: &Entities, scene: &Scene<'_>) -> Option<Vec<EntityId>> {
        let (page, text) = (scene.page, scene.text());
        if let Some(topic) = self.topic(entities, scene) {
            return Some(topic);
        }
        let mut group = scene.groups.first()?;
        let start = group.span.start;
        // 我市某产业集群入选……: the place only says whose the cluster is.
        while let Some(next) = scene.groups.iter().find(|g| g.span.start == group.span.end)
            && group.members.clone().all(|m| page.kinds.places.contains(page.mentions[m].class))
            && self.actors.contains(page.mentions[next.members.start].class)
        {
            group = next;
        }
        let first = &page.mentions[group.members.start];
        let rules = &page.knowledge.relation_rules;
        // 三是由某局支持……: whoever a sentence begins with acts from there on.
        let given = rules.givers.ending(scene.lead(group)).map(str::len).max();
        let opens = scene.span.start == scene.sentence.start;
        let leads = given.filter(|_| opens).map_or(start, |length| start - length);
        if !self.actors.contains(first.class) || !self.is_filler(scene, leads) {
            return None;
        }
        let after = &text[group.span.end..scene.span.end];
        // 某园位于甲区，由乙局建成，……: whoever does something to what the sentence is about does not act from there on.
        let ends = scene.groups.last().is_some_and(|g| g.span == group.span);
        let passive = ends && rules.givers.end(scene.lead(group)) && !rules.leads.start(after);
        if passive && scene.carried.acts_in(scene.sentence) {
            return None;
        }
        // 某公司（以下简称……），其某产品……: whoever a sentence begins with and leaves at that is what it is about.
        let about = scene.span.start == scene.sentence.start
            && page.knowledge.relation_rules.behind_topic.is_match(after)
            && !page.kinds.places.contains(first.class);
        if about {
            return Some(scene.fitting(entities, group, self.actors)).filter(|ids| !ids.is_empty());
        }
        let close = page.knowledge.name_rules.list_close.as_str();
        if after.starts_with(close) || after.starts_with(['的', '，', '。', '；', '：']) || after.is_empty() {
            return None;
        }
        // 甲镇、乙镇为其主产区。: a sentence that ends with what places are says nothing of what they do.
        let ends = scene.span.of(text).ends_with(['。', '；']);
        if ends && page.kinds.places.contains(first.class) && rules.only_described.is_match(after) {
            return None;
        }
        // 甲生产线、乙生产线各1条: what is only counted does not act.
        if rules.only_counted.is_match(after) {
            return None;
        }
        // 甲商会、乙商品城等15个协会，: a clause that is nothing but a list says nothing of anybody in it.
        if after.contains(close) && page.knowledge.relation_rules.only_listed.is_match(after) {
            return None;
        }
        Some(scene.acting(entities, group, self.actors)).filter(|ids| !ids.is_empty())
    }

    /// Whom the clause has do something: 支持甲公司牵头……, 指导乙银行推出…….
    pub(super) fn guests(&self, entities: &Entities, scene: &Scene<'_>) -> Option<Vec<EntityId>> {
        let (page, text) = (scene.page, scene.text());
        let causatives = &page.knowledge.relation_rules.causatives;
        let group = scene.groups.iter().find(|g| causatives.end(scene.lead(g)))?;
        let after = text[group.span.end..scene.span.end].trim_start_matches('”');
        let acts = !after.starts_with(['的', '，', '。', '；', '：']) && !after.is_empty();
        let ids = scene.fitting(entities, group, page.kinds.parties);
        let named = ids.iter().all(|id| !page.kinds.places.contains(entities.get(*id).class));
        (acts && named && !ids.is_empty()).then_some(ids)
    }

    /// What the clause names last, right at its end: what the next one may go on about (成立乙研究院，其开发的……).
    pub(super) fn named_last(&self, entities: &Entities, scene: &Scene<'_>) -> Option<Vec<EntityId>> {
        let group = scene.groups.last()?;
        let rest = &scene.text()[group.span.end..scene.span.end];
        // 甲公司隶属乙集团，其……: the clause only says what 甲公司 is, and the next one goes on about that.
        if scene.page.knowledge.relation_rules.belongs.end(&scene.text()[scene.span.start..group.span.start]) {
            return None;
        }
        let ids = scene.fitting(entities, group, self.actors);
        let named = ids.iter().all(|id| !scene.page.kinds.places.contains(entities.get(*id).class));
        let one = ids.len() == 1 && scene.page.knowledge.relation_rules.behind_topic.is_match(rest);
        (one && named).then_some(ids)
    }

    /// What the clause goes on to speak of behind the words for who makes it: 甲公司研制的乙轴承打破垄断，被列入…….
    pub(super) fn made(&self, entities: &Entities, scene: &Scene<'_>) -> Option<Vec<EntityId>> {
        let (page, text) = (scene.page, scene.text());
        let made_lead = &page.knowledge.relation_rules.made_lead;
        let group = scene.groups.iter().find(|g| {
            let behind = text[g.span.end..scene.span.end].trim_start_matches('”');
            !behind.starts_with(['的', '、', '，', '。', '；', '：']) && made_lead.end(scene.lead(g))
        })?;
        let product = |m: usize| page.kinds.products.contains(page.mentions[m].class);
        let ids = || scene.fitting(entities, group, page.kinds.products);
        group.members.clone().all(product).then(ids).filter(|ids| !ids.is_empty())
    }

    /// What the sentence is about when its first words only describe it: 由甲牵头组建的乙实验室，……
    fn topic(&self, entities: &Entities, scene: &Scene<'_>) -> Option<Vec<EntityId>> {
        let text = scene.text();
        let rules = &scene.page.knowledge.relation_rules;
        let described = |g: &Group| rules.topic_lead.is_match(scene.lead(g));
        let left = |g: &Group| rules.behind_topic.is_match(&text[g.span.end..scene.span.end]);
        // 作为某产业“链主”的甲公司始创于1978年: whoever the words before describe acts.
        let acts = |g: &Group| {
            let rest = text[g.span.end..scene.span.end].trim_start_matches('”');
            scene.span.start == scene.sentence.start
                && !rest.is_empty()
                && !rest.starts_with(['的', '、', '，', '。', '；', '：'])
                && !rest.starts_with(scene.page.knowledge.name_rules.list_close.as_str())
        };
        let groups = &scene.groups;
        let topic = groups.iter().find(|g| left(g) && described(g));
        let opens = || rules.topic_opens.is_match(scene.span.of(text));
        let topic = topic.or_else(|| groups.iter().find(|g| acts(g) && described(g) && opens()))?;
        Some(scene.fitting(entities, topic, self.actors)).filter(|ids| !ids.is_empty())
    }

    /// Whether the words of the clause before `to` only lead to the subject: time, adverbs, conjunctions.
    fn is_filler(&self, scene: &Scene<'_>, to: usize) -> bool {
        let rules = &scene.page.knowledge.relation_rules;
        let words = &scene.text()[scene.span.start..to];
        // A preposition makes what follows anything but the subject.
        if rules.prepositions.end(words) || rules.copulas.end(words) || words.chars().nth(FILLER).is_some() {
            return false;
        }
        let fills = |rest: &str| rest.chars().all(|c| c.is_ascii_digit() || rules.filler_marks.contains(c));
        let mut at = 0;
        for (hit, _) in self.fillers.longest(words) {
            if !fills(&words[at..hit.start]) {
                return false;
            }
            at = hit.end;
        }
        fills(&words[at..])
    }
}
