package token

import "marquee/internal/domain"

// Mailbox returns the token of a patron for a purpose, for a mail address: 40
// lower-case letters and digits, always the same for the same arguments. It is
// not the token of Make: who sees the one cannot make the other.
func (m *Mint) Mailbox(p Purpose, patron domain.PatronID) string {
	return m.make(&m.mailbox, p, ids{int64(patron)})
}

// OpenMailbox is Open for what Mailbox made, in any letter case.
func (m *Mint) OpenMailbox(p Purpose, token string) (domain.PatronID, error) {
	of, err := m.open(&m.mailbox, p, token)
	return domain.PatronID(of[0]), err
}

// Return returns the token of the letter that an edition is for a patron, for
// the address its bounce comes back to: 47 lower-case letters and digits, so
// that with a name of 16 and a plus it fills the 64 octets of a local part
// (RFC 5321 §4.5.3.1.1). Ids have room up to 2^48; the token of a larger one
// opens nothing.
func (m *Mint) Return(edition domain.EditionID, patron domain.PatronID) string {
	return m.make(&m.returnPath, bounce, ids{int64(edition), int64(patron)})
}

// OpenReturn is Open for what Return made, in any letter case.
func (m *Mint) OpenReturn(token string) (domain.EditionID, domain.PatronID, error) {
	of, err := m.open(&m.returnPath, bounce, token)
	return domain.EditionID(of[0]), domain.PatronID(of[1]), err
}
