package yamlfile_test

import (
	"testing"
	"time"

	"marquee/internal/yamlfile"
)

func TestDuration(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	for text, want := range map[string]time.Duration{
		"0": 0, "0s": 0, "90s": 90 * time.Second, "10d": 10 * day, "1d12h": 36 * time.Hour, "0d": 0, "1h30m": 90 * time.Minute, "65535d": 65535 * day,
	} {
		var d yamlfile.Duration
		if err := d.UnmarshalText([]byte(text)); err != nil || time.Duration(d) != want {
			t.Errorf("%s is %v, %v; want %v", text, time.Duration(d), err, want)
		}
	}
	for _, text := range []string{"", "48", "-1h", "1d-2h", "d", "1dd", "2d3", "1.5d", "-1d", "65536d", "two days", "65535d2562047h", "9999999999h"} {
		d := yamlfile.Duration(time.Second)
		if err := d.UnmarshalText([]byte(text)); err == nil || time.Duration(d) != time.Second {
			t.Errorf("%q is %v without an error", text, time.Duration(d))
		}
	}
}
