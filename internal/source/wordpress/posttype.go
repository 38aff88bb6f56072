package wordpress

import (
	"cmp"
	"errors"
	"maps"
	"slices"
	"time"

	"marquee/internal/source"
)

// What Seen holds of a piece instead of a time.
const (
	unsettled = 0  // read it again
	gone      = -1 // the site says that it is not there
	hidden    = -2 // the site has it and does not list it
)

// settleTime is how old a change must be to be the last one with its time, which
// WordPress gives in seconds.
const settleTime = 5 * time.Second

// postType is one type of post, and what is known of its pieces.
type postType struct {
	Name  string `json:"name"`  // "reviews"
	Route string `json:"route"` // "wp/v2/reviews"

	// Seen is when each piece was last changed, in seconds since 1970, or one of
	// the marks above.
	Seen map[int64]int64 `json:"seen,omitempty"`
	// Fresh are pieces that may have been changed once more within the second.
	Fresh []int64 `json:"fresh,omitempty"`
	// Withheld is how many pieces the site counts and does not list.
	Withheld int `json:"withheld,omitempty"`
	// Foreign are the guids that an importer made.
	Foreign map[int64]string `json:"foreign,omitempty"`
	// Troubles are pieces that could not be used.
	Troubles map[int64]trouble `json:"troubles,omitempty"`
}

// trouble is a source.Problem that stands until its piece is read again.
type trouble struct {
	GUID  string `json:"guid,omitempty"`
	Where string `json:"where"`
	Err   string `json:"err"`
}

func (t trouble) problem() source.Problem {
	return source.Problem{GUID: t.GUID, Where: t.Where, Err: errors.New(t.Err)}
}

// load makes a decoded type usable, and its fresh pieces unsettled.
func (t *postType) load() {
	if t.Seen == nil {
		t.Seen = map[int64]int64{}
	}
	if t.Foreign == nil {
		t.Foreign = map[int64]string{}
	}
	if t.Troubles == nil {
		t.Troubles = map[int64]trouble{}
	}
	for _, id := range t.Fresh {
		t.Seen[id] = unsettled
	}
	t.Fresh = nil
}

// note remembers that a piece was read.
func (t *postType) note(r row, now time.Time) {
	t.Seen[r.id] = max(r.modified, 1)
	if now.Sub(time.Unix(r.modified, 0)).Abs() < settleTime && !slices.Contains(t.Fresh, r.id) {
		t.Fresh = append(t.Fresh, r.id)
	}
	delete(t.Troubles, r.id)
	delete(t.Foreign, r.id)
}

// forget drops what is known of a piece.
func (t *postType) forget(id int64) {
	delete(t.Seen, id)
	delete(t.Troubles, id)
	delete(t.Foreign, id)
}

// knows tells whether the piece was read since it was last changed.
func (t *postType) knows(r row) bool { return t.Seen[r.id] == max(r.modified, 1) }

func (t *postType) knowsAll(rows []row) bool {
	return !slices.ContainsFunc(rows, func(r row) bool { return !t.knows(r) })
}

// count is how many pieces the site must say it has.
func (t *postType) count() int {
	n := t.Withheld
	for _, at := range t.Seen {
		if at >= 0 {
			n++
		}
	}
	return n
}

// newest is the time of the last known change. One in the future is some
// plugin's mistake, which must not hide what is changed until then.
func (t *postType) newest(now time.Time) time.Time {
	var last int64
	for _, at := range t.Seen {
		if at > last && at <= now.Unix() {
			last = at
		}
	}
	return time.Unix(last, 0).UTC()
}

// marked tells whether a mark stands for any piece.
func (t *postType) marked(mark int64) bool {
	return slices.Contains(slices.Collect(maps.Values(t.Seen)), mark)
}

func (t *postType) hasForeign(guid string) bool {
	return slices.Contains(slices.Collect(maps.Values(t.Foreign)), guid)
}

func sorted[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
