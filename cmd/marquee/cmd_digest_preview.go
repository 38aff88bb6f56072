package main

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io"
	netmail "net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"marquee/internal/app"
	"marquee/internal/calendar"
	"marquee/internal/digest"
	"marquee/internal/domain"
	"marquee/internal/web/admin"
)

type digestPreviewCmd struct {
	Name   string `arg:"" help:"The digest."`
	At     string `help:"The edition's slot, as 2006-01-02T15:04 in the publication's zone; the next without an edition when left out." placeholder:"TIME"`
	Tier   string `help:"The letter to patrons of this tier." xor:"who"`
	Patron string `help:"The letter to this patron." placeholder:"EMAIL" xor:"who"`
	Reader bool   `help:"The letter to readers of the free edition." xor:"who"`
	Public bool   `help:"The edition's page on the web, as everyone sees it." xor:"who"`
	Dates  string `help:"The language that its dates are in, as in de." placeholder:"LANGUAGE"`
	Format string `help:"The letter as text, html or eml." enum:"text,html,eml,none" default:"none"`
	Out    string `help:"Write the letter to this file instead of the screen." placeholder:"FILE"`
	Spam   bool   `help:"What SpamAssassin or rspamd, if it is on this machine, thinks of the letter."`
	JSON   bool   `help:"What is in it as one JSON document." name:"json" xor:"who"`
}

// Run tells what is in the edition, or renders it as an audience would get it.
func (c digestPreviewCmd) Run(p *process, a shared) error {
	slot, err := c.slot(p, a.App)
	if err != nil {
		return err
	}
	if c.letter() {
		return c.render(p, a.App, slot)
	}
	r, err := a.Report(p.ctx, c.Name, slot)
	if err != nil {
		return err
	}
	if c.JSON {
		return p.json(r)
	}
	return writeReport(p.out, r, a.Zone())
}

// slot is the meant slot.
func (c digestPreviewCmd) slot(p *process, a *app.App) (domain.Slot, error) {
	if c.At == "" {
		return a.NextSlot(p.ctx, c.Name)
	}
	return parseSlot(c.At)
}

// letter reports whether a letter is asked for, not what is in the edition.
func (c digestPreviewCmd) letter() bool {
	return c.Tier != "" || c.Patron != "" || c.Reader || c.Public || c.Dates != "" || c.Format != "none" || c.Out != "" || c.Spam
}

func (c digestPreviewCmd) render(p *process, a *app.App, slot domain.Slot) error {
	who, wish, err := c.viewer(p, a)
	if err != nil {
		return err
	}
	r, err := a.Preview(p.ctx, c.Name, slot, domain.Readers{Audience: who.Audience, Dates: wish.Dates})
	if err != nil {
		return err
	}
	if c.Spam {
		return c.judge(p, a, r)
	}
	l, err := a.Proof(r, netmail.Address{Name: who.Name, Address: who.Email}, wish)
	if err != nil {
		return err
	}
	body, err := c.body(l)
	if err != nil {
		return err
	}
	if c.Out == "" {
		_, err = p.out.Write(body)
		return err
	}
	if err := a.WritePrints(p.ctx, filepath.Dir(c.Out), []byte(l.HTML)); err != nil {
		return err
	}
	return os.WriteFile(c.Out, body, 0o600)
}

// judge says what a spam filter thinks of a letter.
func (c digestPreviewCmd) judge(p *process, a *app.App, r domain.Rendition) error {
	v, err := a.SpamVerdict(p.ctx, r)
	if err != nil {
		return err
	}
	fmt.Fprintf(p.out, "%s gives the letter %.1f points; %.1f are spam.\n", v.By, v.Points, v.Limit)
	writeList(p.out, "", len(v.Rules), func(i int) string { return v.Rules[i] })
	return nil
}

// viewer is who looks, and what they wish: a patron of the store, one of a tier, a
// reader or anybody; a patron without a tier when nobody is named.
func (c digestPreviewCmd) viewer(p *process, a *app.App) (domain.Patron, domain.Preferences, error) {
	dates, err := calendar.Parse(c.Dates)
	if err != nil {
		return domain.Patron{}, domain.Preferences{}, err
	}
	if c.Patron != "" {
		return c.patron(p, a, dates)
	}
	who := domain.Patron{Name: "Alex", Email: "patron@example.com", Audience: domain.Audience{Standing: domain.Active}}
	switch {
	case c.Tier != "":
		who.Tier, err = a.Tier(c.Tier)
	case c.Reader:
		who.Standing = domain.Reader
	case c.Public:
		who.Standing = domain.Public
	}
	return who, domain.Preferences{Dates: dates}, err
}

// patron is one of the store, with their own wishes but for the dates that are asked for.
func (c digestPreviewCmd) patron(p *process, a *app.App, dates string) (domain.Patron, domain.Preferences, error) {
	who, err := a.Store().PatronByEmail(p.ctx, c.Patron)
	if err != nil {
		return who, domain.Preferences{}, err
	}
	r, err := a.Store().PatronRecord(p.ctx, who.ID, 1)
	r.Dates = cmp.Or(dates, r.Dates)
	return who, r.Preferences, err
}

func (c digestPreviewCmd) body(l admin.Letter) ([]byte, error) {
	switch {
	case c.Format == "html" && l.HTML == "":
		return nil, fmt.Errorf("%w: they get letters of text alone: leave --format html away", errUsage)
	case c.Format == "html":
		return []byte(l.HTML), nil
	case c.Format != "eml":
		return []byte(l.Text), nil
	case l.Source == nil:
		return nil, fmt.Errorf("%w: the public gets no mail: leave --format eml or --public away", errUsage)
	}
	return l.Source, nil
}

// writeReport tells what is in an edition, for people.
func writeReport(out io.Writer, r digest.Report, zone *time.Location) error {
	var buf bytes.Buffer
	fmt.Fprintf(&buf, "%s of %s, %s\n", r.Digest, r.Slot, reportState(r, zone))
	if r.Subject != "" {
		fmt.Fprintf(&buf, "%s\n", plain(r.Subject))
	}
	for _, s := range r.Sections {
		fmt.Fprintf(&buf, "\n%s (%s)\n", plain(s.Title), s.Kind)
		for _, it := range s.Items {
			fmt.Fprintf(&buf, "  + %s\n", plain(it.Title))
		}
		switch {
		case len(s.Items) > 0:
		case s.Shown:
			fmt.Fprintln(&buf, "  its own words alone")
		default:
			fmt.Fprintln(&buf, "  nothing, so it is left away")
		}
	}
	writeList(&buf, "\nLeft out", len(r.Left), func(i int) string { return r.Left[i].Title + ": " + r.Left[i].Why })
	writeGated(&buf, r.Audiences)
	writeList(&buf, "\nStill missing", len(r.Missing), func(i int) string { return r.Missing[i] })
	writeList(&buf, "\nTo mend", len(r.Warnings), func(i int) string { return r.Warnings[i] })
	sizes := writeSizes(&buf, r.Audiences)
	_, err := out.Write(buf.Bytes())
	return errors.Join(sizes, err)
}

// reportState says how far the edition is.
func reportState(r digest.Report, zone *time.Location) string {
	switch {
	case r.Edition != 0:
		return fmt.Sprintf("is %s already: marquee editions show %d", r.State, r.Edition)
	case r.State == domain.EditionSkipped:
		return fmt.Sprintf("would be skipped, %s; closes %s", r.Reason, when(r.Closes, zone))
	}
	return fmt.Sprintf("closes %s and goes out %s", when(r.Closes, zone), when(r.Due, zone))
}

// writeList writes a titled list, nothing when it is empty.
func writeList(out io.Writer, title string, n int, line func(int) string) {
	if n > 0 && title != "" {
		fmt.Fprintln(out, title)
	}
	for i := range n {
		fmt.Fprintf(out, "  - %s\n", plain(line(i)))
	}
}

// writeGated says who sees less than everything.
func writeGated(out io.Writer, audiences []digest.ReportAudience) {
	var lists []string
	whom := map[string][]string{} // those who miss the same, by what
	for _, a := range audiences {
		var b strings.Builder
		writeList(&b, "", len(a.Gated), func(i int) string { return a.Gated[i].Title + ": " + a.Gated[i].Why })
		if list := b.String(); list != "" {
			whom[list] = append(whom[list], plain(a.Label))
			if !slices.Contains(lists, list) {
				lists = append(lists, list)
			}
		}
	}
	for _, list := range lists {
		fmt.Fprintf(out, "\nNot in full to %s\n%s", strings.Join(whom[list], ", "), list)
	}
}

func writeSizes(out io.Writer, audiences []digest.ReportAudience) error {
	if len(audiences) == 0 {
		return nil
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "\nAUDIENCE\tWORDS\tHTML\tTEXT\tSUBJECT")
	for _, a := range audiences {
		fmt.Fprintf(w, "%s\t%d\t%d\t%d\t%s\n", a.Key, a.Words, a.HTML, a.Text, plain(a.Subject))
	}
	return w.Flush()
}
