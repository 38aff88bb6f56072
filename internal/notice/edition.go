package notice

import (
	"context"
	"fmt"
	"time"

	"marquee/internal/calendar"
	"marquee/internal/domain"
	"marquee/internal/token"
)

// EditionView is what the templates of notices about an edition see.
type EditionView struct {
	Publication domain.Publication
	ID          domain.EditionID // for commands
	Slug        string
	Digest      string
	Subject     string
	Due         string // "Friday, November 20, 2026 at 17:00 CST"
	DueShort    string // "Fri Nov 20, 17:00 CST"
	Late        bool   // Due has passed
	People      string // "412 people"
	Balance     string // "412 entitled = 0 sent + 0 failed + 0 skipped + 412 pending"
	Reason      string // why it is held or skipped
	Held        bool   // it waits for the operator's word
	Buttons     *Buttons
}

// Buttons are addresses that ask whether something is to be done to an edition;
// a view has none when the operator's pages are switched off.
type Buttons struct{ Hold, Send, Page string }

// EditionFrozen tells that an edition is ready, and goes out at its time or waits
// for the operator's word, once for each.
func (w *Writer) EditionFrozen(ctx context.Context, e domain.Edition) error {
	return w.aboutEdition(ctx, domain.NoticeFrozen, e, e.Slug(), e.Reason)
}

// EditionSkipped tells that a slot has no edition, and why, once for each.
func (w *Writer) EditionSkipped(ctx context.Context, e domain.Edition) error {
	return w.aboutEdition(ctx, domain.NoticeSkipped, e, e.Slug(), e.Reason)
}

// EditionWithdrawn tells that an edition is held, because a piece in it was
// withdrawn: once a day for each.
func (w *Writer) EditionWithdrawn(ctx context.Context, e domain.Edition) error {
	return w.aboutEdition(ctx, domain.NoticeWithdrawn, e, e.Slug()+"/"+w.today(), e.Reason)
}

// EditionHeld tells that an edition was kept from going out, and why: once a day
// for each.
func (w *Writer) EditionHeld(ctx context.Context, e domain.Edition, reason string) error {
	return w.aboutEdition(ctx, domain.NoticeHeld, e, e.Slug()+"/"+w.today(), reason)
}

func (w *Writer) aboutEdition(ctx context.Context, kind domain.NoticeKind, e domain.Edition, key, reason string) error {
	if w.Operator.Address == "" {
		return nil
	}
	balance, err := w.Store.Balance(ctx, e.ID)
	if err != nil {
		return fmt.Errorf("write notice: %w", err)
	}
	view := w.edition(e)
	view.People, view.Balance, view.Reason = people(balance.Entitled), balance.String(), plain(reason)
	return w.write(ctx, kind, key, view)
}

func (w *Writer) edition(e domain.Edition) EditionView {
	dates := w.dates()
	return EditionView{
		Publication: w.Publication, ID: e.ID, Slug: e.Slug(), Digest: e.Digest, Subject: plain(e.Subject),
		Due: dates.FullMoment(e.Due), DueShort: dates.Coming(e.Due), Late: !e.Due.After(w.Now()),
		Held: e.State == domain.EditionHeld, Buttons: w.buttons(e),
	}
}

func (w *Writer) buttons(e domain.Edition) *Buttons {
	if w.Mint == nil {
		return nil
	}
	server := w.Publication.Server
	return &Buttons{
		Hold: server + "/hold/" + w.Mint.Edition(token.Hold, e.ID), Send: server + "/send/" + w.Mint.Edition(token.Send, e.ID),
		Page: fmt.Sprintf("%s/admin/editions/%d", server, e.ID),
	}
}

// today is the date on which something is told at most once.
func (w *Writer) today() string { return w.Now().In(w.Publication.Zone).Format(time.DateOnly) }

// dates writes the publication's dates.
func (w *Writer) dates() *calendar.Calendar {
	return calendar.Of(w.Publication.Language, w.Publication.Zone)
}

func people(n int) string {
	if n == 1 {
		return "1 person"
	}
	return fmt.Sprintf("%d people", n)
}
