package csvfile_test

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"golang.org/x/text/encoding/unicode"

	"marquee/internal/domain"
	"marquee/internal/patron"
	"marquee/internal/patron/csvfile"
)

func now() time.Time { return time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC) }

func tiers() domain.Tiers {
	return domain.Tiers{{Name: "Matinee", Cents: 300}, {Name: "Screenwriter", Cents: 1000}, {Name: "Patron of the Arts", Cents: 10000}}
}

func at(s string) time.Time {
	t, err := time.Parse("2006-01-02 15:04:05", s)
	if err != nil {
		panic(err)
	}
	return t
}

func readFile(t *testing.T, name string) patron.Listing {
	t.Helper()
	f, err := os.Open(filepath.Join("../../../testdata/patrons", name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	l, err := csvfile.Read(f, tiers(), now())
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func person(id, address, name string, a domain.Audience, since string) domain.Patron {
	p := domain.Patron{External: id, Email: address, Name: name, Audience: a}
	if since != "" {
		p.Since = at(since)
	}
	return p
}

func active(tier string) domain.Audience {
	return domain.Audience{Standing: domain.Active, Tier: tier}
}

// TestExports reads what Patreon exported over the years.
func TestExports(t *testing.T) {
	t.Parallel()
	former, reader := domain.Audience{Standing: domain.Former}, domain.Audience{Standing: domain.Reader}
	for name, want := range map[string]patron.Listing{
		"members-2026.csv": {
			People: []domain.Patron{
				person("5550101", "rowan@reader.example", "Rowan Vale", active("Screenwriter"), "2025-02-08 16:36:58"),
				person("5550102", "free@reader.example", "Free Reader", reader, ""),
				person("5550103", "li@reader.example", "李雷 🎬", active("Matinee"), "2024-01-15 00:00:00"),
				person("5550104", "formula@reader.example", `=HYPERLINK("http://x")`, former, "2023-05-01 10:00:00"),
				person("5550105", "dana@reader.example", "Dana Declined", former, "2025-05-01 10:00:00"),
				person("5550106", "cass@reader.example", "Cass Cancelled", active("Matinee"), "2025-05-01 10:00:00"),
				person("5550107", "expired@reader.example", "Ex Pired", former, "2025-05-01 10:00:00"),
				person("5550109", "custom@reader.example", "Custom Pledge", active("Matinee"), "2026-10-01 10:00:00"),
				person("5550110", "old@reader.example", "Old Tier", active("Screenwriter"), "2022-10-01 10:00:00"),
			},
			Skipped: []patron.Problem{
				{Line: 10, Reason: "has no e-mail address: Patreon hides it, or the account is gone"},
				{Line: 13, Reason: "is neither a patron nor a free member"},
			},
			UnknownTiers: []string{"Producer"},
		},
		"members-2022.csv": {People: []domain.Patron{
			person("5550101", "rowan@reader.example", "Rowan Vale", active("Matinee"), "2022-02-08 16:36:58.123456"),
			person("5550112", "grand@reader.example", "Grand Patron", active("Patron of the Arts"), "2021-02-08 16:36:58"),
			person("", "short@reader.example", "Short Row", former, ""),
		}},
		"members-2019.csv": {
			People:  []domain.Patron{person("", "rowan@reader.example", "Rowan Vale", active("Screenwriter"), "2019-02-08 16:36:58")},
			Skipped: []patron.Problem{{Line: 3, Reason: "is about the same person as line 2, which stands no lower"}},
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(want, readFile(t, name), cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("listing differs (-want +got):\n%s", diff)
			}
		})
	}
}

// TestRows reads one row each under a header of its own.
func TestRows(t *testing.T) {
	t.Parallel()
	const header = "EMAIL , patron status,Free Member,Pledge Amount,Charge Frequency,Tier,Access Expiration,User ID,Name,Patronage Since Date\n"
	for _, test := range []struct{ name, row, standing, tier, problem string }{
		{"active", "a@b.example,Active patron,No,3.00", "active", "Matinee", ""},
		{"letter case", "a@b.example, ACTIVE PATRON ,no,3", "active", "Matinee", ""},
		{"tier by title", "a@b.example,Active patron,,0,,SCREENWRITER", "active", "Screenwriter", ""},
		{"custom pledge", "a@b.example,Active patron,,15.00", "active", "Screenwriter", ""},
		{"pledge below all tiers", "a@b.example,Active patron,,1.00", "active", "Matinee", ""},
		{"gift", "a@b.example,Active patron,,", "active", "", ""},
		{"monthly", "a@b.example,Active patron,,120.00,monthly", "active", "Patron of the Arts", ""},
		{"annual", "a@b.example,Active patron,,120.00,Annual", "active", "Screenwriter", ""},
		{"annually", "a@b.example,Active patron,,120.00,annually", "active", "Screenwriter", ""},
		{"yearly", "a@b.example,Active patron,,119.95,YEARLY", "active", "Screenwriter", ""},
		{"dollars", `a@b.example,Active patron,,"$1,234.50"`, "active", "Patron of the Arts", ""},
		{"euros", `a@b.example,Active patron,,"9,99 €"`, "active", "Matinee", ""},
		{"points for thousands", `a@b.example,Active patron,,"1.234,50"`, "active", "Patron of the Arts", ""},
		{"no cents", `a@b.example,Active patron,,"1,000"`, "active", "Patron of the Arts", ""},
		{"one decimal", `a@b.example,Active patron,,9.9`, "active", "Matinee", ""},
		{"no amount", "a@b.example,Active patron,,ten", "active", "", "Pledge Amount"},
		{"four decimals", "a@b.example,Active patron,,10.0000", "active", "", "Pledge Amount"},
		{"negative amount", "a@b.example,Active patron,,-10", "active", "", "Pledge Amount"},
		{"free member", "a@b.example,,YES,0.00,,Free", "reader", "", ""},
		{"free member who was a patron", "a@b.example,Former patron,Yes", "reader", "", ""},
		{"former", "a@b.example,Former patron,No,,,Matinee", "former", "", ""},
		{"declined", "a@b.example,Declined patron,No,10,,Screenwriter", "former", "", ""},
		{"expires a second from now", "a@b.example,Declined patron,,10,,Screenwriter,2026-11-20 17:00:01", "active", "Screenwriter", ""},
		{"expires at this instant", "a@b.example,Declined patron,,10,,Screenwriter,2026-11-20 17:00:00", "former", "", ""},
		{"date alone", "a@b.example,,,,,,2026-11-21", "active", "", ""},
		{"date with a zone", "a@b.example,,,,,,2026-11-20T18:00:01+01:00", "active", "", ""},
		{"no date", "a@b.example,Former patron,,,,,soon", "former", "", "date"},
		{"nobody", "a@b.example,,No", "", "", "neither a patron"},
		{"unknown status", "a@b.example,Angel,No", "", "", "Patron Status that is not known"},
		{"no address", " ,Active patron", "", "", "no e-mail address"},
		{"malformed address", "reader.example,Active patron", "", "", "no e-mail address that"},
		{"two addresses", `"a@b.example, c@d.example",Active patron`, "", "", "no e-mail address that"},
		{"address with a name", `A <a@b.example>,Active patron`, "", "", "no e-mail address that"},
		{"address in brackets", `<a@b.example>,Active patron`, "", "", "no e-mail address that"},
		{"header in the address", "\"a@b.example\r\nBcc: c@d.example\",Active patron", "", "", "no e-mail address that"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			l, err := csvfile.Read(strings.NewReader(header+test.row+"\n"), tiers(), now())
			if err != nil {
				t.Fatal(err)
			}
			var got domain.Audience
			if len(l.People) == 1 {
				got = l.People[0].Audience
			}
			if string(got.Standing) != test.standing || got.Tier != test.tier {
				t.Errorf("audience is %+v, want %s %q", got, test.standing, test.tier)
			}
			checkProblem(t, l, test.problem, test.standing != "")
		})
	}
}

func checkProblem(t *testing.T, l patron.Listing, want string, kept bool) {
	t.Helper()
	problems, others := l.Skipped, l.Noted
	if kept {
		problems, others = l.Noted, l.Skipped
	}
	if len(others) > 0 || (want == "") != (len(problems) == 0) {
		t.Fatalf("problems are %v and %v, want %q", problems, others, want)
	}
	if want == "" {
		return
	}
	if got := problems[0]; got.Line != 2 || !strings.Contains(got.Reason, want) || strings.Contains(got.Reason, "@") {
		t.Errorf("problem is %+v, want line 2 and %q without an address", got, want)
	}
}

func TestSamePersonTwice(t *testing.T) {
	t.Parallel()
	const text = "Email,Patron Status,Tier,User ID,Name\n" +
		"a@b.example,Former patron,,1,first\n" +
		"A@b.example,Active patron,Matinee,2,better standing\n" +
		"a@B.example,Active patron,Screenwriter,3,better tier\n" +
		"a@b.example,Active patron,Matinee,4,worse tier\n" +
		"new@b.example,Active patron,,3,same id\n" +
		"c@b.example,Former patron,,5,another\n" +
		"c@b.example,Active patron,,3,mixes two\n" +
		"d@b.example,Former patron,,,worse standing\n" +
		"d@b.example,Free patron,,,unknown standing\n" +
		"D@b.example,Active patron,,,no id\n" +
		"e@b.example,Former patron,,,no id either\n"
	l, err := csvfile.Read(strings.NewReader(text), tiers(), now())
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, p := range l.People {
		got = append(got, p.Name)
	}
	if diff := cmp.Diff([]string{"better tier", "another", "no id", "no id either"}, got); diff != "" {
		t.Errorf("people differ (-want +got):\n%s", diff)
	}
	want := []patron.Problem{
		{Line: 2, Reason: "is about the same person as line 3, which stands no lower"},
		{Line: 3, Reason: "is about the same person as line 4, which stands no lower"},
		{Line: 5, Reason: "is about the same person as line 4, which stands no lower"},
		{Line: 6, Reason: "is about the same person as line 4, which stands no lower"},
		{Line: 8, Reason: "has the address of line 7 and the User ID of line 4"},
		{Line: 9, Reason: "is about the same person as line 11, which stands no lower"},
		{Line: 10, Reason: "has a Patron Status that is not known here: Active, Declined or Former patron are"},
	}
	if diff := cmp.Diff(want, l.Skipped); diff != "" {
		t.Errorf("problems differ (-want +got):\n%s", diff)
	}
}

func TestColumnTwice(t *testing.T) {
	t.Parallel()
	const text = "Email,Email,Patron Status,Patronage Since Date\na@b.example,b@b.example,Active patron,2025-02-08 16:36:58.123456789\n"
	l, err := csvfile.Read(strings.NewReader(text), tiers(), now())
	if err != nil || len(l.People) != 1 || l.People[0].Email != "a@b.example" {
		t.Fatalf("listing is %+v, %v", l, err)
	}
	if !l.People[0].Since.Equal(at("2025-02-08 16:36:58.123456")) {
		t.Errorf("since %v, want microseconds", l.People[0].Since)
	}
}

func TestNoMemberList(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"":                                 "it is empty",
		"\n\n":                             "it is empty",
		"Name,Tier\n":                      "does not name the column Email nor Patron Status",
		"Name,Email\n":                     "does not name the column Patron Status",
		"Patron Status\n":                  "does not name the column Email",
		"Email;Patron Status\n":            "does not name the column Email nor Patron Status: export the members from Patreon again, separated by commas",
		"rowan@reader.example,Former\nx,y": "does not name the column Email nor Patron Status",
	} {
		_, err := csvfile.Read(strings.NewReader(text), tiers(), now())
		if !errors.Is(err, domain.ErrInvalid) || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "@") {
			t.Errorf("%q: error is %v, want %q", text, err, want)
		}
	}
}

// A list that went through a spreadsheet is read in whatever it was written.
func TestEncodings(t *testing.T) {
	t.Parallel()
	const text = "Name,Email,Patron Status\nZoë Łukasz,zoe@b.example,Active patron\n"
	utf16 := func(order unicode.Endianness) string {
		coded, err := unicode.UTF16(order, unicode.UseBOM).NewEncoder().String(text)
		if err != nil {
			t.Fatal(err)
		}
		return coded
	}
	for name, tt := range map[string]struct{ text, want string }{
		"UTF-8":              {text, "Zoë Łukasz"},
		"UTF-8 with a mark":  {"\ufeff" + text, "Zoë Łukasz"},
		"UTF-16":             {utf16(unicode.LittleEndian), "Zoë Łukasz"},
		"UTF-16, big endian": {utf16(unicode.BigEndian), "Zoë Łukasz"},
		"Windows-1252":       {"Name,Email,Patron Status\nZo\xeb \x80,zoe@b.example,Active patron\n", "Zoë €"},
	} {
		l, err := csvfile.Read(strings.NewReader(tt.text), tiers(), now())
		if err != nil || len(l.People) != 1 || l.People[0].Name != tt.want || l.People[0].Email != "zoe@b.example" {
			t.Errorf("%s: %+v, %v", name, l.People, err)
		}
	}
	if _, err := csvfile.Read(strings.NewReader("N\x00a\x00m\x00e\x00,\x00"), tiers(), now()); !errors.Is(err, domain.ErrInvalid) {
		t.Errorf("UTF-16 without a mark: %v", err)
	}
}

func TestQuoteThatDoesNotClose(t *testing.T) {
	t.Parallel()
	text := "Name,Email,Patron Status\nA,a@b.example,Active patron\n\"B,b@b.example,Active patron\n" +
		strings.Repeat("C,c@b.example,Active patron\n", 3000)
	l, err := csvfile.Read(strings.NewReader(text), tiers(), now())
	if err != nil {
		t.Fatal(err)
	}
	if len(l.People) != 1 || len(l.Skipped) != 1 || l.Skipped[0].Line != 3 || !strings.Contains(l.Skipped[0].Reason, "quotation mark") {
		t.Errorf("%d people, skipped %v", len(l.People), l.Skipped)
	}
}

func TestUnknownTiersAreFew(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	b.WriteString("Email,Patron Status,Tier\n")
	for i := range 100 {
		address := strings.Repeat("x", i+1) + "@b.example"
		b.WriteString(address + ",Active patron,of " + address + "\n" + address + "2,Active patron,of " + address + "\n")
	}
	l, err := csvfile.Read(strings.NewReader(b.String()), tiers(), now())
	if err != nil || len(l.People) != 200 || len(l.UnknownTiers) != 20 || l.UnknownTiers[1] == l.UnknownTiers[0] {
		t.Errorf("%d people, tiers %v, error %v", len(l.People), l.UnknownTiers, err)
	}
}

// TestKeepsNothingElse reads 60 MB of postal addresses and looks at what stays.
func TestKeepsNothingElse(t *testing.T) { //nolint:paralleltest // measures memory
	var b strings.Builder
	b.WriteString("Name,Email,Patron Status,Tier,User ID,Street\n")
	for i := range 2000 {
		id := strings.Repeat("1", i%50+1) + strings.Repeat("2", i/50+1)
		b.WriteString("Rowan,a" + id + "@b.example,Active patron,Producer," + id + ",\"" + strings.Repeat("12 Elm Street ", 2200) + "\"\n")
	}
	text := b.String()
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	l, err := csvfile.Read(strings.NewReader(text), tiers(), now())
	runtime.GC()
	runtime.ReadMemStats(&after)
	if err != nil || len(l.People) != 2000 {
		t.Fatalf("%d people, error %v", len(l.People), err)
	}
	if kept := int64(after.HeapAlloc) - int64(before.HeapAlloc); kept > 5<<20 {
		t.Errorf("%d bytes stay of %d", kept, len(text))
	}
	runtime.KeepAlive(l)
	runtime.KeepAlive(text)
}
