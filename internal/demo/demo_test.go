package demo_test

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"log/slog"
	"mime/multipart"
	netmail "net/mail"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"marquee/internal/demo"
)

// options are a demo's with a clock that stands still.
func options(at time.Time, out io.Writer) demo.Options {
	return demo.Options{
		Out: out, Version: "test", Now: func() time.Time { return at },
		Log: slog.New(slog.DiscardHandler),
	}
}

// once runs the demo once and returns what it said and where it wrote.
func once(t *testing.T, at time.Time) (said, dir string) {
	t.Helper()
	var out bytes.Buffer
	o := options(at, &out)
	o.Once, o.Dir = true, t.TempDir()
	if err := demo.Run(t.Context(), o); err != nil {
		t.Fatal(err)
	}
	return out.String(), o.Dir
}

func chicago(t *testing.T, local string) time.Time {
	t.Helper()
	zone, err := time.LoadLocation("America/Chicago")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", local, zone)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// What marquee demo --once --dir leaves behind is what it says: six feeds that
// other programs can read, and a mail for each of the sample's people.
func TestOnce(t *testing.T) {
	t.Parallel()
	said, dir := once(t, chicago(t, "2026-11-21 09:30"))
	for _, want := range []string{
		"reviews    7 new\n", "picks      1 new\n", "edition    weekly-2026-11-20-1700: \"Paper Lanterns ★★★½, three picks for tonight\"\n",
		"balance    31 entitled = 31 sent + 0 failed + 0 skipped + 0 pending\n", "written    the site (", " and 31 mails to " + dir + "\n",
	} {
		if !strings.Contains(said, want) {
			t.Errorf("it does not say %q:\n%s", want, said)
		}
	}
	for name, entries := range map[string]int{"reviews": 7, "picks": 1} {
		for _, format := range []string{"rss", "atom"} {
			if n := elements(t, read(t, dir, "site", "feeds", name+"."+format), map[string]string{"rss": "item", "atom": "entry"}[format]); n != entries {
				t.Errorf("%s.%s has %d entries, want %d", name, format, n, entries)
			}
		}
		var feed struct{ Items []json.RawMessage }
		if err := json.Unmarshal(read(t, dir, "site", "feeds", name+".json"), &feed); err != nil || len(feed.Items) != entries {
			t.Errorf("%s.json has %d entries: %v", name, len(feed.Items), err)
		}
	}
	wantPrints(t, dir)
	mails, err := filepath.Glob(filepath.Join(dir, "mail", "*.eml"))
	if err != nil || len(mails) != 31 {
		t.Errorf("%d mails: %v", len(mails), err)
	}
	for _, file := range mails {
		openMail(t, read(t, file))
	}
	// The picks file names no review; there is one of the film.
	_, letter := openMail(t, read(t, dir, "mail", "free.reader@patrons.example.eml"))
	for surface, text := range map[string]string{"letter": letter[strings.Index(letter, "PICKS"):], "feed": string(read(t, dir, "site", "feeds", "picks.json"))} {
		if !strings.Contains(text, "/definitives/the-salt-ledger/") {
			t.Errorf("%s: the pick does not know its review:\n%s", surface, text)
		}
	}
}

// wantPrints wants the feeds to show the seven posters, each in two sizes that lie
// beside them, and no image of the site.
func wantPrints(t *testing.T, dir string) {
	t.Helper()
	print := regexp.MustCompile(`/i/[a-z2-7]{32}-\d+\.jpg`)
	seen := map[string]bool{}
	for _, format := range []string{"rss", "atom", "json"} {
		body := string(read(t, dir, "site", "feeds", "reviews."+format))
		if strings.Contains(body, "/wp-content/uploads/") {
			t.Errorf("reviews.%s shows images of the site", format)
		}
		for _, path := range print.FindAllString(body, -1) {
			if !seen[path] {
				read(t, dir, "site", path)
			}
			seen[path] = true
		}
	}
	if len(seen) != 14 {
		t.Errorf("%d prints are shown, want 14", len(seen))
	}
}

func read(t *testing.T, path ...string) []byte {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(path...))
	if err != nil {
		t.Fatal(err)
	}
	return body
}

// elements counts the elements of a name in well-formed XML.
func elements(t *testing.T, body []byte, name string) int {
	t.Helper()
	n := 0
	for d := xml.NewDecoder(bytes.NewReader(body)); ; {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return n
		}
		if err != nil {
			t.Fatal(err)
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == name {
			n++
		}
	}
}

// openMail is a mail's header and its plain text, on single spaces.
func openMail(t *testing.T, data []byte) (netmail.Header, string) {
	t.Helper()
	m, err := netmail.ReadMessage(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	_, boundary, _ := strings.Cut(m.Header.Get("Content-Type"), "boundary=")
	part, err := multipart.NewReader(m.Body, strings.Trim(boundary, `"`)).NextPart()
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(part) // the reader undoes quoted-printable
	if err != nil || len(text) < 1000 {
		t.Fatalf("%d bytes of text: %v", len(text), err)
	}
	return m.Header, strings.Join(strings.Fields(string(text)), " ")
}

// Whenever the demo runs, the newest Friday's letter has gone out, with all that
// the sample holds for a week.
func TestEveryWeekIsFull(t *testing.T) {
	t.Parallel()
	tokyo := time.FixedZone("Tokyo", 9*60*60)
	for name, c := range map[string]struct {
		at   time.Time
		slot string
	}{
		"Friday before five":      {chicago(t, "2026-11-20 16:59"), "2026-11-13"},
		"Friday at five":          {chicago(t, "2026-11-20 17:00").In(tokyo), "2026-11-20"}, // Saturday in Tokyo
		"Saturday":                {chicago(t, "2026-11-21 00:10").UTC(), "2026-11-20"},
		"Thursday":                {chicago(t, "2026-11-26 23:59"), "2026-11-20"},
		"the night with two ones": {chicago(t, "2026-11-01 00:30").Add(90 * time.Minute), "2026-10-30"},
		"the night without a two": {chicago(t, "2026-03-08 01:30").Add(time.Hour), "2026-03-06"},
		"New Year's evening":      {chicago(t, "2027-01-01 17:00"), "2027-01-01"},
		"leap day":                {chicago(t, "2028-02-29 12:00").In(tokyo), "2028-02-25"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			said, dir := once(t, c.at)
			if !strings.Contains(said, "weekly-"+c.slot+"-1700") || !strings.Contains(said, "31 entitled = 31 sent") {
				t.Errorf("not the edition of %s:\n%s", c.slot, said)
			}
			wantWeekBefore(t, chicago(t, c.slot+" 17:00"), read(t, dir, "site", "feeds", "reviews.json"))
			for _, who := range []string{"rowan.vale", "nadia.haddad", "free.reader"} { // of each audience
				header, text := openMail(t, read(t, dir, "mail", who+"@patrons.example.eml"))
				wantFullWeek(t, who, text)
				if date, err := header.Date(); err != nil || !date.Equal(c.at) {
					t.Errorf("%s's letter is of %s: %v", who, date, err)
				}
			}
		})
	}
}

// wantWeekBefore wants the five newest pieces of a feed to be of the week that
// ends at the slot.
func wantWeekBefore(t *testing.T, slot time.Time, body []byte) {
	t.Helper()
	var feed struct {
		Items []struct {
			Title     string
			Published time.Time `json:"date_published"`
		}
	}
	if err := json.Unmarshal(body, &feed); err != nil || len(feed.Items) < 5 {
		t.Fatalf("%d pieces: %v", len(feed.Items), err)
	}
	for _, it := range feed.Items[:5] {
		if before := slot.Sub(it.Published); before < 0 || before > 7*24*time.Hour {
			t.Errorf("%q is of %s, %s before the slot", it.Title, it.Published, before)
		}
	}
}

// wantFullWeek wants the five reviews and three picks of the sample's week, in
// their order, and none of its older pieces.
func wantFullWeek(t *testing.T, who, text string) {
	t.Helper()
	at := 0
	for _, title := range []string{
		"FIRST LOOK", "Opening Week: Paper Lanterns", "The Definitives: The Salt Ledger", "Reader's Choice: Static Weather",
		"NEW REVIEWS", "Copperwire", "Haus ohne Treppe", "PICKS OF THE WEEK", "1. The Salt Ledger (1961)",
		"2. 1917: A Projectionist's Year (1978)", "3. Gutters (1974)", "RECENT ARTICLES", "Films That End in the Rain", "Winter Count",
	} {
		found := strings.Index(text[at:], title)
		if found < 0 {
			t.Fatalf("%s does not read %q where it should be:\n%s", who, title, text)
		}
		at += found
	}
	if strings.Contains(text, "4. ") {
		t.Errorf("%s reads of a fourth pick:\n%s", who, text)
	}
}
