package gather

import (
	"context"
	"time"

	"marquee/internal/domain"
	"marquee/internal/source"
)

// Store is what gathering keeps.
type Store interface {
	// SourceState is what the last SaveGathered of the source stored; nil
	// before the first.
	SourceState(ctx context.Context, name string) (source.State, error)
	// ItemsByGUID are the source's stored items among guids, withdrawn ones too.
	ItemsByGUID(ctx context.Context, name string, guids []string) (map[string]domain.Item, error)
	// SourceGUIDs are the guids of all the source's items that stand (are not withdrawn).
	SourceGUIDs(ctx context.Context, name string) ([]string, error)
	// SaveGathered stores the outcome of one read, all or nothing.
	SaveGathered(ctx context.Context, g Gathered) error
	// SaveFailure notes that a read failed; items and state stay.
	SaveFailure(ctx context.Context, f Failure) error
}

// Gathered is the outcome of one successful read.
type Gathered struct {
	Source   string
	At       time.Time
	State    source.State
	Items    []domain.Item // new and changed ones, whole; never unchanged ones
	Problems []string      // pieces that could not be read, for the operator
	// Unchanged says that the source held what it held before: Items and
	// Problems are empty, and the problems stored at the last read still stand.
	Unchanged bool
}

// Failure is the outcome of one read that said nothing about the source.
type Failure struct {
	Source string
	At     time.Time
	Err    string
	// NotBefore is when the source may be asked again; zero when its schedule decides.
	NotBefore time.Time
}
