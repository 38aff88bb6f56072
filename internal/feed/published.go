package feed

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"
)

// Coded is a representation in one content coding. Codings of the same document
// have different tags, as strong tags must (RFC 9110 §8.8.3.3).
type Coded struct {
	Body []byte
	ETag string // strong, quoted
}

// Published is a document's bytes, ready to be served and never to be changed.
type Published struct {
	Coded             // as it is
	Gzip        Coded // Body is nil when compressing is not worth it
	Zstd        Coded // Body is nil when compressing is not worth it
	ContentType string
	// LastModified is in whole seconds, never ahead of the clock, and moves
	// whenever Body does.
	LastModified time.Time
}

// compressFrom is the least size in bytes at which compressing is worth it.
const compressFrom = 1 << 10

// zstdWindow is what every receiver of the coding must support (RFC 9659 §3
// allows up to 8 MiB).
const zstdWindow = 4 << 20

// press turns bytes into what is served.
type press struct{ zstd *zstd.Encoder }

func newPress() (*press, error) {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBetterCompression),
		zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(zstdWindow))
	if err != nil {
		return nil, fmt.Errorf("prepare zstd: %w", err)
	}
	return &press{zstd: z}, nil
}

// print compresses body once for all who will ask for it.
func (p *press) print(body []byte, contentType string, modified time.Time) (*Published, error) {
	pub := &Published{Coded: coded(body), ContentType: contentType, LastModified: modified}
	if len(body) < compressFrom {
		return pub, nil
	}
	packed, err := gzipped(body)
	if err != nil {
		return nil, err
	}
	pub.Gzip, pub.Zstd = coded(packed), coded(p.zstd.EncodeAll(body, nil))
	return pub, nil
}

func gzipped(body []byte) ([]byte, error) {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		return nil, fmt.Errorf("prepare gzip: %w", err)
	}
	if _, err = w.Write(body); err == nil {
		err = w.Close()
	}
	if err != nil {
		return nil, fmt.Errorf("compress with gzip: %w", err)
	}
	return b.Bytes(), nil
}

func coded(body []byte) Coded {
	sum := sha256.Sum256(body)
	return Coded{Body: body, ETag: `"` + base64.RawURLEncoding.EncodeToString(sum[:]) + `"`}
}
