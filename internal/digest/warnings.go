package digest

import (
	"fmt"
	"strings"

	"marquee/internal/domain"
)

// warnings are what the maker of an edition may want to mend before it freezes.
func (c *Compiler) warnings(d *draft) []string {
	var all []string
	if c.cfg.Publication.Address == "" {
		all = append(all, "no postal address: write publication.address, which the law wants in every letter")
	}
	var mute, bare []string
	for _, items := range d.chosen {
		for i := range items {
			it := &items[i]
			switch picture := it.Picture(); {
			case picture == nil && it.Film != nil:
				bare = append(bare, it.Title)
			case picture != nil && picture.Alt == "":
				mute = append(mute, it.Title)
			}
			all = append(all, c.gone(it, d.edition.Slot.Date())...)
		}
	}
	all = append(all, listed(bare, "has no picture", "have no pictures")...)
	return append(all, listed(mute, "has a picture without alt text: its title is read out instead",
		"have pictures without alt texts: their titles are read out instead")...)
}

// gone are the picks that nobody can see any more on the day of the edition.
func (c *Compiler) gone(it *domain.Item, day domain.Date) []string {
	var all []string
	for _, p := range it.Picks {
		if !p.Leaves.IsZero() && p.Leaves.Before(day) {
			all = append(all, fmt.Sprintf("%s leaves %s on %s, before the edition is sent", p.Title, service(&p), c.dates.Short(p.Leaves)))
		}
	}
	return all
}

func service(p *domain.Pick) string {
	if p.Service == "" {
		return "its service"
	}
	return p.Service
}

// listed is one warning about several pieces; none about none.
func listed(titles []string, one, many string) []string {
	switch len(titles) {
	case 0:
		return nil
	case 1:
		return []string{titles[0] + " " + one}
	}
	return []string{strings.Join(titles[:len(titles)-1], ", ") + " and " + titles[len(titles)-1] + " " + many}
}

// shortenedLetters is who gets less than the sections wanted to show, and whose
// subject phones cut.
func shortenedLetters(audiences []ReportAudience) []string {
	var short []string
	longest := ""
	for _, a := range audiences {
		if a.Shortened > 0 {
			short = append(short, a.Label)
		}
		if n := len([]rune(a.Subject)); n > maxSubject && n > len([]rune(longest)) {
			longest = a.Subject
		}
	}
	var all []string
	if len(short) > 0 {
		all = append(all, fmt.Sprintf("shortened for %s, so that it stays below %d bytes and mailboxes do not cut it",
			strings.Join(short, ", "), maxHTML))
	}
	if longest != "" {
		all = append(all, fmt.Sprintf("phones cut the subject %q: it has %d characters, they show %d", longest, len([]rune(longest)), maxSubject))
	}
	return all
}
