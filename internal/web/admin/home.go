package admin

import (
	"context"
	"errors"
	"maps"
	"net/http"
	"slices"

	"marquee/internal/domain"
	"marquee/internal/schedule"
)

// recentEditions is how many editions the first page looks at.
const recentEditions = 12

// homeView is what admin_home.html.tmpl sees.
type homeView struct {
	Digests []digestView
	Last    *editionView // the newest that goes or went out
	Sources []healthView
	Rosters []healthView
	Resting []restingView // destinations that get no mail
}

// digestView is how far a digest is.
type digestView struct {
	Title, Path string
	Missed      *missedView   // nil when no slot was missed since the newest edition
	Waiting     []editionView // frozen or held
	Next        *outlookView  // nil when its schedule has no more slots
}

// missedView is an edition that should have gone out and did not.
type missedView struct {
	Due          string
	Digest, Slot string // for the command that sends it
}

// outlookView is the next edition in a few words.
type outlookView struct {
	Subject     string
	Closes, Due string
	Skipped     string // why it would be skipped
	Trouble     string // why it cannot be told; then nothing else is
	Items       int
	Warnings    []string
}

// healthView is a source or a roster and how it goes.
type healthView struct {
	Name    string
	Good    string // when it last went well
	Trouble string
	Remarks []string
}

// restingView is a destination that gets no mail for a while.
type restingView struct{ Destination, Until, Reason string }

func (h *handlers) home(w http.ResponseWriter, r *http.Request) error {
	var v homeView
	editions, err := h.Store.AllEditions(r.Context(), recentEditions)
	if err != nil {
		return err
	}
	for _, fill := range []func(context.Context, []domain.Edition, *homeView) error{
		h.homeDigests, h.homeLast, h.homeSources, h.homeRosters, h.homeResting,
	} {
		if err := fill(r.Context(), editions, &v); err != nil {
			return err
		}
	}
	return h.show(w, r, http.StatusOK, "home", "Desk", v)
}

func (h *handlers) homeDigests(ctx context.Context, editions []domain.Edition, v *homeView) error {
	for _, d := range h.Digests {
		is := digestView{Title: d.Title, Path: "/admin/next/" + d.Name}
		for i := range editions {
			if e := &editions[i]; e.Digest == d.Name && (e.State == domain.EditionFrozen || e.State == domain.EditionHeld) {
				view, err := h.editionView(ctx, e)
				if err != nil {
					return err
				}
				is.Waiting = append(is.Waiting, view)
			}
		}
		var err error
		if is.Missed, err = h.missed(ctx, d.Name, editions); err != nil {
			return err
		}
		if is.Next, err = h.outlook(ctx, d.Name); err != nil {
			return err
		}
		v.Digests = append(v.Digests, is)
	}
	return nil
}

// missed is the newest slot that passed without an edition, unless there is one
// since.
func (h *handlers) missed(ctx context.Context, name string, editions []domain.Edition) (*missedView, error) {
	slot, err := h.Store.Mark(ctx, domain.MissedMark(name))
	made := slices.ContainsFunc(editions, func(e domain.Edition) bool { return e.Digest == name && e.Slot >= slot })
	if slot == "" || made || err != nil {
		return nil, err
	}
	return &missedView{h.at(schedule.Instant(slot, h.Publication.Zone)), name, string(slot)}, nil
}

func (h *handlers) outlook(ctx context.Context, name string) (*outlookView, error) {
	report, err := h.report(ctx, name)
	if errors.Is(err, domain.ErrInvalid) { // which the pages below tell of too
		return &outlookView{Trouble: err.Error()}, nil
	}
	if report == nil || err != nil {
		return nil, err
	}
	o := &outlookView{
		Subject: report.Subject, Closes: h.at(report.Closes), Due: h.at(report.Due),
		Warnings: slices.Concat(report.Missing, report.Warnings),
	}
	for _, s := range report.Sections {
		o.Items += len(s.Items)
	}
	if report.State == domain.EditionSkipped {
		o.Skipped = report.Reason
	}
	return o, nil
}

func (h *handlers) homeLast(ctx context.Context, editions []domain.Edition, v *homeView) error {
	i := slices.IndexFunc(editions, func(e domain.Edition) bool {
		return e.State == domain.EditionSending || e.State == domain.EditionDone
	})
	if i < 0 {
		return nil
	}
	last, err := h.editionView(ctx, &editions[i])
	v.Last = &last
	return err
}

func (h *handlers) homeSources(ctx context.Context, _ []domain.Edition, v *homeView) error {
	sources, err := h.Store.Sources(ctx)
	for i := range sources {
		v.Sources = append(v.Sources, h.health(&sources[i]))
	}
	return err
}

func (h *handlers) homeRosters(ctx context.Context, _ []domain.Edition, v *homeView) error {
	rosters, err := h.Store.RosterStatuses(ctx)
	for i := range rosters {
		v.Rosters = append(v.Rosters, h.rosterHealth(&rosters[i]))
	}
	return err
}

func (h *handlers) homeResting(ctx context.Context, _ []domain.Edition, v *homeView) error {
	paces, err := h.Store.Paces(ctx)
	for _, name := range slices.Sorted(maps.Keys(paces)) {
		if p := paces[name]; p.Until.After(h.Now()) {
			v.Resting = append(v.Resting, restingView{name, h.at(p.Until), p.Reason})
		}
	}
	return err
}

// resume lets mail go to a destination again.
func (h *handlers) resume(w http.ResponseWriter, r *http.Request) error {
	if err := h.Desk.ResumeDestination(r.Context(), r.PostFormValue("destination")); err != nil {
		return err
	}
	http.Redirect(w, r, "/admin/", http.StatusSeeOther)
	return nil
}
