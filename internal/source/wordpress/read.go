package wordpress

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"marquee/internal/source"
)

// detourTime is how long the feed is read before the API is tried again.
const detourTime = 6 * time.Hour

// detour is the way by the feed, while the API is closed.
type detour struct {
	Why   string    `json:"why"`
	Feed  string    `json:"feed"`            // its address
	State []byte    `json:"state,omitempty"` // of its reader
	Again time.Time `json:"again"`           // when to try the API
}

// Read implements source.Reader by the REST API; while that is closed, by the
// site's feed.
func (r *reader) Read(ctx context.Context, last source.State) (source.Result, error) {
	st, ours := loadState(last, r.settings())
	if st.Detour != nil && r.env.Now().Before(st.Detour.Again) {
		return r.byFeed(ctx, st)
	}
	res, err := r.byAPI(ctx, st, ours || len(last) == 0)
	if err == nil {
		r.back(ctx, last)
		return res, nil
	}
	if !closed(err) {
		return source.Result{}, fmt.Errorf("read WordPress: %w", err)
	}
	before, _ := loadState(last, r.settings()) // what was half read counts as not read
	before.Feed = st.Feed
	r.leave(ctx, before, err)
	return r.byFeed(ctx, before)
}

// back tells the operator that a detour is over.
func (r *reader) back(ctx context.Context, last source.State) {
	if st, _ := loadState(last, r.settings()); st.Detour != nil {
		r.env.Log.InfoContext(ctx, "rest api open again", "source", r.env.Name)
	}
}

// leave begins a detour, or prolongs it, and tells the operator once.
func (r *reader) leave(ctx context.Context, st *state, why error) {
	address := r.feedAddress(st)
	if st.Detour == nil {
		r.env.Log.WarnContext(ctx, "rest api closed, feed read instead", "source", r.env.Name, "err", why)
	}
	if st.Detour == nil || st.Detour.Feed != address {
		st.Detour = &detour{Feed: address}
	}
	st.Detour.Why = why.Error()
	st.Detour.Again = r.env.Now().Add(detourTime)
}

// feedAddress is where the site's feed is: as configured, as the home page says,
// or where WordPress has it.
func (r *reader) feedAddress(st *state) string {
	return cmp.Or(r.feed, st.Feed, r.home.JoinPath("feed/").String())
}

// byFeed reads the feed. It holds a window of pieces and says less of them than
// the API, so that pieces which the API has given are left as they are: what
// happens to them meanwhile the API will tell.
func (r *reader) byFeed(ctx context.Context, st *state) (source.Result, error) {
	feed, err := r.feedReader(st.Detour.Feed, false)
	if err != nil {
		return source.Result{}, fmt.Errorf("read WordPress: %w", err)
	}
	res, err := feed.Read(ctx, st.Detour.State)
	if err != nil {
		return source.Result{}, fmt.Errorf("read WordPress: the REST API is closed (%s), and: %w", st.Detour.Why, err)
	}
	st.Detour.State = res.State
	if res.State, err = st.save(); err != nil || res.Unchanged {
		return res, err
	}
	res.Items = slices.DeleteFunc(res.Items, func(raw source.Raw) bool { return st.has(raw.GUID) || !r.wanted(raw.GUID) })
	res.Problems = slices.Concat(res.Problems, st.problems(), []source.Problem{{
		Where: "REST API", Err: fmt.Errorf("it is closed, and the feed is read instead, which has less: %s", st.Detour.Why),
	}})
	res.Complete = false
	return res, nil
}

// wanted tells whether a guid may be that of a piece of the configured types.
func (r *reader) wanted(guid string) bool {
	name, id := entryOf(guid)
	return len(r.types) == 0 || id == 0 || slices.Contains(r.types, name) || slices.Contains(r.types, name+"s")
}
