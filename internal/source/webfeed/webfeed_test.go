package webfeed_test

import (
	"bytes"
	"fmt"
	"testing"

	"marquee/internal/config"
	"marquee/internal/source"
	"marquee/internal/source/sourcetest"
	"marquee/internal/source/webfeed"
)

func TestSuite(t *testing.T) {
	t.Parallel()
	sourcetest.Run(t, suiteReader("url: https://www.lanternscreen.example/feed/"), sourcetest.Suite{
		Archive: root + "sites/webfeed.txtar", Huge: hugeFeed, HugeType: "application/rss+xml",
	})
}

func suiteReader(options string) sourcetest.New {
	return func(t *testing.T, env source.Env) source.Reader {
		t.Helper()
		o, err := config.ParseOptions(options, env.Dir)
		if err != nil {
			t.Fatal(err)
		}
		r, err := webfeed.Kind().New(env, o)
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
}

func hugeFeed(n int) (string, []byte) {
	var b bytes.Buffer
	b.WriteString("<rss version='2.0'><channel><title>Huge</title>")
	for i := range n {
		fmt.Fprintf(&b, "<item><title>%d</title><guid isPermaLink='false'>%d</guid></item>", i, i)
	}
	b.WriteString("</channel></rss>")
	return "https://www.lanternscreen.example/feed/", b.Bytes()
}
