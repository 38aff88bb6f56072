package smtp

import (
	"context"
	"errors"

	"marquee/internal/mail"
)

// errCut is for what stands behind a letter that was kept back after its DATA.
var errCut = errors.New("the connection was cut to keep another message back")

// dictate hands the window over with DATA. With PIPELINING the end of a message
// goes out together with what comes before the next one's content, and one round
// trip answers both (RFC 2920 §3.1).
func (w *window) dictate(ctx context.Context) error {
	i := w.summon(0)
	for i < len(w.letters) {
		l := &w.letters[i]
		if !w.offers.pipelining && w.late() { // nothing was said of it yet
			w.withholdFrom(i, errStale)
			return nil
		}
		if err := w.admit(ctx, l); err != nil {
			return err
		}
		if l.refused != nil {
			if err := w.turnAway(l); err != nil {
				return err
			}
			i = w.summon(i + 1)
			continue
		}
		w.out.put(l.content)
		if err := w.mayEnd(ctx, i); err != nil {
			return err
		}
		w.say(dot)
		w.open = false // whatever the answer, the transaction is over
		w.complete(l)
		i = w.summon(i + 1)
		if err := w.flush(ctx); err != nil {
			return w.lastWords(ctx, l, err)
		}
		if err := w.settle(ctx, l); err != nil {
			return err
		}
		if w.parted {
			return l.refused
		}
	}
	return nil
}

// summon finds the next letter from i on and says what comes before its content.
// When begin was asked too long ago there is none.
func (w *window) summon(i int) int {
	if w.late() {
		w.withholdFrom(i, errStale)
	}
	for i = w.next(i); i < len(w.letters); i = w.next(i + 1) {
		l := &w.letters[i]
		if w.dotless.holds(l.content) {
			w.invite(l, dot)
			break
		}
		l.judge(&mail.SendError{Outcome: mail.Rejected, Command: string(data), Err: errDotted})
	}
	return i
}

// turnAway judges a letter that was refused before its content. Its error says
// that the session is over.
func (w *window) turnAway(l *letter) error {
	l.judge(l.refused)
	if w.parted || !w.usable {
		return l.refused
	}
	return nil
}

// mayEnd asks begin if it was not asked yet: when the server has all of the first
// letter's content. There is no way back from there but to cut the connection,
// which is done too when begin was asked too long ago.
func (w *window) mayEnd(ctx context.Context, i int) error {
	switch {
	case w.let != nil && w.late():
		w.withholdFrom(i, errStale)
		return errCut
	case w.let != nil:
		return nil
	}
	l := &w.letters[i]
	if err := w.flush(ctx); err != nil {
		return w.lastWords(ctx, l, err)
	}
	if !w.ask(ctx) {
		return errCut
	}
	if !w.let[i] {
		l.withhold(errKept)
		return errCut
	}
	return nil
}

// lastWords hears what a server that has stopped listening, which is err, has
// said of a letter before.
func (w *window) lastWords(ctx context.Context, l *letter, err error) error {
	at := w.at
	if ctx.Err() == nil || w.whole(l) {
		_ = w.settle(ctx, l) // it is err that ended the session
	}
	w.at = at
	return err
}
