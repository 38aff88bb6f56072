package web_test

import (
	"net/http"
	"slices"
	"testing"

	"marquee/internal/web"
)

func coding(fields ...string) string {
	return web.Coding(&http.Request{Header: http.Header{"Accept-Encoding": fields}}, "zstd", "gzip")
}

func TestCoding(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		fields []string
		want   string
	}{
		{nil, ""},
		{[]string{""}, ""},
		{[]string{"gzip"}, "gzip"},
		{[]string{"GZip, deflate, br"}, "gzip"},
		{[]string{"gzip, deflate, br, zstd"}, "zstd"},
		{[]string{"gzip", "zstd"}, "zstd"}, // two fields are one list
		{[]string{"br"}, ""},
		{[]string{"identity"}, ""},
		{[]string{"gzip;q=0"}, ""},
		{[]string{"gzip;q=0.000"}, ""},
		{[]string{"gzip ; Q=0 , *"}, "zstd"},
		{[]string{"zstd;q=0, *"}, "gzip"},
		{[]string{"*"}, "zstd"},
		{[]string{"*;q=0"}, ""},
		{[]string{"*;q=0, gzip"}, "gzip"},
		{[]string{"gzip, *;q=0"}, "gzip"},
		{[]string{"gzip;q=1, zstd;q=0.2"}, "gzip"},
		{[]string{"gzip;q=0.5, zstd;q=0.5"}, "zstd"},
		{[]string{"gzip;q=0.5, identity"}, ""},
		{[]string{"gzip;q=0.5, identity;q=0.5"}, "gzip"},
		{[]string{"identity;q=0"}, ""},
		{[]string{"gzip;q=nonsense"}, "gzip"},
		{[]string{"gzip;q=NaN, zstd;q=-1"}, "zstd"},
		{[]string{"gzip;level=9;q=0"}, ""},
	} {
		if got := coding(test.fields...); got != test.want {
			t.Errorf("%q: %q, want %q", test.fields, got, test.want)
		}
	}
}

// Whatever a client sends, it gets what is on offer, never what it refuses by
// name, and the same again when it splits the list over two fields.
func FuzzCoding(f *testing.F) {
	f.Add("gzip;q=0.5", "zstd")
	f.Add("*;q=0", "gzip;q=1e-9")
	f.Add(";,=;q=", "identity;;q=0")
	f.Fuzz(func(t *testing.T, first, second string) {
		got := coding(first, second)
		if !slices.Contains([]string{"", "zstd", "gzip"}, got) || got != coding(first+","+second) {
			t.Errorf("%q, %q: %q", first, second, got)
		}
		if got := coding(first, second, "zstd;q=0, gzip;q=0"); got != "" {
			t.Errorf("%q, %q: %q was refused", first, second, got)
		}
	})
}
