package patreon_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"testing"
	"time"

	"marquee/internal/config"
	"marquee/internal/fetch"
	"marquee/internal/patreonapi"
	"marquee/internal/source"
	"marquee/internal/source/patreon"
	"marquee/internal/source/sourcetest"
)

func TestSource(t *testing.T) {
	t.Parallel()
	sourcetest.Run(t, func(t *testing.T, env source.Env) source.Reader {
		t.Helper()
		opts, err := config.ParseOptions("campaign: \"700142\"", env.Dir)
		if err != nil {
			t.Fatal(err)
		}
		client := patreonapi.New(patreonapi.Config{
			Credentials: patreonapi.Credentials{AccessToken: "access-0"}, Transport: over{env.Client}, Agent: "test", Now: env.Now,
			Wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() },
		})
		reader, err := patreon.Kind(client, tiers()).New(env, opts)
		if err != nil {
			t.Fatal(err)
		}
		return reader
	}, sourcetest.Suite{
		Archive: "testdata/source.txtar", Complete: true, Incremental: true, NoValidators: true, Huge: huge, HugeType: "application/json",
	})
}

// huge is a list of n posts on one page.
func huge(n int) (string, []byte) {
	var posts []any
	for i := range n {
		posts = append(posts, map[string]any{"id": strconv.Itoa(i + 1), "type": "post", "attributes": map[string]any{
			"title": fmt.Sprint("Post ", i), "url": "/posts/" + strconv.Itoa(i+1), "is_public": i%2 == 0, "published_at": "2026-10-02T09:30:00+00:00",
			"content": "<p>Words</p>",
		}})
	}
	body, err := json.Marshal(map[string]any{"data": posts})
	if err != nil {
		panic(err) // of maps and texts
	}
	return "/api/oauth2/v2/campaigns/700142/posts?fields[post]=title,url,is_public,tiers,published_at,content,embed_url&page[count]=20", body
}

// over is the suite's network as a transport.
type over struct{ source.Getter }

func (o over) RoundTrip(r *http.Request) (*http.Response, error) {
	res, err := o.Get(r.Context(), fetch.Request{URL: r.URL.String(), Accept: r.Header.Get("Accept")})
	answer := &http.Response{StatusCode: http.StatusOK, Header: http.Header{}, Request: r}
	var body []byte
	var refused *fetch.Error
	switch {
	case errors.As(err, &refused) && refused.Status != 0:
		answer.StatusCode, body = refused.Status, refused.Body
		answer.Header.Set("Retry-After", strconv.Itoa(int(refused.RetryAfter.Seconds())))
	case err != nil:
		return nil, err
	default:
		body = res.Body
	}
	answer.Body, answer.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return answer, nil
}
