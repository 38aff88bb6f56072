package sqlstore

import (
	"context"
	"fmt"
	"math"

	"marquee/internal/digest"
	"marquee/internal/domain"
)

// An edition has a shard for each shardSize of its recipients, up to maxShards.
const (
	shardSize = 5000
	maxShards = 64
)

// Candidates are the items that come into question for an edition, newest first.
func (s *Store) Candidates(ctx context.Context, q digest.CandidateQuery) ([]digest.Candidate, error) {
	published := instant(q.Published).micros()
	if q.Published.IsZero() {
		published = math.MinInt64 // films were written about before 1970
	}
	args := arguments{q.Digest, published}
	where := "published >= $2"
	if !q.Seen.IsZero() {
		seen := args.add(instant(q.Seen))
		where += " or opened > " + seen + " or (first_seen > " + seen + " or settles > " + seen + ") and (not backlog or " + heldItem + ")"
	}
	found, err := all(ctx, s.reads, readCandidate, "select "+itemColumns+`,
		coalesce((select e.slug from edition_items i join editions e on e.id = i.edition where i.digest = $1 and i.item = items.id), ''),
		backlog and `+heldItem+`
		from items where `+where+" order by published desc, id", args...)
	if err != nil {
		return nil, fmt.Errorf("read items for %s: %w", q.Digest, err)
	}
	return found, nil
}

// heldItem is true of an item that was held, ever.
const heldItem = "exists (select 1 from events v where v.item = items.id and v.kind = 'held')"

func readCandidate(r row) (digest.Candidate, error) {
	var c digest.Candidate
	it, err := readItem(also{r, []any{&c.Edition, &c.Held}})
	c.Item = it
	return c, err
}

// Wishes are the languages of dates that patrons of some audiences want, with the
// audience of each.
func (s *Store) Wishes(ctx context.Context, among []domain.Audience) ([]domain.Readers, error) {
	found, err := all(ctx, s.reads, readReaders, `select distinct standing, tier, dates from patrons
		where dates <> '' and `+s.inAudiences("$1")+" order by standing, tier, dates", audiences(among))
	if err != nil {
		return nil, fmt.Errorf("read which languages dates are wanted in: %w", err)
	}
	return found, nil
}

func readReaders(r row) (domain.Readers, error) {
	var v domain.Readers
	err := r.Scan(&v.Standing, &v.Tier, &v.Dates)
	return v, err
}

// CreateEdition stores an edition with its renditions and one queued delivery
// for every patron whose audience is in its recipients, all or nothing; a
// correction's are for those whose delivery of the corrected edition is sent.
// domain.ErrConflict when the slot has its edition, or an item is in one.
func (s *Store) CreateEdition(ctx context.Context, n digest.NewEdition) (domain.Edition, error) {
	var made domain.Edition
	err := s.inTx(ctx, func(tx Tx) error {
		id, err := insertEdition(ctx, tx, n)
		if err != nil {
			return err
		}
		if err := insertParts(ctx, tx, id, n); err != nil {
			return err
		}
		if err := s.insertLetters(ctx, tx, id, n, 0); err != nil {
			return err
		}
		made, err = edition(ctx, tx, "id = $1", id)
		return err
	})
	if err != nil {
		return domain.Edition{}, fmt.Errorf("create edition %s: %w", n.Edition.Slug(), err)
	}
	return made, nil
}

// insertLetters queues an edition for its recipients, in shards that have a fence.
func (s *Store) insertLetters(ctx context.Context, tx Tx, id domain.EditionID, n digest.NewEdition, fence int64) error {
	entitled, err := s.insertDeliveries(ctx, tx, id, n)
	if err != nil {
		return err
	}
	return insertShards(ctx, tx, id, entitled, fence)
}

func insertEdition(ctx context.Context, tx Tx, n digest.NewEdition) (domain.EditionID, error) {
	e := n.Edition
	var corrects any // null
	if e.Corrects != 0 {
		corrects = e.Corrects
	}
	return one(ctx, tx, value[domain.EditionID], `insert into editions
		(digest, slot, slug, corrects, state, reason, subject, frozen, due, shards, recipients)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9, 0, $10) returning id`,
		e.Digest, e.Slot, e.Slug(), corrects, e.State, e.Reason, e.Subject, instant(e.Frozen), instant(e.Due), asJSON{n.Recipients})
}

// insertParts stores an edition's items and renditions.
func insertParts(ctx context.Context, tx Tx, id domain.EditionID, n digest.NewEdition) error {
	for i, item := range n.Edition.Items {
		if _, err := exec(ctx, tx, "insert into edition_items (edition, position, item, digest) values ($1, $2, $3, $4)",
			id, i, item, n.Edition.Digest); err != nil {
			return fmt.Errorf("item %s: %w", item, err)
		}
	}
	for _, v := range n.Renditions {
		if _, err := exec(ctx, tx, "insert into renditions (edition, "+renditionColumns+") values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)",
			id, v.Standing, v.Tier, v.Dates, v.Subject, v.Preheader, v.HTML, v.Text, v.Form, v.Plain); err != nil {
			return fmt.Errorf("rendition for %s: %w", v.Key(), err)
		}
	}
	return nil
}

// insertDeliveries queues the edition for its recipients, a correction for those of
// them who have what it corrects, and says how many there are.
func (s *Store) insertDeliveries(ctx context.Context, tx Tx, id domain.EditionID, n digest.NewEdition) (int64, error) {
	entitled, err := exec(ctx, tx, `insert into deliveries (id, changed)
		select cast($1 as bigint) + id, cast($2 as bigint) from patrons where `+s.inAudiences("$3")+`
			and (cast($4 as bigint) = 0 or exists (select 1 from deliveries d where d.id = cast($4 as bigint) + patrons.id and d.state = 4))
		order by id`,
		keyOf(id, 0), instant(n.Edition.Frozen), audiences(n.Recipients), keyOf(n.Edition.Corrects, 0))
	if err != nil {
		return 0, err
	}
	return entitled, s.engine.Analyze(ctx, tx, "deliveries")
}

// insertShards parts an edition's deliveries, as evenly as can be, and writes
// down how many there are: their number, told by itself, shows when one is lost.
func insertShards(ctx context.Context, tx Tx, id domain.EditionID, entitled, fence int64) error {
	shards := min(max((entitled+shardSize-1)/shardSize, 1), maxShards)
	if _, err := exec(ctx, tx, "update editions set shards = $2, entitled = $3 where id = $1", id, shards, entitled); err != nil {
		return err
	}
	low, before := keysOf(id)
	for number := range shards {
		high := low
		if rows := (number+1)*entitled/shards - number*entitled/shards; rows > 0 {
			var err error // the last row is found from where the shard before ends
			high, err = one(ctx, tx, value[key], "select id from deliveries where id > $1 and id < $2 order by id limit 1 offset $3", low, before, rows-1)
			if err != nil {
				return err
			}
		}
		if _, err := exec(ctx, tx, "insert into shards (edition, number, low, high, settled, fence) values ($1, $2, $3, $4, $3, $5)",
			id, number, low, high, fence); err != nil {
			return err
		}
		low = high
	}
	return nil
}

// inAudiences selects the patrons of a set of audiences.
func (s *Store) inAudiences(placeholder string) string {
	return "(standing, tier) in (select value ->> 0, value ->> 1" + s.from(placeholder) + ")"
}

func audiences(as []domain.Audience) asJSON {
	return set(as, func(a domain.Audience) []any { return []any{a.Standing, a.Tier} })
}
