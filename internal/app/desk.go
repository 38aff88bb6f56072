package app

import (
	"context"
	"fmt"
	netmail "net/mail"
	"time"

	"marquee/internal/config"
	"marquee/internal/digest"
	"marquee/internal/domain"
	"marquee/internal/gather"
	"marquee/internal/operator"
	"marquee/internal/schedule"
	"marquee/internal/token"
	"marquee/internal/web"
	"marquee/internal/web/admin"
)

// SetPassword makes a password the operator's, and ends every session of theirs.
func (a *App) SetPassword(ctx context.Context, password string) error {
	return a.keeper().SetPassword(ctx, password)
}

// buttons signs the links of notices to the operator; nil when nobody serves them.
func (a *App) buttons() *token.Mint {
	if a.cfg.Admin.Access == config.AdminOff {
		return nil
	}
	return a.mint
}

func (a *App) keeper() *operator.Keeper { return &operator.Keeper{Store: a.store, Now: a.env.Now} }

// adminPages are the operator's own pages.
func (a *App) adminPages() admin.Pages {
	return admin.Pages{
		Publication: a.cfg.Publication, Digests: a.cfg.Digests, Sources: a.sourceNames(), Rosters: a.Rosters(), Audiences: a.seenBy,
		Access: a.cfg.Admin, Proxies: web.Proxies(a.cfg.Server.Proxies), Operator: a.keeper(), Notified: a.operator.Address,
		Store: a.store, Desk: &desk{App: a}, Mint: a.mint, Templates: a.templates.Web, Now: a.env.Now,
	}
}

// sourceNames are the configured sources' names.
func (a *App) sourceNames() []string {
	all := make([]string, len(a.cfg.Sources))
	for i, s := range a.cfg.Sources {
		all[i] = s.Name
	}
	return all
}

// seenBy are the public and whoever gets a digest, who sees the most last.
func (a *App) seenBy(digest string) []domain.Audience {
	d, err := a.digestNamed(digest)
	if err != nil { // it has left the configuration
		return a.policy.Audiences()
	}
	return append([]domain.Audience{{}}, a.policy.Recipients(d.To)...)
}

// HoldEdition stops an edition from going out, or on: no letter of it begins
// afterwards.
func (a *App) HoldEdition(ctx context.Context, id domain.EditionID) error {
	from := []domain.EditionState{domain.EditionFrozen, domain.EditionSending}
	return a.store.SetEditionState(ctx, id, from, domain.EditionHeld, "by the operator")
}

// SendEdition sends an edition at once, whether it waits for its time or is held.
// domain.ErrConflict when there is an objection to it, or when it is neither.
func (a *App) SendEdition(ctx context.Context, id domain.EditionID) error {
	e, err := a.store.Edition(ctx, id)
	if err != nil {
		return err
	}
	if e.State == domain.EditionHeld {
		if err := a.ReleaseEdition(ctx, id, false); err != nil {
			return err
		}
	}
	return a.store.SetEditionState(ctx, id, []domain.EditionState{domain.EditionFrozen}, domain.EditionSending, "")
}

// CancelEdition never sends what has not been sent of an edition.
func (a *App) CancelEdition(ctx context.Context, id domain.EditionID) error {
	from := []domain.EditionState{domain.EditionFrozen, domain.EditionHeld, domain.EditionSending}
	return a.store.SetEditionState(ctx, id, from, domain.EditionCancelled, "by the operator")
}

// desk is where editions are looked at before they go out: with the operator's
// templates as they are at this moment, and as of the edition's freeze.
type desk struct {
	*App
	watch watch
}

// Outlook tells what the edition of a slot will be if nothing changes before it
// closes: what settles or is published until then is in it.
func (d *desk) Outlook(ctx context.Context, name string, slot domain.Slot) (digest.Report, error) {
	c, err := d.foresee(name, slot)
	if err != nil {
		return digest.Report{}, err
	}
	return d.report(ctx, c, slot)
}

// foresee is a compiler that works as if a slot's edition froze now, if that is
// still to come.
func (d *desk) foresee(name string, slot domain.Slot) (*digest.Compiler, error) {
	cfg, err := d.digestNamed(name)
	if err != nil {
		return nil, err
	}
	close := schedule.Instant(slot, d.Zone()).Add(-cfg.Cutoff)
	return d.current(cfg, func() time.Time { return later(d.env.Now(), close) })
}

// RemakeEdition makes a held edition anew, of which nothing has left.
func (d *desk) RemakeEdition(ctx context.Context, id domain.EditionID) error {
	_, err := d.App.RemakeEdition(ctx, id)
	return err
}

func (a *App) digestNamed(name string) (config.Digest, error) {
	for _, d := range a.cfg.Digests {
		if d.Name == name {
			return d, nil
		}
	}
	return config.Digest{}, fmt.Errorf("digest %q: %w in the configuration", name, domain.ErrNotFound)
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// rendition is an edition for some readers, as it is stored or as it will be.
func (d *desk) rendition(ctx context.Context, w admin.Which, to domain.Readers) (domain.Rendition, error) {
	if w.Edition != 0 {
		return d.store.Rendition(ctx, w.Edition, to)
	}
	c, err := d.foresee(w.Digest, w.Slot)
	if err != nil {
		return domain.Rendition{}, err
	}
	return c.Preview(ctx, w.Slot, to)
}

// Letter is an edition as somebody gets it.
func (d *desk) Letter(ctx context.Context, w admin.Which, who admin.Reader) (admin.Letter, error) {
	r, err := d.rendition(ctx, w, who.Readers())
	if err != nil {
		return admin.Letter{}, err
	}
	return d.Proof(r, netmail.Address{Name: who.Name, Address: who.Email}, who.Preferences)
}

// Test sends the operator the letter of somebody's audience, as they wish it; it
// counts nowhere.
func (d *desk) Test(ctx context.Context, w admin.Which, who admin.Reader) error {
	r, err := d.rendition(ctx, w, who.Readers())
	if err != nil {
		return err
	}
	if len(r.Form) == 0 {
		return fmt.Errorf("%w request: %s gets no mail", domain.ErrInvalid, who.Label())
	}
	if who.Plain && len(r.Plain) > 0 {
		r.Form = r.Plain
	}
	return d.SendTest(ctx, r, d.operator)
}

// Gather reads a source at once.
func (d *desk) Gather(ctx context.Context, source string) (gather.Report, error) {
	return d.work().Gather(ctx, source)
}

// ResendMissed sends an edition to those who did not get it.
func (d *desk) ResendMissed(ctx context.Context, id domain.EditionID) (int, error) {
	return d.store.ResendMissed(ctx, id)
}
