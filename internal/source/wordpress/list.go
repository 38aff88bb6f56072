package wordpress

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	"marquee/internal/domain"
	"marquee/internal/fetch"
)

const (
	// walks is how often a list is read when it does not add up.
	walks = 3
	// maxPieces is what no critic alone has written. All are held in memory at
	// once when one is gone.
	maxPieces = 20_000

	stubPage  = 100 // ids alone; WordPress allows no more
	wholePage = 50
	smallPage = 10 // for servers that take too long over a larger one
	probePage = 10

	unknown = -1 // total, when the site does not say
)

// row is one piece of a list, not yet read.
type row struct {
	id       int64 // 0 when it cannot be read
	modified int64 // seconds since 1970; 0 when it cannot be read
	raw      json.RawMessage
}

// listing is what walking through a list has given.
type listing struct {
	rows  []row // each once, by id
	total int   // what the site counts; may be unknown
	again bool  // a row came twice
}

func (l *listing) whole() bool { return len(l.rows) == l.total }

// withheld is how many pieces the site counts and does not list.
func (l *listing) withheld() int { return max(l.total-len(l.rows), 0) }

// agrees tells whether two walks gave the same, so that what is missing from the
// total was not just out of sight.
func (l *listing) agrees(other *listing) bool {
	return other != nil && !l.again && !other.again && l.total == other.total && slices.EqualFunc(l.rows, other.rows, func(a, b row) bool {
		return a.id == b.id
	})
}

// walk reads a list from end to end. It is sure when nothing can have slipped
// from one page to another meanwhile: there are as many rows as the site counts,
// or a second walk gives the same.
func (c *round) walk(ctx context.Context, t *postType, params url.Values, size int) (_ *listing, sure bool, _ error) {
	var last *listing
	for range walks {
		l, err := c.pages(ctx, t, params, size)
		switch {
		case err != nil && size > smallPage && heavy(ctx, err):
			size = smallPage
			continue
		case err != nil:
			return nil, false, err
		case l.whole() || l.agrees(last):
			return l, true, nil
		}
		last = l
	}
	if last == nil {
		last = &listing{total: unknown}
	}
	return last, false, nil
}

// heavy tells whether a smaller page may succeed: a slow server ran out of time
// or memory, or the answer was larger than we read.
func heavy(ctx context.Context, err error) bool {
	failed, ok := errors.AsType[*fetch.Error](err)
	if !ok || ctx.Err() != nil {
		return false
	}
	switch failed.Status {
	case 0, http.StatusInternalServerError, http.StatusBadGateway, http.StatusGatewayTimeout:
		return true
	}
	return false
}

// pages reads the pages of a list once, by id: so that no change moves a piece,
// and what comes or goes changes the total.
func (c *round) pages(ctx context.Context, t *postType, params url.Values, size int) (*listing, error) {
	l := &listing{total: unknown}
	seen := map[int64]bool{}
	params = with(params, "orderby", "id", "order", "asc")
	for page := 1; ; page++ {
		rows, total, err := c.page(ctx, t, with(params, "page", strconv.Itoa(page)), size)
		switch {
		case page > 1 && says(err, "rest_post_invalid_page_number"):
			return l, nil // it has become shorter
		case err != nil:
			return nil, err
		case page > 1 && total != l.total:
			l.again = true
			return l, nil // it has changed
		case max(total, page*size) > maxPieces:
			return nil, fmt.Errorf("%w list of %s: more than %d pieces: read the site with kind: webfeed", domain.ErrInvalid, t.Name, maxPieces)
		}
		l.total = total
		before := len(l.rows)
		for _, r := range rows {
			if r.id != 0 && seen[r.id] {
				l.again = true
				continue
			}
			seen[r.id] = true
			l.rows = append(l.rows, r)
		}
		switch last := page*size >= total; {
		case total == unknown && len(rows) < size, total != unknown && last, len(rows) > 0 && len(l.rows) == before:
			return l, nil
		}
	}
}

// page reads one page of a type's pieces, and how many the whole list has.
func (c *round) page(ctx context.Context, t *postType, params url.Values, size int) ([]row, int, error) {
	var raw []json.RawMessage
	header, err := c.api.get(ctx, t.Route, with(params, "per_page", strconv.Itoa(size)), &raw)
	if err != nil {
		return nil, 0, err
	}
	if len(raw) > size {
		return nil, 0, fmt.Errorf("%w list of %s: %d pieces came where %d were asked for", domain.ErrInvalid, t.Name, len(raw), size)
	}
	total, err := strconv.Atoi(header.Get("X-WP-Total"))
	if err != nil || total < 0 {
		total = unknown
	}
	rows := make([]row, len(raw))
	for i := range raw {
		rows[i] = readRow(raw[i])
	}
	return rows, total, nil
}

func readRow(raw json.RawMessage) row {
	r := row{raw: raw}
	var stub struct {
		ID json.RawMessage `json:"id"`
		At json.RawMessage `json:"modified_gmt"`
	}
	var at string
	if json.Unmarshal(raw, &stub) != nil || json.Unmarshal(stub.ID, &r.id) != nil || r.id < 0 {
		r.id = 0
	}
	if json.Unmarshal(stub.At, &at) == nil {
		r.modified = max(parseTime(at, time.UTC).Unix(), 0)
	}
	return r
}

// parseTime reads a date as the API writes it: without an offset, in GMT or in
// the site's own zone. The zero time is none.
func parseTime(s string, zone *time.Location) time.Time {
	at, err := time.ParseInLocation("2006-01-02T15:04:05", s, zone)
	if err != nil || at.Year() < 1 {
		return time.Time{}
	}
	return at.UTC()
}

// with is a copy of params with more of them, in pairs.
func with(params url.Values, pairs ...string) url.Values {
	more := url.Values{}
	maps.Copy(more, params)
	for pair := range slices.Chunk(pairs, 2) {
		more.Set(pair[0], pair[1])
	}
	return more
}
