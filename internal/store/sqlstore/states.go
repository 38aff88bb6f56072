package sqlstore

import (
	"database/sql/driver"
	"fmt"

	"marquee/internal/domain"
)

// The states of a delivery as they are stored, and as the text of statements
// has them. Those below sent are pending: "state < 4".
const (
	queued   = 0
	deferred = 1
	inDoubt  = 3
	sent     = 4
	failed   = 5
	skipped  = 6
)

// stateNumber stores a delivery's state as its number.
type stateNumber domain.DeliveryState

func numbered() map[domain.DeliveryState]int64 {
	return map[domain.DeliveryState]int64{
		domain.Queued: queued, domain.Deferred: deferred, domain.InDoubt: inDoubt,
		domain.Sent: sent, domain.Failed: failed, domain.Skipped: skipped,
	}
}

// Value writes the state's number.
func (s stateNumber) Value() (driver.Value, error) {
	n, known := numbered()[domain.DeliveryState(s)]
	if !known {
		return nil, fmt.Errorf("%w delivery state %q", domain.ErrInvalid, string(s))
	}
	return n, nil
}

// Scan reads what Value wrote.
func (s *stateNumber) Scan(src any) error {
	for state, n := range numbered() {
		if src == n {
			*s = stateNumber(state)
			return nil
		}
	}
	return fmt.Errorf("%w delivery state %v in the store", domain.ErrInvalid, src)
}
