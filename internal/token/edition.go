package token

import "marquee/internal/domain"

// What the operator may do to an edition by a link.
const (
	Hold Purpose = "hold"
	Send Purpose = "send"
)

// Edition returns the token of an edition for a purpose, for a link to the
// operator.
func (m *Mint) Edition(p Purpose, edition domain.EditionID) string {
	return m.make(&m.link, p, ids{int64(edition)})
}

// OpenEdition is Open for what Edition made.
func (m *Mint) OpenEdition(p Purpose, token string) (domain.EditionID, error) {
	of, err := m.open(&m.link, p, token)
	return domain.EditionID(of[0]), err
}
