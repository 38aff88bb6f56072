package patron

import (
	"fmt"

	"marquee/internal/domain"
)

// BrakeError says that a listing was not believed, and that nothing was changed.
// It is a domain.ErrConflict: the roster contradicts what is stored, and the
// operator must say which is right.
type BrakeError struct {
	Leaving int // people who are not listed any more, or lower
	Of      int // people who were listed before
	Share   int // of a hundred, that may leave at once
}

// Error says it in the operator's words.
func (e *BrakeError) Error() string {
	what := fmt.Sprintf("the roster lists %d of %d people no longer, or lower, which is more than %d %%", e.Leaving, e.Of, e.Share)
	if e.Leaving == e.Of {
		what = fmt.Sprintf("the roster lists nobody any more of %d people", e.Of)
	}
	return what + ": that is believed to be a mishap, and nothing was changed; if it is true, sync once with --trust"
}

// Unwrap is domain.ErrConflict.
func (*BrakeError) Unwrap() error { return domain.ErrConflict }
