package bounce_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/bounce"
	"marquee/internal/domain"
)

// shelf is a store that takes one bounce of each letter and class, and people with
// letters.
type shelf struct {
	taken  []domain.Bounce
	keys   []string
	known  map[string]bool
	ours   int
	fails  error
	people map[string]domain.PatronRecord // by address
}

func (s *shelf) TakeBounce(_ context.Context, b domain.Bounce, key string, _ domain.BounceRules) (domain.BounceTaken, error) {
	if s.fails != nil {
		return domain.BounceTaken{}, s.fails
	}
	id := fmt.Sprint(b.Patron, b.Edition, b.Class)
	fresh := !s.known[id]
	s.known[id] = true
	s.taken, s.keys = append(s.taken, b), append(s.keys, key)
	if b.Class == domain.BounceOurs && fresh {
		s.ours++
	}
	return domain.BounceTaken{Fresh: fresh, Domain: "reader.example", Ours: s.ours}, nil
}

func (s *shelf) PatronByEmail(_ context.Context, address string) (domain.Patron, error) {
	r, ok := s.people[domain.EmailKey(address)]
	if !ok {
		return domain.Patron{}, fmt.Errorf("patron by address: %w", domain.ErrNotFound)
	}
	return domain.Patron{ID: r.ID}, nil
}

func (s *shelf) PatronRecord(_ context.Context, id domain.PatronID, editions int) (domain.PatronRecord, error) {
	for _, r := range s.people {
		if r.ID == id && editions > 0 {
			return r, nil
		}
	}
	return domain.PatronRecord{}, domain.ErrNotFound
}

func tuesday() time.Time { return time.Date(2026, 11, 24, 9, 0, 0, 0, time.UTC) }

// desk is a keeper on a shelf, and what it had to say.
func desk() (*bounce.Keeper, *shelf, *strings.Builder, *[]int) {
	s := &shelf{known: map[string]bool{}, people: map[string]domain.PatronRecord{}}
	log, refused := &strings.Builder{}, &[]int{}
	return &bounce.Keeper{
		Store: s, Letters: s, Rules: domain.DefaultBounceRules(), Now: tuesday, Log: slog.New(slog.NewTextHandler(log, nil)),
		Refused: func(_ context.Context, host string, b domain.Bounce, letters int) error {
			if host != "reader.example" || b.Class != domain.BounceOurs {
				return errors.New("not about us")
			}
			*refused = append(*refused, letters)
			return nil
		},
	}, s, log, refused
}

// What is told twice is taken twice by the store, which counts it once, and said
// once; without a date it happened now.
func TestTake(t *testing.T) {
	t.Parallel()
	k, s, log, refused := desk()
	dead := domain.Bounce{Patron: 7, Edition: 3, Class: domain.BounceDead, Reason: "no such user", Way: domain.BounceMail}
	for range 2 {
		if err := k.Take(t.Context(), dead, "key"); err != nil {
			t.Fatal(err)
		}
	}
	dead.At = tuesday()
	if diff := cmp.Diff([]domain.Bounce{dead, dead}, s.taken); diff != "" || s.keys[0] != "key" {
		t.Errorf("keys %q (-want +got):\n%s", s.keys, diff)
	}
	if strings.Count(log.String(), "bounce taken") != 1 || strings.Contains(log.String(), "no such user") || len(*refused) != 0 {
		t.Errorf("log %s, refused %v", log, *refused)
	}
}

// What is about us is passed on whenever it is told, since the first time may have
// come no further than the store.
func TestTakeOurs(t *testing.T) {
	t.Parallel()
	k, _, _, refused := desk()
	for _, patron := range []domain.PatronID{1, 2, 2, 3} {
		if err := k.Take(t.Context(), domain.Bounce{Patron: patron, Class: domain.BounceOurs}, ""); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff([]int{1, 2, 2, 3}, *refused); diff != "" {
		t.Errorf("refused (-want +got):\n%s", diff)
	}
	k.Refused = func(context.Context, string, domain.Bounce, int) error { return errors.New("disk full") }
	if k.Take(t.Context(), domain.Bounce{Patron: 4, Class: domain.BounceOurs}, "") == nil {
		t.Error("an alarm that could not be raised is acknowledged")
	}
}

func TestTakeFails(t *testing.T) {
	t.Parallel()
	k, s, _, _ := desk()
	s.fails = errors.New("disk full")
	if err := k.Take(t.Context(), domain.Bounce{}, ""); !errors.Is(err, s.fails) {
		t.Errorf("error %v", err)
	}
	s.fails = fmt.Errorf("patron: %w", domain.ErrNotFound) // forgotten meanwhile
	if err := k.Take(t.Context(), domain.Bounce{}, ""); err != nil {
		t.Errorf("error %v", err)
	}
}

// An event finds its letter by the Message-ID, else by the time; one about nobody
// does nothing.
func TestTell(t *testing.T) {
	t.Parallel()
	left := func(e domain.EditionID, slug string, state domain.DeliveryState, daysAgo int) domain.Receipt {
		return domain.Receipt{Edition: e, Slug: slug, State: state, Changed: tuesday().AddDate(0, 0, -daysAgo)}
	}
	received := []domain.Receipt{
		left(9, "weekly-2026-12-04-1700", "", 0),
		left(8, "weekly-2026-11-27-1700", domain.Queued, 0),
		left(7, "weekly-2026-11-20-1700", domain.Sent, 4),
		left(6, "monthly-2026-11-15-1700", domain.Failed, 9),
		left(5, "weekly-2026-11-13-1700", domain.Sent, 11),
	}
	for name, tt := range map[string]struct {
		email, id string
		at        time.Time
		edition   domain.EditionID
		nobody    bool
	}{
		"by its id":             {"Ada@Reader.Example", "<weekly-2026-11-13-1700.k3x@lanternscreen.example>", tuesday(), 5, false},
		"without brackets":      {"ada@reader.example", "weekly-2026-11-20-1700.k3x@lanternscreen.example", tuesday(), 7, false},
		"the last that left":    {"ada@reader.example", "", tuesday(), 7, false},
		"another's id":          {"ada@reader.example", "<0100019a-000000@email.amazonses.example>", tuesday(), 7, false},
		"the last by then":      {"ada@reader.example", "", tuesday().AddDate(0, 0, -5), 5, false},
		"before any":            {"ada@reader.example", "", tuesday().AddDate(0, 0, -20), 0, false},
		"service mail":          {"ada@reader.example", "<notice-links.k3x@lanternscreen.example>", tuesday(), 0, false},
		"no time":               {"ada@reader.example", "", time.Time{}, 7, false},
		"in the future":         {"ada@reader.example", "", tuesday().AddDate(1, 0, 0), 7, false},
		"nobody we write to":    {"mara@lanternscreen.example", "", tuesday(), 0, true},
		"no address":            {"", "", tuesday(), 0, true},
		"an id like an edition": {"ada@reader.example", "<weekly-2026-11-20-17000.k3x@lanternscreen.example>", tuesday(), 7, false},
	} {
		k, s, _, _ := desk()
		s.people["ada@reader.example"] = domain.PatronRecord{ID: 42, Received: received}
		err := k.Tell(t.Context(), bounce.Event{Key: "ses/1", Email: tt.email, MessageID: tt.id, At: tt.at, Bounce: domain.Bounce{Class: domain.BounceDead, Way: "ses"}})
		if err != nil || (len(s.taken) == 0) != tt.nobody {
			t.Fatalf("%s: %v, %v", name, s.taken, err)
		}
		if tt.nobody {
			continue
		}
		if b := s.taken[0]; b.Patron != 42 || b.Edition != tt.edition || b.Way != "ses" || s.keys[0] != "ses/1" || b.At.After(tuesday()) || b.At.IsZero() {
			t.Errorf("%s: %+v under %q, want edition %d", name, b, s.keys[0], tt.edition)
		}
	}
}
