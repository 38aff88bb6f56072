package wordpress

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"marquee/internal/config"
	"marquee/internal/source"
)

// Options are the kind's keys in the configuration.
type Options struct {
	URL      string            `yaml:"url"`      // of the site's home page; required
	Types    []string          `yaml:"types"`    // of post; by default all that look editorial
	User     string            `yaml:"user"`     // whose eyes to read with; by default anybody's
	Password config.Secret     `yaml:"password"` // an application password of theirs
	Fields   map[string]string `yaml:"fields"`   // fact about the film → taxonomy or field that holds it
	Details  bool              `yaml:"details"`  // read the page of each new or changed piece for facts about its film
	Relist   config.Duration   `yaml:"relist"`   // how often all ids are compared
	Feed     string            `yaml:"feed"`     // what to read while the API is closed; by default what the home page names
}

// Feed makes the reader of a feed from the options "url" and "details"; with
// details it must be a source.Detailer. webfeed.New is one.
type Feed func(source.Env, config.Options) (source.Reader, error)

// Kind is the source kind "wordpress". feed reads what the REST API does not show.
func Kind(feed Feed) source.Kind {
	return source.Kind{
		Name: "wordpress",
		New:  func(env source.Env, opts config.Options) (source.Reader, error) { return New(env, opts, feed) },
	}
}

type reader struct {
	env    source.Env
	home   *url.URL // ends in /
	types  []string
	user   string
	login  *url.Userinfo // nil reads as anybody
	fields map[string]string
	relist time.Duration
	feed   string // empty is what the home page names
	feeds  Feed
	proven atomic.Bool // the login was accepted since the process began
}

// detailer is a reader that also reads the pages of new pieces, as the feed's
// reader does.
type detailer struct {
	*reader
	pages source.Detailer
}

// Detail implements source.Detailer with one request, for the piece's page.
func (d *detailer) Detail(ctx context.Context, raw *source.Raw) error {
	return d.pages.Detail(ctx, raw)
}

// New checks the options and returns a reader of the site. With details it is a
// source.Detailer too.
func New(env source.Env, opts config.Options, feed Feed) (source.Reader, error) {
	o := Options{Relist: config.Duration(24 * time.Hour)}
	if err := opts.Decode(&o); err != nil {
		return nil, err
	}
	home, err := o.check(opts)
	if err != nil {
		return nil, err
	}
	if env.Zone == nil {
		env.Zone = time.UTC
	}
	r := &reader{
		env: env, home: home.JoinPath("/"), types: o.Types, user: o.User, fields: o.Fields,
		relist: time.Duration(o.Relist), feed: o.Feed, feeds: feed,
	}
	if o.User != "" {
		r.login = url.UserPassword(o.User, o.Password.Reveal())
	}
	if !o.Details {
		return r, nil
	}
	other, err := r.feedReader(r.home.JoinPath("feed/").String(), true)
	if err != nil {
		return nil, err
	}
	pages, ok := other.(source.Detailer)
	if !ok {
		return nil, opts.Errorf("details", "the feed's reader knows none")
	}
	return &detailer{r, pages}, nil
}

// check finds every mistake in the options.
func (o *Options) check(opts config.Options) (home *url.URL, _ error) {
	var all []error
	wrong := func(key, format string, args ...any) { all = append(all, opts.Errorf(key, format, args...)) }
	home, err := url.Parse(o.URL)
	switch {
	case err != nil || !isWeb(home) || home.RawQuery != "" || home.Fragment != "":
		wrong("url", "must be the absolute address of the site's home page, https://…")
	case home.User != nil:
		wrong("url", "holds a user: write it as user, and an application password as password")
	case o.User != "" && !mayLogIn(home):
		wrong("url", "must begin with https:// when there is a password, which anybody on the way could read")
	}
	if (o.User == "") != o.Password.IsZero() {
		wrong("user", "needs a password, and a password a user: WordPress makes one under Users, Profile, Application Passwords")
	}
	if feed, err := url.Parse(o.Feed); o.Feed != "" && (err != nil || !isWeb(feed)) {
		wrong("feed", "must be the feed's absolute address, https://…")
	}
	if time.Duration(o.Relist) < time.Hour {
		wrong("relist", "is too often for a small site: write 1h or more")
	}
	if slices.ContainsFunc(o.Types, func(s string) bool { return strings.TrimSpace(s) == "" }) {
		wrong("types", "names nothing: write names of post types, such as post")
	}
	for fact, from := range o.Fields {
		if !slices.Contains(factNames(), fact) {
			wrong("fields."+fact, "is no fact about a film: write one of %s", strings.Join(factNames(), ", "))
		}
		if strings.Trim(from, ". ") == "" {
			wrong("fields."+fact, "names no field: write a path such as acf.rating, or a taxonomy's name")
		}
	}
	return home, errors.Join(all...)
}

// isWeb reports whether u is an absolute address that a browser opens.
func isWeb(u *url.URL) bool {
	return (u.Scheme == "http" || u.Scheme == "https") && u.Hostname() != ""
}

// mayLogIn reports whether a password may be sent to u: nobody but the two ends
// can read it.
func mayLogIn(u *url.URL) bool {
	ip, _ := netip.ParseAddr(u.Hostname()) // a name is none
	return u.Scheme == "https" || u.Hostname() == "localhost" || ip.IsLoopback()
}

// feedReader is a reader of the feed at an address.
func (r *reader) feedReader(address string, details bool) (source.Reader, error) {
	opts, err := config.ParseOptions(fmt.Sprintf("url: %q\ndetails: %t", address, details), r.env.Dir)
	if err != nil {
		return nil, err
	}
	return r.feeds(r.env, opts)
}

// settings is what besides the site decides what a Read gives: after a change
// every piece is read anew.
func (r *reader) settings() string {
	return fmt.Sprintf("1 %s %q %q %q", r.home, r.types, r.user, r.fields)
}
