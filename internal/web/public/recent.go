package public

import (
	"cmp"
	"context"
	"strconv"
	"strings"
	"time"
	"unicode"

	"marquee/internal/domain"
	"marquee/internal/entitle"
)

const (
	recentItems = 12  // how many titles the landing page lists
	posterWidth = 128 // pixels; they are shown half as broad
)

// recentView is one title of the recent list.
type recentView struct {
	id            domain.ItemID
	Series, Title string
	Language      string // empty is the publication's
	URL           string // may be empty
	Stars, Spoken string
	Facts         string
	Date, ISO     string
	Badge         string        // what patrons have over everyone; may be empty
	Image         *domain.Image // a print; nil for none
	Mark          string        // stands where there is no image: a few letters
}

// recent lists the newest items that the public may know of. Those without an
// address of their own are read in the edition they went out with.
func (h handlers) recent(ctx context.Context) ([]recentView, error) {
	items, err := h.Store.Items(ctx, domain.ItemQuery{Limit: 3 * recentItems}) // some may lie ahead
	if err != nil {
		return nil, err
	}
	views := h.visible(items)
	var homeless []domain.ItemID
	for _, v := range views {
		if v.URL == "" {
			homeless = append(homeless, v.id)
		}
	}
	editions, err := h.editionsOf(ctx, homeless)
	if err != nil {
		return nil, err
	}
	for i := range views {
		views[i].URL = cmp.Or(views[i].URL, editions[views[i].id])
	}
	return views, nil
}

func (h handlers) visible(items []domain.Item) []recentView {
	var views []recentView
	now := h.Now()
	for i := range items {
		access := h.Policy.Decide(domain.Audience{}, &items[i], now)
		if access.Level != entitle.None && len(views) < recentItems {
			views = append(views, h.recentView(&items[i], access))
		}
	}
	return views
}

// recentView shows what everyone may know of an item: of picks that are not
// open to everyone, not which films they are.
func (h handlers) recentView(it *domain.Item, access entitle.Access) recentView {
	v := recentView{
		id: it.ID, Series: it.Series, URL: it.URL, Badge: badge(it, access), Image: it.Print(it.Picture(), "", posterWidth),
		Date: h.dates.Day(it.Published), ISO: it.Published.UTC().Format(time.RFC3339),
	}
	v.Title = cmp.Or(it.Title, v.Date)
	v.Mark = initial(v.Title)
	if it.Language != h.Publication.Language {
		v.Language = it.Language
	}
	if it.Film != nil {
		v.Facts = it.Film.Facts()
		if it.Film.Rating != nil {
			v.Stars, v.Spoken = it.Film.Rating.Stars(), it.Film.Rating.Spoken()
		}
	} else if access.Level == entitle.Full && len(it.Picks) > 0 {
		v.Facts, v.Mark = pickTitles(it.Picks), strconv.Itoa(len(it.Picks))
		v.Image = cmp.Or(v.Image, pickImage(it))
	}
	return v
}

// badge says what patrons have over everyone.
func badge(it *domain.Item, access entitle.Access) string {
	switch {
	case it.Exclusive, access.Level == entitle.Teaser && access.Until.IsZero():
		return "For patrons"
	case access.Level == entitle.Teaser:
		return "Patrons first"
	}
	return ""
}

func pickTitles(picks []domain.Pick) string {
	titles := make([]string, len(picks))
	for i, p := range picks {
		titles[i] = p.Title
	}
	return strings.Join(titles, " · ")
}

// pickImage is a print of the first of some picks that has one.
func pickImage(it *domain.Item) *domain.Image {
	for i := range it.Picks {
		if print := it.Print(it.Picks[i].Image, "", posterWidth); print != nil {
			return print
		}
	}
	return nil
}

// initial is a title's first letter or digit, "" when there is none.
func initial(title string) string {
	for _, r := range title {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return string(unicode.ToUpper(r))
		}
	}
	return ""
}
