package sqlstore

import (
	"context"
	"errors"
	"fmt"
	"time"

	"marquee/internal/delivery"
	"marquee/internal/domain"
)

// TakeBounce writes down that a letter came back, once for each letter and class,
// and draws the conclusion for the address, in one transaction. A key that is not
// empty is noted for 30 days: whatever comes under it again does nothing.
// domain.ErrNotFound when there is no such patron.
func (s *Store) TakeBounce(ctx context.Context, b domain.Bounce, key string, rules domain.BounceRules) (domain.BounceTaken, error) {
	var taken domain.BounceTaken
	err := s.inTx(ctx, func(tx Tx) (err error) {
		if err := s.engine.Lock(ctx, tx, "select 1 from patrons where id = $1", b.Patron); err != nil {
			return err
		}
		who, err := bouncer(ctx, tx, b.Patron)
		if err != nil {
			return err
		}
		taken = domain.BounceTaken{Domain: domain.HostOf(who.key)}
		if b.Sent, err = letterSent(ctx, tx, b.Edition, b.Patron); err != nil {
			return err
		}
		if first, err := noteKey(ctx, tx, key, b.At); err != nil {
			return err
		} else if first {
			if taken.Fresh, err = insertBounce(ctx, tx, b, taken.Domain); err != nil {
				return err
			}
		}
		if taken.Fresh {
			if taken.Suppressed, err = judge(ctx, tx, b, who, rules); err != nil {
				return err
			}
		}
		taken.Ours, err = oursOf(ctx, tx, taken.Domain, b.At)
		return err
	})
	if err != nil {
		return domain.BounceTaken{}, fmt.Errorf("take what came back from patron %d: %w", b.Patron, err)
	}
	return taken, nil
}

// JudgeBounces draws the conclusions from what was refused of an edition while
// it was delivered. It says how many addresses were suppressed.
func (s *Store) JudgeBounces(ctx context.Context, id domain.EditionID, rules domain.BounceRules) (suppressed int, err error) {
	for more := true; more; {
		err := s.inTx(ctx, func(tx Tx) error {
			open, err := all(ctx, tx, readBounce, "select "+bounceColumns+` from bounces
				where edition = $1 and judged = 0 order by patron limit 200`, id)
			more = len(open) > 0
			for _, b := range open {
				reason, err := s.judgeLate(ctx, tx, b, rules)
				if err != nil {
					return err
				}
				suppressed += count(reason != "")
			}
			return err
		})
		if err != nil {
			return suppressed, fmt.Errorf("judge the bounces of edition %d: %w", id, err)
		}
	}
	return suppressed, nil
}

func (s *Store) judgeLate(ctx context.Context, tx Tx, b domain.Bounce, rules domain.BounceRules) (domain.SuppressionReason, error) {
	if err := s.engine.Lock(ctx, tx, "select 1 from patrons where id = $1", b.Patron); err != nil {
		return "", err
	}
	who, err := bouncer(ctx, tx, b.Patron)
	if errors.Is(err, domain.ErrNotFound) { // forgotten meanwhile
		_, err = exec(ctx, tx, "update bounces set judged = 1 where patron = $1", b.Patron)
		return "", err
	}
	if err != nil {
		return "", err
	}
	return judge(ctx, tx, b, who, rules)
}

// addressee is whose letter came back, as they are.
type addressee struct {
	key   string    // of their address
	moved time.Time // when they got that address
}

func bouncer(ctx context.Context, tx Tx, id domain.PatronID) (addressee, error) {
	return one(ctx, tx, func(r row) (addressee, error) {
		var a addressee
		err := r.Scan(&a.key, (*instant)(&a.moved))
		return a, err
	}, "select email_key, moved from patrons where id = $1 and roster <> ''", id)
}

// letterSent is when a letter left; zero when nobody knows.
func letterSent(ctx context.Context, tx Tx, e domain.EditionID, p domain.PatronID) (time.Time, error) {
	sent, err := one(ctx, tx, func(r row) (time.Time, error) {
		var t time.Time
		err := r.Scan((*instant)(&t))
		return t, err
	}, "select changed from deliveries where id = $1 and state > 0", keyOf(e, p))
	if errors.Is(err, domain.ErrNotFound) {
		return time.Time{}, nil
	}
	return sent, err
}

// noteKey reports whether a key is told for the first time; an empty one always is.
func noteKey(ctx context.Context, tx Tx, key string, at time.Time) (first bool, err error) {
	if key == "" {
		return true, nil
	}
	if _, err := exec(ctx, tx, "delete from hooks where at < $1", instant(at.Add(-hookMemory))); err != nil {
		return false, err
	}
	n, err := exec(ctx, tx, "insert into hooks (key, at) values ($1, $2) on conflict (key) do nothing", key, instant(at))
	return n > 0, err
}

// insertBounce reports whether that was not known. Of letters that nobody knows,
// what came before the operator lifted it was another one.
func insertBounce(ctx context.Context, tx Tx, b domain.Bounce, host string) (fresh bool, err error) {
	n, err := exec(ctx, tx, `insert into bounces (patron, edition, class, status, reason, way, domain, sent, at)
		values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict (patron, edition, class) do update set
			status = excluded.status, reason = excluded.reason, way = excluded.way, domain = excluded.domain, at = excluded.at, judged = 0, lifted = 0
		where bounces.edition = 0 and bounces.lifted <> 0`,
		b.Patron, b.Edition, b.Class, foreign(b.Status), foreign(b.Reason), b.Way, foreign(host), instant(b.Sent), instant(b.At))
	return n > 0, err
}

// noteRefusals writes down what the server said of people while the edition was
// delivered. It is judged when the run ends.
func (h *hold) noteRefusals(ctx context.Context, o delivery.Outcome, patrons []domain.PatronID) error {
	if o.Bounce == "" {
		return nil
	}
	for _, id := range patrons {
		who, err := bouncer(ctx, h.tx, id)
		if errors.Is(err, domain.ErrNotFound) { // forgotten meanwhile
			continue
		}
		if err != nil {
			return err
		}
		b := domain.Bounce{
			Patron: id, Edition: h.Edition, Class: o.Bounce, Status: o.Status, Reason: o.Reason,
			Way: domain.BounceInline, Sent: h.now, At: h.now,
		}
		if _, err := insertBounce(ctx, h.tx, b, domain.HostOf(who.key)); err != nil {
			return err
		}
	}
	return nil
}

// judge draws the conclusion from one bounce, which is stored, for the address
// that its letter went to. If the person has another one by now, there is none
// to draw, unless it was their wish.
func judge(ctx context.Context, tx Tx, b domain.Bounce, who addressee, rules domain.BounceRules) (domain.SuppressionReason, error) {
	reason, err := conclusion(ctx, tx, b, who, rules)
	if err != nil {
		return "", err
	}
	if _, err := exec(ctx, tx, "update bounces set judged = 1 where patron = $1 and edition = $2 and class = $3",
		b.Patron, b.Edition, b.Class); err != nil || reason == "" {
		return "", err
	}
	n, err := suppress(ctx, tx, who.key, reason, b.At)
	if err != nil || n == 0 {
		return "", err
	}
	return reason, revise(ctx, tx, b.Patron)
}

func conclusion(ctx context.Context, tx Tx, b domain.Bounce, who addressee, rules domain.BounceRules) (domain.SuppressionReason, error) {
	switch b.Class {
	case domain.Complaint:
		return domain.Complained, nil
	case domain.Unsubscription:
		return domain.Unsubscribed, nil
	default:
	}
	if b.Class == domain.BounceOurs || !b.Sent.IsZero() && b.Sent.Before(who.moved) {
		return "", nil
	}
	tired, err := false, error(nil)
	if b.Class == domain.BounceDead {
		tired, err = isDead(ctx, tx, b, rules)
	}
	if err == nil && !tired {
		tired, err = isTired(ctx, tx, b, who, rules)
	}
	if err != nil || !tired {
		return "", err
	}
	return domain.Bounced, nil
}

func isDead(ctx context.Context, tx Tx, b domain.Bounce, rules domain.BounceRules) (bool, error) {
	n, err := one(ctx, tx, value[int], `select count(*) from bounces
		where patron = $1 and class = $2 and lifted = 0 and at > $3 and at <= $4`,
		b.Patron, b.Class, instant(b.At.Add(-rules.Within)), instant(b.At))
	return n >= rules.Dead, err
}

// tiredMost is how many letters are looked at: more than a daily digest has in
// the time that any sensible rule looks back.
const tiredMost = 400

// isTired goes through the newest letters to the address, up to the one that
// came back. A letter that was not sent says nothing.
func isTired(ctx context.Context, tx Tx, b domain.Bounce, who addressee, rules domain.BounceRules) (bool, error) {
	letters, err := all(ctx, tx, func(r row) (domain.Bounce, error) {
		var l domain.Bounce
		err := r.Scan(&l.Edition, &l.Class, (*instant)(&l.Sent))
		return l, err
	}, `select e.id, coalesce(b.class, ''), d.changed
		from (select id from editions where id <= $1 order by id desc limit $2) e
		join deliveries d on d.id = (e.id << 32) + cast($3 as bigint)
		left join bounces b on b.patron = $3 and b.edition = e.id and b.lifted = 0 and b.class not in ($4, $6)
		where d.changed >= $5 and (d.state = 4 or d.state = 5 and b.class is not null) order by e.id desc, b.class`,
		b.Edition, tiredMost, b.Patron, domain.Complaint, instant(who.moved), domain.Unsubscription)
	if err != nil {
		return false, err
	}
	return rules.Tired(oncePerLetter(letters)), nil
}

// oncePerLetter leaves one class of each letter: a failure rather than what was
// our fault.
func oncePerLetter(letters []domain.Bounce) []domain.Bounce {
	var once []domain.Bounce
	for _, l := range letters {
		last := len(once) - 1
		switch {
		case last < 0 || once[last].Edition != l.Edition:
			once = append(once, l)
		case once[last].Class == domain.BounceOurs:
			once[last] = l
		}
	}
	return once
}

// suppress suppresses an address, and says whether that changed anything. What
// people asked for themselves counts more than a bounce; else the first date and
// reason stay.
func suppress(ctx context.Context, tx Tx, key string, reason domain.SuppressionReason, at time.Time) (int64, error) {
	text := `insert into suppressions (email_key, reason, at) values ($1, $2, $3) on conflict (email_key) do nothing`
	args := []any{key, reason, instant(at)}
	if reason.Wished() {
		text = `insert into suppressions (email_key, reason, at) values ($1, $2, $3) on conflict (email_key)
			do update set reason = excluded.reason, at = excluded.at where suppressions.reason = $4`
		args = append(args, domain.Bounced)
	}
	return exec(ctx, tx, text, args...)
}

// oursOf counts letters to a domain that were refused for what we are: those that
// left within a day, and since mail to it last rested or was let go again. What
// comes back late of earlier ones is known already.
func oursOf(ctx context.Context, tx Tx, host string, at time.Time) (int, error) {
	return one(ctx, tx, value[int], `select count(*) from bounces where domain = $1 and class = 'ours' and sent > $2
		and sent > coalesce((select changed from paces where destination = $3), 0)`,
		host, instant(at.Add(-24*time.Hour)), delivery.DomainDestination(host))
}

// LiftSuppression lets mail go to a patron's address again: what came back so
// far counts no more. domain.ErrNotFound when there is no such patron, or no
// suppression.
func (s *Store) LiftSuppression(ctx context.Context, id domain.PatronID) error {
	err := s.inTx(ctx, func(tx Tx) error {
		now, err := s.engine.Clock(ctx, tx)
		if err != nil {
			return err
		}
		n, err := exec(ctx, tx, "delete from suppressions where email_key = (select email_key from patrons where id = $1 and roster <> '')", id)
		if err != nil {
			return err
		}
		if n == 0 {
			return domain.ErrNotFound
		}
		if _, err := exec(ctx, tx, "update bounces set lifted = $2, judged = 1 where patron = $1 and lifted = 0", id, instant(now)); err != nil {
			return err
		}
		return revise(ctx, tx, id)
	})
	if err != nil {
		return fmt.Errorf("let mail go to patron %d again: %w", id, err)
	}
	return nil
}

// BounceCounts are an edition's bounces and complaints by class and domain, the
// most frequent first.
func (s *Store) BounceCounts(ctx context.Context, id domain.EditionID) ([]domain.BounceCount, error) {
	counts, err := all(ctx, s.reads, func(r row) (domain.BounceCount, error) {
		var c domain.BounceCount
		err := r.Scan(&c.Class, &c.Domain, &c.Count)
		return c, err
	}, "select class, domain, count(*) from bounces where edition = $1 group by class, domain order by 3 desc, 1, 2", id)
	if err != nil {
		return nil, fmt.Errorf("count what came back of edition %d: %w", id, err)
	}
	return counts, nil
}

const bounceColumns = "patron, edition, class, status, reason, way, sent, at, lifted"

func readBounce(r row) (domain.Bounce, error) {
	var b domain.Bounce
	err := r.Scan(&b.Patron, &b.Edition, &b.Class, &b.Status, &b.Reason, &b.Way, (*instant)(&b.Sent), (*instant)(&b.At), (*instant)(&b.Lifted))
	return b, err
}
