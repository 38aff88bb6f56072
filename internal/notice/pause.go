package notice

import (
	"context"
	"strings"
	"time"

	"marquee/internal/domain"
)

// Pause says that a destination does not want our mail and gets none for a while.
type Pause struct {
	Destination string // "relay main", or "domain example.org"
	Until       time.Time
	Reason      string // the server's words, without addresses
}

// PauseView is what the template of a notice about a pause sees.
type PauseView struct {
	Publication domain.Publication
	Destination string // "relay main"
	Where       string // "through relay main", "to domain example.org"
	Quoted      string // Destination as one word of a command: 'relay main'
	Until       string // "Fri Nov 20, 17:15 CST"
	Reason      string
}

// DestinationPaused tells that mail to a destination waits, once a day for each.
func (w *Writer) DestinationPaused(ctx context.Context, p Pause) error {
	if w.Operator.Address == "" {
		return nil
	}
	return w.write(ctx, domain.NoticePaused, p.Destination+"/"+w.today(), w.pause(p))
}

func (w *Writer) pause(p Pause) PauseView {
	destination := plain(p.Destination)
	where := "to " + destination
	if strings.HasPrefix(destination, "relay ") {
		where = "through " + destination
	}
	return PauseView{
		Publication: w.Publication, Destination: destination, Where: where, Quoted: quoted(destination),
		Until: w.dates().Coming(p.Until), Reason: plain(p.Reason),
	}
}

// quoted is text as one word of a shell's command. A destination may be the
// domain of anybody's address.
func quoted(text string) string { return "'" + strings.ReplaceAll(text, "'", `'\''`) + "'" }
