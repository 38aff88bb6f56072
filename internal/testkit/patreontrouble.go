package testkit

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// PatreonMishap is a way in which Patreon goes wrong.
type PatreonMishap int

// The mishaps. Those about lists leave other answers alone.
const (
	ServerError     PatreonMishap = iota // 500 with the API's own body
	GatewayPage                          // 502 with a web page
	ForbiddenPage                        // 403 with a web page, as Cloudflare answers
	ThrottledHeader                      // 429 with Retry-After alone
	ThrottledBody                        // 429 with retry_after_seconds alone
	ThrottledBoth                        // 429 with both
	ThrottledBare                        // 429 that says nothing
	Truncated                            // the answer breaks off in the middle
	ChallengePage                        // 200 with a web page
	CursorExpired                        // the cursor of a list is none any more
	EmptyList                            // a list of nobody
	SomeOfThem                           // a list of Percent of all, which says that they are all
	SomeWithTotal                        // a list of Percent of all, which says how many there should be
	DropsAfterwards                      // what was asked is done, and the answer lost
)

// PatreonTrouble says when what goes wrong.
type PatreonTrouble struct {
	With    PatreonMishap
	On      string // how a path ends: "members", "posts", "token"; empty is any
	Skip    int    // requests on it that go well first
	Times   int    // how many go wrong; 0 is all
	Percent int    // of SomeOfThem and SomeWithTotal

	met int
}

// Break makes things go wrong until Mend. Of several troubles that a request
// meets, the first counts.
func (p *Patreon) Break(troubles ...PatreonTrouble) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, t := range troubles {
		p.troubles = append(p.troubles, &t)
	}
}

// Mend ends all troubles.
func (p *Patreon) Mend() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.troubles = nil
}

// trouble is what a request meets, nil when that is nothing.
func (p *Patreon) trouble(path string) *PatreonTrouble {
	for _, t := range p.troubles {
		if !strings.HasSuffix(path, t.On) {
			continue
		}
		t.met++
		if t.met > t.Skip && (t.Times == 0 || t.met <= t.Skip+t.Times) {
			return t
		}
	}
	return nil
}

// before is the answer to what is not even looked at; nil for all else.
func (t *PatreonTrouble) before(p *Patreon, r *http.Request) *patreonAnswer {
	if t == nil {
		return nil
	}
	switch t.With {
	case ServerError:
		return patreonError(http.StatusInternalServerError, "InternalServerError", "")
	case GatewayPage:
		return patreonPage(http.StatusBadGateway)
	case ForbiddenPage:
		return patreonPage(http.StatusForbidden)
	case ChallengePage:
		return patreonPage(http.StatusOK)
	case ThrottledHeader, ThrottledBody, ThrottledBoth, ThrottledBare:
		return patreonThrottled(p, t.With)
	case CursorExpired:
		if r.URL.Query().Get("page[cursor]") != "" {
			return patreonCursorExpired()
		}
	default: // what goes wrong later
	}
	return nil
}

// after is an answer with what goes wrong on its way.
func (t *PatreonTrouble) after(a *patreonAnswer) *patreonAnswer {
	if t == nil {
		return a
	}
	if t.With == Truncated {
		a.cut = len(a.body) / 3
	}
	if t.With == DropsAfterwards {
		return patreonPage(http.StatusGatewayTimeout)
	}
	return a
}

// visible is how much of a list of n is shown, and how long it says that it is.
func (t *PatreonTrouble) visible(n int) (shown, total int) {
	switch {
	case t == nil:
	case t.With == EmptyList:
		return 0, 0
	case t.With == SomeOfThem:
		return n * t.Percent / 100, n * t.Percent / 100
	case t.With == SomeWithTotal:
		return n * t.Percent / 100, n
	}
	return n, n
}

// patreonThrottled is a 429, which says in one way or another when to come back.
func patreonThrottled(p *Patreon, how PatreonMishap) *patreonAnswer {
	const seconds = 9
	said := map[string]any{
		"code": nil, "code_name": "RequestThrottled", "detail": "You have made too many attempts. Please try again later.",
		"id": p.id("error"), "status": "429", "title": "You have made too many attempts. Please try again later.",
	}
	if how == ThrottledBody || how == ThrottledBoth {
		said["retry_after_seconds"] = seconds
	}
	a := patreonJSON(http.StatusTooManyRequests, map[string]any{"errors": []any{said}})
	if how == ThrottledHeader || how == ThrottledBoth {
		a.header.Set("Retry-After", strconv.Itoa(seconds))
	}
	if how == ThrottledBare {
		a.body = nil
	}
	return a
}

func patreonCursorExpired() *patreonAnswer {
	return patreonJSON(http.StatusBadRequest, map[string]any{"errors": []any{map[string]any{
		"code": 3, "code_name": "ParameterInvalid", "detail": "Invalid cursor", "status": "400", "title": "Invalid value for parameter",
		"source": map[string]any{"parameter": "page[cursor]"},
	}}})
}

// patreonError is a refusal in the API's own form.
func patreonError(status int, name, detail string) *patreonAnswer {
	return patreonJSON(status, map[string]any{"errors": []any{map[string]any{
		"code": 1, "code_name": name, "detail": detail, "id": "bb16af2c-0000-4000-8000-19fa60007709",
		"status": strconv.Itoa(status), "title": http.StatusText(status),
	}}})
}

func patreonJSON(status int, v any) *patreonAnswer {
	body, err := json.Marshal(v)
	if err != nil {
		panic(err) // of maps and strings
	}
	return &patreonAnswer{status: status, header: http.Header{"Content-Type": {"application/vnd.api+json"}}, body: body}
}

// patreonPage is what a gateway answers, in the place of what stands behind it.
func patreonPage(status int) *patreonAnswer {
	return &patreonAnswer{
		status: status, header: http.Header{"Content-Type": {"text/html; charset=UTF-8"}},
		body: slices.Concat([]byte("<!DOCTYPE html><html><title>"), []byte(http.StatusText(status)), []byte("</title></html>\n")),
	}
}
