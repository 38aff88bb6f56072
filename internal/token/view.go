package token

import "marquee/internal/domain"

// View returns the token with which a patron reads an edition on the web, as they
// may at the time: 47 lower-case letters and digits, with ids up to 2^48 as those
// of Return.
func (m *Mint) View(edition domain.EditionID, patron domain.PatronID) string {
	return m.make(&m.returnPath, view, ids{int64(edition), int64(patron)})
}

// OpenView is Open for what View made, in any letter case.
func (m *Mint) OpenView(token string) (domain.EditionID, domain.PatronID, error) {
	of, err := m.open(&m.returnPath, view, token)
	return domain.EditionID(of[0]), domain.PatronID(of[1]), err
}
