package delivery

import (
	"strings"
	"sync"
	"time"

	"golang.org/x/time/rate"

	"marquee/internal/domain"
)

// domains are the recipients' domains that are treated gently: by configuration,
// or because of what was learnt about them. Runs of one process share them.
type domains struct {
	limits map[string]Limits // by domain; "*" for all others
	paces  *paces
	now    func() time.Time

	mu      sync.Mutex
	known   map[string]*domainGate
	changed chan struct{} // closed when a connection has left one
}

// domainGate is one domain as it is used.
type domainGate struct {
	limits  Limits
	limiter *rate.Limiter
	open    int // connections that are busy with it
	refused int // letters in a row, for policy
}

func newDomains(limits map[string]Limits, p *paces, now func() time.Time) *domains {
	return &domains{limits: limits, paces: p, now: now, known: map[string]*domainGate{}, changed: make(chan struct{})}
}

const domainPrefix = "domain "

// domainOf is the destination of an address, among paces.
func domainOf(email string) string {
	return DomainDestination(domain.HostOf(email))
}

// DomainDestination is the name of a recipients' domain, among paces.
func DomainDestination(host string) string { return domainPrefix + strings.ToLower(host) }

// isDomain tells domains from relays.
func isDomain(destination string) bool { return strings.HasPrefix(destination, domainPrefix) }

// watched reports whether any domain is treated gently at all.
func (d *domains) watched() bool { return len(d.limits) > 0 || d.paces.domains() }

// verdict is what a domain says to one letter more.
type verdict int

const (
	welcome verdict = iota // now
	crowded                // within this run
	rests                  // not before Pace.Until
)

// enter asks for a letter to a domain; with is whether the connection is busy
// with it already.
func (d *domains) enter(destination string, with bool) (verdict, Pace) {
	pace := d.paces.of(destination)
	if !pace.Until.IsZero() {
		return rests, pace
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	g := d.gate(destination)
	if !with && g.full(pace) || !g.limiter.AllowN(d.now(), 1) {
		return crowded, pace
	}
	if !with {
		g.open++
	}
	return welcome, pace
}

// full reports whether as many connections are busy with the domain as may be:
// one that was refused lately is asked by a single connection.
func (g *domainGate) full(pace Pace) bool {
	most := g.limits.Connections
	if pace.Level > 0 {
		most = max(most>>pace.Level, 1)
	}
	return most > 0 && g.open >= most
}

func (d *domains) gate(destination string) *domainGate {
	g := d.known[destination]
	if g == nil {
		limits, named := d.limits[strings.TrimPrefix(destination, domainPrefix)]
		if !named {
			limits = d.limits["*"]
		}
		g = &domainGate{limits: limits, limiter: limits.limiter()}
		d.known[destination] = g
	}
	return g
}

// leave ends a connection's work on domains.
func (d *domains) leave(destinations map[string]bool) {
	if len(destinations) == 0 {
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	for destination := range destinations {
		d.gate(destination).open--
	}
	close(d.changed)
	d.changed = make(chan struct{})
}

// wait is closed when it is worth asking again.
func (d *domains) wait() <-chan struct{} {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.changed
}

// policyStreak is how many letters in a row a domain refuses for policy before it
// is taken to mean us: one person's mailbox may be closed to strangers.
const policyStreak = 3

// refused counts a refusal for policy and reports whether the domain means us, so
// that asking it for others would only make it worse.
func (d *domains) refused(destination, enhanced string) bool {
	d.mu.Lock()
	defer d.mu.Unlock()
	g := d.gate(destination)
	g.refused++
	return g.refused >= policyStreak || unauthenticated(enhanced)
}

// unauthenticated reports whether a status says that a provider does not believe
// who we are, which is nobody's mailbox in particular (RFC 7372 §3, and what
// Gmail and Microsoft made of it).
func unauthenticated(enhanced string) bool {
	switch enhanced {
	case "5.7.20", "5.7.21", "5.7.22", "5.7.23", "5.7.24", "5.7.25", "5.7.26", "5.7.27", "5.7.29", "5.7.30", "5.7.32", "5.7.515":
		return true
	}
	return false
}

// accepted notes that domains took letters.
func (d *domains) accepted(taken []Claim) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, c := range taken {
		d.gate(domainOf(c.Email)).refused = 0
	}
}
