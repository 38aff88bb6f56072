package admin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strconv"

	"marquee/internal/domain"
	"marquee/internal/token"
)

// listedEditions is how many editions are listed.
const listedEditions = 100

// editionView is an edition and where it stands.
type editionView struct {
	ID        domain.EditionID
	Slug      string
	Digest    string
	Subject   string
	State     domain.EditionState
	Reason    string
	Path      string
	Due       string
	Balance   domain.Balance
	Share     int // of a hundred, how many are settled
	CanHold   bool
	CanGo     bool // held: it can be let go
	CanSend   bool
	CanCancel bool
	CanRemake bool // held, and nothing of it has left
	CanResend bool // somebody did not get it

	CanCorrect bool             // somebody has it, and nobody is to get it
	Corrects   domain.EditionID // 0 for an edition of its own
}

func editionPath(e *domain.Edition) string { return fmt.Sprintf("/admin/editions/%d", e.ID) }

func (h *handlers) editionView(ctx context.Context, e *domain.Edition) (editionView, error) {
	b, err := h.Store.Balance(ctx, e.ID)
	v := editionView{
		ID: e.ID, Slug: e.Slug(), Digest: e.Digest, Subject: e.Subject, State: e.State, Reason: e.Reason,
		Path: editionPath(e), Due: h.at(e.Due), Balance: b,
		CanHold: e.State == domain.EditionFrozen || e.State == domain.EditionSending, CanGo: e.State == domain.EditionHeld,
		CanSend:   e.State == domain.EditionFrozen || e.State == domain.EditionHeld,
		CanRemake: e.State == domain.EditionHeld && b.Pending == b.Entitled && b.InDoubt == 0 && e.Corrects == 0,
		CanResend: b.Failed+b.Skipped > 0 && (e.State == domain.EditionSending || e.State == domain.EditionDone || e.State == domain.EditionCancelled),
		Corrects:  e.Corrects, CanCorrect: b.Sent > 0 && e.State != domain.EditionSending && e.Corrects == 0,
		CanCancel: e.State == domain.EditionFrozen || e.State == domain.EditionHeld || e.State == domain.EditionSending,
	}
	if b.Entitled > 0 {
		v.Share = (b.Entitled - b.Pending) * 100 / b.Entitled
	}
	return v, err
}

func (h *handlers) editions(w http.ResponseWriter, r *http.Request) error {
	editions, err := h.Store.AllEditions(r.Context(), listedEditions)
	if err != nil {
		return err
	}
	views := make([]editionView, len(editions))
	for i := range editions {
		if views[i], err = h.editionView(r.Context(), &editions[i]); err != nil {
			return err
		}
	}
	return h.show(w, r, http.StatusOK, "editions", "Editions", views)
}

// editionPage is what admin_edition.html.tmpl sees.
type editionPage struct {
	editionView
	Corrections []editionView // oldest first
	Items       []string
	Reasons     []domain.DeliveryCount
	Bounces     []domain.BounceCount
	Shown       bool // its letters can be looked at
	Notified    bool
	Tested      bool
	Refused     string // why what was asked for was not done
}

func (h *handlers) edition(w http.ResponseWriter, r *http.Request) error {
	return h.showEdition(w, r, "")
}

func (h *handlers) showEdition(w http.ResponseWriter, r *http.Request, refused string) error {
	e, err := h.stored(r)
	if err != nil {
		return err
	}
	v := editionPage{
		Shown: e.State != domain.EditionSkipped, Notified: h.Notified != "", Tested: r.URL.Query().Has("tested"), Refused: refused,
	}
	if v.editionView, err = h.editionView(r.Context(), &e); err != nil {
		return err
	}
	if v.Reasons, err = h.Store.Reasons(r.Context(), e.ID); err != nil {
		return err
	}
	v.Reasons = slices.DeleteFunc(v.Reasons, func(c domain.DeliveryCount) bool { return c.State == domain.Sent && c.Reason == "" })
	if v.Bounces, err = h.Store.BounceCounts(r.Context(), e.ID); err != nil {
		return err
	}
	corrections, err := h.Store.Corrections(r.Context(), e.ID)
	if err != nil {
		return err
	}
	for i := range corrections {
		k, err := h.editionView(r.Context(), &corrections[i])
		if err != nil {
			return err
		}
		v.Corrections = append(v.Corrections, k)
	}
	for _, id := range e.Items {
		it, err := h.Store.Item(r.Context(), id)
		if err != nil {
			return err
		}
		title := it.FullTitle()
		if !it.Withdrawn.IsZero() {
			title += " (withdrawn by its source)"
		}
		v.Items = append(v.Items, title)
	}
	status := http.StatusOK
	if refused != "" {
		status = http.StatusConflict
	}
	return h.show(w, r, status, "edition", e.Slug(), v)
}

// confirm asks whether an edition is to go out at once: that cannot be undone.
func (h *handlers) confirm(w http.ResponseWriter, r *http.Request) error {
	e, err := h.stored(r)
	if err != nil {
		return err
	}
	return h.showAsk(w, r, token.Send, e, nil, false)
}

// stored is the edition that a path names.
func (h *handlers) stored(r *http.Request) (domain.Edition, error) {
	id, err := strconv.ParseInt(r.PathValue("edition"), 10, 64)
	if err != nil {
		return domain.Edition{}, fmt.Errorf("edition %q: %w", r.PathValue("edition"), domain.ErrNotFound)
	}
	return h.Store.Edition(r.Context(), domain.EditionID(id))
}

// act does what a button says. What cannot be done is told on the edition's page.
func (h *handlers) act(w http.ResponseWriter, r *http.Request) error {
	e, err := h.stored(r)
	if err != nil {
		return err
	}
	switch r.PathValue("act") {
	case "hold":
		err = h.Desk.HoldEdition(r.Context(), e.ID)
	case "release":
		err = h.Desk.ReleaseEdition(r.Context(), e.ID, r.PostFormValue("sure") != "")
	case "send":
		err = h.Desk.SendEdition(r.Context(), e.ID)
	case "remake":
		err = h.Desk.RemakeEdition(r.Context(), e.ID)
	case "resend":
		_, err = h.Desk.ResendMissed(r.Context(), e.ID)
	case "cancel":
		err = h.Desk.CancelEdition(r.Context(), e.ID)
	default:
		return fmt.Errorf("act %q: %w", r.PathValue("act"), domain.ErrNotFound)
	}
	if errors.Is(err, domain.ErrConflict) || errors.Is(err, domain.ErrInvalid) {
		return h.showEdition(w, r, err.Error())
	}
	if err != nil {
		return err
	}
	http.Redirect(w, r, editionPath(&e), http.StatusSeeOther)
	return nil
}
