package sqlstore

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// instant is how every time is stored: microseconds since 1970, in UTC, and 0
// for the zero time. It is the only place where times are converted.
type instant time.Time

// Value writes the instant.
func (i instant) Value() (driver.Value, error) { return i.micros(), nil }

func (i instant) micros() int64 {
	t := time.Time(i)
	if t.IsZero() {
		return 0
	}
	return t.UnixMicro()
}

// Scan reads what Value wrote.
func (i *instant) Scan(src any) error {
	micros, ok := src.(int64)
	if !ok {
		return fmt.Errorf("an instant is stored as an integer, not as %T", src)
	}
	*i = instant{}
	if micros != 0 {
		*i = instant(time.UnixMicro(micros).UTC())
	}
	return nil
}

// asJSON stores what it points to as text.
type asJSON struct{ v any }

// Value writes the document, without HTML's characters spelled out: most of
// what is stored is HTML.
func (j asJSON) Value() (driver.Value, error) {
	var text strings.Builder
	enc := json.NewEncoder(&text)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(j.v); err != nil {
		return nil, err
	}
	return strings.TrimSuffix(text.String(), "\n"), nil
}

// Scan reads what Value wrote.
func (j asJSON) Scan(src any) error {
	text, ok := src.(string)
	if !ok {
		return fmt.Errorf("a document is stored as text, not as %T", src)
	}
	return json.Unmarshal([]byte(text), j.v)
}

// foreign is text that strangers wrote, such as a mail server's answer, as every
// engine can store it: PostgreSQL knows neither broken UTF-8 nor U+0000, and a
// reply must not be able to keep an outcome out of the ledger.
type foreign string

// Value writes the text.
func (f foreign) Value() (driver.Value, error) {
	whole := strings.ToValidUTF8(string(f), "\uFFFD")
	return strings.ReplaceAll(whole, "\x00", "\uFFFD"), nil
}
