package gather_test

import (
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/fetch"
	"marquee/internal/gather"
	"marquee/internal/source"
)

var errBusy = &fetch.Error{URL: "https://www.lanternscreen.example/", Status: http.StatusInternalServerError}

// unchanged reads a source, an hour later, that says nothing new.
func (b *bench) unchanged() (gather.Gathered, gather.Report) {
	b.Helper()
	b.reader.res.Unchanged = true
	defer func() { b.reader.res.Unchanged = false }()
	return b.reads()
}

// A page that could not be had keeps no piece waiting, and is asked again, though
// the feed has nothing new and the program was started anew.
func TestOwedDetailsAreAskedAgain(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	asked := 0
	b.detail = func(raw *source.Raw) error {
		if asked++; asked < 3 {
			return errBusy
		}
		raw.Film.Directors = []string{"Ines Vardo"}
		raw.Image = &domain.Image{URL: "https://i.example/a.jpg"}
		return nil
	}
	saved, _ := b.reads(piece("a", "Copperwire"))
	if len(saved.Items) != 1 || saved.Items[0].Body == "" {
		t.Fatalf("the piece waits for its page: %+v", saved)
	}
	if saved, _ = b.unchanged(); asked != 2 || len(saved.Items) > 0 {
		t.Errorf("asked %d times, and saved %+v", asked, saved.Items)
	}
	saved, report := b.unchanged()
	if asked != 3 || report.String() != "1 changed" || len(saved.Items) != 1 || saved.Items[0].Film.Directors[0] != "Ines Vardo" {
		t.Fatalf("asked %d times: %s, %+v", asked, report, saved.Items)
	}
	if it := saved.Items[0]; it.Title != "Copperwire" || it.Kind != domain.Review || it.Image == nil || it.Body != "<p>A thriller, and more.</p>" || it.Tags[0] != "Drama" {
		t.Errorf("what was known was lost: %+v", it)
	}
	if saved, _ = b.reads(piece("a", "Copperwire")); asked != 3 || len(saved.Items) > 0 || len(b.store.owed) > 0 {
		t.Errorf("asked %d times, saved %+v, owed %v", asked, saved.Items, b.store.owed)
	}
}

// However long a page cannot be had, it is asked a few times only, and never before
// its server wants it to be. What asking cannot help is not asked again.
func TestOwedDetailsAreBounded(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		err   error
		asked int
		hours int // until the second request
	}{
		"error":       {errBusy, 7, 1},
		"timeout":     {context.DeadlineExceeded, 7, 1},
		"retry after": {&fetch.Error{Status: http.StatusServiceUnavailable, RetryAfter: 30 * time.Hour}, 7, 30},
		"gone":        {&fetch.Error{Status: http.StatusGone}, 1, 0},
		"missing":     {&fetch.Error{Status: http.StatusNotFound}, 1, 0},
		"no page":     {fmt.Errorf("%w: it is a picture", domain.ErrInvalid), 1, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBench(t)
			var asked []time.Time
			b.detail = func(*source.Raw) error {
				asked = append(asked, b.now)
				return c.err
			}
			b.reads(piece("a", "Copperwire"))
			for range 60 * 24 {
				b.unchanged()
			}
			if len(asked) != c.asked || len(b.store.owed) > 0 {
				t.Errorf("asked at %v, owed %v", asked, b.store.owed)
			}
			if len(asked) > 1 && asked[1].Sub(asked[0]) != time.Duration(c.hours)*time.Hour {
				t.Errorf("asked again after %s", asked[1].Sub(asked[0]))
			}
		})
	}
}

// What one read had no time for, the next ones ask.
func TestManyDetailsTakeManyReads(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	asked := map[string]int{}
	b.detail = func(raw *source.Raw) error {
		asked[raw.GUID]++
		return nil
	}
	var pieces []source.Raw
	for i := range 120 {
		pieces = append(pieces, piece(fmt.Sprintf("p%03d", i), fmt.Sprintf("Title %d", i)))
	}
	b.reads(pieces...)
	for n, want := range []int{50, 100, 120, 120} {
		if len(asked) != want {
			t.Errorf("after read %d %d pages were asked, want %d", n+1, len(asked), want)
		}
		b.unchanged()
	}
	for guid, n := range asked {
		if n != 1 {
			t.Errorf("%s was asked %d times", guid, n)
		}
	}
}

// A piece that is shown in part stays so, whatever the page says that was asked for
// facts.
func TestOwedDetailsOpenNothing(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	fails := true
	b.detail = func(raw *source.Raw) error {
		if fails {
			return errBusy
		}
		raw.Content, raw.Film.Directors = "<p>All of it.</p>", []string{"Ines Vardo"}
		return nil
	}
	closed := piece("a", "Copperwire")
	closed.Content = "<p>A thriller. The full review is currently exclusive to Patreon subscribers.</p>"
	b.reads(closed)
	fails = false
	saved, _ := b.unchanged()
	if len(saved.Items) != 1 || !saved.Items[0].Exclusive || saved.Items[0].Body != "" || len(saved.Items[0].Film.Directors) != 1 {
		t.Errorf("%+v", saved.Items)
	}
}

// tally counts how often the store is asked what is owed.
type tally struct {
	*memory
	asked int
}

func (c *tally) DetailsOwed(ctx context.Context, name string, limit int) ([]gather.Owed, error) {
	c.asked++
	return c.memory.DetailsOwed(ctx, name, limit)
}

// A source that owes nothing costs the store a question a few times a day, not at
// every read.
func TestOwingNothingIsCheap(t *testing.T) {
	t.Parallel()
	b := newBench(t)
	c := &tally{memory: b.store}
	g := gather.New(gather.Config{
		Name: "reviews", Reader: detailer{b.reader, func(*source.Raw) error { return nil }}, Store: c, Log: slog.New(slog.DiscardHandler),
		Publication: domain.Publication{URL: "https://www.lanternscreen.example/"}, Now: func() time.Time { return b.now },
	})
	b.reader.res.Items = []source.Raw{piece("a", "Copperwire")}
	for range 100 {
		if _, err := g.Gather(t.Context()); err != nil {
			t.Fatal(err)
		}
		b.reader.res = source.Result{Unchanged: true, State: source.State("1")}
		b.now = b.now.Add(15 * time.Minute)
	}
	if c.asked < 2 || c.asked > 6 {
		t.Errorf("asked %d times in a day of 100 reads", c.asked)
	}
}
