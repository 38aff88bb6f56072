package testkit

import (
	"slices"
)

// Join makes a member, who is charged at once unless the pledge is a trial, a
// gift or free. It returns the user's id.
func (c *PatreonCampaign) Join(m PatreonMember) string {
	c.patreon.mu.Lock()
	defer c.patreon.mu.Unlock()
	joined := c.join(m)
	c.tell("members:create", joined)
	if !joined.Free {
		c.tell("members:pledge:create", joined)
	}
	return joined.User
}

// Populate makes n members of the tiers that cost something, in turn, with made-up
// names. No webhook hears of them.
func (c *PatreonCampaign) Populate(n int) {
	c.patreon.mu.Lock()
	defer c.patreon.mu.Unlock()
	paid := slices.DeleteFunc(slices.Clone(c.tiers), func(t PatreonTier) bool { return t.Cents == 0 })
	for i, m := range make([]PatreonMember, n) {
		m.Tier, m.crowd = paid[i%len(paid)].ID, true
		c.join(m).history = nil
	}
}

func (c *PatreonCampaign) join(m PatreonMember) *PatreonMember {
	now, number := c.patreon.now, len(c.members)+1
	m.number = number
	if m.User == "" {
		m.User = userOf(number)
	}
	if m.Cents == 0 {
		m.Cents = c.tier(m.Tier).Cents * m.months()
	}
	if !m.Free {
		m.since = now
		m.remember(now, "pledge_start", "")
	}
	switch {
	case m.Free:
	case m.Gifted:
		m.due = now.AddDate(1, 0, 0)
	case m.Trial:
		m.outcome, m.due = "Free Trial", now.AddDate(0, 1, 0)
	default:
		m.pay(now)
	}
	c.members, c.byUser[m.User] = append(c.members, &m), &m
	return &m
}

// change does something to a member, and tells webhooks of it.
func (c *PatreonCampaign) change(user string, do func(*PatreonMember), triggers ...string) {
	c.patreon.mu.Lock()
	defer c.patreon.mu.Unlock()
	m := c.byUser[user]
	if m == nil {
		panic("testkit: nobody is user " + user) // a mistake in the test
	}
	do(m)
	for _, trigger := range triggers {
		c.tell(trigger, m)
	}
}

// Cancel ends a pledge at the end of what is paid.
func (c *PatreonCampaign) Cancel(user string) {
	c.change(user, func(m *PatreonMember) {
		m.cancelled, m.ends = true, m.due
		m.remember(c.patreon.now, "pledge_delete", "")
	}, "members:pledge:delete", "members:update")
}

// Decline has a member's card refused, from a charge at this moment on.
func (c *PatreonCampaign) Decline(user string) {
	c.change(user, func(m *PatreonMember) {
		m.failing = true
		m.pay(c.patreon.now)
	}, "members:update")
}

// Recover has a declined member's card taken. Patreon tells nobody.
func (c *PatreonCampaign) Recover(user string) {
	c.change(user, func(m *PatreonMember) {
		m.failing = false
		m.pay(c.patreon.now)
	})
}

// Settle sets what came of the last charge: Pending, Refunded, Fraud.
func (c *PatreonCampaign) Settle(user, outcome string) {
	c.change(user, func(m *PatreonMember) { m.outcome = outcome }, "members:update")
}

// Change moves a member to another tier, or to a pledge without one.
func (c *PatreonCampaign) Change(user, tier string, cents int) {
	c.change(user, func(m *PatreonMember) {
		what := "pledge_upgrade"
		if cents < m.Cents {
			what = "pledge_downgrade"
		}
		m.Tier, m.Cents, m.Free = tier, cents, false
		m.remember(c.patreon.now, what, "")
	}, "members:pledge:update", "members:update")
}

// Move gives a member another address.
func (c *PatreonCampaign) Move(user, email string) {
	c.change(user, func(m *PatreonMember) { m.Email = email }, "members:update")
}

// Remove takes a person's account away: the membership stays, without name and
// address.
func (c *PatreonCampaign) Remove(user string) {
	c.change(user, func(m *PatreonMember) {
		m.removed, m.crowd, m.Name, m.Email = true, false, "", ""
	}, "members:pledge:delete")
}

// Delete takes a membership away.
func (c *PatreonCampaign) Delete(user string) {
	c.change(user, func(m *PatreonMember) {
		c.members[slices.Index(c.members, m)] = nil
		delete(c.byUser, user)
	}, "members:delete")
}
