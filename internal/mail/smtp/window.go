package smtp

import (
	"context"
	"errors"
	"time"

	"marquee/internal/mail"
)

// window is one Send: letters in their order, and what is known of each.
type window struct {
	*session
	letters []letter
	begin   mail.Begin
	let     []bool      // which may be completed; nil until begin was asked
	stale   *time.Timer // since begin was asked

	at    command // the last that was waited for
	heard int     // replies
	due   int     // the first letter whose end was said and may lack its answer
	// parted says that the server has announced the end of the connection: what it
	// then does not answer any more, it has not taken (RFC 5321 §3.8).
	parted bool
	broken bool // nothing can be said any more
}

func newWindow(s *session, messages []mail.Message, begin mail.Begin) *window {
	w := &window{session: s, letters: s.letters[:0], begin: begin}
	for _, m := range messages {
		w.letters = append(w.letters, newLetter(m, s.offers))
	}
	return w
}

// release lets go of the messages.
func (w *window) release() {
	if w.stale != nil {
		w.stale.Stop()
	}
	clear(w.letters)
	w.session.letters = w.letters[:0]
}

// hand holds the conversation that the server bears. Its error is why the
// session is over.
func (w *window) hand(ctx context.Context) error {
	if w.offers.chunking && w.offers.pipelining {
		return w.ship(ctx)
	}
	return w.dictate(ctx)
}

// errKept is for letters that begin did not let through.
var errKept = errors.New("kept back at the last moment")

// next is the first letter from i on that is to be handed over; len(letters) when
// there is none. What begin has not let through is judged in passing.
func (w *window) next(i int) int {
	for ; i < len(w.letters); i++ {
		l := &w.letters[i]
		if w.let != nil && !w.let[i] {
			l.withhold(errKept)
		}
		if !l.judged {
			break
		}
	}
	return i
}

// ask asks begin and reports whether it answered. If not, everything is withheld.
func (w *window) ask(ctx context.Context) bool {
	let, err := w.begin.Ask(ctx, len(w.letters))
	if err != nil {
		w.withholdRest(err)
		return false
	}
	w.let, w.stale = let, time.NewTimer(mail.Freshness)
	return true
}

// errStale is for letters whose turn came too late.
var errStale = errors.New("the server was too slow for the rest of the window")

// late reports whether begin was asked too long ago for its answer to count.
func (w *window) late() bool {
	if w.stale == nil {
		return false
	}
	select {
	case <-w.stale.C:
		w.stale.Reset(0) // it stays so
		return true
	default:
		return false
	}
}

// invite says what comes before a letter's content: with PIPELINING all of it,
// else admit says it bit by bit. RSET comes first where it is not known that the
// server has nothing else under way.
func (w *window) invite(l *letter, last command) {
	l.last, l.reset = last, w.open
	if !w.offers.pipelining {
		return
	}
	for _, c := range [...]command{rset, mailFrom, rcptTo, data} {
		if l.opensWith(c) {
			w.speak(l, c)
		}
	}
}

// speak says one command of a letter's opening.
func (w *window) speak(l *letter, c command) {
	switch c {
	case mailFrom:
		w.sayMail(l)
	case rcptTo:
		w.sayRcpt(l)
	default:
		w.say(c)
	}
}

// admit hears what the server says to a letter's opening. A refusal is kept.
func (w *window) admit(ctx context.Context, l *letter) error {
	l.begun = true
	for _, c := range [...]command{rset, mailFrom, rcptTo, data} {
		if !l.opensWith(c) {
			continue
		}
		if !w.offers.pipelining {
			w.speak(l, c)
		}
		if w.asked > 0 {
			if err := w.flush(ctx); err != nil {
				return err
			}
		}
		if err := w.hearOpening(ctx, l, c); err != nil {
			return err
		}
		if l.refused != nil && (!w.offers.pipelining || w.parted && w.awaited.Load() == 0) {
			break // nothing more is owed, or will come
		}
	}
	return nil
}

// hearOpening hears the reply to one command of a letter's opening.
func (w *window) hearOpening(ctx context.Context, l *letter, c command) error {
	r, err := w.hear(ctx, c)
	switch {
	case err != nil:
		return err
	case r.class() >= 4:
		l.refuse(w.refusal(l, c, r))
	case r.class() != c.wants():
		return errNonsense
	case c == data && l.refused != nil:
		return w.dismiss(ctx, l)
	}
	return nil
}

// refusal is what a reply means for a letter. What is said to RSET, or to the
// first command after a pause, is about the session.
func (w *window) refusal(l *letter, c command, r reply) *mail.SendError {
	why := refusal(string(c), r, l.to)
	w.parted = w.parted || r.code == 421
	if c == rset || r.code == 421 && w.heard == 1 && w.proven {
		why.Outcome = mail.Withheld
		w.usable = false
	}
	return why
}

// dismiss is for a server that wants the content of a letter whose recipient it
// has refused: it gets none (RFC 2920 §3.1). If it has refused anything else,
// somebody could get an empty letter.
func (w *window) dismiss(ctx context.Context, l *letter) error {
	if l.refused.Command != string(rcptTo) {
		return errNonsense
	}
	w.say(dot)
	w.open = false
	if err := w.flush(ctx); err != nil {
		return err
	}
	_, err := w.hear(ctx, dot) // it cannot have taken anything
	return err
}

// complete marks that a letter's end goes out with the next flush.
func (w *window) complete(l *letter) {
	l.end = w.out.said
	w.awaited.Add(1)
}

// whole reports whether all of a letter was handed over.
func (w *window) whole(l *letter) bool { return l.end > 0 && l.end <= w.out.sent }

// settle hears the reply to a letter's end, and judges.
func (w *window) settle(ctx context.Context, l *letter) error {
	r, err := w.hear(ctx, l.last)
	if err != nil {
		return err
	}
	if l.end > 0 {
		w.awaited.Add(-1)
	}
	switch class := r.class(); {
	case class == 3, class == 2 && !w.whole(l):
		return errNonsense
	case class == 2 && (l.refused == nil || l.refused.Command != string(rcptTo)):
		w.proven = true
		l.judge(nil) // whatever else was refused, it has a recipient and is taken
		return nil
	case class > 2:
		l.refuse(w.refusal(l, l.last, r))
	}
	l.judge(l.refused)
	return nil
}

// flush hands over what was said.
func (w *window) flush(ctx context.Context) error {
	err := w.session.flush(ctx)
	w.broken = w.broken || err != nil
	return err
}

// hear awaits a reply. Once ctx has ended it is for complete messages only, and
// once the connection is about to end it does not wait long.
func (w *window) hear(ctx context.Context, c command) (reply, error) {
	w.at = c
	if err := ctx.Err(); err != nil && w.awaited.Load() == 0 {
		return reply{}, err
	}
	limit := w.limits.of(c)
	if (w.parted || w.broken) && ctx.Err() == nil {
		limit = w.limits.quit
	}
	r, err := w.session.hear(limit)
	if err == nil {
		w.heard++
	}
	return r, err
}
