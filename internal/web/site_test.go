package web_test

import (
	"bufio"
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"net/http"
	"strings"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/web"
	"marquee/templates"
)

// hello is a handler that says so.
func hello(w http.ResponseWriter, _ *http.Request) error {
	_, err := io.WriteString(w, "hello")
	return err
}

func TestEveryAnswerIsSecured(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	paths := []string{"/", "/editions/", "/editions/weekly-2026-11-20-1700", "/feeds/reviews.rss", "/feeds.opml", "/assets/style.css", "/livez", "/nothing", "/u/bad", "/editions"}
	for _, path := range paths {
		g := s.get(t, path)
		csp := g.Header.Get("Content-Security-Policy")
		for _, want := range []string{"default-src 'none'", "frame-ancestors ", "form-action ", "base-uri 'none'"} {
			if !strings.Contains(csp, want) {
				t.Errorf("%s: no %s in %q", path, want, csp)
			}
		}
		if _, scripts, _ := strings.Cut(csp, "script-src"); scripts != "" && (scripts != " 'self'" || path != "/") {
			t.Errorf("%s: allows scripts: %q", path, csp)
		}
		if g.Header.Get("X-Content-Type-Options") != "nosniff" || g.Header.Get("Referrer-Policy") == "" {
			t.Errorf("%s: headers %v", path, g.Header)
		}
		if len(g.Cookies()) > 0 {
			t.Errorf("%s: sets a cookie", path)
		}
	}
	if s.log.String() != "" {
		t.Errorf("a request was logged: %s", s.log)
	}
}

// HEAD has GET's headers and no body (RFC 9110 §9.3.2).
func TestHead(t *testing.T) {
	t.Parallel()
	s := furnished(t)
	s.site.Handle("GET /long", func(w http.ResponseWriter, _ *http.Request) error {
		long := struct{ Words, ID string }{strings.Repeat("Words. ", 2000), ""}
		return s.site.Pages().Render(w, http.StatusOK, "message", web.Page{Body: long})
	})
	for _, path := range []string{"/", "/editions/", "/editions/weekly-2026-11-20-1700", "/feeds/reviews.rss", "/feeds.opml", "/assets/style.css", "/livez", "/readyz", "/nothing", "/u/bad", "/long"} {
		for _, coding := range []string{"identity", "gzip", "zstd"} {
			want, got := s.get(t, path, "Accept-Encoding", coding), s.do(t, http.MethodHead, path, "", "Accept-Encoding", coding)
			want.Header.Del("Date")
			got.Header.Del("Date")
			if got.StatusCode != want.StatusCode || header(got) != header(want) || got.body != "" {
				t.Errorf("%s in %s:\n got %d %s\nwant %d %s", path, coding, got.StatusCode, header(got), want.StatusCode, header(want))
			}
			if want.ContentLength != int64(len(want.body)) {
				t.Errorf("%s in %s: length %d announced, %d sent", path, coding, want.ContentLength, len(want.body))
			}
		}
	}
}

func header(g got) string {
	var b strings.Builder
	_ = g.Header.Write(&b)
	return b.String()
}

// A path that exists takes only its methods (RFC 9110 §15.5.6).
func TestWrongMethods(t *testing.T) {
	t.Parallel()
	s := open(t)
	tests := map[string]struct {
		method, path string
		status       int
		allow        string
	}{
		"landing":        {http.MethodPost, "/", 405, "GET, HEAD"},
		"feed":           {http.MethodPut, "/feeds/reviews.rss", 405, "GET, HEAD"},
		"feed, options":  {http.MethodOptions, "/feeds/reviews.rss", 405, "GET, HEAD"},
		"edition":        {http.MethodDelete, "/editions/weekly-2026-11-20-1700", 405, "GET, HEAD"},
		"style":          {http.MethodPatch, "/assets/style.css", 405, "GET, HEAD"},
		"unsubscribe":    {http.MethodPut, "/u/token", 405, "GET, HEAD, POST"},
		"undo by GET":    {http.MethodGet, "/u/token/undo", 405, "POST"},
		"health":         {http.MethodPost, "/readyz", 405, "GET, HEAD"},
		"nothing":        {http.MethodPost, "/nothing", 404, ""},
		"below nothing":  {http.MethodGet, "/nothing/at/all", 404, ""},
		"not clean":      {http.MethodGet, "//nothing/../at/all", 404, ""},
		"below a feed":   {http.MethodGet, "/feeds/reviews.rss/x", 404, ""},
		"feeds' folder":  {http.MethodGet, "/feeds/", 404, ""},
		"made-up method": {"BREW", "/", 405, "GET, HEAD"},
	}
	for name, test := range tests {
		g := s.do(t, test.method, test.path, "")
		if g.StatusCode != test.status || g.Header.Get("Allow") != test.allow {
			t.Errorf("%s: %d, Allow %q", name, g.StatusCode, g.Header.Get("Allow"))
		}
		if h1 := g.html(t).Find("main h1"); h1.Length() != 1 {
			t.Errorf("%s: no page for people:\n%s", name, g.body)
		}
	}
	if g := s.get(t, "/editions"); g.StatusCode/100 != 3 || g.Header.Get("Location") != "/editions/" {
		t.Errorf("without the slash: %d to %q", g.StatusCode, g.Header.Get("Location"))
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err    error
		status int
		logged bool
	}{
		"not found":    {domain.ErrNotFound, 404, false},
		"not entitled": {domain.ErrNotEntitled, 404, false},
		"invalid":      {domain.ErrInvalid, 400, false},
		"conflict":     {domain.ErrConflict, 409, false},
		"another":      {errors.New("disk on fire"), 500, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := bare(t)
			s.site.Handle("GET /secret/{token}", func(w http.ResponseWriter, _ *http.Request) error {
				w.Header().Set("Content-Encoding", "gzip") // about the answer that does not come
				w.Header().Set("Cache-Control", "public")
				return test.err
			})
			g := s.get(t, "/secret/hunter2").is(t, test.status)
			if g.Header.Get("Cache-Control") != "no-store" || g.Header.Get("Content-Encoding") != "" || g.Header.Get("Referrer-Policy") != "no-referrer" {
				t.Errorf("headers %v", g.Header)
			}
			doc := g.html(t)
			if strings.Contains(g.body, "fire") || doc.Find("main h1").Length() != 1 || doc.Find(`meta[name=robots][content=noindex]`).Length() != 1 {
				t.Errorf("page:\n%s", g.body)
			}
			id := doc.Find("main code").Text()
			log := s.log.String()
			if test.logged != (id != "") || test.logged != strings.Contains(log, "disk on fire") || !strings.Contains(log, id) || strings.Contains(log, "hunter2") {
				t.Errorf("id %q, log %q", id, log)
			}
		})
	}
}

func TestPanic(t *testing.T) {
	t.Parallel()
	s := bare(t)
	s.site.Handle("GET /boom", func(http.ResponseWriter, *http.Request) error { panic("the boiler burst") })
	g := s.get(t, "/boom").is(t, http.StatusInternalServerError)
	doc := g.html(t)
	if strings.Contains(g.body, "boiler") || strings.Contains(g.body, "goroutine") || doc.Find("main h1").Text() != "Our mistake" {
		t.Errorf("page:\n%s", g.body)
	}
	log := s.log.String()
	if strings.Count(log, "\n") != 1 || !strings.Contains(log, "boiler") || !strings.Contains(log, doc.Find("main code").Text()) || !strings.Contains(log, "site_test.go") {
		t.Errorf("log, want one line with the id and where it happened:\n%s", log)
	}
}

// Half an answer must not look like a whole one.
func TestFailureAfterTheAnswerBegan(t *testing.T) {
	t.Parallel()
	s := bare(t)
	s.site.Handle("GET /half", func(w http.ResponseWriter, _ *http.Request) error {
		_, _ = io.WriteString(w, "half")
		check(t, http.NewResponseController(w).Flush())
		return errors.New("paper ran out")
	})
	s.site.Handle("GET /cut", func(http.ResponseWriter, *http.Request) error { panic(http.ErrAbortHandler) })
	for path, logged := range map[string]bool{"/half": true, "/cut": false} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+path, http.NoBody)
		check(t, err)
		resp, err := new(http.Transport).RoundTrip(r)
		if err == nil {
			_, err = io.ReadAll(resp.Body)
			resp.Body.Close()
		}
		if err == nil {
			t.Errorf("%s: the answer looks whole", path)
		}
		if got := strings.Contains(s.log.String(), path); got != logged {
			t.Errorf("%s: logged %v: %s", path, got, s.log)
		}
	}
}

// Whoever leaves is no error of ours.
func TestClientLeaves(t *testing.T) {
	t.Parallel()
	s := bare(t)
	arrived, ended := make(chan struct{}), make(chan struct{})
	s.site.Handle("GET /wait", func(_ http.ResponseWriter, r *http.Request) error {
		close(arrived)
		<-r.Context().Done()
		defer close(ended)
		return r.Context().Err()
	})
	ctx, leave := context.WithCancel(t.Context())
	r, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/wait", http.NoBody)
	check(t, err)
	go func() {
		<-arrived
		leave()
	}()
	resp, err := new(http.Transport).RoundTrip(r)
	if err == nil {
		resp.Body.Close()
		t.Error("answered")
	}
	<-ended
	s.Close() // waits for the handler
	if s.log.String() != "" {
		t.Errorf("log: %s", s.log)
	}
}

func TestFormsComeFromOurPagesOnly(t *testing.T) {
	t.Parallel()
	s := bare(t)
	s.site.Handle("POST /form", hello)
	s.site.HandleOneClick("/click/{token}", hello)
	host := strings.TrimPrefix(s.URL, "http://")
	tests := map[string]struct {
		path    string
		headers []string
		status  int
	}{
		"no browser":             {"/form", nil, 200},
		"our page":               {"/form", []string{"Sec-Fetch-Site", "same-origin", "Origin", s.URL}, 200},
		"old browser, our page":  {"/form", []string{"Origin", "http://" + host}, 200},
		"behind a proxy":         {"/form", []string{"Origin", publication().Server}, 200},
		"another site":           {"/form", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://evil.example"}, 403},
		"sister site":            {"/form", []string{"Sec-Fetch-Site", "same-site", "Origin", "https://shop.lanternscreen.example"}, 403},
		"old browser, elsewhere": {"/form", []string{"Origin", "https://evil.example"}, 403},
		"one click":              {"/click/x", []string{"Sec-Fetch-Site", "cross-site", "Origin", "https://mail.example"}, 200},
	}
	for name, test := range tests {
		g := s.do(t, http.MethodPost, test.path, "a=b", test.headers...)
		if g.StatusCode != test.status {
			t.Errorf("%s: %d", name, g.StatusCode)
		}
		if g.StatusCode == http.StatusForbidden && g.html(t).Find("main h1").Length() != 1 {
			t.Errorf("%s: no page for people", name)
		}
	}
}

func TestNewRefusesABadAddress(t *testing.T) {
	t.Parallel()
	set, err := templates.Look{}.Parse("")
	check(t, err)
	p := publication()
	p.Server = "https://feeds\x7f.example"
	if _, err := web.New(set.Web, p, slog.New(slog.DiscardHandler)); err == nil {
		t.Error("taken")
	}
}

// A page that an operator broke is a 500 in plain words; the rest goes on.
func TestBrokenTemplates(t *testing.T) {
	t.Parallel()
	set, err := templates.Look{}.Parse("")
	check(t, err)
	set.Web.Pages["message"] = set.Web.Pages["message"].Lookup("main") // no frame
	delete(set.Web.Pages, "landing")
	s := serve(t, set.Web)
	site := s.site
	site.Handle("GET /{$}", func(w http.ResponseWriter, r *http.Request) error {
		return site.Pages().Serve(w, r, "landing", web.Page{})
	})
	site.Handle("GET /draw", func(w http.ResponseWriter, _ *http.Request) error {
		return site.Pages().Render(w, http.StatusOK, "landing", web.Page{})
	})
	for _, path := range []string{"/", "/draw"} {
		g := s.get(t, path).is(t, http.StatusInternalServerError)
		if g.body == "" || strings.Contains(g.body, "template") || !strings.Contains(s.log.String(), "landing") {
			t.Errorf("%s: %q, log %s", path, g.body, s.log)
		}
	}
}

// A client that sends its request too slowly is cut off.
func TestSlowClient(t *testing.T) {
	t.Parallel()
	s := bare(t)
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	check(t, err)
	srv := web.Server(t.Context(), s.site, slog.New(slog.DiscardHandler))
	if srv.ReadHeaderTimeout <= 0 || srv.ReadTimeout <= 0 || srv.WriteTimeout <= 0 || srv.IdleTimeout <= 0 || srv.MaxHeaderBytes <= 0 {
		t.Fatal("a limit is missing")
	}
	srv.ReadHeaderTimeout = 30 * time.Millisecond
	ended := make(chan error)
	go func() { ended <- web.Serve(t.Context(), srv, l) }()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", l.Addr().String())
	check(t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, "GET / HTTP/1.1\r\nHost: x\r\nX-Slow: ")
	check(t, err)
	check(t, conn.SetReadDeadline(time.Now().Add(10*time.Second)))
	if text, err := io.ReadAll(conn); err != nil { // until the server hangs up
		t.Errorf("still connected: %q, %v", text, err)
	}
	check(t, srv.Close())
	if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
		t.Errorf("ended with %v", err)
	}
}

// Ending lets a running request finish.
func TestServeEndsGracefully(t *testing.T) {
	t.Parallel()
	s := bare(t)
	arrived, release := make(chan struct{}), make(chan struct{})
	s.site.Handle("GET /wait", func(w http.ResponseWriter, r *http.Request) error {
		close(arrived)
		<-release
		return hello(w, r)
	})
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	check(t, err)
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error)
	go func() { ended <- web.Serve(ctx, web.Server(t.Context(), s.site, slog.New(slog.DiscardHandler)), l) }()
	conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", l.Addr().String())
	check(t, err)
	defer conn.Close()
	_, err = io.WriteString(conn, "GET /wait HTTP/1.1\r\nHost: x\r\n\r\n")
	check(t, err)
	<-arrived
	stop()
	close(release)
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	check(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	check(t, err)
	if string(body) != "hello" {
		t.Errorf("body %q", body)
	}
	check(t, <-ended)
	l2 := l.Addr().String()
	if conn, err := new(net.Dialer).DialContext(t.Context(), "tcp", l2); err == nil {
		conn.Close()
		t.Error("still listening")
	}
}

func TestServeReportsABrokenListener(t *testing.T) {
	t.Parallel()
	l, err := new(net.ListenConfig).Listen(t.Context(), "tcp", "127.0.0.1:0")
	check(t, err)
	check(t, l.Close())
	if err := web.Serve(t.Context(), web.Server(t.Context(), http.NotFoundHandler(), slog.New(slog.DiscardHandler)), l); !errors.Is(err, net.ErrClosed) {
		t.Errorf("ended with %v", err)
	}
}

// A body is read to a limit.
func TestBodyLimit(t *testing.T) {
	t.Parallel()
	s := bare(t)
	s.site.Handle("POST /eat", func(_ http.ResponseWriter, r *http.Request) error {
		if _, err := io.Copy(io.Discard, r.Body); err != nil {
			return domain.ErrInvalid
		}
		return nil
	})
	s.do(t, http.MethodPost, "/eat", strings.Repeat("x", 1<<20)).is(t, http.StatusOK)
	s.do(t, http.MethodPost, "/eat", strings.Repeat("x", 1<<20+1)).is(t, http.StatusBadRequest)
}

func TestAssets(t *testing.T) {
	t.Parallel()
	s := bare(t)
	doc := s.get(t, "/nothing").html(t)
	for selector, contentType := range map[string]string{
		"link[rel=stylesheet]": "text/css; charset=utf-8", "link[rel=icon]": "image/svg+xml",
	} {
		path := doc.Find(selector).AttrOr("href", "")
		g := s.get(t, path).is(t, http.StatusOK)
		if g.Header.Get("Content-Type") != contentType || !strings.Contains(g.Header.Get("Cache-Control"), "immutable") || g.body == "" {
			t.Errorf("%s: headers %v", path, g.Header)
		}
		bare, _, _ := strings.Cut(path, "?")
		if g := s.get(t, bare+"?v=older").is(t, http.StatusOK); strings.Contains(g.Header.Get("Cache-Control"), "immutable") {
			t.Errorf("%s: another version is kept for ever", path)
		}
		s.get(t, path, "If-None-Match", g.Header.Get("ETag")).is(t, http.StatusNotModified)
	}
	if g := s.get(t, "/favicon.ico").is(t, http.StatusOK); g.Header.Get("Content-Type") != "image/svg+xml" {
		t.Errorf("icon: %v", g.Header)
	}
}
