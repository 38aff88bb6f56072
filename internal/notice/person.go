package notice

import (
	"context"
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

func (w *Writer) toPerson(ctx context.Context, kind domain.NoticeKind, to netmail.Address, view PersonView) error {
	hour := w.Now().UTC().Format("2006-01-02T15")
	return w.writeTo(ctx, to, kind, domain.EmailKey(to.Address)+"/"+hour, view)
}
