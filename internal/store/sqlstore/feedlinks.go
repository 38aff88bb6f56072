package sqlstore

import (
	"context"
	"fmt"
	"time"

	"marquee/internal/domain"
	"marquee/internal/feedlink"
)

// SetFeedLink gives a patron a link, from an instant on, in the place of the one
// they had; domain.ErrNotFound when there is no such patron.
func (s *Store) SetFeedLink(ctx context.Context, id domain.PatronID, hash string, at time.Time) error {
	err := s.inTx(ctx, func(tx Tx) error {
		if _, err := exec(ctx, tx, "delete from feed_links where patron = $1", id); err != nil {
			return err
		}
		n, err := exec(ctx, tx, `insert into feed_links (patron, hash, made)
			select id, $2, cast($3 as bigint) from patrons where id = $1 and roster <> ''`, id, hash, instant(at))
		if err == nil && n == 0 {
			return domain.ErrNotFound
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("set the feed link of patron %d: %w", id, err)
	}
	return nil
}

// RevokeFeedLink takes a patron's link away, and what is noted about it; it is no
// error when there is none.
func (s *Store) RevokeFeedLink(ctx context.Context, id domain.PatronID) error {
	err := s.inTx(ctx, func(tx Tx) error {
		_, err := exec(ctx, tx, "delete from feed_links where patron = $1", id)
		return err
	})
	if err != nil {
		return fmt.Errorf("revoke the feed link of patron %d: %w", id, err)
	}
	return nil
}

// FeedLinkOwner is whom the link with a hash belongs to, as they are at the
// moment, or domain.ErrNotFound.
func (s *Store) FeedLinkOwner(ctx context.Context, hash string) (feedlink.Owner, error) {
	owner, err := one(ctx, s.reads, readOwner, `select p.id, p.tier, p.standing, p.dates from feed_links l join patrons p on p.id = l.patron
		where l.hash = $1`, hash)
	if err != nil {
		return owner, fmt.Errorf("owner of a feed link: %w", err)
	}
	return owner, nil
}

func readOwner(r row) (feedlink.Owner, error) {
	var o feedlink.Owner
	err := r.Scan(&o.ID, &o.Tier, &o.Standing, &o.Dates)
	return o, err
}

// FeedLink is a patron's link with its reads, or domain.ErrNotFound.
func (s *Store) FeedLink(ctx context.Context, id domain.PatronID) (domain.FeedLink, error) {
	link, err := s.feedLink(ctx, id)
	if err != nil {
		return link, fmt.Errorf("feed link of patron %d: %w", id, err)
	}
	return link, nil
}

func (s *Store) feedLink(ctx context.Context, id domain.PatronID) (link domain.FeedLink, err error) {
	link, err = one(ctx, s.reads, readFeedLink, "select made from feed_links where patron = $1", id)
	if err != nil {
		return link, err
	}
	link.Reads, err = all(ctx, s.reads, readFeedRead, `select patron, feed, software, network, subscribers, times, first, last
		from feed_reads where patron = $1 order by last desc, feed, software, network`, id)
	return link, err
}

func readFeedLink(r row) (domain.FeedLink, error) {
	var l domain.FeedLink
	err := r.Scan((*instant)(&l.Made))
	return l, err
}

func readFeedRead(r row) (domain.FeedRead, error) {
	var is domain.FeedRead
	err := r.Scan(&is.Patron, &is.Feed, &is.Software, &is.Network, &is.Subscribers, &is.Times, (*instant)(&is.First), (*instant)(&is.Last))
	return is, err
}

// NoteFeedReads adds reads to what is noted of them, unless their link is gone,
// and forgets what was last read before an instant.
func (s *Store) NoteFeedReads(ctx context.Context, reads []domain.FeedRead, before time.Time) error {
	err := s.inTx(ctx, func(tx Tx) error {
		if _, err := exec(ctx, tx, "delete from feed_reads where last < $1", instant(before)); err != nil {
			return err
		}
		_, err := exec(ctx, tx, `insert into feed_reads (patron, feed, software, network, subscribers, times, first, last)
			select l.patron, r.value ->> 1, r.value ->> 2, r.value ->> 3, cast(r.value ->> 4 as bigint), cast(r.value ->> 5 as bigint),
				cast(r.value ->> 6 as bigint), cast(r.value ->> 7 as bigint)`+
			s.from("$1")+` r join feed_links l on l.patron = cast(r.value ->> 0 as bigint) where l.made <= cast(r.value ->> 6 as bigint)
			on conflict (patron, feed, software, network) do update set subscribers = excluded.subscribers,
				times = feed_reads.times + excluded.times, last = excluded.last`,
			set(reads, func(r domain.FeedRead) []any {
				return []any{r.Patron, r.Feed, r.Software, r.Network, r.Subscribers, r.Times, instant(r.First).micros(), instant(r.Last).micros()}
			}))
		return err
	})
	if err != nil {
		return fmt.Errorf("note %d reads of feeds: %w", len(reads), err)
	}
	return nil
}
