package testkit

import (
	"net/http"
	"strconv"
)

var (
	patreonMemberFields = []string{
		"campaign_lifetime_support_cents", "currently_entitled_amount_cents", "email", "full_name", "is_follower", "is_free_trial",
		"is_gifted", "last_charge_date", "last_charge_status", "lifetime_support_cents", "next_charge_date", "note", "patron_status",
		"pledge_cadence", "pledge_relationship_start", "will_pay_amount_cents",
	}
	patreonUserFields  = []string{"created", "email", "first_name", "full_name", "is_email_verified", "last_name", "url", "vanity"}
	patreonEventFields = []string{"amount_cents", "currency_code", "date", "payment_status", "tier_id", "tier_title", "type"}
	patreonRelations   = []string{"address", "campaign", "currently_entitled_tiers", "pledge_history", "user"}
)

func checkMemberQuery(ask patreonQuery) *patreonAnswer {
	return ask.check(patreonRelations, map[string][]string{
		"member": patreonMemberFields, "user": patreonUserFields, "tier": patreonTierFields,
		"campaign": patreonCampaignFields, "pledge-event": patreonEventFields,
	})
}

func (p *Patreon) listMembers(campaign string, ask patreonQuery, trouble *PatreonTrouble) *patreonAnswer {
	c := p.campaign(campaign)
	switch {
	case !p.allowed("campaigns.members"):
		return patreonError(http.StatusForbidden, "Forbidden", "")
	case c == nil:
		return patreonError(http.StatusNotFound, "ResourceMissing", "")
	}
	if bad := checkMemberQuery(ask); bad != nil {
		return bad
	}
	most := 1000
	if ask.includes("pledge_history") {
		most = 500
	}
	list := "members/" + campaign
	n, _ := trouble.visible(len(c.members))
	_, total := trouble.visible(len(c.byUser))
	w, bad := p.window(list, ask, n, most)
	if bad != nil {
		return bad
	}
	doc := newPatreonDocument(c, ask)
	for _, m := range c.members[w.from:w.to] {
		if m != nil {
			doc.addMember(m)
		}
	}
	return doc.list(p.pagination(list, w, n, total))
}

func (p *Patreon) oneMember(id string, ask patreonQuery) *patreonAnswer {
	if bad := checkMemberQuery(ask); bad != nil {
		return bad
	}
	for _, c := range p.campaigns {
		for _, m := range c.members {
			if m != nil && m.id() == id {
				doc := newPatreonDocument(c, ask)
				doc.addMember(m)
				return doc.single()
			}
		}
	}
	return patreonError(http.StatusNotFound, "ResourceMissing", "")
}

// patreonDocument gathers entries and what they refer to, each once.
type patreonDocument struct {
	campaign *PatreonCampaign
	ask      patreonQuery
	data     []any
	included []any
	there    map[string]bool
}

func newPatreonDocument(c *PatreonCampaign, ask patreonQuery) *patreonDocument {
	return &patreonDocument{campaign: c, ask: ask, data: []any{}, included: []any{}, there: map[string]bool{}}
}

func (d *patreonDocument) list(meta map[string]any) *patreonAnswer {
	return patreonJSON(http.StatusOK, map[string]any{"data": d.data, "included": d.included, "meta": meta})
}

func (d *patreonDocument) single() *patreonAnswer {
	return patreonJSON(http.StatusOK, map[string]any{"data": d.data[0], "included": d.included})
}

// include adds an entry unless it is there.
func (d *patreonDocument) include(of, id string, attributes map[string]any) {
	if d.there[of+id] {
		return
	}
	d.there[of+id] = true
	entry := patreonRef(of, id)
	entry["attributes"] = d.ask.chosen(of, attributes)
	d.included = append(d.included, entry)
}

func (d *patreonDocument) addMember(m *PatreonMember) {
	entry := patreonRef("member", m.id())
	entry["attributes"] = d.ask.chosen("member", d.attributes(m))
	relations := map[string]any{}
	if d.ask.includes("currently_entitled_tiers") {
		relations["currently_entitled_tiers"] = map[string]any{"data": d.tiers(m)}
	}
	if d.ask.includes("user") {
		relations["user"] = map[string]any{
			"data":  patreonRef("user", m.User),
			"links": map[string]any{"related": "https://www.patreon.com/api/oauth2/v2/user/" + m.User},
		}
		d.include("user", m.User, map[string]any{"full_name": m.name(), "is_email_verified": !m.Unverified, "vanity": nil})
	}
	if d.ask.includes("pledge_history") {
		relations["pledge_history"] = map[string]any{"data": d.history(m)}
	}
	if d.ask.includes("campaign") {
		relations["campaign"] = map[string]any{"data": patreonRef("campaign", d.campaign.ID)}
		d.include("campaign", d.campaign.ID, map[string]any{"vanity": d.campaign.Name})
	}
	if len(relations) > 0 {
		entry["relationships"] = relations
	}
	d.data = append(d.data, entry)
}

func (d *patreonDocument) attributes(m *PatreonMember) map[string]any {
	_, cents := d.campaign.entitled(m)
	all := map[string]any{
		"currently_entitled_amount_cents": cents, "full_name": m.name(), "is_follower": false, "is_free_trial": m.Trial,
		"is_gifted": m.Gifted, "last_charge_date": patreonTime(m.charged), "last_charge_status": nil,
		"next_charge_date": patreonTime(m.due), "note": "", "patron_status": m.status(), "pledge_cadence": nil,
		"pledge_relationship_start": patreonTime(m.since), "will_pay_amount_cents": m.Cents,
	}
	if m.outcome != "" {
		all["last_charge_status"] = m.outcome
	}
	if !m.Free {
		all["pledge_cadence"] = m.months()
	}
	if d.campaign.patreon.allowed("campaigns.members[email]") {
		all["email"] = m.address()
	}
	return all
}

func (d *patreonDocument) tiers(m *PatreonMember) []any {
	id, _ := d.campaign.entitled(m)
	if id == "" {
		return []any{}
	}
	t := d.campaign.tier(id)
	d.include("tier", t.ID, map[string]any{"amount_cents": t.Cents, "title": t.Title, "published": true})
	return []any{patreonRef("tier", t.ID)}
}

func (d *patreonDocument) history(m *PatreonMember) []any {
	refs := []any{}
	for i, e := range m.history {
		id := m.id() + ":" + strconv.Itoa(i)
		refs = append(refs, patreonRef("pledge-event", id))
		d.include("pledge-event", id, map[string]any{
			"amount_cents": e.cents, "currency_code": "USD", "date": patreonTime(e.at), "payment_status": e.status,
			"tier_id": e.tier, "tier_title": d.campaign.tier(e.tier).Title, "type": e.what,
		})
	}
	return refs
}
