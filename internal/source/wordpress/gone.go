package wordpress

import (
	"context"
	"encoding/json"
	"fmt"
	"net/url"
	"strconv"
)

// maxAsked is how many missing pieces of a type one Read asks for, one by one:
// after a great clearing out several Reads find out what is gone.
const maxAsked = 50

// search looks for the known pieces of a type that a whole list of it lacks. What
// the site says is not there is gone. Any other refusal says nothing: the piece
// stays, and is looked for again.
func (c *round) search(ctx context.Context, t *postType, listed map[int64]bool) error {
	asked := 0
	for _, id := range sorted(t.Seen) {
		if listed[id] || t.Seen[id] == gone {
			continue
		}
		if asked++; asked > maxAsked {
			c.doubtful = true
			return nil
		}
		r, err := c.find(ctx, t, id, url.Values{"_fields": {"id,status"}})
		switch {
		case err != nil && ctx.Err() != nil:
			return err
		case err != nil:
			c.doubtful = true
			c.problem(fmt.Sprintf("%s %d", t.Name, id), fmt.Errorf("it is missing from the list, but may not be gone: %w", err))
			return nil
		case r != nil:
			t.Seen[id] = hidden
		default:
			t.Seen[id] = gone
		}
	}
	return nil
}

// find asks for a piece by its id. It is nil when the public cannot have it:
// trashed, a draft, scheduled or private (rest_forbidden; with a login they may
// be shown, with their status), or deleted (rest_post_invalid_id).
func (c *round) find(ctx context.Context, t *postType, id int64, params url.Values) (*row, error) {
	var raw json.RawMessage
	_, err := c.api.get(ctx, t.Route+"/"+strconv.FormatInt(id, 10), params, &raw)
	if says(err, "rest_forbidden", "rest_post_invalid_id") {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if !published(raw) {
		return nil, nil
	}
	r := readRow(raw)
	return &r, nil
}

func published(raw json.RawMessage) bool {
	var piece struct {
		Status string `json:"status"`
	}
	return json.Unmarshal(raw, &piece) != nil || piece.Status == "" || piece.Status == "publish"
}

// unlisted reads the pieces that the site has and does not list. Any other that
// is known, missing and not surely gone makes the round doubtful.
func (c *round) unlisted(ctx context.Context, t *postType, listed map[int64]bool) error {
	for _, id := range sorted(t.Seen) {
		if listed[id] || t.Seen[id] == gone {
			continue
		}
		if t.Seen[id] != hidden {
			c.doubtful = true
			continue
		}
		r, err := c.find(ctx, t, id, c.wholePieces())
		switch {
		case err != nil && ctx.Err() != nil:
			return err
		case err != nil:
			c.doubtful = true
			c.problem(fmt.Sprintf("%s %d", t.Name, id), err)
		case r == nil:
			t.Seen[id] = gone
		default:
			c.take(t, *r)
			t.Seen[id] = hidden
		}
	}
	return nil
}
