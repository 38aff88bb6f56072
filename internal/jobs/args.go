// Package jobs holds Marquee's background work: the job kinds, the workers that
// call the use cases, and the ticks that find out what is due. It is the only
// package besides the store's engines that knows River.
package jobs

import "marquee/internal/domain"

// GatherArgs asks to read one source now.
type GatherArgs struct {
	Source string `json:"source" river:"unique"`
}

// Kind names the job for River.
func (GatherArgs) Kind() string { return "gather" }

// CompileArgs asks to freeze the digest's edition of a slot.
type CompileArgs struct {
	Digest string      `json:"digest" river:"unique"`
	Slot   domain.Slot `json:"slot" river:"unique"`
}

// Kind names the job for River.
func (CompileArgs) Kind() string { return "compile" }

// DeliverArgs asks for one run over a shard of an edition. Runs have no unique
// key: the shard's lease in the ledger excludes.
type DeliverArgs struct {
	Edition domain.EditionID `json:"edition"`
	Shard   int              `json:"shard"`
}

// Kind names the job for River.
func (DeliverArgs) Kind() string { return "deliver" }
