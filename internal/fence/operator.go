package fence

import (
	"context"
	"fmt"
	"os"

	"marquee/internal/domain"
)

// Release lets a held edition go out when its time has come: domain.ErrConflict
// when the fence objects, which Accept overrules, or when it is not held.
func (g *Guard) Release(ctx context.Context, id domain.EditionID) error {
	return g.locked(ctx, fmt.Sprintf("release edition %d", id), func() error {
		v, err := g.lookAt(ctx, id)
		if err != nil {
			return err
		}
		if why := v.objectionTo(v.edition); why != "" {
			return fmt.Errorf("%w: %s", domain.ErrConflict, unlessSure(why, id))
		}
		return g.free(ctx, id)
	})
}

// Accept is for an operator who is sure that an edition is to go out from here,
// whatever the fence says. The file is from then on about this database and this
// place, and of the edition it remembers only what the database knows. Whatever
// else was under way stays in doubt until it is accepted in its turn. An edition
// that is held is released; for any other there is nothing more to do.
func (g *Guard) Accept(ctx context.Context, id domain.EditionID) error {
	return g.locked(ctx, fmt.Sprintf("accept edition %d", id), func() error {
		v, err := g.lookAt(ctx, id)
		if err != nil {
			return err
		}
		if err := g.setAside(v); err != nil {
			return err
		}
		f := v.adopted()
		f.replace(v.edition.Edition, v.edition.balance.Sent)
		if err := g.keep(ctx, v, f); err != nil || v.edition.State != domain.EditionHeld {
			return err
		}
		return g.free(ctx, id)
	})
}

// Restored is called after a backup took the database's place. A file that was
// about the database before it knows all that went out from here, and judges the
// restored one edition by edition; what was under way in the backup waits for
// Accept. With any other file, or none, every edition waits for that.
func (g *Guard) Restored(ctx context.Context) error {
	return g.locked(ctx, "note the restored database", func() error {
		v, err := g.look(ctx)
		if err != nil {
			return err
		}
		if v.file == nil || v.file.Place != v.place {
			now := domain.Slot(g.cfg.Now().UTC().Format(domain.SlotLayout))
			return g.cfg.Store.SetMark(ctx, anywhere, now) // it may be older than all fences
		}
		return g.keep(ctx, v, v.adopted())
	})
}

// free lets a held edition wait for its time.
func (g *Guard) free(ctx context.Context, id domain.EditionID) error {
	return g.cfg.Store.SetEditionState(ctx, id, []domain.EditionState{domain.EditionHeld}, domain.EditionFrozen, "")
}

// setAside keeps a broken file for whoever wants to look into it.
func (g *Guard) setAside(v *view) error {
	if v.broken == nil {
		return nil
	}
	return os.Rename(v.path, v.path+".broken-"+g.cfg.Now().UTC().Format("20060102T150405"))
}

// adopted is the file as it is about this database and place. When it was about
// another, or there was none, all that is under way is unsure.
func (v *view) adopted() *record {
	f := v.file
	if f == nil {
		f = &record{Version: version}
	}
	if f.Generation == v.generation && f.Place == v.place {
		return f
	}
	f.Generation, f.Place = v.generation, v.place
	for _, e := range v.editions {
		if underWay(e.State) {
			f.doubt(e)
		}
	}
	if n := len(v.editions); n == lookBack {
		f.Forgotten = max(f.Forgotten, v.editions[n-1].Slot)
	}
	return f
}
