package webfeed

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	ext "github.com/mmcdole/gofeed/extensions"
)

// maxPause is the longest that we heed: a feed that asks to be read less often
// than once a day would miss the digest it is read for.
const maxPause = 24 * time.Hour

// pace is how often a feed says that it wants to be read (RSS 2.0 §ttl,
// §skipHours, §skipDays; RSS 1.0 module Syndication).
type pace struct {
	TTL       time.Duration `json:"ttl,omitempty"`
	SkipHours []int         `json:"skip_hours,omitempty"` // of UTC
	SkipDays  []string      `json:"skip_days,omitempty"`  // of UTC, in English
}

func paceOf(ttl string, hours, days []string, x ext.Extensions) pace {
	var p pace
	if minutes, err := strconv.Atoi(strings.TrimSpace(ttl)); err == nil && minutes > 0 {
		p.TTL = time.Duration(min(minutes, 1<<20)) * time.Minute
	}
	p.TTL = max(p.TTL, updatePeriod(first(extra(x, "sy", "updatePeriod")), first(extra(x, "sy", "updateFrequency"))))
	for _, h := range hours {
		if n, err := strconv.Atoi(strings.TrimSpace(h)); err == nil && n >= 0 && n <= 24 && !slices.Contains(p.SkipHours, n%24) {
			p.SkipHours = append(p.SkipHours, n%24) // some count from 1 to 24
		}
	}
	for _, d := range days {
		for day := time.Sunday; day <= time.Saturday; day++ {
			if strings.EqualFold(strings.TrimSpace(d), day.String()) && !slices.Contains(p.SkipDays, day.String()) {
				p.SkipDays = append(p.SkipDays, day.String())
			}
		}
	}
	if len(p.SkipHours) == 24 || len(p.SkipDays) == 7 {
		p.SkipHours, p.SkipDays = nil, nil // never is no pace
	}
	return p
}

func updatePeriod(period, frequency string) time.Duration {
	each, ok := map[string]time.Duration{
		"hourly": time.Hour, "daily": 24 * time.Hour, "weekly": 7 * 24 * time.Hour, "monthly": 30 * 24 * time.Hour, "yearly": 365 * 24 * time.Hour,
	}[strings.ToLower(strings.TrimSpace(period))]
	if !ok {
		return 0
	}
	if times, err := strconv.Atoi(strings.TrimSpace(frequency)); err == nil && times > 1 {
		each /= time.Duration(times)
	}
	return each
}

// notBefore is when the feed may be read again, by what it says itself and what
// its server says (RFC 9111 §4.2): the longest counts. Zero is any time.
func (p pace) notBefore(now time.Time, h http.Header) time.Time {
	pause := min(max(p.TTL, freshness(h)), maxPause)
	next := now.Add(pause)
	for range 8 * 24 { // hours in which it is not to be read
		skipped := slices.Contains(p.SkipHours, next.UTC().Hour()) || slices.Contains(p.SkipDays, next.UTC().Weekday().String())
		if !skipped || next.Sub(now) > maxPause {
			break
		}
		next = next.Truncate(time.Hour).Add(time.Hour)
	}
	if next.Equal(now) {
		return time.Time{}
	}
	return next
}

// freshness is how long an answer is to be used: max-age, less the Age it had
// when it came, else Expires.
func freshness(h http.Header) time.Duration {
	for directive := range strings.SplitSeq(strings.Join(h.Values("Cache-Control"), ","), ",") {
		name, value, _ := strings.Cut(strings.ToLower(strings.TrimSpace(directive)), "=")
		switch name {
		case "no-cache", "no-store":
			return 0
		case "max-age":
			seconds, err := strconv.Atoi(strings.Trim(value, `"`))
			if err != nil {
				return 0
			}
			age, _ := strconv.Atoi(h.Get("Age")) // none is 0
			return time.Duration(max(0, min(seconds, 1<<30)-max(age, 0))) * time.Second
		}
	}
	expires, err := http.ParseTime(h.Get("Expires"))
	if err != nil {
		return 0
	}
	date, err := http.ParseTime(h.Get("Date"))
	if err != nil {
		return 0
	}
	return max(0, expires.Sub(date))
}
