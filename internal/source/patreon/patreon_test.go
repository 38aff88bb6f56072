package patreon_test

import (
	"context"
	"errors"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/fetch"
	"marquee/internal/patreonapi"
	"marquee/internal/source"
	"marquee/internal/source/patreon"
	"marquee/internal/source/sourcetest"
	"marquee/internal/testkit"
)

const day = 24 * time.Hour

func tiers() domain.Tiers {
	return domain.Tiers{{Name: "Matinee", PatreonID: "901", Cents: 300}, {Name: "Screenwriter", PatreonID: "902", Cents: 1000}}
}

// world is a campaign at Patreon and a source of its posts.
type world struct {
	*testkit.Patreon
	campaign *testkit.PatreonCampaign
	reader   source.Reader
	state    source.State
}

func newWorld(t *testing.T, options string) *world {
	t.Helper()
	w := &world{Patreon: testkit.NewPatreon(testkit.PatreonConfig{Access: "access-0", TokenLife: 1000 * day, PerMinute: -1})}
	w.campaign = w.AddCampaign("700142", "lanternscreen")
	client := patreonapi.New(patreonapi.Config{
		Credentials: patreonapi.Credentials{AccessToken: "access-0"}, Transport: w.Transport(), Agent: "test", Now: w.Now,
		Wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
	})
	opts, err := config.ParseOptions("campaign: \"700142\"\n"+options, ".")
	if err != nil {
		t.Fatal(err)
	}
	if w.reader, err = patreon.Kind(client, tiers()).New(source.Env{Name: "posts", Now: w.Now}, opts); err != nil {
		t.Fatal(err)
	}
	return w
}

// read reads once, an hour after the last time.
func (w *world) read(t *testing.T) source.Result {
	t.Helper()
	w.Advance(time.Hour)
	w.Forget()
	res, err := w.reader.Read(t.Context(), w.state)
	if err != nil {
		t.Fatal(err)
	}
	w.state = res.State
	sourcetest.CheckItems(t, res.Items)
	return res
}

func TestPieces(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "teaser: Für Unterstützer & Freunde.")
	at := w.Now()
	locked := "<p>Für Unterstützer &amp; Freunde.</p>"
	for _, p := range []testkit.PatreonPost{
		{ID: "1", Title: " Friday  Streaming Picks – November 20 ", Content: "<p>The Salt Ledger</p>", Tiers: []string{"902", "901"}},
		{ID: "2", Title: "Streaming recommendations", Public: true, Content: "<p>Free</p>", URL: "https://www.patreon.com/posts/streaming-2"},
		{ID: "3", Title: "Poll: the next Definitives", Tiers: []string{"902"}},
		{ID: "4", Title: "Notes", Content: "<p>a</p>", Embed: "https://video.example/?a=1&b=2"},
		{ID: "5", Title: "For producers", Content: "<p>b</p>", Tiers: []string{"903"}},
		{ID: "6", Title: "For all members", Content: "<p>c</p>", Tiers: []string{"900", "901", "902"}},
		{ID: "7", Title: "Draft", Draft: true},
		{ID: "8", Title: "Later", Published: at.Add(2 * day)},
	} {
		w.campaign.Publish(p)
	}
	ladder := func(to string) domain.Ladder { return domain.Ladder{{To: to}} }
	want := []source.Raw{
		{GUID: "patreon:post:1", URL: "https://www.patreon.com/posts/1", Title: "Friday Streaming Picks – November 20", Kind: domain.Picks, Content: "<p>The Salt Ledger</p>", Summary: locked, Release: ladder("patrons"), Published: at},
		{GUID: "patreon:post:2", URL: "https://www.patreon.com/posts/streaming-2", Title: "Streaming recommendations", Kind: domain.Picks, Content: "<p>Free</p>", Release: ladder("everyone"), Published: at},
		{GUID: "patreon:post:3", URL: "https://www.patreon.com/posts/3", Title: "Poll: the next Definitives", Kind: domain.Poll, Summary: locked, Release: ladder("Screenwriter"), Published: at},
		{GUID: "patreon:post:4", URL: "https://www.patreon.com/posts/4", Title: "Notes", Kind: domain.Post, Content: `<p>a</p><p><a href="https://video.example/?a=1&amp;b=2">https://video.example/?a=1&amp;b=2</a></p>`, Summary: locked, Release: ladder("patrons"), Published: at},
		{GUID: "patreon:post:5", URL: "https://www.patreon.com/posts/5", Title: "For producers", Kind: domain.Post, Content: "<p>b</p>", Summary: locked, Release: ladder("Screenwriter"), Published: at},
		{GUID: "patreon:post:6", URL: "https://www.patreon.com/posts/6", Title: "For all members", Kind: domain.Post, Content: "<p>c</p>", Summary: locked, Release: ladder("patrons"), Published: at},
	}
	res := w.read(t)
	if diff := cmp.Diff(want, res.Items); diff != "" || !res.Complete {
		t.Errorf("complete %t, pieces (-want +got):\n%s", res.Complete, diff)
	}
	w.Advance(2 * day)
	if res := w.read(t); !slices.ContainsFunc(res.Items, func(r source.Raw) bool { return r.Title == "Later" }) {
		t.Errorf("the scheduled post did not come: %+v", res.Items)
	}
}

func TestTypes(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "types: [picks]")
	w.campaign.Publish(testkit.PatreonPost{ID: "1", Title: "Streaming picks"})
	w.campaign.Publish(testkit.PatreonPost{ID: "2", Title: "A review"})
	if res := w.read(t); len(res.Items) != 1 || res.Items[0].GUID != "patreon:post:1" {
		t.Errorf("pieces %+v", res.Items)
	}
}

// TestFollows reads hourly what happens to posts, and what that costs.
func TestFollows(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	old := testkit.PatreonPost{ID: "1", Title: "Old", Content: "<p>old</p>", Published: w.Now().Add(-100 * day)}
	fresh := testkit.PatreonPost{ID: "2", Title: "Fresh", Content: "<p>fresh</p>", Published: w.Now().Add(-day)}
	w.campaign.Publish(old)
	w.campaign.Publish(fresh)
	for _, step := range []struct {
		name     string
		do       func()
		titles   []string // nil is unchanged
		complete bool
		requests int
	}{
		{"at first", func() {}, []string{"Old", "Fresh"}, true, 1},
		{"nothing", func() {}, nil, false, 2},
		{"the fresh one's text", func() { fresh.Content = "<p>corrected</p>"; w.campaign.Publish(fresh) }, []string{"Fresh"}, false, 2},
		{"the old one opens", func() { old.Public = true; w.campaign.Publish(old) }, []string{"Old"}, false, 3},
		{"a new one", func() { w.campaign.Publish(testkit.PatreonPost{ID: "3", Title: "New"}) }, []string{"New"}, false, 3},
		{"nothing again", func() {}, nil, false, 3},
		{"one is gone", func() { w.campaign.Unpublish("2") }, []string{"Old", "New"}, true, 2},
		{"the old one's text", func() { old.Content = "<p>older</p>"; w.campaign.Publish(old) }, nil, false, 2},
		{"a day later", func() { w.Advance(day) }, []string{"Old", "New"}, true, 1},
		{"another day", func() { w.Advance(day) }, nil, false, 1},
		{"all short of one", func() {
			w.Break(testkit.PatreonTrouble{With: testkit.SomeWithTotal, On: "posts", Percent: 50})
		}, nil, false, 1},
		{"all short of one, and whole", func() { w.Advance(day) }, nil, false, 1},
		{"all of them again", func() { w.Mend() }, nil, false, 2},
	} {
		step.do()
		res := w.read(t)
		var titles []string
		for _, raw := range res.Items {
			titles = append(titles, raw.Title)
		}
		if !slices.Equal(titles, step.titles) || res.Unchanged != (step.titles == nil) || res.Complete != step.complete {
			t.Errorf("%s: %v, unchanged %t, complete %t", step.name, titles, res.Unchanged, res.Complete)
		}
		if n := len(w.Requests()); n != step.requests {
			t.Errorf("%s: %d requests", step.name, n)
		}
	}
}

func TestManyNewPostsCostOneList(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.campaign.Publish(testkit.PatreonPost{Title: "First"})
	w.read(t)
	for range 50 {
		w.campaign.Publish(testkit.PatreonPost{Title: "More", Content: "<p>x</p>"})
	}
	if res := w.read(t); len(res.Items) != 51 || !res.Complete || len(w.Requests()) != 4 {
		t.Errorf("%d pieces, %d requests", len(res.Items), len(w.Requests()))
	}
}

func TestEmptyTakesNothingBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t, "")
	w.campaign.Publish(testkit.PatreonPost{Title: "Only"})
	w.read(t)
	w.Break(testkit.PatreonTrouble{With: testkit.EmptyList, On: "posts"})
	if _, err := w.reader.Read(t.Context(), w.state); err == nil || !strings.Contains(err.Error(), "nothing is taken back") {
		t.Errorf("error %v", err)
	}
}

func TestErrors(t *testing.T) {
	t.Parallel()
	for mishap, status := range map[testkit.PatreonMishap]int{
		testkit.ServerError: 500, testkit.ForbiddenPage: 403, testkit.ThrottledBoth: 429, testkit.ThrottledBody: 429, testkit.Truncated: 200,
	} {
		w := newWorld(t, "")
		w.campaign.Publish(testkit.PatreonPost{Title: "Only"})
		w.Break(testkit.PatreonTrouble{With: mishap})
		res, err := w.reader.Read(t.Context(), nil)
		asked, ok := errors.AsType[*fetch.Error](err)
		if !ok || asked.Status != status || (asked.RetryAfter > 0) != (status == 429) || strings.Count(err.Error(), "answered") > 1 {
			t.Errorf("mishap %d: %v", mishap, err)
		}
		if diff := cmp.Diff(source.Result{}, res); diff != "" {
			t.Errorf("something came with the error:\n%s", diff)
		}
	}
	w := newWorld(t, "")
	w.ReplaceTokens()
	if _, err := w.reader.Read(t.Context(), nil); !errors.Is(err, domain.ErrPermanent) {
		t.Errorf("with dead tokens: %v", err)
	}
}

// TestPicturesThatDie are left out, and nothing else is touched.
func TestPicturesThatDie(t *testing.T) {
	t.Parallel()
	const theirs = `<img src="https://c10.patreonusercontent.com/4/x.jpg?token-time=1&amp;token-hash=y" alt="z">`
	for content, want := range map[string]string{
		"<p>a" + theirs + "b</p>":                              "<p>ab</p>",
		"<figure>" + theirs + "</figure>patreon":               "<figure></figure>patreon",
		`<p><img src='https://own.example/patreon.jpg'></p>`:   `<p><img src='https://own.example/patreon.jpg'></p>`,
		`<a href="https://www.patreon.com/x">patreon</a>&nbsp`: `<a href="https://www.patreon.com/x">patreon</a>&nbsp`,
		`<IMG SRC=//www.patreon.com/media/1>`:                  "",
		`<img srcset="https://x.patreonusercontent.com/1 2x">`: "",
		`<img src="https://notpatreon.com/1">`:                 `<img src="https://notpatreon.com/1">`,
		`patreon <b>unclosed`:                                  `patreon <b>unclosed`,
	} {
		w := newWorld(t, "")
		w.campaign.Publish(testkit.PatreonPost{Title: "A", Content: content})
		if res := w.read(t); res.Items[0].Content != want {
			t.Errorf("%s became %s", content, res.Items[0].Content)
		}
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	client := patreonapi.New(patreonapi.Config{Now: time.Now})
	for _, test := range []struct {
		options, want string
		client        *patreonapi.Client
		tiers         domain.Tiers
	}{
		{"campaign: '700142'", "", client, tiers()},
		{"campaign: '700142'", "", client, nil},
		{"{campaign: '700142', types: [post, poll], teaser: Join.}", "", client, tiers()},
		{"campaign: '700142'", "needs the tokens", nil, tiers()},
		{"campaign: '700142'", "needs a patreon_id for each", client, domain.Tiers{{Name: "Matinee"}}},
		{"{}", "campaign: must be the campaign's id", client, tiers()},
		{"campaign: lanternscreen", "campaign: must be the campaign's id", client, tiers()},
		{"{campaign: '1', types: [post, review]}", `"review" is no type of post`, client, tiers()},
		{"{campaign: '1', teaser: ' '}", "teaser: says nothing", client, tiers()},
		{"{campaign: '1', token: x}", "token: unknown key", client, tiers()},
	} {
		opts, err := config.ParseOptions(test.options, ".")
		if err != nil {
			t.Fatal(err)
		}
		_, err = patreon.Kind(test.client, test.tiers).New(source.Env{Now: time.Now}, opts)
		if (err == nil) != (test.want == "") || err != nil && !strings.Contains(err.Error(), test.want) {
			t.Errorf("%s: %v, want %q", test.options, err, test.want)
		}
	}
}
