package feed

import (
	"cmp"
	"crypto/sha256"
	"encoding/base64"

	"github.com/google/uuid"

	"marquee/internal/calendar"
	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/entitle"
)

// defaultLimit is how many entries a feed holds when its configuration does not
// say: with full texts that stays well below what readers refuse.
const defaultLimit = 50

// Spec says what one feed is made of, for whatever audience.
type Spec struct {
	config.Feed
	Publication domain.Publication
	Policy      *entitle.Policy
	// Seed is the installation's own and never changes. Feeds' ids are made
	// from it, so that they survive a change of the site's address.
	Seed   []byte
	Hub    string // WebSub hub of the public documents; may be empty
	Titles Titles
	// Credits are what readers are told items come from, by source, in feeds that
	// hold those of several.
	Credits map[string]config.Credit
	// Editions is where a feed of editions finds them; others need none.
	Editions EditionStore
	// Images is what is shown of an image. Nil shows prints of ours, and nothing
	// of images that are not: readers' programs are sent to no other server.
	Images func(*domain.Image) *domain.Image
}

// id is the IRI of the feed's documents (RFC 4287 §4.2.6). What patrons read is
// another feed than what everybody reads, but the same one at every tier, so
// that an upgrade keeps the subscription.
func (s *Spec) id(a domain.Audience) string {
	if a.Standing != domain.Public {
		return s.urn("private")
	}
	return s.urn()
}

// urn is an IRI that belongs to the feed, for good.
func (s *Spec) urn(of ...string) string {
	space := uuid.NewSHA1(uuid.NameSpaceURL, []byte("marquee:feed"))
	key := append([]byte(nil), s.Seed...)
	key = append(key, "\x00"+s.Name...)
	for _, name := range of {
		key = append(key, "\x00"+name...)
	}
	return uuid.NewSHA1(space, key).URN()
}

// TokenLength is how many bytes a patron's token has, which stands in the address
// of a private feed.
const TokenLength = 22

// slot stands for a patron's token in private documents. It is a secret of the
// installation, so that no text that is published can hold it, and has the form
// of a token, so that every format writes it as it is.
func (s *Spec) slot() string {
	sum := sha256.Sum256(append([]byte("marquee:feed-slot\x00"), s.Seed...))
	return base64.RawURLEncoding.EncodeToString(sum[:])[:TokenLength]
}

// head is the document of an audience without its entries. A private document
// names no address of its own: its address holds a patron's token, and its
// bytes are shared by the whole audience. It names no hub either, which would
// pass its content on (W3C WebSub §8).
func (s *Spec) head(a domain.Audience) *Document {
	doc := &Document{
		ID: s.id(a), Name: s.Name, Title: cmp.Or(s.Title, s.Publication.Title),
		Description: cmp.Or(s.Description, s.Publication.Description),
		Language:    s.Publication.Language, Author: s.Publication.Author,
		Home: s.Publication.URL, Look: s.Publication.Look,
	}
	if a.Standing == domain.Public {
		doc.Self, doc.Hub = s.Publication.Server+"/feeds/"+s.Name, s.Hub
	}
	return doc
}

// canonical is the one of all readers with the same rights and the same dates that
// stands for them: only patrons have tiers, and only tiers that exist.
func (s *Spec) canonical(to domain.Readers) domain.Readers {
	is := domain.Readers{Audience: domain.Audience{Standing: to.Standing}, Dates: calendar.Wish(to.Dates, s.Publication.Language)}
	if rank := s.Policy.Tiers.Rank(to.Tier); to.Standing == domain.Active && rank > 0 {
		is.Tier = s.Policy.Tiers[rank-1].Name
	}
	return is
}
