package markdown

import (
	"strings"

	"marquee/internal/domain"
	"marquee/internal/source"
)

// maxPicks is more than anybody recommends in a week.
const maxPicks = 100

// picks reads the films of an issue: from the front matter's list, else out of
// the body when the piece is one of picks. What remains of the body is the text.
func (w writer) picks(raw *source.Raw, f *fields, text prose) {
	day := domain.DateOf(raw.Published.In(w.zone))
	region := f.region("region")
	_, listed := f.get("picks")
	switch {
	case listed:
		for _, g := range f.groups("picks", maxPicks) {
			raw.Picks = append(raw.Picks, w.pick(g, region, day))
		}
		raw.Content = w.html(text)
	case raw.Kind == domain.Picks:
		raw.Picks, raw.Content = w.prosePicks(text, region, day)
	default:
		raw.Content = w.html(text)
	}
}

// pick is one entry of the list. region is that of the issue, day the issue's.
func (w writer) pick(g *fields, region string, day domain.Date) domain.Pick {
	p := domain.Pick{
		Year: g.year("year"), Directors: g.texts("director", "directors"), Region: g.region("region"),
		Access: oneOf(g, domain.PickAccesses(), "kind", "access"), Rating: g.rating("rating"),
		URL: g.link("url"), Review: g.link("review"), From: g.date("from"), Leaves: g.date("leaves"),
		TMDB: g.id("tmdb", ""), IMDB: g.id("imdb", "tt"), Image: g.image("image"),
	}
	p.Title, _ = g.title()
	if _, there := g.get("title"); !there {
		w.wrongf(g.line, "this pick has no title (one that begins with # must be quoted)")
	}
	p.Service, _ = g.text("service")
	why, _ := g.prose("why")
	p.Why = w.htmlOf(why)
	if p.Region == "" {
		p.Region = region
	}
	w.warnGone(g.line, p, day)
	g.warnUnknown()
	return p
}

// warnGone notes a film that cannot be seen any more when it is recommended.
func (w writer) warnGone(line int, p domain.Pick, day domain.Date) {
	switch {
	case p.Leaves.IsZero():
	case p.Leaves.Before(day):
		w.oddf(line, "%s leaves on %s, before the issue of %s", p.Title, p.Leaves, day)
	case p.Leaves.Before(p.From):
		w.oddf(line, "%s leaves on %s, before it comes on %s", p.Title, p.Leaves, p.From)
	}
}

// sameFilm is what makes two picks the same recommendation.
type sameFilm struct {
	title string
	year  int
}

// recentIssues is for how many issues a film counts as just recommended.
const recentIssues = 8

// warnRepeats notes films that an issue before this one has already recommended.
// Pages are in the order of their paths, and so of their days.
func warnRepeats(pages []*page) {
	last := map[sameFilm]int{}
	issue := 0
	for _, p := range pages {
		if len(p.raw.Picks) == 0 || p.draft || len(p.wrong) > 0 {
			continue
		}
		issue++
		for _, pick := range p.raw.Picks {
			key := sameFilm{strings.ToLower(pick.Title), pick.Year}
			if before, ok := last[key]; ok && issue-before < recentIssues {
				p.oddf(0, "%s was recommended %d issues before", pick.Title, issue-before)
			}
			last[key] = issue
		}
	}
}
