package webfeed_test

import (
	"bufio"
	"encoding/json"
	"os"
	"strings"
	"testing"
	"unicode"

	"marquee/internal/sanitize"
	"marquee/internal/source"
)

// agreed is what Python's feedparser 6 reads in a feed: testdata/agreement.jsonl
// holds feeds of all formats that were made by chance and then damaged by chance.
type agreed struct {
	Name  string
	Feed  []byte
	Items []struct{ ID, Link, Date, Title, Text string }
}

// What feedparser says and we do not, we leave out on purpose, for the greater
// part: items that were cut off, dates in zones that nobody knows, links that
// lead to no page. shapes_test.go has them by name.
func TestAgreement(t *testing.T) {
	t.Parallel()
	f, err := os.Open("testdata/agreement.jsonl")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	same, all := map[string]int{}, map[string]int{}
	compare := func(what, name, theirs, ours string) {
		if theirs == "" {
			return
		}
		if all[what]++; theirs == ours {
			same[what]++
			return
		}
		t.Logf("%s: %s is %q for feedparser, %q for us", name, what, theirs, ours)
	}
	lines := bufio.NewScanner(f)
	for lines.Buffer(nil, 1<<20); lines.Scan(); {
		var want agreed
		if err := json.Unmarshal(lines.Bytes(), &want); err != nil {
			t.Fatal(err)
		}
		res, _ := readBody(t, "application/xml", string(want.Feed)) // without items, all of them disagree
		for i, theirs := range want.Items {
			raw := counterpart(res.Items, theirs.ID, i, len(want.Items))
			compare("id", want.Name, theirs.ID, raw.GUID)
			compare("link", want.Name, theirs.Link, raw.URL)
			compare("title", want.Name, theirs.Title, letters(raw.Title))
			compare("text", want.Name, theirs.Text, letters(textOf(raw)))
			if !raw.Published.IsZero() {
				compare("date", want.Name, theirs.Date, raw.Published.Format("2006-01-02T15:04:05Z"))
			}
		}
	}
	for what, n := range all {
		if share := float64(same[what]) / float64(n); share < 0.95 || n < 100 {
			t.Errorf("%s: %d of %d agree", what, same[what], n)
		}
	}
}

// counterpart is our item for one of theirs.
func counterpart(items []source.Raw, id string, i, n int) source.Raw {
	for _, raw := range items {
		if id != "" && raw.GUID == id {
			return raw
		}
	}
	if len(items) == n {
		return items[i]
	}
	return source.Raw{}
}

func textOf(raw source.Raw) string {
	markup := raw.Content
	if markup == "" {
		markup = raw.Summary
	}
	return sanitize.Text(sanitize.HTML(markup, raw.URL))
}

// letters is text without the spaces, in which readers differ.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) || r == '\ufeff' || r == '\u200b' {
			return -1
		}
		return r
	}, s)
}
