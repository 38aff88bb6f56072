package hook

import (
	"context"
	"crypto/sha256"
	"net/http"
	"sync"
	"time"

	"marquee/internal/domain"
	"marquee/internal/web"
)

// pokesApart is how often a site may say that it has something new.
const pokesApart = 10 * time.Second

// GatherStore is what is told of a source.
type GatherStore interface {
	// PokeSource notes that somebody says there is something new in a source.
	PokeSource(ctx context.Context, name string, at time.Time) error
}

// Gather takes the word of a site that has published something: POST to
// /hooks/gather/TOKEN. What it sends is not looked at. The source is read within a
// minute, unless it has asked to be left alone.
type Gather struct {
	Tokens map[string]string // a source's secret → its name
	Store  GatherStore
	Now    func() time.Time
}

// Routes adds the route to a site.
func (g Gather) Routes(site *web.Site) {
	taker := &gatherTaker{Gather: g, sources: map[[sha256.Size]byte]string{}, last: map[string]time.Time{}}
	for token, name := range g.Tokens { // by their hashes: how long a search takes tells nothing of them
		taker.sources[sha256.Sum256([]byte(token))] = name
	}
	site.HandleOneClick("/hooks/gather/{token}", taker.take)
}

type gatherTaker struct {
	Gather
	sources map[[sha256.Size]byte]string

	mu   sync.Mutex
	last map[string]time.Time // when a source was spoken of
}

func (g *gatherTaker) take(w http.ResponseWriter, r *http.Request) error {
	w.Header().Set("Cache-Control", "no-store")
	name, ok := g.sources[sha256.Sum256([]byte(r.PathValue("token")))]
	if !ok {
		return domain.ErrNotFound
	}
	now := g.Now()
	if g.tooSoon(name, now) {
		w.Header().Set("Retry-After", "10")
		w.WriteHeader(http.StatusTooManyRequests) // RFC 6585 §4
		return nil
	}
	if err := g.Store.PokeSource(r.Context(), name, now); err != nil {
		return err
	}
	w.WriteHeader(http.StatusAccepted)
	return nil
}

// tooSoon tells whether the source was spoken of a moment ago: it is read no sooner
// for being spoken of twice.
func (g *gatherTaker) tooSoon(name string, now time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if now.Sub(g.last[name]).Abs() < pokesApart {
		return true
	}
	g.last[name] = now
	return false
}
