package webfeed_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/fetch"
	"marquee/internal/source"
	"marquee/internal/source/webfeed"
)

const feedURL = "https://www.lanternscreen.example/feed/"

// poller reads one feed again and again, as the scheduler does, from a server
// that is a function.
type poller struct {
	t     *testing.T
	now   time.Time
	serve func(fetch.Request) (*fetch.Response, error)
	asked []string // address, then validators if there were any
	state source.State
	r     source.Reader
}

func newPoller(t *testing.T, serve func(fetch.Request) (*fetch.Response, error)) *poller {
	t.Helper()
	p := &poller{t: t, now: time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC), serve: serve}
	o, err := config.ParseOptions("url: "+feedURL, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	p.r, err = webfeed.New(source.Env{Name: "test", Client: p, Zone: time.UTC, Now: func() time.Time { return p.now }}, o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// Get implements source.Getter.
func (p *poller) Get(_ context.Context, req fetch.Request) (*fetch.Response, error) {
	p.asked = append(p.asked, strings.TrimSpace(req.URL+" "+req.ETag+" "+req.LastModified))
	return p.serve(req)
}

// poll reads once, after some time has passed.
func (p *poller) poll(after time.Duration) (source.Result, error) {
	p.now = p.now.Add(after)
	res, err := p.r.Read(p.t.Context(), p.state)
	if err == nil {
		p.state = res.State
	}
	return res, err
}

func answer(req fetch.Request, etag string) *fetch.Response {
	if etag != "" && req.ETag == etag {
		return &fetch.Response{NotModified: true, URL: req.URL, ETag: etag}
	}
	return &fetch.Response{URL: req.URL, ETag: etag, Body: []byte(oneItem)}
}

// One request without validators, ever; but for one a week, since a server may
// not notice that an item was taken back.
func TestUnconditionalOnceAWeek(t *testing.T) {
	t.Parallel()
	p := newPoller(t, func(req fetch.Request) (*fetch.Response, error) { return answer(req, `"1"`), nil })
	for range 15 * 24 {
		if _, err := p.poll(time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	unconditional := 0
	for _, asked := range p.asked {
		if !strings.Contains(asked, `"1"`) {
			unconditional++
		}
	}
	if unconditional != 3 || len(p.asked) != 15*24 { // the first, and after one and two weeks
		t.Errorf("%d of %d requests were unconditional", unconditional, len(p.asked))
	}
	before := p.asked
	p.state = []byte(`{"url":"` + feedURL + `","etag":"\"1\"","hash":"x"}`) // of a version that did not count the days
	if _, err := p.poll(time.Hour); err != nil || !strings.HasSuffix(p.asked[len(before)], `"1"`) {
		t.Errorf("after an upgrade: asked %s, %v", p.asked[len(before)], err)
	}
}

// What is no feed, or half of one, leaves the state as it was.
func TestBrokenAnswersLeaveTheState(t *testing.T) {
	t.Parallel()
	body := oneItem
	p := newPoller(t, func(req fetch.Request) (*fetch.Response, error) {
		return &fetch.Response{URL: req.URL, ETag: `"` + body[:min(len(body), 5)] + `"`, Body: []byte(body)}, nil
	})
	if _, err := p.poll(0); err != nil {
		t.Fatal(err)
	}
	good := string(p.state)
	for _, body = range []string{"", "<html><title>Maintenance</title></html>", "<rss><channel></channel></rss>", "{}", oneItem[:len(oneItem)-20] + " "} {
		if _, err := p.poll(time.Hour); err == nil && !strings.Contains(body, "<item>") {
			t.Errorf("%q was read", body)
		}
		if string(p.state) != good {
			t.Errorf("%q: the state became %s", body, p.state)
		}
	}
}

// A permanent redirect is followed for a day before it is believed; it is
// forgotten when it fails.
func TestMovedIsLearnedSlowly(t *testing.T) {
	t.Parallel()
	const away = "https://new.example/feed/"
	var broken, back bool
	p := newPoller(t, func(req fetch.Request) (*fetch.Response, error) {
		if req.URL == away && broken {
			return nil, &fetch.Error{URL: away, Status: http.StatusNotFound}
		}
		res := answer(req, `"1"`)
		if req.URL == feedURL && !back {
			res.URL, res.Moved = away, away
		}
		return res, nil
	})
	poll := func(after time.Duration) string {
		t.Helper()
		p.asked = nil
		if _, err := p.poll(after); err != nil {
			t.Error(err)
		}
		return strings.Join(p.asked, ", ")
	}
	for i, step := range []struct {
		after time.Duration
		want  string
	}{
		{0, feedURL},
		{time.Hour, feedURL + ` "1"`},
		{time.Hour, feedURL + ` "1"`},
		{time.Hour, feedURL + ` "1"`}, // three times, but not for a day
		{24 * time.Hour, away + ` "1"`},
		{time.Hour, away + ` "1"`},
		{6 * 24 * time.Hour, feedURL}, // all of it, and whether it still redirects
		{time.Hour, away + ` "1"`},
	} {
		if got := poll(step.after); got != step.want {
			t.Errorf("poll %d asked %s, want %s", i, got, step.want)
		}
	}
	broken, back = true, true
	if got := poll(time.Hour); got != away+` "1", `+feedURL+` "1"` {
		t.Errorf("when it failed: %s", got)
	}
	if got := poll(time.Hour); got != feedURL+` "1"` {
		t.Errorf("afterwards: %s", got)
	}
}

// Validators go back to whoever issued them, not to the host that redirects.
func TestIssuerOfValidators(t *testing.T) {
	t.Parallel()
	var issuers []string
	p := newPoller(t, func(req fetch.Request) (*fetch.Response, error) {
		issuers = append(issuers, req.Issuer)
		return &fetch.Response{URL: "https://cdn.example/feed.xml", ETag: `"1"`, Body: []byte(oneItem)}, nil
	})
	for range 2 {
		if _, err := p.poll(time.Hour); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]string{"", "https://cdn.example/feed.xml"}, issuers); diff != "" {
		t.Error(diff)
	}
}

func TestGoneSaysSo(t *testing.T) {
	t.Parallel()
	p := newPoller(t, func(req fetch.Request) (*fetch.Response, error) {
		return nil, &fetch.Error{URL: req.URL, Status: http.StatusGone}
	})
	if _, err := p.poll(0); !errors.Is(err, domain.ErrPermanent) || !strings.Contains(err.Error(), "the feed was taken down") {
		t.Errorf("%v", err)
	}
}

// When a feed may be asked again is what it says itself, or its server: the
// longest counts, but no more than a day.
func TestNotBefore(t *testing.T) {
	t.Parallel()
	const start = "2026-11-20T17:00" // a Friday
	for name, c := range map[string]struct {
		channel string
		header  http.Header
		want    string // "" is any time
	}{
		"nothing":              {"", nil, ""},
		"ttl":                  {"<ttl>90</ttl>", nil, "2026-11-20T18:30"},
		"ttl of a year":        {"<ttl>525600</ttl>", nil, "2026-11-21T17:00"},
		"ttl that is none":     {"<ttl>soon</ttl><ttl>-5</ttl>", nil, ""},
		"hourly":               {"<sy:updatePeriod>\n\thourly\t</sy:updatePeriod><sy:updateFrequency>2</sy:updateFrequency>", nil, "2026-11-20T17:30"},
		"weekly":               {"<sy:updatePeriod>weekly</sy:updatePeriod>", nil, "2026-11-21T17:00"},
		"max-age":              {"", http.Header{"Cache-Control": {"public, max-age=3600"}}, "2026-11-20T18:00"},
		"max-age less age":     {"", http.Header{"Cache-Control": {"max-age=3600"}, "Age": {"600"}}, "2026-11-20T17:50"},
		"older than max-age":   {"", http.Header{"Cache-Control": {"max-age=60"}, "Age": {"600"}}, ""},
		"no-cache":             {"", http.Header{"Cache-Control": {"no-cache"}, "Expires": {"Fri, 20 Nov 2099 00:00:00 GMT"}}, ""},
		"Expires":              {"", http.Header{"Expires": {"Fri, 20 Nov 2026 12:30:00 GMT"}, "Date": {"Fri, 20 Nov 2026 12:00:00 GMT"}}, "2026-11-20T17:30"},
		"Expires in the past":  {"", http.Header{"Expires": {"Thu, 01 Jan 1970 00:00:00 GMT"}, "Date": {"Fri, 20 Nov 2026 12:00:00 GMT"}}, ""},
		"the longest":          {"<ttl>30</ttl>", http.Header{"Cache-Control": {"max-age=3600"}}, "2026-11-20T18:00"},
		"hours":                {"<skipHours><hour>17</hour><hour>18</hour></skipHours>", nil, "2026-11-20T19:00"},
		"hours after a ttl":    {"<ttl>60</ttl><skipHours><hour>18</hour></skipHours>", nil, "2026-11-20T19:00"},
		"hour 24":              {"<ttl>400</ttl><skipHours><hour>24</hour><hour>23</hour></skipHours>", nil, "2026-11-21T01:00"},
		"days":                 {"<skipDays><day>Friday</day></skipDays>", nil, "2026-11-21T00:00"},
		"never, which is none": {"<skipDays>" + strings.Repeat("<day>Sunday</day><day>Monday</day><day>Tuesday</day><day>Wednesday</day><day>Thursday</day><day>Friday</day><day>Saturday</day>", 1) + "</skipDays>", nil, ""},
	} {
		if c.header == nil {
			c.header = http.Header{}
		}
		p := newPoller(t, func(req fetch.Request) (*fetch.Response, error) {
			res := answer(req, `"1"`)
			if !res.NotModified {
				res.Body = []byte(`<rss xmlns:sy="http://purl.org/rss/1.0/modules/syndication/"><channel>` + c.channel + `<item><guid>1</guid></item></channel></rss>`)
			}
			res.Header = c.header
			return res, nil
		})
		for _, read := range []string{"first", "unchanged"} { // what the feed said holds while it is unchanged
			res, err := p.poll(0)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			if !res.NotBefore.IsZero() {
				got = res.NotBefore.Format("2006-01-02T15:04")
			}
			if got != c.want {
				t.Errorf("%s, %s read: not before %s, want %s", name, read, got, c.want)
			}
		}
		if p.now.Format("2006-01-02T15:04") != start {
			t.Fatal("the clock moved")
		}
	}
}

// A second read of unchanged bytes costs a hash.
func BenchmarkUnchanged(b *testing.B) {
	body := strings.Repeat(" ", 550_000) + oneItem
	s := &constant{fetch.Response{Body: []byte(body)}}
	r := newReader(b, s, "url: "+feedURL)
	first, err := r.Read(b.Context(), nil)
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		if res, err := r.Read(b.Context(), first.State); err != nil || !res.Unchanged {
			b.Fatal(res, err)
		}
	}
}

// constant answers every request alike.
type constant struct{ res fetch.Response }

// Get implements source.Getter.
func (c *constant) Get(_ context.Context, req fetch.Request) (*fetch.Response, error) {
	res := c.res
	res.URL = req.URL
	return &res, nil
}
