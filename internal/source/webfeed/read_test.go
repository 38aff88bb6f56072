package webfeed_test

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/fetch"
	"marquee/internal/source"
	"marquee/internal/source/sourcetest"
	"marquee/internal/source/webfeed"
	"marquee/internal/testkit"
)

// What is no feed of pieces is an error that says what was found.
func TestErrorsNameWhatWasFound(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, file, target, want string
		permanent                bool
	}{
		{"wrong category", "", "/category/no-such/feed/", `feed ("Lantern Screen"): it has no items`, false},
		{"comments", "", "/comments/feed/", `feed ("Comments for Lantern Screen"): it holds readers' comments`, true},
		{"comments of one", "", "/reviews/paper-lanterns/feed/", `feed ("Comments on: Paper Lanterns"): it holds readers' comments`, true},
		{"comments of a trashed review", "after/feed-of-trashed-review.http", "/x/", `feed ("Comments on:"): it holds readers' comments`, true},
		{"a page", "", "/reviews/", `the address answers with a web page ("Reviews – Lantern Screen")`, false},
		{"past the end", "", "/feed/?paged=99", "answered 404", false},
		{"maintenance", "variants/maintenance-feed.http", "/feed/", "answered 503", false},
		{"database down", "variants/database-down-feed.http", "/feed/", "answered 500", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			site := wordpress(t, "", c.file, c.target)
			_, err := newReader(t, sourcetest.Client(site), "url: "+home+c.target).Read(t.Context(), nil)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v\nwant …%s…", err, c.want)
			}
			if errors.Is(err, domain.ErrPermanent) != c.permanent {
				t.Errorf("permanent: %v", !c.permanent)
			}
		})
	}
}

func TestAnswersThatAreNoFeed(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ body, want string }{
		{"", "the answer is empty"},
		{" \n\t\n", "the answer is empty"},
		{"hello", "no XML"},
		{"<html><head><title>Just a moment…\u0007</title></head><rss>", `a web page ("Just a moment…")`},
		{"<!DOCTYPE html>\n<p>x</p>", "the address answers with a web page"},
		{"<opml version='2.0'><body/></opml>", "<opml> is neither"},
		{"{}", "not a JSON Feed"},
		{`{"error": "no"}`, "not a JSON Feed"},
		{`{"version":"https://jsonfeed.org/version/1.1","title":"Empty","items":[]}`, `feed ("Empty"): it has no items`},
		{`{"version":"https://jsonfeed.org/version/1.1","items":[{},{"title":[]}]}`, "none of its 2 items can be used"},
		{"<rss><channel><title>Page not found &#8211; Lantern Screen</title></channel></rss>", "the site says that there is nothing"},
		{"<feed xmlns='http://www.w3.org/2005/Atom'><title>Nothing</title></feed>", `feed ("Nothing"): it has no items`},
		{"<rss><channel><title>Kommentare</title><item><link>https://h/x/#comment-7</link></item></channel></rss>", "it holds readers' comments"},
		{"<rss><channel><item></item></channel></rss>", "none of its 1 items can be used"},
		{"<rss><channel><item><title>Cut", "cut off before its first whole item"},
		{"<rss", "no XML"},
		{"<rss>" + strings.Repeat("<a>", 10_000), "cut off before its first whole item"},
		{strings.Repeat(" ", 2<<20) + "<rss><channel><item><guid>1</guid></item></channel></rss>", "no XML"},
	} {
		_, err := readBody(t, "application/xml", c.body)
		if err == nil || !strings.Contains(err.Error(), c.want) || !errors.Is(err, domain.ErrInvalid) {
			t.Errorf("%.60q: got %v\nwant …%s…", c.body, err, c.want)
		}
	}
}

func readBody(t *testing.T, mediaType, body string) (source.Result, error) {
	t.Helper()
	site := testkit.NewSite()
	site.Set("", "/feed/", mediaType, []byte(body))
	return newReader(t, sourcetest.Client(site), "url: https://www.lanternscreen.example/feed/").Read(t.Context(), nil)
}

// What stands in a feed is found whatever stands around it.
func TestShapesOfFeeds(t *testing.T) {
	t.Parallel()
	const want = "https://www.lanternscreen.example/a/x"
	for name, body := range map[string]string{
		"link before a permanent guid": "<rss><channel><item><link>" + want + "</link><guid>https://h/other</guid></item></channel></rss>",
		"xml:base before channel link": `<rss xml:base="https://www.lanternscreen.example/a/"><channel><link>https://h/</link><item><link>x</link></item></channel></rss>`,
		"the address":                  "<rss><channel><link>https://www.lanternscreen.example/b/</link><item><link>/a/x</link></item></channel></rss>",
		"items outside of the channel": "<rss><channel/><item><link>" + want + "</link></item></rss>",
		"an element left open":         "<rss><channel><p><br><item><link>" + want + "</link></item></channel></rss>",
		"HTML in the first item":       "<rss><channel><item><link>" + want + "</link><description><![CDATA[<!DOCTYPE html><html>]]></description></item></channel></rss>",
		"prefixes":                     `<a:feed xmlns:a="http://www.w3.org/2005/Atom"><a:entry><a:id>1</a:id><a:link href="` + want + `"/></a:entry></a:feed>`,
		"RDF with a prefix": `<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:s="http://purl.org/rss/1.0/"><s:item r:about="1"><s:link>` +
			want + `</s:link></s:item></r:RDF>`,
		"capitals":               "<RSS><Channel><Item><Link>" + want + "</Link></Item></Channel></RSS>",
		"a bare ampersand":       "<rss><channel><title>A & B</title><item><title>C & D</title><link>" + want + "</link></item></channel></rss>",
		"a head not readable":    "<rss><channel><title>&bad;<</title></q></title><item><link>" + want + "</link></item></channel></rss>",
		"JSON without a version": `{"items":[{"url":"` + want + `"}]}`,
	} {
		res, err := readBody(t, "", body)
		if err != nil || len(res.Items) != 1 || res.Items[0].URL != want {
			t.Errorf("%s: %+v %v", name, res.Items, err)
		}
	}
}

func TestGoneForGood(t *testing.T) {
	t.Parallel()
	gone := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
	_, err := newReader(t, sourcetest.Client(gone), "url: "+home+"/feed/").Read(t.Context(), nil)
	var fe *fetch.Error
	if !errors.Is(err, domain.ErrPermanent) || !errors.As(err, &fe) {
		t.Errorf("410: %v", err)
	}
}

// From one state of the site to the next: validators go back as they came, and
// the answer is read when there is one.
func TestReadsAgain(t *testing.T) {
	t.Parallel()
	site := wordpress(t, "", "", "")
	r := newReader(t, sourcetest.Client(site), "url: "+home+"/feed/")
	before := read(t, r, nil)
	if r := site.Requests()[0]; r.Conditional() {
		t.Errorf("the first request carried validators: %+v", r)
	}
	site.Forget()
	if again := read(t, r, before.State); !again.Unchanged || string(again.State) != string(before.State) {
		t.Errorf("unchanged %v, state %s, was %s", again.Unchanged, again.State, before.State)
	}
	asked := site.Requests()
	if len(asked) != 1 || asked[0].Status != http.StatusNotModified ||
		asked[0].IfNoneMatch != `"66e73d208eff94e20e0c4ac8bd29ea3f"` || asked[0].IfModifiedSince != "Fri, 20 Nov 2026 15:36:44 GMT" {
		t.Errorf("asked %+v", asked)
	}

	site.Turn("after")
	after := read(t, r, before.State)
	if after.Unchanged || len(after.Items) != 9 || after.Items[0].GUID != home+"/?post_type=reviews&p=28000" {
		t.Errorf("after: unchanged %v, %d items", after.Unchanged, len(after.Items))
	}
	site.Turn("after-trashing-an-older-one")
	if !read(t, r, after.State).Unchanged { // WordPress cannot know better
		t.Error("the trashing of an older entry moves no validator")
	}
	site.Turn("after-trashing-the-newest")
	last := read(t, r, after.State)
	if last.Unchanged || slices.ContainsFunc(last.Items, func(raw source.Raw) bool { return strings.HasSuffix(raw.GUID, "p=28000") }) {
		t.Error("the trashing of the newest entry was not seen")
	}
}

// script answers each request with the next of its responses.
type script struct {
	answers []fetch.Response
	asked   []fetch.Request
}

func (s *script) Get(_ context.Context, req fetch.Request) (*fetch.Response, error) {
	res := s.answers[len(s.asked)]
	s.asked = append(s.asked, req)
	res.URL = req.URL
	return &res, nil
}

const oneItem = "<rss version='2.0'><channel><item><guid isPermaLink='false'>1</guid><title>One</title></item></channel></rss>"

func TestValidators(t *testing.T) {
	t.Parallel()
	good := fetch.Response{Body: []byte(oneItem), ETag: `W/"1"`, LastModified: "whenever"}
	s := &script{answers: []fetch.Response{
		good,
		{NotModified: true, ETag: `W/"2"`}, // a 304 may carry a newer tag
		{Body: []byte(oneItem)},            // the same bytes, and no validators any more
		{Body: []byte(oneItem)},
		{Body: []byte(strings.Replace(oneItem, "One", "Two", 1)), ETag: `"3"`},
		{Body: []byte(strings.TrimSuffix(oneItem, "</channel></rss>")), ETag: `"cut"`},
		{NotModified: true},
	}}
	r := newReader(t, s, "url: https://www.lanternscreen.example/feed/")
	var state source.State
	var unchanged []bool
	for range s.answers {
		res := read(t, r, state)
		state, unchanged = res.State, append(unchanged, res.Unchanged)
	}
	if want := []bool{false, true, true, true, false, false, true}; !slices.Equal(unchanged, want) {
		t.Errorf("unchanged: %v, want %v", unchanged, want)
	}
	var sent []string
	for _, req := range s.asked {
		sent = append(sent, req.ETag+"|"+req.LastModified)
	}
	want := []string{"|", `W/"1"|whenever`, `W/"2"|whenever`, "|", "|", `"3"|`, `"3"|`}
	if !slices.Equal(sent, want) {
		t.Errorf("validators sent: %q\nwant %q", sent, want)
	}
	if !json.Valid(state) {
		t.Errorf("state %s", state)
	}
}

func TestStateOfAnotherAddressIsNotUsed(t *testing.T) {
	t.Parallel()
	s := &script{answers: []fetch.Response{{Body: []byte(oneItem), ETag: `"1"`}, {Body: []byte(oneItem)}, {NotModified: true}}}
	first := read(t, newReader(t, s, "url: https://www.lanternscreen.example/feed/"), nil)
	moved := newReader(t, s, "url: https://www.lanternscreen.example/reviews/feed/")
	if res := read(t, moved, first.State); res.Unchanged || s.asked[1].ETag != "" {
		t.Errorf("asked %+v, unchanged %v", s.asked[1], res.Unchanged)
	}
	if _, err := moved.Read(t.Context(), nil); err == nil {
		t.Error("a 304 to a request without validators is an answer to nothing")
	}
}

func TestOptions(t *testing.T) {
	t.Parallel()
	for options, want := range map[string]string{
		"":                                   "url",
		"url: feed.xml":                      "url",
		"url: ftp://host/feed":               "url",
		"url: https://":                      "url",
		"url: https://h/feed\nurls: x":       "urls",
		"url: https://h/feed\ncontent: true": "content",
	} {
		o, err := config.ParseOptions(options, t.TempDir())
		if err != nil {
			t.Fatal(err)
		}
		if _, err := webfeed.New(source.Env{Zone: time.UTC}, o); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q: %v, want an error about %s", options, err, want)
		}
	}
	if webfeed.Kind().Name != "webfeed" {
		t.Error("the kind's name is written in configurations")
	}
}
