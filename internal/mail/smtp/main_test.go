package smtp_test

import (
	"os"
	"testing"

	"marquee/internal/testkit"
)

func TestMain(m *testing.M) {
	testkit.BeFarSink()
	os.Exit(m.Run())
}
