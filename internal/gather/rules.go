package gather

import (
	"cmp"
	"html"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/source"
)

// rules say what a piece is.
type rules struct {
	kind  domain.ItemKind
	best  float64 // of the scale on which bare stars are read
	match []rule
}

type rule struct {
	config.Rule
	title *regexp.Regexp // nil matches every title
}

func newRules(c config.Rules) rules {
	rs := rules{kind: cmp.Or(c.Kind, domain.Review), best: cmp.Or(c.Rating, 4)}
	for _, r := range c.Match {
		var title *regexp.Regexp
		if r.Title != "" {
			title = regexp.MustCompile(r.Title)
		}
		rs.match = append(rs.match, rule{r, title})
	}
	return rs
}

// class is what a piece is.
type class struct {
	kind    domain.ItemKind
	series  string
	release domain.Ladder
	skip    bool
}

// classify asks every rule in turn, a later one having the last word. What the
// source says counts for more than defaults, and less than a rule.
func (rs rules) classify(raw *source.Raw, title string) class {
	c := class{kind: rs.kind, series: oneLine(raw.Series), release: raw.Release}
	if len(raw.Picks) > 0 {
		c.kind = domain.Picks
	}
	if slices.Contains(domain.ItemKinds(), raw.Kind) {
		c.kind = raw.Kind
	}
	for _, r := range rs.match {
		if !r.matches(raw, title) {
			continue
		}
		c.kind = cmp.Or(r.Kind, c.kind)
		c.series = cmp.Or(r.Series, c.series)
		if len(r.Release) > 0 {
			c.release = r.Release
		}
		c.skip = c.skip || r.Skip
	}
	return c
}

func (r rule) matches(raw *source.Raw, title string) bool {
	if r.title != nil && !r.title.MatchString(title) {
		return false
	}
	return (r.Path == "" || pathBegins(raw.URL, r.Path)) &&
		(r.Category == "" || slices.ContainsFunc(raw.Categories, func(name string) bool {
			return folded(name) == folded(r.Category)
		}))
}

// pathBegins compares with the path as it is written in the address and as people
// write it: 紙灯籠 and %e7%b4%99%e7%81%af%e7%b1%a0.
func pathBegins(address, prefix string) bool {
	u, err := url.Parse(address)
	return err == nil && (strings.HasPrefix(u.Path, prefix) || strings.HasPrefix(u.EscapedPath(), prefix))
}

// folded is a name as it compares: WordPress writes one category as Reader's
// Choice, Reader&#8217;s Choice and Reader&#039;s Choice.
func folded(name string) string {
	name = strings.Join(strings.Fields(html.UnescapeString(name)), " ")
	return strings.ToLower(strings.NewReplacer("’", "'", "‘", "'", "ʼ", "'", "`", "'").Replace(name))
}
