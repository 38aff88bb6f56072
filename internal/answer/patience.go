package answer

import (
	"errors"
	"math/rand/v2"
	"net/http"
	"time"

	"marquee/internal/domain"
)

// patience says whether the same question makes sense again, and after how long.
// Only what passes by itself is asked again: a gateway's refusal (403, in HTML) is
// not, since who insists is shut out.
func (c *Client) patience(err error, attempt int) (pause time.Duration, again bool) {
	known, ok := errors.AsType[*Error](err)
	if !ok || attempt >= c.Tries || errors.Is(err, domain.ErrPermanent) || errors.Is(err, domain.ErrInvalid) {
		return 0, false
	}
	switch {
	case known.Status == http.StatusTooManyRequests:
		pause = known.RetryAfter
		if pause == 0 {
			pause = c.Throttled
		}
		pause += jitter(pause / 10)
	case known.Status == 0 && known.RetryAfter > 0:
		return 0, false // not before then, and no server said so: it is our own rule
	case known.Status == 0, known.Status == http.StatusOK, known.Status >= http.StatusInternalServerError:
		pause = max(known.RetryAfter, time.Second<<(attempt-1))
		pause += jitter(pause / 2)
	default:
		return 0, false
	}
	return pause, pause <= c.Patience
}

// jitter is between nothing and most, so that several clients do not come back
// at one time.
func jitter(most time.Duration) time.Duration {
	if most <= 0 {
		return 0
	}
	return rand.N(most) //nolint:gosec // spreads requests, keeps no secret
}
