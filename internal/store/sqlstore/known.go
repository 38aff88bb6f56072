package sqlstore

import (
	"context"
	"fmt"
	"time"

	"marquee/internal/domain"
	"marquee/internal/gather"
	"marquee/internal/likeness"
)

// ItemsByGUID are the stored items that the source has ever told under guids, by
// the guid that was asked for.
func (s *Store) ItemsByGUID(ctx context.Context, name string, guids []string) (map[string]gather.Known, error) {
	found, err := s.itemsByGUID(ctx, name, guids)
	if err != nil {
		return nil, fmt.Errorf("read items of source %s: %w", name, err)
	}
	return found, nil
}

func (s *Store) itemsByGUID(ctx context.Context, name string, guids []string) (map[string]gather.Known, error) {
	moved, err := all(ctx, s.reads, readMoved, "select guid, item from copies where source = $1 and guid in (select value ->> 0"+s.from("$2")+")",
		name, column(guids))
	if err != nil {
		return nil, err
	}
	ids := make([]domain.ItemID, len(moved))
	for i, m := range moved {
		ids[i] = m.item
	}
	items, err := s.known(ctx, "source = $1 and guid in (select value ->> 0"+s.from("$2")+") or id in (select value ->> 0"+s.from("$3")+")",
		name, column(guids), column(ids))
	if err != nil {
		return nil, err
	}
	found, byID := make(map[string]gather.Known, len(items)), make(map[domain.ItemID]gather.Known, len(moved))
	for _, k := range items {
		byID[k.ID] = k
		if k.Source == name {
			found[k.GUID] = k
		}
	}
	for _, m := range moved {
		found[m.guid] = byID[m.item]
	}
	return found, nil
}

// moved is a guid that leads to an item of another, or of another source.
type moved struct {
	guid string
	item domain.ItemID
}

func readMoved(r row) (m moved, err error) {
	err = r.Scan(&m.guid, &m.item)
	return m, err
}

// ItemsByKey are the newest stored items that have one of some keys.
func (s *Store) ItemsByKey(ctx context.Context, keys []likeness.Key, limit int) ([]gather.Known, error) {
	found, err := s.known(ctx, "id in (select item from item_keys where key in (select cast(value as bigint)"+s.from("$1")+")) order by published desc, id limit $2",
		asJSON{keys}, limit)
	if err != nil {
		return nil, fmt.Errorf("read items by their keys: %w", err)
	}
	return found, nil
}

// ItemsMissing are the newest items that the source tells and that are not among
// guids.
func (s *Store) ItemsMissing(ctx context.Context, name string, published, looked time.Time, guids []string, limit int) ([]gather.Known, error) {
	found, err := s.looked(ctx, `withdrawn = 0 and published > $2 and id in (`+told+`)
		and not exists (select 1 from checks k where k.item = items.id and k.at > $3)
		and not exists (select 1 from copies c where c.item = items.id and c.source = $1 and c.guid in (select value ->> 0`+s.from("$4")+`))
		and not (source = $1 and guid in (select value ->> 0`+s.from("$4")+`))
		order by published desc, id limit $5`, name, instant(published), instant(looked), column(guids), limit)
	if err != nil {
		return nil, fmt.Errorf("read what source %s gives no more: %w", name, err)
	}
	return found, nil
}

// told are the items that a source, $1, tells and has not taken back.
const told = `select id from items where source = $1 and withdrawn = 0 and not exists (select 1 from copies c where c.item = items.id)
	union all select item from copies where source = $1 and withdrawn = 0 and doc <> ''`

// ItemsToCheck are the newest items of the source that stand and were always
// shown only in part, and whose pages were not looked at of late.
func (s *Store) ItemsToCheck(ctx context.Context, name string, left bool, published, looked time.Time, limit int) ([]gather.Known, error) {
	where := "true"
	if left {
		where = "published < (select oldest from sources where name = $1)"
	}
	found, err := s.looked(ctx, where+` and source = $1 and exclusive and opened = 0 and withdrawn = 0 and published > $2
		and not exists (select 1 from checks k where k.item = items.id and k.at > $3)
		order by published desc, id limit $4`, name, instant(published), instant(looked), limit)
	if err != nil {
		return nil, fmt.Errorf("read what source %s shows in part: %w", name, err)
	}
	return found, nil
}

// known are the items that a condition selects, with all their copies.
func (s *Store) known(ctx context.Context, where string, args ...any) ([]gather.Known, error) {
	return s.withCopies(ctx, readUnlooked, "select "+itemColumns+" from items where "+where, args)
}

// looked are such items with what their pages told.
func (s *Store) looked(ctx context.Context, where string, args ...any) ([]gather.Known, error) {
	return s.withCopies(ctx, readKnown, "select "+itemColumns+`,
		coalesce((select k.absent from checks k where k.item = items.id), 0),
		exists (select 1 from checks k where k.item = items.id and k.kept) from items where `+where, args)
}

func (s *Store) withCopies(ctx context.Context, read func(row) (gather.Known, error), text string, args []any) ([]gather.Known, error) {
	items, err := all(ctx, s.reads, read, text, args...)
	if err != nil || len(items) == 0 {
		return nil, err
	}
	ids, at := make([]domain.ItemID, len(items)), make(map[domain.ItemID]*gather.Known, len(items))
	for i := range items {
		ids[i], at[items[i].ID] = items[i].ID, &items[i]
	}
	copies, err := all(ctx, s.reads, readCopy, "select item, source, guid, withdrawn, doc from copies where doc <> '' and item in (select value ->> 0"+
		s.from("$1")+") order by source, guid", column(ids))
	for _, c := range copies {
		k := at[c.ID]
		k.Copies = append(k.Copies, c)
	}
	return items, err
}

func readUnlooked(r row) (gather.Known, error) {
	it, err := readItem(r)
	return gather.Known{Item: it}, err
}

func readKnown(r row) (gather.Known, error) {
	var k gather.Known
	var err error
	k.Item, err = readItem(tail{r, []any{&k.Absent, &k.Kept}})
	return k, err
}

// tail is a row with more columns than its reader knows.
type tail struct {
	row
	more []any
}

func (t tail) Scan(dest ...any) error { return t.row.Scan(append(dest, t.more...)...) }
