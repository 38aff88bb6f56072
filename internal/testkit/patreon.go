package testkit

import (
	"bytes"
	"cmp"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"time"
)

// PatreonConfig says how a Patreon behaves. The zero value is one that behaves
// well, by a clock that stands still until it is advanced.
type PatreonConfig struct {
	Now          time.Time // where its clock begins; November 20, 2026 by default
	ClientID     string    // of the creator's client
	ClientSecret string
	Access       string   // the creator's first pair of tokens
	Refresh      string   // single use
	Scopes       []string // of the tokens; nil is all

	TokenLife  time.Duration // of an access token; 31 days by default
	CursorLife time.Duration // an hour by default
	PerMinute  int           // requests a minute and token; 100 by default, and negative is any number
	// Blink is how long, from the moment of charging on each first of a month,
	// nobody seems to be entitled to anything.
	Blink time.Duration
	// BareEnd ends lists without "cursors", as some answers do, instead of with
	// a null in it.
	BareEnd bool
}

// Patreon is a fake of Patreon's API v2. It is as strict as the real one, and
// stricter where a careless client would go unnoticed: attributes and relations
// are given only when asked for, unknown ones and bare brackets are refused, and
// who insists with a token that is not taken is shut out. It is safe for
// concurrent use.
type Patreon struct {
	cfg PatreonConfig

	mu        sync.Mutex
	now       time.Time
	campaigns []*PatreonCampaign
	oauth     patreonOAuth
	cursors   map[string]patreonCursor
	recent    []time.Time // of requests, for the limit
	troubles  []*PatreonTrouble
	hooks     []*patreonHook
	asked     []PatreonRequest
	ids       int // given so far
}

// PatreonRequest is one request, with its answer's status.
type PatreonRequest struct {
	Method string
	Path   string
	Query  string
	Status int
}

// NewPatreon is a Patreon without campaigns.
func NewPatreon(cfg PatreonConfig) *Patreon {
	if cfg.Now.IsZero() {
		cfg.Now = time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC)
	}
	cfg.TokenLife = cmp.Or(cfg.TokenLife, 31*24*time.Hour)
	cfg.CursorLife = cmp.Or(cfg.CursorLife, time.Hour)
	cfg.PerMinute = cmp.Or(cfg.PerMinute, 100)
	p := &Patreon{cfg: cfg, now: cfg.Now.UTC(), cursors: map[string]patreonCursor{}}
	p.oauth = patreonOAuth{access: cfg.Access, refresh: cfg.Refresh, expires: p.now.Add(cfg.TokenLife)}
	return p
}

// Now is the time by Patreon's own clock.
func (p *Patreon) Now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now
}

// Advance moves the clock, and charges everybody whose day comes.
func (p *Patreon) Advance(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	end := p.now.Add(d)
	for at := firstOfMonth(p.now); !at.After(end); at = firstOfMonth(at) {
		p.now = at
		for _, c := range p.campaigns {
			c.charge()
		}
	}
	p.now = end
}

// firstOfMonth is the next moment of charging after t.
func firstOfMonth(t time.Time) time.Time {
	at := time.Date(t.Year(), t.Month(), 1, 8, 0, 0, 0, time.UTC)
	if !at.After(t) {
		at = at.AddDate(0, 1, 0)
	}
	return at
}

// blinking reports whether nobody seems entitled.
func (p *Patreon) blinking() bool {
	at := time.Date(p.now.Year(), p.now.Month(), 1, 8, 0, 0, 0, time.UTC)
	return !p.now.Before(at) && p.now.Before(at.Add(p.cfg.Blink))
}

// Requests are the requests so far, in order.
func (p *Patreon) Requests() []PatreonRequest {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Clone(p.asked)
}

// Forget empties the log of requests.
func (p *Patreon) Forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.asked = nil
}

// Transport asks the Patreon in the same process, whatever host is meant.
func (p *Patreon) Transport() http.RoundTripper { return inProcess{p} }

// inProcess is a transport to a handler in the same process.
type inProcess struct{ h http.Handler }

// RoundTrip implements http.RoundTripper.
func (t inProcess) RoundTrip(r *http.Request) (*http.Response, error) {
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	in := r.Clone(r.Context())
	in.RequestURI, in.Host = r.URL.RequestURI(), r.URL.Host
	rec := httptest.NewRecorder()
	t.h.ServeHTTP(rec, in)
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	return rec.Result(), nil
}

// ServeHTTP answers as Patreon does.
func (p *Patreon) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	trouble := p.trouble(r.URL.Path)
	a := trouble.before(p, r)
	if a == nil {
		a = p.answer(r, trouble)
	}
	a = trouble.after(a)
	p.asked = append(p.asked, PatreonRequest{Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Status: a.status})
	a.write(w)
}

// answer is how a request is answered when nothing is wrong but the request.
func (p *Patreon) answer(r *http.Request, trouble *PatreonTrouble) *patreonAnswer {
	path, ours := strings.CutPrefix(r.URL.Path, "/api/oauth2/v2/")
	switch {
	case r.Header.Get("User-Agent") == "" || p.oauth.denied >= patreonPatience:
		return patreonPage(http.StatusForbidden)
	case r.URL.Path == "/api/oauth2/token":
		return p.token(r)
	case !ours:
		return patreonPage(http.StatusNotFound)
	case strings.ContainsAny(r.URL.RawQuery, "[]"):
		return patreonError(http.StatusBadRequest, "ParameterInvalid", "brackets must be escaped")
	}
	if !p.authorized(r) {
		return patreonError(http.StatusUnauthorized, "Unauthorized", "The server could not verify that you are authorized to access the URL requested.")
	}
	if p.throttled() {
		return patreonThrottled(p, ThrottledBoth)
	}
	return p.route(strings.Split(path, "/"), r, trouble)
}

// route finds what a path below /api/oauth2/v2/ is about.
func (p *Patreon) route(path []string, r *http.Request, trouble *PatreonTrouble) *patreonAnswer {
	ask := newPatreonQuery(r.URL.Query())
	switch {
	case path[0] == "webhooks":
		return p.webhooks(path[1:], r)
	case r.Method != http.MethodGet:
		return patreonError(http.StatusMethodNotAllowed, "MethodNotAllowed", "")
	case len(path) == 1 && path[0] == "campaigns":
		return p.listCampaigns(ask)
	case len(path) == 3 && path[0] == "campaigns" && path[2] == "members":
		return p.listMembers(path[1], ask, trouble)
	case len(path) == 3 && path[0] == "campaigns" && path[2] == "posts":
		return p.listPosts(path[1], ask, trouble)
	case len(path) == 2 && path[0] == "members":
		return p.oneMember(path[1], ask)
	case len(path) == 2 && path[0] == "posts":
		return p.onePost(path[1], ask)
	}
	return patreonError(http.StatusNotFound, "ResourceMissing", "")
}

// throttled counts a request, and reports whether it is one too many: more than
// a token may ask in a minute, or a client in two seconds.
func (p *Patreon) throttled() bool {
	if p.cfg.PerMinute < 0 {
		return false
	}
	p.recent = slices.DeleteFunc(p.recent, func(at time.Time) bool { return p.now.Sub(at) >= time.Minute })
	if len(p.recent) >= p.cfg.PerMinute {
		return true
	}
	p.recent = append(p.recent, p.now)
	return false
}

// allowed reports whether the tokens have a scope.
func (p *Patreon) allowed(scope string) bool {
	return p.cfg.Scopes == nil || slices.Contains(p.cfg.Scopes, scope)
}

// patreonAnswer is what is sent back.
type patreonAnswer struct {
	status int
	header http.Header
	body   []byte
	cut    int // how many bytes at the end never come
}

func (a *patreonAnswer) write(w http.ResponseWriter) {
	maps.Copy(w.Header(), a.header)
	w.WriteHeader(a.status)
	_, _ = w.Write(bytes.Clone(a.body[:len(a.body)-a.cut])) // the client's going away is its own affair
}
