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
	forms   map[variant]*mail.Form
}

// variant is all that a copy's form hangs on.
type variant struct {
	domain.Readers
	plain bool
}

func newPress(s Sender, e domain.Edition, renditions []domain.Rendition) (*press, error) {
	p := &press{Sender: s, edition: e, forms: map[variant]*mail.Form{}}
	for _, r := range renditions {
		for v, data := range map[variant][]byte{{r.Readers, false}: r.Form, {r.Readers, true}: r.Plain} {
			if len(data) == 0 { // a copy for the web only
				continue
			}
			form, err := mail.ParseForm(data)
			if err != nil {
				return nil, fmt.Errorf("rendition for %s: %w", r.Label(), err)
			}
			p.forms[v] = form
		}
	}
	return p, nil
}

// form is what a claim's copy is stamped from: the nearest there is to what its
// patron wants. Nobody goes without a letter because its dates are in another
// language, or because it was frozen before there were letters of text alone.
func (p *press) form(c *Claim) *mail.Form {
	for _, v := range [...]variant{
		{domain.Readers{Audience: c.Audience, Dates: c.Dates}, c.Plain},
		{domain.Readers{Audience: c.Audience}, c.Plain},
		{domain.Readers{Audience: c.Audience}, false},
	} {
		if form := p.forms[v]; form != nil {
			return form
		}
	}
	return nil
}

// print is one patron's copy. It depends on the delivery alone, never on the
// attempt: a repeated copy is recognised by its Message-ID and Date.
func (p *press) print(c Claim) (mail.Message, error) {
	form := p.form(&c)
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
	if p.edition.Corrects != 0 { // it stands beside the letter that it is about
		s.InReplyTo = mail.MessageID(p.Key, p.edition.Corrected(), c.Patron, p.Domain)
	}
	if p.Return != "" {
		s.ReturnPath = p.Return.With(p.Mint.Return(p.edition.ID, c.Patron))
		s.UnsubscribeMail = p.Return.With(p.Mint.Mailbox(token.Unsubscribe, c.Patron))
	}
	return s
}
