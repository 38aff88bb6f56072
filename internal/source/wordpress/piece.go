package wordpress

import (
	"encoding/json"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"

	"marquee/internal/domain"
	"marquee/internal/soup"
	"marquee/internal/source"
)

// piece is a post as the API gives it. What a type does not support is not there.
type piece struct {
	DateGMT     string          `json:"date_gmt"`
	Date        string          `json:"date"` // in the site's zone
	ModifiedGMT string          `json:"modified_gmt"`
	GUID        rendered        `json:"guid"`
	Link        string          `json:"link"`
	Title       rendered        `json:"title"`
	Content     rendered        `json:"content"`
	Excerpt     rendered        `json:"excerpt"`
	Embedded    json.RawMessage `json:"_embedded"`
	Yoast       json.RawMessage `json:"yoast_head_json"`

	all      json.RawMessage // the post itself
	embedded embedded
}

// rendered is HTML; protected when the piece has a password of its own.
type rendered struct {
	Rendered  string `json:"rendered"`
	Protected bool   `json:"protected"`
}

// wholePieces are the parameters of a list whose pieces can be read. Without
// _links nothing is embedded.
func (r *reader) wholePieces() url.Values {
	fields := []string{
		"id", "date", "date_gmt", "modified_gmt", "guid", "status", "link", "title", "excerpt", "content",
		"yoast_head_json.schema", "yoast_head_json.og_image", "_links", "_embedded",
	}
	for _, fact := range sorted(r.fields) {
		if field, _, _ := strings.Cut(r.fields[fact], "."); !slices.Contains(fields, field) {
			fields = append(fields, field)
		}
	}
	return url.Values{"_embed": {"author,wp:featuredmedia,wp:term"}, "_fields": {strings.Join(fields, ",")}}
}

// take reads a piece. It becomes an item, or a problem that stands until it is
// read again.
func (c *round) take(t *postType, r row) {
	c.changed = true
	if r.id != 0 {
		t.note(r, c.now)
	}
	if !published(r.raw) {
		return
	}
	raw, err := c.piece(r)
	if err == nil && c.guids[raw.GUID] {
		err = fmt.Errorf("%w: its guid is that of another piece", domain.ErrConflict)
		raw.GUID += fmt.Sprintf(" (%d)", r.id) // no piece's: the problem must not cost the other one its place
	}
	if err != nil {
		c.trouble(t, r, raw, err)
		return
	}
	if _, id := entryOf(raw.GUID); id == 0 {
		t.Foreign[r.id] = raw.GUID
	}
	c.guids[raw.GUID] = true
	c.items = append(c.items, raw)
}

func (c *round) trouble(t *postType, r row, raw source.Raw, err error) {
	where := fmt.Sprintf("%s %d%s", t.Name, r.id, soup.Quoted(raw.Title))
	if r.id == 0 {
		c.doubtful = true
		c.problem(t.Name, err)
		return
	}
	t.Troubles[r.id] = trouble{GUID: raw.GUID, Where: where, Err: err.Error()}
}

// piece reads a post. An error comes with as much of it as says which one it is.
func (r *reader) piece(from row) (source.Raw, error) {
	p := piece{all: from.raw}
	err := json.Unmarshal(from.raw, &p)
	raw := source.Raw{GUID: guidText(p.GUID.Rendered), Title: plain(p.Title.Rendered)}
	switch {
	case err != nil:
		return raw, fmt.Errorf("%w piece: %w", domain.ErrInvalid, err)
	case from.id == 0:
		return raw, fmt.Errorf("%w piece: it has no id", domain.ErrInvalid)
	case raw.GUID == "":
		return raw, fmt.Errorf("%w piece: it has no guid", domain.ErrInvalid)
	case p.Content.Protected || p.Excerpt.Protected:
		return raw, fmt.Errorf("%w: protected by a password on its site: readers get it once that is taken off", domain.ErrNotEntitled)
	}
	p.embedded = readEmbedded(p.Embedded)
	raw.URL = webAddress(r.home, p.Link)
	raw.Author = p.embedded.author()
	raw.Summary = strings.TrimSpace(p.Excerpt.Rendered)
	raw.Content = strings.TrimSpace(p.Content.Rendered)
	raw.Categories = r.categories(&p)
	raw.Image = r.image(&p)
	raw.Film = r.film(&p)
	raw.Published = parseTime(p.DateGMT, time.UTC)
	if raw.Published.IsZero() {
		raw.Published = parseTime(p.Date, r.env.Zone)
	}
	raw.Updated = parseTime(p.ModifiedGMT, time.UTC)
	if raw.Updated.Before(raw.Published) { // a scheduled piece keeps the date of its last edit
		raw.Updated = raw.Published
	}
	return raw, nil
}
