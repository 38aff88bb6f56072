package patron

import (
	"context"
	"errors"
	"net/http"
	"sync"
	"time"

	"marquee/internal/domain"
	"marquee/internal/web"
)

// manners are how much strangers may ask for. Nothing of them is asked before
// somebody unsubscribes.
type manners struct {
	mails   web.Limit // that one visitor has sent
	guesses web.Limit // addresses with tokens that are none
	changes web.Limit // forms on people's own pages
	all     limit     // mails that all of them have sent
}

func newManners() *manners {
	return &manners{
		mails:   web.Limit{Burst: 10, Every: 5 * time.Minute},
		guesses: web.Limit{Burst: 30, Every: 2 * time.Minute},
		changes: web.Limit{Burst: 30, Every: 20 * time.Second},
		all:     limit{most: askedAnHour},
	}
}

// mailed serves what has a mail sent, to whoever has not had too many sent.
func (h *handlers) mailed(next web.HandlerFunc) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		if err := h.mails.Take(h.Visitor(r), h.Now()); err != nil {
			return err
		}
		return next(w, r)
	}
}

// secret serves an address with a token in it, to whoever is not trying tokens.
func (h *handlers) secret(next web.HandlerFunc) web.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) error {
		who := h.Visitor(r)
		if err := h.guesses.Check(who, h.Now()); err != nil {
			return err
		}
		err := next(w, r)
		if errors.Is(err, domain.ErrNotFound) {
			return errors.Join(err, h.guesses.Take(who, h.Now()))
		}
		return err
	}
}

// change is secret for what changes something.
func (h *handlers) change(next web.HandlerFunc) web.HandlerFunc {
	return h.secret(func(w http.ResponseWriter, r *http.Request) error {
		if err := h.changes.Take(h.Visitor(r), h.Now()); err != nil {
			return err
		}
		return next(w, r)
	})
}

// askedAnHour is how many mails strangers may have sent, all together.
const askedAnHour = 300

// limit counts what strangers ask for, by the hour.
type limit struct {
	most int

	mu   sync.Mutex
	hour time.Time
	n    int
}

// allows counts one more, if it is not one too many.
func (l *limit) allows(now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	if hour := now.Truncate(time.Hour); !hour.Equal(l.hour) {
		l.hour, l.n = hour, 0
	}
	if l.n >= l.most {
		return false
	}
	l.n++
	return true
}

// level returns what waits until so long after now: how long an answer takes then
// tells nobody what was found.
func level(ctx context.Context, after time.Duration) func() {
	wait := time.NewTimer(after)
	return func() {
		defer wait.Stop()
		select {
		case <-wait.C:
		case <-ctx.Done():
		}
	}
}
