package web_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	netmail "net/mail"
	"syscall"
	"testing"
	"time"

	"marquee/internal/domain"
	"marquee/internal/token"
)

// BenchmarkManage is somebody's own page, and the page that says why, after a year
// of letters and with a thousand service mails in the store. It reports processor
// time.
func BenchmarkManage(b *testing.B) {
	s, _ := people(b)
	id := s.enroll(b, rosa)
	for week := range 52 {
		slot := time.Date(2025, 11, 21+7*week, 17, 0, 0, 0, time.UTC)
		s.edition(b, domain.Slot(slot.Format(domain.SlotLayout)), domain.EditionDone)
	}
	for n := range 1000 {
		_, err := s.store.CreateNotice(b.Context(), domain.Notice{
			Kind: domain.NoticeLinks, Key: fmt.Sprint(n), To: netmail.Address{Address: fmt.Sprintf("reader%d@example.com", n)}, Subject: "Links", Text: "Here.", State: domain.NoticeSent,
		})
		check(b, err)
	}
	for name, path := range map[string]string{"Page": "", "Why": "/why"} {
		b.Run(name, func(b *testing.B) {
			r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, "/p/"+s.mint.Make(token.Manage, id)+path, http.NoBody)
			before := spent(b)
			for b.Loop() {
				w := httptest.NewRecorder()
				s.site.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatal(w.Code)
				}
			}
			b.ReportMetric(float64((spent(b)-before).Microseconds())/float64(b.N), "cpu-µs/page")
		})
	}
}

// spent is the processor time of this process so far.
func spent(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	check(b, syscall.Getrusage(syscall.RUSAGE_SELF, &u))
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
