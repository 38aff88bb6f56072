package digest

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"html/template"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"marquee/internal/calendar"
	"marquee/internal/domain"
	"marquee/internal/sanitize"
	"marquee/templates"
)

// Rest is how long a correction waits before it goes out, for whoever sees at once
// what is wrong with it.
const Rest = 10 * time.Minute

// maxNote is how long a correction's note may be, in bytes. A correction of more is
// a piece of its own.
const maxNote = 10_000

// Correction is what an operator has to say about an edition that has gone out.
type Correction struct {
	Of   domain.EditionID
	Note string // Markdown: what was wrong, and what is right
	// Pieces of the edition are shown once more, as they are by now.
	Pieces []domain.ItemID
	Held   bool // until the operator lets it go; else it goes out after Rest
}

// Proof is a correction before it is made.
type Proof struct {
	Edition domain.Edition // as it would be stored, or is: then it has an ID
	Shown   []domain.Rendition
	Reach   Reach
}

// CorrectionView is what the templates of a correction see beside a View's frame.
type CorrectionView struct {
	Subject  string        // of the corrected letter, as its audience had it
	Date     string        // its day in full
	URL      string        // of its public copy; empty when there is none
	Note     template.HTML //nolint:forbidigo // a type; sanitize makes the values: what was wrong, and what is right
	NoteText string
}

// correcting is what a draft has that is a correction.
type correcting struct {
	corrected domain.Edition
	subjects  map[domain.Readers]string // of the corrected edition's letters
	note      template.HTML             //nolint:forbidigo // a type; sanitize makes the values
	text      string
}

// Correct makes a correction: for those who have the edition that it is about,
// still get the digest, and no more than their audience may see. It has no slot of
// its own and no items, so that the digest goes on as if there were none. The same
// words about the same edition are one correction, however often they are said:
// Correct returns the one there is. domain.ErrInvalid names what is wrong with the
// note or a piece; domain.ErrConflict says why the edition cannot be corrected.
func (c *Compiler) Correct(ctx context.Context, k Correction) (domain.Edition, error) {
	e, err := c.correct(ctx, k)
	if err != nil {
		return domain.Edition{}, fmt.Errorf("correct edition %d: %w", k.Of, err)
	}
	return e, nil
}

func (c *Compiler) correct(ctx context.Context, k Correction) (domain.Edition, error) {
	d, _, err := c.correction(ctx, k)
	if err != nil {
		return domain.Edition{}, err
	}
	if d.edition.ID != 0 {
		return d.edition, nil
	}
	frozen, err := c.frozenCorrection(ctx, d)
	if err != nil {
		return domain.Edition{}, err
	}
	if k.Held && frozen.Edition.State == domain.EditionFrozen {
		frozen.Edition.State, frozen.Edition.Reason = domain.EditionHeld, waits
	}
	e, err := c.cfg.Store.CreateEdition(ctx, frozen)
	if errors.Is(err, domain.ErrConflict) {
		return c.cfg.Store.EditionBySlot(ctx, d.edition.Digest, d.edition.Slot)
	}
	if err != nil {
		return domain.Edition{}, err
	}
	c.cfg.Log.InfoContext(ctx, "correction written", "digest", c.cfg.Digest.Name, "edition", int64(e.ID),
		"corrects", int64(e.Corrects), "state", string(e.State), "renditions", len(frozen.Renditions))
	return e, nil
}

// Proofread is a correction as it would be, with the letters of all who would get
// it, the public's copy first. It stores nothing.
func (c *Compiler) Proofread(ctx context.Context, k Correction) (Proof, error) {
	p, err := c.proofread(ctx, k)
	if err != nil {
		return Proof{}, fmt.Errorf("correct edition %d: %w", k.Of, err)
	}
	return p, nil
}

func (c *Compiler) proofread(ctx context.Context, k Correction) (Proof, error) {
	d, reach, err := c.correction(ctx, k)
	if err != nil {
		return Proof{}, err
	}
	p := Proof{Edition: d.edition, Reach: reach}
	if d.edition.ID != 0 {
		return p, nil
	}
	for _, a := range append([]domain.Audience{{}}, c.cfg.Policy.Recipients(c.cfg.Digest.To)...) {
		r, err := c.show(d, domain.Readers{Audience: a})
		if err != nil {
			return Proof{}, err
		}
		p.Shown = append(p.Shown, r.Rendition)
	}
	p.Edition.Subject = p.Shown[0].Subject
	return p, nil
}

// correction is a draft of a correction, and whom it reaches; with the ID of the one
// that says the same, if there is one.
func (c *Compiler) correction(ctx context.Context, k Correction) (*draft, Reach, error) {
	about, err := c.cfg.Store.Edition(ctx, k.Of)
	if err != nil {
		return nil, Reach{}, err
	}
	if about.Corrects != 0 {
		return nil, Reach{}, fmt.Errorf("%w: it is a correction itself: correct edition %d", domain.ErrConflict, about.Corrects)
	}
	k.Note = strings.TrimSpace(strings.ReplaceAll(k.Note, "\r\n", "\n")) // as browsers send it
	is := &correcting{corrected: about}
	if is.note, is.text, err = c.noted(k.Note); err != nil {
		return nil, Reach{}, err
	}
	now := c.cfg.Now().UTC()
	d := &draft{judged: now, correction: is, chosen: make([][]domain.Item, len(c.cfg.Sections)), edition: domain.Edition{
		Digest: about.Digest, Slot: about.Slot.Correction(k.key()), Corrects: about.ID, State: domain.EditionFrozen, Frozen: now, Due: now.Add(Rest),
	}}
	stored, err := c.cfg.Store.EditionBySlot(ctx, about.Digest, d.edition.Slot)
	if err == nil {
		d.edition = stored
	}
	if !errors.Is(err, domain.ErrNotFound) {
		return d, Reach{}, err
	}
	reach, err := c.reachOf(ctx, about)
	if err != nil {
		return nil, Reach{}, err
	}
	if err := c.showAgain(ctx, d, k.Pieces); err != nil {
		return nil, Reach{}, err
	}
	is.subjects, err = c.subjectsOf(ctx, about)
	return d, reach, err
}

// key stands for what a correction says.
func (k *Correction) key() string {
	sum := sha256.New()
	fmt.Fprintf(sum, "%s\x00%q", k.Note, slices.Sorted(slices.Values(k.Pieces))) // a hash.Hash's Write never fails
	return hex.EncodeToString(sum.Sum(nil))[:10]
}

// noted makes a note publishable.
func (c *Compiler) noted(note string) (template.HTML, string, error) { //nolint:forbidigo // a type; sanitize makes the value
	switch {
	case note == "":
		return "", "", fmt.Errorf("%w note: it is empty: write what was wrong, and what is right", domain.ErrInvalid)
	case len(note) > maxNote:
		return "", "", fmt.Errorf("%w note: it has %d bytes, more than %d: write less, and link to the rest", domain.ErrInvalid, len(note), maxNote)
	case !utf8.ValidString(note):
		return "", "", fmt.Errorf("%w note: it is not in UTF-8: save it as such", domain.ErrInvalid)
	}
	html := sanitize.Markdown(note, c.cfg.Publication.Server)
	text := sanitize.Linked(html)
	if text == "" {
		return "", "", fmt.Errorf("%w note: nothing in it can be shown: write what was wrong, and what is right, in words", domain.ErrInvalid)
	}
	return sanitize.Trusted(html), text, nil
}

// showAgain chooses pieces of the corrected edition, each for the first section
// that would show it if it were news.
func (c *Compiler) showAgain(ctx context.Context, d *draft, pieces []domain.ItemID) error {
	var rest []domain.Item
	for _, id := range pieces {
		it, err := c.cfg.Store.Item(ctx, id)
		switch {
		case err != nil:
			return fmt.Errorf("piece %s: %w", id, err)
		case !slices.Contains(d.correction.corrected.Items, id):
			return fmt.Errorf("%w piece %q: it is not in the edition", domain.ErrInvalid, it.FullTitle())
		case !it.Withdrawn.IsZero():
			return fmt.Errorf("%w piece %q: its source has taken it back", domain.ErrInvalid, it.FullTitle())
		}
		rest = append(rest, it)
	}
	s := &sieve{due: d.edition.Due, period: c.cfg.Period}
	for i, b := range c.cfg.Sections {
		if t := b.Traits(); t.Again || t.Aside {
			continue
		}
		choice := b.Choose(c.week(d, s, rest))
		for _, p := range choice.Passed { // too few or too many for an edition
			choice.Items = append(choice.Items, p.Item)
		}
		d.chosen[i] = choice.Items
		rest = slices.DeleteFunc(rest, func(it domain.Item) bool {
			return slices.ContainsFunc(choice.Items, func(had domain.Item) bool { return had.ID == it.ID })
		})
	}
	if len(rest) > 0 {
		return fmt.Errorf("%w piece %q: no section shows such pieces by now: leave it away, and say it in the note", domain.ErrInvalid, rest[0].FullTitle())
	}
	return nil
}

// subjectsOf are an edition's subjects as its readers had them: one says no more
// than its audience may see.
func (c *Compiler) subjectsOf(ctx context.Context, e domain.Edition) (map[domain.Readers]string, error) {
	all, err := c.readers(ctx, c.cfg.Policy.Recipients(c.cfg.Digest.To))
	if err != nil {
		return nil, err
	}
	subjects := map[domain.Readers]string{}
	for _, to := range append(all, domain.Readers{}) {
		r, err := c.cfg.Store.Rendition(ctx, e.ID, to)
		if err != nil && !errors.Is(err, domain.ErrNotFound) {
			return nil, err
		}
		subjects[to] = cmp.Or(r.Subject, e.Subject) // which is the public's
	}
	return subjects, nil
}

// frozenCorrection renders a correction for everybody who can get one, and for the
// public.
func (c *Compiler) frozenCorrection(ctx context.Context, d *draft) (NewEdition, error) {
	public, err := c.publicCopy(d)
	if err != nil {
		return NewEdition{}, err
	}
	d.edition.Subject = public.Subject
	return c.letters(ctx, d, public)
}

// correctionView makes a view that of a correction.
func (c *Compiler) correctionView(v View, is *correcting, dates *calendar.Calendar) View {
	to := domain.Readers{Audience: v.Audience, Dates: v.DatesIn}
	v.Correction = &CorrectionView{
		Subject: cmp.Or(is.subjects[to], is.subjects[domain.Readers{Audience: v.Audience}]), Date: dates.Full(is.corrected.Slot.Date()), Note: is.note, NoteText: is.text,
	}
	if is.corrected.State == domain.EditionDone { // the rest of another is nobody's business
		v.Correction.URL = c.links(&is.corrected).Web
	}
	for i := range v.Sections {
		v.Sections[i].Title = "" // it is no news
	}
	v.Preheader = truncated(strings.Join(strings.Fields(is.text), " "), maxPreheader)
	subject, err := execute(c.cfg.Templates.Text, templates.CorrectionSubject, v)
	if err != nil {
		c.cfg.Log.Warn("subject could not be made", "digest", c.cfg.Digest.Name, "audience", v.Audience.Key(), "err", err)
	}
	v.Subject = cmp.Or(strings.Join(strings.Fields(subject), " "), "Correction: "+v.Correction.Subject)
	return v
}
