package notice

import (
	"context"

	"marquee/internal/domain"
)

// ClockView is what the template of a notice about the machine's clock sees.
type ClockView struct {
	Publication domain.Publication
	Reason      string
}

// ClockDoubted tells that the machine's clock is not believed, so that nothing
// goes out: once a day.
func (w *Writer) ClockDoubted(ctx context.Context, reason string) error {
	if w.Operator.Address == "" {
		return nil
	}
	return w.write(ctx, domain.NoticeClock, w.today(), w.clock(reason))
}

func (w *Writer) clock(reason string) ClockView {
	return ClockView{Publication: w.Publication, Reason: plain(reason)}
}
