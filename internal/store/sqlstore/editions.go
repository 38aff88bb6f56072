package sqlstore

import (
	"context"
	"fmt"
	"time"

	"marquee/internal/domain"
)

// editionColumns are read by readEdition, in this order.
const editionColumns = "id, digest, slot, coalesce(corrects, 0), state, reason, subject, frozen, due, started, resent"

func readEdition(r row) (domain.Edition, error) {
	var e domain.Edition
	err := r.Scan(&e.ID, &e.Digest, &e.Slot, &e.Corrects, &e.State, &e.Reason, &e.Subject,
		(*instant)(&e.Frozen), (*instant)(&e.Due), (*instant)(&e.Started), (*instant)(&e.Resent))
	return e, err
}

// newest orders editions: a correction stands where it was sent, not where its
// edition was.
const newest = "due desc, slot desc, id desc"

// Edition is one edition, or domain.ErrNotFound.
func (s *Store) Edition(ctx context.Context, id domain.EditionID) (domain.Edition, error) {
	e, err := edition(ctx, s.reads, "id = $1", id)
	if err != nil {
		return e, fmt.Errorf("edition %d: %w", id, err)
	}
	return e, nil
}

// EditionBySlot is the digest's edition of the slot, or domain.ErrNotFound.
func (s *Store) EditionBySlot(ctx context.Context, digest string, slot domain.Slot) (domain.Edition, error) {
	e, err := edition(ctx, s.reads, "digest = $1 and slot = $2", digest, slot)
	if err != nil {
		return e, fmt.Errorf("edition of %s at %s: %w", digest, slot, err)
	}
	return e, nil
}

// EditionBySlug is one edition in any state, or domain.ErrNotFound.
func (s *Store) EditionBySlug(ctx context.Context, slug string) (domain.Edition, error) {
	e, err := edition(ctx, s.reads, "slug = $1", slug)
	if err != nil {
		return e, fmt.Errorf("edition %q: %w", slug, err)
	}
	return e, nil
}

// Editions are the newest editions that went out or are going out, newest
// first, without Items.
func (s *Store) Editions(ctx context.Context, limit int) ([]domain.Edition, error) {
	var args arguments
	editions, err := all(ctx, s.reads, readEdition, "select "+editionColumns+` from editions
		where state in ('sending', 'done') order by `+newest+args.limit(limit), args...)
	if err != nil {
		return nil, fmt.Errorf("read editions: %w", err)
	}
	return editions, nil
}

// AllEditions are the newest editions in any state, newest first.
func (s *Store) AllEditions(ctx context.Context, limit int) ([]domain.Edition, error) {
	var args arguments
	editions, err := all(ctx, s.reads, readEdition, "select "+editionColumns+
		" from editions order by "+newest+args.limit(limit), args...)
	if err != nil {
		return nil, fmt.Errorf("read editions: %w", err)
	}
	for i := range editions {
		if editions[i].Items, err = editionItems(ctx, s.reads, editions[i].ID); err != nil {
			return nil, fmt.Errorf("read items of edition %d: %w", editions[i].ID, err)
		}
	}
	return editions, nil
}

// Corrections are an edition's corrections in any state, oldest first.
func (s *Store) Corrections(ctx context.Context, id domain.EditionID) ([]domain.Edition, error) {
	found, err := all(ctx, s.reads, readEdition, "select "+editionColumns+" from editions where corrects = $1 order by id", id)
	if err != nil {
		return nil, fmt.Errorf("read corrections of edition %d: %w", id, err)
	}
	return found, nil
}

// Holders are those who have an edition, by what they are by now.
func (s *Store) Holders(ctx context.Context, id domain.EditionID) ([]domain.Holders, error) {
	after, before := keysOf(id)
	found, err := all(ctx, s.reads, readHolders, `select p.standing, p.tier, count(*), count(s.email_key),
		count(*) filter (where s.email_key is null and x.patron is not null)
		from deliveries d join patrons p on p.id = d.id & 4294967295 left join suppressions s on s.email_key = p.email_key
		left join declines x on x.patron = p.id and x.digest = (select digest from editions where id = $3)
		where d.id > $1 and d.id < $2 and d.state = 4 group by p.standing, p.tier order by 1, 2`, after, before, id)
	if err != nil {
		return nil, fmt.Errorf("find who has edition %d: %w", id, err)
	}
	return found, nil
}

func readHolders(r row) (domain.Holders, error) {
	var h domain.Holders
	err := r.Scan(&h.Audience.Standing, &h.Audience.Tier, &h.Letters, &h.Suppressed, &h.Declined)
	return h, err
}

// LastFrozen is when the digest's latest edition of an earlier slot was frozen;
// zero when there is none.
func (s *Store) LastFrozen(ctx context.Context, digest string, before domain.Slot) (time.Time, error) {
	frozen, err := all(ctx, s.reads, value[instant], `select frozen from editions
		where digest = $1 and slot < $2 and corrects is null order by slot desc limit 1`, digest, before)
	if err != nil {
		return time.Time{}, fmt.Errorf("read when %s was last frozen: %w", digest, err)
	}
	if len(frozen) == 0 {
		return time.Time{}, nil
	}
	return time.Time(frozen[0]), nil
}

// edition is the only edition that where finds, with its items.
func edition(ctx context.Context, q Querier, where string, args ...any) (domain.Edition, error) {
	e, err := one(ctx, q, readEdition, "select "+editionColumns+" from editions where "+where, args...)
	if err != nil {
		return e, err
	}
	e.Items, err = editionItems(ctx, q, e.ID)
	return e, err
}

func editionItems(ctx context.Context, q Querier, id domain.EditionID) ([]domain.ItemID, error) {
	return all(ctx, q, value[domain.ItemID], "select item from edition_items where edition = $1 order by position", id)
}

// renditionColumns are read by readRendition and written by CreateEdition, in
// this order.
const renditionColumns = "standing, tier, dates, subject, preheader, html, body, form, plain"

func readRendition(r row) (domain.Rendition, error) {
	var v domain.Rendition
	err := r.Scan(&v.Standing, &v.Tier, &v.Dates, &v.Subject, &v.Preheader, &v.HTML, &v.Text, &v.Form, &v.Plain)
	return v, err
}

// Rendition is an edition as some readers get it, with the publication's dates
// where there is none with theirs; or domain.ErrNotFound.
func (s *Store) Rendition(ctx context.Context, id domain.EditionID, to domain.Readers) (domain.Rendition, error) {
	v, err := one(ctx, s.reads, readRendition, "select "+renditionColumns+` from renditions
		where edition = $1 and standing = $2 and tier = $3 and dates in ('', $4) order by dates desc limit 1`,
		id, to.Standing, to.Tier, to.Dates)
	if err != nil {
		return v, fmt.Errorf("edition %d for %s: %w", id, to.Key(), err)
	}
	return v, nil
}

// Renditions are all of an edition's renditions.
func (s *Store) Renditions(ctx context.Context, id domain.EditionID) ([]domain.Rendition, error) {
	found, err := all(ctx, s.reads, readRendition, "select "+renditionColumns+" from renditions where edition = $1 order by standing, tier, dates", id)
	if err != nil {
		return nil, fmt.Errorf("read renditions of edition %d: %w", id, err)
	}
	return found, nil
}
