package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"text/tabwriter"

	"marquee/internal/domain"
	"marquee/internal/films"
)

type filmsCmd struct {
	List    filmsListCmd    `cmd:"" default:"withargs" help:"Films that pieces are about, and what TMDB calls them."`
	Set     filmsSetCmd     `cmd:"" help:"Say which film of TMDB's is meant."`
	Refresh filmsRefreshCmd `cmd:"" help:"Ask TMDB now."`
}

type filmsListCmd struct {
	Open bool `help:"Only those of which it is not known which is meant."`
	JSON bool `help:"One JSON document." name:"json"`
}

// filmLine is a film as the operator sees it.
type filmLine struct {
	Subject string `json:"subject"`
	Title   string `json:"title"`
	TMDB    string `json:"tmdb,omitempty"`
	Decided bool   `json:"decided,omitempty"`
	Reason  string `json:"reason,omitempty"`
	Watch   int    `json:"services"` // that it can be watched at
}

// Run lists films, and why some are not known.
func (c filmsListCmd) Run(p *process, a shared) error {
	records, err := a.Store().Films(p.ctx, nil)
	if err != nil {
		return err
	}
	lines := []filmLine{}
	for _, key := range sortedKeys(records) {
		if r := records[key]; !c.Open || r.TMDB == "" && !r.Decided {
			lines = append(lines, lineOf(r))
		}
	}
	if c.JSON {
		return p.json(lines)
	}
	return writeFilms(p.out, lines)
}

func lineOf(r films.Record) filmLine {
	l := filmLine{Subject: r.Subject, Title: r.Title, TMDB: r.TMDB, Decided: r.Decided, Reason: r.Reason}
	for _, w := range r.Watch {
		l.Watch += len(w.Services)
	}
	return l
}

func writeFilms(out io.Writer, lines []filmLine) error {
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "SUBJECT\tTMDB\tSERVICES\tREMARK")
	for _, l := range lines {
		id, remark := l.TMDB, l.Reason
		switch {
		case l.Decided:
			remark = "by your word"
		case id == "" && remark == "":
			remark = "not asked yet"
		}
		if id == "" {
			id = "-"
		}
		fmt.Fprintf(w, "%s\t%s\t%d\t%s\n", plain(l.Subject), id, l.Watch, plain(remark))
	}
	return w.Flush()
}

type filmsSetCmd struct {
	Subject string `arg:"" help:"The film as the list calls it: \"the salt ledger (2024) tomas reyl\"."`
	ID      string `arg:"" name:"tmdb-id" help:"The number in its address at themoviedb.org, or none."`
}

// Run writes down what the operator says.
func (c filmsSetCmd) Run(p *process, a shared) error {
	id := c.ID
	if id == "none" {
		id = ""
	} else if id == "" || len(id) > 12 || strings.Trim(id, "0123456789") != "" {
		return fmt.Errorf("%w: %q is no id of TMDB's: write its number, such as 990001, or none", errUsage, c.ID)
	}
	known, err := a.Store().Films(p.ctx, []string{c.Subject})
	if err != nil {
		return err
	}
	r, ok := known[c.Subject]
	if !ok {
		return fmt.Errorf("film %q: %w: copy it from marquee films", c.Subject, domain.ErrNotFound)
	}
	if err := a.Store().DecideFilm(p.ctx, r.Subject, r.Title, id); err != nil {
		return err
	}
	if id == "" {
		fmt.Fprintf(p.out, "%s: none of TMDB's\n", plain(r.Title))
	} else {
		fmt.Fprintf(p.out, "%s: https://www.themoviedb.org/movie/%s\n", plain(r.Title), id)
	}
	return nil
}

type filmsRefreshCmd struct{}

// Run asks for every film of the newest pieces.
func (filmsRefreshCmd) Run(p *process, a shared) error {
	report, err := a.RefreshFilms(p.ctx)
	if err == nil || !errors.Is(err, domain.ErrConflict) {
		fmt.Fprintf(p.out, "%d asked for, %d known, %d left\n", report.Asked, report.Known, report.Left)
	}
	return err
}
