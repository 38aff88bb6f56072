package app

import (
	"fmt"
	netmail "net/mail"
	"net/netip"
	"net/url"

	"marquee/internal/config"
	"marquee/internal/delivery"
	"marquee/internal/dkim"
	"marquee/internal/domain"
	"marquee/internal/mail"
)

// post is how mail leaves: what planMail makes of mail's keys.
type post struct {
	from     netmail.Address
	replyTo  netmail.Address
	operator netmail.Address
	relays   []delivery.Relay
	domains  map[string]delivery.Limits
	keys     []dkim.Key
	signer   *dkim.Signer // with keys; nil signs nothing
}

func (p *planner) planMail() {
	p.from = p.mailbox("mail.from", p.cfg.Mail.From)
	p.replyTo = p.mailbox("mail.reply_to", p.cfg.Mail.ReplyTo)
	p.operator = p.mailbox("mail.operator", p.cfg.Mail.Operator)
	p.errs.Add(p.checkServer())
	for i, r := range p.cfg.Mail.Relays {
		p.planRelay(i, r)
	}
	p.domains = map[string]delivery.Limits{}
	for name, limits := range p.cfg.Mail.Domains {
		p.domains[name] = delivery.Limits(limits)
	}
	p.planSigner()
}

func (p *planner) planRelay(i int, r config.Relay) {
	for _, kind := range transports() {
		if kind.Name != r.Transport {
			continue
		}
		transport, err := kind.New(mail.Env{Log: p.env.Log, Now: p.env.Now}, r.Options)
		p.errs.Add(err)
		p.relays = append(p.relays, delivery.Relay{Name: r.Name, Transport: transport, Limits: delivery.Limits(r.Limits)})
		return
	}
	key := "mail.transport"
	if i > 0 {
		key = fmt.Sprintf("mail.spares.[%d].transport", i-1)
	}
	p.errs.Add(p.cfg.Errorf(key, "no transport is called %q: write one of %s", r.Transport, names(transports(), func(k mail.Kind) string { return k.Name })))
}

// planSigner reads the keys that sign letters in the name of the sender's
// domain, as DMARC's alignment wants it.
func (p *planner) planSigner() {
	for i, k := range p.cfg.Mail.DKIM {
		private, err := dkim.ParseKey([]byte(k.Key.Reveal()))
		if err != nil {
			p.errs.Add(p.cfg.Errorf(fmt.Sprintf("mail.dkim.[%d].key", i), "%w: make one with marquee mail key", err))
			continue
		}
		p.keys = append(p.keys, dkim.Key{Selector: k.Selector, Private: private})
	}
	if len(p.keys) == 0 || p.from.Address == "" {
		return
	}
	signer, err := dkim.New(domain.HostOf(p.from.Address), p.keys)
	if err != nil {
		p.errs.Add(p.cfg.Errorf("mail.dkim", "%w", err))
	}
	p.signer = signer
}

// mailbox reads an address with an optional name; an empty one stays empty.
func (p *planner) mailbox(key, text string) netmail.Address {
	if text == "" {
		return netmail.Address{}
	}
	a, err := netmail.ParseAddress(text)
	if err != nil {
		p.errs.Add(p.cfg.Errorf(key, "%q is no address: write Mara Ellison <digest@example.com>", text))
		return netmail.Address{}
	}
	return *a
}

// checkServer refuses to mail links that mail programs cannot use: one-click
// unsubscription is over https (RFC 8058 §3.1). Loopback is for trying out.
func (p *planner) checkServer() error {
	u, err := url.Parse(p.cfg.Publication.Server)
	if err != nil || u.Scheme == "https" {
		return err
	}
	host := u.Hostname()
	if ip, err := netip.ParseAddr(host); host == "localhost" || err == nil && ip.IsLoopback() {
		return nil
	}
	return p.cfg.Errorf("server.url", "%s: mail programs unsubscribe over https only: write https://…", p.cfg.Publication.Server)
}
