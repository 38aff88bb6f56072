package web_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"marquee/internal/domain"
	"marquee/internal/gather"
	"marquee/internal/patron"
	"marquee/internal/token"
)

// subscribed is the site with a week's work, and somebody with a link.
func subscribed(t *testing.T) (s *stand, b *box, who domain.Patron) {
	t.Helper()
	s, b = people(t)
	check(t, s.store.SaveGathered(t.Context(), gather.Gathered{Source: "site", At: now(), Items: week()}))
	return s, b, s.supporter(t, rosa)
}

// supporter adds a patron.
func (s *stand) supporter(t *testing.T, address string) domain.Patron {
	t.Helper()
	check(t, s.store.ApplyDifference(t.Context(), "test", patron.Difference{Add: []domain.Patron{
		{Email: address, Name: "Rosa", Audience: domain.Audience{Standing: domain.Active, Tier: "Screenwriter"}},
	}}))
	p, err := s.store.PatronByEmail(t.Context(), address)
	check(t, err)
	return p
}

// link gives somebody a link and returns where their feeds are.
func (s *stand) link(t *testing.T, p domain.Patron) string {
	t.Helper()
	secret, err := s.links.Make(t.Context(), p.ID)
	check(t, err)
	return "/f/" + secret + "/"
}

// becomes changes what a roster says of somebody, seconds before they read on.
func (s *stand) becomes(t *testing.T, p domain.Patron, a domain.Audience) {
	t.Helper()
	after := p
	after.Audience = a
	check(t, s.store.ApplyDifference(t.Context(), "test", patron.Difference{Update: []patron.Update{{Before: p, After: after}}}))
	s.later.Add(int64(2 * time.Second))
}

func unpacked(t *testing.T, g got) string {
	t.Helper()
	var r io.Reader = strings.NewReader(g.body)
	switch g.Header.Get("Content-Encoding") {
	case "gzip":
		z, err := gzip.NewReader(r)
		check(t, err)
		z.Multistream(false)
		r = z
	case "zstd":
		z, err := zstd.NewReader(r)
		check(t, err)
		defer z.Close()
		r = z
	}
	text, err := io.ReadAll(r)
	check(t, err)
	return string(text)
}

func TestPrivateFeed(t *testing.T) {
	t.Parallel()
	s, _, rosa := subscribed(t)
	at := s.link(t, rosa)
	for ext, self := range map[string]string{"rss": `href="` + publication().Server + at + `reviews.rss"`, "atom": `href="` + publication().Server + at + `reviews.atom"`, "json": `"feed_url":"` + publication().Server + at + `reviews.json"`} {
		tags := map[string]string{}
		for _, coding := range []string{"identity", "gzip", "zstd"} {
			g := s.get(t, at+"reviews."+ext, "Accept-Encoding", coding).is(t, http.StatusOK)
			text := unpacked(t, g)
			if !strings.Contains(text, "soul") || strings.Count(text, self) != 1 || strings.Contains(text, "rel=\"hub\"") {
				t.Errorf("%s as %s holds not what a patron reads, at their address: %.300s", ext, coding, text)
			}
			if ext == "json" && !json.Valid([]byte(text)) || ext != "json" && xml.Unmarshal([]byte(text), new(any)) != nil {
				t.Errorf("%s as %s is not well-formed", ext, coding)
			}
			for name, want := range map[string]string{
				"Cache-Control": "private, no-cache", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex",
				"Vary": "Accept-Encoding", "Access-Control-Allow-Origin": "", "Link": "", "Set-Cookie": "",
			} {
				if got := g.Header.Get(name); got != want {
					t.Errorf("%s: %s %q, want %q", ext, name, got, want)
				}
			}
			tags[g.Header.Get("ETag")] = coding
			s.get(t, at+"reviews."+ext, "Accept-Encoding", coding, "If-None-Match", g.Header.Get("ETag")).is(t, http.StatusNotModified)
			head := s.do(t, http.MethodHead, at+"reviews."+ext, "", "Accept-Encoding", coding).is(t, http.StatusOK)
			if head.body != "" || head.Header.Get("Content-Length") != g.Header.Get("Content-Length") || head.Header.Get("ETag") != g.Header.Get("ETag") {
				t.Errorf("%s: HEAD says %v, GET %v", ext, head.Header, g.Header)
			}
			part := s.get(t, at+"reviews."+ext, "Accept-Encoding", coding, "Range", "bytes=0-99").is(t, http.StatusPartialContent)
			if part.body != g.body[:100] {
				t.Errorf("%s: another part", ext)
			}
		}
		if len(tags) != 3 {
			t.Errorf("%s: codings share a tag: %v", ext, tags)
		}
	}
	s.do(t, http.MethodPost, at+"reviews.rss", "").is(t, http.StatusMethodNotAllowed)
	if strings.Contains(s.log.String(), at[3:]) {
		t.Error("the token is in the log")
	}
}

// TestPrivateArchive: what has slid out of a patron's feed is in its archive, at
// their address.
func TestPrivateArchive(t *testing.T) {
	t.Parallel()
	s, _, rosa := subscribed(t)
	items := make([]domain.Item, 60)
	for i := range items {
		items[i] = domain.Item{GUID: fmt.Sprint("essay", i), Kind: domain.Essay, Title: "Essay", Teaser: "<p>x</p>", Body: "<p>all of it</p>"}
		settle(&items[i], now().AddDate(0, 0, -30-i))
		items[i].Backlog = true
	}
	check(t, s.store.SaveGathered(t.Context(), gather.Gathered{Source: "site", At: now(), Items: items}))
	s.later.Add(int64(2 * time.Second))
	at := s.link(t, rosa)
	older := regexp.MustCompile(`rel="prev-archive"[^>]* href="([^"]+)"|href="([^"]+)"[^>]* rel="prev-archive"`)
	whole := s.get(t, at+"reviews.rss").is(t, http.StatusOK)
	seen := 0
	for next := older.FindStringSubmatch(whole.body); next != nil; seen++ {
		path := strings.TrimPrefix(next[1]+next[2], publication().Server)
		if !strings.HasPrefix(path, at+"reviews/") {
			t.Fatalf("it leads to %q", path)
		}
		g := s.get(t, path, "Accept-Encoding", "gzip").is(t, http.StatusOK)
		text := unpacked(t, g)
		if !strings.Contains(text, "all of it") || g.Header.Get("Cache-Control") != "private, no-cache" || xml.Unmarshal([]byte(text), new(any)) != nil {
			t.Errorf("%s: %v %.300s", path, g.Header, text)
		}
		next = older.FindStringSubmatch(text)
	}
	if seen < 2 {
		t.Errorf("%d pages", seen)
	}
	s.get(t, at+"reviews/1999-01.rss").is(t, http.StatusNotFound)
	s.get(t, "/f/AAAAAAAAAAAAAAAAAAAAAA/reviews/2026-10.rss").is(t, http.StatusNotFound)
}

// TestDeadLinks: unknown, revoked, replaced and malformed links are not told apart.
func TestDeadLinks(t *testing.T) {
	t.Parallel()
	s, _, rosa := subscribed(t)
	replaced := s.link(t, rosa)
	at := s.link(t, rosa)
	s.get(t, at+"reviews.rss").is(t, http.StatusOK)
	other := s.supporter(t, "other@example.com")
	revoked := s.link(t, other)
	s.get(t, revoked+"reviews.rss").is(t, http.StatusOK)
	check(t, s.links.Revoke(t.Context(), other.ID))
	var first got
	for _, path := range []string{
		"/f/AAAAAAAAAAAAAAAAAAAAAA/reviews.rss", replaced + "reviews.rss", revoked + "reviews.rss", "/f/x/reviews.rss", "/f/" + strings.Repeat("x", 4000) + "/reviews.rss",
		"/f/%00%ff/reviews.rss", at + "nosuch.rss", at + "reviews.pdf", at + "reviews", replaced + "nosuch.rss", "/f/" + s.mint.Make(token.Manage, rosa.ID) + "/reviews.rss",
	} {
		g := s.get(t, path).is(t, http.StatusNotFound)
		g.Header.Del("Date")
		if first.Response == nil {
			first = g
		}
		if g.body != first.body || len(g.Header) != len(first.Header) {
			t.Errorf("%.40s is told apart: %v", path, g.Header)
		}
	}
}

// TestLapse: who lapses reads what everybody reads, and why, and comes back to all
// of it at the same address.
func TestLapse(t *testing.T) {
	t.Parallel()
	s, _, rosa := subscribed(t)
	at := s.link(t, rosa)
	full := s.get(t, at+"reviews.rss").is(t, http.StatusOK)
	for name, a := range map[string]domain.Audience{"former": {Standing: domain.Former}, "reader": {Standing: domain.Reader}} {
		s.becomes(t, rosa, a)
		g := s.get(t, at+"reviews.rss", "If-None-Match", full.Header.Get("ETag")).is(t, http.StatusOK)
		if strings.Contains(g.body, "soul") || !strings.Contains(g.body, "Become a patron again") || !strings.Contains(g.body, at) {
			t.Errorf("a %s reads %s", name, g.body)
		}
	}
	s.becomes(t, rosa, rosa.Audience)
	if g := s.get(t, at+"reviews.rss").is(t, http.StatusOK); g.body != full.body || g.Header.Get("ETag") != full.Header.Get("ETag") {
		t.Error("it does not come back by itself")
	}
}

// TestTwoPatrons: what they share is shared, and nobody has the other's address.
func TestTwoPatrons(t *testing.T) {
	t.Parallel()
	s, _, rosa := subscribed(t)
	a, b := s.link(t, rosa), s.link(t, s.supporter(t, "other@example.com"))
	one, two := s.get(t, a+"reviews.rss"), s.get(t, b+"reviews.rss")
	if one.body == two.body || strings.ReplaceAll(one.body, a, b) != two.body {
		t.Error("two copies differ in more than their address, or not in that")
	}
}

var formOf = regexp.MustCompile(`name="form" value="([\w-]+)"`)

// page opens somebody's own page and returns its address and its form's token.
func (s *stand) page(t *testing.T, id domain.PatronID) (path, form, text string) {
	t.Helper()
	path = "/p/" + s.mint.Make(token.Manage, id)
	g := s.get(t, path).is(t, http.StatusOK)
	return path, formOf.FindStringSubmatch(g.body)[1], words(g.html(t).Find("main"))
}

func TestFeedLinkPage(t *testing.T) {
	t.Parallel()
	s, b, rosa := subscribed(t)
	path, form, text := s.page(t, rosa.ID)
	if !strings.Contains(text, "Make my link") || strings.Contains(text, "Revoke it") {
		t.Errorf("before: %s", text)
	}
	do := func(what string) got {
		return s.send(t, path+"/feeds", url.Values{"form": {form}, "do": {what}})
	}
	shown := do("show").is(t, http.StatusOK)
	if shown.Header.Get("Cache-Control") != "private, no-store" || !strings.Contains(shown.Header.Get("Content-Security-Policy"), "script-src 'self'") {
		t.Errorf("headers %v", shown.Header)
	}
	accessible(t, "shown", shown.html(t))
	address, _ := shown.html(t).Find("input[readonly]").First().Attr("value")
	own := strings.TrimPrefix(address, publication().Server)
	s.get(t, own, "User-Agent", "NetNewsWire (RSS Reader; https://netnewswire.com/)").is(t, http.StatusOK)
	s.get(t, own, "User-Agent", "Feedly/1.0 (3 subscribers)").is(t, http.StatusOK)
	accessible(t, "page", s.get(t, path).html(t))
	_, _, text = s.page(t, rosa.ID)
	for _, want := range []string{"NetNewsWirereviews.rssNovember 21, 2026", "in other hands", "Feedly says that it reads for more than one", "Revoke it"} {
		if !strings.Contains(text, want) {
			t.Errorf("the page lacks %q: %s", want, text)
		}
	}
	if record := s.get(t, path+"/export"); !strings.Contains(record.body, `"software": "NetNewsWire"`) {
		t.Error("what is noted is not in what is held about them")
	}

	do("mail").is(t, http.StatusOK)
	s.get(t, own).is(t, http.StatusNotFound)
	if len(b.mails) != 2 || !strings.HasPrefix(b.mails[0], "feeds "+rosa.Email+" "+publication().Server+"/f/") {
		t.Fatalf("mails %v", b.mails)
	}
	mailed := b.mails[0][strings.Index(b.mails[0], "/f/"):]
	s.get(t, mailed).is(t, http.StatusOK)
	do("revoke").is(t, http.StatusOK)
	s.get(t, mailed).is(t, http.StatusNotFound)

	do("").is(t, http.StatusBadRequest)
	s.send(t, path+"/feeds", url.Values{"form": {"x"}, "do": {"show"}}).is(t, http.StatusBadRequest)
	s.do(t, http.MethodPost, path+"/feeds", "form="+form+"&do=show", "Content-Type", "application/x-www-form-urlencoded", "Sec-Fetch-Site", "cross-site").is(t, http.StatusForbidden)
	s.get(t, path+"/feeds").is(t, http.StatusMethodNotAllowed)
	s.becomes(t, rosa, domain.Audience{Standing: domain.Former})
	if _, _, text = s.page(t, rosa.ID); strings.Contains(text, "Your own feeds") {
		t.Error("who is no patron is offered a link")
	}
	do("show").is(t, http.StatusNotFound)
}

// TestRecordsHoldNoToken: it is kept nowhere.
func TestRecordsHoldNoToken(t *testing.T) {
	t.Parallel()
	s, _, rosa := subscribed(t)
	at := s.link(t, rosa)
	r, err := json.Marshal(s.record(t, rosa.ID))
	check(t, err)
	if bytes.Contains(r, []byte(at[3:25])) {
		t.Error("the record holds the token")
	}
}
