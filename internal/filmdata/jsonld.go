package filmdata

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"

	"marquee/internal/domain"
)

// Caps on what a stranger's JSON may make us walk.
const (
	maxNodes = 10_000
	maxDepth = 50
)

// node is one object of a JSON-LD document.
type node = map[string]any

// graph is all nodes of all blocks of a page.
type graph struct {
	nodes []node
	byID  map[string]node
}

// linkedFacts are what the page's JSON-LD says.
type linkedFacts struct {
	film *domain.Film
	paid bool // isAccessibleForFree is false
}

// jsonLD reads every block of JSON-LD by itself, so that a broken one costs no
// other. canonical tells the page's own nodes from those it only mentions.
func (p *page) jsonLD(canonical string) linkedFacts {
	g := &graph{byID: map[string]node{}}
	p.doc.Find(`script[type^="application/ld+json"]`).Each(func(_ int, s *goquery.Selection) {
		dec := json.NewDecoder(strings.NewReader(s.Text()))
		dec.UseNumber()
		var block any
		if dec.Decode(&block) == nil {
			g.collect(block, 0)
		}
	})
	var facts linkedFacts
	for _, n := range g.nodes {
		if free, ok := n["isAccessibleForFree"]; ok && strings.EqualFold(plain(free), "false") {
			facts.paid = true
		}
	}
	review := g.only(canonical, "Review", "CriticReview")
	movie := g.one(review["itemReviewed"])
	if movie == nil {
		movie = g.only(canonical, "Movie")
	} else if !is(movie, "Movie", "CreativeWork", "TVSeries", "TVEpisode", "TVSeason") {
		return facts // of a book, say
	}
	if movie != nil {
		facts.film = p.linkedFilm(g, movie)
	}
	if r := g.one(review["reviewRating"]); r != nil {
		verdict := rating(plain(r["ratingValue"]), plain(r["bestRating"]), plain(r["worstRating"]))
		facts.film = Merge(facts.film, &domain.Film{Rating: verdict})
	}
	return facts
}

// collect files the nodes in a value, nested ones too.
func (g *graph) collect(value any, depth int) {
	if depth > maxDepth || len(g.nodes) >= maxNodes {
		return
	}
	switch v := value.(type) {
	case []any:
		for _, e := range v {
			g.collect(e, depth+1)
		}
	case node:
		if v["@type"] != nil {
			g.nodes = append(g.nodes, v)
			if id := plain(v["@id"]); id != "" && g.byID[id] == nil {
				g.byID[id] = v
			}
		}
		for _, key := range slices.Sorted(maps.Keys(v)) { // the first of two nodes with one id stays the first
			g.collect(v[key], depth+1)
		}
	}
}

// only is the page's node of one of the types: the single one, or the single
// one that says it is about this page.
func (g *graph) only(canonical string, types ...string) node {
	var all, own []node
	for _, n := range g.nodes {
		if !is(n, types...) {
			continue
		}
		all = append(all, n)
		page := g.one(n["mainEntityOfPage"])
		if canonical != "" && (plain(n["url"]) == canonical || plain(n["mainEntityOfPage"]) == canonical || plain(page["@id"]) == canonical) {
			own = append(own, n)
		}
	}
	switch {
	case len(own) == 1:
		return own[0]
	case len(all) == 1:
		return all[0]
	}
	return nil
}

// one is the node in a value: itself, the first of a list, or what it refers to.
func (g *graph) one(value any) node {
	switch v := value.(type) {
	case []any:
		if len(v) > 0 {
			if _, nested := v[0].([]any); !nested {
				return g.one(v[0])
			}
		}
	case node:
		if target := g.byID[plain(v["@id"])]; v["@type"] == nil && target != nil {
			return target
		}
		return v
	}
	return nil
}

// is reports whether the node's type, or one of its types, is among types.
func is(n node, types ...string) bool {
	list, ok := n["@type"].([]any)
	if !ok {
		list = []any{n["@type"]}
	}
	for _, t := range list {
		name := plain(t)
		name = name[strings.LastIndexAny(name, "/#:")+1:]
		if slices.Contains(types, name) {
			return true
		}
	}
	return false
}

// plain is a value that JSON-LD may write as string, number, boolean or list.
func plain(value any) string {
	switch v := value.(type) {
	case string:
		return v
	case json.Number:
		return v.String()
	case bool:
		if v {
			return "true"
		}
		return "false"
	case []any:
		if len(v) > 0 {
			if _, nested := v[0].([]any); !nested {
				return plain(v[0])
			}
		}
	case node:
		return plain(v["@value"])
	}
	return ""
}

// names are the names in a value: of persons, of a list of them, or as text.
func (g *graph) names(values ...any) []string {
	var all []string
	for _, value := range values {
		elements, ok := value.([]any)
		if !ok {
			elements = []any{value}
		}
		for _, e := range elements {
			if n := g.one(e); n != nil && n["name"] != nil {
				all = append(all, plain(n["name"]))
			} else {
				all = append(all, plain(e))
			}
		}
	}
	return list(all...)
}
