package picks_test

import (
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html"
	"golang.org/x/tools/txtar"

	"marquee/internal/picks"
)

// FuzzRead holds that nothing is invented: every title, every reason and the note
// are words of the post, no word comes out more often than it went in but those of
// a sentence that a title is part of, and reading twice gives the same.
func FuzzRead(f *testing.F) {
	files, err := filepath.Glob("testdata/posts/*.txtar")
	if err != nil {
		f.Fatal(err)
	}
	for _, file := range files {
		ar, err := txtar.ParseFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(string(ar.Files[0].Data))
	}
	f.Add("<p><b>(1999) (2001)</b> ½ stars, leaves 99/99</p><p>(")
	f.Add("<ul><li><b>A (1999)<li>B (2000), leaves Feb 30, from 13/13<li>“C” (2001) ★★★★★★★★")
	f.Add("<h2>A</h2><p>Netflix<h2>B</h2><br><br><br><p>(Hulu)<img src=x>")
	r := picks.NewReader()
	f.Fuzz(func(t *testing.T, markup string) {
		post := picks.Post{HTML: markup, Day: friday}
		found, ok := r.Read(post)
		if !ok {
			return
		}
		if again, _ := r.Read(post); told(again) != told(found) {
			t.Errorf("read twice:\n%s\n%s", told(found), told(again))
		}
		whole := letters(text(markup))
		left := len(letters(text(found.Note)))
		for _, p := range found.Picks {
			if title := letters(p.Title); title == "" || !strings.Contains(whole, title) {
				t.Errorf("nobody wrote the title %q", p.Title)
			}
			if why := letters(text(p.Why)); len(why) > 0 && !subsequence(why, whole) {
				t.Errorf("nobody wrote %q", p.Why)
			} else {
				left += len(why)
			}
			if p.Rating != nil && p.Rating.Value < 0 || !p.Leaves.IsZero() && p.Leaves.Year < 1 {
				t.Errorf("%+v", p)
			}
		}
		if left > len(whole) {
			t.Errorf("%d letters and digits came out, %d went in", left, len(whole))
		}
	})
}

// text is what a browser shows of HTML.
func text(markup string) string {
	var out strings.Builder
	doc, err := html.Parse(strings.NewReader("<body><div>" + markup))
	if err != nil {
		return ""
	}
	for n := range doc.Descendants() {
		if n.Type == html.TextNode {
			out.WriteString(n.Data)
		}
	}
	return out.String()
}

// letters are a text's letters and digits.
func letters(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return r
		}
		return -1
	}, s)
}

// subsequence tells whether part's characters stand in whole in their order.
func subsequence(part, whole string) bool {
	for _, r := range part {
		i := strings.IndexRune(whole, r)
		if i < 0 {
			return false
		}
		whole = whole[i+utf8.RuneLen(r):]
	}
	return true
}
