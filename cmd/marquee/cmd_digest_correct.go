package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"

	"marquee/internal/app"
	"marquee/internal/digest"
	"marquee/internal/domain"
)

type digestCorrectCmd struct {
	Edition string   `arg:"" help:"The edition's id or name, as editions list shows them."`
	Note    string   `help:"A file of Markdown that says what was wrong and what is right; - is standard input." required:"" placeholder:"FILE"`
	Piece   []string `help:"A piece of the edition to show once more, as it is by now: its id, address or title." placeholder:"PIECE" sep:"none"`
	DryRun  bool     `help:"Show whom it reaches and what they would get, and store nothing." xor:"how"`
	Yes     bool     `help:"Do not ask."`
	Now     bool     `help:"Send it at once, and not after ten minutes by marquee run." xor:"how"`
}

// Run writes a correction, after showing it. Twice is once.
func (c digestCorrectCmd) Run(p *process) error {
	if c.Note == "-" && !c.Yes && !c.DryRun {
		return fmt.Errorf("%w: --note -: standard input cannot answer too: say --yes, or --dry-run", errUsage)
	}
	note, err := readNote(c.Note)
	if err != nil {
		return err
	}
	a, err := c.open(p)
	if err != nil {
		return err
	}
	about, err := editionNamed(p, a, c.Edition)
	if err != nil {
		return err
	}
	k := digest.Correction{Of: about.ID, Note: note}
	if k.Pieces, err = a.PiecesOf(p.ctx, about, c.Piece); err != nil {
		return err
	}
	proof, err := a.ProofreadCorrection(p.ctx, k)
	if err != nil {
		return err
	}
	if proof.Edition.ID != 0 {
		return c.there(p, a, proof.Edition)
	}
	p.proof(&about, &proof)
	return c.write(p, a, k)
}

// open opens the store: what sends needs it alone.
func (c digestCorrectCmd) open(p *process) (*app.App, error) {
	if c.Now {
		a, err := p.exclusive()
		return a.App, err
	}
	a, err := p.shared()
	return a.App, err
}

// write stores the correction when the operator says so.
func (c digestCorrectCmd) write(p *process, a *app.App, k digest.Correction) error {
	if c.DryRun {
		fmt.Fprintln(p.out, "Nothing was sent, and nothing was stored.")
		return nil
	}
	if !c.Yes {
		if yes, err := p.agrees("Send it? Write yes: "); err != nil || !yes {
			return err
		}
	}
	e, err := a.CorrectEdition(p.ctx, k)
	if err != nil {
		return err
	}
	return c.there(p, a, e)
}

// there says where a correction stands, and sends it if it is to go at once.
func (c digestCorrectCmd) there(p *process, a *app.App, e domain.Edition) error {
	if c.Now && (e.State == domain.EditionFrozen || e.State == domain.EditionSending) {
		balance, err := a.Send(p.ctx, e)
		if err == nil {
			fmt.Fprintf(p.out, "Correction %d of edition %d: %s.\n", e.ID, e.Corrects, balance)
		}
		return err
	}
	switch e.State {
	case domain.EditionFrozen:
		fmt.Fprintf(p.out, "Correction %d of edition %d goes out %s, by marquee run. Until then: marquee editions cancel %d\n", e.ID, e.Corrects, when(e.Due, a.Zone()), e.ID)
	case domain.EditionCancelled:
		fmt.Fprintf(p.out, "Correction %d of edition %d was cancelled. To send it after all: marquee editions resend-missed %d\n", e.ID, e.Corrects, e.ID)
	default:
		fmt.Fprintf(p.out, "Correction %d of edition %d is %s. %s\n", e.ID, e.Corrects, e.State, e.Reason)
	}
	return nil
}

// proof shows whom a correction reaches, and the letter of those who see the most.
func (p *process) proof(about *domain.Edition, k *digest.Proof) {
	fmt.Fprintf(p.out, "Correction of %s: %s\nTo %d people who have it:\n", about.Slug(), plain(about.Subject), k.Reach.People())
	for _, to := range k.Reach.To {
		fmt.Fprintf(p.out, "  %d %s\n", to.People, plain(to.Audience.Label()))
	}
	for _, not := range []struct {
		n   int
		why string
	}{
		{k.Reach.Suppressed, "their address gets no mail"},
		{k.Reach.Declined, "they do not want this digest any more"},
		{k.Reach.Left, "they do not get this digest any more"},
	} {
		if not.n > 0 {
			fmt.Fprintf(p.out, "  not to %d: %s\n", not.n, not.why)
		}
	}
	letter := k.Shown[len(k.Shown)-1]
	fmt.Fprintf(p.out, "\nSubject: %s\n\n%s\n", plain(letter.Subject), letter.Text)
}

// mostNote is how much of a note is read: more than any may have.
const mostNote = 1 << 20

// readNote reads a file, or standard input.
func readNote(file string) (string, error) {
	var from io.Reader = os.Stdin
	if file != "-" {
		f, err := os.Open(file) //nolint:gosec // the operator names the file
		if err != nil {
			return "", fmt.Errorf("%w: --note: %w", errUsage, err)
		}
		defer f.Close()
		from = f
	}
	note, err := io.ReadAll(io.LimitReader(from, mostNote))
	if err != nil {
		return "", fmt.Errorf("read the note: %w", err)
	}
	return string(note), nil
}

// editionNamed finds an edition by its id or its name.
func editionNamed(p *process, a *app.App, name string) (domain.Edition, error) {
	find := func() (domain.Edition, error) { return a.Store().EditionBySlug(p.ctx, name) }
	if id, err := strconv.ParseInt(name, 10, 64); err == nil {
		find = func() (domain.Edition, error) { return a.Store().Edition(p.ctx, domain.EditionID(id)) }
	}
	e, err := find()
	if errors.Is(err, domain.ErrNotFound) {
		err = fmt.Errorf("edition %q: %w: marquee editions lists them", name, domain.ErrNotFound)
	}
	return e, err
}
