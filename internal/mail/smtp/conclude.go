package smtp

import (
	"context"
	"errors"
	"fmt"
	"io"
	"syscall"

	"marquee/internal/mail"
)

// conclude judges what is not judged when a conversation is over, and ends the
// session unless it can go on. why is nil when all went as it should.
func (w *window) conclude(ctx context.Context, why error) {
	if why != nil || w.parted || w.in.Buffered() > 0 {
		w.drop()
	} else if !w.usable {
		w.cut()
	}
	gone := w.parted && hungUp(why)
	if err := ctx.Err(); err != nil {
		why = err
	}
	// A letter that was begun had its turn, unless it is known better.
	turn := ctx.Err() == nil && !w.parted && (w.heard > 0 || !w.proven)
	for i := range w.letters {
		l := &w.letters[i]
		switch {
		case l.judged:
			continue
		case l.refused != nil:
			l.judge(l.refused)
		case w.whole(l) && !gone:
			l.lost(mail.Unknown, l.last, cause(why))
		case l.begun && turn:
			l.lost(mail.Deferred, w.at, cause(why))
		default:
			l.withhold(notBegun(why))
		}
	}
	w.awaited.Store(0)
}

// hungUp reports whether a connection ended from the other side.
func hungUp(why error) bool {
	return errors.Is(why, io.EOF) || errors.Is(why, io.ErrUnexpectedEOF) ||
		errors.Is(why, syscall.ECONNRESET) || errors.Is(why, syscall.EPIPE)
}

// notBegun is why a letter had no turn.
func notBegun(why error) error {
	if sent, ok := errors.AsType[*mail.SendError](why); ok {
		why = sent.Err
	}
	return fmt.Errorf("the session ended before its turn: %w", cause(why))
}

// withholdRest judges that all that is not judged was kept back.
func (w *window) withholdRest(why error) { w.withholdFrom(0, why) }

// withholdFrom judges the same of the letters from i on.
func (w *window) withholdFrom(i int, why error) {
	for ; i < len(w.letters); i++ {
		w.letters[i].withhold(why)
	}
}

// outcomes are what became of each message.
func (w *window) outcomes() []error {
	all := make([]error, len(w.letters))
	for i := range w.letters {
		all[i] = w.letters[i].outcome
	}
	return all
}
