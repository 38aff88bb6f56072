package tmdb_test

import (
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/testkit"
	"marquee/internal/tmdb"
)

const (
	token = "eyJhbGciOiJIUzI1NiJ9.eyJhdWQiOiJ4In0.c2ln"
	key   = "0123456789abcdef0123456789abcdef"
)

// world is a client before a fake, by a clock that moves when the client waits.
type world struct {
	*tmdb.Client
	fake  *testkit.TMDB
	now   time.Time
	waits []time.Duration
}

func newWorld(t *testing.T, secret string) *world {
	t.Helper()
	w := &world{now: time.Date(2026, 11, 20, 12, 0, 0, 0, time.UTC)}
	w.fake = &testkit.TMDB{Token: token, Key: key, Now: func() time.Time { return w.now }}
	w.fake.Add(ledger())
	w.Client = tmdb.New(tmdb.Config{
		Token: secret, Language: "en-US", Transport: w.fake, Agent: "Marquee/test", Now: func() time.Time { return w.now },
		Wait: func(_ context.Context, d time.Duration) error {
			w.now = w.now.Add(d)
			w.waits = append(w.waits, d)
			return nil
		},
	})
	return w
}

func ledger() testkit.TMDBFilm {
	return testkit.TMDBFilm{
		ID: 990001, IMDB: "tt9900001", Title: "The Salt Ledger", Original: "Solná kniha", Released: "2024-09-13", Runtime: 112,
		Genres: []string{"Crime"}, Directors: []string{"Tomas Reyl"}, Writers: []string{"Ada Lind", "Tomas Reyl"}, Cast: []string{"Lio Marsh", "Ines Vardo"},
		Certified: map[string]string{"US": "R", "DE": "12"},
		Watch: map[string]map[string][]string{
			"US": {"rent": {"Apple TV"}, "flatrate": {"Criterion Channel", "Mubi"}, "ads": {"Tubi"}},
			"DE": {"buy": {"Sky"}},
		},
	}
}

func TestFilm(t *testing.T) {
	t.Parallel()
	for name, secret := range map[string]string{"a token of version 4": token, "a key of version 3": key} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, secret)
			got, err := w.Film(t.Context(), "990001", []string{"US", "FR"})
			if err != nil {
				t.Fatal(err)
			}
			want := tmdb.Film{
				Original: "Solná kniha",
				Facts: domain.Film{
					Title: "The Salt Ledger", Year: 2024, Runtime: 112 * time.Minute, TMDB: "990001", IMDB: "tt9900001", Genres: []string{"Crime"},
					Directors: []string{"Tomas Reyl"}, Writers: []string{"Ada Lind", "Tomas Reyl"}, Cast: []string{"Lio Marsh", "Ines Vardo"},
				},
				Regions: map[string]tmdb.Region{"US": {
					ContentRating: "R", Released: domain.Date{Year: 2024, Month: 9, Day: 13}, Link: "https://www.themoviedb.org/movie/990001/watch?locale=US",
					Services: []domain.Service{
						{Name: "Criterion Channel", Access: domain.Subscription},
						{Name: "Mubi", Access: domain.Subscription},
						{Name: "Tubi", Access: domain.WithAds},
						{Name: "Apple TV", Access: domain.Rent},
					},
				}},
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("-want +got:\n%s", diff)
			}
			asked := w.fake.Asked()
			if len(asked) != 1 || asked[0] != "/3/movie/990001?append_to_response=watch%2Fproviders%2Crelease_dates%2Ccredits&language=en-US" {
				t.Errorf("asked %q", asked)
			}
		})
	}
}

func TestSearch(t *testing.T) {
	t.Parallel()
	w := newWorld(t, token)
	for i := range 70 {
		w.fake.Add(testkit.TMDBFilm{ID: int64(i + 1), Title: "Home", Released: "2025-01-02"})
	}
	w.fake.Add(testkit.TMDBFilm{ID: 99, Title: "The Salt Ledger Uncut", Released: "2024-01-02", Adult: true})
	got, whole, err := w.Search(t.Context(), "salt ledger", 2024)
	want := []tmdb.Candidate{{ID: "990001", Title: "The Salt Ledger", Original: "Solná kniha", Year: 2024}}
	if !slices.Equal(got, want) || !whole || err != nil {
		t.Errorf("%+v, %t, %v", got, whole, err)
	}
	w.fake.Asked()
	many, whole, err := w.Search(t.Context(), "home", 2025)
	if len(many) != 60 || whole || err != nil || len(w.fake.Asked()) != 3 {
		t.Errorf("%d films, whole %t, %v", len(many), whole, err)
	}
	if none, whole, err := w.Search(t.Context(), "fog", 2024); len(none) != 0 || !whole || err != nil {
		t.Errorf("%+v, %t, %v", none, whole, err)
	}
}

func TestByIMDB(t *testing.T) {
	t.Parallel()
	w := newWorld(t, token)
	for imdb, want := range map[string]string{"tt9900001": "990001", "tt1": ""} {
		if id, err := w.ByIMDB(t.Context(), imdb); id != want || err != nil {
			t.Errorf("%s: %q, %v", imdb, id, err)
		}
	}
}

// Half of what TMDB bears is asked, whoever is in a hurry.
func TestPace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, token)
	w.fake.PerSecond = 21
	for range 50 {
		if _, err := w.ByIMDB(t.Context(), "tt1"); err != nil {
			t.Fatal(err)
		}
	}
	if len(w.fake.Asked()) != 50 {
		t.Error("asked again")
	}
}

func TestTrouble(t *testing.T) {
	t.Parallel()
	later := func(seconds string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) {
			if seconds != "" {
				w.Header().Set("Retry-After", seconds)
			}
			testkit.TMDBRefusal(http.StatusTooManyRequests, 25)(w, r)
		}
	}
	says := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, body) }
	}
	down := testkit.TMDBRefusal(http.StatusServiceUnavailable, 46)
	bomb := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "gzip")
		z := gzip.NewWriter(w)
		for range 6 {
			_, _ = z.Write(make([]byte, 1<<20))
		}
		_ = z.Close()
	}
	tests := map[string]struct {
		answers []http.HandlerFunc
		asked   int
		waited  time.Duration // beyond the pace, and at most half of it more
		is      error
		says    string // the error; empty is none
	}{
		"too many, then well":   {[]http.HandlerFunc{later("7")}, 2, 7 * time.Second, nil, ""},
		"too many, for a while": {[]http.HandlerFunc{later("")}, 2, 10 * time.Second, nil, ""},
		"too many, for long":    {[]http.HandlerFunc{later("3600")}, 1, 0, nil, "answered 429 Too Many Requests (too many questions)"},
		"down once":             {[]http.HandlerFunc{down}, 2, time.Second, nil, ""},
		"down":                  {[]http.HandlerFunc{down, down, down, down}, 3, 3 * time.Second, nil, "503 Service Unavailable (it is being mended)"},
		"a key that is none":    {[]http.HandlerFunc{testkit.TMDBRefusal(401, 7)}, 1, 0, domain.ErrNotEntitled, "copy tmdb.token anew"},
		"no such film":          {[]http.HandlerFunc{testkit.TMDBRefusal(404, 34)}, 1, 0, domain.ErrNotFound, "tmdb: read film 990001: answered 404"},
		"a web page":            {[]http.HandlerFunc{says(" <html>"), says("<html>"), says("<html>")}, 3, 3 * time.Second, nil, "a web page came"},
		"cut off":               {[]http.HandlerFunc{says(`{"id":`)}, 2, time.Second, nil, ""},
		"other types":           {[]http.HandlerFunc{says(`{"id":"x"}`)}, 1, 0, domain.ErrInvalid, "it holds a"},
		"another film":          {[]http.HandlerFunc{says(`{"id":7}`)}, 1, 0, domain.ErrInvalid, "about another film"},
		"a bomb":                {[]http.HandlerFunc{bomb}, 1, 0, domain.ErrInvalid, "larger than 4 MB"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, key)
			w.fake.Break(test.answers...)
			_, err := w.Film(t.Context(), "990001", nil)
			if test.says == "" && err != nil || test.says != "" && (err == nil || !strings.Contains(err.Error(), test.says)) {
				t.Errorf("error %v", err)
			}
			if test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("%v is no %v", err, test.is)
			}
			if err != nil && strings.Contains(err.Error(), key) {
				t.Errorf("%v tells the key", err)
			}
			var waited time.Duration
			for _, d := range w.waits {
				if d >= time.Second {
					waited += d
				}
			}
			if n := len(w.fake.Asked()); n != test.asked || waited < test.waited || waited > test.waited*3/2 {
				t.Errorf("asked %d times, waited %v", n, waited)
			}
		})
	}
}

// Nothing that a server says is believed without looking.
func TestDistrust(t *testing.T) {
	t.Parallel()
	w := newWorld(t, token)
	long := strings.Repeat("x", 400)
	w.fake.Break(func(rw http.ResponseWriter, _ *http.Request) {
		fmt.Fprintf(rw, `{"id":990001,"imdb_id":"javascript:1","title":"A\u0000 B\n C\u202e","runtime":-5,"release_date":"soon","genres":[{"name":""},{"name":%q}],
			"credits":{"cast":[{"name":"Two","order":2},{"name":"One","order":1}],"crew":[{"name":"D","job":"Director"},{"name":"D","job":"Director"}]},
			"release_dates":{"results":[{"iso_3166_1":"US","release_dates":[{"certification":"R","type":5,"release_date":"2099-99-99"}]}]},
			"watch/providers":{"results":{"US":{"link":"https://evil.example/","flatrate":[{"provider_name":" "},{"provider_name":"Mubi","display_priority":9},{"provider_name":"First"}]}}}}`, long)
	})
	got, err := w.Film(t.Context(), "990001", []string{"US"})
	want := tmdb.Film{
		Facts: domain.Film{TMDB: "990001", Title: "A B C", Cast: []string{"One", "Two"}, Directors: []string{"D"}},
		Regions: map[string]tmdb.Region{"US": {ContentRating: "R", Services: []domain.Service{
			{Name: "First", Access: domain.Subscription}, {Name: "Mubi", Access: domain.Subscription},
		}}},
	}
	if diff := cmp.Diff(want, got); diff != "" || err != nil {
		t.Errorf("%v -want +got:\n%s", err, diff)
	}
}

func TestContextEnds(t *testing.T) {
	t.Parallel()
	w := newWorld(t, token)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := w.Film(ctx, "990001", nil); !errors.Is(err, context.Canceled) || len(w.fake.Asked()) != 0 {
		t.Errorf("error %v", err)
	}
}

// FuzzFilm: whatever an answer says, what comes out can be shown.
func FuzzFilm(f *testing.F) {
	f.Add(`{"id":1,"title":"A","watch/providers":{"results":{"US":{"link":"https://www.themoviedb.org/x","rent":[{"provider_name":"B"}]}}}}`)
	f.Add(`{"id":1,"title":"\ud800","release_date":"2024-02-30","release_dates":{"results":[{"iso_3166_1":"US","release_dates":[{"type":3}]}]}}`)
	f.Fuzz(func(t *testing.T, body string) {
		w := newWorld(t, token)
		answer := func(rw http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(rw, body) }
		w.fake.Break(answer, answer, answer)
		got, err := w.Film(t.Context(), "1", []string{"US"})
		if err != nil {
			return
		}
		texts := slices.Concat([]string{got.Facts.Title, got.Original}, got.Facts.Cast, got.Facts.Directors, got.Facts.Writers, got.Facts.Genres)
		for _, s := range got.Regions["US"].Services {
			texts = append(texts, s.Name)
		}
		for _, s := range texts {
			if strings.ContainsAny(s, "\n\r\t\x00") || len(s) > 300 {
				t.Errorf("text %q", s)
			}
		}
		if link := got.Regions["US"].Link; link != "" && !strings.HasPrefix(link, "https://www.themoviedb.org") {
			t.Errorf("link %q", link)
		}
	})
}
