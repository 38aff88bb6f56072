package wordpress

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	xhtml "golang.org/x/net/html"

	"marquee/internal/domain"
	"marquee/internal/fetch"
)

// apiRel is how a site links to its REST API.
const apiRel = "https://api.w.org/"

// announced is what a site's home page names.
type announced struct {
	root string // of the REST API
	feed string // the site's own; archives and entries name others after it
}

// discover finds out where the API is and which types of piece are to be read.
// The types that st knows keep what is known of them.
func (r *reader) discover(ctx context.Context, st *state) error {
	page, err := r.readHome(ctx)
	if err != nil {
		return err
	}
	if page.feed != "" {
		st.Feed = page.feed
	}
	var refusal error
	for _, root := range r.roots(page.root, st.Root) {
		a, err := r.api(root)
		if err != nil {
			return err
		}
		found, err := a.types(ctx)
		switch {
		case err == nil:
			st.Root = root
			return r.choose(ctx, st, found)
		case !closed(err):
			return err
		case refusal == nil:
			refusal = err
		}
	}
	return refusal
}

// roots are where to look for the API: where the site says, where it was, and
// where it is unless somebody has hidden it, with pretty permalinks and without.
func (r *reader) roots(named, before string) []string {
	all := []string{named, before}
	if named == "" && before == "" {
		all = []string{r.home.JoinPath("wp-json/").String(), r.home.JoinPath("index.php").String() + "?rest_route=/"}
	}
	return slices.Compact(slices.DeleteFunc(all, func(s string) bool { return s == "" }))
}

// api is the API at an address, with the login if that may go there.
func (r *reader) api(root string) (*api, error) {
	u, err := url.Parse(root)
	if err != nil || !isWeb(u) {
		return nil, fmt.Errorf("%w address of the REST API", domain.ErrInvalid)
	}
	if r.login != nil && (!sameHost(u, r.home) || !mayLogIn(u)) {
		return nil, fmt.Errorf("the REST API is at %s, and the password is for %s: write that host, with https://, as url, "+
			"or remove user and password: %w", u.Redacted(), r.home, domain.ErrPermanent)
	}
	return &api{client: r.env.Client, root: u, login: r.login}, nil
}

// sameHost compares hosts with their ports, of which each scheme has its own.
func sameHost(a, b *url.URL) bool {
	port := func(u *url.URL) string {
		return cmp.Or(u.Port(), map[string]string{"http": "80", "https": "443"}[u.Scheme])
	}
	return strings.EqualFold(a.Hostname(), b.Hostname()) && port(a) == port(b)
}

// readHome reads what the home page names. A home page that is closed names
// nothing: the API may be open all the same.
func (r *reader) readHome(ctx context.Context) (announced, error) {
	res, err := r.env.Client.Get(ctx, fetch.Request{URL: r.home.String(), Accept: "text/html, */*;q=0.1"})
	if err != nil {
		if err = refused(err); closed(err) {
			return announced{}, nil
		}
		return announced{}, err
	}
	base, err := url.Parse(res.URL)
	if err != nil || !isWeb(base) {
		base = r.home
	}
	page := linksIn(res.Body)
	if root := linkHeader(res.Header); root != "" {
		page.root = root
	}
	return announced{root: secured(base, webAddress(base, page.root)), feed: webAddress(base, page.feed)}, nil
}

// secured is an address on the home page's host, with https if the home page
// came that way: behind a proxy WordPress does not know better.
func secured(base *url.URL, address string) string {
	rest, plain := strings.CutPrefix(address, "http://")
	if u, err := url.Parse(address); plain && err == nil && base.Scheme == "https" && u.Host == base.Host {
		return "https://" + rest
	}
	return address
}

// linkHeader is the API's root as a Link header names it. The header has other
// uses: lists have their pages there.
func linkHeader(h http.Header) string {
	link := regexp.MustCompile(`<([^>]*)>([^<]*)`)
	rel := regexp.MustCompile(`(?i);\s*rel\s*=\s*(?:"([^"]*)"|([^\s;,]+))`)
	for _, line := range h.Values("Link") {
		for _, l := range link.FindAllStringSubmatch(line, -1) {
			if m := rel.FindStringSubmatch(l[2]); m != nil && isAPIRel(m[1]+m[2]) {
				return l[1]
			}
		}
	}
	return ""
}

func isAPIRel(rels string) bool {
	return slices.ContainsFunc(strings.Fields(rels), func(rel string) bool { return strings.TrimSuffix(rel, "/")+"/" == apiRel })
}

// linksIn reads the links in a page's head.
func linksIn(page []byte) announced {
	var found announced
	z := xhtml.NewTokenizer(bytes.NewReader(page))
	for kind := z.Next(); kind != xhtml.ErrorToken; kind = z.Next() {
		if kind != xhtml.StartTagToken && kind != xhtml.SelfClosingTagToken {
			continue
		}
		switch t := z.Token(); t.Data {
		case "link":
			found.add(attributes(t))
		case "body":
			return found
		}
	}
	return found
}

func (a *announced) add(link map[string]string) {
	rels := strings.Fields(strings.ToLower(link["rel"]))
	switch {
	case isAPIRel(link["rel"]) && a.root == "":
		a.root = link["href"]
	case slices.Contains(rels, "alternate") && a.feed == "" &&
		(link["type"] == "application/rss+xml" || link["type"] == "application/atom+xml"):
		a.feed = link["href"]
	}
}

func attributes(t xhtml.Token) map[string]string {
	all := map[string]string{}
	for _, a := range t.Attr {
		all[a.Key] = a.Val
	}
	return all
}

// prove makes sure that the login is accepted. WordPress answers a wrong
// password as it answers anybody, in full and without a word; only this route
// tells. A failed login is no closed API: its error is no *refusalError, and is
// not tried again, since security plugins lock out who guesses.
func (r *reader) prove(ctx context.Context, a *api) error {
	if r.login == nil {
		return nil
	}
	var me struct {
		ID int64 `json:"id"`
	}
	_, err := a.get(ctx, "wp/v2/users/me", url.Values{"_fields": {"id"}}, &me)
	switch {
	case says(err, "rest_not_logged_in", "incorrect_password", "invalid_username", "invalid_email", "application_passwords_disabled"):
		return fmt.Errorf("log in to WordPress: user or password is not accepted: it must be the login name, and an application "+
			"password (Users, Profile), not the account's own; or the server keeps the Authorization header from WordPress: %w: %v",
			domain.ErrPermanent, err)
	case closed(err):
		return fmt.Errorf("log in to WordPress: whether the password is right cannot be told: let logged-in users "+
			"read /wp/v2/users/me, or remove user and password: %w: %v", domain.ErrPermanent, err)
	case err != nil:
		return fmt.Errorf("log in to WordPress: %w", err)
	}
	r.proven.Store(true)
	return nil
}

// hiddenTypes are the types of piece that are in the site's feed and not among
// names: what the site itself counts as news.
func (r *reader) hiddenTypes(ctx context.Context, st *state, names []string) ([]string, error) {
	feed, err := r.feedReader(r.feedAddress(st), false)
	if err != nil {
		return nil, err
	}
	res, err := feed.Read(ctx, nil)
	if err != nil {
		return nil, ctx.Err() // a site need not have a feed
	}
	var more []string
	for _, raw := range res.Items {
		if name, id := entryOf(raw.GUID); id > 0 && !slices.Contains(names, name) && !slices.Contains(more, name) {
			more = append(more, name)
		}
	}
	return more, nil
}
