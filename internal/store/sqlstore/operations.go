package sqlstore

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"

	"marquee/internal/domain"
)

// Sources is how gathering from every source that was ever read goes, by name.
func (s *Store) Sources(ctx context.Context) ([]domain.SourceStatus, error) {
	found, err := all(ctx, s.reads, readSource, `select s.name,
		(select count(*) from items i where i.source = s.name and i.withdrawn = 0) +
		(select count(*) from copies c join items i on i.id = c.item
			where c.source = s.name and i.source <> s.name and c.withdrawn = 0 and c.doc <> '' and i.withdrawn = 0),
		s.succeeded, s.failed, s.error, s.failures, s.problems, s.since, case when s.not_before > s.asked then s.not_before else 0 end,
		(select count(*) from events e join items i on i.id = e.item
			where e.source = s.name and e.kind = 'held' and i.backlog and i.withdrawn = 0)
		from sources s order by s.name`)
	if err != nil {
		return nil, fmt.Errorf("read sources: %w", err)
	}
	return s.countEvents(ctx, found)
}

// countEvents adds to sources how often each kind of event has happened.
func (s *Store) countEvents(ctx context.Context, sources []domain.SourceStatus) ([]domain.SourceStatus, error) {
	type count struct {
		source string
		kind   domain.EventKind
		n      int
	}
	counts, err := all(ctx, s.reads, func(r row) (c count, err error) { err = r.Scan(&c.source, &c.kind, &c.n); return c, err },
		"select source, kind, count(*) from events group by source, kind")
	if err != nil {
		return nil, fmt.Errorf("count events: %w", err)
	}
	for _, c := range counts {
		for i := range sources {
			if sources[i].Source != c.source {
				continue
			}
			if sources[i].Events == nil {
				sources[i].Events = map[domain.EventKind]int{}
			}
			sources[i].Events[c.kind] = c.n
		}
	}
	return sources, nil
}

func readSource(r row) (domain.SourceStatus, error) {
	var st domain.SourceStatus
	err := r.Scan(&st.Source, &st.Items, (*instant)(&st.Succeeded), (*instant)(&st.Failed),
		&st.Error, &st.Failures, asJSON{&st.Problems}, (*instant)(&st.Since), (*instant)(&st.NotBefore), &st.Held)
	return st, err
}

// secretSize is a secret's length in bytes.
const secretSize = 32

// Secret is the installation's secret of a name: made at the first call, the
// same ever after.
func (s *Store) Secret(ctx context.Context, name string) ([]byte, error) {
	var secret []byte
	err := s.inTx(ctx, func(tx Tx) error {
		fresh := make([]byte, secretSize)
		_, _ = rand.Read(fresh) // never fails: crypto/rand ends the program instead
		if _, err := exec(ctx, tx, "insert into secrets (name, value) values ($1, $2) on conflict (name) do nothing",
			name, fresh); err != nil {
			return err
		}
		var err error
		secret, err = one(ctx, tx, value[[]byte], "select value from secrets where name = $1", name)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("secret %q: %w", name, err)
	}
	return secret, nil
}

// Generation names the database's line of descent: made at the first call, the
// same ever after, until a backup is restored.
func (s *Store) Generation(ctx context.Context) (string, error) {
	id, err := s.Secret(ctx, generation)
	return hex.EncodeToString(id), err
}

// generation is the secret whose value is made anew when a backup is restored.
const generation = "generation"

// Regenerate makes a new generation: db is a backup that is about to be used.
func Regenerate(ctx context.Context, db Querier) error {
	fresh := make([]byte, secretSize)
	_, _ = rand.Read(fresh) // never fails: crypto/rand ends the program instead
	_, err := exec(ctx, db, `insert into secrets (name, value) values ($1, $2)
		on conflict (name) do update set value = excluded.value`, generation, fresh)
	return err
}
