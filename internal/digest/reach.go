package digest

import (
	"context"
	"fmt"
	"slices"

	"marquee/internal/domain"
)

// Reach is whom a correction goes to, and who has the edition and gets none.
type Reach struct {
	To         []Readership `json:"to"`
	Suppressed int          `json:"suppressed"`
	Declined   int          `json:"declined"`
	Left       int          `json:"left"` // are no audience of the digest any more
}

// Readership is how many of an audience get a letter.
type Readership struct {
	Audience domain.Audience `json:"audience"`
	People   int             `json:"people"`
}

// People is how many get it.
func (r Reach) People() int {
	n := 0
	for _, to := range r.To {
		n += to.People
	}
	return n
}

// reachOf is whom a correction of an edition would reach at this moment;
// domain.ErrConflict when it would reach nobody, or when the edition is still on its
// way: whoever got it later would get no correction.
func (c *Compiler) reachOf(ctx context.Context, e domain.Edition) (Reach, error) {
	balance, err := c.cfg.Store.Balance(ctx, e.ID)
	if err != nil {
		return Reach{}, err
	}
	switch {
	case e.State == domain.EditionSending:
		return Reach{}, fmt.Errorf("%w: it is on its way, and %d letters are pending, who would get it after its correction: hold or cancel it first, or wait until it is done",
			domain.ErrConflict, balance.Pending)
	case balance.Sent == 0:
		return Reach{}, fmt.Errorf("%w: it is %s, and nobody has it%s", domain.ErrConflict, e.State, unsent(&e))
	}
	holders, err := c.cfg.Store.Holders(ctx, e.ID)
	if err != nil {
		return Reach{}, err
	}
	r := reach(holders, c.cfg.Policy.Recipients(c.cfg.Digest.To))
	if r.People() == 0 {
		return Reach{}, fmt.Errorf("%w: nobody who has it gets letters of this digest any more", domain.ErrConflict)
	}
	return r, nil
}

// unsent is what can be done about an edition that nobody has.
func unsent(e *domain.Edition) string {
	switch e.State {
	case domain.EditionFrozen:
		return fmt.Sprintf(": hold it, mend what is wrong, and make it anew with marquee editions remake %d", e.ID)
	case domain.EditionHeld:
		return fmt.Sprintf(": mend what is wrong, and make it anew with marquee editions remake %d", e.ID)
	case domain.EditionSending, domain.EditionDone, domain.EditionCancelled, domain.EditionSkipped:
	}
	return ": there is nothing to put right"
}

func reach(holders []domain.Holders, recipients []domain.Audience) Reach {
	var r Reach
	for _, h := range holders {
		if !slices.Contains(recipients, h.Audience) {
			r.Left += h.Letters
			continue
		}
		r.Suppressed += h.Suppressed
		r.Declined += h.Declined
		if n := h.Letters - h.Suppressed - h.Declined; n > 0 {
			r.To = append(r.To, Readership{h.Audience, n})
		}
	}
	return r
}
