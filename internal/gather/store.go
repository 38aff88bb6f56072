package gather

import (
	"context"
	"slices"
	"time"

	"marquee/internal/domain"
	"marquee/internal/likeness"
	"marquee/internal/source"
)

// Store is what gathering keeps.
type Store interface {
	// SourceState is what the last SaveGathered of the source stored; nil
	// before the first.
	SourceState(ctx context.Context, name string) (source.State, error)
	// LastSuccess is when the source was last saved; zero before the first time.
	LastSuccess(ctx context.Context, name string) (time.Time, error)
	// ItemsByGUID are the stored items that the source has ever told under guids,
	// withdrawn ones too, by the guid that was asked for.
	ItemsByGUID(ctx context.Context, name string, guids []string) (map[string]Known, error)
	// ItemsByKey are stored items, of any source and withdrawn ones too, that have
	// one of some keys: the newest, at most so many.
	ItemsByKey(ctx context.Context, keys []likeness.Key, limit int) ([]Known, error)
	// SourceGUIDs are the guids of all items that the source tells and has not
	// taken back.
	SourceGUIDs(ctx context.Context, name string) ([]string, error)
	// ItemsMissing are the newest items that the source tells, published after an
	// instant, that are not among guids and whose pages were not looked at since
	// another instant: at most so many.
	ItemsMissing(ctx context.Context, name string, published, looked time.Time, guids []string, limit int) ([]Known, error)
	// ItemsToCheck are the newest items of the source that stand and were always
	// shown only in part, published after an instant, whose pages were not looked at
	// since another: at most so many. With left they are older than all that the
	// source gave when it last gave any.
	ItemsToCheck(ctx context.Context, name string, left bool, published, looked time.Time, limit int) ([]Known, error)
	// DetailsOwed are the pieces of a source whose pages are to be asked again, those
	// first that are due first: at most so many.
	DetailsOwed(ctx context.Context, name string, limit int) ([]Owed, error)
	// ItemsToIllustrate are the newest items of a source that stand and have
	// images left to be fetched, at most so many.
	ItemsToIllustrate(ctx context.Context, name string, limit int) ([]domain.Item, error)
	// SaveGathered stores the outcome of one read, all or nothing, and gives the
	// source up. ErrConflict when a new item has a key of a stored one that is not
	// in Seen: another source may have brought the same piece meanwhile.
	SaveGathered(ctx context.Context, g Gathered) error
	// SaveFailure notes that a read failed, and gives the source up; items and
	// state stay.
	SaveFailure(ctx context.Context, f Failure) error
	// AcceptHeld makes the items of a source that were held news, as of an
	// instant, and says how many.
	AcceptHeld(ctx context.Context, name string, at time.Time) (int, error)
}

// Known is what is stored of a piece: the item and, when it is told more than
// once, how each source tells it.
type Known struct {
	domain.Item
	Copies []domain.Item // without their histories but for Changed and Withdrawn
	Absent int           // how often in a row its page was not there
	Kept   bool          // its page said that the rest is for patrons
}

// tellings are how the sources tell it, at least one.
func (k *Known) tellings() []domain.Item {
	if len(k.Copies) > 0 {
		return k.Copies
	}
	return []domain.Item{k.Item}
}

// by is how a source tells it.
func (k *Known) by(source string) (domain.Item, bool) {
	all := k.tellings()
	i := slices.IndexFunc(all, func(c domain.Item) bool { return c.Source == source })
	if i < 0 {
		return domain.Item{}, false
	}
	return all[i], true
}

// Copy is a piece as one of several sources tells it.
type Copy struct {
	Of domain.ItemID
	domain.Item
	Former bool // the source gave up this guid: it only leads to the item
}

// Gathered is the outcome of one successful read.
type Gathered struct {
	Source   string
	At       time.Time
	State    source.State
	Items    []domain.Item // new and changed ones and those that got pictures, whole; never unchanged ones
	Copies   []Copy        // how the source, or another, tells those that are told more than once
	Events   []domain.Event
	Checks   []Check
	Owed     []Owed
	Problems []string // pieces that could not be read, for the operator
	// New are the items that were never seen, and Seen those that were looked at
	// and are not the same.
	New, Seen []domain.ItemID
	Oldest    time.Time // the date of the oldest piece that the source gave; zero when it gave none
	// NotBefore is when the source wants to be asked again; zero is any time.
	NotBefore time.Time
	// Unchanged says that the source held what it held before: Problems is
	// empty, and the problems stored at the last read still stand.
	Unchanged bool
}

// Check is a look at an item's page.
type Check struct {
	Item   domain.ItemID
	Absent int  // how often in a row it was not there
	Kept   bool // it says that the rest is for patrons
}

// Owed is a piece whose page could not be had, and is asked again.
type Owed struct {
	GUID  string
	Tries int       // that failed in a row
	Due   time.Time // when it is asked again; zero when nothing is owed any more
}

// Failure is the outcome of one read that said nothing about the source.
type Failure struct {
	Source string
	At     time.Time
	Err    string
	// NotBefore is when the source and its host may be asked again; zero when its
	// schedule decides.
	NotBefore time.Time
	Host      string // that asked for it; may be empty
}
