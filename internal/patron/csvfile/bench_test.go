package csvfile_test

import (
	"bytes"
	"fmt"
	"testing"

	"marquee/internal/patron/csvfile"
)

// BenchmarkRead reads 100,000 members. The bar is 60,000 rows a second.
func BenchmarkRead(b *testing.B) {
	const rows = 100_000
	var text bytes.Buffer
	text.WriteString("Name,Email,Discord,Patron Status,Follows You,Free Member,Free Trial,Lifetime Amount,Pledge Amount,Charge Frequency,Tier,Addressee,Street,City,State,Zip,Country,Phone,Patronage Since Date,Last Charge Date,Last Charge Status,Additional Details,User ID,Last Updated,Currency,Max Posts,Access Expiration,Next Charge Date,Full country name,Subscription Source\n")
	for i := range rows {
		fmt.Fprintf(&text, "Rowan Vale,rowan%d@reader.example,,Active patron,No,No,No,240.00,10.00,monthly,Screenwriter,,\"12 Elm Street\nRear house\",Elgin,IL,60121,US,,2025-02-08 16:36:58,2026-11-01 08:24:05,Paid,,%d,2026-11-02 09:00:00,USD,,,2026-12-01 08:00:00,,Patreon\n", i, 5550000+i)
	}
	b.ReportAllocs()
	for b.Loop() {
		l, err := csvfile.Read(bytes.NewReader(text.Bytes()), tiers(), now())
		if err != nil || len(l.People) != rows {
			b.Fatalf("%d people, error %v", len(l.People), err)
		}
	}
	b.ReportMetric(float64(rows*b.N)/b.Elapsed().Seconds(), "rows/s")
}
