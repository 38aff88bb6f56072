package bounce

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"marquee/internal/domain"
)

// Event is what somebody tells who knows a letter by its address: a provider, who
// must be believed by then.
type Event struct {
	Key       string // names what is told; under the same key it counts once
	Email     string
	MessageID string        // the letter's own, if they know it
	At        time.Time     // when it happened; what cannot be is taken for now
	Bounce    domain.Bounce // without its letter
}

// Letters finds whom a letter was for.
type Letters interface {
	// PatronByEmail finds a patron by address, or ErrNotFound.
	PatronByEmail(ctx context.Context, address string) (domain.Patron, error)
	// PatronRecord is everything that is held about a patron, with what became of
	// the newest editions, at most so many, or ErrNotFound.
	PatronRecord(ctx context.Context, id domain.PatronID, editions int) (domain.PatronRecord, error)
}

const (
	toldLate = 30 * 24 * time.Hour // longer ago nothing happened that is told today
	lookBack = 20                  // among so many editions a letter is looked for
)

// Tell takes an event, as Take does a bounce. What is about nobody who gets letters
// does nothing.
func (k *Keeper) Tell(ctx context.Context, e Event) error {
	b, err := k.find(ctx, e)
	if errors.Is(err, domain.ErrNotFound) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("find the letter that came back: %w", err)
	}
	return k.Take(ctx, b, e.Key)
}

func (k *Keeper) find(ctx context.Context, e Event) (domain.Bounce, error) {
	b, now := e.Bounce, k.Now()
	b.At = e.At
	if b.At.Before(now.Add(-toldLate)) || b.At.After(now) {
		b.At = now
	}
	who, err := k.Letters.PatronByEmail(ctx, e.Email)
	if err != nil {
		return b, err
	}
	record, err := k.Letters.PatronRecord(ctx, who.ID, lookBack)
	b.Patron, b.Edition = who.ID, letterOf(record.Received, e.MessageID, b.At)
	return b, err
}

// letterOf is the edition whose letter came back: by its Message-ID, which begins
// with the edition's name; else the last that had left by then, newest first.
// Service mail belongs to none.
func letterOf(received []domain.Receipt, messageID string, at time.Time) domain.EditionID {
	const clocks = time.Hour // theirs and ours
	id := strings.Trim(messageID, "<> ")
	if strings.HasPrefix(id, "notice-") {
		return 0
	}
	for _, l := range received {
		if strings.HasPrefix(id, l.Slug+".") {
			return l.Edition
		}
	}
	for _, l := range received {
		if (l.State == domain.Sent || l.State == domain.InDoubt) && l.Changed.Before(at.Add(clocks)) {
			return l.Edition
		}
	}
	return 0
}
