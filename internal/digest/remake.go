package digest

import (
	"context"
	"fmt"

	"marquee/internal/domain"
)

// remade is why an edition that was made anew waits: making it is not letting it go.
const remade = "made anew: waits for your word"

// Remake makes a held edition anew, of which nothing has left: it chooses from
// what is there at this moment, and from what it had, as if the slot had no
// edition yet, with the templates that the compiler has. What it is then is held
// again, whatever held it before. domain.ErrConflict when it is not held, when a
// delivery of it has begun, or when nothing would be in it; then it stays as it is.
func (c *Compiler) Remake(ctx context.Context, e domain.Edition) (domain.Edition, error) {
	made, err := c.remake(ctx, e)
	if err != nil {
		return domain.Edition{}, fmt.Errorf("make %s anew: %w", e.Slug(), err)
	}
	return made, nil
}

func (c *Compiler) remake(ctx context.Context, e domain.Edition) (domain.Edition, error) {
	switch {
	case e.State != domain.EditionHeld:
		return domain.Edition{}, fmt.Errorf("%w: it is %s, not held", domain.ErrConflict, e.State)
	case e.Corrects != 0:
		return domain.Edition{}, fmt.Errorf("%w: it is a correction: cancel it, and write another", domain.ErrConflict)
	}
	d, err := c.draft(ctx, e.Slot)
	if err != nil {
		return domain.Edition{}, err
	}
	frozen, err := c.freeze(ctx, d)
	if err != nil {
		return domain.Edition{}, err
	}
	if frozen.Edition.State == domain.EditionSkipped {
		return domain.Edition{}, fmt.Errorf("%w: nothing would be in it, %s: cancel it, or let it go as it is", domain.ErrConflict, frozen.Edition.Reason)
	}
	if r := &frozen.Edition.Reason; *r == "" || *r == waits {
		*r = remade
	}
	frozen.Edition.State = domain.EditionHeld
	made, err := c.cfg.Store.RemakeEdition(ctx, e.ID, frozen)
	if err != nil {
		return domain.Edition{}, err
	}
	c.cfg.Log.InfoContext(ctx, "edition made anew", "digest", c.cfg.Digest.Name, "edition", int64(made.ID),
		"items", len(made.Items), "left_out", len(d.left), "renditions", len(frozen.Renditions))
	return made, nil
}
