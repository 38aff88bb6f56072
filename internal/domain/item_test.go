package domain_test

import (
	"testing"
	"time"

	"github.com/google/uuid"

	"marquee/internal/domain"
)

// These ids are in readers' feeds: they never change.
func TestNewItemIDIsForEver(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		source, guid string
		want         domain.ItemID
	}{
		{"reviews", "https://lanternscreen.example/?p=4711", "faa01832-e68e-5b6f-bf1a-5f22ec2d3d33"},
		{"reviews", "tag:lanternscreen.example,2026:copperwire", "9ee0c349-1424-5cc3-971f-aa49c77eb8d5"},
		{"picks", "2026-11-20", "404cfcbc-0c45-5c86-8adb-49979cd36e02"},
		{"", "", "5d50b5bc-724a-5d3b-9eb1-1797a1510307"},
		{"kritik", "Ä/ö?ü", "509ab96a-da7f-58d8-a4c2-b7d4b0dbda17"},
	} {
		got := domain.NewItemID(tt.source, tt.guid)
		if got != tt.want {
			t.Errorf("NewItemID(%q, %q) = %q, want %q", tt.source, tt.guid, got, tt.want)
		}
		if got.URN() != "urn:uuid:"+string(tt.want) {
			t.Errorf("URN() = %q", got.URN())
		}
		if id, err := uuid.Parse(string(got)); err != nil || id.Version() != 5 || id.Variant() != uuid.RFC4122 {
			t.Errorf("%q is no UUID of version 5: %v", got, err)
		}
	}
}

// What belongs to the source and what to the guid is told apart.
func TestNewItemIDSeparates(t *testing.T) {
	t.Parallel()
	seen := map[domain.ItemID]bool{}
	for _, pair := range [][2]string{{"ab", "c"}, {"a", "bc"}, {"", "abc"}, {"abc", ""}, {"AB", "c"}, {"ab", "c "}} {
		seen[domain.NewItemID(pair[0], pair[1])] = true
	}
	if len(seen) != 6 {
		t.Errorf("6 items have %d ids", len(seen))
	}
}

func TestFullTitle(t *testing.T) {
	t.Parallel()
	it := domain.Item{Title: "Copperwire"}
	if got := it.FullTitle(); got != "Copperwire" {
		t.Errorf("FullTitle() = %q", got)
	}
	it.Series = "Reader's Choice"
	if got := it.FullTitle(); got != "Reader's Choice: Copperwire" {
		t.Errorf("FullTitle() = %q", got)
	}
}

func TestPicture(t *testing.T) {
	t.Parallel()
	own, poster, still := &domain.Image{URL: "own"}, &domain.Image{URL: "poster"}, &domain.Image{URL: "still"}
	for name, tt := range map[string]struct {
		item domain.Item
		want *domain.Image
	}{
		"nothing":          {domain.Item{}, nil},
		"own":              {domain.Item{Image: own}, own},
		"film without any": {domain.Item{Image: own, Film: &domain.Film{}}, own},
		"still":            {domain.Item{Image: own, Film: &domain.Film{Still: still}}, still},
		"poster":           {domain.Item{Image: own, Film: &domain.Film{Still: still, Poster: poster}}, poster},
	} {
		if got := tt.item.Picture(); got != nil {
			t.Errorf("%s: a stranger's %v stands for the item", name, got)
		}
		for _, img := range []*domain.Image{own, poster, still} {
			tt.item.Pictures = append(tt.item.Pictures, domain.Picture{URL: img.URL, Key: "k", Width: 1, Height: 1})
		}
		if got := tt.item.Picture(); got != tt.want {
			t.Errorf("%s: %v", name, got)
		}
	}
	it := domain.Item{Image: own, Film: &domain.Film{Poster: poster, Still: still}}
	it.Pictures = []domain.Picture{{URL: own.URL, Key: "k", Width: 1, Height: 1}, {URL: poster.URL}}
	if got := it.Picture(); got != own {
		t.Errorf("of an item whose poster cannot be had: %v", got)
	}
}

func TestFacts(t *testing.T) {
	t.Parallel()
	for want, film := range map[string]domain.Film{
		"":                            {},
		"2026":                        {Year: 2026},
		"Ines Vardo, Ada Koh":         {Directors: []string{"Ines Vardo", "Ada Koh"}},
		"2026 · Ines Vardo · 98 min.": {Year: 2026, Directors: []string{"Ines Vardo"}, Runtime: 98 * time.Minute},
		"1 min.":                      {Runtime: time.Minute},
		"1999 · 240 min.":             {Year: 1999, Runtime: 4 * time.Hour},
	} {
		if got := film.Facts(); got != want {
			t.Errorf("Facts() = %q, want %q", got, want)
		}
	}
	short := domain.Film{Runtime: 59 * time.Second}
	if got := short.Facts(); got != "" {
		t.Errorf("Facts() = %q", got)
	}
}
