package delivery

import (
	"context"
	"sync"
)

// groupLimit bounds how many calls share one transaction.
const groupLimit = 256

// group lets the calls of many goroutines share transactions: while one runs,
// the next gathers whoever comes. An idle group adds no delay to a single call.
type group[T, R any] struct {
	calls chan call[T, R]
	do    func(ctx context.Context, in []T) ([]R, error)
}

// call is one goroutine's part of a transaction.
type call[T, R any] struct {
	in    T
	reply chan answer[R]
}

// answer is what came of a call.
type answer[R any] struct {
	out R
	err error
}

// newGroup returns a group over do, which answers each of its arguments, in
// their order.
func newGroup[T, R any](do func(context.Context, []T) ([]R, error)) *group[T, R] {
	return &group[T, R]{calls: make(chan call[T, R], groupLimit), do: do}
}

// call waits for the transaction that in becomes part of. Once accepted, a call
// is always answered, even when ctx ends meanwhile: its caller must know.
func (g *group[T, R]) call(ctx context.Context, in T) (R, error) {
	c := call[T, R]{in: in, reply: make(chan answer[R], 1)}
	select {
	case g.calls <- c:
	case <-ctx.Done():
		var none R
		return none, ctx.Err()
	}
	a := <-c.reply
	return a.out, a.err
}

// run answers calls until close; ctx binds the transactions, not the loop.
func (g *group[T, R]) run(ctx context.Context, wg *sync.WaitGroup) {
	wg.Go(func() {
		for first := range g.calls {
			g.answer(ctx, g.gather(first))
		}
	})
}

// close ends run after the last call has been answered. Nobody may call again.
func (g *group[T, R]) close() { close(g.calls) }

// gather collects who is waiting already.
func (g *group[T, R]) gather(first call[T, R]) []call[T, R] {
	calls := []call[T, R]{first}
	for len(calls) < groupLimit {
		select {
		case c, open := <-g.calls:
			if !open {
				return calls
			}
			calls = append(calls, c)
		default:
			return calls
		}
	}
	return calls
}

func (g *group[T, R]) answer(ctx context.Context, calls []call[T, R]) {
	in := make([]T, len(calls))
	for i, c := range calls {
		in[i] = c.in
	}
	out, err := g.do(ctx, in)
	for i, c := range calls {
		a := answer[R]{err: err}
		if err == nil {
			a.out = out[i]
		}
		c.reply <- a
	}
}
