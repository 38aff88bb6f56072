package answer_test

import (
	"bytes"
	"compress/gzip"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"time"

	"marquee/internal/answer"
	"marquee/internal/domain"
)

var now = time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC)

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]time.Duration{
		"":                               0,
		"0":                              0,
		"120":                            2 * time.Minute,
		" 7 ":                            7 * time.Second,
		"-5":                             0,
		"1.5":                            0,
		"soon":                           0,
		"2591999":                        30*24*time.Hour - time.Second,
		"4294967295":                     30 * 24 * time.Hour,
		"99999999999999999999":           0,
		"Fri, 20 Nov 2026 17:01:00 GMT":  time.Minute,
		"Friday, 20-Nov-26 18:00:00 GMT": time.Hour,
		"Fri Nov 20 17:00:30 2026":       30 * time.Second,
		"Fri, 20 Nov 2026 16:59:00 GMT":  0,
		"Fri, 20 Nov 2099 17:00:00 GMT":  30 * 24 * time.Hour,
	} {
		if got := answer.RetryAfter(http.Header{"Retry-After": {value}}, now, 30*24*time.Hour); got != want {
			t.Errorf("RetryAfter(%q) = %s, want %s", value, got, want)
		}
	}
}

func zipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := io.WriteString(w, text); err != nil || w.Close() != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestBody(t *testing.T) {
	t.Parallel()
	bomb := zipped(t, strings.Repeat("0", 1<<20))
	for name, tt := range map[string]struct {
		coding, body string
		want         string // what is read
		says         string // an error instead
	}{
		"plain":       {"", "{}", "{}", ""},
		"identity":    {"identity", "{}", "{}", ""},
		"gzip":        {"GZIP", zipped(t, "{}"), "{}", ""},
		"at the edge": {"", strings.Repeat("0", 1000), strings.Repeat("0", 1000), ""},
		"too large":   {"", strings.Repeat("0", 1001), "", "larger than"},
		"a bomb":      {"gzip", bomb, "", "larger than"},
		"cut off":     {"gzip", bomb[:len(bomb)/2], "", "larger than"},
		"broken":      {"gzip", zipped(t, "{}")[:14], "", "unexpected EOF"},
		"no gzip":     {"gzip", "{}", "", "as gzip"},
		"unasked":     {"br", "{}", "", "not asked for"},
	} {
		r := &http.Response{Header: http.Header{"Content-Encoding": {tt.coding}}, Body: io.NopCloser(strings.NewReader(tt.body)), ContentLength: -1}
		got, err := answer.Body(r, 1000)
		if string(got) != tt.want || (err == nil) != (tt.says == "") || err != nil && !strings.Contains(err.Error(), tt.says) {
			t.Errorf("%s: %q, %v", name, got, err)
		}
		if strings.Contains(tt.says, "larger") && !errors.Is(err, domain.ErrInvalid) {
			t.Errorf("%s: %v is not ErrInvalid", name, err)
		}
	}
}
