package picks

import (
	"net/url"
	"slices"
	"strings"

	"marquee/internal/domain"
)

const (
	most    = 100  // films in one post
	longest = 2000 // paragraphs
)

// Post is a post that recommends films.
type Post struct {
	HTML string      // sanitised
	Day  domain.Date // on which it was published: "leaves Nov 30" means the next one
	Own  []string    // addresses on the critic's sites: what leads there from a title is a review
}

// Found is what a post holds.
type Found struct {
	Picks []domain.Pick // Why is HTML, not sanitised again
	Note  string        // HTML: what belongs to no film
}

// Reader reads posts. It is safe for use by several at once.
type Reader struct {
	heads       heads
	particulars particulars
}

// NewReader returns a Reader.
func NewReader() *Reader {
	return &Reader{heads: newHeads(), particulars: newParticulars()}
}

// Read makes out the films. It is false when fewer than half of the paragraphs
// belong to one: then the post is no list, or one in a way that we do not know,
// and must be shown as it is.
func (r *Reader) Read(p Post) (Found, bool) {
	a := article{Reader: r, day: p.Day, own: hosts(p.Own), blocks: blocksOf(p.HTML)}
	if len(a.blocks) > longest {
		return Found{}, false
	}
	a.mark()
	a.gather()
	if len(a.entries) == 0 || len(a.entries) > most || 2*a.understood() < a.paragraphs() {
		return Found{}, false
	}
	var found Found
	for _, e := range a.entries {
		found.Picks = append(found.Picks, a.pick(e))
	}
	found.Note = rendered(a.note)
	return found, true
}

// Particulars reads a line that is nothing but what stands beside a title, such as
// "leaves Nov 30", written on a day, into p, which keeps what it has.
func (r *Reader) Particulars(p *domain.Pick, line string, day domain.Date) bool {
	s := said{day: day}
	if n := r.particulars.take(&s, line, false); n == 0 || n < len(line) {
		return false
	}
	s.fill(p)
	return true
}

// hosts are the hosts of addresses, without www.
func hosts(addresses []string) []string {
	var all []string
	for _, address := range addresses {
		if host := hostOf(address); host != "" {
			all = append(all, host)
		}
	}
	return all
}

func hostOf(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return strings.TrimPrefix(strings.ToLower(u.Host), "www.")
}

// link gives a pick an address that its title or its service leads to: what it is
// depends on where it leads.
func (a *article) link(p *domain.Pick, address string) {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return
	}
	host := hostOf(address)
	parts := strings.Split(strings.Trim(u.Path, "/"), "/")
	switch {
	case slices.Contains(a.own, host):
		p.Review = address
	case host == "imdb.com" && len(parts) > 1 && parts[0] == "title":
		p.IMDB = parts[1]
	case host == "themoviedb.org" && len(parts) > 1 && parts[0] == "movie":
		p.TMDB, _, _ = strings.Cut(parts[1], "-")
	case !tellsOfFilms(host):
		p.URL = address
	}
}

// tellsOfFilms tells sites that say much of films and show none.
func tellsOfFilms(host string) bool {
	return slices.ContainsFunc([]string{
		"imdb.com", "themoviedb.org", "letterboxd.com", "boxd.it", "rottentomatoes.com", "metacritic.com", "wikipedia.org", "justwatch.com",
		"rogerebert.com", "patreon.com",
	}, func(site string) bool { return host == site || strings.HasSuffix(host, "."+site) })
}
