package wordpress_test

import (
	"net/http"
	"path"
	"strings"
	"testing"

	"marquee/internal/source"
	"marquee/internal/source/sourcetest"
)

// onePieceWhole has all that is read of a piece. The captured lists are too large
// to be varied well.
const onePieceWhole = `[{"id":41207,"date":"2026-11-19T14:05:33","date_gmt":"2026-11-19T20:05:33","guid":{"rendered":"http:\/\/h\/?post_type=reviews&#038;p=41207"},
"modified_gmt":"2026-11-19T20:05:41","status":"publish","link":"http:\/\/h\/reviews\/%e7%b4%99\/","title":{"rendered":"Salt &#038; <em>Ledger<\/em>"},
"content":{"rendered":"<p>\u2026<\/p>","protected":false},"excerpt":{"rendered":"<p>[&hellip;]<\/p>","protected":false},"acf":{"rating":"3.5"},
"yoast_head_json":{"og_image":[{"url":"\/a.png","width":"10"}],"schema":{"@graph":[{"@type":"Movie","name":"A","duration":"PT1H"}]}},
"_embedded":{"author":[{"name":"Mara"}],"wp:featuredmedia":[{"media_type":"image","source_url":"\/b.png","media_details":{"width":3000,"height":2000,
"sizes":{"large":{"width":1500,"height":1000,"source_url":"\/c.png"}}}}],"wp:term":[[{"name":"Reader's Choice","taxonomy":"category"}],[],[{"name":"A","taxonomy":"actor"}]]}}]`

// Whatever a site answers, and whatever state it is read with, Read returns. What
// it returns keeps source.Raw's promises; nothing comes with an error, and what
// is complete came whole.
func FuzzRead(f *testing.F) {
	for _, file := range []string{"rest-error-invalid-params.http", "rest-error-draft-anonymous.http"} {
		f.Add(body(f, path.Join(captured, file)), []byte(nil))
	}
	f.Add([]byte(onePieceWhole), []byte(nil))
	const settings = `{"settings": "1 http://127.0.0.1:8088/ [\"reviews\"] \"\" map[\"rating\":\"acf.rating\"]", "root": "http://127.0.0.1:8088/wp-json/", `
	f.Add([]byte(`[{"id":7,"guid":{"rendered":"7"},"link":"http://[::1","acf":{"rating":[["★★"]]},"_embedded":{"wp:term":[[{"name":"<b>","taxonomy":"actor"}]]}}]`), []byte(nil))
	f.Add([]byte(`[{"id":7,"guid":{"rendered":"7"},"modified_gmt":"2026-11-22T12:00:00"},{"id":8}]`),
		[]byte(settings+`"listed": "2026-11-22T11:00:00Z", "types": [{"name": "reviews", "route": "wp/v2/reviews", "seen": {"7": 3, "9": -1, "10": -2}, "fresh": [7]}]}`))
	f.Add([]byte(`[]`), []byte(settings+`"types": [{"route": "../%zz?"}], "listed": "2026-11-22T11:00:00Z"}`))
	f.Add([]byte(`[]`), []byte(settings+`"detour": {"feed": "http://127.0.0.1:8088/feed/", "state": "bnVsbA==", "again": "2030-01-01T00:00:00Z"}}`))
	f.Add([]byte(`[{"id":1,"guid":{"rendered":"1"},"date_gmt":"9999-12-31T23:59:59","title":{"rendered":"&#0;<q>&#x80;"}}]`), []byte("{"))
	site := openSite(f, "")
	f.Fuzz(func(t *testing.T, answer, last []byte) {
		h := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.Path, "/wp/v2/reviews") {
				_, _ = w.Write(answer)
				return
			}
			site.Site.ServeHTTP(w, r)
		})
		r := setup{client: sourcetest.Client(h), options: "url: " + home + "\ntypes: [reviews]\nfields: {rating: acf.rating}"}.reader(t)
		res, err := r.Read(t.Context(), source.State(last))
		if err != nil && len(res.Items)+len(res.State)+len(res.Problems) > 0 {
			t.Error("something came with an error")
		}
		sourcetest.CheckItems(t, res.Items)
		if err != nil {
			return
		}
		again, err := r.Read(t.Context(), res.State)
		if err == nil && again.Unchanged && len(again.Items) > 0 {
			t.Error("unchanged, and something is given")
		}
		sourcetest.CheckItems(t, again.Items)
	})
}
