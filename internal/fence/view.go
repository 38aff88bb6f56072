package fence

import (
	"context"
	"errors"

	"marquee/internal/domain"
)

// lookBack is how many editions the fence looks at in the database.
const lookBack = 50

// view is what file and database say, side by side.
type view struct {
	path   string // of the file
	place  string // here
	shared bool

	file   *record // nil when it is not there or broken
	broken error   // why the file cannot be understood

	generation string
	fenced     bool             // the database knows of a fence, here or elsewhere
	here       bool             // the database knows of the fence here
	editions   []domain.Edition // the newest, newest first
	edition    known            // the one that is asked about, if any
}

// known is what the database knows of an edition.
type known struct {
	domain.Edition
	balance domain.Balance
}

// Names of the database's own notes: that it has a fence, and in what places.
const (
	anywhere = "fence"
	in       = "fence/"
)

// look reads the file before the database, which never forgets in between.
func (g *Guard) look(ctx context.Context) (*view, error) {
	v := &view{path: g.cfg.File, place: g.cfg.Place, shared: g.cfg.Shared}
	var err error
	if v.file, err = load(v.path); errors.Is(err, errBroken) {
		v.broken = err
	} else if err != nil {
		return nil, err
	}
	if v.generation, err = g.cfg.Store.Generation(ctx); err != nil {
		return nil, err
	}
	if v.fenced, err = g.marked(ctx, anywhere); err != nil {
		return nil, err
	}
	if v.here, err = g.marked(ctx, in+v.place); err != nil {
		return nil, err
	}
	v.editions, err = g.cfg.Store.AllEditions(ctx, lookBack)
	return v, err
}

// lookAt is look with an edition in view.
func (g *Guard) lookAt(ctx context.Context, id domain.EditionID) (*view, error) {
	v, err := g.look(ctx)
	if err != nil {
		return nil, err
	}
	v.edition, err = g.known(ctx, id)
	return v, err
}

func (g *Guard) known(ctx context.Context, id domain.EditionID) (known, error) {
	e, err := g.cfg.Store.Edition(ctx, id)
	if err != nil {
		return known{}, err
	}
	b, err := g.cfg.Store.Balance(ctx, id)
	return known{e, b}, err
}

func (g *Guard) marked(ctx context.Context, name string) (bool, error) {
	slot, err := g.cfg.Store.Mark(ctx, name)
	return slot != "", err
}

// learn brings the file up to what the database knows: of the edition in view,
// and of the others where that is news. A place that has no file yet gets one.
func (g *Guard) learn(ctx context.Context, v *view) error {
	f := v.file
	if f == nil {
		f = &record{Version: version, Generation: v.generation, Place: v.place}
	}
	if v.edition.ID != 0 {
		f.learn(v.edition.Edition, v.edition.balance.Sent)
	}
	for _, e := range v.editions {
		if !f.news(e) {
			continue
		}
		b, err := g.cfg.Store.Balance(ctx, e.ID)
		if err != nil {
			return err
		}
		f.learn(e, b.Sent)
	}
	return g.keep(ctx, v, f)
}

// keep writes the file, and then in the database that there is one: the other
// way round, a crash between the two would leave a database that misses its file.
func (g *Guard) keep(ctx context.Context, v *view, f *record) error {
	if err := f.save(v.path); err != nil {
		return err
	}
	now := domain.Slot(g.cfg.Now().UTC().Format(domain.SlotLayout))
	if !v.here {
		if err := g.cfg.Store.SetMark(ctx, in+v.place, now); err != nil {
			return err
		}
	}
	if !v.fenced {
		return g.cfg.Store.SetMark(ctx, anywhere, now)
	}
	return nil
}
