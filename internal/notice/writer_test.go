package notice_test

import (
	"errors"
	"flag"
	"log/slog"
	netmail "net/mail"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/domain"
	"marquee/internal/notice"
	"marquee/internal/patron"
	"marquee/internal/token"
	"marquee/templates"
)

var update = flag.Bool("update", false, "write the golden files")

// newWriter is a writer with the templates of a directory, "" for ours.
func newWriter(tb testing.TB, store *memory, dir string) *notice.Writer {
	tb.Helper()
	set, err := templates.Look{}.Parse(dir)
	if err != nil {
		tb.Fatal(err)
	}
	zone, err := time.LoadLocation("America/Chicago")
	if err != nil {
		tb.Fatal(err)
	}
	return &notice.Writer{
		Store: store, Operator: netmail.Address{Name: "Mara Ellison", Address: "mara@lanternscreen.example"},
		Publication: domain.Publication{Title: "Lantern Screen", Server: "https://feeds.lanternscreen.example", Zone: zone},
		Templates:   set.Mail, Now: created, Log: slog.New(slog.DiscardHandler),
	}
}

func edition() domain.Edition {
	return domain.Edition{
		ID: 7, Digest: "weekly", Slot: "2026-11-20T17:00", State: domain.EditionFrozen,
		Subject: "Lantern Screen Weekly: “Copperwire”, The Salt Ledger, and what leaves the Criterion Channel this month",
		Frozen:  created(), Due: created().Add(time.Hour - 3*time.Second),
	}
}

func policy() notice.Pause {
	return notice.Pause{
		Destination: "relay main", Until: created().Add(15 * time.Minute),
		Reason: "hand over: 550 5.7.26: This mail has been blocked because the sender is unauthenticated.\r\n" +
			"Authentication is required with either SPF or DKIM. \x1b[31mSee https://support.example/mail/answer/81126",
	}
}

// TestGolden holds what the operator reads.
func TestGolden(t *testing.T) {
	t.Parallel()
	store := &memory{balance: domain.Balance{Entitled: 412, Sent: 30, Skipped: 2, Pending: 380, InDoubt: 4}}
	w := newWriter(t, store, "")
	late := edition()
	late.Due, late.Slot = created().Add(-4*time.Hour), "2026-11-20T12:00"
	waiting, skipped, withdrawn := edition(), edition(), edition()
	waiting.State, waiting.Reason, waiting.Slot = domain.EditionHeld, "waits for your word", "2026-12-04T17:00"
	skipped.State, skipped.Reason, skipped.Subject = domain.EditionSkipped, "nothing new", ""
	withdrawn.State, withdrawn.Reason = domain.EditionHeld, "withdrawn by its source: Paper Lanterns"
	foreign := policy()
	foreign.Destination = "domain it's.example"
	for name, write := range map[string]func() error{
		"frozen":      func() error { return w.EditionFrozen(t.Context(), edition()) },
		"frozen-late": func() error { return w.EditionFrozen(t.Context(), late) },
		"waits":       func() error { return w.EditionFrozen(t.Context(), waiting) },
		"skipped":     func() error { return w.EditionSkipped(t.Context(), skipped) },
		"withdrawn":   func() error { return w.EditionWithdrawn(t.Context(), withdrawn) },
		"held": func() error {
			return w.EditionHeld(t.Context(), edition(), "the fence knows of 385 letters of it and this database of 30: it is an older copy")
		},
		"missed": func() error {
			return w.SlotsMissed(t.Context(), notice.Missed{
				Digest: "weekly", Slots: []domain.Slot{"2026-11-20T17:00"}, Idle: created().Add(-30 * time.Hour),
				Also: "2026-11-21T18:00", Next: "2026-11-27T17:00",
			})
		},
		"missed-many": func() error {
			return w.SlotsMissed(t.Context(), notice.Missed{
				Digest: "weekly", Slots: []domain.Slot{"2026-11-06T17:00", "2026-11-13T17:00"}, Also: "2026-11-21T18:00",
			})
		},
		"paused": func() error { return w.DestinationPaused(t.Context(), policy()) },
		"braked": func() error {
			return w.RosterBraked(t.Context(), "members", (&patron.BrakeError{Leaving: 40, Of: 100, Share: 20}).Error())
		},
		"clock": func() error {
			return w.ClockDoubted(t.Context(), "it shows 2026-11-20 22:00 UTC, and is 3h0m ahead of what is said by lanternscreen.example, www.patreon.com")
		},
		"paused-domain": func() error { return w.DestinationPaused(t.Context(), foreign) },
	} {
		if err := write(); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		n := store.notices[len(store.notices)-1]
		if n.To != w.Operator || !n.Created.Equal(created()) || (n.HTML != "") != (n.Kind == domain.NoticeFrozen) {
			t.Errorf("%s: %+v", name, n)
		}
		golden(t, name+".txt", "Subject: "+n.Subject+"\n\n"+n.Text)
		for line := range strings.Lines(n.Text) {
			if utf8.RuneCountInString(strings.TrimRight(line, "\n")) > 72 {
				t.Errorf("%s: a long line: %s", name, line)
			}
		}
	}
}

// TestButtons holds what there is to press.
func TestButtons(t *testing.T) {
	t.Parallel()
	store := &memory{balance: domain.Balance{Entitled: 412, Pending: 412}}
	w := newWriter(t, store, "")
	w.Mint = token.New([]byte("0123456789abcdef0123456789abcdef"))
	waiting := edition()
	waiting.State, waiting.Reason, waiting.Slot = domain.EditionHeld, "waits for your word", "2026-12-04T17:00"
	for name, e := range map[string]domain.Edition{"buttons": edition(), "buttons-waits": waiting} {
		if err := w.EditionFrozen(t.Context(), e); err != nil {
			t.Fatal(err)
		}
		n := store.notices[len(store.notices)-1]
		golden(t, name+".txt", "Subject: "+n.Subject+"\n\n"+n.Text)
		golden(t, name+".html", n.HTML)
		for purpose, path := range map[token.Purpose]string{token.Hold: "/hold/", token.Send: "/send/"} {
			link := path + w.Mint.Edition(purpose, e.ID)
			if want := purpose == token.Send || e.State == domain.EditionFrozen; strings.Contains(n.Text, link) != want || strings.Contains(n.HTML, link) != want {
				t.Errorf("%s: %s is there: %v", name, path, !want)
			}
		}
	}
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("..", "..", "testdata", "golden", "notice", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got), run with -update to accept:\n%s", name, diff)
	}
}

// TestPersonGolden holds what readers and patrons read.
func TestPersonGolden(t *testing.T) {
	t.Parallel()
	store := &memory{}
	w := newWriter(t, store, "")
	to := netmail.Address{Address: "Ada@reader.example"}
	for name, write := range map[string]func() error{
		"links":   func() error { return w.Links(t.Context(), to, "https://m.example/p/x", "https://m.example/u/x") },
		"confirm": func() error { return w.Confirm(t.Context(), to, "https://m.example/signup/x") },
	} {
		for range 3 { // within an hour
			if err := write(); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
		n := store.notices[len(store.notices)-1]
		if n.To != to {
			t.Errorf("%s goes to %v", name, n.To)
		}
		golden(t, name+".txt", "Subject: "+n.Subject+"\n\n"+n.Text)
	}
	if len(store.notices) != 2 {
		t.Errorf("%d notices", len(store.notices))
	}
}

// Everything is told once: an edition's freeze for ever, what may come again on
// each day.
func TestWritesOnce(t *testing.T) {
	t.Parallel()
	store := &memory{}
	w := newWriter(t, store, "")
	now := created()
	w.Now = func() time.Time { return now }
	other := policy()
	other.Destination = "relay backup"
	for _, day := range []int{0, 0, 1} {
		now = created().AddDate(0, 0, day)
		for _, err := range []error{
			w.EditionFrozen(t.Context(), edition()), w.EditionHeld(t.Context(), edition(), "why"),
			w.DestinationPaused(t.Context(), policy()), w.DestinationPaused(t.Context(), other),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	var got []string
	for _, n := range store.notices {
		got = append(got, string(n.Kind)+" "+n.Key)
	}
	want := []string{
		"frozen weekly-2026-11-20-1700", "held weekly-2026-11-20-1700/2026-11-20",
		"paused relay main/2026-11-20", "paused relay backup/2026-11-20",
		"held weekly-2026-11-20-1700/2026-11-21", "paused relay main/2026-11-21", "paused relay backup/2026-11-21",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("notices (-want +got):\n%s", diff)
	}
}

func TestNobodyIsTold(t *testing.T) {
	t.Parallel()
	store := &memory{}
	w := newWriter(t, store, "")
	w.Operator = netmail.Address{}
	for _, err := range []error{
		w.EditionFrozen(t.Context(), edition()), w.EditionHeld(t.Context(), edition(), "why"), w.DestinationPaused(t.Context(), policy()),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	if len(store.notices) > 0 {
		t.Errorf("notices %+v", store.notices)
	}
}

// An operator's template is found wanting before it is needed.
func TestCheck(t *testing.T) {
	t.Parallel()
	if err := newWriter(t, &memory{}, "").Check(); err != nil {
		t.Error(err)
	}
	for name, text := range map[string]string{
		"no subject":    "It goes out.\n",
		"empty subject": "Subject: {{.Reason}}\n\nIt goes out.\n",
		"no text":       "Subject: It goes out\n\n\n",
		"no such field": "Subject: {{.Horoscope}}\n\nIt goes out.\n",
	} {
		dir := t.TempDir()
		if err := os.Mkdir(filepath.Join(dir, "mail"), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(dir, "mail", "notice_frozen.txt.tmpl"), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		w := newWriter(t, &memory{}, dir)
		for _, err := range []error{w.Check(), w.EditionFrozen(t.Context(), edition())} {
			if !errors.Is(err, domain.ErrInvalid) || !strings.Contains(err.Error(), "notice_frozen.txt.tmpl") {
				t.Errorf("%s: error %v", name, err)
			}
		}
	}
}
