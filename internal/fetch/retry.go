package fetch

import (
	"net/http"
	"strconv"
	"strings"
	"time"
)

const maxRetryAfter = 30 * 24 * time.Hour

// retryAfter is how long a server asks to be left alone, in seconds or until a
// date (RFC 9110 §10.2.3): 0 when it does not say, or says nonsense.
func retryAfter(value string, now time.Time) time.Duration {
	value = strings.TrimSpace(value)
	if seconds, err := strconv.ParseUint(value, 10, 32); err == nil {
		return min(time.Duration(seconds)*time.Second, maxRetryAfter)
	}
	until, err := http.ParseTime(value)
	if err != nil {
		return 0
	}
	return min(max(until.Sub(now), 0), maxRetryAfter)
}
