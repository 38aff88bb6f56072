package main

import (
	"fmt"
	"io"
	"text/tabwriter"
	"time"

	"marquee/internal/domain"
	"marquee/internal/films"
	"marquee/internal/store"
)

type statusCmd struct {
	JSON bool `help:"One JSON document." name:"json"`
}

// status is how everything stands.
type status struct {
	Version  string                `json:"version"`
	Sources  []domain.SourceStatus `json:"sources"`
	Patrons  map[string]int        `json:"patrons"` // by audience
	Rosters  []domain.RosterStatus `json:"rosters"`
	Films    *filmsStatus          `json:"films,omitempty"` // nil where no film database was ever asked
	Editions []editionLine         `json:"editions"`
	Resting  []restLine            `json:"resting"` // destinations that get no mail
}

// filmsStatus is how asking TMDB goes.
type filmsStatus struct {
	films.Health
	Known int `json:"known"`
	Open  int `json:"open"` // of which it is not known which is meant
}

// restLine is a destination that gets no mail for a while.
type restLine struct {
	Destination string    `json:"destination"`
	Until       time.Time `json:"until"`
	Reason      string    `json:"reason"`
}

// Run says how everything stands; it works beside a running daemon.
func (c statusCmd) Run(p *process, a shared) error {
	s, err := p.status(a.Store())
	if err != nil {
		return err
	}
	if c.JSON {
		return p.json(s)
	}
	return s.write(p.out, a.Zone())
}

func (p *process) status(st store.Store) (*status, error) {
	s := &status{Version: version(), Patrons: map[string]int{}, Editions: []editionLine{}}
	var err error
	if s.Sources, err = st.Sources(p.ctx); err != nil {
		return nil, err
	}
	readers, err := st.Readership(p.ctx, "")
	if err != nil {
		return nil, err
	}
	for _, of := range readers {
		s.Patrons[of.Key()] += of.People
	}
	if s.Rosters, err = st.RosterStatuses(p.ctx); err != nil {
		return nil, err
	}
	if s.Rosters == nil {
		s.Rosters = []domain.RosterStatus{} // a list without anything, never null
	}
	if s.Films, err = p.films(st); err != nil {
		return nil, err
	}
	editions, err := st.AllEditions(p.ctx, 3)
	if err != nil {
		return nil, err
	}
	for _, e := range editions {
		line, err := describe(p, st, e)
		if err != nil {
			return nil, err
		}
		s.Editions = append(s.Editions, line)
	}
	s.Resting, err = p.resting(st)
	return s, err
}

// remarks are what there is to say of a source beyond its last error.
func remarks(src domain.SourceStatus, zone *time.Location) []string {
	var all []string
	if !src.Since.IsZero() {
		all = append(all, "fails since "+when(src.Since, zone))
	}
	if src.NotBefore.After(now()) {
		all = append(all, "is not asked before "+when(src.NotBefore, zone))
	}
	if src.Held > 0 {
		all = append(all, fmt.Sprintf("%d pieces are held: marquee gather --accept %s makes them news", src.Held, src.Source))
	}
	return all
}

// films is how asking TMDB goes; nil when it was never asked.
func (p *process) films(st store.Store) (*filmsStatus, error) {
	health, err := st.FilmHealth(p.ctx)
	if err != nil || health == (films.Health{}) {
		return nil, err
	}
	s := &filmsStatus{Health: health}
	records, err := st.Films(p.ctx, nil)
	for _, r := range records {
		switch {
		case r.TMDB != "":
			s.Known++
		case !r.Decided:
			s.Open++
		}
	}
	return s, err
}

// resting are the destinations that get no mail at present, by name.
func (p *process) resting(st store.Store) ([]restLine, error) {
	lines := []restLine{}
	paces, err := st.Paces(p.ctx)
	for _, name := range sortedKeys(paces) {
		if pace := paces[name]; pace.Until.After(now()) {
			lines = append(lines, restLine{name, pace.Until, pace.Reason})
		}
	}
	return lines, err
}

func (s *status) write(out io.Writer, zone *time.Location) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SOURCE\tITEMS\tLAST READ\tTROUBLE")
	for _, src := range s.Sources {
		fmt.Fprintf(w, "%s\t%d\t%s\t%s\n", src.Source, src.Items, when(src.Succeeded, zone), plain(src.Error))
		for _, remark := range append(remarks(src, zone), src.Problems...) {
			fmt.Fprintf(w, "\t\t\t%s\n", plain(remark))
		}
	}
	fmt.Fprintln(w, "\nAUDIENCE\tPATRONS\t\t")
	for _, key := range sortedKeys(s.Patrons) {
		fmt.Fprintf(w, "%s\t%d\t\t\n", key, s.Patrons[key])
	}
	s.writeRosters(w, zone)
	s.writeFilms(w, zone)
	fmt.Fprintln(w, "\nEDITION\tSTATE\tBALANCE\t")
	for _, e := range s.Editions {
		fmt.Fprintf(w, "%s\t%s\t%s\t\n", e.Slug, e.State, e.Balance)
	}
	if len(s.Resting) > 0 {
		fmt.Fprintln(w, "\nNO MAIL TO\tUNTIL\tREASON\t")
	}
	for _, r := range s.Resting {
		fmt.Fprintf(w, "%s\t%s\t%s\t\n", plain(r.Destination), when(r.Until, zone), plain(r.Reason))
	}
	return w.Flush()
}

// writeRosters tells how rosters go, and what is odd about them.
func (s *status) writeRosters(w io.Writer, zone *time.Location) {
	if len(s.Rosters) > 0 {
		fmt.Fprintln(w, "\nROSTER\tLAST SYNC\tTROUBLE\t")
	}
	for _, r := range s.Rosters {
		trouble := plain(r.Error)
		if r.Braked {
			trouble = "NOT BELIEVED: " + trouble
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t\n", r.Roster, when(r.Synced, zone), trouble)
		for _, remark := range r.Remarks {
			fmt.Fprintf(w, "\t\t%s\t\n", plain(remark))
		}
	}
}

// writeFilms tells how asking TMDB goes.
func (s *status) writeFilms(w io.Writer, zone *time.Location) {
	if s.Films == nil {
		return
	}
	fmt.Fprintln(w, "\nTMDB\tLAST ANSWER\tTROUBLE\t")
	fmt.Fprintf(w, "%d films known\t%s\t%s\t\n", s.Films.Known, when(s.Films.Succeeded, zone), plain(s.Films.Error))
	if s.Films.Open > 0 {
		fmt.Fprintf(w, "\t\t%d more may be several: marquee films --open\t\n", s.Films.Open)
	}
}

// when is an instant in the publication's zone.
func when(t time.Time, zone *time.Location) string {
	if t.IsZero() {
		return "never"
	}
	return t.In(zone).Format("2006-01-02 15:04 MST")
}
