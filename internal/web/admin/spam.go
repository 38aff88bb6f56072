package admin

import (
	"context"
	"errors"

	"marquee/internal/doctor"
	"marquee/internal/domain"
)

// spamView is what a spam filter thinks of a letter.
type spamView struct {
	None bool // there is no filter on this machine, or it is no mail
	doctor.Verdict
	Bad bool // it is spam to the filter
}

// judge asks when somebody wants to know, and never for a page that shows something
// else: it takes seconds.
func (h *handlers) judge(ctx context.Context, is *looked) (*spamView, error) {
	if is.letter.Source == nil {
		return &spamView{None: true}, nil
	}
	verdict, err := h.Desk.Judge(ctx, is.which, is.who)
	if errors.Is(err, domain.ErrNotFound) {
		return &spamView{None: true}, nil
	}
	return &spamView{Verdict: verdict, Bad: verdict.Points >= verdict.Limit}, err
}
