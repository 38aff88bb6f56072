// Package likeness is by what one piece is recognised in several sources, and under
// other guids: addresses and titles, in the form in which they compare.
package likeness

import (
	"crypto/sha256"
	"encoding/binary"
	"html"
	"net/url"
	"slices"
	"strings"
	"unicode"

	"marquee/internal/domain"
)

// Key is an address or a title, hashed. Pieces that share a key may be one; those
// that share none are not.
type Key int64

// KeysOf are an item's keys.
func KeysOf(it *domain.Item) []Key {
	var keys []Key
	if a := Address(it.URL); a != "" {
		host, _, _ := strings.Cut(a, "/")
		keys = append(keys, keyOf("address", host, a))
	}
	for _, h := range Titles(it) {
		keys = append(keys, keyOf("title", h, h))
	}
	return keys
}

// TitleKey is a key of every piece of that title.
func TitleKey(title string) Key {
	h := Title(title)
	return keyOf("title", h, h)
}

// keyOf is a key that begins as all of its group do: what is stored together lies
// together.
func keyOf(kind, group, text string) Key {
	const within = 40 // bits
	first, rest := hash(kind+"\x00"+group), hash(kind+"\x00"+text)
	return Key(first>>within<<within | rest&(1<<within-1)) //nolint:gosec // any number will do
}

func hash(text string) uint64 {
	sum := sha256.Sum256([]byte(text))
	return binary.BigEndian.Uint64(sum[:])
}

// Address is an address as it compares: without scheme, www., a default port, a
// slash at the end, and what campaigns and readers add to find out where people
// came from. A site's front page is no piece's address.
func Address(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	host := hostOf(u)
	path := strings.TrimRight(u.EscapedPath(), "/")
	if plain, err := url.PathUnescape(path); err == nil {
		path = plain
	}
	q := u.Query()
	for name := range q {
		if tracks(name) {
			q.Del(name)
		}
	}
	rest := path
	if len(q) > 0 {
		rest += "?" + q.Encode()
	}
	if u.Fragment != "" {
		rest += "#" + u.Fragment
	}
	if rest == "" {
		return ""
	}
	return host + rest
}

// hostOf is an address's host as it compares.
func hostOf(u *url.URL) string {
	host := strings.TrimPrefix(strings.ToLower(u.Host), "www.")
	return strings.TrimSuffix(strings.TrimSuffix(host, ":443"), ":80")
}

// Host is the host of an address as it compares, "" for what is no address.
func Host(address string) string {
	u, err := url.Parse(address)
	if err != nil {
		return ""
	}
	return hostOf(u)
}

func tracks(name string) bool {
	name = strings.ToLower(name)
	return strings.HasPrefix(name, "utm_") || strings.HasPrefix(name, "mtm_") || strings.HasPrefix(name, "pk_") ||
		slices.Contains([]string{
			"fbclid", "gclid", "dclid", "msclkid", "twclid", "igshid", "mc_cid", "mc_eid", "_hsenc", "_hsmi", "ref", "ref_src", "referrer",
		}, name)
}

// Titles are an item's title as it compares, without and with its series.
func Titles(it *domain.Item) []string {
	var all []string
	for _, h := range []string{Title(it.Title), Title(it.Series)} {
		switch {
		case h == "":
		case all == nil:
			all = append(all, h)
		default:
			all = append(all, h+" "+all[0])
		}
	}
	return all
}

// Title is a title's letters and digits: punctuation is set anew by every
// editor and every feed.
func Title(title string) string {
	var words strings.Builder
	gap := false
	for _, r := range html.UnescapeString(title) {
		switch {
		case unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r):
			if gap && words.Len() > 0 {
				words.WriteByte(' ')
			}
			gap = false
			words.WriteRune(unicode.ToLower(r))
		case !strings.ContainsRune("'’‘ʼ`", r): // which stand within words
			gap = true
		}
	}
	return words.String()
}
