package patreonapi_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"marquee/internal/answer"
	"marquee/internal/domain"
	"marquee/internal/patreonapi"
	"marquee/internal/testkit"
)

func TestRenew(t *testing.T) {
	t.Parallel()
	w := newWorld(testkit.PatreonConfig{})
	client := w.client()
	for range 3 {
		w.ExpireToken()
		if _, err := members(t.Context(), client); err != nil {
			t.Fatal(err)
		}
		if _, err := members(t.Context(), w.client()); err != nil { // after a restart
			t.Fatal(err)
		}
	}
	if w.Rotations() != 3 || len(w.tokens.saved) != 3 {
		t.Errorf("%d rotations, %d saved", w.Rotations(), len(w.tokens.saved))
	}
}

// TestOnlyOn401: nothing else spends a refresh token.
func TestOnlyOn401(t *testing.T) {
	t.Parallel()
	for mishap := testkit.ServerError; mishap <= testkit.CursorExpired; mishap++ {
		w := newWorld(testkit.PatreonConfig{})
		w.Break(testkit.PatreonTrouble{With: mishap})
		_, _ = members(t.Context(), w.client())
		if w.Rotations() != 0 || len(w.statuses(tokenPath)) != 0 {
			t.Errorf("mishap %d: %d rotations", mishap, w.Rotations())
		}
	}
}

// TestStoredBeforeUse: when a token is first used, it is what a crash would find.
func TestStoredBeforeUse(t *testing.T) {
	t.Parallel()
	w := newWorld(testkit.PatreonConfig{})
	w.ExpireToken()
	cfg := w.config()
	cfg.Transport = doing{w.Transport(), func(r *http.Request) {
		token := strings.TrimPrefix(r.Header.Get("Authorization"), "Bearer ")
		if r.Method == http.MethodGet && token != "access-0" && (w.tokens.kept == nil || w.tokens.kept.Access != token) {
			t.Error("a token was used that is not stored")
		}
	}}
	if _, err := members(t.Context(), patreonapi.New(cfg)); err != nil || len(w.tokens.saved) != 1 {
		t.Errorf("%v, saved %d", err, len(w.tokens.saved))
	}
}

// TestUnsavedPair: a pair that could not be stored is not used, not lost, and
// stored before another refresh is thought of.
func TestUnsavedPair(t *testing.T) {
	t.Parallel()
	w := newWorld(testkit.PatreonConfig{})
	w.ExpireToken()
	w.tokens.broken = 3
	client := w.client()
	if _, err := members(t.Context(), client); err == nil || !strings.Contains(err.Error(), "store the tokens that Patreon gave") {
		t.Errorf("error %v", err)
	}
	if got := w.statuses(membersPath); len(got) != 1 || w.Rotations() != 1 {
		t.Errorf("asked %v, %d rotations", got, w.Rotations())
	}
	if _, err := members(t.Context(), client); err != nil || w.Rotations() != 1 || len(w.tokens.saved) != 1 {
		t.Errorf("%v, %d rotations, %d saved", err, w.Rotations(), len(w.tokens.saved))
	}
}

// TestImpatientCaller: who goes away while the tokens are renewed does not lose
// the new pair.
func TestImpatientCaller(t *testing.T) {
	t.Parallel()
	w := newWorld(testkit.PatreonConfig{})
	w.ExpireToken()
	ctx, cancel := context.WithCancel(t.Context())
	cfg := w.config()
	cfg.Transport = doing{w.Transport(), func(r *http.Request) {
		if r.URL.Path == tokenPath {
			cancel()
		}
	}}
	if _, err := members(ctx, patreonapi.New(cfg)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
	if len(w.tokens.saved) != 1 || w.Rotations() != 1 {
		t.Errorf("%d saved, %d rotations", len(w.tokens.saved), w.Rotations())
	}
	if _, err := members(t.Context(), w.client()); err != nil {
		t.Error(err)
	}
}

// TestManyAtOnce: five instances with several questions each find an expired
// token, and one refresh token is spent.
func TestManyAtOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(testkit.PatreonConfig{PerMinute: -1})
	clients := make([]*patreonapi.Client, 5)
	for i := range clients {
		clients[i] = w.client()
		if _, err := members(t.Context(), clients[i]); err != nil {
			t.Fatal(err)
		}
	}
	w.ExpireToken()
	w.Break(testkit.PatreonTrouble{With: testkit.Truncated, On: "members", Times: 4}) // to mix them well
	var done sync.WaitGroup
	for _, client := range clients {
		for range 2 {
			done.Go(func() {
				if _, err := members(t.Context(), client); err != nil {
					t.Error(err)
				}
			})
		}
	}
	done.Wait()
	if w.Rotations() != 1 {
		t.Errorf("%d rotations", w.Rotations())
	}
}

// TestRefusedRefresh: the operator is told what to do, nothing more is asked,
// also after a restart, until the configuration holds other tokens.
func TestRefusedRefresh(t *testing.T) {
	t.Parallel()
	w := newWorld(testkit.PatreonConfig{})
	access, refresh := w.ReplaceTokens()
	client := w.client()
	for range 20 {
		_, err := members(t.Context(), client)
		if !errors.Is(err, domain.ErrPermanent) || !strings.Contains(err.Error(), "into the configuration") {
			t.Fatalf("error %v", err)
		}
		if _, err := members(t.Context(), w.client()); !errors.Is(err, domain.ErrPermanent) {
			t.Fatalf("after a restart: %v", err)
		}
	}
	equal(t, "answers", w.statuses(membersPath), []int{401})
	equal(t, "answers to refreshing", w.statuses(tokenPath), []int{401})

	cfg := w.config()
	cfg.Credentials.AccessToken, cfg.Credentials.RefreshToken = access, refresh
	if _, err := members(t.Context(), patreonapi.New(cfg)); err != nil {
		t.Errorf("with new tokens: %v", err)
	}
}

// TestAccessTokenAlone: without a refresh token there is nothing to renew.
func TestAccessTokenAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(testkit.PatreonConfig{})
	cfg := w.config()
	cfg.Credentials, cfg.Tokens = patreonapi.Credentials{AccessToken: "access-0"}, nil
	client := patreonapi.New(cfg)
	if _, err := members(t.Context(), client); err != nil {
		t.Fatal(err)
	}
	w.ExpireToken()
	for range 3 {
		if _, err := members(t.Context(), client); !errors.Is(err, domain.ErrPermanent) {
			t.Errorf("error %v", err)
		}
	}
	equal(t, "answers", w.statuses(membersPath), []int{200, 401})
	equal(t, "answers to refreshing", w.statuses(tokenPath), nil)
}

// TestCoolDown: after a refresh that failed, nobody tries again for ten minutes.
func TestCoolDown(t *testing.T) {
	t.Parallel()
	w := newWorld(testkit.PatreonConfig{})
	w.ExpireToken()
	w.Break(testkit.PatreonTrouble{With: testkit.ServerError, On: "token", Times: 1})
	for i, client := range []*patreonapi.Client{w.client(), w.client(), w.client()} {
		_, err := members(t.Context(), client)
		known, ok := errors.AsType[*answer.Error](err)
		if !ok || known.RetryAfter <= 0 || known.RetryAfter > 10*time.Minute || errors.Is(err, domain.ErrPermanent) {
			t.Errorf("client %d: %v", i+1, err)
		}
	}
	equal(t, "answers to refreshing", w.statuses(tokenPath), []int{500})
	w.Advance(10 * time.Minute)
	if _, err := members(t.Context(), w.client()); err != nil {
		t.Errorf("after the pause: %v", err)
	}
}

// TestLostAnswer: a pair that was made and never arrived is gone: the next
// refresh is refused, and the operator is told.
func TestLostAnswer(t *testing.T) {
	t.Parallel()
	w := newWorld(testkit.PatreonConfig{})
	w.ExpireToken()
	w.Break(testkit.PatreonTrouble{With: testkit.DropsAfterwards, On: "token", Times: 1})
	if _, err := members(t.Context(), w.client()); err == nil || errors.Is(err, domain.ErrPermanent) {
		t.Errorf("the lost answer: %v", err)
	}
	w.Advance(10 * time.Minute)
	if _, err := members(t.Context(), w.client()); !errors.Is(err, domain.ErrPermanent) {
		t.Errorf("after it: %v", err)
	}
}

// TestHangingInstance: an instance that lost the lock while it hung, and then
// spends a token that was spent, does not take the others' pair for refused.
func TestHangingInstance(t *testing.T) {
	t.Parallel()
	w := newWorld(testkit.PatreonConfig{})
	w.ExpireToken()
	cfg, hung := w.config(), false
	cfg.Transport = doing{w.Transport(), func(r *http.Request) {
		if r.URL.Path == tokenPath && !hung {
			hung = true
			other := w.config()
			other.Tokens = &stolen{w.tokens}
			if _, err := members(t.Context(), patreonapi.New(other)); err != nil {
				t.Error(err)
			}
		}
	}}
	if _, err := members(t.Context(), patreonapi.New(cfg)); err != nil {
		t.Errorf("error %v", err)
	}
	if w.tokens.kept.Refused || w.Rotations() != 1 {
		t.Errorf("%d rotations", w.Rotations())
	}
}

// stolen is a store whose lock had run out.
type stolen struct{ *shelf }

func (stolen) WithLock(ctx context.Context, f func(context.Context) error) error { return f(ctx) }

// TestOldPairInMemory: an instance that slept for two generations takes what is
// stored, and renews that.
func TestOldPairInMemory(t *testing.T) {
	t.Parallel()
	w := newWorld(testkit.PatreonConfig{})
	sleeper := w.client()
	if _, err := members(t.Context(), sleeper); err != nil {
		t.Fatal(err)
	}
	w.ExpireToken()
	if _, err := members(t.Context(), w.client()); err != nil {
		t.Fatal(err)
	}
	w.ExpireToken()
	if _, err := members(t.Context(), sleeper); err != nil || w.Rotations() != 2 {
		t.Errorf("%v, %d rotations", err, w.Rotations())
	}
}

// TestLockIsWaitedForInContext: a lock that is never free ends with the caller's patience.
func TestLockIsWaitedForInContext(t *testing.T) {
	t.Parallel()
	w := newWorld(testkit.PatreonConfig{})
	w.ExpireToken()
	w.tokens.lock <- struct{}{}
	ctx, cancel := context.WithCancel(t.Context())
	cfg := w.config()
	cfg.Transport = handler(func(rw http.ResponseWriter, _ *http.Request) {
		rw.WriteHeader(http.StatusUnauthorized)
		cancel()
	})
	if _, err := members(ctx, patreonapi.New(cfg)); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v", err)
	}
}
