package calendar_test

import (
	"errors"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/calendar"
	"marquee/internal/domain"
)

var update = flag.Bool("update", false, "write the golden file")

func chicago(tb testing.TB) *time.Location {
	tb.Helper()
	zone, err := time.LoadLocation("America/Chicago")
	if err != nil {
		tb.Fatal(err)
	}
	return zone
}

// TestEnglish: American dates are what Go's layouts make of them, on every day of
// some years.
func TestEnglish(t *testing.T) {
	t.Parallel()
	zone := chicago(t)
	c := calendar.Of("en-US", zone)
	for at := time.Date(2023, 12, 30, 17, 5, 9, 0, zone); at.Year() < 2029; at = at.AddDate(0, 0, 1) {
		day := domain.DateOf(at)
		for layout, got := range map[string]string{
			"Monday, January 2, 2006":              c.Full(day),
			"January 2, 2006":                      c.Day(at.UTC()),
			"Jan 2":                                c.Short(day),
			"January 2, 2006, 15:04 MST":           c.Moment(at.UTC()),
			"Jan 2, 2006, 15:04 MST":               c.Brief(at.UTC()),
			"Monday, January 2, 2006 at 15:04 MST": c.FullMoment(at.UTC()),
			"Mon Jan 2, 15:04 MST":                 c.Coming(at.UTC()),
		} {
			if want := at.Format(layout); got != want {
				t.Fatalf("%q, want %q", got, want)
			}
		}
	}
	if got := c.Short(domain.Date{}); got != "" {
		t.Errorf("no day is %q", got)
	}
}

// TestLanguages shows how every language writes dates. What is in the golden file
// was compared with what ICU makes of the CLDR.
func TestLanguages(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	for _, l := range calendar.Choices() {
		c := calendar.Of(l.Tag, chicago(t))
		fmt.Fprintf(&b, "%s %s\n", l.Tag, l.Name)
		for _, at := range []time.Time{time.Date(2026, 5, 2, 14, 5, 0, 0, time.UTC), time.Date(2026, 11, 20, 23, 0, 0, 0, time.UTC)} {
			day := domain.DateOf(at)
			for _, s := range []string{c.Full(day), c.Day(at), c.Short(day), c.Moment(at), c.Brief(at), c.FullMoment(at), c.Coming(at)} {
				fmt.Fprintf(&b, "  %s\n", s)
			}
		}
	}
	const golden = "testdata/languages.txt"
	if *update {
		if err := os.WriteFile(golden, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), b.String()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestWritten: no language leaves letters of a pattern in a date, or forgets a day,
// and each has its own name and tag.
func TestWritten(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, l := range calendar.Choices() {
		if seen[l.Tag] || seen[l.Name] {
			t.Errorf("%s %s is there twice", l.Tag, l.Name)
		}
		seen[l.Tag], seen[l.Name] = true, true
		c := calendar.Of(l.Tag, time.UTC)
		for at := time.Date(2026, 1, 1, 12, 34, 0, 0, time.UTC); at.Year() == 2026; at = at.AddDate(0, 0, 1) {
			day := domain.DateOf(at)
			for _, s := range []string{c.Full(day), c.Day(at), c.Moment(at), c.Brief(at)} {
				if !strings.Contains(s, fmt.Sprint(at.Day())) || !strings.Contains(s, "2026") || strings.ContainsAny(s, "%'") || strings.Contains(s, "cccc") {
					t.Fatalf("%s: %s is %q", l.Tag, day, s)
				}
			}
			if short := c.Short(day); !strings.Contains(short, fmt.Sprint(at.Day())) || strings.ContainsAny(short, "%'") {
				t.Fatalf("%s: %s is %q", l.Tag, day, short)
			}
		}
	}
}

func TestFind(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]string{
		"de": "de", "DE": "de", "de-CH": "de", "de-Latn-AT": "de", "en": "en", "en-US": "en", "en-CA": "en", "en-AU": "en-GB", "en-gb-oxendict": "en-GB",
		"zh-CN": "zh", "zh-TW": "zh-Hant", "zh-Hant-HK": "zh-Hant", "zh-hk": "zh-Hant", "no": "nb", "nn-NO": "nb", "pt-BR": "pt", "iw": "he",
		"tlh": "en", "": "en", "deu": "en", "x": "en", "-": "en", "fa-IR": "en",
	} {
		day := domain.Date{Year: 2026, Month: 10, Day: 3}
		got, like := strings.Trim(calendar.Of(tag, nil).Full(day), "\u2068\u2069"), strings.Trim(calendar.Of(want, nil).Full(day), "\u2068\u2069")
		if got != like {
			t.Errorf("dates in %q are %q, want %q", tag, got, like)
		}
	}
}

func TestParse(t *testing.T) {
	t.Parallel()
	for tag, want := range map[string]string{"": "", "de": "de", "de-CH": "de", "JA": "ja", "zh-tw": "zh-Hant"} {
		if got, err := calendar.Parse(tag); err != nil || got != want {
			t.Errorf("%q is read as %q, %v", tag, got, err)
		}
	}
	for _, tag := range []string{"tlh", "Deutsch", "de_CH", " de", "-", "fa", strings.Repeat("de-", 5000) + "\x00"} {
		if got, err := calendar.Parse(tag); got == "" && errors.Is(err, domain.ErrInvalid) && strings.Contains(err.Error(), "write one of en, en-GB, ar, ") {
			continue
		} else if len(tag) < 100 {
			t.Errorf("%q is read as %q, %v", tag, got, err)
		}
	}
}

func TestWish(t *testing.T) {
	t.Parallel()
	own := calendar.Of("de-AT", chicago(t))
	day := domain.Date{Year: 2026, Month: 11, Day: 20}
	for wish, want := range map[string]string{
		"": "Freitag, 20. November 2026", "de": "Freitag, 20. November 2026", "tlh": "Freitag, 20. November 2026", "en": "Friday, November 20, 2026",
		"ar": "\u2068الجمعة، 20 نوفمبر 2026\u2069",
	} {
		if got := own.For(wish).Full(day); got != want {
			t.Errorf("for who wants %q: %q, want %q", wish, got, want)
		}
	}
	for wish, want := range map[string]string{"": "", "de": "", "de-CH": "", "tlh": "", "en-US": "en", "ja": "ja"} {
		if got := own.Wish(wish); got != want {
			t.Errorf("of the wish %q remains %q, want %q", wish, got, want)
		}
	}
	for page, wish := range map[string]string{"he": "", "he-IL": "ar", "ar": "en", "fa": "", "en": "he"} {
		if got := calendar.Of(page, nil).For(wish).Full(day); !strings.HasPrefix(got, "\u2068") || !strings.HasSuffix(got, "\u2069") {
			t.Errorf("in %s for who wants %q it is not isolated: %q", page, wish, got)
		}
	}
	if got := own.For("en").Moment(time.Date(2026, 11, 20, 23, 0, 0, 0, time.UTC)); got != "November 20, 2026, 17:00 CST" {
		t.Errorf("the zone is lost: %q", got)
	}
}
