package answer_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"marquee/internal/answer"
	"marquee/internal/domain"
)

// said is one answer of a server; a status of 0 is none.
type said struct {
	status int
	after  string // Retry-After
	body   string
}

// script is a server that gives one answer after the other, the last for ever.
type script struct {
	answers []said
	asked   int
}

func (s *script) RoundTrip(r *http.Request) (*http.Response, error) {
	a := s.answers[min(s.asked, len(s.answers)-1)]
	s.asked++
	if a.status == 0 {
		return nil, errors.New("connection refused")
	}
	return &http.Response{
		StatusCode: a.status, Header: http.Header{"Retry-After": {a.after}}, Request: r,
		Body: io.NopCloser(strings.NewReader(a.body)), ContentLength: -1,
	}, nil
}

// client asks a script three times at the most, with a minute of patience.
func client(s *script) *answer.Client {
	return &answer.Client{
		API: "films", Transport: s, Limit: 1000, Tries: 3, Patience: time.Minute, Throttled: 20 * time.Second, Now: time.Now,
		Explain: func(e *answer.Error, body []byte) { e.Name = strings.TrimSuffix(string(body), "<html>") },
	}
}

func TestUntil(t *testing.T) {
	t.Parallel()
	well, down := said{200, "", `{"id":7}`}, said{503, "", "mended"}
	for name, test := range map[string]struct {
		answers []said
		asked   int
		waited  time.Duration // at least; at most half as much more
		is      error
		says    string // the error; empty is none
	}{
		"well":             {[]said{well}, 1, 0, nil, ""},
		"no answer":        {[]said{{}, {}, well}, 3, 3 * time.Second, nil, ""},
		"never an answer":  {[]said{{}}, 3, 3 * time.Second, nil, "films: look: connection refused"},
		"down":             {[]said{down}, 3, 3 * time.Second, nil, "films: look: answered 503 Service Unavailable (mended)"},
		"down for longer":  {[]said{{503, "30", ""}, well}, 2, 30 * time.Second, nil, ""},
		"too many":         {[]said{{429, "", ""}, well}, 2, 20 * time.Second, nil, ""},
		"beyond patience":  {[]said{{429, "61", ""}, well}, 1, 0, nil, "answered 429 Too Many Requests"},
		"cut off":          {[]said{{200, "", `{"id":`}, well}, 2, time.Second, nil, ""},
		"a page":           {[]said{{200, "", " <html>"}, well}, 2, time.Second, nil, ""},
		"a page and a no":  {[]said{{403, "", "<html>"}, well}, 1, 0, domain.ErrNotEntitled, "403 Forbidden: a web page came"},
		"something else":   {[]said{{200, "", `{"id":"x"}`}}, 1, 0, domain.ErrInvalid, "it holds a int as id"},
		"too large":        {[]said{{200, "", strings.Repeat(" ", 1001)}}, 1, 0, domain.ErrInvalid, "larger than"},
		"unknown":          {[]said{{404, "", ""}}, 1, 0, domain.ErrNotFound, "answered 404 Not Found"},
		"leads elsewhere":  {[]said{{302, "", ""}}, 1, 0, nil, "answered 302 Found"},
		"a number of ours": {[]said{{599, "", "x"}}, 3, 3 * time.Second, nil, "answered 599 (x)"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s, began := &script{answers: test.answers}, time.Now()
				id, err := look(t.Context(), client(s))
				if test.says == "" && (err != nil || id != 7) || test.says != "" && (err == nil || !strings.Contains(err.Error(), test.says)) {
					t.Errorf("id %d, error %v", id, err)
				}
				if test.is != nil && !errors.Is(err, test.is) {
					t.Errorf("%v is no %v", err, test.is)
				}
				if waited := time.Since(began); s.asked != test.asked || waited < test.waited || waited > test.waited*3/2 {
					t.Errorf("asked %d times, waited %v", s.asked, waited)
				}
			})
		})
	}
}

func look(ctx context.Context, c *answer.Client) (id int, err error) {
	var found struct {
		ID int `json:"id"`
	}
	err = c.Until(ctx, "look", func(ctx context.Context) error {
		r, err := http.NewRequestWithContext(ctx, http.MethodGet, "https://films.example/7", http.NoBody)
		if err != nil {
			return err
		}
		return c.Do(r, &found)
	})
	return found.ID, err
}

// silence is a server that does not answer.
type silence struct{}

func (silence) RoundTrip(r *http.Request) (*http.Response, error) {
	<-r.Context().Done()
	return nil, errors.New("broken pipe")
}

// Nobody waits longer than they have time: neither for a server that asks to be
// left alone nor for one that is silent.
func TestUntilContextEnds(t *testing.T) {
	t.Parallel()
	for name, server := range map[string]http.RoundTripper{"busy": &script{answers: []said{{429, "", ""}}}, "silent": silence{}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithTimeoutCause(t.Context(), 5*time.Second, errors.New("the round is over"))
				defer cancel()
				c, began := client(nil), time.Now()
				c.Transport = server
				_, err := look(ctx, c)
				if err == nil || err.Error() != "films: look: the round is over" || time.Since(began) != 5*time.Second {
					t.Errorf("error %v after %v", err, time.Since(began))
				}
			})
		})
	}
}

// What is wrong with us is not asked again, nor what we hold back ourselves.
func TestUntilOurOwn(t *testing.T) {
	t.Parallel()
	for name, own := range map[string]error{
		"a rule":    &answer.Error{RetryAfter: time.Second, Err: errors.New("waiting")},
		"for good":  &answer.Error{Err: domain.ErrPermanent},
		"the store": errors.New("disk full"),
	} {
		asked := 0
		err := client(nil).Until(t.Context(), "look", func(context.Context) error {
			asked++
			return own
		})
		known, ok := errors.AsType[*answer.Error](err)
		if asked != 1 || !ok || known.Op != "look" || known.API != "films" {
			t.Errorf("%s: asked %d times, error %v", name, asked, err)
		}
	}
}
