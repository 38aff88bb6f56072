package sqlstore

import (
	"context"
	"fmt"
	"time"

	"marquee/internal/domain"
	"marquee/internal/gather"
	"marquee/internal/likeness"
)

// copyDoc is how a source tells a piece. No query asks about it.
type copyDoc struct {
	itemDoc
	Kind      domain.ItemKind `json:"kind"`
	Series    string          `json:"series,omitempty"`
	Title     string          `json:"title"`
	Exclusive bool            `json:"exclusive,omitempty"`
	Published time.Time       `json:"published"`
	Updated   time.Time       `json:"updated,omitzero"`
	Changed   time.Time       `json:"changed,omitzero"`
}

func readCopy(r row) (domain.Item, error) {
	var it domain.Item
	var doc copyDoc
	err := r.Scan(&it.ID, &it.Source, &it.GUID, (*instant)(&it.Withdrawn), asJSON{&doc})
	doc.give(&it)
	it.Kind, it.Series, it.Title, it.Exclusive = doc.Kind, doc.Series, doc.Title, doc.Exclusive
	it.Published, it.Updated, it.Changed = doc.Published, doc.Updated, doc.Changed
	return it, err
}

// saveCopies stores how sources tell their pieces.
func saveCopies(ctx context.Context, tx Tx, copies []gather.Copy) error {
	for _, c := range copies {
		var doc any = ""
		if !c.Former {
			doc = asJSON{copyDoc{
				itemDoc: docOf(&c.Item), Kind: c.Kind, Series: c.Series, Title: c.Title, Exclusive: c.Exclusive,
				Published: c.Published.UTC(), Updated: c.Updated.UTC(), Changed: c.Changed.UTC(),
			}}
		}
		_, err := exec(ctx, tx, `insert into copies (source, guid, item, withdrawn, doc) values ($1, $2, $3, $4, $5)
			on conflict (source, guid) do update set item = excluded.item, withdrawn = excluded.withdrawn, doc = excluded.doc`,
			c.Source, c.GUID, c.Of, instant(c.Withdrawn), doc)
		if err != nil {
			return fmt.Errorf("copy of item %s: %w", c.Of, err)
		}
	}
	if len(copies) == 0 {
		return nil
	}
	// Whose items they are is part of what feeds select by.
	return itemsChanged(ctx, tx)
}

// keyRow is one key of an item.
type keyRow struct {
	key  likeness.Key
	item domain.ItemID
}

// keysOfAll are the keys by which what is saved is recognised. Those of earlier
// titles and addresses stay where they are: who finds an item compares it.
func keysOfAll(g gather.Gathered) []keyRow {
	var rows []keyRow
	add := func(id domain.ItemID, it *domain.Item) {
		for _, k := range likeness.KeysOf(it) {
			rows = append(rows, keyRow{k, id})
		}
	}
	for i := range g.Items {
		add(g.Items[i].ID, &g.Items[i])
	}
	for i := range g.Copies {
		add(g.Copies[i].Of, &g.Copies[i].Item)
	}
	return rows
}

func insertKeys(ctx context.Context, q Querier, elements string, rows []keyRow) error {
	if len(rows) == 0 {
		return nil
	}
	_, err := exec(ctx, q, "insert into item_keys (key, item) select distinct cast(value ->> 0 as bigint), value ->> 1 from "+elements+
		"($1) where true on conflict do nothing", set(rows, func(r keyRow) []any { return []any{r.key, r.item} }))
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	return nil
}

// refuseTwins refuses new items when somebody has stored one meanwhile that may be
// the same. Whoever brings new items does so one after the other.
func (s *Store) refuseTwins(ctx context.Context, tx Tx, g gather.Gathered, rows []keyRow) error {
	if len(g.New) == 0 {
		return nil
	}
	if err := s.engine.Lock(ctx, tx, "select 1 from counters where name = 'items'"); err != nil {
		return err
	}
	fresh := make(map[domain.ItemID]bool, len(g.New))
	for _, id := range g.New {
		fresh[id] = true
	}
	var keys []likeness.Key
	for _, r := range rows {
		if fresh[r.item] {
			keys = append(keys, r.key)
		}
	}
	twins, err := one(ctx, tx, value[int], "select count(*) from item_keys where key in (select cast(value as bigint)"+s.from("$1")+
		") and item not in (select value ->> 0"+s.from("$2")+")", asJSON{keys}, column(g.Seen))
	if err == nil && twins > 0 {
		return fmt.Errorf("%w: what may be the same was stored meanwhile", domain.ErrConflict)
	}
	return err
}

// Recognise gives the items from before there were keys theirs, once. No other
// process may be at it.
func Recognise(ctx context.Context, q Querier, elements string) error {
	done, err := one(ctx, q, value[int64], "select value from counters where name = 'keyed'")
	if err != nil || done != 0 {
		return err
	}
	const batch = 500
	for last := domain.ItemID(""); ; {
		items, err := all(ctx, q, readItem, "select "+itemColumns+" from items where id > $1 order by id limit $2", last, batch)
		if err != nil {
			return fmt.Errorf("give items their keys: %w", err)
		}
		var rows []keyRow
		for i := range items {
			last = items[i].ID
			for _, k := range likeness.KeysOf(&items[i]) {
				rows = append(rows, keyRow{k, last})
			}
		}
		if err := insertKeys(ctx, q, elements, rows); err != nil {
			return err
		}
		if len(items) < batch {
			break
		}
	}
	_, err = exec(ctx, q, "update counters set value = 1 where name = 'keyed'")
	return err
}
