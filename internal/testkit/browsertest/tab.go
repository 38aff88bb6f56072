package browsertest

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Device is what somebody looks at pages with.
type Device struct {
	Width    int64
	Scheme   string // light or dark
	NoScript bool   // pages run no scripts; the test's own still do
}

// Tab is a browser tab and what it complained about and asked for.
type Tab struct {
	context.Context
	mu         sync.Mutex
	complaints []string
	asked      []string
}

// patience is how long a tab may be looked at; machines may be busy.
const patience = 5 * time.Minute

// OpenTab opens a tab of a browser, or of another tab's.
func OpenTab(t *testing.T, browser context.Context, d Device) *Tab {
	t.Helper()
	ctx, cancel := context.WithTimeout(browser, patience)
	t.Cleanup(cancel)
	ctx, closeTab := chromedp.NewContext(ctx)
	t.Cleanup(closeTab)
	b := &Tab{Context: ctx}
	check(t, chromedp.Listen(ctx, b.hear))
	check(t, chromedp.Do(ctx, chromedp.EmulateViewport(d.Width, 800), chromedp.Func(d.emulate)))
	return b
}

func (d Device) emulate(ctx context.Context, _ *chromedp.Target) error {
	_, err := chromedp.Call(ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{
		Features: []*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: d.Scheme}},
	})
	if err != nil {
		return err
	}
	_, err = chromedp.Call(ctx, emulation.SetScriptExecutionDisabled, emulation.SetScriptExecutionDisabledParams{Value: d.NoScript})
	return err
}

// hear runs in the loop that reads from the browser.
func (b *Tab) hear(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *log.EventEntryAdded:
		b.complaints = append(b.complaints, string(e.Entry.Level)+": "+e.Entry.Text+" "+e.Entry.URL)
	case *runtime.EventExceptionThrown:
		b.complaints = append(b.complaints, "exception: "+e.ExceptionDetails.Text)
	case *network.EventRequestWillBeSent:
		b.asked = append(b.asked, e.Request.URL)
	}
}

// Heard is what came since it was last asked: what the browser complained of, and
// the addresses that it asked for.
func (b *Tab) Heard() (complaints, asked []string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	complaints, asked = b.complaints, b.asked
	b.complaints, b.asked = nil, nil
	return complaints, asked
}
