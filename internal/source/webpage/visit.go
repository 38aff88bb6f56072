package webpage

import (
	"context"
	"fmt"

	"marquee/internal/fetch"
)

// visit is one Read: what was known before it, and what it learns.
type visit struct {
	web     *polite
	known   state
	asked   string          // the document that was found changed …
	fresh   *fetch.Response // … and what it is now
	watched []document      // for the next Read
}

// changed asks for the documents that the last Read watched, until one of them
// is not what it was.
func (v *visit) changed(ctx context.Context) (bool, error) {
	for _, d := range v.known.Watched {
		res, err := v.web.Get(ctx, fetch.Request{URL: d.URL, Accept: accept, ETag: d.ETag, LastModified: d.LastModified})
		if err != nil {
			return false, fmt.Errorf("look for news: %w", err)
		}
		is := documentOf(d.URL, res)
		if res.NotModified { // RFC 9110 §15.4.5: it may carry newer validators
			is.Hash = d.Hash
		}
		if is.Hash != d.Hash {
			v.asked, v.fresh, v.watched = d.URL, res, nil
			return true, nil
		}
		v.watched = append(v.watched, is)
	}
	return len(v.known.Watched) == 0, nil
}

// get gets a document whole.
func (v *visit) get(ctx context.Context, address string) (*fetch.Response, error) {
	if v.fresh != nil && v.asked == address {
		return v.fresh, nil
	}
	return v.web.Get(ctx, request(address))
}

// watch makes the next Read look whether a document is what it was.
func (v *visit) watch(address string, res *fetch.Response) {
	v.watched = append(v.watched, documentOf(address, res))
}

// knows reports whether the last Read found every one of some pieces, and all
// that comes after them.
func (v *visit) knows(pieces []piece) bool {
	if len(v.known.Watched) == 0 {
		return false
	}
	for _, p := range pieces {
		if _, ok := v.known.Pieces[printOf([]byte(p.GUID))]; !ok {
			return false
		}
	}
	return true
}
