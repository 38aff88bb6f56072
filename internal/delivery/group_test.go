package delivery

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
)

// desk is a group whose transactions wait to be let go.
type desk struct {
	*group[int, int]
	running sync.WaitGroup
	next    chan error // what the transaction that waits is to return
	seen    [][]int    // the transactions' arguments
}

// newDesk must be called in a bubble.
func newDesk(ctx context.Context) *desk {
	d := &desk{next: make(chan error)}
	d.group = newGroup(func(_ context.Context, in []int) ([]int, error) {
		d.seen = append(d.seen, slices.Sorted(slices.Values(in)))
		if err := <-d.next; err != nil {
			return nil, err
		}
		out := make([]int, len(in))
		for i, n := range in {
			out[i] = 10 * n
		}
		return out, nil
	})
	d.run(ctx, &d.running)
	return d
}

// ask calls with each number from a goroutine of its own.
func (d *desk) ask(t *testing.T, want error, numbers ...int) *sync.WaitGroup {
	t.Helper()
	var wg sync.WaitGroup
	for _, n := range numbers {
		wg.Go(func() {
			got, err := d.call(t.Context(), n)
			if !errors.Is(err, want) || err == nil && got != 10*n {
				t.Errorf("call(%d) = %d, %v; want %v", n, got, err, want)
			}
		})
	}
	synctest.Wait()
	return &wg
}

func TestGroupShares(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t.Context())
		broken := errors.New("broken")
		alone := d.ask(t, nil, 1)
		some := d.ask(t, broken, 2, 3, 4)
		d.next <- nil
		alone.Wait()
		synctest.Wait()
		more := d.ask(t, nil, 5, 6) // while the second is under way
		d.next <- broken
		some.Wait()
		d.next <- nil
		more.Wait()
		d.close()
		d.running.Wait()
		want := [][]int{{1}, {2, 3, 4}, {5, 6}}
		if !slices.EqualFunc(d.seen, want, slices.Equal) {
			t.Errorf("transactions %v, want %v", d.seen, want)
		}
	})
}

func TestGroupIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t.Context())
		first := d.ask(t, nil, 0)
		numbers := make([]int, groupLimit+5)
		rest := d.ask(t, nil, numbers...)
		for range 3 {
			d.next <- nil
		}
		first.Wait()
		rest.Wait()
		if len(d.seen) != 3 || len(d.seen[1]) != groupLimit || len(d.seen[2]) != 5 {
			t.Errorf("%d transactions", len(d.seen))
		}
		d.close()
	})
}

// What was accepted is answered, though the caller gives up and the group is
// told to close.
func TestGroupAnswersWhatItAccepted(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(context.WithoutCancel(t.Context()))
		first := d.ask(t, nil, 1)
		ctx, cancel := context.WithCancel(t.Context())
		answered := make(chan int)
		go func() {
			got, err := d.call(ctx, 2)
			if err != nil {
				t.Error(err)
			}
			answered <- got
		}()
		synctest.Wait()
		cancel()
		d.close()
		d.next <- nil
		d.next <- nil
		if got := <-answered; got != 20 {
			t.Errorf("answered %d", got)
		}
		first.Wait()
		d.running.Wait()
	})
}

func TestGroupRefusesWhoGaveUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t.Context())
		first := d.ask(t, nil, 0)
		full := d.ask(t, nil, make([]int, groupLimit)...)
		ctx, cancel := context.WithCancel(t.Context())
		refused := make(chan error)
		go func() {
			_, err := d.call(ctx, 99)
			refused <- err
		}()
		synctest.Wait()
		cancel()
		if err := <-refused; !errors.Is(err, context.Canceled) {
			t.Errorf("error %v", err)
		}
		d.next <- nil
		d.next <- nil
		first.Wait()
		full.Wait()
		d.close()
		d.running.Wait()
		for _, in := range d.seen {
			if slices.Contains(in, 99) {
				t.Error("it was done all the same")
			}
		}
	})
}
