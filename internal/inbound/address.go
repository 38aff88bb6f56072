package inbound

import (
	"fmt"
	"strings"

	"golang.org/x/net/idna"

	"marquee/internal/domain"
)

// address is the address that tokens are added to.
type address struct{ name, host string }

func parseAddress(text string) (address, error) {
	name, host, ok := cutAddress(text)
	if !ok || strings.ContainsAny(name, `+"`) {
		return address{}, fmt.Errorf("%w: the inbound address is not name@domain", domain.ErrInvalid)
	}
	return address{name, host}, nil
}

// token is what stands between + and @ in an address below this one. Letter case
// does not count: servers on the way change it.
func (a address) token(recipient string) (token string, ok bool) {
	local, host, ok := cutAddress(recipient)
	if !ok || host != a.host {
		return "", false
	}
	name, token, ok := strings.Cut(local, "+")
	return token, ok && strings.EqualFold(name, a.name)
}

// cutAddress parts an address at its last @. The host is in A-labels and lower
// case.
func cutAddress(text string) (local, host string, ok bool) {
	local, host, _ = domain.CutAddress(text)
	host, err := idna.Lookup.ToASCII(host)
	return local, host, err == nil && local != "" && host != ""
}
