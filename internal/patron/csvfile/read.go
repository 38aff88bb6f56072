package csvfile

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"time"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"marquee/internal/domain"
	"marquee/internal/patron"
)

// maxRow is more than any member's row needs, in bytes. A longer one has
// swallowed those after it.
const maxRow = 64 << 10

// Read reads a member list as it streams by. now decides whose access has
// expired. Rows that bring nobody are in the listing's Skipped, and never make
// the rest fail. The error wraps domain.ErrInvalid when what r holds is no
// member list, and names what is missing.
func Read(r io.Reader, tiers domain.Tiers, now time.Time) (patron.Listing, error) {
	lines := csv.NewReader(decoded(r))
	lines.LazyQuotes, lines.FieldsPerRecord, lines.ReuseRecord = true, -1, true
	header, err := lines.Read()
	if errors.Is(err, io.EOF) {
		return patron.Listing{}, fmt.Errorf("%w member list: it is empty: export the members from Patreon again", domain.ErrInvalid)
	}
	if err != nil {
		return patron.Listing{}, fmt.Errorf("read the header: %w", err)
	}
	cols, err := newColumns(header)
	if err != nil {
		return patron.Listing{}, err
	}
	people := newCollector(tiers)
	rows := reader{columns: cols, tiers: tiers, now: now}
	for {
		record, err := lines.Read()
		if errors.Is(err, io.EOF) {
			return people.sorted(), nil
		}
		if err != nil {
			return patron.Listing{}, fmt.Errorf("read the rows: %w", err)
		}
		line, _ := lines.FieldPos(0)
		people.take(line, record, &rows)
	}
}

// decoded is what spreadsheets write: UTF-16 with a byte order mark, or UTF-8 with
// or without. What is neither passes as it is: oneLine knows of names.
func decoded(r io.Reader) io.Reader {
	return transform.NewReader(r, unicode.BOMOverride(transform.Nop))
}

// size is how much a row holds, in bytes.
func size(record []string) int {
	n := 0
	for _, value := range record {
		n += len(value)
	}
	return n
}
