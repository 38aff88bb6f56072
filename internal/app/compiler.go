package app

import (
	"context"
	"fmt"
	"time"

	"marquee/internal/config"
	"marquee/internal/digest"
	"marquee/internal/domain"
	"marquee/internal/mail"
	"marquee/templates"
)

// freezer freezes the editions of one digest.
type freezer struct {
	*App
	digest config.Digest
}

// Compile makes the edition with the operator's templates as they are at this
// moment, as its previews did. Templates that have gone wrong since the start keep
// no edition from being made: it is made with those of the start, and held until
// somebody has looked.
func (f freezer) Compile(ctx context.Context, slot domain.Slot) (domain.Edition, error) {
	c, err := f.current(f.digest, f.env.Now)
	if err != nil {
		f.env.Log.ErrorContext(ctx, "templates not usable", "digest", f.digest.Name, "err", err)
		c, err = f.compiler(f.digest, f.templates.Mail, f.env.Now, fmt.Sprintf("made with the templates as they were before: %v", err))
	}
	if err != nil {
		return domain.Edition{}, err
	}
	return c.Compile(ctx, slot)
}

// Missing is what the edition of a slot still waits for, whatever its templates say.
func (f freezer) Missing(ctx context.Context, slot domain.Slot) ([]string, error) {
	c, err := f.compiler(f.digest, f.templates.Mail, f.env.Now, "")
	if err != nil {
		return nil, err
	}
	return c.Missing(ctx, slot)
}

// current is a digest's compiler with the operator's templates as they are at this
// moment. Its error is domain.ErrInvalid and says what is wrong with them.
func (a *App) current(d config.Digest, now func() time.Time) (*digest.Compiler, error) {
	if a.cfg.Templates == "" {
		return a.compiler(d, a.templates.Mail, now, "")
	}
	set, err := a.readTemplates()
	if err != nil {
		return nil, fmt.Errorf("%w templates: %w", domain.ErrInvalid, err)
	}
	return a.compiler(d, set.Mail, now, "")
}

// compiler is a digest's compiler; with an objection, its editions are held.
func (a *App) compiler(d config.Digest, look *templates.Mail, now func() time.Time, objection string) (*digest.Compiler, error) {
	return digest.New(digest.Config{
		Digest: d, Sections: a.sections[d.Name], Publication: a.cfg.Publication, Policy: a.policy,
		Store: a.shown, Compose: a.compose(d), Templates: look, Objection: objection,
		Marks: digest.Marks{
			Name: a.marks.Of(mail.SlotName), Unsubscribe: a.marks.Of(mail.SlotUnsubscribe),
			Manage: a.marks.Of(mail.SlotManage), View: a.marks.Of(mail.SlotView),
		},
		Period: d.Period, Now: now, Log: a.env.Log,
	})
}

// compose makes a digest's letters into mail.
func (a *App) compose(d config.Digest) digest.Composer {
	return func(l digest.Letter) ([]byte, error) {
		form, err := mail.Compose(mail.Letter{
			From: a.from, ReplyTo: a.replyTo, Subject: l.Subject, HTML: l.HTML, Text: l.Text, Marks: a.marks,
			List:       mail.ListID{Phrase: d.Title, ID: d.Name + "." + domain.HostOf(a.from.Address)},
			FeedbackID: l.Edition.Slug() + ":" + l.Audience.Key() + ":" + d.Name + ":marquee",
			Language:   a.cfg.Publication.Language,
		})
		if err != nil {
			return nil, err
		}
		return form.MarshalBinary()
	}
}
