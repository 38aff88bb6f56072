package web_test

import (
	"context"
	"io"
	"log/slog"
	"maps"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/entitle"
	"marquee/internal/feed"
	"marquee/internal/feed/feedtest"
	"marquee/internal/feed/rss"
	"marquee/internal/feedlink"
	"marquee/internal/web"
	webpatron "marquee/internal/web/patron"
	"marquee/internal/web/public"
	"marquee/templates"
)

// bigSite is a site with one feed of 200 KB.
type bigSite struct {
	*web.Site
	publisher *feed.Publisher
	links     *feedlink.Links
	store     *manyLinks
}

func big(tb testing.TB) *bigSite {
	tb.Helper()
	set, err := templates.Look{}.Parse("")
	if err != nil {
		tb.Fatal(err)
	}
	s := &bigSite{store: &manyLinks{owners: map[string]domain.PatronID{}}}
	quiet := slog.New(slog.DiscardHandler)
	if s.Site, err = web.New(set.Web, publication(), quiet); err != nil {
		tb.Fatal(err)
	}
	items := &feedtest.Memory{}
	items.Set(prose(50, 3500)...)
	policy := &entitle.Policy{}
	feeds := []config.Feed{{Name: "reviews", Title: "Reviews"}}
	s.publisher, err = feed.NewPublisher(feed.Options{
		Store: items, Formats: []feed.Format{rss.Format()}, Now: time.Now, Log: quiet, Trust: time.Second,
		Feeds: []feed.Spec{{Feed: feeds[0], Publication: publication(), Policy: policy, Seed: []byte("seed")}},
	})
	if err != nil {
		tb.Fatal(err)
	}
	public.Public{Publication: publication(), Feeds: feeds, Publisher: s.publisher, Policy: policy, Now: time.Now}.Routes(s.Site)
	s.links = feedlink.New(s.store, []byte("key"), time.Now)
	webpatron.Feeds{Links: s.links, Publisher: s.publisher, Visitor: web.Proxies(nil).Visitor}.Routes(s.Site)
	return s
}

// link is where a patron reads the feed.
func (s *bigSite) link(tb testing.TB, id domain.PatronID) string {
	tb.Helper()
	token, err := s.links.Make(tb.Context(), id)
	if err != nil {
		tb.Fatal(err)
	}
	return "/f/" + token + "/reviews.rss"
}

// prose is pieces of words that repeat as words do.
func prose(n, length int) []domain.Item {
	r := rand.New(rand.NewPCG(1, 2))
	words := make([]string, 3000)
	for i := range words {
		words[i] = strconv.FormatUint(r.Uint64()>>(20+r.IntN(30)), 36)
	}
	items := make([]domain.Item, n)
	for i := range items {
		var text strings.Builder
		for text.Len() < length {
			text.WriteString(words[int(r.ExpFloat64()*400)%len(words)] + " ")
		}
		items[i] = domain.Item{GUID: strconv.Itoa(i), Kind: domain.Review, Title: "Piece", Body: "<p>" + text.String() + "</p>"}
		settle(&items[i], now().Add(-time.Duration(i)*time.Hour))
	}
	return items
}

// manyLinks is a feedlink.Store that counts what it is asked.
type manyLinks struct {
	feedlink.Store
	mu                   sync.Mutex
	owners               map[string]domain.PatronID
	looked, noted, wrote int
}

func (s *manyLinks) SetFeedLink(_ context.Context, id domain.PatronID, hash string, _ time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.owners[hash] = id
	return nil
}

func (s *manyLinks) FeedLinkOwner(_ context.Context, hash string) (feedlink.Owner, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.looked++
	id, ok := s.owners[hash]
	if !ok {
		return feedlink.Owner{}, domain.ErrNotFound
	}
	return feedlink.Owner{ID: id, Readers: domain.Readers{Audience: domain.Audience{Standing: domain.Active}}}, nil
}

func (s *manyLinks) NoteFeedReads(_ context.Context, reads []domain.FeedRead, _ time.Time) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.noted += len(reads)
	s.wrote++
	return nil
}

// BenchmarkTenThousandPatrons polls as many private feeds once each, by 64
// connections, and says how much memory the program had at most, and what its store
// was asked.
func BenchmarkTenThousandPatrons(b *testing.B) {
	const patrons, connections = 10_000, 64
	site := big(b)
	paths := make(chan string, patrons)
	for b.Loop() {
		for id := range domain.PatronID(patrons) {
			paths <- site.link(b, id+1)
		}
		ctx, stop := context.WithCancel(b.Context())
		var noting sync.WaitGroup
		noting.Go(func() { site.links.Run(ctx, slog.New(slog.DiscardHandler)) })
		srv := httptest.NewServer(site.Site)
		site.store.looked = 0
		var crowd sync.WaitGroup
		for range connections {
			crowd.Go(func() { readAll(b, srv, paths) })
		}
		crowd.Wait()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		srv.Close()
		stop()
		noting.Wait()
		b.ReportMetric(float64(m.Sys)/1e6, "MB")
		b.ReportMetric(float64(site.store.looked)/patrons, "look-ups/request")
		b.ReportMetric(float64(site.store.wrote), "writes")
	}
}

// readAll reads feeds as a poller does, until none is left.
func readAll(b *testing.B, srv *httptest.Server, paths <-chan string) {
	client := &http.Client{Transport: &http.Transport{DisableCompression: true}}
	defer client.CloseIdleConnections()
	for {
		select {
		case path := <-paths:
			r, err := http.NewRequestWithContext(b.Context(), http.MethodGet, srv.URL+path, http.NoBody)
			if err != nil {
				b.Error(err)
				return
			}
			r.Header.Set("Accept-Encoding", "gzip")
			resp, err := client.Do(r)
			if err != nil {
				b.Error(err)
				return
			}
			if n, err := io.Copy(io.Discard, resp.Body); err != nil || n < 10_000 || resp.StatusCode != http.StatusOK {
				b.Errorf("%d bytes, status %d, %v", n, resp.StatusCode, err)
			}
			_ = resp.Body.Close() // it was read
		default:
			return
		}
	}
}

// BenchmarkServing says what requests for a feed of 200 KB cost of the processor's
// time, beside the least that net/http takes to write the same bytes. wrk asks, in a
// process of its own, so that other load on the machine counts less.
func BenchmarkServing(b *testing.B) {
	if _, err := exec.LookPath("wrk"); err != nil {
		b.Skip("wrk is not installed")
	}
	site := big(b)
	private := site.link(b, 1)
	pub, err := site.publisher.Serve(b.Context(), "reviews", "rss", domain.Readers{})
	if err != nil {
		b.Fatal(err)
	}
	b.Logf("%d bytes, %d as gzip", len(pub.Body), len(pub.Gzip.Body))
	header := answerTo(b, site, "/feeds/reviews.rss")
	least := http.NewServeMux()
	least.HandleFunc("GET /200", func(w http.ResponseWriter, _ *http.Request) {
		maps.Copy(w.Header(), header)
		_, _ = w.Write(pub.Gzip.Body)
	})
	least.HandleFunc("GET /304", func(w http.ResponseWriter, r *http.Request) {
		maps.Copy(w.Header(), header)
		if r.Header.Get("If-None-Match") == pub.Gzip.ETag {
			w.WriteHeader(http.StatusNotModified)
		}
	})
	own, err := site.publisher.Serve(b.Context(), "reviews", "rss", domain.Readers{Audience: domain.Audience{Standing: domain.Active}})
	if err != nil {
		b.Fatal(err)
	}
	_, ownTag := own.Cut.Stamp("gzip", "")
	loads := map[string]*load{
		"bare 200":    newLoad(b, least, "/200", ""),
		"public 200":  newLoad(b, site, "/feeds/reviews.rss", ""),
		"private 200": newLoad(b, site, private, ""),
		"bare 304":    newLoad(b, least, "/304", pub.Gzip.ETag),
		"public 304":  newLoad(b, site, "/feeds/reviews.rss", pub.Gzip.ETag),
		"private 304": newLoad(b, site, private, ownTag),
	}
	for b.Loop() {
		for _, l := range loads { // in turns: the machine has its moods
			l.run(b)
		}
	}
	b.ReportMetric(0, "ns/op")
	for _, status := range []string{"200", "304"} {
		bare, shared, own := loads["bare "+status].cost(), loads["public "+status].cost(), loads["private "+status].cost()
		b.ReportMetric(bare, "bare-"+status+"-ns")
		b.ReportMetric(bare/shared, "public/bare-"+status)
		b.ReportMetric(shared/own, "private/public-"+status)
	}
}

// answerTo is the header that a site answers with.
func answerTo(b *testing.B, site http.Handler, path string) http.Header {
	b.Helper()
	r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, path, http.NoBody)
	r.Header.Set("Accept-Encoding", "gzip")
	w := httptest.NewRecorder()
	site.ServeHTTP(w, r)
	return w.Header()
}

// load is one sort of request to one server.
type load struct {
	args  []string
	costs []float64 // nanoseconds of the processor's time for a request, in each run
}

func newLoad(b *testing.B, h http.Handler, path, tag string) *load {
	b.Helper()
	listener, err := new(net.ListenConfig).Listen(b.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	srv := web.Server(b.Context(), h, slog.New(slog.DiscardHandler))
	go func() { _ = srv.Serve(listener) }()
	b.Cleanup(func() { _ = srv.Close() })
	l := &load{args: []string{"-t1", "-c8", "-d1s", "-H", "Accept-Encoding: gzip"}}
	if tag != "" {
		l.args = append(l.args, "-H", "If-None-Match: "+tag)
	}
	l.args = append(l.args, "http://"+listener.Addr().String()+path)
	return l
}

// run has wrk ask for a second.
func (l *load) run(b *testing.B) {
	b.Helper()
	before := spent(b)
	out, err := exec.CommandContext(b.Context(), "wrk", l.args...).CombinedOutput()
	if err != nil || strings.Contains(string(out), "Non-2xx") {
		b.Fatalf("%v: %s", err, out)
	}
	took := spent(b) - before
	asked, err := strconv.ParseFloat(regexp.MustCompile(`(\d+) requests in`).FindStringSubmatch(string(out))[1], 64)
	if err != nil {
		b.Fatal(err)
	}
	l.costs = append(l.costs, float64(took.Nanoseconds())/asked)
}

// cost is the median.
func (l *load) cost() float64 {
	slices.Sort(l.costs)
	return l.costs[len(l.costs)/2]
}
