package feed

import (
	"slices"

	"marquee/internal/domain"
)

// watch writes where a film can be watched, a paragraph for each region.
func (m *markup) watch(all []domain.Watch) {
	for _, w := range all {
		m.raw("<p>Where to watch in ")
		m.text(w.Region + ": ")
		m.link(w.Link, w.Words())
		m.raw("</p>\n")
	}
}

// credits writes what is owed to a film database for what the entry shows of it.
func (m *markup) credits(e *Entry) {
	for _, c := range e.Credits() {
		m.raw("<p><small>")
		m.text(c)
		m.raw("</small></p>\n")
	}
}

// Credits are owed to a film database for what the entry shows of it, each once.
func (e *Entry) Credits() []string {
	shown := domain.Item{Film: e.Film, Picks: e.Picks}
	return shown.Credits()
}

// portableSupplement is what a film database tells, as every format can carry it.
func portableSupplement(s domain.Supplement) domain.Supplement {
	s.Watch = slices.Clone(s.Watch)
	for i := range s.Watch {
		w := &s.Watch[i]
		w.Region, w.Link, w.Services = line(w.Region), address(w.Link), slices.Clone(w.Services)
		for j, service := range w.Services {
			w.Services[j] = domain.Service{Name: line(service.Name), Access: domain.PickAccess(line(string(service.Access)))}
		}
	}
	return s
}
