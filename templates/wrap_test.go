package templates

import (
	"strings"
	"testing"
)

func TestWrap(t *testing.T) {
	t.Parallel()
	seventy := strings.Repeat("ö", 70)
	tests := map[string]struct{ first, rest, text, want string }{
		"short":      {"", "", "one  two", "one two"},
		"empty":      {"", "", "", ""},
		"72 fit":     {"", "", seventy + " x", seventy + " x"},
		"73 do not":  {"", "", seventy + " xy", seventy + "\nxy"},
		"indented":   {"1. ", "   ", seventy + " x", "1. " + seventy + "\n   x"},
		"lines stay": {"- ", "  ", "a\n\nb", "- a\n\n  b"},
		"without blanks": {
			"", "", strings.Repeat("映", 35) + "画。" + strings.Repeat("館", 36),
			strings.Repeat("映", 35) + "\n画。" + strings.Repeat("館", 34) + "\n館館",
		},
		"after an opening": {"- ", "  ", strings.Repeat("映", 34) + "「画」", "- " + strings.Repeat("映", 34) + "\n  「画」"},
		"wide and narrow":  {"", "", strings.Repeat("映", 30) + " Vardo " + strings.Repeat("画", 30), strings.Repeat("映", 30) + " Vardo\n" + strings.Repeat("画", 30)},
		"long words whole": {"", "", "see https://x.example/" + seventy, "see\nhttps://x.example/" + seventy},
	}
	for name, test := range tests {
		if got := wrap(test.first, test.rest, test.text); got != test.want {
			t.Errorf("%s:\n got %q\nwant %q", name, got, test.want)
		}
	}
}

// Wrapping loses no word and makes no line too long that could be shorter.
func FuzzWrap(f *testing.F) {
	f.Add("It is handsome, it is loud, and it is over twenty minutes before it ends.")
	f.Add(strings.Repeat("映画を「観る」。", 12))
	f.Add("a\n\n  b\tc " + strings.Repeat("long", 30))
	f.Fuzz(func(t *testing.T, text string) {
		got := wrap("1. ", "   ", text)
		rest, found := strings.CutPrefix(got, "1.")
		if !found || strings.Join(strings.Fields(rest), "") != strings.Join(strings.Fields(text), "") {
			t.Fatalf("%q became %q", text, got)
		}
		for line := range strings.SplitSeq(got, "\n") {
			if width(line) > columns && strings.Contains(strings.TrimPrefix(line[3:], " "), " ") {
				t.Fatalf("a line of several words is too long: %q", line)
			}
		}
	})
}
