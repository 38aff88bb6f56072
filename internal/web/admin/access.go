package admin

import (
	"context"
	"crypto/subtle"
	"errors"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/operator"
	"marquee/internal/web"
)

// manners bound how often a password may be guessed. Who runs into the second
// can still log in from the machine itself.
type manners struct {
	guesses web.Limit // of one visitor
	all     web.Limit // of all who are not on this machine
	acts    web.Limit // forms behind signed links
}

func newManners() *manners {
	return &manners{
		guesses: web.Limit{Burst: 5, Every: time.Minute},
		all:     web.Limit{Burst: 60, Every: 10 * time.Second},
		acts:    web.Limit{Burst: 20, Every: 30 * time.Second},
	}
}

// visit is what is known of how a request came.
type visit struct {
	local  bool // from this machine, through nobody
	secure bool // over TLS, or from this machine
}

// visitOf believes what proxies of ours say, and nobody else.
func (h *handlers) visitOf(r *http.Request) visit {
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	if err != nil {
		return visit{}
	}
	forwarded := r.Header.Get("X-Forwarded-For") + r.Header.Get("Forwarded") + r.Header.Get("X-Forwarded-Proto")
	if forwarded == "" && peer.Addr().Unmap().IsLoopback() {
		return visit{local: true, secure: true}
	}
	if r.TLS != nil {
		return visit{secure: true}
	}
	scheme, _, _ := strings.Cut(r.Header.Get("X-Forwarded-Proto"), ",")
	if scheme == "" {
		scheme, _, _ = strings.Cut(h.Publication.Server, ":")
	}
	return visit{secure: h.Proxies.Trust(peer.Addr()) && strings.TrimSpace(scheme) == "https"}
}

// reachable serves a page to whoever comes by a way that admin.access allows.
func (h *handlers) reachable(next web.HandlerFunc) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		v := h.visitOf(r)
		switch {
		case h.Access.Access == config.AdminOpen, v.local, v.secure && h.Access.Access == config.AdminSecure:
			return next(w, r)
		}
		return h.show(w, r, http.StatusForbidden, "refused", "Not this way", h.Access.Access)
	}
}

// known serves a page to the operator, and sends everybody else to log in.
func (h *handlers) known(next web.HandlerFunc) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		ok, err := h.isOperator(r)
		switch {
		case err != nil:
			return err
		case ok:
			r = r.WithContext(context.WithValue(r.Context(), in{}, true))
			return h.tell(w, r, next(w, r))
		case r.Method != http.MethodGet && r.Method != http.MethodHead:
			http.Redirect(w, r, loginPath, http.StatusSeeOther)
			return nil
		}
		private(w.Header())
		http.Redirect(w, r, loginPath+"?to="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return nil
	}
}

// in marks the context of requests that the operator sent.
type in struct{}

func (h *handlers) isIn(r *http.Request) bool { return r.Context().Value(in{}) != nil }

func (h *handlers) isOperator(r *http.Request) (bool, error) {
	if h.isIdentified(r) {
		return true, nil
	}
	for _, c := range r.CookiesNamed(cookie) {
		if ok, err := h.Operator.Known(r.Context(), c.Value); ok || err != nil {
			return ok, err
		}
	}
	return false, nil
}

// isIdentified reports whether a proxy of ours says that it is the operator.
func (h *handlers) isIdentified(r *http.Request) bool {
	if h.Access.Header == "" {
		return false
	}
	peer, err := netip.ParseAddrPort(r.RemoteAddr)
	says := r.Header.Values(h.Access.Header)
	return err == nil && len(says) == 1 && h.Proxies.Trust(peer.Addr()) &&
		subtle.ConstantTimeCompare([]byte(says[0]), []byte(h.Access.Identity)) == 1
}

const (
	loginPath = "/admin/login"
	cookie    = "marquee"
)

// loginView is what admin_login.html.tmpl sees.
type loginView struct {
	To    string
	Wrong bool
	None  bool   // nobody has set a password
	Wait  string // how long, after too many guesses
}

func (h *handlers) askLogin(w http.ResponseWriter, r *http.Request) error {
	return h.show(w, r, http.StatusOK, "login", "Log in", loginView{To: inside(r.URL.Query().Get("to"))})
}

// login begins a session for whoever knows the password. Only what fails counts
// against the limits.
func (h *handlers) login(w http.ResponseWriter, r *http.Request) error {
	to := inside(r.PostFormValue("to"))
	if err := h.mayGuess(r, (*web.Limit).Check); err != nil {
		return h.askToWait(w, r, to, err)
	}
	secret, err := h.Operator.Login(r.Context(), r.PostFormValue("password"))
	switch {
	case errors.Is(err, operator.ErrNoPassword):
		return h.show(w, r, http.StatusForbidden, "login", "Log in", loginView{To: to, None: true})
	case errors.Is(err, domain.ErrNotEntitled):
		if err := h.mayGuess(r, (*web.Limit).Take); err != nil {
			return h.askToWait(w, r, to, err)
		}
		return h.show(w, r, http.StatusForbidden, "login", "Log in", loginView{To: to, Wrong: true})
	case err != nil:
		return err
	}
	http.SetCookie(w, h.cookieFor(r, secret, operator.Longest))
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// askToWait answers who guesses too often on the page where they did.
func (h *handlers) askToWait(w http.ResponseWriter, r *http.Request, to string, err error) error {
	often, ok := errors.AsType[*web.TooManyError](err)
	if !ok {
		return err
	}
	w.Header().Set("Retry-After", often.Seconds())
	return h.show(w, r, http.StatusTooManyRequests, "login", "Log in", loginView{To: to, Wait: often.Words()})
}

// mayGuess asks both limits. Nobody can use up the operator's own guesses on this
// machine.
func (h *handlers) mayGuess(r *http.Request, ask func(*web.Limit, netip.Prefix, time.Time) error) error {
	if err := ask(&h.guesses, h.Proxies.Visitor(r), h.Now()); err != nil || h.visitOf(r).local {
		return err
	}
	return ask(&h.all, netip.Prefix{}, h.Now())
}

// cookieFor is a cookie that no script reads, and that is sent along from other
// sites' pages to pages alone, never with their forms.
func (h *handlers) cookieFor(r *http.Request, secret string, lasts time.Duration) *http.Cookie {
	v := h.visitOf(r)
	return &http.Cookie{ //nolint:gosec // Secure where it can be: without TLS nobody else is on the way
		Name: cookie, Value: secret, Path: "/admin/", MaxAge: int(lasts / time.Second),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: v.secure && !v.local,
	}
}

func (h *handlers) logout(w http.ResponseWriter, r *http.Request) error {
	for _, c := range r.CookiesNamed(cookie) {
		if err := h.Operator.Logout(r.Context(), c.Value); err != nil {
			return err
		}
	}
	http.SetCookie(w, h.cookieFor(r, "", -time.Second))
	http.Redirect(w, r, loginPath, http.StatusSeeOther)
	return nil
}

// inside is an address of ours to go on to, never another site's.
func inside(to string) string {
	u, err := url.Parse(to)
	if err != nil || u.Host != "" || u.Scheme != "" || !strings.HasPrefix(u.Path, "/admin/") || strings.Contains(to, `\`) {
		return "/admin/"
	}
	return u.RequestURI()
}
