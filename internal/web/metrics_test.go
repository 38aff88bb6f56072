package web_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

func TestMetricsStayHome(t *testing.T) {
	t.Parallel()
	s := bare(t)
	s.site.Metrics(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, "figures") }))
	for _, c := range []struct {
		name, peer, header string
		want               int
	}{
		{"this machine", "127.0.0.1:4711", "", http.StatusOK},
		{"this machine over IPv6", "[::1]:4711", "", http.StatusOK},
		{"mapped", "[::ffff:127.0.0.1]:4711", "", http.StatusOK},
		{"another machine", "192.0.2.7:4711", "", http.StatusNotFound},
		{"through a proxy", "127.0.0.1:4711", "X-Forwarded-For", http.StatusNotFound},
		{"through a standard proxy", "127.0.0.1:4711", "Forwarded", http.StatusNotFound},
		{"no address", "@", "", http.StatusNotFound},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", http.NoBody)
			r.RemoteAddr = c.peer
			if c.header != "" {
				r.Header.Set(c.header, "192.0.2.7")
			}
			w := httptest.NewRecorder()
			s.site.ServeHTTP(w, r)
			if w.Code != c.want || (w.Body.String() == "figures") != (c.want == http.StatusOK) {
				t.Errorf("%d %q, want %d", w.Code, w.Body, c.want)
			}
		})
	}
}
