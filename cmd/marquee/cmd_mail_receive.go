package main

import (
	"errors"
	"fmt"
	"os"

	"marquee/internal/domain"
	"marquee/internal/inbound"
)

// Exit codes by which mail servers know what became of a mail (sysexits.h).
const (
	exitNoUser = 67 // nobody of that name: it goes back to whoever sent it
	exitLater  = 75 // it must come again
	exitRefuse = 77 // it is not taken, and goes back with what was printed
)

type mailReceiveCmd struct {
	Recipient string `arg:"" optional:"" help:"Whom the mail server has it for; when left out, whom the mail names itself."`
	Sender    string `help:"Who sent it, as the mail server knows; <> is nobody." placeholder:"ADDRESS"`
}

// Run takes one mail from standard input, as mail servers hand it to programs.
func (c mailReceiveCmd) Run(p *process, a shared) error {
	desk, err := a.Desk()
	if err != nil {
		return exit{exitLater, err}
	}
	switch err := desk.Take(p.ctx, os.Stdin, c.Sender, c.Recipient); {
	case errors.Is(err, domain.ErrNotFound):
		return exit{exitNoUser, err}
	case errors.Is(err, inbound.ErrReply):
		return exit{exitRefuse, err}
	case err != nil:
		return exit{exitLater, fmt.Errorf("the mail was not taken: %w", err)}
	}
	return nil
}

// exit is an error with a code of its own to exit with.
type exit struct {
	code int
	error
}

func (e exit) Unwrap() error { return e.error }
