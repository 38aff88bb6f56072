package main

import (
	"fmt"
	"io"
	netmail "net/mail"
	"os"
	"path/filepath"

	"marquee/internal/dkim"
	"marquee/internal/domain"
)

type mailCmd struct {
	Key     mailKeyCmd     `cmd:"" help:"Make a DKIM key and print the record for your DNS."`
	Receive mailReceiveCmd `cmd:"" help:"Take one mail that came back from standard input, for mail servers."`
	Resume  mailResumeCmd  `cmd:"" help:"Lift the pause of a destination, as status shows it."`
}

type mailKeyCmd struct {
	Selector  string `arg:"" help:"The key's name in the DNS, such as m2026."`
	Algorithm string `help:"rsa (2048 bits) or ed25519." enum:"rsa,ed25519" default:"rsa"`
	Domain    string `help:"The domain that signs; that of mail.from when left out."`
	Out       string `help:"The file to write; must not exist yet. Default: dkim-SELECTOR.pem." placeholder:"FILE"`
	Show      string `help:"Make nothing: print the record of this key." placeholder:"FILE" type:"existingfile"`
}

// Run makes a key, or reads one, and prints what the DNS must say of it.
func (c mailKeyCmd) Run(p *process) error {
	host, err := c.domain(p)
	if err != nil {
		return err
	}
	pem, file, err := c.key()
	if err != nil {
		return err
	}
	private, err := dkim.ParseKey(pem)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	name, value, err := dkim.Record(host, dkim.Key{Selector: c.Selector, Private: private})
	if err != nil {
		return fmt.Errorf("%w: %w", errUsage, err)
	}
	if c.Show == "" {
		if err := writeNew(file, pem); err != nil {
			return err
		}
		fmt.Fprintf(p.out, "The key is in %s. Keep it secret, and keep a copy.\n\n", file)
	}
	writeRecord(p.out, name, value)
	fmt.Fprintf(p.out, "\nWhen the DNS shows it, write this under mail in %s:\n\n  dkim:\n    - selector: %s\n      key_file: %s\n",
		p.cli.Config, c.Selector, file)
	return nil
}

// domain is whose key it is.
func (c mailKeyCmd) domain(p *process) (string, error) {
	if c.Domain != "" {
		return c.Domain, nil
	}
	cfg, err := p.load()
	if err != nil {
		return "", err
	}
	from, err := netmail.ParseAddress(cfg.Mail.From)
	if err != nil {
		return "", fmt.Errorf("%w: mail.from is not configured: say --domain example.org", errUsage)
	}
	return domain.HostOf(from.Address), nil
}

// key is a new key, or the one to show, and its file.
func (c mailKeyCmd) key() (pem []byte, file string, err error) {
	if c.Show != "" {
		pem, err = os.ReadFile(c.Show)
		return pem, c.Show, err
	}
	file = c.Out
	if file == "" {
		file = "dkim-" + filepath.Base(c.Selector) + ".pem"
	}
	pem, err = dkim.Generate(c.Algorithm)
	return pem, file, err
}

// writeNew writes a file that nobody else may read and that did not exist.
func writeNew(file string, content []byte) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600) //nolint:gosec // the operator names the file
	if err != nil {
		return fmt.Errorf("%w: choose another place with --out", err)
	}
	_, err = f.Write(content)
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	return err
}

// writeRecord shows a TXT record in one piece, as most providers' forms want it,
// and in the form of zone files.
func writeRecord(w io.Writer, name, value string) {
	fmt.Fprintf(w, "Name:   %s\nType:   TXT\nValue:  %s\n\nIn a zone file:\n%s. IN TXT ( %s )\n", name, value, name, dkim.Quoted(value))
}

type mailResumeCmd struct {
	Destination string `arg:"" help:"The destination, such as 'relay main' or 'domain example.org'."`
}

// Run lets mail go to a destination again, at full speed.
func (c mailResumeCmd) Run(p *process, a shared) error {
	if err := a.ResumeDestination(p.ctx, c.Destination); err != nil {
		return err
	}
	fmt.Fprintf(p.out, "Mail goes to %s again, within a minute if the daemon runs.\n", c.Destination)
	return nil
}
