package section

import (
	"fmt"
	"slices"
	"strings"

	"marquee/internal/config"
	"marquee/internal/digest"
	"marquee/internal/domain"
	"marquee/internal/entitle"
	"marquee/internal/sanitize"
)

// The layouts that there are templates for.
const (
	layoutCards = "cards" // poster, stars, facts, first sentences
	layoutLines = "lines" // title and stars
	layoutWhole = "whole" // the text itself
	layoutNote  = "note"  // the text itself, which opens the letter
	layoutPicks = "picks"
	layoutText  = "text"
)

// pieces is a section of what was written.
type pieces struct {
	opts options
}

func newPieces(o options, opts config.Options) (digest.Section, error) {
	o, err := o.with(opts)
	if err != nil {
		return nil, err
	}
	return &pieces{opts: o}, nil
}

// Traits says what the options ask for.
func (p *pieces) Traits() digest.Traits { return p.opts.traits() }

// Choose takes the pieces that the options describe, in their order. What there
// is no room for is taken too and shown by its title, unless it is to wait.
func (p *pieces) Choose(week digest.Week) digest.Choice {
	var all []domain.Item
	for _, it := range week.Items {
		if p.takes(week, &it) {
			all = append(all, it)
		}
	}
	slices.SortStableFunc(all, orders()[p.opts.Order])
	room := min(p.opts.Max, len(all))
	switch {
	case len(all) < p.opts.Min:
		return digest.Choice{Passed: passed(all, digest.Few, fmt.Sprintf("its section wants at least %d", p.opts.Min))}
	case p.opts.aside:
		return digest.Choice{Items: all[:room]}
	case p.opts.Carry > 0:
		return digest.Choice{Items: all[:room], Passed: passed(all[room:], digest.Over,
			fmt.Sprintf("its section takes %d: it waits for the next edition", p.opts.Max))}
	}
	return digest.Choice{Items: all}
}

func passed(items []domain.Item, cause digest.Cause, why string) []digest.Left {
	var left []digest.Left
	for _, it := range items {
		left = append(left, digest.Left{Item: it, Cause: cause, Why: why})
	}
	return left
}

func (p *pieces) takes(week digest.Week, it *domain.Item) bool {
	same := func(s string) bool { return alike(s, it.Series) }
	return (len(p.opts.Kinds) == 0 || slices.Contains(p.opts.Kinds, it.Kind)) &&
		(len(p.opts.Series) == 0 || slices.ContainsFunc(p.opts.Series, same)) &&
		(len(p.opts.Sources) == 0 || slices.Contains(p.opts.Sources, it.Source)) &&
		p.timely(week, it)
}

// timely reports whether an item is as open to everyone as the section wants.
func (p *pieces) timely(week digest.Week, it *domain.Item) bool {
	switch p.opts.Only {
	case early:
		return it.Exclusive || week.Early(it)
	case opened:
		return !it.Exclusive && week.Opened(it).After(week.Since)
	}
	return true
}

// alike compares series as their readers do: letter case and the style of
// apostrophes do not matter.
func alike(a, b string) bool {
	straight := strings.NewReplacer("’", "'", "‘", "'")
	return strings.EqualFold(straight.Replace(a), straight.Replace(b))
}

// View shows each chosen item as the audience may see it.
func (p *pieces) View(lens digest.Lens, chosen []domain.Item) (digest.SectionView, bool) {
	if p.opts.Show == layoutNote {
		return p.note(lens, chosen)
	}
	var v digest.SectionView
	for _, it := range chosen {
		shown, ok := itemView(lens, &it, p.opts.Words)
		switch {
		case !ok:
		case len(v.Items) < p.opts.Max:
			v.Items = append(v.Items, p.whole(lens, &it, shown))
		default:
			shown.Image = nil
			v.More = append(v.More, shown)
		}
	}
	return v, len(v.Items) > 0
}

// whole adds the text itself to an item's view, where the section shows texts,
// the audience may read it, and it is not too long for a letter.
func (p *pieces) whole(lens digest.Lens, it *domain.Item, shown digest.ItemView) digest.ItemView {
	if p.opts.Show == layoutWhole && lens.See(it).Level == entitle.Full && fits(it.Body, p.opts.Words) {
		shown.Whole, shown.WholeText = gallery{it, lens.Publication.Server}.text(it.Body), sanitize.Text(it.Body)
	}
	return shown
}

// note is the first chosen text that the audience may read, as words without a
// frame.
func (p *pieces) note(lens digest.Lens, chosen []domain.Item) (digest.SectionView, bool) {
	for _, it := range chosen {
		if lens.See(&it).Level == entitle.Full && fits(it.Body, p.opts.Words) {
			return digest.SectionView{
				Note: gallery{&it, lens.Publication.Server}.text(it.Body), NoteText: sanitize.Text(it.Body),
			}, true
		}
	}
	return digest.SectionView{}, false
}

// fits reports whether there is a text, and it has at most so many words. Where
// words are not parted by blanks, its characters count.
func fits(html string, words int) bool {
	text := sanitize.Text(html)
	n := max(len(strings.Fields(text)), len([]rune(text))/12)
	return text != "" && n <= words
}
