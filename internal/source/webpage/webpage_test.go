package webpage_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"marquee/internal/config"
	"marquee/internal/source"
	"marquee/internal/source/sourcetest"
	"marquee/internal/source/webpage"
)

const (
	root = "../../../testdata/"
	home = "https://www.lanternscreen.example"
)

// cards are the options that the list in testdata/sites/webpage.txtar asks for.
const cards = `
list:
  url: https://www.lanternscreen.example/reviews/
  items: .card
  link: h2 a
  title: h2
  date: .date
  summary: .intro
  image: .still
`

func TestSuite(t *testing.T) {
	t.Parallel()
	sourcetest.Run(t, suiteReader(cards), sourcetest.Suite{
		Archive: root + "sites/webpage.txtar", Incremental: true, Huge: hugeList, HugeType: "text/html",
	})
}

func suiteReader(options string) sourcetest.New {
	return func(t *testing.T, env source.Env) source.Reader {
		t.Helper()
		return newReader(t, env, options)
	}
}

func newReader(t testing.TB, env source.Env, options string) source.Reader {
	t.Helper()
	o, err := config.ParseOptions(options, env.Dir)
	if err != nil {
		t.Fatal(err)
	}
	r, err := webpage.Kind().New(env, o)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func hugeList(n int) (string, []byte) {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "<div class=card><h2><a href='/reviews/%d'>Review %d</a></h2><i class=date>2026-11-20</i><i class=intro>x</i><i class=still></i></div>", i, i)
	}
	return home + "/reviews/", b.Bytes()
}

func clock() time.Time { return time.Date(2026, 11, 20, 17, 0, 0, 0, time.UTC) }
