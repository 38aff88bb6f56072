package wordpress

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"marquee/internal/domain"
	"marquee/internal/source"
)

// overlap is how far modified_after reaches back beyond the last known change.
// It is exclusive, with a grain of one second; and WordPress compares by the
// clock on the site's wall, which shows one hour twice in autumn.
const overlap = time.Hour + 5*time.Minute

// round is one Read by the REST API.
type round struct {
	*reader
	api     *api
	state   *state
	now     time.Time
	trusted bool // the state tells all that may be stored of this source

	items    []source.Raw
	guids    map[string]bool
	problems []source.Problem // of this round alone
	changed  bool             // something was read, or is no longer as it was
	doubtful bool             // a piece is missing, and not surely gone
	complete bool
}

// byAPI reads what the API has to tell since st was saved, and changes st.
func (r *reader) byAPI(ctx context.Context, st *state, trusted bool) (source.Result, error) {
	c := &round{reader: r, state: st, now: r.env.Now(), trusted: trusted, guids: map[string]bool{}}
	due := st.due(c.now, r.relist)
	looked := st.Root == "" || due || len(st.Types) == 0
	if err := c.open(ctx, looked, due); err != nil {
		return source.Result{}, err
	}
	err := c.read(ctx, due)
	if closed(err) && !looked { // the site may have moved its API
		if err = c.open(ctx, true, false); err == nil {
			err = c.read(ctx, due)
		}
	}
	if err != nil {
		return source.Result{}, err
	}
	return c.result()
}

// open finds the API and, once a process and whenever prove says so, proves the login.
func (c *round) open(ctx context.Context, look, prove bool) (err error) {
	if look {
		if err := c.discover(ctx, c.state); err != nil {
			return err
		}
	}
	if c.api, err = c.reader.api(c.state.Root); err != nil {
		return err
	}
	if prove || !c.proven.Load() {
		return c.prove(ctx, c.api)
	}
	return nil
}

func (c *round) read(ctx context.Context, due bool) error {
	c.problems, c.doubtful = nil, false
	if c.state.Listed.IsZero() {
		return c.everything(ctx)
	}
	err := c.each(func(t *postType) error {
		if due {
			return c.compare(ctx, t)
		}
		return c.follow(ctx, t)
	})
	if err != nil {
		return err
	}
	if due {
		c.state.Listed = c.now
	}
	if c.anyMarked(gone) && !c.doubtful && !c.state.blind() {
		return c.everything(ctx)
	}
	return nil
}

// each does something with every type. One that is closed is a problem of its
// own, unless all are.
func (c *round) each(do func(*postType) error) error {
	var refusal error
	open := 0
	for _, t := range c.state.Types {
		switch err := do(t); {
		case closed(err):
			refusal, c.doubtful = err, true
			c.problem(t.Name, err)
		case err != nil:
			return err
		default:
			open++
		}
	}
	if open == 0 {
		return refusal
	}
	return nil
}

func (c *round) anyMarked(mark int64) bool {
	for _, t := range c.state.Types {
		if t.marked(mark) {
			return true
		}
	}
	return false
}

func (c *round) problem(where string, err error) {
	c.problems = append(c.problems, source.Problem{Where: where, Err: err})
	c.changed = true
}

// follow reads what has changed in a type. The unchanged type costs one small
// request: its latest changes are known, and there are as many pieces as before.
func (c *round) follow(ctx context.Context, t *postType) error {
	params := url.Values{"orderby": {"modified"}, "order": {"desc"}, "_fields": {"id,modified_gmt"}}
	latest, total, err := c.page(ctx, t, params, probePage)
	if err != nil {
		return err
	}
	if !t.knowsAll(latest) {
		if err := c.edited(ctx, t); err != nil {
			return err
		}
	}
	if !t.knowsAll(latest) || total != unknown && total != t.count() {
		return c.compare(ctx, t)
	}
	return nil
}

// edited reads the pieces that were changed since the last known change.
func (c *round) edited(ctx context.Context, t *postType) error {
	since := t.newest(c.now).Add(-overlap).Format(time.RFC3339)
	l, _, err := c.walk(ctx, t, with(c.wholePieces(), "modified_after", since), wholePage)
	if err != nil {
		return err
	}
	for _, r := range l.rows {
		if !t.knows(r) {
			c.take(t, r)
		}
	}
	return nil
}

// compare reads the ids of all pieces: what is unknown, or not as it is known, is
// read; what is missing is looked for.
func (c *round) compare(ctx context.Context, t *postType) error {
	l, sure, err := c.walk(ctx, t, url.Values{"_fields": {"id,modified_gmt"}}, stubPage)
	if err != nil {
		return err
	}
	var ids []string
	listed := map[int64]bool{}
	for _, r := range l.rows {
		listed[r.id] = true
		if r.id != 0 && !t.knows(r) {
			ids = append(ids, strconv.FormatInt(r.id, 10))
		}
	}
	for some := range slices.Chunk(ids, wholePage) {
		found, _, err := c.walk(ctx, t, with(c.wholePieces(), "include", strings.Join(some, ",")), wholePage)
		if err != nil {
			return err
		}
		for _, r := range found.rows {
			c.take(t, r)
		}
	}
	if !sure {
		c.unsure(t, l)
		return nil
	}
	t.Withheld = l.withheld()
	return c.search(ctx, t, listed)
}

// unsure reports a list that does not add up.
func (c *round) unsure(t *postType, l *listing) {
	c.doubtful, t.Withheld = true, 0
	total := "an unknown number of"
	if l.total != unknown {
		total = strconv.Itoa(l.total)
	}
	c.problem(t.Name, fmt.Errorf("%w list: %d of %s pieces came, and others at each reading: "+
		"a cache may confuse its pages; it must not keep /wp-json/", domain.ErrInvalid, len(l.rows), total))
}

// everything reads all pieces of all types, whole. The result is complete when
// nothing that is known is missing but what the site says is gone.
func (c *round) everything(ctx context.Context) error {
	c.items, c.guids, c.complete = nil, map[string]bool{}, true
	err := c.each(func(t *postType) error {
		l, sure, err := c.walk(ctx, t, c.wholePieces(), wholePage)
		if err != nil {
			return err
		}
		listed := map[int64]bool{}
		for _, r := range l.rows {
			listed[r.id] = true
			c.take(t, r)
		}
		if sure {
			t.Withheld = l.withheld()
		} else {
			c.unsure(t, l)
		}
		return c.unlisted(ctx, t, listed)
	})
	if err != nil {
		return err
	}
	c.state.Listed = c.now
	if c.complete = !c.doubtful && !c.state.blind(); c.complete {
		c.dropGone()
	}
	return c.checkUsable()
}

// dropGone forgets the pieces that the complete result withdraws.
func (c *round) dropGone() {
	for _, t := range c.state.Types {
		for id, at := range t.Seen {
			if at == gone {
				t.forget(id)
			}
		}
	}
}

// checkUsable refuses an API that gives nothing, or nothing that is of use: it
// is shut in some way that it does not say.
func (c *round) checkUsable() error {
	if len(c.items) > 0 {
		return nil
	}
	why := fmt.Errorf("%w REST API: it lists no pieces", domain.ErrInvalid)
	for _, p := range c.allProblems() {
		why = fmt.Errorf("%w REST API: none of its pieces can be used: %s: %w", domain.ErrInvalid, p.Where, p.Err)
		break
	}
	return &refusalError{status: http.StatusOK, err: why}
}

func (c *round) allProblems() []source.Problem {
	return slices.Concat(c.problems, c.state.problems())
}

func (c *round) result() (source.Result, error) {
	changed := c.changed || c.state.Uneasy || c.state.Detour != nil
	c.state.Uneasy, c.state.Detour = len(c.problems) > 0, nil
	saved, err := c.state.save()
	if err != nil {
		return source.Result{}, err
	}
	if !changed {
		return source.Result{Unchanged: true, State: saved}, nil
	}
	slices.SortStableFunc(c.items, func(a, b source.Raw) int { // details are learnt of the first
		return b.Published.Compare(a.Published)
	})
	return source.Result{
		Items: c.items, Problems: c.allProblems(), State: saved, Complete: c.complete && c.trusted,
	}, nil
}
