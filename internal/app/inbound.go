package app

import (
	"context"
	"errors"
	"fmt"
	"net"

	"golang.org/x/sync/errgroup"

	"marquee/internal/config"
	"marquee/internal/domain"
	"marquee/internal/inbound"
)

// Desk takes the mail that comes back. domain.ErrNotFound when none does.
func (a *App) Desk() (*inbound.Desk, error) {
	if a.cfg.Mail.Inbound.Address == "" {
		return nil, fmt.Errorf("mail.inbound.address: %w in the configuration: no mail comes back here", domain.ErrNotFound)
	}
	return inbound.NewDesk(inbound.DeskConfig{
		Address: a.cfg.Mail.Inbound.Address, Mint: a.mint, Store: a.store, Bounces: a.bounces, Log: a.env.Log,
	})
}

// takeIn takes the mail that comes back, where any does, until ctx ends.
func (a *App) takeIn(ctx context.Context) error {
	in := a.cfg.Mail.Inbound
	desk, err := a.Desk()
	if errors.Is(err, domain.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	ways, working := errgroup.WithContext(ctx)
	if in.Listen != config.ListenNone {
		listener, err := new(net.ListenConfig).Listen(ctx, "tcp", in.Listen)
		if err != nil {
			return fmt.Errorf("listen on %s (mail.inbound.listen): %w", in.Listen, err)
		}
		server := inbound.New(inbound.Config{LMTP: in.LMTP, Host: hostname(), Desk: desk, Log: a.env.Log})
		ways.Go(func() error { return server.Serve(working, listener) })
	}
	if in.Maildir != "" {
		folder := &inbound.Folder{Path: in.Maildir, Desk: desk, Log: a.env.Log}
		ways.Go(func() error { return folder.Serve(working) })
	}
	return ways.Wait()
}
