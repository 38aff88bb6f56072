package markdown_test

import (
	"testing"

	"marquee/internal/config"
	"marquee/internal/source"
	"marquee/internal/source/markdown"
	"marquee/internal/source/sourcetest"
)

func TestSource(t *testing.T) {
	t.Parallel()
	sourcetest.Run(t, func(t *testing.T, env source.Env) source.Reader {
		t.Helper()
		opts, err := config.ParseOptions("path: picks/", env.Dir)
		if err != nil {
			t.Fatal(err)
		}
		reader, err := markdown.Kind().New(env, opts)
		if err != nil {
			t.Fatal(err)
		}
		return reader
	}, sourcetest.Suite{Archive: "testdata/source.txtar", Files: true, Complete: true})
}
