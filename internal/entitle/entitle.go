// Package entitle decides who may see what, when, and why. Its functions are
// pure; feeds, mail, pages and previews all ask the same one.
package entitle

import (
	"slices"
	"strings"
	"time"

	"marquee/internal/domain"
)

// Level is how much of an item a viewer may see.
type Level int

// The levels, least first.
const (
	None Level = iota
	Teaser
	Full
)

func (l Level) String() string { return [...]string{"none", "teaser", "full"}[l] }

// Access is an answer of Decide.
type Access struct {
	Level  Level
	Reason Reason    // for people
	Since  time.Time // when Level was reached; zero for Teaser and None
	Until  time.Time // when the answer changes by itself; zero when it does not
}

// Policy is the configured part of every decision.
type Policy struct {
	Tiers   domain.Tiers
	Series  map[string]domain.Ladder // asked before Sources
	Sources map[string]domain.Ladder // by their names; asked before Kinds
	Kinds   map[domain.ItemKind]domain.Ladder
}

// Ladder is the release that binds an item: its own, else its series', else its
// source's, else its kind's. Without any, the item is open to everyone at once.
func (p *Policy) Ladder(it *domain.Item) domain.Ladder {
	if len(it.Release) > 0 {
		return it.Release
	}
	if it.Series != "" {
		for series, ladder := range p.Series {
			if strings.EqualFold(series, it.Series) {
				return ladder
			}
		}
	}
	if ladder, ok := p.Sources[it.Source]; ok {
		return ladder
	}
	return p.Kinds[it.Kind]
}

// Longest is the longest time that any of the ladders takes to its last step.
func (p *Policy) Longest() time.Duration {
	var longest time.Duration
	see := func(l domain.Ladder) {
		for _, step := range l {
			longest = max(longest, step.After)
		}
	}
	for _, l := range p.Series {
		see(l)
	}
	for _, l := range p.Sources {
		see(l)
	}
	for _, l := range p.Kinds {
		see(l)
	}
	return longest
}

// Decide says what an audience may see of an item at an instant.
//
// An item is invisible while it is withdrawn or its publication lies ahead. A
// viewer sees it in full from the earliest step that their tier or standing
// reaches; before, and when no step ever does, they see the teaser. The
// operator sees everything. A step's time counts from FirstPublished, so that
// re-dating a piece never locks it again.
func (p *Policy) Decide(a domain.Audience, it *domain.Item, now time.Time) Access {
	switch {
	case a.Standing == domain.Operator:
		return Access{Level: Full, Reason: Reason{why: operator}}
	case it.Withdrawn.IsZero():
		return p.whileStanding(a, it, now)
	case !it.Withdrawn.After(now):
		return Access{Reason: Reason{why: withdrawn}}
	}
	access := p.whileStanding(a, it, now) // of a time before the withdrawal
	if access.Until.IsZero() || it.Withdrawn.Before(access.Until) {
		access.Until = it.Withdrawn
	}
	return access
}

// whileStanding is Decide for an item that stands.
func (p *Policy) whileStanding(a domain.Audience, it *domain.Item, now time.Time) Access {
	if it.Published.After(now) {
		return Access{Reason: Reason{why: ahead, at: it.Published}, Until: it.Published}
	}
	ladder := p.Ladder(it)
	if len(ladder) == 0 {
		return Access{Level: Full, Reason: Reason{why: unbound}, Since: it.FirstPublished}
	}
	return p.climb(a, it.FirstPublished, ladder, now)
}

// climb finds the earliest step that the audience reaches.
func (p *Policy) climb(a domain.Audience, start time.Time, ladder domain.Ladder, now time.Time) Access {
	var at time.Time
	var to string
	for _, step := range ladder {
		then := start.Add(step.After)
		if p.Reaches(a, step.To) && (to == "" || then.Before(at)) {
			at, to = then, step.To
		}
	}
	switch {
	case to == "":
		return Access{Level: Teaser, Reason: p.reason(kept, ladder[0].To, time.Time{})}
	case now.Before(at):
		return Access{Level: Teaser, Reason: p.reason(opens, to, at), Until: at}
	}
	return Access{Level: Full, Reason: p.reason(opened, to, at), Since: at}
}

// Reaches reports whether an audience belongs to a ladder step's group: "or
// higher" for tiers. A tier that is not configured is reached by nobody.
func (p *Policy) Reaches(a domain.Audience, to string) bool {
	switch {
	case to == domain.ToEveryone:
		return true
	case a.Standing != domain.Active:
		return false
	case to == domain.ToPatrons:
		return true
	}
	need := p.Tiers.Rank(to)
	return need > 0 && p.Tiers.Rank(a.Tier) >= need
}

// Audiences are all audiences there are, the public first: what renditions and
// documents are built for.
func (p *Policy) Audiences() []domain.Audience {
	all := []domain.Audience{
		{Standing: domain.Public}, {Standing: domain.Reader}, {Standing: domain.Former}, {Standing: domain.Active},
	}
	for _, t := range p.Tiers {
		all = append(all, domain.Audience{Standing: domain.Active, Tier: t.Name})
	}
	return all
}

// Recipients are the audiences that belong to a group and can receive mail:
// readers of the free edition and patrons, never former patrons or the public.
func (p *Policy) Recipients(to string) []domain.Audience {
	return slices.DeleteFunc(p.Audiences(), func(a domain.Audience) bool {
		mailable := a.Standing == domain.Reader || a.Standing == domain.Active
		return !mailable || !p.Reaches(a, to)
	})
}

func (p *Policy) reason(why cause, to string, at time.Time) Reason {
	rank := p.Tiers.Rank(to)
	return Reason{why: why, to: to, higher: rank > 0 && rank < len(p.Tiers), at: at}
}
