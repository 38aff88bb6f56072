package domain

// Plus is a mail address that takes mail for everything that is added to its
// local part after a plus sign (RFC 5233).
type Plus string

// With is the address with detail added: return+DETAIL@lanternscreen.example.
func (p Plus) With(detail string) string {
	local, host, _ := CutAddress(string(p))
	return local + "+" + detail + "@" + host
}
