package admin

import (
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"marquee/internal/doctor"
)

// checkView is what admin_check.html.tmpl sees.
type checkView struct {
	Asked  string // when; empty before the first time
	Groups []findings
	Fine   int
	Green  bool
}

// findings are those of a level.
type findings struct {
	Level doctor.Level
	Found []doctor.Finding
}

// checkup is the last examination since the process began.
type checkup struct {
	mu    sync.Mutex // held while one is made: it asks other people's servers
	at    time.Time
	found doctor.Report
}

func (h *handlers) check(w http.ResponseWriter, r *http.Request) error {
	h.last.mu.Lock()
	defer h.last.mu.Unlock()
	return h.show(w, r, http.StatusOK, "check", "Will letters arrive?", h.checkView())
}

// patience is how long an examination may take: the server gives up on answers
// that take a minute.
const patience = 50 * time.Second

// examine asks everybody and shows what they say.
func (h *handlers) examine(w http.ResponseWriter, r *http.Request) error {
	h.last.mu.Lock()
	defer h.last.mu.Unlock()
	ctx, cancel := context.WithTimeout(r.Context(), patience)
	defer cancel()
	found, err := h.Desk.Checkup(ctx)
	if err != nil {
		return err
	}
	h.last.at, h.last.found = h.Now(), found
	return h.show(w, r, http.StatusOK, "check", "Will letters arrive?", h.checkView())
}

// checkView has the worst first, and all that is fine as a number and a list.
func (h *handlers) checkView() checkView {
	v := checkView{Asked: h.at(h.last.at), Green: h.last.found.Green(), Fine: h.last.found.Count(doctor.OK)}
	for _, level := range []doctor.Level{doctor.Fault, doctor.Warning, doctor.Unknown, doctor.Note, doctor.OK} {
		of := slices.DeleteFunc(slices.Clone(h.last.found), func(f doctor.Finding) bool { return f.Level != level })
		if len(of) > 0 {
			v.Groups = append(v.Groups, findings{level, of})
		}
	}
	return v
}
