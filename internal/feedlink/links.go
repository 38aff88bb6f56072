// Package feedlink keeps patrons' secret links to feeds of their own: makes and
// revokes them, tells whom one belongs to, and notes by which software it is read.
package feedlink

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"marquee/internal/domain"
	"marquee/internal/feed"
)

// Store keeps the links. Of a link's secret it only ever gets a hash.
type Store interface {
	// SetFeedLink gives a patron a link, from an instant on, in the place of the
	// one they had; ErrNotFound when there is no such patron.
	SetFeedLink(ctx context.Context, id domain.PatronID, hash string, at time.Time) error
	// RevokeFeedLink takes a patron's link away, and what is noted about it; it is
	// no error when there is none.
	RevokeFeedLink(ctx context.Context, id domain.PatronID) error
	// FeedLinkOwner is whom the link with a hash belongs to, as they are at the
	// moment, or ErrNotFound.
	FeedLinkOwner(ctx context.Context, hash string) (Owner, error)
	// FeedLink is a patron's link with its reads, or ErrNotFound.
	FeedLink(ctx context.Context, id domain.PatronID) (domain.FeedLink, error)
	// NoteFeedReads adds reads to what is noted of them, unless their link is
	// gone, and forgets what was last read before an instant.
	NoteFeedReads(ctx context.Context, reads []domain.FeedRead, before time.Time) error
}

// Owner is whose link it is.
type Owner struct {
	ID domain.PatronID
	domain.Readers
}

// Links are all links there are.
type Links struct {
	store  Store
	now    func() time.Time
	owners owners
	*notebook
}

// New returns the links of a store. With key, 32 random bytes, networks are made
// unrecognisable.
func New(store Store, key []byte, now func() time.Time) *Links {
	return &Links{
		store: store, now: now,
		owners:   owners{known: map[string]known{}},
		notebook: newNotebook(store, key, now),
	}
}

// Make gives a patron a link and returns its token, which can be known this once.
// The one they had stops to work. ErrNotFound when there is no such patron.
func (l *Links) Make(ctx context.Context, id domain.PatronID) (token string, err error) {
	secret := make([]byte, tokenBytes)
	_, _ = rand.Read(secret) // never fails
	token = base64.RawURLEncoding.EncodeToString(secret)
	if err := l.store.SetFeedLink(ctx, id, hash(token), l.now()); err != nil {
		return "", fmt.Errorf("make a feed link: %w", err)
	}
	l.owners.forget(id)
	return token, nil
}

// tokenBytes are 128 bits.
const tokenBytes = feed.TokenLength * 6 / 8

// Revoke takes a patron's link away, in this process at once and in others within
// trust.
func (l *Links) Revoke(ctx context.Context, id domain.PatronID) error {
	if err := l.store.RevokeFeedLink(ctx, id); err != nil {
		return fmt.Errorf("revoke a feed link: %w", err)
	}
	l.owners.forget(id)
	return nil
}

// Link is a patron's link, with what was read up to now; ErrNotFound when they
// have none.
func (l *Links) Link(ctx context.Context, id domain.PatronID) (domain.FeedLink, error) {
	if err := l.Flush(ctx); err != nil {
		return domain.FeedLink{}, err
	}
	return l.store.FeedLink(ctx, id)
}

// Open is whose link a token is, with the standing and the tier that they have
// now, or had less than trust ago: ErrNotFound for every token that opens nothing,
// whatever is wrong with it. Each of them is hashed and looked for in the store, so
// that the time it takes tells them apart as little.
func (l *Links) Open(ctx context.Context, token string) (Owner, error) {
	h, now := hash(token), l.now()
	if owner, ok := l.owners.find(h, now); ok {
		return owner, nil
	}
	from := l.owners.generation()
	owner, err := l.store.FeedLinkOwner(ctx, h)
	if err != nil {
		return Owner{}, fmt.Errorf("feed link: %w", err)
	}
	l.owners.keep(h, owner, now, from)
	return owner, nil
}

// hash is what is kept of a token. It has 128 bits that nobody can guess, and
// needs neither salt nor effort.
func hash(token string) string {
	sum := sha256.Sum256([]byte(token))
	return base64.RawURLEncoding.EncodeToString(sum[:])
}
