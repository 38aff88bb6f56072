package mail

import (
	"fmt"
	"strings"

	"marquee/internal/domain"
)

// appendUnsubscribe writes List-Unsubscribe (RFC 2369 §3.2), https before mailto
// and each in its own line, and with an https address the field that makes it
// one click (RFC 8058 §3.1).
func (s Stamp) appendUnsubscribe(dst []byte) ([]byte, error) {
	link, address, err := s.unsubscribe()
	if err != nil || link == "" && address == "" {
		return dst, err
	}
	dst = append(dst, "List-Unsubscribe: "...)
	if link != "" {
		dst = append(append(append(dst, '<'), link...), '>')
	}
	if link != "" && address != "" {
		dst = append(dst, ",\r\n "...)
	}
	if address != "" { // RFC 6068 §2
		dst = append(append(append(dst, "<mailto:"...), address...), "?subject=unsubscribe>"...)
	}
	dst = append(dst, lineEnd...)
	if strings.HasPrefix(link, "https:") {
		dst = append(dst, "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"...)
	}
	return dst, nil
}

// unsubscribe is where one can unsubscribe, checked: an absolute URL and a
// mailbox, each empty if there is none.
func (s Stamp) unsubscribe() (link, address string, err error) {
	if link = s.Unsubscribe; link != "" && !absolute(link) {
		return "", "", fmt.Errorf("%w: the unsubscribe address is no absolute http(s) URL", domain.ErrInvalid)
	}
	if !token(link) || len(link) > maxLine-len("List-Unsubscribe: <>,") {
		return "", "", fmt.Errorf("%w: the unsubscribe address does not fit into a header", domain.ErrInvalid)
	}
	if s.UnsubscribeMail == "" {
		return link, "", nil
	}
	address, utf8, err := Mailbox(s.UnsubscribeMail)
	if err != nil || utf8 || strings.ContainsAny(address, " \"%&/?#^`{|}[]\\") { // no address of ours needs escapes
		return "", "", fmt.Errorf("%w: the address that takes unsubscriptions does not fit into a mailto link", domain.ErrInvalid)
	}
	return link, address, nil
}

// absolute reports whether link begins as an http or https URL does, with a host.
func absolute(link string) bool {
	rest, ok := strings.CutPrefix(link, "https://")
	if !ok {
		rest, ok = strings.CutPrefix(link, "http://")
	}
	return ok && rest != "" && !strings.ContainsRune("/?#:@", rune(rest[0]))
}
