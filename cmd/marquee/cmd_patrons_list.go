package main

import (
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"marquee/internal/domain"
)

type patronsListCmd struct {
	Tier     string `help:"Only this tier." placeholder:"T"`
	Standing string `help:"Only this standing: active, reader or former." enum:",active,reader,former" default:"" placeholder:"S"`
	Roster   string `help:"Only those of this roster; readers signed up by themselves, by-hand were given a tier." placeholder:"R"`
	Grace    bool   `help:"Only those whom their roster does not list any more, and who stay for now."`
	JSON     bool   `help:"One JSON document." name:"json"`
}

// patronLine is a patron for people and programs.
type patronLine struct {
	ID       domain.PatronID `json:"id"`
	Roster   string          `json:"roster"`
	Email    string          `json:"email"`
	Name     string          `json:"name"`
	Standing domain.Standing `json:"standing"`
	Tier     string          `json:"tier,omitempty"`
	Since    time.Time       `json:"since,omitzero"`
	Missing  time.Time       `json:"not_listed_since,omitzero"`
	Gets     string          `json:"mail"` // "yes", or why not
}

// Run lists those whom the flags select.
func (c patronsListCmd) Run(p *process, a shared) error {
	all, err := p.patronLines(a)
	if err != nil {
		return err
	}
	lines := []patronLine{}
	for _, l := range all {
		if c.selects(&l) {
			lines = append(lines, l)
		}
	}
	if c.JSON {
		return p.json(lines)
	}
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "ID\tADDRESS\tNAME\tSTANDING\tTIER\tMAIL")
	for _, l := range lines {
		fmt.Fprintf(w, "%d\t%s\t%s\t%s\t%s\t%s\n", l.ID, plain(l.Email), plain(l.Name), l.Standing, l.Tier, l.Gets)
	}
	return w.Flush()
}

func (c *patronsListCmd) selects(l *patronLine) bool {
	return (c.Tier == "" || strings.EqualFold(c.Tier, l.Tier)) &&
		(c.Standing == "" || domain.Standing(c.Standing) == l.Standing) &&
		(c.Roster == "" || c.Roster == l.Roster) &&
		(!c.Grace || !l.Missing.IsZero())
}

// patronLines are all patrons by ID.
func (p *process) patronLines(a shared) ([]patronLine, error) {
	patrons, err := a.Store().AllPatrons(p.ctx)
	if err != nil {
		return nil, err
	}
	suppressed, err := a.Store().Suppressions(p.ctx)
	if err != nil {
		return nil, err
	}
	missing := map[domain.PatronID]time.Time{}
	for _, roster := range a.Rosters() {
		attendance, err := a.Store().Attendance(p.ctx, roster)
		if err != nil {
			return nil, err
		}
		for id, absence := range attendance.Absent {
			missing[id] = absence.Since
		}
	}
	lines := make([]patronLine, len(patrons))
	for i, who := range patrons {
		lines[i] = patronLine{
			ID: who.ID, Roster: who.Roster, Email: who.Email, Name: who.Name, Standing: who.Standing, Tier: who.Tier,
			Since: who.Since, Missing: missing[who.ID], Gets: "yes",
		}
		if s, ok := suppressed[domain.EmailKey(who.Email)]; ok {
			lines[i].Gets = noMail(s)
		}
	}
	return lines, nil
}

// noMail is why somebody gets no mail.
func noMail(s domain.Suppression) string {
	return fmt.Sprintf("%s %s", s.Reason, s.At.Format(time.DateOnly))
}

type patronsTiersCmd struct {
	JSON bool `help:"One JSON document." name:"json"`
}

// tierLine is how many people one audience has.
type tierLine struct {
	Standing domain.Standing `json:"standing"`
	Tier     string          `json:"tier,omitempty"`
	People   int             `json:"people"`
	Mailed   int             `json:"mailed"`                 // get mail
	Missing  int             `json:"not_listed,omitempty"`   // and stay for now
	Unknown  bool            `json:"unknown_tier,omitempty"` // the configuration has no such tier
}

// Run counts people, the highest tier first.
func (c patronsTiersCmd) Run(p *process, a shared) error {
	people, err := p.patronLines(a)
	if err != nil {
		return err
	}
	lines := countTiers(a, people)
	if c.JSON {
		return p.json(lines)
	}
	w := tabwriter.NewWriter(p.out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "STANDING\tTIER\tPEOPLE\tGET MAIL\tNOT LISTED, STAY FOR NOW")
	for _, l := range lines {
		note := ""
		if l.Unknown {
			note = " (not configured)"
		}
		fmt.Fprintf(w, "%s\t%s%s\t%d\t%d\t%d\n", l.Standing, plain(l.Tier), note, l.People, l.Mailed, l.Missing)
	}
	return w.Flush()
}

func countTiers(a shared, people []patronLine) []tierLine {
	order := a.Audiences()
	counts := map[domain.Audience]*tierLine{}
	for _, audience := range order {
		counts[audience] = &tierLine{Standing: audience.Standing, Tier: audience.Tier}
	}
	for _, who := range people {
		audience := domain.Audience{Standing: who.Standing, Tier: who.Tier}
		if counts[audience] == nil {
			counts[audience] = &tierLine{Standing: who.Standing, Tier: who.Tier, Unknown: true}
			order = append(order, audience)
		}
		n := counts[audience]
		n.People++
		if who.Gets == "yes" && who.Standing != domain.Former {
			n.Mailed++
		}
		if !who.Missing.IsZero() {
			n.Missing++
		}
	}
	lines := make([]tierLine, len(order))
	for i, audience := range order {
		lines[i] = *counts[audience]
	}
	return lines
}
