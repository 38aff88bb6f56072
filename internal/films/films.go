// Package films adds to the films that items are about what is known of them
// besides: to a pick what the critic has written about its film, and to all what a
// film database tells, ids, facts that the critic left out, and where a film can be
// watched. The database is off the way of gathering: what it cannot find out is
// simply not there, and it never overrules what a source or a critic says.
//
// A film is taken for one of the database's only when that is certain: by an id,
// or by its title and year and, where the piece names them, a director. All else
// is left to the operator, with the reason.
package films

import (
	"context"
	"log/slog"
	"time"

	"marquee/internal/domain"
	"marquee/internal/tmdb"
)

const (
	reach     = 200                  // newest items whose films are kept up to date
	showFor   = 72 * time.Hour       // how long it is told where to watch a film, should nobody answer
	factsRest = 150 * 24 * time.Hour // after which facts are asked for again, however old the item
	factsLife = 180 * 24 * time.Hour // TMDB's terms: nothing is kept for longer than six months
	noneRest  = 7 * 24 * time.Hour   // after which a film that was not found is looked for again
	errRest   = time.Hour            // after a question that failed
)

// Database answers questions about films. Errors are *answer.Error.
type Database interface {
	// Search finds films by title among those of a year; whole is false when there
	// are more.
	Search(ctx context.Context, title string, year int) (all []tmdb.Candidate, whole bool, err error)
	// ByIMDB is the id of a film that has one of IMDb's; empty when there is none.
	ByIMDB(ctx context.Context, imdb string) (string, error)
	// Film is one film, or domain.ErrNotFound.
	Film(ctx context.Context, id string, regions []string) (tmdb.Film, error)
}

// Config is what a Library works with.
type Config struct {
	Database Database
	Store    Store
	Regions  []string // ISO 3166-1 alpha-2, the most important first
	Zone     *time.Location
	Now      func() time.Time
	Log      *slog.Logger
}

// Library is what is known of films.
type Library struct{ cfg Config }

// New returns a library.
func New(cfg Config) *Library { return &Library{cfg} }

// Record is what is known of one film that items are about.
type Record struct {
	Subject string // the key of its Subject
	Title   string // "The Salt Ledger (2024), dir. Tomas Reyl"
	TMDB    string // its id there; empty when there is none
	Decided bool   // the operator said so
	Reason  string // why there is none; empty also when that is not known yet
	Asked   time.Time
	Checked time.Time      // when Facts and Watch came; zero when they are not there
	Facts   domain.Film    // without title and rating
	Watch   []domain.Watch // without the day, which Checked tells
}

// Health is how asking the database goes.
type Health struct {
	Succeeded time.Time `json:"succeeded,omitzero"` // last answer
	Failed    time.Time `json:"failed,omitzero"`    // last failure, zero after a success
	Error     string    `json:"error,omitempty"`    // of that failure
	NotBefore time.Time `json:"not_before,omitzero"`
}
