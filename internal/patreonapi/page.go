package patreonapi

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"net/url"
	"strconv"

	"marquee/internal/answer"
)

// Page is a part of a list, in the order in which Patreon gives it.
type Page[T any] struct {
	// First says that the list begins, or begins again: what earlier pages held
	// is void.
	First bool
	Items []T
	// Broken are entries that could not be understood.
	Broken []Broken
	// Total is how many entries Patreon says the list has; -1 when it does not.
	Total int
}

// Broken is an entry of a list that could not be understood. Err holds nothing of
// what it says.
type Broken struct {
	ID  string // empty when not even that could be read
	Err error
}

const (
	maxPages    = 20_000 // is more than any list has
	maxRestarts = 3
)

// list says how to ask for one.
type list[R, T any] struct {
	op    string
	path  string
	query url.Values
	count int // entries a page
	// item understands an entry.
	item func(R, *document[[]R]) (T, error)
	id   func(R) string
}

// walk asks for all pages of a list. It starts over when its cursor has expired.
func (l list[R, T]) walk(ctx context.Context, c *Client, take func(Page[T]) error) error {
	for range maxRestarts {
		err := l.pages(ctx, c, take)
		if !expired(err) {
			return err
		}
		c.cfg.Log.InfoContext(ctx, "patreon list started over", "op", l.op)
	}
	return c.api.Named(l.op, errors.New("the cursor expired each time before the list ended"))
}

// expired reports whether a list has to start over, which Patreon says as no
// other error: code 3, about this parameter.
func expired(err error) bool {
	known, ok := errors.AsType[*answer.Error](err)
	return ok && known.Parameter == "page[cursor]" && known.Code == 3
}

// pages asks from the first page to the last, and ends with an error when that
// leads in circles.
func (l list[R, T]) pages(ctx context.Context, c *Client, take func(Page[T]) error) error {
	query := url.Values{"page[count]": {strconv.Itoa(l.count)}}
	maps.Copy(query, l.query)
	seen := map[string]bool{}
	for len(seen) < maxPages {
		var doc document[[]R]
		if err := c.get(ctx, l.op, l.path, query, &doc); err != nil {
			return err
		}
		page, err := l.page(&doc)
		if err != nil {
			return c.api.Named(l.op, err)
		}
		page.First = len(seen) == 0
		if err := take(page); err != nil {
			return err
		}
		next := doc.Meta.Pagination.Cursors.Next
		if next == "" {
			return nil
		}
		if seen[next] {
			break
		}
		seen[next] = true
		query.Set("page[cursor]", next)
	}
	return c.api.Named(l.op, fmt.Errorf("the list leads in circles after %d pages", len(seen)))
}

func (l list[R, T]) page(doc *document[[]R]) (Page[T], error) {
	entries, err := doc.data()
	if err != nil {
		return Page[T]{}, err
	}
	page := Page[T]{Items: make([]T, 0, len(entries)), Total: -1}
	if doc.Meta.Pagination.Total != nil {
		page.Total = *doc.Meta.Pagination.Total
	}
	for _, entry := range entries {
		item, err := l.item(entry, doc)
		var broken brokenError
		switch {
		case errors.As(err, &broken):
			page.Broken = append(page.Broken, Broken{ID: l.id(entry), Err: broken.error})
		case err != nil:
			return Page[T]{}, err
		default:
			page.Items = append(page.Items, item)
		}
	}
	return page, nil
}

// brokenError is what is wrong with one entry alone. Any other error is about
// all of them.
type brokenError struct{ error }
