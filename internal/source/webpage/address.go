package webpage

import (
	"net/url"
	"path"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// scope is which addresses count, and how many.
type scope struct {
	paths []string
	limit int
}

// covers reports whether an address is that of a piece, as far as paths tell.
func (s scope) covers(u *url.URL) bool {
	return len(s.paths) == 0 || slices.ContainsFunc(s.paths, func(p string) bool { return strings.HasPrefix(u.Path, p) })
}

// parseWeb resolves an address (RFC 3986 §5.2) and takes off what does not belong
// to it; nil is an address that is none, or not http(s).
func parseWeb(base *url.URL, address string) *url.URL {
	if address = strings.TrimSpace(address); address == "" {
		return nil
	}
	u, err := base.Parse(address)
	if err != nil || !isWeb(u.String()) {
		return nil
	}
	u.User, u.Fragment, u.RawFragment = nil, "", ""
	u.RawQuery = withoutTracking(u.RawQuery)
	if u.Path == "" {
		u.Path = "/"
	}
	return u
}

// withoutTracking is a query without the parameters that tell whence a reader
// came; all others stay as they are.
func withoutTracking(query string) string {
	kept := slices.DeleteFunc(strings.Split(query, "&"), func(pair string) bool {
		name, _, _ := strings.Cut(pair, "=")
		return tracks(strings.ToLower(name))
	})
	return strings.Join(kept, "&")
}

func tracks(name string) bool {
	for _, prefix := range []string{"utm_", "mc_", "pk_", "mtm_", "hsa_", "_hs", "vero_", "oly_"} {
		if strings.HasPrefix(name, prefix) {
			return true
		}
	}
	return slices.Contains([]string{
		"fbclid", "gclid", "gclsrc", "dclid", "gbraid", "wbraid", "msclkid", "yclid", "twclid", "ttclid", "igshid", "igsh", "li_fat_id",
		"_ga", "_gl", "mkt_tok", "ref_src", "ref_url", "xtor", "wickedid", "phpsessid", "jsessionid",
	}, name)
}

// guidOf is the guid of a piece at an address that parseWeb made: the address,
// always with https, so that a site that learns it keeps its pieces.
func guidOf(u *url.URL) string {
	same := *u
	same.Scheme, same.Host = "https", strings.ToLower(u.Hostname())
	if port := u.Port(); port != "" && port != "80" && port != "443" {
		same.Host += ":" + port
	}
	return same.String()
}

// guessTitle makes a title of an address: "Paper lanterns" of
// /reviews/paper-lanterns/. It is empty when the address holds no words.
func guessTitle(u *url.URL) string {
	name := path.Base(u.Path)
	name = strings.TrimSuffix(name, path.Ext(name))
	words := strings.FieldsFunc(strings.ToValidUTF8(name, ""), func(r rune) bool { return r == '-' || r == '_' || r == '+' || unicode.IsSpace(r) })
	title := strings.Join(words, " ")
	if !strings.ContainsFunc(title, unicode.IsLetter) {
		return ""
	}
	first, size := utf8.DecodeRuneInString(title)
	return string(unicode.ToUpper(first)) + title[size:]
}
