// Package feedtest is the suite that every feed format passes, and the sample
// publication that it is shown.
package feedtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/feed"
)

// Run tests a format: the same bytes for the same document, nothing lost,
// nothing that a strict parser refuses, and the golden files of the sample.
func Run(t *testing.T, f feed.Format) {
	t.Helper()
	for name, test := range map[string]func(*testing.T, feed.Format){
		"same bytes":      sameBytes,
		"empty":           empty,
		"round trip":      roundTrip,
		"hostile strings": hostileStrings,
		"addresses":       addresses,
		"missing parts":   missingParts,
		"dates":           dates,
		"many entries":    manyEntries,
		"big body":        bigBody,
		"private":         private,
		"archive":         archived,
		"implausible":     implausible,
		"broken promises": brokenPromises,
		"golden":          golden,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			test(t, f)
		})
	}
}

// Document is the sample's document for an audience.
func Document(tb testing.TB, a domain.Audience) *feed.Document {
	tb.Helper()
	var store Memory
	store.Set(Items()...)
	built, err := Spec().Build(context.Background(), &store, domain.Readers{Audience: a}, Now())
	if err != nil {
		tb.Fatal(err)
	}
	return built.Document
}

// sample is the public document, which the tests change.
func sample(t *testing.T) *feed.Document {
	t.Helper()
	return Document(t, domain.Audience{})
}

// encode encodes doc, has the bytes parsed and, if they are XML and xmllint is
// installed, has a second opinion.
func encode(t *testing.T, f feed.Format, doc *feed.Document) *Parsed {
	t.Helper()
	return encodeUnsafe(t, f, doc, "")
}

// encodeUnsafe is encode for texts that were not sanitised, and break a rule.
func encodeUnsafe(t *testing.T, f feed.Format, doc *feed.Document, broken string) *Parsed {
	t.Helper()
	body, err := f.Encode(doc)
	if err != nil {
		t.Fatal(err)
	}
	p, err := Parse(f.ContentType(), body)
	if err != nil {
		t.Fatalf("%v in:\n%.2000s", err, body)
	}
	if strings.Contains(f.ContentType(), "xml") {
		lint(t, body)
		conform(t, f, doc, body, broken)
	}
	return p
}

// conform holds the document to the rules of the W3C's validator, by a clock that
// no date of it is ahead of. Documents without an address have no self link, which
// is for whoever serves them to give.
func conform(t *testing.T, f feed.Format, doc *feed.Document, body []byte, broken string) {
	t.Helper()
	portable, err := doc.Portable()
	if err != nil {
		t.Fatal(err)
	}
	for _, found := range Violations(body, portable.SelfAddress(f.Name()), time.Date(2101, 1, 1, 0, 0, 0, 0, time.UTC)) {
		if portable.Self == "" && strings.Contains(found, "Self") || broken != "" && strings.HasPrefix(found, broken) {
			continue
		}
		t.Errorf("the validator: %.300s", found)
	}
}

func lint(t *testing.T, body []byte) {
	t.Helper()
	tool, err := exec.LookPath("xmllint")
	if err != nil {
		return // encoding/xml has already agreed
	}
	cmd := exec.CommandContext(t.Context(), tool, "--noout", "--nonet", "-")
	cmd.Stdin = bytes.NewReader(body)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Errorf("xmllint: %v\n%s", err, out)
	}
}

func sameBytes(t *testing.T, f feed.Format) {
	doc, again := sample(t), sample(t)
	want, err := f.Encode(doc)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(again, doc); diff != "" {
		t.Errorf("Encode changed the document:\n%s", diff)
	}
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			if got, err := f.Encode(again); err != nil || !bytes.Equal(got, want) {
				t.Errorf("other bytes the second time (err %v)", err)
			}
		})
	}
	wg.Wait()
}

func empty(t *testing.T, f feed.Format) {
	doc := sample(t)
	doc.Entries, doc.Description, doc.Author, doc.Look, doc.Hub, doc.Updated = nil, "", "", domain.Look{}, "", time.Time{}
	if p := encode(t, f, doc); len(p.Items) != 0 || p.Title != doc.Title {
		t.Errorf("got %+v", p)
	}
}

// roundTrip demands that a parser finds everything again.
func roundTrip(t *testing.T, f feed.Format) {
	doc := sample(t)
	p := encode(t, f, doc)
	if p.Title != doc.Title || p.Self != doc.Self+"."+f.Name() || p.Language != doc.Language {
		t.Errorf("head: got %+v", p)
	}
	if !p.Updated.IsZero() && !p.Updated.Equal(doc.Updated.Truncate(time.Second)) {
		t.Errorf("updated: got %v, want %v", p.Updated, doc.Updated)
	}
	if len(p.Items) != len(doc.Entries) {
		t.Fatalf("got %d items, want %d", len(p.Items), len(doc.Entries))
	}
	for i, got := range p.Items {
		want, err := expected(doc, &doc.Entries[i])
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, blur(&got, want)); diff != "" {
			t.Errorf("entry %d (-want +got):\n%s", i, diff)
		}
	}
}

// expected is what a parser should find of an entry.
func expected(doc *feed.Document, e *feed.Entry) (*ParsedItem, error) {
	portable, err := (&feed.Document{ID: doc.ID, Home: doc.Home, Entries: []feed.Entry{*e}}).Portable()
	if err != nil {
		return nil, err
	}
	e = &portable.Entries[0]
	it := &ParsedItem{
		ID: e.ID, URL: e.URL, Title: e.Title, Author: e.Author, Language: e.Language, Summary: e.Summary, HTML: e.HTML,
		Published: e.Published, Updated: e.Updated,
	}
	if e.Image != nil {
		it.Image = e.Image.URL
	}
	for _, term := range e.Terms(doc.Home) {
		it.Tags = append(it.Tags, term.Word)
	}
	return it, nil
}

// blur forgives what a format cannot say or says once for the whole feed.
func blur(got, want *ParsedItem) *ParsedItem {
	if got.Author == "" {
		got.Author = want.Author
	}
	if got.Updated.IsZero() {
		got.Updated = want.Updated
	}
	return got
}

// hostileStrings puts every hostile string into every string of a document.
func hostileStrings(t *testing.T, f feed.Format) {
	for _, h := range []struct{ name, in, want string }{
		{"markup", `<script>a && b<i>`, `<script>a && b<i>`},
		{"references", `&amp; &lt; &#7; &nosuch;`, `&amp; &lt; &#7; &nosuch;`},
		{"end of cdata", `a]]>b]]]]>>c`, `a]]>b]]]]>>c`},
		{"quotes", `"it's"`, `"it's"`},
		{"C0", "a\x00b\x07c\x1bd", "abcd"},
		{"C1", "a\u0080b\u009fc\x7fd", "abcd"},
		{"noncharacters", "a\ufffeb\uffffc\U0001fffed\ufdd0e", "abcde"},
		{"lone surrogates", "a\xed\xa0\x80b\xed\xbf\xbfc", "abc"},
		{"broken UTF-8", "a\xffb\xc3", "ab"},
		{"emoji", "🎬 ★★★½ 👩‍👩‍👧", "🎬 ★★★½ 👩‍👩‍👧"},
		{"right to left", "\u202eשלום\u202c مرحبا", "\u202eשלום\u202c مرحبا"},
		{"line separators", "a\u2028b\u2029c", "a\u2028b\u2029c"},
	} {
		t.Run(h.name, func(t *testing.T) {
			t.Parallel()
			doc := sample(t)
			want := sample(t)
			fill(reflect.ValueOf(doc).Elem(), h.in)
			fill(reflect.ValueOf(want).Elem(), h.want)
			for i := range doc.Entries {
				id := fmt.Sprintf("urn:test:%d", i)
				doc.Entries[i].ID, want.Entries[i].ID = id, id
			}
			doc.ID, want.ID = "urn:test:feed", "urn:test:feed"
			head := sample(t)
			doc.Home, doc.Self, doc.Hub, doc.Page, doc.Older = head.Home, head.Self, head.Hub, "", ""
			p := encodeUnsafe(t, f, doc, "SecurityRisk")
			for i, got := range p.Items {
				w := &want.Entries[i]
				if got.ID != w.ID || got.Title != w.Title || got.Summary != w.Summary || got.HTML != w.HTML || !slices.Contains(got.Tags, h.want) {
					t.Errorf("got %+v, want all to be %q", got, h.want)
				}
			}
		})
	}
}

// fill sets every string that can be reached from v.
func fill(v reflect.Value, s string) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(s)
	case reflect.Pointer:
		if !v.IsNil() {
			fill(v.Elem(), s)
		}
	case reflect.Slice:
		for i := range v.Len() {
			fill(v.Index(i), s)
		}
	case reflect.Struct:
		for _, field := range v.Fields() {
			if field.CanSet() {
				fill(field, s)
			}
		}
	default: // nothing else holds strings
	}
}

func addresses(t *testing.T, f feed.Format) {
	for in, want := range map[string]string{
		"https://www.example.org/a?b=c&d=e#f":           "https://www.example.org/a?b=c&d=e#f",
		"https://kinö.example/écluse?q=é ü":             "https://xn--kin-una.example/%C3%A9cluse?q=%C3%A9%20%C3%BC",
		"https://例え.テスト/映画":                             "https://xn--r8jz45g.xn--zckzah/%E6%98%A0%E7%94%BB",
		"https://example.org/100%25/50%/%zz":            "https://example.org/100%25/50%25/%25zz",
		`https://example.org/"><script>`:                "https://example.org/%22%3E%3Cscript%3E",
		"HTTP://Example.ORG/A":                          "http://example.org/A",
		"https://user:secret@example.org/":              "https://example.org/",
		"javascript:alert(1)":                           "",
		"//example.org/relative":                        "",
		"/reviews/":                                     "",
		"https://[2001:db8::1]:8443/x[1]":               "https://[2001:db8::1]:8443/x%5B1%5D",
		"data:text/html,<script>alert(1)</script>":      "",
		"https://example.org/new\nline\ttab\x00nul":     "https://example.org/new%0Aline%09tabnul",
		"https://example.org":                           "https://example.org",
		"https://example.org/a'b(c)":                    "https://example.org/a'b(c)",
		"https://example.org/#one#two":                  "https://example.org/#one%23two",
		`https://example.org\@evil.example/`:            "",
		"https:///no-host":                              "",
		"https://exa mple.org/":                         "",
		" https://example.org/spaces around the whole ": "https://example.org/spaces%20around%20the%20whole",
	} {
		doc := sample(t)
		doc.Entries = doc.Entries[:1]
		doc.Entries[0].URL, doc.Entries[0].Image = in, &domain.Image{URL: in}
		got := encode(t, f, doc).Items[0]
		if got.URL != want || got.Image != want {
			t.Errorf("%q: got link %q and image %q, want %q", in, got.URL, got.Image, want)
		}
	}
}

// missingParts takes away one part after the other, then all.
func missingParts(t *testing.T, f feed.Format) {
	parts := map[string]func(*feed.Entry){
		"title":  func(e *feed.Entry) { e.Title = "" },
		"date":   func(e *feed.Entry) { e.Published, e.Updated = time.Time{}, time.Time{} },
		"author": func(e *feed.Entry) { e.Author = "" },
		"link":   func(e *feed.Entry) { e.URL = "" },
		"body":   func(e *feed.Entry) { e.HTML = "" },
		"text":   func(e *feed.Entry) { e.HTML, e.Summary = "", "" },
		"all":    func(e *feed.Entry) { *e = feed.Entry{ID: e.ID} },
	}
	for name, take := range parts {
		doc := sample(t)
		for i := range doc.Entries {
			take(&doc.Entries[i])
		}
		p := encode(t, f, doc)
		for i, got := range p.Items {
			if got.ID != doc.Entries[i].ID {
				t.Errorf("without %s: entry %d has id %q", name, i, got.ID)
			}
		}
	}
}

func dates(t *testing.T, f feed.Format) {
	for _, at := range []time.Time{
		time.Date(1999, 12, 31, 23, 59, 59, 999_999_999, time.UTC),
		time.Date(2026, 3, 8, 2, 30, 0, 123_456_000, time.FixedZone("CST", -6*60*60)),
		time.Date(2100, 2, 28, 0, 0, 0, 0, time.UTC),
	} {
		doc := sample(t)
		doc.Updated = at
		doc.Entries[0].Published, doc.Entries[0].Updated = at, at
		got := encode(t, f, doc).Items[0]
		if want := at.UTC().Truncate(time.Second); !got.Published.Equal(want) || (!got.Updated.IsZero() && !got.Updated.Equal(want)) {
			t.Errorf("%v: got %v and %v", at, got.Published, got.Updated)
		}
	}
}

func manyEntries(t *testing.T, f feed.Format) {
	doc := sample(t)
	doc.Entries = Entries(500)
	p := encode(t, f, doc)
	if len(p.Items) != 500 {
		t.Fatalf("got %d items", len(p.Items))
	}
	for i, got := range p.Items {
		if got.ID != doc.Entries[i].ID {
			t.Fatalf("item %d has the id %s: ids or order changed", i, got.ID)
		}
	}
}

// Entries are n entries with texts of 2.5 KB, as a review is.
func Entries(n int) []feed.Entry {
	all := make([]feed.Entry, 0, n)
	for i := range n {
		published := Now().Add(-time.Duration(i) * time.Hour)
		all = append(all, feed.Entry{
			ID: domain.NewItemID("site", fmt.Sprint(i)).URN(), URL: fmt.Sprintf("https://www.lanternscreen.example/reviews/%d/", i),
			Title: fmt.Sprintf("Film No. %d ★★★", i), Author: "Mara Ellison", Kind: domain.Review, Tags: []string{"Drama", "Q & A"},
			Summary: "A harbor town forgets itself, one festival at a time.",
			HTML:    strings.Repeat("<p>A harbor town “forgets” itself &amp; its <em>rope</em>.</p>\n", 40),
			Image:   &domain.Image{URL: "https://www.lanternscreen.example/img/poster.png", Type: "image/png", Width: 1000, Height: 1500},
			Film:    &domain.Film{Title: "Film", Year: 2026, Directors: []string{"Ines Vardo"}, Rating: &domain.Rating{Value: 3, Best: 4}},

			Published: published, Updated: published,
		})
	}
	return all
}

func bigBody(t *testing.T, f feed.Format) {
	doc := sample(t)
	doc.Entries = doc.Entries[:1]
	doc.Entries[0].HTML = strings.Repeat("<p>fog ]]> &amp; foghorns</p>\n", 2<<20/30)
	if got := encode(t, f, doc).Items[0].HTML; got != doc.Entries[0].HTML {
		t.Errorf("a body of %d bytes came back with %d", len(doc.Entries[0].HTML), len(got))
	}
}

// archived documents say where they are and which come before them.
func archived(t *testing.T, f feed.Format) {
	doc := sample(t)
	doc.Older = "2026-10"
	if p := encode(t, f, doc); p.Older != doc.Self+"/2026-10."+f.Name() {
		t.Errorf("the feed leads to %q", p.Older)
	}
	doc.Page, doc.Older = "2026-10", "2026-09"
	p := encode(t, f, doc)
	if p.Self != doc.Self+"/2026-10."+f.Name() || p.Older != doc.Self+"/2026-09."+f.Name() {
		t.Errorf("a page says that it is at %q, and leads to %q", p.Self, p.Older)
	}
}

// implausible dates, from before the web, become its first.
func implausible(t *testing.T, f feed.Format) {
	doc := sample(t)
	lumière := time.Date(1895, 12, 28, 21, 0, 0, 0, time.FixedZone("", 561))
	doc.Updated, doc.Entries[0].Published, doc.Entries[0].Updated = lumière, lumière, lumière
	if got, want := encode(t, f, doc).Items[0].Published, time.Date(1990, 1, 1, 0, 0, 0, 0, time.UTC); !got.Equal(want) {
		t.Errorf("published at %v, want %v", got, want)
	}
}

// private documents carry no address of their own.
func private(t *testing.T, f feed.Format) {
	doc := Document(t, domain.Audience{Standing: domain.Active, Tier: "Screenwriter"})
	body, err := f.Encode(doc)
	if err != nil {
		t.Fatal(err)
	}
	if p := encode(t, f, doc); p.Self != "" {
		t.Errorf("a private document says that it is at %q", p.Self)
	}
	if bytes.Contains(body, []byte(Spec().Hub)) {
		t.Error("a private document names a hub")
	}
}

func brokenPromises(t *testing.T, f feed.Format) {
	for name, spoil := range map[string]func(*feed.Document){
		"no id":         func(d *feed.Document) { d.Entries[0].ID = "" },
		"bare id":       func(d *feed.Document) { d.Entries[0].ID = "42" },
		"same id twice": func(d *feed.Document) { d.Entries[1].ID = d.Entries[0].ID + "\x07" },
		"no feed id":    func(d *feed.Document) { d.ID = "" },
	} {
		doc := sample(t)
		spoil(doc)
		if _, err := f.Encode(doc); !errors.Is(err, domain.ErrInvalid) {
			t.Errorf("%s: got %v, want domain.ErrInvalid", name, err)
		}
	}
}
