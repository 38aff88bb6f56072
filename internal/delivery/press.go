package delivery

import (
	"cmp"
	"fmt"
	netmail "net/mail"

	"marquee/internal/dkim"
	"marquee/internal/domain"
	"marquee/internal/mail"
	"marquee/internal/token"
)

// Sender is in whose name copies leave, and what their addresses are made of.
type Sender struct {
	From   string // envelope sender where nothing comes back by mail
	Domain string // right side of Message-IDs
	Server string // where unsubscribe addresses point, without a slash at the end
	Key    []byte // makes Message-IDs unguessable
	Mint   *token.Mint
	Signer *dkim.Signer // nil signs nothing
	// Return is the address that mail comes back to, tokens being added to its
	// local part; empty when nothing does.
	Return domain.Plus
}

// press makes patrons' copies of one edition.
type press struct {
	Sender
	edition domain.Edition
	forms   map[domain.Audience]*mail.Form
}

func newPress(s Sender, e domain.Edition, renditions map[domain.Audience]domain.Rendition) (*press, error) {
	p := &press{Sender: s, edition: e, forms: map[domain.Audience]*mail.Form{}}
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
	return form.Stamp(p.stamp(c), p.Signer)
}

func (p *press) stamp(c Claim) mail.Stamp {
	who := domain.Patron{Name: c.Name}
	s := mail.Stamp{
		ReturnPath:  p.From,
		To:          netmail.Address{Name: c.Name, Address: c.Email},
		MessageID:   mail.MessageID(p.Key, p.edition.Slug(), c.Patron, p.Domain),
		Date:        p.edition.Started,
		Unsubscribe: p.Server + "/u/" + p.Mint.Make(token.Unsubscribe, c.Patron),
	}
	s.Values = map[mail.Slot]string{
		mail.SlotName: cmp.Or(c.Called, who.FirstName()), mail.SlotUnsubscribe: s.Unsubscribe,
		mail.SlotManage: p.Server + "/p/" + p.Mint.Make(token.Manage, c.Patron),
		mail.SlotView:   p.Server + "/e/" + p.Mint.View(p.edition.ID, c.Patron),
	}
	if p.Return != "" {
		s.ReturnPath = p.Return.With(p.Mint.Return(p.edition.ID, c.Patron))
		s.UnsubscribeMail = p.Return.With(p.Mint.Mailbox(token.Unsubscribe, c.Patron))
	}
	return s
}
