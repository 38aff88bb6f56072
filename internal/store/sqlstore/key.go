package sqlstore

import (
	"strconv"

	"marquee/internal/domain"
)

// key names a delivery by its edition and patron in one number, in that order:
// an edition's deliveries are a range of keys, by patron. Statements take it
// apart as id >> 32 and id & 4294967295.
type key int64

func keyOf(e domain.EditionID, p domain.PatronID) key { return key(int64(e)<<32 | int64(p)) }

func (k key) edition() domain.EditionID { return domain.EditionID(k >> 32) }

func (k key) patron() domain.PatronID { return domain.PatronID(k & (1<<32 - 1)) }

// keysOf are the bounds of an edition's keys, both exclusive.
func keysOf(e domain.EditionID) (after, before key) { return keyOf(e, 0), keyOf(e+1, 0) }

// keys is the argument for a list of deliveries of one edition: a JSON array.
func keys(e domain.EditionID, patrons []domain.PatronID) string {
	text := make([]byte, 0, 2+20*len(patrons))
	for _, p := range patrons {
		text = strconv.AppendInt(append(text, ','), int64(keyOf(e, p)), 10)
	}
	return array(text)
}

// array closes a list of which each element has a comma before it.
func array(elements []byte) string {
	if len(elements) == 0 {
		return "[]"
	}
	elements[0] = '['
	return string(append(elements, ']'))
}

// in is the condition that a delivery is among keys.
func (s *Store) in(placeholder string) string {
	return "id in (select cast(value as bigint) from " + s.engine.Elements() + "(" + placeholder + "))"
}
