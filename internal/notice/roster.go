package notice

import (
	"context"

	"marquee/internal/domain"
)

// RosterView is what the template of a notice about a roster sees.
type RosterView struct {
	Publication domain.Publication
	Roster      string
	Reason      string
}

// RosterBraked tells that a roster's listing was not believed, so that nobody was
// changed: once a day for each roster.
func (w *Writer) RosterBraked(ctx context.Context, roster, reason string) error {
	if w.Operator.Address == "" {
		return nil
	}
	return w.write(ctx, domain.NoticeBraked, roster+"/"+w.today(), w.roster(roster, reason))
}

func (w *Writer) roster(name, reason string) RosterView {
	return RosterView{Publication: w.Publication, Roster: plain(name), Reason: plain(reason)}
}
