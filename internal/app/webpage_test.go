package app_test

import (
	"strings"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/testkit"
)

const (
	listPage = `<html><head><title>Reviews</title></head><body><div class="card"><h2><a href="/reviews/copperwire/">Copperwire</a></h2>
		<span class="date">November 18, 2026</span></div><div class="card"><h2><a href="/reviews/winter-count/">Winter Count</a></h2>
		<span class="date">November 17, 2026</span></div></body></html>`
	closedPage = `<html><head><title>Copperwire</title></head><body><article><h1>Copperwire</h1>
		<p>A lineman hears a voice in the wires. The full review is currently exclusive to Patreon subscribers.</p></article></body></html>`
	openPage = `<html><head><title>Copperwire</title></head><body><article><h1>Copperwire</h1>
		<p>A lineman hears a voice in the wires, and answers. That is all there is to it, and it is a great deal.</p></article></body></html>`
	otherPage = `<html><head><title>Winter Count</title></head><body><article><h1>Winter Count</h1><p>Snow, and then more snow.</p></article></body></html>`
)

// A list of reviews tells nothing of what their pages hold: that an exclusive one was
// opened is seen on its page, within what robots.txt allows, and nothing else is
// concluded from a list that does not change.
func TestReviewOfAListIsOpened(t *testing.T) {
	t.Parallel()
	site := testkit.NewSite()
	for state, page := range map[string]string{"": closedPage, "open": openPage} {
		site.Set(state, "/reviews/", "text/html", []byte(listPage))
		site.Set(state, "/reviews/copperwire/", "text/html", []byte(page))
		site.Set(state, "/reviews/winter-count/", "text/html", []byte(otherPage))
	}
	p := publish(t, "sources:\n  site:\n    kind: webpage\n    list: {url: \""+serve(t, site)+"/reviews/\", items: .card, link: h2 a, title: h2, date: .date}\n"+
		"    article: {content: article}\n", "feeds: {all: {}}")
	i := p.open(t, slotTime)
	i.gather(t)
	opened := func() bool {
		t.Helper()
		for _, it := range i.items(t, "site") {
			if it.Title == "Copperwire" {
				return !it.Exclusive && !it.Opened.IsZero()
			}
		}
		t.Fatalf("the review is not there: %+v", i.items(t, "site"))
		return false
	}
	for day, state := range []string{"", "", "open", "open"} {
		site.Turn(state)
		site.Forget()
		i.now = i.now.Add(25 * time.Hour)
		reports, failures := i.gather(t)
		if len(failures) > 0 || opened() != (state == "open") {
			t.Errorf("day %d: %v, opened %t: %v", day+2, failures, opened(), reports["site"])
		}
		looks := 0
		for _, r := range site.Requests() {
			if strings.HasPrefix(r.Target, "/reviews/winter-count") {
				t.Errorf("day %d: a review that anybody may read was looked at", day+2)
			}
			if r.Target == "/reviews/copperwire/" {
				looks++
			}
		}
		if looks > 1 {
			t.Errorf("day %d: %d looks at one page", day+2, looks)
		}
	}
	events, err := i.Store().Events(t.Context(), domain.EventQuery{})
	if err != nil || len(events) == 0 || events[len(events)-1].Kind != domain.EventNowFree && events[len(events)-1].Kind != domain.EventChanged {
		t.Errorf("%v, %v", events, err)
	}
}
