package storetest

import (
	"context"
	"encoding/json"
	netmail "net/mail"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/riverqueue/river"

	"marquee/internal/domain"
	"marquee/internal/jobs"
	"marquee/internal/store"
)

func noticeTests() map[string]func(*testing.T, store.Store) {
	return map[string]func(*testing.T, store.Store){
		"come back as written":  noticeRoundTrip,
		"once by kind and key":  noticeOnce,
		"one job each":          noticeJobs,
		"updates":               noticeUpdates,
		"a final state stays":   noticeFinal,
		"strangers' words":      noticeReason,
		"nothing is where not":  noticeNotFound,
		"secrets are forgotten": noticeForgotten,
	}
}

// note is a notice of a key.
func note(kind domain.NoticeKind, key string) domain.Notice {
	return domain.Notice{
		Kind: kind, Key: key, To: netmail.Address{Name: "Zoë Ångström", Address: "zoe@example.org"},
		Subject: "weekly goes out", Text: "It does.\n", HTML: "<p>It does.", Created: instant(),
	}
}

func noticeRoundTrip(t *testing.T, s store.Store) {
	want := note(domain.NoticeFrozen, "weekly-2026-11-20-1700")
	want.ID = must(s.CreateNotice(t.Context(), want))(t)
	want.State, want.Changed = domain.NoticeQueued, want.Created
	if diff := cmp.Diff(want, must(s.Notice(t.Context(), want.ID))(t)); diff != "" {
		t.Errorf("notice (-want +got):\n%s", diff)
	}
}

// noticeOnce writes the same from many sides at once.
func noticeOnce(t *testing.T, s store.Store) {
	ctx := t.Context()
	var wg sync.WaitGroup
	errs := make([]error, 4)
	for i := range errs {
		wg.Go(func() { _, errs[i] = s.CreateNotice(ctx, note(domain.NoticeFrozen, "a")) })
	}
	wg.Wait()
	made := 0
	for _, err := range errs {
		if err == nil {
			made++
			continue
		}
		wants(t, err, domain.ErrConflict)
	}
	second := note(domain.NoticeFrozen, "a")
	second.Text = "something else\n"
	_, err := s.CreateNotice(ctx, second)
	wants(t, err, domain.ErrConflict)
	if got := noticeJobsOf(t, s); made != 1 || len(got) != 1 || must(s.Notice(ctx, got[0].ID))(t).Text != "It does.\n" {
		t.Errorf("made %d times, jobs %v", made, got)
	}
	must(s.CreateNotice(ctx, note(domain.NoticeHeld, "a")))(t)
	must(s.CreateNotice(ctx, note(domain.NoticeFrozen, "b")))(t)
}

// noticeJobsOf are the notice jobs in the store's queue, in their order.
func noticeJobsOf(t *testing.T, s store.Store) []jobs.NoticeArgs {
	t.Helper()
	queue, ok := must(s.NewQueue(&river.Config{}))(t).(interface {
		JobList(ctx context.Context, params *river.JobListParams) (*river.JobListResult, error)
	})
	if !ok {
		t.Fatal("the queue is no River client")
	}
	found := must(queue.JobList(t.Context(), river.NewJobListParams().First(1000)))(t)
	var all []jobs.NoticeArgs
	for _, job := range found.Jobs {
		var args jobs.NoticeArgs
		check(t, json.Unmarshal(job.EncodedArgs, &args))
		if job.Kind != args.Kind() || job.Queue != river.QueueDefault {
			t.Errorf("job of kind %q in queue %q", job.Kind, job.Queue)
		}
		all = append(all, args)
	}
	return all
}

func noticeJobs(t *testing.T, s store.Store) {
	first := must(s.CreateNotice(t.Context(), note(domain.NoticeFrozen, "a")))(t)
	second := must(s.CreateNotice(t.Context(), note(domain.NoticeFrozen, "b")))(t)
	if diff := cmp.Diff([]jobs.NoticeArgs{{ID: first}, {ID: second}}, noticeJobsOf(t, s)); diff != "" || first == second {
		t.Errorf("jobs (-want +got):\n%s", diff)
	}
}

func noticeUpdates(t *testing.T, s store.Store) {
	ctx := t.Context()
	id := must(s.CreateNotice(ctx, note(domain.NoticeFrozen, "a")))(t)
	other := must(s.CreateNotice(ctx, note(domain.NoticeFrozen, "b")))(t)
	want := must(s.Notice(ctx, id))(t)
	want.Attempts, want.Doubts, want.Reason, want.Changed = 2, 1, "451 later", instant().Add(time.Microsecond)
	check(t, s.UpdateNotice(ctx, want))
	given := want
	given.Kind, given.Key, given.Subject, given.Text, given.To.Address = domain.NoticeHeld, "c", "no", "no", "other@example.org"
	check(t, s.UpdateNotice(ctx, given)) // what it says never changes
	if diff := cmp.Diff(want, must(s.Notice(ctx, id))(t)); diff != "" {
		t.Errorf("notice (-want +got):\n%s", diff)
	}
	if n := must(s.Notice(ctx, other))(t); n.Attempts != 0 || n.Reason != "" {
		t.Errorf("another changed: %+v", n)
	}
}

func noticeFinal(t *testing.T, s store.Store) {
	ctx := t.Context()
	for _, final := range []domain.NoticeState{domain.NoticeSent, domain.NoticeFailed} {
		n := note(domain.NoticeFrozen, string(final))
		n.ID = must(s.CreateNotice(ctx, n))(t)
		n.State, n.Reason, n.Changed = final, "550 no", instant()
		check(t, s.UpdateNotice(ctx, n))
		for _, state := range []domain.NoticeState{domain.NoticeQueued, domain.NoticeSent, domain.NoticeFailed} {
			late := n
			late.State, late.Reason = state, "too late"
			wants(t, s.UpdateNotice(ctx, late), domain.ErrConflict)
		}
		if got := must(s.Notice(ctx, n.ID))(t); got.State != final || got.Reason != "550 no" {
			t.Errorf("%s became %s: %q", final, got.State, got.Reason)
		}
	}
}

// noticeReason: no answer of a server can keep an attempt from being written down.
func noticeReason(t *testing.T, s store.Store) {
	n := note(domain.NoticeFrozen, "a")
	n.ID = must(s.CreateNotice(t.Context(), n))(t)
	n.State, n.Reason, n.Changed = domain.NoticeFailed, "550 caf\xe9\x00", instant()
	check(t, s.UpdateNotice(t.Context(), n))
	if got := must(s.Notice(t.Context(), n.ID))(t).Reason; got != "550 caf\uFFFD\uFFFD" {
		t.Errorf("reason %q", got)
	}
}

func noticeNotFound(t *testing.T, s store.Store) {
	_, err := s.Notice(t.Context(), 1)
	wants(t, err, domain.ErrNotFound)
	wants(t, s.UpdateNotice(t.Context(), domain.Notice{ID: 1, State: domain.NoticeSent}), domain.ErrNotFound)
}

// noticeForgotten: the words of a notice that is a secret stay until it is sent,
// or will never be.
func noticeForgotten(t *testing.T, s store.Store) {
	ctx := t.Context()
	for key, final := range map[string]domain.NoticeState{"a": domain.NoticeSent, "b": domain.NoticeFailed} {
		n := note(domain.NoticeFeeds, key)
		n.ID, n.State = must(s.CreateNotice(ctx, n))(t), domain.NoticeQueued
		check(t, s.UpdateNotice(ctx, n))
		if is := must(s.Notice(ctx, n.ID))(t); is.Text != n.Text || is.HTML != n.HTML {
			t.Errorf("before it is %s: %+v", final, is)
		}
		n.State = final
		check(t, s.UpdateNotice(ctx, n))
		if is := must(s.Notice(ctx, n.ID))(t); is.Text != "" || is.HTML != "" || is.State != final {
			t.Errorf("%s: %+v", final, is)
		}
	}
	n := note(domain.NoticeFrozen, "c")
	n.ID, n.State = must(s.CreateNotice(ctx, n))(t), domain.NoticeSent
	check(t, s.UpdateNotice(ctx, n))
	if is := must(s.Notice(ctx, n.ID))(t); is.Text != n.Text {
		t.Errorf("one that is no secret: %+v", is)
	}
}
