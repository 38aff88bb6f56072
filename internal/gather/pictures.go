package gather

import (
	"context"
	"slices"
	"strings"

	"marquee/internal/domain"
	"marquee/internal/sanitize"
)

const (
	maxImages = 100 // of one item; it is shown without the others
	maxBare   = 200 // items that one read looks after because they lack pictures
)

// emoji is in the addresses of the images that WordPress draws emoji with. The
// words that stand for such an image are the character itself, which is better.
const emoji = "/images/core/emoji/"

// Pictures makes strangers' images ours.
type Pictures interface {
	// Keep makes the pictures at some addresses ours, those at the front first,
	// and returns those that are and, without a key, those that cannot be had.
	// What it does not return, a later call may. An error is the store's.
	Keep(ctx context.Context, urls []string) ([]domain.Picture, error)
}

// illustrate makes the images of new and changed items ours, then those of stored
// items that lack some. No item waits for its pictures: they come when they can
// be had.
func (r *round) illustrate(ctx context.Context) error {
	if r.cfg.Pictures == nil {
		return nil
	}
	if r.complete && len(r.items) == 0 {
		return nil
	}
	bare, err := r.bare(ctx)
	if err != nil {
		return err
	}
	r.complete = len(bare)+len(r.items) == 0
	fresh := len(r.items)
	for _, it := range bare {
		if !slices.ContainsFunc(r.items[:fresh], func(f domain.Item) bool { return f.ID == it.ID }) {
			r.items = append(r.items, it)
		}
	}
	found, err := r.keep(ctx, r.items)
	if err != nil {
		return err
	}
	kept := r.items[:0]
	for i, it := range r.items {
		if given := give(&it, found); given || i < fresh {
			kept = append(kept, it)
		}
	}
	r.items = kept
	return nil
}

// bare are stored items that lack pictures: none before the first read.
func (r *round) bare(ctx context.Context) ([]domain.Item, error) {
	if r.first {
		return nil, nil
	}
	return r.cfg.Store.ItemsToIllustrate(ctx, r.cfg.Name, maxBare)
}

// keep makes what some items lack ours, and returns it by address.
func (r *round) keep(ctx context.Context, items []domain.Item) (map[string]domain.Picture, error) {
	var lacking []string
	for i := range items {
		has := pictures(&items[i])
		for _, url := range images(&items[i]) {
			if _, ok := has[url]; !ok && items[i].Withdrawn.IsZero() {
				lacking = append(lacking, url)
			}
		}
	}
	if len(lacking) == 0 {
		return nil, nil
	}
	kept, err := r.cfg.Pictures.Keep(ctx, lacking)
	found := make(map[string]domain.Picture, len(kept))
	for _, p := range kept {
		found[p.URL] = p
	}
	return found, err
}

// give gives an item the pictures that it lacks, takes those from it that it does
// not show any more, and tells whether that changed anything.
func give(it *domain.Item, found map[string]domain.Picture) bool {
	has, urls := pictures(it), images(it)
	var all []domain.Picture
	for _, url := range urls {
		p, ok := has[url]
		if !ok {
			p, ok = found[url]
		}
		if ok {
			all = append(all, p)
		}
	}
	illustrated := len(all) == len(urls)
	changed := illustrated != it.Illustrated || !slices.Equal(all, it.Pictures)
	it.Pictures, it.Illustrated = all, illustrated
	return changed
}

// pictures are an item's by their addresses.
func pictures(it *domain.Item) map[string]domain.Picture {
	has := make(map[string]domain.Picture, len(it.Pictures))
	for _, p := range it.Pictures {
		has[p.URL] = p
	}
	return has
}

// images are the addresses of the images that an item shows, each once: those
// that stand for it, those of its picks, and those in its texts.
func images(it *domain.Item) []string {
	var all []string
	add := func(img *domain.Image) {
		if img != nil && len(all) < maxImages && !slices.Contains(all, img.URL) {
			all = append(all, img.URL)
		}
	}
	texts := []string{it.Teaser, it.Body}
	if it.Film != nil {
		add(it.Film.Poster)
		add(it.Film.Still)
	}
	add(it.Image)
	for i := range it.Picks {
		add(it.Picks[i].Image)
		texts = append(texts, it.Picks[i].Why)
	}
	for _, text := range texts {
		sanitize.Images(text, func(address string) *domain.Image {
			if !strings.Contains(address, emoji) {
				add(&domain.Image{URL: address})
			}
			return nil
		})
	}
	return all
}
