package app

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"

	"marquee/internal/bounce"
	"marquee/internal/config"
	"marquee/internal/delivery"
	"marquee/internal/domain"
	"marquee/internal/mail"
	"marquee/internal/notice"
)

// buildDelivery makes what sends editions and notices.
func (a *App) buildDelivery() {
	a.fence = newFence(a.cfg, a.env, a.store)
	a.notices = &notice.Writer{
		Store: a.store, Operator: a.operator, Publication: a.cfg.Publication,
		Templates: a.templates.Mail, Mint: a.buttons(), Now: a.env.Now, Log: a.env.Log,
	}
	carrier := delivery.New(a.delivery())
	a.bounces = &bounce.Keeper{
		Store: a.store, Letters: a.store, Rules: a.cfg.Mail.Bounces, Now: a.env.Now, Log: a.env.Log,
		Refused: func(ctx context.Context, host string, b domain.Bounce, letters int) error {
			return carrier.Refused(ctx, host, b.Status, b.Reason, letters)
		},
	}
	a.runner = fenced{
		guard: a.fence, fit: a.fit, runner: carrier, notices: a.notices, store: a.store, log: a.env.Log,
	}
}

func (a *App) delivery() delivery.Config {
	return delivery.Config{
		Ledger: a.store, Relays: a.relays, Domains: a.domains, Sender: a.sender(),
		Rules: a.cfg.Mail.Bounces, Ask: a.cfg.Mail.Doubtful == config.DoubtfulAsk, Owner: owner(),
		Now: a.env.Now, Log: a.env.Log, Progress: a.progress, Alarm: a.alarm,
	}
}

// sender is in whose name letters leave.
func (a *App) sender() delivery.Sender {
	return delivery.Sender{
		From: a.from.Address, Domain: domain.HostOf(a.from.Address), Server: a.cfg.Publication.Server,
		Key: a.messages, Mint: a.mint, Signer: a.signer, Return: domain.Plus(a.cfg.Mail.Inbound.Address),
	}
}

// owner names this process in leases and logs.
func owner() string { return fmt.Sprintf("%s/%d/%s", hostname(), os.Getpid(), rand.Text()[:8]) }

// hostname is this machine's, for people and for greetings.
func hostname() string {
	host, err := os.Hostname()
	if err != nil {
		return "localhost"
	}
	return host
}

// progress passes on how delivery goes, and lets the fence know.
func (a *App) progress(p delivery.Progress) {
	a.fence.Note(context.Background(), p.Edition) // it knows itself when it has had enough
	if a.env.Progress != nil {
		a.env.Progress(p)
		return
	}
	a.env.Log.Info("edition being delivered", "edition", p.Edition, "sent", p.Sent, "failed", p.Failed,
		"deferred", p.Deferred, "left", p.Left, "rate", int(p.Rate()), "time_left", p.TimeLeft().String())
}

// alarm tells the operator that a destination does not want our mail.
func (a *App) alarm(ctx context.Context, p delivery.Pace) {
	err := a.notices.DestinationPaused(ctx, notice.Pause{Destination: p.Destination, Until: p.Until, Reason: p.Reason})
	if err != nil {
		a.env.Log.ErrorContext(ctx, "notice not written", "destination", p.Destination, "err", err)
	}
}

// noticeSender hands notices over, through the same relays.
func (a *App) noticeSender() *notice.Sender {
	transports := make([]mail.Transport, len(a.relays))
	for i, r := range a.relays {
		transports[i] = r.Transport
	}
	return &notice.Sender{
		Store: a.store, Relays: transports, From: a.from, ReplyTo: a.replyTo, Domain: domain.HostOf(a.from.Address),
		Key: a.messages, Signer: a.signer, Now: a.env.Now, Log: a.env.Log,
	}
}
