package feed

import (
	"context"
	"fmt"

	"marquee/internal/domain"
	"marquee/internal/press"
)

// keptPages bounds how many pages of archives are kept: whoever walks through
// all of them must not fill the memory.
const keptPages = 64

// Page is one page of a feed's archive, ready to be served.
type Page struct {
	*press.Published
	Grows bool   // more may come onto it; the others are the same for good, but for corrections
	Older string // the page before it; empty for the first
}

// ServePage is a page of a feed's archive, of which Document.Older tells the
// newest; else it is as Serve.
func (p *Publisher) ServePage(ctx context.Context, name, page, ext string, to domain.Readers) (Page, error) {
	if page == "" {
		return Page{}, fmt.Errorf("page of feed %q: %w without a name", name, domain.ErrNotFound)
	}
	s, err := p.shelf(name, page, ext, to)
	if err != nil {
		return Page{}, err
	}
	pub, err := s.serve(ctx)
	if err != nil {
		p.forget(s) // strangers make up names
		return Page{}, err
	}
	stock := s.stock.Load()
	return Page{Published: pub, Grows: stock.grows, Older: stock.older}, nil
}

// forget gives up a shelf.
func (p *Publisher) forget(s *shelf) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.shelves, s.key)
}

// makeRoom drops pages until another one can be kept. The caller holds mu.
func (p *Publisher) makeRoom() {
	pages := 0
	for k := range p.shelves {
		if k.page == "" {
			continue
		}
		if pages++; pages >= keptPages {
			delete(p.shelves, k)
		}
	}
}
