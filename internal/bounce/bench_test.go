package bounce_test

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"

	"marquee/internal/bounce"
)

// What a bounce costs: one as they are, and one that brings back 50 MB.
func BenchmarkRead(b *testing.B) {
	usual, err := os.ReadFile("testdata/01-postfix-unknown-user.eml")
	if err != nil {
		b.Fatal(err)
	}
	b.Run("usual", func(b *testing.B) {
		b.SetBytes(int64(len(usual)))
		for b.Loop() {
			read(b, usual).Verdict()
		}
	})
	b.Run("50MB", func(b *testing.B) {
		const size = 50 << 20
		b.SetBytes(size)
		b.ReportAllocs()
		for b.Loop() {
			m, err := bounce.Read(io.MultiReader(bytes.NewReader(usual[:bytes.Index(usual, []byte("Good evening"))]), endless(strings.Repeat("y", 76)+"\n", size)), false)
			if err != nil || m.Verdict().Status != "5.1.1" {
				b.Fatal(err)
			}
		}
	})
}
