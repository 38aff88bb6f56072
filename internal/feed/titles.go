package feed

import (
	"fmt"
	"strconv"
	"strings"
	"text/template"

	"marquee/internal/domain"
)

// Titles is the form of items' titles in readers' lists. The zero Titles is
// "Series: Title ★★★½".
type Titles struct{ form *template.Template }

// titleView is what a form sees. What is not known is empty.
type titleView struct {
	Kind, Series, Title string
	Stars, Spoken       string // "★★★½", "3.5 out of 4 stars"
	Year, Directors     string // of the film
}

// ParseTitles reads a form, a text/template; an empty one is the default. It
// must say something of every piece.
func ParseTitles(text string) (Titles, error) {
	if text == "" {
		return Titles{}, nil
	}
	form, err := template.New("title").Parse(text)
	if err != nil {
		return Titles{}, fmt.Errorf("%w form of titles: %w", domain.ErrInvalid, err)
	}
	for _, v := range []titleView{
		{Kind: "essay", Title: "L’Écluse"},
		{"review", "The Definitives", "Copperwire", "★★★", "3 out of 4 stars", "1962", "Aldo Brandt"},
	} {
		var b strings.Builder
		if err := form.Execute(&b, v); err != nil {
			return Titles{}, fmt.Errorf("%w form of titles: %w", domain.ErrInvalid, err)
		}
		if strings.TrimSpace(b.String()) == "" {
			return Titles{}, fmt.Errorf("%w form of titles: it makes nothing of %q", domain.ErrInvalid, v.Title)
		}
	}
	return Titles{form}, nil
}

// of is the title of an item that has one.
func (t Titles) of(it *domain.Item) string {
	if t.form != nil {
		var b strings.Builder
		if err := t.form.Execute(&b, newTitleView(it)); err == nil && strings.TrimSpace(b.String()) != "" {
			return b.String()
		}
	}
	if r := rating(it); r != nil {
		return it.FullTitle() + " " + r.Stars()
	}
	return it.FullTitle()
}

func newTitleView(it *domain.Item) titleView {
	v := titleView{Kind: string(it.Kind), Series: it.Series, Title: it.Title}
	if r := rating(it); r != nil {
		v.Stars, v.Spoken = r.Stars(), r.Spoken()
	}
	if it.Film != nil {
		v.Directors = strings.Join(it.Film.Directors, ", ")
		if it.Film.Year != 0 {
			v.Year = strconv.Itoa(it.Film.Year)
		}
	}
	return v
}
