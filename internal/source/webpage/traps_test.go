package webpage_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/source"
)

// What is not the list any more is an error that says what it is. What is stored
// stays, and the state from before is worth as much as it was.
func TestTraps(t *testing.T) {
	t.Parallel()
	words := strings.Repeat("Nothing here is hurried. ", 100)
	login := "<title>Log in</title><form><input type=password></form>"
	for name, c := range map[string]struct {
		body string
		want []string
	}{
		"redesign":          {"<title>New look!</title><section>" + words, []string{`list.items matches nothing on ` + home + `/reviews/ ("New look!"): has the site been redesigned?`}},
		"empty":             {"", []string{"list.items matches nothing", "redesigned"}},
		"titles moved":      {`<div class=card><h3><a href=/a>A</a></h3><i class=date>2026-11-20</i><i class=intro></i><i class=still></i></div>`, []string{"list.link matches nothing in any of 1 items on " + home}},
		"no titles":         {`<div class=card><h2><a href=/a>A</a></h2><i class=intro></i><i class=still></i></div>`, []string{"list.date matches nothing in any of 1 items"}},
		"no summaries":      {`<div class=card><h2><a href=/a>A</a></h2><i class=date>2026-11-20</i><i class=still></i></div>`, []string{"list.summary matches nothing in any of 1 items"}},
		"no images":         {`<div class=card><h2><a href=/a>A</a></h2><i class=date>2026-11-20</i><i class=intro></i></div>`, []string{"list.image matches nothing in any of 1 items"}},
		"dates like nobody": {`<div class=card><h2><a href=/a>A</a></h2><i class=date>2 days ago</i><i class=intro></i><i class=still></i></div>`, []string{`list.date: the date "2 days ago" on`, "write its date_format"}},
		"scripts for links": {`<div class=card><h2><a href="javascript:go(1)">A</a></h2></div><div class=card><h2><a href="#">B</a></h2></div>`, []string{"list.link matches nothing in any of 2 items", "redesigned"}},
		"block page":        {"<title>Just a moment...</title><p>Checking if the site connection is secure", []string{`was answered with a page that keeps robots out ("Just a moment...")`}},
		"another":           {"<title>Attention Required! | Cloudflare</title><h1>Sorry, you have been blocked", []string{"keeps robots out"}},
		"captcha":           {"<title>Hello</title><form><div class='h-captcha'></div></form>", []string{"was answered with a captcha"}},
		"login page":        {login, []string{"was answered with a login page (\"Log in\")"}},
		"maintenance":       {"<title>Maintenance</title>", []string{`("Maintenance")`}},
		"nested too deeply": {strings.Repeat("<div>", 600), []string{"exceeds 512 nodes"}},
		"larger than pages": {strings.Repeat("<div class=card>"+words+"</div>", 4000), []string{"larger than 4194304 bytes"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			site(t, w)
			good := w.read(cards, nil)
			w.Set("now", home+"/reviews/", "text/html", []byte(c.body))
			w.Turn("now")
			w.fails(cards, nil, c.want...)
			w.fails(cards, good.State, append(c.want, "https://")...)
			w.Turn("")
			if !w.read(cards, good.State).Unchanged {
				t.Error("after the bad hour the old state is worth nothing")
			}
		})
	}
}

func TestListsThatLeadNowhere(t *testing.T) {
	t.Parallel()
	for options, want := range map[string]string{
		plain:                       "list.items selects 2 elements, none of which leads to a piece, on " + home + "/reviews/",
		plain + "limit: 4":          `list.title is missing: the links of all 3 items on ` + home + `/reviews/ say "Read more"`,
		plain + "paths: [/essays/]": "paths leaves out all 2 items on " + home + "/reviews/",
	} {
		w := newWorld(t)
		w.page("/reviews/", "<article><h2>A</h2></article><article><a href=''>B</a></article>")
		switch {
		case strings.Contains(options, "paths"):
			w.page("/reviews/", listed("", "a", "b"))
		case strings.Contains(options, "limit"):
			w.page("/reviews/", strings.NewReplacer(">a<", ">Read more<", ">b<", ">Read more<", ">c<", ">Read more<").Replace(listed("", "a", "b", "c")))
		}
		w.fails(options, nil, want)
	}
}

func TestRedirectsToSomethingElse(t *testing.T) {
	t.Parallel()
	form := "<form><input type=password></form>" + strings.Repeat("<p>Members read more.</p>", 200)
	for name, c := range map[string]struct{ target, body, want string }{
		"login":      {"/wp-login.php?redirect_to=x", form, "was answered with a login page"},
		"front page": {"/", "<title>Lantern Screen</title><p>Hi", `was answered with the site's front page ("Lantern Screen")`},
		"elsewhere":  {"/archive/", "<title>Archive</title><p>Hi", `list.items matches nothing on ` + home + `/archive/ ("Archive")`},
		"a file":     {"/reviews.pdf", "", "it is application/pdf, not HTML"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.answer("/reviews/", "302 Found\nLocation: "+c.target+"\n\n")
			w.page(c.target, c.body)
			w.Set("", home+"/reviews.pdf", "application/pdf", []byte("%PDF"))
			w.fails(plain, nil, c.want)
		})
	}
}

// A page that fails to come is the fetcher's error, with its address.
func TestFetcherErrors(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fails(plain, nil, "read list: ", home+"/reviews/", "404")
	w.page("/reviews/", listed("", "a"))
	state := w.read(plain, nil).State
	w.answer("/reviews/", "410 Gone\n\n")
	w.fails(plain, state, "look for news: ", "410")
}

// Pages that are made anew for every request hold the same pieces.
func TestOnlyPiecesCount(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.page("/reviews/", listed("", "a", "b")+"<!-- 1 -->")
	first := w.read(plain, nil)
	w.page("/reviews/", listed("", "a", "b")+"<!-- 2 -->")
	again := w.read(plain, first.State)
	if diff := cmp.Diff(source.Result{Unchanged: true, News: true}, again, ignoreState); diff != "" {
		t.Errorf("the same pieces:\n%s", diff)
	}
	w.page("/reviews/", listed("", "b")+"<!-- 3 -->")
	if res := w.read(plain, again.State); !res.Unchanged || res.Complete {
		t.Errorf("a piece that slid out: %+v", res)
	}
	w.page("/reviews/", listed("", "c", "a", "b"))
	if res := w.read(plain, again.State); strings.Join(guids(res.Items), " ") != "/r/c" {
		t.Errorf("news: %v", guids(res.Items))
	}
	w.page("/reviews/", listed("", "a", "b")+"<article>No link</article>")
	if res := w.read(plain, again.State); res.Unchanged || len(res.Items) > 0 || len(res.Problems) != 1 {
		t.Errorf("nothing new but a problem: %+v", res)
	}
	w.page("/reviews/", listed("", "c", "a", "b"))
	if res := w.read(plain+"  title: a\n", again.State); len(res.Items) != 3 {
		t.Errorf("after a change of options %d pieces count as new, want all", len(res.Items))
	}
}

// The same bytes cost a hash, with validators or without, and no parser.
func TestSameBytesAreNotParsed(t *testing.T) {
	w := newWorld(t)
	w.page("/reviews/", listed("", "a")+strings.Repeat("<p><b>x</b>", 50_000))
	r := newReader(t, w.env, plain)
	first, err := r.Read(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	allocated := testing.AllocsPerRun(1, func() {
		if res, err := r.Read(t.Context(), first.State); err != nil || !res.Unchanged {
			t.Errorf("%+v, %v", res, err)
		}
	})
	if allocated > 500 {
		t.Errorf("%v allocations for bytes that were seen before", allocated)
	}
}
