package patreon

import (
	"slices"

	"marquee/internal/domain"
	"marquee/internal/patreonapi"
)

// release opens a post to whom Patreon does, from its publication on.
//
// Tiers are ordered here and see what those below them see, so that the lowest
// tier decides that a post is for; the lowest of all is every patron. A post for
// tiers of which none is configured is for the highest that is. One that is also
// for free members is for patrons: whoever follows for free is nobody here
// unless the roster says so.
func (r *Reader) release(p patreonapi.Post) domain.Ladder {
	return domain.Ladder{{To: r.opensTo(p)}}
}

func (r *Reader) opensTo(p patreonapi.Post) string {
	switch {
	case p.Public:
		return domain.ToEveryone
	case len(p.Tiers) == 0 || len(r.tiers) == 0:
		return domain.ToPatrons
	}
	lowest := slices.IndexFunc(r.tiers, func(t domain.Tier) bool {
		return slices.Contains(p.Tiers, t.PatreonID)
	})
	switch lowest {
	case -1:
		return r.tiers[len(r.tiers)-1].Name
	case 0:
		return domain.ToPatrons
	}
	return r.tiers[lowest].Name
}
