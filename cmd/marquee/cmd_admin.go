package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"golang.org/x/term"
)

type adminCmd struct {
	Password adminPasswordCmd `cmd:"" help:"Set the password of the operator's pages, /admin/, and end every session."`
}

type adminPasswordCmd struct{}

// Run asks for a password twice, without showing it, or reads it from the first
// line of what is piped in.
func (adminPasswordCmd) Run(p *process, a shared) error {
	password, err := p.password()
	if err != nil {
		return err
	}
	if err := a.SetPassword(p.ctx, password); err != nil {
		return err
	}
	fmt.Fprintln(p.out, "The password is set. Whoever was logged in must log in again.")
	return nil
}

func (p *process) password() (string, error) {
	in := os.Stdin
	if !term.IsTerminal(int(in.Fd())) {
		line, err := bufio.NewReader(in).ReadString('\n')
		if errors.Is(err, io.EOF) && line != "" {
			err = nil
		}
		if err != nil {
			return "", fmt.Errorf("%w: write the password on the first line of the input: %w", errUsage, err)
		}
		return strings.TrimRight(line, "\r\n"), nil
	}
	first, err := p.secretly(in, "New password: ")
	if err != nil {
		return "", err
	}
	second, err := p.secretly(in, "Once more: ")
	if err == nil && first != second {
		err = fmt.Errorf("%w: the two are not the same; nothing was changed", errUsage)
	}
	return first, err
}

// secretly reads a line that the terminal does not show.
func (p *process) secretly(in *os.File, prompt string) (string, error) {
	fmt.Fprint(p.errOut, prompt)
	line, err := term.ReadPassword(int(in.Fd()))
	fmt.Fprintln(p.errOut)
	return string(line), err
}
