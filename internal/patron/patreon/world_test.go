package patreon_test

import (
	"context"
	"maps"
	"slices"
	"sync"
	"testing"
	"time"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/patreonapi"
	"marquee/internal/patron"
	"marquee/internal/patron/patreon"
	"marquee/internal/testkit"
)

func tiers() domain.Tiers {
	return domain.Tiers{{Name: "Matinee", PatreonID: "901", Cents: 300}, {Name: "Screenwriter", PatreonID: "902", Cents: 1000}}
}

// world is a campaign at Patreon, and its roster here.
type world struct {
	*testkit.Patreon
	campaign *testkit.PatreonCampaign
	client   *patreonapi.Client
	roster   patron.Roster
	store    *shelf
}

func newWorld(tb testing.TB, cfg testkit.PatreonConfig, options string) *world {
	tb.Helper()
	cfg.Access, cfg.TokenLife = "access-0", 10*365*day
	w := &world{Patreon: testkit.NewPatreon(cfg), store: &shelf{absent: map[domain.PatronID]patron.Absence{}}}
	w.campaign = w.AddCampaign("700142", "lanternscreen",
		testkit.PatreonTier{ID: "901", Title: "Matinee", Cents: 300}, testkit.PatreonTier{ID: "902", Title: "Screenwriter", Cents: 1000},
		testkit.PatreonTier{ID: "903", Title: "Producer", Cents: 2500})
	w.client = patreonapi.New(patreonapi.Config{
		Credentials: patreonapi.Credentials{AccessToken: "access-0"}, Transport: w.Transport(), Agent: "test", Now: w.Now,
		Wait: func(ctx context.Context, d time.Duration) error { w.Advance(d); return ctx.Err() },
	})
	opts, err := config.ParseOptions(options, ".")
	if err != nil {
		tb.Fatal(err)
	}
	if w.roster, err = patreon.Kind(w.client).New(patron.Env{Tiers: tiers(), Now: w.Now}, opts); err != nil {
		tb.Fatal(err)
	}
	return w
}

func (w *world) list(tb testing.TB) patron.Listing {
	tb.Helper()
	l, err := w.roster.List(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return l
}

// sync brings the store into step.
func (w *world) sync(ctx context.Context) (patron.Difference, error) {
	l, err := w.roster.List(ctx)
	if err != nil {
		return patron.Difference{}, err
	}
	return patron.Import(ctx, w.store, "patreon", l)
}

func (w *world) mustSync(tb testing.TB) patron.Difference {
	tb.Helper()
	d, err := w.sync(tb.Context())
	if err != nil {
		tb.Fatal(err)
	}
	return d
}

// shelf is a store of one roster in memory, which counts what it writes.
type shelf struct {
	mu       sync.Mutex
	patrons  []domain.Patron
	absent   map[domain.PatronID]patron.Absence
	listings int
	at       time.Time
	rows     int // written
}

func (s *shelf) PatronsOf(context.Context, string) ([]domain.Patron, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.patrons), nil
}

func (s *shelf) Attendance(context.Context, string) (patron.Attendance, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return patron.Attendance{Listings: s.listings, At: s.at, Absent: maps.Clone(s.absent)}, nil
}

func (s *shelf) Elsewhere(context.Context, string, []string) (map[string]bool, error) {
	return nil, nil
}

func (s *shelf) Suppressions(context.Context) (map[string]domain.Suppression, error) { return nil, nil }

func (s *shelf) ApplyDifference(_ context.Context, _ string, d patron.Difference) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if d.Listing > 0 {
		if d.Listing != s.listings+1 {
			return domain.ErrConflict
		}
		s.listings, s.at, s.rows = d.Listing, d.At, s.rows+1
	}
	s.rows += len(d.Add) + len(d.Update) + len(d.Absent) + len(d.Back)
	for _, id := range d.Absent {
		s.absent[id] = patron.Absence{Since: d.At, Listing: d.Listing}
	}
	for _, id := range d.Back {
		delete(s.absent, id)
	}
	for _, p := range d.Add {
		p.ID = domain.PatronID(len(s.patrons) + 1)
		s.patrons = append(s.patrons, p)
	}
	for _, u := range d.Update {
		s.patrons[u.After.ID-1] = u.After
	}
	return nil
}

// of is the stored patron with a user id; the zero Patron when there is none.
func (s *shelf) of(user string) domain.Patron {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.patrons {
		if p.External == user {
			return p
		}
	}
	return domain.Patron{}
}

func (*shelf) Unlisted(context.Context, []string) ([]domain.Patron, error) { return nil, nil }

func (*shelf) Erasures(context.Context) (patron.Erasures, error) { return patron.Erasures{}, nil }

func (*shelf) LastImport(context.Context, string) (patron.Difference, error) {
	return patron.Difference{}, domain.ErrNotFound
}
