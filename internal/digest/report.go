package digest

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"marquee/internal/domain"
	"marquee/internal/entitle"
)

// Report tells the maker of a digest what its edition of a slot would be if
// nothing came to what is there at this moment.
type Report struct {
	Digest    string              `json:"digest"`
	Slot      domain.Slot         `json:"slot"`
	Edition   domain.EditionID    `json:"edition,omitempty"` // the slot has its edition: nothing below Due is told
	State     domain.EditionState `json:"state"`             // what it would be, or is
	Reason    string              `json:"reason,omitempty"`
	Subject   string              `json:"subject"` // the public's
	Closes    time.Time           `json:"closes"`  // when it is put together and does not change any more
	Due       time.Time           `json:"due"`
	Sections  []ReportSection     `json:"sections,omitempty"`
	Left      []ReportLeft        `json:"left_out,omitempty"`
	Audiences []ReportAudience    `json:"audiences,omitempty"` // the public first, then those that get mail
	Missing   []string            `json:"missing,omitempty"`   // what sections still wait for
	Warnings  []string            `json:"warnings,omitempty"`
}

// ReportSection is one section and what it shows, to those who may see it.
type ReportSection struct {
	Kind  string       `json:"kind"`
	Title string       `json:"title"`
	To    string       `json:"to,omitempty"`
	Shown bool         `json:"shown"` // it stands in the letter, if only by its own words
	Items []ReportItem `json:"items"`
}

// ReportItem names an item.
type ReportItem struct {
	ID        domain.ItemID   `json:"id"`
	Title     string          `json:"title"` // with its series
	Kind      domain.ItemKind `json:"kind"`
	Source    string          `json:"source"`
	URL       string          `json:"url,omitempty"`
	Published time.Time       `json:"published"` // in the publication's zone
}

// ReportLeft is an item that is left out.
type ReportLeft struct {
	ReportItem
	Section string `json:"section,omitempty"` // that would have taken it
	Cause   Cause  `json:"cause"`
	Why     string `json:"why"`
}

// ReportAudience is what the edition is for one audience.
type ReportAudience struct {
	Key       string        `json:"key"`
	Label     string        `json:"label"`
	Subject   string        `json:"subject"`
	Preheader string        `json:"preheader"`
	HTML      int           `json:"html"`             // bytes
	Text      int           `json:"text"`             // bytes
	Letter    int           `json:"letter,omitempty"` // bytes of the whole mail
	Words     int           `json:"words"`            // of the text
	Shortened int           `json:"shortened"`        // how many steps, so that mailboxes do not cut it
	Gated     []ReportGated `json:"gated,omitempty"`
}

// ReportGated is an item of which an audience sees its teaser alone, or nothing.
type ReportGated struct {
	ReportItem
	Level string `json:"level"` // teaser or none
	Why   string `json:"why"`
}

// Report looks at the edition of a slot without storing anything.
func (c *Compiler) Report(ctx context.Context, slot domain.Slot) (Report, error) {
	r, err := c.report(ctx, slot)
	if err != nil {
		return Report{}, fmt.Errorf("look at %s of %s: %w", c.cfg.Digest.Name, slot, err)
	}
	return r, nil
}

func (c *Compiler) report(ctx context.Context, slot domain.Slot) (Report, error) {
	stored, err := c.cfg.Store.EditionBySlot(ctx, c.cfg.Digest.Name, slot)
	if err == nil {
		return Report{
			Digest: stored.Digest, Slot: slot, Edition: stored.ID, State: stored.State, Reason: stored.Reason,
			Subject: stored.Subject, Closes: stored.Frozen, Due: stored.Due,
		}, nil
	}
	if !errors.Is(err, domain.ErrNotFound) {
		return Report{}, err
	}
	d, err := c.foreseen(ctx, slot)
	if err != nil {
		return Report{}, err
	}
	c.settle(d)
	r := Report{
		Digest: c.cfg.Digest.Name, Slot: slot, State: d.edition.State, Reason: d.edition.Reason,
		Closes: d.edition.Due.Add(-c.cfg.Digest.Cutoff), Due: d.edition.Due,
		Sections: c.reportSections(d), Left: c.reportLeft(d.left), Missing: d.missing, Warnings: c.warnings(d),
	}
	for _, a := range append([]domain.Audience{{}}, c.cfg.Policy.Recipients(c.cfg.Digest.To)...) {
		seen, err := c.reportAudience(d, a)
		if err != nil {
			return Report{}, err
		}
		if _, err := c.ownSubject(c.view(d, domain.Readers{Audience: a})); err != nil {
			r.Warnings = append(r.Warnings, fmt.Sprintf("the subject for %s is Marquee's own: %v", a.Label(), err))
		}
		r.Audiences = append(r.Audiences, seen)
	}
	r.Subject = r.Audiences[0].Subject
	r.Warnings = append(r.Warnings, shortenedLetters(r.Audiences)...)
	return r, nil
}

func (c *Compiler) reportSections(d *draft) []ReportSection {
	all := c.cfg.Policy.Recipients(c.cfg.Digest.To)
	most := c.lens(d, domain.Readers{Audience: all[len(all)-1]}) // who sees the most
	sections := make([]ReportSection, len(d.chosen))
	for i, items := range d.chosen {
		b := c.cfg.Sections[i]
		sections[i] = ReportSection{Kind: b.Kind, Title: b.Title, To: b.To, Items: []ReportItem{}}
		for _, it := range items {
			sections[i].Items = append(sections[i].Items, c.reportItem(&it))
		}
		_, sections[i].Shown = b.View(most, items)
	}
	return sections
}

func (c *Compiler) reportLeft(left []Left) []ReportLeft {
	told := make([]ReportLeft, len(left))
	for i, l := range left {
		told[i] = ReportLeft{ReportItem: c.reportItem(&l.Item), Section: l.Section, Cause: l.Cause, Why: l.Why}
	}
	return told
}

func (c *Compiler) reportItem(it *domain.Item) ReportItem {
	return ReportItem{
		ID: it.ID, Title: it.FullTitle(), Kind: it.Kind, Source: it.Source, URL: it.URL,
		Published: it.Published.In(c.cfg.Publication.Zone),
	}
}

func (c *Compiler) reportAudience(d *draft, a domain.Audience) (ReportAudience, error) {
	r, err := c.show(d, domain.Readers{Audience: a})
	if err != nil {
		return ReportAudience{}, err
	}
	told := ReportAudience{
		Key: a.Key(), Label: a.Label(), Subject: r.Subject, Preheader: r.Preheader,
		HTML: len(r.HTML), Text: len(r.Text), Letter: len(r.Form), Words: len(strings.Fields(r.Text)), Shortened: r.shortened,
	}
	see := c.lens(d, domain.Readers{Audience: a}).See
	for i, items := range d.chosen {
		for _, it := range items {
			access := see(&it)
			reason := access.Reason.In(c.dates)
			if b := c.cfg.Sections[i]; !c.reaches(b, a) {
				access, reason = entitle.Access{}, "its section is for "+b.To
			}
			if access.Level != entitle.Full {
				told.Gated = append(told.Gated, ReportGated{c.reportItem(&it), access.Level.String(), reason})
			}
		}
	}
	return told, nil
}
