package notice

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"strings"
	"time"
	"unicode"

	"marquee/internal/domain"
	"marquee/internal/token"
	"marquee/templates"
)

// Writer makes notices of what the operator must hear of. Each is written once,
// however often it is asked for.
type Writer struct {
	Store       Store
	Operator    netmail.Address // nobody is told anything when its Address is empty
	Publication domain.Publication
	Templates   *templates.Mail
	Mint        *token.Mint // signs buttons; nil makes none
	Now         func() time.Time
	Log         *slog.Logger
}

// Check makes a notice of each kind and stores none, so that a template that
// cannot be used is found in time: domain.ErrInvalid.
func (w *Writer) Check() error {
	edition, pause := w.edition(domain.Edition{}), w.pause(Pause{})
	for kind, view := range map[domain.NoticeKind]any{
		domain.NoticeFrozen: edition, domain.NoticeHeld: edition, domain.NoticeSkipped: edition, domain.NoticeWithdrawn: edition, domain.NoticePaused: pause,
		domain.NoticeMissed: w.missed(Missed{Digest: "digest", Slots: []domain.Slot{""}, Next: "2006-01-02T15:04"}),
		domain.NoticeBraked: w.roster("", ""), domain.NoticeItems: w.items("", 0), domain.NoticeClock: w.clock(""),
		domain.NoticeLinks: PersonView{}, domain.NoticeConfirm: PersonView{}, domain.NoticeFeeds: FeedsView{},
	} {
		if _, _, err := w.words(kind, view); err != nil {
			return err
		}
		if _, err := w.page(kind, view); err != nil {
			return err
		}
	}
	return nil
}

// write stores a notice to the operator, unless there is one of that key.
func (w *Writer) write(ctx context.Context, kind domain.NoticeKind, key string, view any) error {
	return w.writeTo(ctx, w.Operator, kind, key, view)
}

// writeTo stores a notice to somebody, unless there is one of that key.
func (w *Writer) writeTo(ctx context.Context, to netmail.Address, kind domain.NoticeKind, key string, view any) error {
	subject, text, err := w.words(kind, view)
	if err != nil {
		return err
	}
	html, err := w.page(kind, view)
	if err != nil {
		return err
	}
	id, err := w.Store.CreateNotice(ctx, domain.Notice{
		Kind: kind, Key: key, To: to, Subject: subject, Text: text, HTML: html, Created: w.Now(),
	})
	switch {
	case errors.Is(err, domain.ErrConflict):
		return nil
	case err != nil:
		return fmt.Errorf("write notice: %w", err)
	}
	w.Log.InfoContext(ctx, "notice written", "notice", int64(id), "kind", string(kind))
	return nil
}

// words are the subject and the text that a kind's template makes of a view.
func (w *Writer) words(kind domain.NoticeKind, view any) (subject, text string, err error) {
	name := templates.NoticeText(kind)
	var b strings.Builder
	if err := w.Templates.Text.ExecuteTemplate(&b, name, view); err != nil {
		return "", "", fmt.Errorf("write notice: %w: %w", domain.ErrInvalid, err)
	}
	first, rest, _ := strings.Cut(b.String(), "\n")
	subject, ok := strings.CutPrefix(first, "Subject: ")
	text = strings.TrimSpace(rest) + "\n"
	if !ok || plain(subject) == "" || text == "\n" {
		return "", "", fmt.Errorf(`write notice: %w: mail/%s must begin with "Subject: " and hold a text below`, domain.ErrInvalid, name)
	}
	return plain(subject), text, nil
}

// page is the HTML that a kind's template makes of a view; "" for a kind without.
func (w *Writer) page(kind domain.NoticeKind, view any) (string, error) {
	t := w.Templates.HTML.Lookup(templates.NoticeHTML(kind))
	if t == nil {
		return "", nil
	}
	var b strings.Builder
	if err := t.Execute(&b, view); err != nil {
		return "", fmt.Errorf("write notice: %w: %w", domain.ErrInvalid, err)
	}
	return b.String(), nil
}

// plain is a stranger's text on one line, with nothing in it that a header or a
// terminal would take for a command.
func plain(text string) string {
	parts := strings.FieldsFunc(strings.ToValidUTF8(text, "\uFFFD"), func(r rune) bool {
		return unicode.IsSpace(r) || unicode.IsControl(r)
	})
	return strings.Join(parts, " ")
}
