package webpage

import (
	"context"
	"fmt"
	"time"

	"marquee/internal/source"
)

// list is a catalogue: a page that lists pieces, and those that follow it.
type list struct {
	List
	scope
	zone *time.Location
}

// read implements catalogue. The first page must be as the selectors expect; when
// one after it is not, what was read counts and the next Read tries again.
func (l *list) read(ctx context.Context, v *visit) (found, error) {
	var f found
	seen := map[string]bool{}
	address := l.URL
	for number := 1; number <= l.Pages && address != "" && !seen[address]; number++ {
		seen[address] = true
		leaf, err := l.leaf(ctx, v, address)
		switch {
		case err != nil && number == 1:
			return found{}, fmt.Errorf("read list: %w", err)
		case err != nil:
			f.partial = true
			f.problems = append(f.problems, source.Problem{Where: fmt.Sprintf("page %d of the list", number), Err: err})
			return f, ctx.Err()
		}
		f.problems = append(f.problems, leaf.problems...)
		if fresh := f.add(leaf.pieces, l.limit); fresh == 0 || v.knows(leaf.pieces) || len(f.pieces) == l.limit {
			break
		}
		address = leaf.next
	}
	return f, nil
}

// add takes in pieces that are not there yet, and says how many those were.
func (f *found) add(pieces []piece, limit int) (fresh int) {
	known := make(map[string]bool, len(f.pieces))
	for _, p := range f.pieces {
		known[p.GUID] = true
	}
	for _, p := range pieces {
		if !known[p.GUID] && len(f.pieces) < limit {
			known[p.GUID] = true
			f.pieces = append(f.pieces, p)
			fresh++
		}
	}
	return fresh
}

// leaf is one page of a list.
type leaf struct {
	found
	next string // the address of the next page; empty on the last
}

func (l *list) leaf(ctx context.Context, v *visit, address string) (leaf, error) {
	res, err := v.get(ctx, address)
	if err != nil {
		return leaf{}, err
	}
	p, err := parsePage(address, res)
	if err != nil {
		return leaf{}, fmt.Errorf("%s: %w", address, err)
	}
	items := l.Items.all(p.doc.Selection)
	if items.Length() == 0 {
		return leaf{}, p.lacks("list.items matches nothing")
	}
	h := hand{list: l, page: p}
	for _, item := range items.EachIter() {
		h.take(item)
	}
	if err := h.check(); err != nil {
		return leaf{}, err
	}
	if address == l.URL {
		v.watch(address, res)
	}
	next := parseWeb(p.base, l.Next.in(p.doc.Selection).AttrOr("href", ""))
	if next == nil {
		return leaf{found: h.found}, nil
	}
	return leaf{found: h.found, next: next.String()}, nil
}
