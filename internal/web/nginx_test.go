package web_test

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

const nginx = "/usr/sbin/nginx"

// proxy puts a real nginx with a cache in front of a site, and returns a client
// that reaches nothing else. The test is skipped where there is none, but not on
// CI, where nothing may be skipped.
func proxy(t *testing.T, s *stand) *http.Client {
	t.Helper()
	if _, err := os.Stat(nginx); err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatalf("no proxy: %v", err)
		}
		t.Skipf("no proxy to put in front: %v", err)
	}
	dir := t.TempDir()
	user := ""
	if os.Getuid() == 0 {
		user = "user root;"
	}
	conf := filepath.Join(dir, "nginx.conf")
	check(t, os.WriteFile(conf, []byte(user+`
daemon off; worker_processes 2; pid `+dir+`/pid; error_log stderr error;
events { worker_connections 256; }
http {
	access_log off; client_body_temp_path `+dir+`/body; proxy_temp_path `+dir+`/temp; fastcgi_temp_path `+dir+`/fastcgi;
	uwsgi_temp_path `+dir+`/uwsgi; scgi_temp_path `+dir+`/scgi;
	proxy_cache_path `+dir+`/cache keys_zone=all:1m;
	server {
		listen unix:`+dir+`/socket;
		location / {
			proxy_pass `+s.URL+`; proxy_http_version 1.1; proxy_cache all; proxy_cache_lock on; proxy_cache_revalidate on;
			add_header X-Cache $upstream_cache_status always;
		}
	}
}`), 0o600))
	ctx, stop := context.WithCancel(t.Context())
	cmd := exec.CommandContext(ctx, nginx, "-e", "stderr", "-c", conf)
	cmd.Cancel = func() error { return cmd.Process.Signal(syscall.SIGTERM) } // its workers end with it
	cmd.WaitDelay = 10 * time.Second
	cmd.Stderr = os.Stderr
	check(t, cmd.Start())
	t.Cleanup(func() {
		stop()
		_ = cmd.Wait() // it was stopped
	})
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		return new(net.Dialer).DialContext(ctx, "unix", dir+"/socket")
	}
	client := &http.Client{Transport: &http.Transport{DialContext: dial, DisableCompression: true}}
	t.Cleanup(client.CloseIdleConnections)
	for range 100 { // until it listens
		if c, err := dial(t.Context(), "", ""); err == nil {
			check(t, c.Close())
			return client
		}
		select {
		case <-time.After(50 * time.Millisecond):
		case <-t.Context().Done():
		}
	}
	t.Fatal("nginx does not listen")
	return nil
}

// fetched is what came through the proxy.
type fetched struct{ cache, tag, body string }

func fetch(t *testing.T, c *http.Client, path, coding string) fetched {
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, "http://nginx"+path, http.NoBody)
	if err != nil {
		t.Error(err)
		return fetched{}
	}
	r.Header.Set("Accept-Encoding", coding)
	resp, err := c.Do(r)
	if err != nil {
		t.Error(err)
		return fetched{}
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Error(err)
	}
	return fetched{resp.Header.Get("X-Cache"), resp.Header.Get("ETag"), unpacked(t, got{resp, string(body)})}
}

// TestBehindNginx: a shared cache keeps public feeds, each coding apart, and
// nothing of anybody's own: two patrons' answers never mix.
func TestBehindNginx(t *testing.T) {
	t.Parallel()
	s, _, rosa := subscribed(t)
	client := proxy(t, s)
	for _, coding := range []string{"identity", "gzip", "zstd"} {
		first := fetch(t, client, "/feeds/reviews.rss", coding)
		if again := fetch(t, client, "/feeds/reviews.rss", coding); again.cache != "HIT" || again.body != first.body || again.tag != first.tag || first.cache == "HIT" {
			t.Errorf("the public feed as %s: %s, then %s", coding, first.cache, again.cache)
		}
	}
	links := []string{s.link(t, rosa)}
	for i := range 7 {
		links = append(links, s.link(t, s.supporter(t, fmt.Sprintf("patron%d@example.com", i))))
	}
	var all sync.WaitGroup
	for _, at := range links {
		all.Go(func() {
			for range 5 {
				for _, coding := range []string{"gzip", "zstd", "identity"} {
					f := fetch(t, client, at+"reviews.rss", coding)
					if f.cache == "HIT" || strings.Count(f.body, at) != 1 || strings.Count(f.body, "/f/") != 1 || !strings.Contains(f.body, "soul") {
						t.Errorf("%s: from the cache %q, or another's: %.200s", coding, f.cache, f.body)
						return
					}
				}
			}
		})
	}
	all.Wait()
	check(t, s.links.Revoke(t.Context(), rosa.ID))
	if f := fetch(t, client, links[0]+"reviews.rss", "gzip"); strings.Contains(f.body, "soul") {
		t.Error("the cache serves a link that is revoked")
	}
}
