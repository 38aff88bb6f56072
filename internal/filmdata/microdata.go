package filmdata

import (
	"strings"

	"github.com/PuerkitoBio/goquery"

	"marquee/internal/domain"
)

// microdata reads schema.org's Movie and Review as attributes of the page's own
// elements (WHATWG HTML §5). A page with several reviews or films is about none.
func (p *page) microdata() *domain.Film {
	reviews := p.doc.Find(`[itemscope][itemtype$="schema.org/Review"], [itemscope][itemtype$="schema.org/CriticReview"]`)
	movies := p.doc.Find(`[itemscope][itemtype$="schema.org/Movie"]`)
	if reviews.Length() > 1 || movies.Length() > 1 {
		return nil
	}
	var film *domain.Film
	if movies.Length() == 1 {
		film = p.movie(scope{p, movies})
	}
	if r := p.microRating(); r != nil {
		film = Merge(&domain.Film{Rating: r}, film)
	}
	return film
}

func (p *page) movie(m scope) *domain.Film {
	film := &domain.Film{
		Title:         text(first(m.values("name"))),
		Year:          year(first(append(m.values("dateCreated"), m.values("datePublished")...))),
		Released:      released(first(m.values("datePublished"))),
		Directors:     list(m.values("director")...),
		Writers:       list(append(m.values("author"), m.values("creator")...)...),
		Cast:          list(append(m.values("actor"), m.values("actors")...)...),
		Genres:        list(m.values("genre")...),
		Runtime:       runtime(first(m.values("duration"))),
		ContentRating: certificate(first(m.values("contentRating"))),
	}
	if address := p.absolute(first(m.values("image"))); address != "" {
		film.Poster = &domain.Image{URL: address}
	}
	for _, address := range m.values("sameAs") {
		identify(film, address)
	}
	return film
}

// microRating is the page's only rating that is not an average of readers'.
func (p *page) microRating() *domain.Rating {
	values := p.doc.Find(`[itemprop~="ratingValue"]`).FilterFunction(func(_ int, sel *goquery.Selection) bool {
		return sel.Closest(`[itemprop~="aggregateRating"], [itemtype$="schema.org/AggregateRating"]`).Length() == 0
	})
	if values.Length() != 1 {
		return nil
	}
	near := values.Closest("[itemscope]")
	if near.Length() == 0 {
		near = p.doc.Selection
	}
	s := scope{p, near}
	return rating(value(values), first(s.values("bestRating")), first(s.values("worstRating")))
}

// scope is an element with itemscope.
type scope struct {
	page *page
	sel  *goquery.Selection
}

// values are those of a property of the scope itself, not of an item within it.
func (s scope) values(property string) []string {
	var all []string
	s.sel.Find(`[itemprop~="` + property + `"]`).Each(func(_ int, sel *goquery.Selection) {
		if owner := sel.Parent().Closest("[itemscope]"); owner.Length() > 0 && s.sel.Is("[itemscope]") && owner.Get(0) != s.sel.Get(0) {
			return
		}
		if _, isItem := sel.Attr("itemscope"); isItem {
			all = append(all, scope{s.page, sel}.values("name")...)
			return
		}
		if v := value(sel); v != "" {
			all = append(all, v)
		}
	})
	return all
}

// value is a property's value, by the kind of its element (WHATWG HTML §5.2.4).
func value(sel *goquery.Selection) string {
	attr := map[string]string{
		"meta": "content", "a": "href", "link": "href", "img": "src", "time": "datetime", "data": "value", "meter": "value",
	}[goquery.NodeName(sel)]
	if content, ok := sel.Attr("content"); ok {
		return strings.TrimSpace(content)
	}
	if v, ok := sel.Attr(attr); ok && attr != "" {
		return strings.TrimSpace(v)
	}
	return text(sel.Text())
}

func first(values []string) string {
	if len(values) == 0 {
		return ""
	}
	return values[0]
}
