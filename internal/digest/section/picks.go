package section

import (
	"strconv"
	"strings"

	"marquee/internal/config"
	"marquee/internal/digest"
	"marquee/internal/domain"
	"marquee/internal/entitle"
	"marquee/internal/sanitize"
)

// Picks shows the critic's streaming picks: what to watch, where, and why now.
func Picks() digest.SectionKind {
	return digest.SectionKind{Name: "picks", Title: "Picks of the week", New: newPicks}
}

// noteWords is how long the critic's note on the picks may be. A longer body is
// the list itself in prose, and would show everything twice.
const noteWords = 150

// picksOptions are the keys of a picks section.
type picksOptions struct {
	Max int `yaml:"max"` // at most so many films, 10 by default
}

// picks is a section of streaming picks.
type picks struct {
	opts picksOptions
}

func newPicks(opts config.Options) (digest.Section, error) {
	o := picksOptions{Max: 10}
	if err := opts.Decode(&o); err != nil {
		return nil, err
	}
	if o.Max < 1 || o.Max > 30 {
		return nil, opts.Errorf("max", "%d is not between 1 and 30", o.Max)
	}
	return &picks{opts: o}, nil
}

// Traits says that picks have a layout of their own.
func (*picks) Traits() digest.Traits { return digest.Traits{Layout: layoutPicks} }

// Choose takes every picks item.
func (*picks) Choose(week digest.Week) digest.Choice {
	var c digest.Choice
	for _, it := range week.Items {
		if it.Kind == domain.Picks {
			c.Items = append(c.Items, it)
		}
	}
	if len(c.Items) == 0 {
		c.Missing = "no picks yet"
	}
	return c
}

// View shows the films to those who may see them, with the newest item's note
// above; to the others the teasers. An item whose films nobody could make out
// is shown as a link.
func (p *picks) View(lens digest.Lens, chosen []domain.Item) (digest.SectionView, bool) {
	v := digest.SectionView{}
	for _, it := range chosen {
		note := v.NoteText == "" && fits(it.Body, noteWords)
		if lens.See(&it).Level != entitle.Full || len(it.Picks) == 0 && (it.URL != "" || !note) {
			if shown, ok := itemView(lens, &it, noteWords/3); ok {
				v.Items = append(v.Items, shown)
			}
			continue
		}
		images := gallery{&it, lens.Publication.Server}
		if note {
			v.Note, v.NoteText = images.text(it.Body), sanitize.Text(it.Body)
		}
		for _, pick := range it.Picks[:min(len(it.Picks), p.opts.Max-len(v.Picks))] {
			v.Picks = append(v.Picks, pickView(lens, images, &pick, len(v.Picks)+1))
		}
	}
	return v, len(v.Items) > 0 || len(v.Picks) > 0 || v.NoteText != ""
}

func pickView(lens digest.Lens, images gallery, p *domain.Pick, number int) digest.PickView {
	v := digest.PickView{
		Number:    number,
		Title:     p.Title,
		Year:      p.Year,
		Directors: strings.Join(p.Directors, ", "),
		Where:     where(p),
		Service:   p.Service,
		Dates:     dates(lens, p),
		URL:       p.URL,
		Review:    p.Review,
		Why:       images.text(p.Why),
		WhyText:   sanitize.Text(p.Why),
		Rating:    ratingView(p.Rating),
		Watch:     watchViews(lens, p.Watch),
		Credits:   p.Credits(),
	}
	title := p.Title
	if p.Year != 0 {
		title += " (" + strconv.Itoa(p.Year) + ")"
	}
	v.Image = images.view(p.Image, spokenTitle(title, v.Rating), pickImageWidth)
	return v
}

// where is "Criterion Channel · subscription · US", without what is not known.
func where(p *domain.Pick) string {
	var parts []string
	for _, s := range []string{p.Service, p.Access.Words(), p.Region} {
		if s != "" {
			parts = append(parts, s)
		}
	}
	return strings.Join(parts, " · ")
}

// dates says from when and until when a film can be seen, as far as that lies
// ahead of the day the edition is read.
func dates(lens digest.Lens, p *domain.Pick) string {
	day := lens.Slot.Date()
	var parts []string
	if day.Before(p.From) {
		parts = append(parts, "from "+lens.Dates.Short(p.From))
	}
	switch {
	case p.Leaves.IsZero():
	case p.Leaves == day:
		parts = append(parts, "leaves today")
	case p.Leaves.Before(day):
		parts = append(parts, "left on "+lens.Dates.Short(p.Leaves))
	default:
		parts = append(parts, "leaves "+lens.Dates.Short(p.Leaves))
	}
	return strings.Join(parts, ", ")
}
