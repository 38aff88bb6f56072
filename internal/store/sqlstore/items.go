package sqlstore

import (
	"context"
	"fmt"
	"strings"

	"marquee/internal/domain"
)

// itemColumns are read by readItem and written by itemRow, in this order.
const itemColumns = `id, source, guid, kind, series, title, published, updated, first_published,
	first_seen, changed, opened, withdrawn, backlog, exclusive, illustrated, settles, doc`

// itemDoc is what no query asks about.
type itemDoc struct {
	URL      string        `json:"url,omitempty"`
	Author   string        `json:"author,omitempty"`
	Language string        `json:"language,omitempty"`
	Tags     []string      `json:"tags,omitempty"`
	Teaser   string        `json:"teaser,omitempty"`
	Body     string        `json:"body,omitempty"`
	Image    *domain.Image `json:"image,omitempty"`
	Film     *domain.Film  `json:"film,omitempty"`
	Picks    []domain.Pick `json:"picks,omitempty"`
	Release  domain.Ladder `json:"release,omitempty"`

	Pictures []domain.Picture `json:"pictures,omitempty"`
}

// Items are the items that stand and that q selects, newest first.
func (s *Store) Items(ctx context.Context, q domain.ItemQuery) ([]domain.Item, error) {
	var args arguments
	where := "withdrawn = 0"
	if len(q.Kinds) > 0 {
		where += " and kind in (select value ->> 0" + s.from(args.add(column(q.Kinds))) + ")"
	}
	if len(q.Series) > 0 {
		where += " and series in (select value ->> 0" + s.from(args.add(column(q.Series))) + ")"
	}
	if len(q.Sources) > 0 {
		named := "in (select value ->> 0" + s.from(args.add(column(q.Sources))) + ")"
		where += " and (source " + named + " or id in (select item from copies where withdrawn = 0 and doc <> '' and source " + named + "))"
	}
	if len(q.IDs) > 0 {
		where += " and id in (select value ->> 0" + s.from(args.add(column(q.IDs))) + ")"
	}
	columns := itemColumns
	if q.Brief {
		columns = strings.TrimSuffix(itemColumns, "doc") + "'{}'"
	}
	text := "select " + columns + " from items where " + where +
		" order by published desc, id" + args.limit(q.Limit)
	items, err := all(ctx, s.reads, readItem, text, args...)
	if err != nil {
		return nil, fmt.Errorf("read items: %w", err)
	}
	return items, nil
}

// ItemsVersion grows with every change to any item, and only then.
func (s *Store) ItemsVersion(ctx context.Context) (int64, error) {
	v, err := one(ctx, s.reads, value[int64], "select value from counters where name = 'items'")
	if err != nil {
		return 0, fmt.Errorf("read the items' version: %w", err)
	}
	return v, nil
}

// Item finds an item by ID, withdrawn ones too, or domain.ErrNotFound.
func (s *Store) Item(ctx context.Context, id domain.ItemID) (domain.Item, error) {
	it, err := one(ctx, s.reads, readItem, "select "+itemColumns+" from items where id = $1", id)
	if err != nil {
		return it, fmt.Errorf("item %s: %w", id, err)
	}
	return it, nil
}

func readItem(r row) (domain.Item, error) {
	var it domain.Item
	var doc itemDoc
	err := r.Scan(&it.ID, &it.Source, &it.GUID, &it.Kind, &it.Series, &it.Title,
		(*instant)(&it.Published), (*instant)(&it.Updated), (*instant)(&it.FirstPublished),
		(*instant)(&it.FirstSeen), (*instant)(&it.Changed), (*instant)(&it.Opened),
		(*instant)(&it.Withdrawn), &it.Backlog, &it.Exclusive, &it.Illustrated, (*instant)(&it.Settles), asJSON{&doc})
	doc.give(&it)
	return it, err
}

func itemRow(a *arguments, it domain.Item) string {
	return a.add(it.ID, it.Source, it.GUID, it.Kind, foreign(it.Series), foreign(it.Title),
		instant(it.Published), instant(it.Updated), instant(it.FirstPublished),
		instant(it.FirstSeen), instant(it.Changed), instant(it.Opened),
		instant(it.Withdrawn), it.Backlog, it.Exclusive, it.Illustrated, instant(it.Settles), asJSON{docOf(&it)})
}

func docOf(it *domain.Item) itemDoc {
	return itemDoc{
		URL: it.URL, Author: it.Author, Language: it.Language, Tags: it.Tags,
		Teaser: it.Teaser, Body: it.Body, Image: it.Image,
		Film: it.Film, Picks: it.Picks, Release: it.Release, Pictures: it.Pictures,
	}
}

func (d *itemDoc) give(it *domain.Item) {
	it.URL, it.Author, it.Language, it.Tags = d.URL, d.Author, d.Language, d.Tags
	it.Teaser, it.Body, it.Image = d.Teaser, d.Body, d.Image
	it.Film, it.Picks, it.Release, it.Pictures = d.Film, d.Picks, d.Release, d.Pictures
}
