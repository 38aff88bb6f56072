package notice

import (
	"context"
	"crypto/rand"
	netmail "net/mail"

	"marquee/internal/domain"
)

// PersonView is what the templates of notices to readers and patrons see.
type PersonView struct {
	Publication domain.Publication
	Link        string // their own page, or where they confirm
	Unsubscribe string // of letters; empty while they get none
}

// Links sends somebody the addresses of their own pages: once an hour at most,
// however often they are asked for.
func (w *Writer) Links(ctx context.Context, to netmail.Address, manage, unsubscribe string) error {
	return w.toPerson(ctx, domain.NoticeLinks, to, PersonView{Publication: w.Publication, Link: manage, Unsubscribe: unsubscribe})
}

// Confirm asks the owner of an address whether they signed up: once an hour at most.
func (w *Writer) Confirm(ctx context.Context, to netmail.Address, link string) error {
	return w.toPerson(ctx, domain.NoticeConfirm, to, PersonView{Publication: w.Publication, Link: link})
}

// FeedsView is what the template of a notice with a patron's own feeds sees.
type FeedsView struct {
	PersonView
	Feeds []FeedAddress
}

// FeedAddress is one feed of a patron's own.
type FeedAddress struct{ Title, URL string }

// Feeds sends a patron the addresses of their own feeds, which stand nowhere else:
// each time they are made. Once the notice is sent its words are forgotten.
func (w *Writer) Feeds(ctx context.Context, to netmail.Address, feeds []FeedAddress) error {
	view := FeedsView{PersonView: PersonView{Publication: w.Publication}, Feeds: feeds}
	return w.writeTo(ctx, to, domain.NoticeFeeds, domain.EmailKey(to.Address)+"/"+rand.Text(), view)
}

func (w *Writer) toPerson(ctx context.Context, kind domain.NoticeKind, to netmail.Address, view PersonView) error {
	hour := w.Now().UTC().Format("2006-01-02T15")
	return w.writeTo(ctx, to, kind, domain.EmailKey(to.Address)+"/"+hour, view)
}
