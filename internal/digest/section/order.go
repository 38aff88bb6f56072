package section

import (
	"cmp"
	"strings"

	"marquee/internal/domain"
)

func newest(a, b domain.Item) int { return b.Published.Compare(a.Published) }

// best puts what got most of its scale first, and what got no rating last.
func best(a, b domain.Item) int { return cmp.Compare(share(&b), share(&a)) }

func share(it *domain.Item) float64 {
	if it.Film == nil || it.Film.Rating == nil || it.Film.Rating.Best <= 0 {
		return -1
	}
	return it.Film.Rating.Value / it.Film.Rating.Best
}

// alphabetic sorts as a shelf of films is sorted: without regard to case and
// articles.
func alphabetic(a, b domain.Item) int {
	return strings.Compare(shelved(a.Title), shelved(b.Title))
}

func shelved(title string) string {
	title = strings.ToLower(title)
	for _, article := range []string{"the ", "a ", "an "} {
		if rest, found := strings.CutPrefix(title, article); found && rest != "" {
			return rest
		}
	}
	return title
}
