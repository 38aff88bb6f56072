package patron_test

import (
	"errors"
	"flag"
	"os"
	"strings"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/patron"
)

var update = flag.Bool("update", false, "write golden files anew")

func TestWriteGolden(t *testing.T) {
	t.Parallel()
	active := domain.Audience{Standing: domain.Active, Tier: "Screenwriter"}
	reader := domain.Audience{Standing: domain.Reader}
	before := domain.Patron{ID: 3, External: "5550102", Email: "free@reader.example", Name: "Free Reader", Audience: reader}
	after := before
	after.Audience, after.Email, after.Name = active, "paying@reader.example", "Paying Reader"
	after.Since = time.Date(2026, 11, 1, 8, 0, 0, 0, time.UTC)
	later := after
	later.Since = after.Since.Add(time.Hour)
	d := patron.Difference{
		Add: []domain.Patron{
			{Email: "rowan@reader.example", Name: "Rowan Vale", Audience: active},
			{Email: "noname@reader.example", Audience: reader},
			{Email: "evil@reader.example", Name: "E\x1b[2Jvil \u202etxt.exe", Audience: domain.Audience{Standing: domain.Former}},
		},
		Update:       []patron.Update{{Before: before, After: after}, {Before: after, After: later}},
		Unchanged:    14,
		Erased:       1,
		Missing:      []domain.Patron{before, after},
		Strangers:    4,
		Unreachable:  3,
		Elsewhere:    2,
		Skipped:      []patron.Problem{{Line: 7, Reason: "has no e-mail address"}},
		Noted:        []patron.Problem{{Reason: "two people have not confirmed their address"}, {Line: 9, Reason: "has a date that is not understood"}},
		UnknownTiers: []string{"Producer\x07"},
	}
	var b strings.Builder
	if err := d.Write(&b); err != nil {
		t.Fatal(err)
	}
	const file = "../../testdata/patrons/difference.golden"
	if *update {
		if err := os.WriteFile(file, []byte(b.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if b.String() != string(want) {
		t.Errorf("got\n%s\nwant\n%s", b.String(), want)
	}
}

type closedPipe struct{}

func (closedPipe) Write([]byte) (int, error) { return 0, os.ErrClosed }

func TestWriteToClosedPipe(t *testing.T) {
	t.Parallel()
	var d patron.Difference
	if err := d.Write(closedPipe{}); !errors.Is(err, os.ErrClosed) {
		t.Errorf("error is %v", err)
	}
}

// Nobody reads twenty thousand lines.
func TestReportIsBounded(t *testing.T) {
	t.Parallel()
	d := patron.Difference{Add: make([]domain.Patron, 20_000)}
	var b strings.Builder
	if err := d.Write(&b); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(b.String(), "\n"); n > 120 || !strings.Contains(b.String(), "and 19900 more") {
		t.Errorf("%d lines: %.300s", n, b.String())
	}
}
