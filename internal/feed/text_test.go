package feed

import (
	"net/url"
	"strings"
	"testing"
	"unicode/utf8"
)

func TestExcerpt(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		in    string
		limit int
		want  string
	}{
		{"", 50, ""},
		{"<p>One.</p><p>Two &amp; <em>th</em>ree.</p>", 50, "One. Two & three."},
		{"<p>A&nbsp;harbor\n\n town</p>", 50, "A harbor town"},
		{"First one here. Second one goes on and on.", 30, "First one here."},
		{"“Is it art?” she asks, and nobody in the harbor knows.", 30, "“Is it art?”"},
		{"No sentence ends before the cut comes along.", 20, "No sentence ends…"},
		{"Tiny. And then a very long sentence without an end", 40, "Tiny. And then a very long sentence…"},
		{"ééééééééééé", 10, "ééé…"},
		{"<script>alert(1)</script>text", 50, "alert(1) text"}, // sanitised before; never markup here
		{strings.Repeat("<div>\n", 500) + "deep", 50, "deep"},
		{"one<br>two<li>three", 50, "one two three"},
	} {
		if got := excerpt(tt.in, tt.limit); got != tt.want {
			t.Errorf("excerpt(%q, %d) = %q, want %q", tt.in, tt.limit, got, tt.want)
		}
	}
}

// FuzzExcerpt: whatever the HTML, the excerpt is short, valid and on one line.
func FuzzExcerpt(f *testing.F) {
	for _, seed := range []string{"<p>a. b</p>", "&amp;amp;", "\xff<", "<a href='", strings.Repeat("é", 200), "a.”) b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got := excerpt(in, 60)
		if len(got) > 60 || strings.ContainsAny(got, "\r\n\t") {
			t.Errorf("%q is no line of 60 bytes", got)
		}
		if utf8.ValidString(in) && !utf8.ValidString(got) {
			t.Errorf("cut within a character: %q", got)
		}
	})
}

// FuzzAddress: the result is nothing, or an http address in the characters that
// validators allow, which leads where it did and is its own normal form.
func FuzzAddress(f *testing.F) {
	for _, seed := range []string{
		"https://example.org/a?b#c", "http://kinö.example/é", "https://[::1]:80/", "https://u:p@h/", "https://h/%zz%41", `https://h\@evil/`, "https://h/#a#b",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got := address(in)
		if got == "" {
			return
		}
		if again := address(got); again != got {
			t.Errorf("address(%q) = %q, and of that %q", in, got, again)
		}
		u, err := url.Parse(got)
		if err != nil || u.Host == "" || u.User != nil || (u.Scheme != "http" && u.Scheme != "https") {
			t.Errorf("address(%q) = %q: %v, %v", in, got, u, err)
		}
		for i := range len(got) {
			if c := got[i]; c <= ' ' || c >= 0x7F || strings.IndexByte("\"<>\\^`{|}", c) >= 0 {
				t.Errorf("address(%q) = %q holds %q", in, got, c)
			}
		}
	})
}

// FuzzPrintable: what is left can be written in XML 1.0, and cleaning twice is
// cleaning once.
func FuzzPrintable(f *testing.F) {
	for _, seed := range []string{"plain", "a\x00b", "\xed\xa0\x80", "\ufffe", "\ufffd", "★\x1b"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, in string) {
		got := printable(in)
		if !utf8.ValidString(got) || printable(got) != got {
			t.Errorf("printable(%q) = %q", in, got)
		}
		for _, r := range got {
			if r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
				t.Errorf("printable(%q) keeps %U", in, r)
			}
		}
	})
}
