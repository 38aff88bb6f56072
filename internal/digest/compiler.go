package digest

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"text/template"
	"time"

	"marquee/internal/calendar"
	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/entitle"
	"marquee/templates"
)

// week is how far back an edition looks when Config does not say.
const week = 7 * 24 * time.Hour

// Config is what a Compiler works with.
type Config struct {
	Digest      config.Digest
	Sections    []Block // made from Digest.Sections, in their order
	Publication domain.Publication
	Policy      *entitle.Policy
	Store       Store
	Compose     Composer
	Templates   *templates.Mail
	Marks       Marks
	Objection   string        // why its editions are held, whatever is in them; may be empty
	Period      time.Duration // how old an item may be at its edition's slot; 0 is a week
	Now         func() time.Time
	Log         *slog.Logger
}

// Letter is one audience's mail before it is composed. HTML and Text hold the
// Marks where each patron's copy differs; without HTML it is of text alone.
type Letter struct {
	Edition  domain.Edition // without ID
	Audience domain.Audience
	Subject  string
	HTML     string
	Text     string
}

// Composer makes a letter into the form that is stamped for each patron.
type Composer func(Letter) ([]byte, error)

// Compiler compiles the editions of one digest.
type Compiler struct {
	cfg     Config
	dates   *calendar.Calendar // the publication's
	subject *template.Template // nil for the default subject
}

// New checks that the digest's subject parses and that every section has its
// templates.
func New(cfg Config) (*Compiler, error) {
	c := &Compiler{cfg: cfg, dates: calendar.Of(cfg.Publication.Language, cfg.Publication.Zone)}
	if c.cfg.Period <= 0 {
		c.cfg.Period = week
	}
	for i, s := range cfg.Sections {
		if file := cfg.Templates.Missing(s.Traits().Layout); file != "" {
			return nil, fmt.Errorf("%w digests.%s.sections[%d]: templates lack mail/%s", domain.ErrInvalid, cfg.Digest.Name, i, file)
		}
	}
	if cfg.Digest.Subject == "" {
		return c, nil
	}
	subject, err := template.New("subject").Parse(cfg.Digest.Subject)
	if err != nil {
		return nil, fmt.Errorf("%w digests.%s.subject: %w", domain.ErrInvalid, cfg.Digest.Name, err)
	}
	c.subject = subject
	if err := checkSubject(subject, cfg.Templates.Layouts()); err != nil {
		return nil, fmt.Errorf("%w digests.%s.subject: %w", domain.ErrInvalid, cfg.Digest.Name, err)
	}
	return c, nil
}

// Compile freezes the edition of a slot, together with one delivery for every
// entitled patron. A slot that has its edition keeps it: Compile returns it as
// it is, whoever made it. An edition without items is stored as skipped unless
// the digest sends empty ones.
func (c *Compiler) Compile(ctx context.Context, slot domain.Slot) (domain.Edition, error) {
	e, err := c.compile(ctx, slot)
	if err != nil {
		return domain.Edition{}, fmt.Errorf("compile %s of %s: %w", c.cfg.Digest.Name, slot, err)
	}
	return e, nil
}

func (c *Compiler) compile(ctx context.Context, slot domain.Slot) (domain.Edition, error) {
	stored, err := c.cfg.Store.EditionBySlot(ctx, c.cfg.Digest.Name, slot)
	if !errors.Is(err, domain.ErrNotFound) {
		return stored, err
	}
	d, err := c.draft(ctx, slot)
	if err != nil {
		return domain.Edition{}, err
	}
	frozen, err := c.freeze(ctx, d)
	if err != nil {
		return domain.Edition{}, err
	}
	e, err := c.cfg.Store.CreateEdition(ctx, frozen)
	if errors.Is(err, domain.ErrConflict) {
		return c.cfg.Store.EditionBySlot(ctx, c.cfg.Digest.Name, slot)
	}
	if err != nil {
		return domain.Edition{}, err
	}
	c.cfg.Log.InfoContext(ctx, "edition compiled", "digest", c.cfg.Digest.Name, "edition", int64(e.ID),
		"state", string(e.State), "items", len(e.Items), "left_out", len(d.left), "renditions", len(frozen.Renditions))
	return e, nil
}

// freeze renders a draft for every audience that can receive it, empty ones
// too, since people move between tiers before it is sent; once more for each
// language of dates that somebody of it wants; and for the public, as the copy on
// the web.
func (c *Compiler) freeze(ctx context.Context, d *draft) (NewEdition, error) {
	public, err := c.publicCopy(d)
	if err != nil {
		return NewEdition{}, err
	}
	d.edition.Subject = public.Subject
	if c.settle(d); d.edition.State == domain.EditionSkipped {
		return NewEdition{Edition: d.edition}, nil
	}
	return c.letters(ctx, d, public)
}

// letters are the renditions of a draft for all who can receive it, beside the
// public's.
func (c *Compiler) letters(ctx context.Context, d *draft, public domain.Rendition) (NewEdition, error) {
	frozen := NewEdition{
		Edition:    d.edition,
		Renditions: []domain.Rendition{public},
		Recipients: c.cfg.Policy.Recipients(c.cfg.Digest.To),
	}
	all, err := c.readers(ctx, frozen.Recipients)
	if err != nil {
		return NewEdition{}, err
	}
	for _, readers := range all {
		r, err := c.rendition(d, readers)
		if err != nil {
			return NewEdition{}, err
		}
		frozen.Renditions = append(frozen.Renditions, r)
	}
	frozen.Edition = d.edition // which may be held
	return frozen, nil
}

// waits is why an edition is held that is right, where the digest wants approval.
const waits = "waits for your word"

// readers are all who get an edition in a form of their own: each audience as the
// publication writes dates, and in every other language that is wanted there.
func (c *Compiler) readers(ctx context.Context, recipients []domain.Audience) ([]domain.Readers, error) {
	wishes, err := c.cfg.Store.Wishes(ctx, recipients)
	if err != nil {
		return nil, err
	}
	var all []domain.Readers
	for _, a := range recipients {
		all = append(all, domain.Readers{Audience: a})
	}
	for _, w := range wishes {
		if w.Dates = c.dates.Wish(w.Dates); !slices.Contains(all, w) {
			all = append(all, w)
		}
	}
	return all, nil
}

// settle decides whether a draft is an edition, or nothing worth a letter.
func (c *Compiler) settle(d *draft) {
	if d.empty && c.cfg.Digest.WhenEmpty != config.WhenEmptySend {
		d.edition.State, d.edition.Reason = domain.EditionSkipped, "nothing new"
		return
	}
	switch {
	case c.cfg.Objection != "":
		d.hold(c.cfg.Objection)
	case len(d.missing) > 0 && c.cfg.Digest.WhenMissing == config.WhenMissingHold:
		d.hold("something is missing: " + strings.Join(d.missing, ", "))
	case c.cfg.Digest.Approval == config.ApprovalWait:
		d.hold(waits)
	}
}

// Missing is what the edition of a slot still waits for at this moment; nothing
// once it is frozen.
func (c *Compiler) Missing(ctx context.Context, slot domain.Slot) ([]string, error) {
	_, err := c.cfg.Store.EditionBySlot(ctx, c.cfg.Digest.Name, slot)
	if !errors.Is(err, domain.ErrNotFound) {
		return nil, err
	}
	d, err := c.draft(ctx, slot)
	if err != nil {
		return nil, fmt.Errorf("look for what %s of %s waits for: %w", c.cfg.Digest.Name, slot, err)
	}
	return d.missing, nil
}

// Preview renders the edition of a slot as far as it can be foreseen: with what is
// there at this moment, and as much of it as audiences may see when it freezes. It
// stores nothing. Where patrons' copies differ it shows a
// patron called Alex. The public's Preview is the copy on the web.
func (c *Compiler) Preview(ctx context.Context, slot domain.Slot, to domain.Readers) (domain.Rendition, error) {
	r, err := c.preview(ctx, slot, to)
	if err != nil {
		return domain.Rendition{}, fmt.Errorf("preview %s of %s for %s: %w", c.cfg.Digest.Name, slot, to.Key(), err)
	}
	return r, nil
}

func (c *Compiler) preview(ctx context.Context, slot domain.Slot, to domain.Readers) (domain.Rendition, error) {
	d, err := c.foreseen(ctx, slot)
	if err != nil {
		return domain.Rendition{}, err
	}
	shown, err := c.show(d, to)
	return shown.Rendition, err
}
