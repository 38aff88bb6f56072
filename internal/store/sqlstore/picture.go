package sqlstore

import (
	"context"
	"fmt"

	"marquee/internal/domain"
	"marquee/internal/picture"
)

// PictureSources are what is known of some addresses; those that were never
// asked are left out.
func (s *Store) PictureSources(ctx context.Context, urls []string) (map[string]picture.Source, error) {
	sources, err := all(ctx, s.reads, readPictureSource, `select url, picture, width, height, failures, reason, due
		from picture_sources where url in (select value ->> 0`+s.from("$1")+")", column(urls))
	if err != nil {
		return nil, fmt.Errorf("read sources of pictures: %w", err)
	}
	found := make(map[string]picture.Source, len(sources))
	for _, p := range sources {
		found[p.URL] = p
	}
	return found, nil
}

func readPictureSource(r row) (picture.Source, error) {
	var p picture.Source
	err := r.Scan(&p.URL, &p.Key, &p.Width, &p.Height, &p.Failures, &p.Reason, (*instant)(&p.Due))
	return p, err
}

// SavePicture stores what came of asking an address, all or nothing. Prints that
// are there already stay as they are, and so does an address that has given its
// picture.
func (s *Store) SavePicture(ctx context.Context, p picture.Source, prints []picture.Print) error {
	err := s.inTx(ctx, func(tx Tx) error {
		for _, print := range prints {
			_, err := exec(ctx, tx, `insert into prints (picture, width, height, jpeg) values ($1, $2, $3, $4)
				on conflict (picture, width) do nothing`, print.Key, print.Width, print.Height, print.JPEG)
			if err != nil {
				return err
			}
		}
		_, err := exec(ctx, tx, `insert into picture_sources (url, picture, width, height, failures, reason, due)
			values ($1, $2, $3, $4, $5, $6, $7)
			on conflict (url) do update set picture = excluded.picture, width = excluded.width, height = excluded.height,
				failures = excluded.failures, reason = excluded.reason, due = excluded.due
			where picture_sources.picture = ''`,
			foreign(p.URL), p.Key, p.Width, p.Height, p.Failures, foreign(p.Reason), instant(p.Due))
		return err
	})
	if err != nil {
		return fmt.Errorf("save a picture: %w", err)
	}
	return nil
}

// Print is the JPEG of a print, or domain.ErrNotFound.
func (s *Store) Print(ctx context.Context, key string, width int) ([]byte, error) {
	jpeg, err := one(ctx, s.reads, value[[]byte], "select jpeg from prints where picture = $1 and width = $2", key, width)
	if err != nil {
		return nil, fmt.Errorf("print %s: %w", domain.PrintName(key, width), err)
	}
	return jpeg, nil
}

// ItemsToIllustrate are the newest items of a source that stand and have images
// left to be fetched, at most so many.
func (s *Store) ItemsToIllustrate(ctx context.Context, source string, limit int) ([]domain.Item, error) {
	items, err := all(ctx, s.reads, readItem, "select "+itemColumns+` from items
		where source = $1 and withdrawn = 0 and not illustrated order by published desc, id limit $2`, source, limit)
	if err != nil {
		return nil, fmt.Errorf("read items of source %s that lack pictures: %w", source, err)
	}
	return items, nil
}
