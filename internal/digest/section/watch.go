package section

import (
	"marquee/internal/digest"
	"marquee/internal/domain"
)

// watchViews are where a film can be watched, as of when: what a letter says of
// that is old one day.
func watchViews(lens digest.Lens, all []domain.Watch) []digest.WatchView {
	var views []digest.WatchView
	for _, w := range all {
		views = append(views, digest.WatchView{Region: w.Region, Services: w.Words(), URL: w.Link, Checked: lens.Dates.Short(w.Checked)})
	}
	return views
}
