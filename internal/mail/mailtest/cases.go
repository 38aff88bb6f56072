package mailtest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"marquee/internal/mail"
)

func accepted(t *testing.T, b *bench) {
	b.want(b.send("one@example.org"), "sent")
	b.want(b.send(five("more")...), "sent", "sent", "sent", "sent", "sent")
	b.want(b.send("two@example.org"), "sent")
	if b.begun != 3 {
		t.Errorf("begin was asked %d times for 3 windows", b.begun)
	}
	if !b.session.Usable() {
		t.Error("not usable after success")
	}
	if errs := b.session.Send(t.Context(), Window("free@example.org"), nil); len(errs) != 1 || errs[0] != nil {
		t.Errorf("without begin: %v", errs)
	}
	if b.Delivered != nil && len(b.Delivered()) != 8 {
		t.Errorf("%d messages arrived, want 8", len(b.Delivered()))
	}
}

// byteForByte wants dots within lines, long lines, letters beyond ASCII in the
// body, large messages and many pieces to arrive as they were.
func byteForByte(t *testing.T, b *bench) {
	var window []mail.Message
	for name, body := range map[string]string{
		"dots":       "a.\r\n ...\r\n\r\n=2E\r\n",
		"long lines": strings.Repeat("x", 998) + "\r\n" + strings.Repeat("y", 998) + "\r\n",
		"large":      strings.Repeat("A line of seventy-six columns, which quoted-printable fills to the brim ....\r\n", 4000),
		"no body":    "",
	} {
		m := Message("bytes@example.org")
		text := "Message-ID: <" + strings.ReplaceAll(name, " ", "-") + "@x>\r\nSubject: " + name + "\r\n\r\n" + body
		m.Content = slices.Collect(slices.Chunk([]byte(text), 1+len(text)/7))
		window = append(window, m, Message("after-"+strings.ReplaceAll(name, " ", "-")+"@example.org"))
	}
	for i, err := range b.session.Send(t.Context(), window, nil) {
		if err != nil {
			t.Errorf("message %d: %v", i, err)
		}
	}
	if b.Delivered == nil {
		return
	}
	all := b.Delivered()
	for i, m := range window {
		sent := bytes.Join(m.Content, nil)
		if !slices.ContainsFunc(all, func(got []byte) bool { return bytes.Equal(got, sent) }) {
			t.Errorf("message %d (-sent +arrived last):\n%s", i, cmp.Diff(string(sent), string(all[len(all)-1])))
		}
	}
}

// beginRefuses wants what begin does not let through to be withheld, and a
// session that says it is usable to be in step. A transport may have to give up
// what comes behind a message that was kept back.
func beginRefuses(t *testing.T, b *bench) {
	for _, mask := range [][]bool{
		{true, false, true, false, true},
		{false, true, true, true, true},
		{true, true, true, true, false},
		{false, false, false, false, false},
	} {
		to := five(maskName(mask))
		errs := b.sendIf(t.Context(), func(context.Context) ([]bool, error) { return mask, nil }, to...)
		for i, err := range errs {
			switch {
			case !mask[i] && (err == nil || mail.OutcomeOf(err) != mail.Withheld):
				t.Errorf("%v: message %d was kept back and is %v", mask, i, err)
			case mask[i] && err != nil && mail.OutcomeOf(err) != mail.Withheld:
				t.Errorf("%v: message %d: %v", mask, i, err)
			case mask[0] && mask[i] && err != nil: // whoever begins may go on
				t.Errorf("%v: message %d: %v", mask, i, err)
			}
		}
		if !b.session.Usable() {
			b.reopen()
		}
	}
	b.goesOn()
}

func maskName(mask []bool) string {
	var name strings.Builder
	for _, let := range mask {
		fmt.Fprintf(&name, "%t", let)
	}
	return name.String()
}

func beginFails(t *testing.T, b *bench) {
	refusal := errors.New("lease lost")
	errs := b.sendIf(t.Context(), func(context.Context) ([]bool, error) { return nil, refusal }, five("failed")...)
	b.want(errs, "withheld", "withheld", "withheld", "withheld", "withheld")
	for _, err := range errs {
		if !errors.Is(err, refusal) {
			t.Errorf("got %v, want it to wrap what begin said", err)
		}
	}
	if !b.session.Usable() {
		b.reopen()
	}
	errs = b.sendIf(t.Context(), func(context.Context) ([]bool, error) { return []bool{true}, nil }, five("half")...)
	b.want(errs, "withheld", "withheld", "withheld", "withheld", "withheld")
	b.goesOn()
}

func nothingToBegin(t *testing.T, b *bench) {
	if errs := b.send(); len(errs) != 0 || b.begun != 0 {
		t.Errorf("got %v, begin was asked %d times", errs, b.begun)
	}
	b.goesOn()
}

func cancelledBefore(t *testing.T, b *bench) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	errs := b.sendIf(ctx, func(context.Context) ([]bool, error) { return []bool{true, true}, nil }, "a@example.org", "b@example.org")
	b.want(errs, "withheld", "withheld")
	if b.begun != 0 {
		t.Error("begin was asked although cancelled")
	}
	for _, err := range errs {
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v, want it to wrap context.Canceled", err)
		}
	}
	if _, err := b.Transport.Open(ctx); !errors.Is(err, context.Canceled) || mail.OutcomeOf(err) != mail.Deferred {
		t.Errorf("open: got %v", err)
	}
	b.goesOn()
}

// cancelledByBegin wants nothing to be completed once the context has ended.
func cancelledByBegin(t *testing.T, b *bench) {
	ctx, cancel := context.WithCancel(t.Context())
	errs := b.sendIf(ctx, func(context.Context) ([]bool, error) {
		cancel()
		return []bool{true, true}, nil
	}, "a@example.org", "b@example.org")
	b.want(errs, "withheld", "withheld")
	b.goesOn()
}

func sessionsAreIndependent(t *testing.T, b *bench) {
	other, err := b.Transport.Open(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	b.want(b.send("still@example.org"), "sent")
}
