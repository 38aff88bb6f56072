package smtp

import (
	"cmp"
	"context"
)

// mostAwaited is how many messages may lack their answers before the first of
// those is heard: a server that cannot get rid of its replies stops listening
// (RFC 2920 §3.1).
const mostAwaited = 100

// ship hands the window over with BDAT (RFC 3030): one message's envelope first,
// to see that the server takes it, and everything else in one go. Between two
// messages stands RSET. Its reply costs no time, and without it the remains of a
// refused message would be taken for the next one's envelope.
func (w *window) ship(ctx context.Context) error {
	first, err := w.embark(ctx)
	if err != nil || first == len(w.letters) {
		return err
	}
	if !w.ask(ctx) {
		return nil // nothing is on its way, and RSET can end what was begun
	}
	err = w.load(ctx, first)
	if err == nil || w.broken {
		err = cmp.Or(w.unload(ctx), err) // what is heard at last says more
	}
	return err
}

// embark finds the first letter whose envelope the server accepts.
func (w *window) embark(ctx context.Context) (int, error) {
	i := w.next(0)
	for ; i < len(w.letters); i = w.next(i) {
		l := &w.letters[i]
		w.invite(l, bdat)
		if err := w.admit(ctx, l); err != nil {
			return i, err
		}
		if l.refused == nil {
			break
		}
		if err := w.turnAway(l); err != nil {
			return i, err
		}
	}
	return i, nil
}

// load says all letters that may be completed; the first is begun already.
func (w *window) load(ctx context.Context, first int) error {
	for i := w.next(first); i < len(w.letters); i = w.next(i + 1) {
		l := &w.letters[i]
		if i != first {
			w.invite(l, bdat)
		}
		w.sayChunk(l)
		w.complete(l)
		if w.awaited.Load() < mostAwaited {
			continue
		}
		if err := w.flush(ctx); err != nil {
			return err
		}
		w.due = w.said(w.due)
		if err := w.reap(ctx, &w.letters[w.due]); err != nil {
			return err
		}
	}
	return w.flush(ctx)
}

// unload hears what became of everything that was said.
func (w *window) unload(ctx context.Context) error {
	var last *letter
	for i := w.said(w.due); i < len(w.letters); i = w.said(i + 1) {
		last = &w.letters[i]
		if !w.whole(last) && ctx.Err() != nil {
			return ctx.Err()
		}
		if err := w.reap(ctx, last); err != nil {
			return err
		}
	}
	if last != nil && last.outcome == nil {
		w.open = false // what was taken is over
	}
	return nil
}

// said is the first letter from i on whose end was said and that has no answer.
func (w *window) said(i int) int {
	for i < len(w.letters) && (w.letters[i].judged || w.letters[i].end == 0) {
		i++
	}
	return i
}

// reap hears everything about a letter.
func (w *window) reap(ctx context.Context, l *letter) error {
	if !l.begun {
		if err := w.admit(ctx, l); err != nil {
			return err
		}
	}
	return w.settle(ctx, l)
}
