package wordpress

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"marquee/internal/domain"
	"marquee/internal/fetch"
	"marquee/internal/soup"
	"marquee/internal/source"
)

// maxDepth is how deeply an answer may be nested. WordPress's own are within ten.
const maxDepth = 100

// api is a site's REST API.
type api struct {
	client source.Getter
	root   *url.URL
	login  *url.Userinfo // goes to root's host alone; nil asks as anybody
}

// address is a route's address. Without pretty permalinks the root is itself a
// query, /index.php?rest_route=/, which the route goes on.
func (a *api) address(route string, params url.Values) string {
	u := a.root.JoinPath(route)
	q := a.root.Query()
	if at := q.Get("rest_route"); at != "" {
		u.Path, u.RawPath = a.root.Path, a.root.RawPath
		q.Set("rest_route", strings.TrimSuffix(at, "/")+"/"+route)
	}
	maps.Copy(q, params)
	u.RawQuery, u.User = q.Encode(), a.login
	return u.String()
}

// get asks a route and decodes its answer. What is no answer of the API is a
// *refusalError.
func (a *api) get(ctx context.Context, route string, params url.Values, into any) (http.Header, error) {
	res, err := a.client.Get(ctx, fetch.Request{URL: a.address(route, params), Accept: "application/json"})
	if err != nil {
		return nil, refused(err)
	}
	if err := decode(res.Body, into); err != nil {
		return nil, fmt.Errorf("read %s: %w", res.URL, err)
	}
	return res.Header, nil
}

// decode reads JSON (RFC 8259) into into, unless it is something else.
func decode(body []byte, into any) error {
	body = bytes.TrimSpace(bytes.TrimPrefix(body, []byte("\xEF\xBB\xBF")))
	switch {
	case len(body) == 0:
		return fmt.Errorf("%w answer: it is empty", domain.ErrInvalid)
	case body[0] == '<':
		return &refusalError{status: http.StatusOK, err: fmt.Errorf("it is a web page%s, not JSON", pageTitle(body))}
	case tooDeep(body):
		return fmt.Errorf("%w JSON: more than %d levels inside each other", domain.ErrInvalid, maxDepth)
	}
	err := json.Unmarshal(body, into)
	if err == nil {
		return nil
	}
	if said := errorCode(body); said != "" {
		return &refusalError{status: http.StatusOK, code: said, err: fmt.Errorf("it says %s", said)}
	}
	if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
		return fmt.Errorf("%w JSON after %d of %d bytes (%w): something between the site and here cut or changed it",
			domain.ErrInvalid, syntax.Offset, len(body), err)
	}
	return fmt.Errorf("%w answer: %w", domain.ErrInvalid, err)
}

// tooDeep tells whether arrays and objects lie deeper than maxDepth.
func tooDeep(body []byte) bool {
	depth, quoted := 0, false
	for i := 0; i < len(body); i++ {
		switch c := body[i]; {
		case c == '\\' && quoted:
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '[' || c == '{':
			if depth++; depth > maxDepth {
				return true
			}
		case c == ']' || c == '}':
			depth--
		}
	}
	return false
}

// refusalError is an answer that is not what was asked for.
type refusalError struct {
	status int    // of HTTP
	code   string // the API's own word for it, "rest_forbidden"; empty when something else answered
	err    error
}

// Error says what was answered.
func (e *refusalError) Error() string { return e.err.Error() }

// Unwrap is the *fetch.Error, if there was one.
func (e *refusalError) Unwrap() error { return e.err }

// refused adds to an error of HTTP what the API, or whoever answered in its
// place, says about it.
func refused(err error) error {
	failed, ok := errors.AsType[*fetch.Error](err)
	if !ok || failed.Status == 0 {
		return err
	}
	if code := errorCode(failed.Body); code != "" {
		return &refusalError{status: failed.Status, code: code, err: fmt.Errorf("%w (%s)", err, code)}
	}
	return &refusalError{status: failed.Status, err: fmt.Errorf("%w%s", err, pageTitle(failed.Body))}
}

// errorCode is the code in one of the API's errors: {"code":…,"message":…,"data":…}.
func errorCode(body []byte) string {
	var said struct {
		Code string `json:"code"`
	}
	if json.Unmarshal(body, &said) != nil {
		return ""
	}
	return soup.Excerpt(said.Code)
}

// closed tells whether an error means that the API is not for us, or not there,
// rather than that the site has a bad hour.
func closed(err error) bool {
	refusal, ok := errors.AsType[*refusalError](err)
	if !ok {
		return false
	}
	switch refusal.status {
	case http.StatusBadRequest: // a type with a controller of its own need not understand our questions
		return refusal.code != ""
	case http.StatusRequestTimeout, http.StatusTooEarly, http.StatusTooManyRequests:
		return false
	}
	return refusal.status < http.StatusInternalServerError
}

// says tells whether an error is the API's own with one of some codes.
func says(err error, codes ...string) bool {
	refusal, ok := errors.AsType[*refusalError](err)
	for _, code := range codes {
		if ok && refusal.code == code {
			return true
		}
	}
	return false
}
