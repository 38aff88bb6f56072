package yamlfile

import (
	"errors"
	"strconv"
	"strings"
	"time"
)

// Duration is a time span as configuration writes it: Go's form with days, of
// 24 hours each, in front: "90s", "48h", "10d", "1d12h". It is never negative.
type Duration time.Duration

// UnmarshalText reads a time span.
func (d *Duration) UnmarshalText(text []byte) error {
	malformed := errors.New("is no time span: write 30s, 15m, 48h or 10d")
	s := string(text)
	var days time.Duration
	if number, rest, ok := strings.Cut(s, "d"); ok {
		n, err := strconv.ParseUint(number, 10, 16)
		if err != nil {
			return malformed
		}
		days, s = time.Duration(n)*24*time.Hour, "0"+rest
	}
	rest, err := time.ParseDuration(s)
	switch {
	case err != nil:
		return malformed
	case rest < 0 || days+rest < days:
		return errors.New("is out of range: write a time span from 0s on")
	}
	*d = Duration(days + rest)
	return nil
}
