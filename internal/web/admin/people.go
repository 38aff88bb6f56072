package admin

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"

	"marquee/internal/domain"
)

// silenced is how many of those who get no mail are listed.
const silenced = 50

// peopleView is what admin_people.html.tmpl sees.
type peopleView struct {
	Audiences []domain.Readership // the highest tier first
	Total     domain.Readership
	Rosters   []rosterView
	Silent    []silentView // the newest of those whom no mail goes to
	Silenced  int          // how many they are
	Asked     string       // an address that nobody has
	Said      string       // what came of what was asked for
	Wrong     bool         // it went wrong
}

// rosterView is a roster and how bringing people into step with it goes.
type rosterView struct {
	healthView
	Path   string
	Braked bool // it is not believed
	Known  bool // it is in the configuration, and can be asked
}

// silentView is an address that no mail goes to.
type silentView struct {
	Address, Since string
	Reason         domain.SuppressionReason
}

func (h *handlers) people(w http.ResponseWriter, r *http.Request) error {
	return h.showPeople(w, r, http.StatusOK, peopleView{})
}

func (h *handlers) showPeople(w http.ResponseWriter, r *http.Request, status int, v peopleView) error {
	for _, fill := range []func(context.Context, *peopleView) error{h.peopleCounts, h.peopleRosters, h.peopleSilent} {
		if err := fill(r.Context(), &v); err != nil {
			return err
		}
	}
	return h.show(w, r, status, "people", "People", v)
}

func (h *handlers) peopleCounts(ctx context.Context, v *peopleView) error {
	counts, err := h.Store.Readership(ctx, "")
	for _, n := range counts {
		v.Total.People += n.People
		v.Total.Mailed += n.Mailed
		v.Total.Plain += n.Plain
		v.Total.Missing += n.Missing
	}
	order := h.Audiences("")
	slices.SortStableFunc(counts, func(a, b domain.Readership) int {
		return cmp.Compare(slices.Index(order, b.Audience), slices.Index(order, a.Audience))
	})
	v.Audiences = counts
	return err
}

func (h *handlers) peopleRosters(ctx context.Context, v *peopleView) error {
	asked, err := h.Store.RosterStatuses(ctx)
	for _, name := range h.Rosters {
		if !slices.ContainsFunc(asked, func(st domain.RosterStatus) bool { return st.Roster == name }) {
			asked = append(asked, domain.RosterStatus{Roster: name})
		}
	}
	for _, st := range asked {
		v.Rosters = append(v.Rosters, rosterView{
			healthView: h.rosterHealth(&st), Path: "/admin/rosters/" + st.Roster, Braked: st.Braked, Known: slices.Contains(h.Rosters, st.Roster),
		})
	}
	return err
}

func (h *handlers) rosterHealth(st *domain.RosterStatus) healthView {
	is := healthView{Name: st.Roster, Good: h.at(st.Synced), Trouble: st.Error, Remarks: st.Remarks}
	if st.Braked {
		is.Trouble = "not believed: " + st.Error
	}
	return is
}

func (h *handlers) peopleSilent(ctx context.Context, v *peopleView) error {
	all, err := h.Store.Suppressions(ctx)
	newest := make([]domain.Suppression, 0, len(all))
	for _, s := range all {
		newest = append(newest, s)
	}
	slices.SortFunc(newest, func(a, b domain.Suppression) int {
		return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.EmailKey, b.EmailKey))
	})
	v.Silenced = len(newest)
	for _, s := range newest[:min(silenced, len(newest))] {
		v.Silent = append(v.Silent, silentView{s.EmailKey, h.at(s.At), s.Reason})
	}
	return err
}

// sync brings people into step with the roster that a path names. With trust its
// word is taken whatever it says.
func (h *handlers) sync(w http.ResponseWriter, r *http.Request) error {
	name := r.PathValue("roster")
	if !slices.Contains(h.Rosters, name) {
		return fmt.Errorf("roster %q: %w in the configuration", name, domain.ErrNotFound)
	}
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	d, err := h.Desk.SyncRoster(ctx, name, r.PostFormValue("trust") != "")
	if err != nil {
		return h.showPeople(w, r, http.StatusOK, peopleView{Said: err.Error(), Wrong: true})
	}
	said := fmt.Sprintf("%s: %d came, %d changed.", name, len(d.Add), len(d.Update))
	return h.showPeople(w, r, http.StatusOK, peopleView{Said: said})
}
