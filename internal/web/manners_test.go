package web_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"testing"

	"marquee/internal/token"
)

// Nobody has more than a few mails sent, whatever addresses they type; nobody
// else has to wait for that.
func TestMailsOfOneVisitor(t *testing.T) {
	t.Parallel()
	s, b := people(t)
	s.enroll(t, rosa)
	for n := range 10 {
		path, form := "/links", url.Values{"address": {rosa}}
		if n%2 == 1 {
			path, form = "/signup", url.Values{"address": {fmt.Sprintf("a%d@example.com", n)}}
		}
		s.sendFrom(t, "192.0.2.1", path, form).is(t, http.StatusOK)
	}
	for _, address := range []string{rosa, "nobody@example.com"} {
		g := s.sendFrom(t, "192.0.2.1", "/links", url.Values{"address": {address}}).is(t, http.StatusTooManyRequests)
		if wait, err := strconv.Atoi(g.Header.Get("Retry-After")); err != nil || wait < 1 || wait > 300 {
			t.Errorf("Retry-After %q", g.Header.Get("Retry-After"))
		}
		s.sendFrom(t, "192.0.2.1", "/signup", url.Values{"address": {address}}).is(t, http.StatusTooManyRequests)
	}
	if len(b.mails) != 10 {
		t.Errorf("%d mails", len(b.mails))
	}
	s.sendFrom(t, "192.0.2.2", "/links", url.Values{"address": {rosa}}).is(t, http.StatusOK)
	s.sendFrom(t, "2001:db8::1", "/links", url.Values{"address": {rosa}}).is(t, http.StatusOK)
}

// Who tries tokens gets nowhere, not even with a good one, for a while. They can
// unsubscribe all the same, and so can everybody behind the same address.
func TestGuesses(t *testing.T) {
	t.Parallel()
	s, _ := people(t)
	id := s.enroll(t, rosa)
	page, leave := "/p/"+s.mint.Make(token.Manage, id), "/u/"+s.mint.Make(token.Unsubscribe, id)
	from := func(method, path, visitor string) got {
		return s.do(t, method, path, "", "X-Forwarded-For", visitor)
	}
	for n := range 30 {
		from(http.MethodGet, fmt.Sprintf("/%s/%d", []string{"p", "e", "signup"}[n%3], n), "2001:db8:1:2::1").is(t, http.StatusNotFound)
	}
	from(http.MethodGet, "/p/x", "2001:db8:1:2::2").is(t, http.StatusTooManyRequests)
	from(http.MethodGet, page, "2001:db8:1:2::3").is(t, http.StatusTooManyRequests)
	from(http.MethodGet, page, "2001:db8:1:3::1").is(t, http.StatusOK)
	for range 50 {
		from(http.MethodGet, "/u/x", "2001:db8:1:2::1").is(t, http.StatusNotFound)
		from(http.MethodPost, "/u/x", "2001:db8:1:2::1").is(t, http.StatusNotFound)
	}
	from(http.MethodGet, leave, "2001:db8:1:2::1").is(t, http.StatusOK)
	s.do(t, http.MethodPost, leave, "List-Unsubscribe=One-Click", "Content-Type", "application/x-www-form-urlencoded",
		"X-Forwarded-For", "2001:db8:1:2::1").is(t, http.StatusOK)
	if got := s.suppressed(t, rosa); got != "unsubscribed" {
		t.Errorf("after one click they are %q", got)
	}
}

// A page's form is sent as often as a person might, and no more.
func TestChangesOfOneVisitor(t *testing.T) {
	t.Parallel()
	s, _ := people(t)
	id := s.enroll(t, rosa)
	page := "/p/" + s.mint.Make(token.Manage, id)
	form := url.Values{"form": {s.mint.Make(token.Form, id)}, "called": {"Rosa"}}
	for range 30 {
		s.sendFrom(t, "192.0.2.1", page, form).is(t, http.StatusOK)
	}
	form.Set("called", "Mallory")
	s.sendFrom(t, "192.0.2.1", page, form).is(t, http.StatusTooManyRequests)
	s.do(t, http.MethodGet, page, "", "X-Forwarded-For", "192.0.2.1").is(t, http.StatusOK)
	if r := s.record(t, id); r.Called != "Rosa" {
		t.Errorf("called %q", r.Called)
	}
}
