package section

import (
	"net/url"
	"strings"

	"marquee/internal/digest"
	"marquee/internal/domain"
	"marquee/internal/entitle"
	"marquee/internal/sanitize"
)

// itemView shows an item to an audience. It reports false for an item that the
// audience may not know of. Of an item whose teaser alone the audience may see,
// nothing but the teaser and the facts about the film is shown.
func itemView(lens digest.Lens, it *domain.Item, words int) (digest.ItemView, bool) {
	access := lens.See(it)
	if access.Level == entitle.None {
		return digest.ItemView{}, false
	}
	v := digest.ItemView{
		ID:     it.ID,
		Title:  it.Title,
		Series: it.Series,
		URL:    it.URL,
		Gated:  gated(lens.Audience, it, access),
	}
	if it.Film != nil {
		v.Facts, v.Rating = it.Film.Facts(), ratingView(it.Film.Rating)
		v.Watch, v.Credits = watchViews(lens, it.Film.Watch), it.Film.Credits()
	}
	v.Image = gallery{it, lens.Publication.Server}.view(it.Picture(), spokenTitle(it.Title, v.Rating), itemImageWidth)
	v.Excerpt = sanitize.Excerpt(it.Teaser, words)
	if v.Excerpt == "" && access.Level == entitle.Full {
		v.Excerpt = sanitize.Excerpt(it.Body, words)
	}
	v.Label = label(lens, it, access)
	v.Action, v.ActionURL = action(lens, it, access)
	v.Opens = opens(lens, access)
	return v, true
}

// gated reports whether others can read more of an item than the audience. What
// its source keeps for patrons, and we know no more of than its teaser, is gated
// for everybody else, whatever the ladder says.
func gated(a domain.Audience, it *domain.Item, access entitle.Access) bool {
	patron := a.Standing == domain.Active || a.Standing == domain.Operator
	return access.Level == entitle.Teaser || it.Exclusive && it.Body == "" && !patron
}

// label says for whom an item is, when that is not everybody.
func label(lens digest.Lens, it *domain.Item, access entitle.Access) string {
	switch {
	case !gated(lens.Audience, it, access) && !it.Exclusive && !lens.Early(it):
		return ""
	case !gated(lens.Audience, it, access):
		return "First look"
	case lens.Audience.Standing != domain.Active:
		return "For patrons"
	case access.Until.IsZero():
		reason := access.Reason.In(lens.Dates)
		return strings.ToUpper(reason[:1]) + reason[1:]
	}
	return "For higher tiers first"
}

// opens says when a gated item opens to the audience by itself; nothing when it
// never does.
func opens(lens digest.Lens, access entitle.Access) string {
	if access.Until.IsZero() || access.Level == entitle.Full {
		return ""
	}
	day := lens.Dates.Short(domain.DateOf(access.Until.In(lens.Publication.Zone)))
	if lens.Audience.Standing == domain.Active {
		return "opens to you on " + day
	}
	return "becomes free to read on " + day
}

// action is what the audience can do about an item: read it, or what it takes to.
func action(lens digest.Lens, it *domain.Item, access entitle.Access) (words, address string) {
	patreon := lens.Publication.Patreon
	switch {
	case !gated(lens.Audience, it, access):
		if it.Exclusive && it.Body == "" {
			return readOnPatreon(it, patreon)
		}
		return verb(it.Kind), it.URL
	case patreon == "", !access.Until.IsZero() && lens.Audience.Standing == domain.Active:
		return "Read the opening", it.URL
	case lens.Audience.Standing == domain.Active:
		return "See the tiers", patreon
	}
	return "Become a patron", patreon
}

// readOnPatreon leads to the item itself when it lives on Patreon, else to the
// critic's page there.
func readOnPatreon(it *domain.Item, patreon string) (words, address string) {
	u, err := url.Parse(it.URL)
	if err == nil && (u.Hostname() == "patreon.com" || strings.HasSuffix(u.Hostname(), ".patreon.com")) {
		return "Read on Patreon", it.URL
	}
	if patreon == "" {
		return verb(it.Kind), it.URL
	}
	return "Read on Patreon", patreon
}

// verb is what one does with an item of a kind.
func verb(k domain.ItemKind) string {
	switch k {
	case domain.Review, domain.Essay, domain.List, domain.Post:
		return "Read the " + string(k)
	case domain.Picks:
		return "See the picks"
	case domain.Poll:
		return "Vote"
	}
	return "Read the piece"
}
