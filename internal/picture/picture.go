// Package picture makes strangers' pictures ours: a Keeper fetches each once,
// checks what came, and stores prints of it, small JPEGs in a few widths. Feeds,
// letters and pages show prints only.
package picture

import (
	"context"
	"time"

	"marquee/internal/domain"
)

// Store is where pictures are kept.
type Store interface {
	// PictureSources are what is known of some addresses; those that were never
	// asked are left out.
	PictureSources(ctx context.Context, urls []string) (map[string]Source, error)
	// SavePicture stores what came of asking an address, all or nothing. Prints
	// that are there already stay as they are.
	SavePicture(ctx context.Context, s Source, prints []Print) error
	// Print is the JPEG of a print, or ErrNotFound.
	Print(ctx context.Context, key string, width int) ([]byte, error)
}

// Source is what is known of an address.
type Source struct {
	domain.Picture           // without a key while the address has not given a picture
	Failures       int       // how often it has not
	Reason         string    // why not, the last time
	Due            time.Time // when to ask again; zero when the matter is settled
}

// Print is a picture in one width.
type Print struct {
	Key           string // the picture's
	Width, Height int
	JPEG          []byte
}
