package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"marquee/internal/domain"
	"marquee/internal/gather"
	"marquee/internal/source"
)

// SourceState is what the last SaveGathered of the source stored; nil before
// the first.
func (s *Store) SourceState(ctx context.Context, name string) (source.State, error) {
	state, err := one(ctx, s.reads, value[[]byte], "select state from sources where name = $1", name)
	if err != nil && !errors.Is(err, domain.ErrNotFound) {
		return nil, fmt.Errorf("read the state of source %s: %w", name, err)
	}
	return state, nil
}

// LastSuccess is when the source was last saved; zero before the first time.
func (s *Store) LastSuccess(ctx context.Context, name string) (time.Time, error) {
	at, err := one(ctx, s.reads, value[instant], "select succeeded from sources where name = $1", name)
	if err != nil && !errors.Is(err, domain.ErrNotFound) {
		return time.Time{}, fmt.Errorf("read when source %s was read: %w", name, err)
	}
	return time.Time(at), nil
}

// SourceGUIDs are the guids of all items that the source tells and has not taken
// back, sorted.
func (s *Store) SourceGUIDs(ctx context.Context, name string) ([]string, error) {
	guids, err := all(ctx, s.reads, value[string], `select guid from items where source = $1 and withdrawn = 0
			and not exists (select 1 from copies c where c.item = items.id)
		union all select guid from copies where source = $1 and withdrawn = 0 and doc <> '' order by 1`, name)
	if err != nil {
		return nil, fmt.Errorf("read guids of source %s: %w", name, err)
	}
	return guids, nil
}

// SaveGathered stores the outcome of one read, all or nothing.
func (s *Store) SaveGathered(ctx context.Context, g gather.Gathered) error {
	save := s.saveAll
	if g.Unchanged && len(g.Items)+len(g.Copies)+len(g.Events)+len(g.Checks)+len(g.Owed) == 0 {
		save = s.saveUnchanged
	}
	if err := save(ctx, g); err != nil {
		return fmt.Errorf("save what source %s gave: %w", g.Source, err)
	}
	return nil
}

func (s *Store) saveAll(ctx context.Context, g gather.Gathered) error {
	keys := keysOfAll(g)
	return s.inTx(ctx, func(tx Tx) error {
		// The source's row comes first: it keeps two reads of one source apart.
		if err := saveSuccess(ctx, tx, g); err != nil {
			return err
		}
		if err := s.refuseTwins(ctx, tx, g, keys); err != nil {
			return err
		}
		if err := saveItems(ctx, tx, g.Items); err != nil {
			return err
		}
		if err := saveCopies(ctx, tx, g.Copies); err != nil {
			return err
		}
		if err := insertKeys(ctx, tx, s.engine.Elements(), keys); err != nil {
			return err
		}
		if err := s.saveEvents(ctx, tx, g.Events); err != nil {
			return err
		}
		if err := saveChecks(ctx, tx, g.At, g.Checks); err != nil {
			return err
		}
		return s.saveOwed(ctx, tx, g.Source, g.Owed)
	})
}

func saveSuccess(ctx context.Context, tx Tx, g gather.Gathered) error {
	_, err := exec(ctx, tx, `insert into sources (name, state, succeeded, problems, asked, hint, oldest) values ($1, $2, $3, $4, $3, $6, $7)
		on conflict (name) do update set state = excluded.state, succeeded = excluded.succeeded,
			problems = case when $5 then sources.problems else excluded.problems end, failed = 0, error = '', failures = 0, not_before = 0,
			oldest = case excluded.oldest when 0 then sources.oldest else excluded.oldest end,
			asked = excluded.asked, hint = excluded.hint, since = 0, alerted = 0, instance = 0, until = 0`,
		g.Source, []byte(g.State), instant(g.At), asJSON{g.Problems}, g.Unchanged, instant(g.NotBefore), instant(g.Oldest))
	return err
}

// saveItems adds and updates items, and moves their version when that changes
// anything.
func saveItems(ctx context.Context, tx Tx, items []domain.Item) error {
	var changed int64
	for _, it := range items {
		var args arguments
		text := "insert into items (" + itemColumns + ") values (" + itemRow(&args, it) + `)
			on conflict (source, guid) do update set
				kind = excluded.kind, series = excluded.series, title = excluded.title,
				published = excluded.published, updated = excluded.updated,
				first_published = excluded.first_published, first_seen = excluded.first_seen,
				changed = excluded.changed, opened = excluded.opened, withdrawn = excluded.withdrawn,
				backlog = excluded.backlog, exclusive = excluded.exclusive, illustrated = excluded.illustrated,
				settles = excluded.settles, doc = excluded.doc
			where (items.kind, items.series, items.title, items.published, items.updated,
				items.first_published, items.first_seen, items.changed, items.opened, items.withdrawn,
				items.backlog, items.exclusive, items.illustrated, items.settles, items.doc)
			<> (excluded.kind, excluded.series, excluded.title, excluded.published, excluded.updated,
				excluded.first_published, excluded.first_seen, excluded.changed, excluded.opened, excluded.withdrawn,
				excluded.backlog, excluded.exclusive, excluded.illustrated, excluded.settles, excluded.doc)`
		n, err := exec(ctx, tx, text, args...)
		if err != nil {
			return fmt.Errorf("item %s: %w", it.ID, err)
		}
		changed += n
	}
	if changed == 0 {
		return nil
	}
	return itemsChanged(ctx, tx)
}

// itemsChanged moves the items' version.
func itemsChanged(ctx context.Context, tx Tx) error {
	_, err := exec(ctx, tx, "update counters set value = value + 1 where name = 'items'")
	return err
}

// SaveFailure notes that a read failed; items and state stay.
func (s *Store) SaveFailure(ctx context.Context, f gather.Failure) error {
	err := s.inTx(ctx, func(tx Tx) error {
		if _, err := exec(ctx, tx, `insert into sources (name, failed, error, failures, not_before, asked, since) values ($1, $2, $3, 1, $4, $2, $2)
			on conflict (name) do update set failed = excluded.failed, error = excluded.error,
				failures = sources.failures + 1, not_before = excluded.not_before, asked = excluded.asked,
				since = case sources.since when 0 then excluded.since else sources.since end, instance = 0, until = 0`,
			f.Source, instant(f.At), foreign(f.Err), instant(f.NotBefore)); err != nil || f.Host == "" || f.NotBefore.IsZero() {
			return err
		}
		_, err := exec(ctx, tx, `insert into hosts (name, not_before) values ($1, $2)
			on conflict (name) do update set not_before = excluded.not_before where hosts.not_before < excluded.not_before`,
			foreign(f.Host), instant(f.NotBefore))
		return err
	})
	if err != nil {
		return fmt.Errorf("note that source %s failed: %w", f.Source, err)
	}
	return nil
}
