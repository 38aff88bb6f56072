package websub

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// send asks something of a hub. It follows no redirect: what is said is for this
// hub.
func send(ctx context.Context, transport http.RoundTripper, agent, hub string, form url.Values) error {
	ctx, cancel := context.WithTimeout(ctx, askTime)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, hub, strings.NewReader(form.Encode()))
	if err != nil {
		return fmt.Errorf("ask the hub: %w", err)
	}
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("User-Agent", agent)
	res, err := transport.RoundTrip(req)
	if err != nil {
		return fmt.Errorf("ask the hub: %w", err)
	}
	defer func() { _ = res.Body.Close() }() // nothing in it matters
	_, _ = io.CopyN(io.Discard, res.Body, 4096)
	if res.StatusCode < 200 || res.StatusCode > 299 {
		return fmt.Errorf("ask the hub: answered %d %s", res.StatusCode, http.StatusText(res.StatusCode))
	}
	return nil
}
