package tmdb

import (
	"cmp"
	"net/url"
	"slices"

	"marquee/internal/domain"
)

// offers are the services of one region as they come, by how they let people see
// the film.
type offers struct {
	Link         string  `json:"link"`
	Flatrate     []offer `json:"flatrate"`
	FlatrateRent []offer `json:"flatrate_and_buy"`
	Free         []offer `json:"free"`
	Ads          []offer `json:"ads"`
	Rent         []offer `json:"rent"`
	Buy          []offer `json:"buy"`
}

type offer struct {
	Name     string `json:"provider_name"`
	Priority int    `json:"display_priority"`
}

// releases are the dates on which a film came out in one region.
type releases struct {
	Region string `json:"iso_3166_1"`
	Dates  []struct {
		Certification string `json:"certification"`
		Date          string `json:"release_date"`
		Type          int    `json:"type"`
	} `json:"release_dates"`
}

// The types of releases that are in theaters.
const (
	limited    = 2
	theatrical = 3
)

func (f *film) region(code string) Region {
	offered := f.Providers.Results[code]
	r := Region{Services: offered.services()}
	if len(r.Services) > 0 {
		r.Link = watchPage(offered.Link)
	}
	for _, in := range f.Dates.Results {
		if in.Region == code {
			r.ContentRating, r.Released = in.theaters()
		}
	}
	return r
}

// theaters is how a film is certified, and the first day on which it ran.
func (in *releases) theaters() (rating string, first domain.Date) {
	for _, d := range in.Dates {
		day := date(d.Date)
		if d.Type == limited || d.Type == theatrical {
			rating = cmp.Or(line(d.Certification), rating)
			if first.IsZero() || !day.IsZero() && day.Before(first) {
				first = day
			}
		}
	}
	for _, d := range in.Dates { // some are certified for discs only
		rating = cmp.Or(rating, line(d.Certification))
	}
	return rating, first
}

// services are what is offered, what costs nothing more first, each service once
// for each way.
func (o *offers) services() []domain.Service {
	var all []domain.Service
	for _, group := range []struct {
		access domain.PickAccess
		offers []offer
	}{
		{domain.Subscription, slices.Concat(o.Flatrate, o.FlatrateRent)},
		{domain.Free, o.Free},
		{domain.WithAds, o.Ads},
		{domain.Rent, o.Rent},
		{domain.Buy, o.Buy},
	} {
		slices.SortStableFunc(group.offers, func(a, b offer) int { return cmp.Compare(a.Priority, b.Priority) })
		for _, one := range group.offers {
			s := domain.Service{Name: line(one.Name), Access: group.access}
			if s.Name != "" && !slices.Contains(all, s) && len(all) < maxServices {
				all = append(all, s)
			}
		}
	}
	return all
}

// watchPage is an address at TMDB; "" for one that leads elsewhere.
func watchPage(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" || u.Host != "www.themoviedb.org" || u.User != nil {
		return ""
	}
	return u.String()
}
