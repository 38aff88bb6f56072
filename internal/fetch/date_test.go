package fetch_test

import (
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/fetch"
)

// Whoever is on the web tells the time with each answer, also with one that
// refuses; whoever may share our clock does not.
func TestHeard(t *testing.T) {
	t.Parallel()
	s := serve(t, func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Date", r.URL.Query().Get("date"))
		if age := r.URL.Query().Get("age"); age != "" {
			w.Header().Set("Age", age)
		}
		if r.URL.Path == "/gone" {
			w.WriteHeader(http.StatusGone)
		}
	})
	const date = "?date=Fri,+20+Nov+2026+17:00:07+GMT"
	said := now().Add(7 * time.Second)
	for name, tt := range map[string]struct {
		from, path string
		want       []time.Time
	}{
		"on the web":       {"203.0.113.7:443", "/" + date, []time.Time{said}},
		"over IPv6":        {"[2001:db8::7]:443", "/" + date, []time.Time{said}},
		"out of a cache":   {"203.0.113.7:443", "/" + date + "&age=60", []time.Time{said.Add(time.Minute)}},
		"gone":             {"203.0.113.7:443", "/gone" + date, []time.Time{said}},
		"no date":          {"203.0.113.7:443", "/?date=soon", nil},
		"this machine":     {"127.0.0.1:80", "/" + date, nil},
		"in the house":     {"192.168.1.7:80", "/" + date, nil},
		"in the house too": {"[::ffff:10.0.0.7]:80", "/" + date, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var heard []time.Time
			c := client(t, fetch.Config{Heard: func(host string, at time.Time) {
				if host != "127.0.0.1" {
					t.Errorf("heard of %q", host)
				}
				heard = append(heard, at)
			}})
			from, err := net.ResolveTCPAddr("tcp", tt.from)
			if err != nil {
				t.Fatal(err)
			}
			c.Seem(from)
			_, _ = c.Get(t.Context(), fetch.Request{URL: s.URL + tt.path}) // whatever it answers
			if diff := cmp.Diff(tt.want, heard); diff != "" {
				t.Errorf("heard (-want +got):\n%s", diff)
			}
		})
	}
}
