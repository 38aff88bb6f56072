package app

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	netmail "net/mail"
	"os/exec"
	"regexp"
	"strings"

	"marquee/internal/domain"
)

// Verdict is what SpamAssassin thinks of a letter.
type Verdict struct {
	Points string   // "-1.0", of how many make it spam: "5.0"
	Of     string   // where it starts to be spam
	Rules  []string // what it found, a line for each
}

// SpamVerdict asks the SpamAssassin of this machine, without the network, what it
// thinks of a preview as mail. Without one it is domain.ErrNotFound.
func (a *App) SpamVerdict(ctx context.Context, r domain.Rendition) (Verdict, error) {
	if len(r.Form) == 0 {
		return Verdict{}, fmt.Errorf("%w: the public gets no mail: name a tier, a patron or readers", domain.ErrInvalid)
	}
	m, err := a.Stamp(r, netmail.Address{Address: "patron@example.com"})
	if err != nil {
		return Verdict{}, err
	}
	cmd := exec.CommandContext(ctx, "spamassassin", "--test-mode", "--local")
	cmd.Stdin = bytes.NewReader(bytes.Join(m.Content, nil))
	told, err := cmd.Output()
	switch {
	case errors.Is(err, exec.ErrNotFound):
		return Verdict{}, fmt.Errorf("spamassassin: %w on this machine: install it, or leave --spam away", domain.ErrNotFound)
	case err != nil:
		return Verdict{}, fmt.Errorf("spamassassin: %w", err)
	}
	return readVerdict(string(told))
}

// readVerdict finds SpamAssassin's report at the end of what it wrote.
func readVerdict(told string) (Verdict, error) {
	found := regexp.MustCompile(`Content analysis details:\s+\((-?[0-9.]+) points, ([0-9.]+) required\)`).FindStringSubmatchIndex(told)
	if found == nil {
		return Verdict{}, errors.New("spamassassin: its answer holds no report")
	}
	v := Verdict{Points: told[found[2]:found[3]], Of: told[found[4]:found[5]]}
	for line := range strings.Lines(told[found[1]:]) {
		if regexp.MustCompile(`^\s*-?[0-9]+\.[0-9] [A-Z]`).MatchString(line) {
			v.Rules = append(v.Rules, strings.Join(strings.Fields(line), " "))
		}
	}
	return v, nil
}
