package patreonapi_test

import (
	"bytes"
	"compress/gzip"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"marquee/internal/patreonapi"
	"marquee/internal/testkit"
)

// squeezed answers with what is compressed of another's answer, cut by some bytes.
func squeezed(h http.Handler, cut int) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		rec := httptest.NewRecorder()
		h.ServeHTTP(rec, r)
		var packed bytes.Buffer
		packer := gzip.NewWriter(&packed)
		_, _ = packer.Write(rec.Body.Bytes())
		_ = packer.Close()
		if r.Header.Get("Accept-Encoding") != "gzip" {
			w.WriteHeader(http.StatusNotAcceptable)
			return
		}
		w.Header().Set("Content-Encoding", "gzip")
		w.WriteHeader(rec.Code)
		_, _ = w.Write(packed.Bytes()[:packed.Len()-cut])
	})
}

// TestOverTheWire asks a real server, which compresses.
func TestOverTheWire(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		cut  int
		want string
	}{"whole": {0, ""}, "cut": {20, "read the answer: unexpected EOF"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(testkit.PatreonConfig{})
			w.campaign.Populate(30)
			w.ExpireToken()
			server := httptest.NewServer(squeezed(w, test.cut))
			defer server.Close()
			cfg := w.config()
			transport := &http.Transport{DisableCompression: true}
			defer transport.CloseIdleConnections()
			cfg.Base, cfg.Transport = server.URL, transport
			all, err := members(t.Context(), patreonapi.New(cfg))
			if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
				t.Errorf("%d members, %v", len(all), err)
			}
			if err == nil && len(all) != 30 {
				t.Errorf("%d members", len(all))
			}
		})
	}
}

// TestBomb: what unpacks to more than any answer needs is not read to its end.
func TestBomb(t *testing.T) {
	t.Parallel()
	w := newWorld(testkit.PatreonConfig{})
	cfg := w.config()
	bomb := squeezed(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write(bytes.Repeat([]byte(" "), 33<<20))
	}), 0)
	cfg.Transport = handler(bomb.ServeHTTP)
	if _, err := patreonapi.New(cfg).Campaigns(t.Context()); err == nil || !strings.Contains(err.Error(), "larger than 32 MB") {
		t.Errorf("error %v", err)
	}
}
