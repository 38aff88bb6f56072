package sqlstore

import (
	"database/sql/driver"
	"fmt"
	"slices"

	"marquee/internal/domain"
)

// The states of a delivery as they are stored. Those below sent are pending,
// which the conditions of queries and of an index spell as "state < 4".
const (
	queued   = "0"
	deferred = "1"
	claimed  = "2"
	indoubt  = "3"
	sent     = "4"
	failed   = "5"
)

// pendingIndex holds the pending rows only, which are few in the end.
const pendingIndex = "deliveries_pending"

// stateNumber stores a delivery's state as its number.
type stateNumber domain.DeliveryState

// numbered are the states at their numbers.
func numbered() []domain.DeliveryState {
	return []domain.DeliveryState{
		domain.Queued, domain.Deferred, domain.Claimed, domain.InDoubt, domain.Sent, domain.Failed, domain.Skipped,
	}
}

// Value writes the state's number.
func (s stateNumber) Value() (driver.Value, error) {
	n := slices.Index(numbered(), domain.DeliveryState(s))
	if n < 0 {
		return nil, fmt.Errorf("%w delivery state %q", domain.ErrInvalid, string(s))
	}
	return int64(n), nil
}

// Scan reads what Value wrote.
func (s *stateNumber) Scan(src any) error {
	n, ok := src.(int64)
	if !ok || n < 0 || n >= int64(len(numbered())) {
		return fmt.Errorf("%w delivery state %v in the store", domain.ErrInvalid, src)
	}
	*s = stateNumber(numbered()[n])
	return nil
}
