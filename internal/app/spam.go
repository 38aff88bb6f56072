package app

import (
	"bytes"
	"context"
	"fmt"
	netmail "net/mail"

	"marquee/internal/doctor"
	"marquee/internal/domain"
	"marquee/internal/web/admin"
)

// SpamVerdict asks the spam filter of this machine what it thinks of a preview as
// mail. Without one it is domain.ErrNotFound.
func (a *App) SpamVerdict(ctx context.Context, r domain.Rendition) (doctor.Verdict, error) {
	return a.judge(ctx, r, netmail.Address{Address: "patron@example.com"}, domain.Preferences{})
}

func (a *App) judge(ctx context.Context, r domain.Rendition, to netmail.Address, wish domain.Preferences) (doctor.Verdict, error) {
	if len(r.Form) == 0 {
		return doctor.Verdict{}, fmt.Errorf("%w: the public gets no mail: name a tier, a patron or readers", domain.ErrInvalid)
	}
	m, err := a.stamp(r, to, wish)
	if err != nil {
		return doctor.Verdict{}, err
	}
	return doctor.Judge(ctx, bytes.Join(m.Content, nil))
}

// Judge asks the spam filter of this machine about an edition as somebody gets it.
func (d *desk) Judge(ctx context.Context, w admin.Which, who admin.Reader) (doctor.Verdict, error) {
	r, err := d.rendition(ctx, w, who.Readers())
	if err != nil {
		return doctor.Verdict{}, err
	}
	return d.judge(ctx, r, netmail.Address{Name: who.Name, Address: who.Email}, who.Preferences)
}
