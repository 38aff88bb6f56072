package delivery

import (
	"fmt"
	netmail "net/mail"

	"marquee/internal/domain"
	"marquee/internal/mail"
	"marquee/internal/token"
)

// press makes patrons' copies of one edition.
type press struct {
	edition domain.Edition
	forms   map[domain.Audience]*mail.Form
	cfg     Config
}

func newPress(cfg Config, e domain.Edition, renditions map[domain.Audience]domain.Rendition) (*press, error) {
	p := &press{edition: e, forms: map[domain.Audience]*mail.Form{}, cfg: cfg}
	for audience, rendition := range renditions {
		if len(rendition.Form) == 0 { // a copy for the web only
			continue
		}
		form, err := mail.ParseForm(rendition.Form)
		if err != nil {
			return nil, fmt.Errorf("rendition for %s: %w", audience.Label(), err)
		}
		p.forms[audience] = form
	}
	return p, nil
}

// print is one patron's copy. It depends on the delivery alone, never on the
// attempt: a repeated copy is recognised by its Message-ID and Date.
func (p *press) print(c Claim) (mail.Message, error) {
	form := p.forms[c.Audience]
	if form == nil {
		return mail.Message{}, fmt.Errorf("no rendition for %s: %w", c.Audience.Label(), domain.ErrNotFound)
	}
	to, err := mail.Mailbox(c.Email)
	if err != nil {
		return mail.Message{}, err
	}
	who := domain.Patron{Name: c.Name}
	unsubscribe := p.cfg.Server + "/u/" + p.cfg.Mint.Make(token.Unsubscribe, c.Patron)
	data, err := form.Stamp(mail.Stamp{
		To:          netmail.Address{Name: c.Name, Address: c.Email},
		MessageID:   mail.MessageID(p.cfg.Key, p.edition.Slug(), c.Patron, p.cfg.Domain),
		Date:        p.edition.Started,
		Unsubscribe: unsubscribe,
		Values: map[mail.Slot]string{
			mail.SlotName:        who.FirstName(),
			mail.SlotUnsubscribe: unsubscribe,
		},
	})
	return mail.Message{From: p.cfg.From, To: to, Data: data}, err
}
