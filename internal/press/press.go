// Package press makes documents ready to be served: compressed beforehand for all who
// ask for them, and private ones cut where each patron's own token goes, so that a
// copy costs nothing but the token, compressed ones too.
package press

import (
	"bytes"
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
// A private document has a Cut, which is what patrons get; its Body holds a
// stand-in for their token.
type Published struct {
	Coded             // as it is
	Gzip        Coded // Body is nil when compressing is not worth it, and of private documents
	Zstd        Coded // Body is nil when compressing is not worth it, and of private documents
	Cut         *Cut  // nil of public documents
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

// Press turns bytes into what is served. It is safe for concurrent use.
type Press struct{ zstd *zstd.Encoder }

// New returns a Press.
func New() (*Press, error) {
	z, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBetterCompression),
		zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(zstdWindow))
	if err != nil {
		return nil, fmt.Errorf("prepare zstd: %w", err)
	}
	return &Press{zstd: z}, nil
}

// Print compresses body once for all who will ask for it; with a slot, which stands
// where a token goes, it is a private document's.
func (p *Press) Print(body []byte, contentType string, modified time.Time, slot string) (*Published, error) {
	pub := &Published{Coded: coded(body), ContentType: contentType, LastModified: modified}
	if slot != "" {
		var err error
		pub.Cut, err = p.cut(body, slot)
		return pub, err
	}
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

func coded(body []byte) Coded { return Coded{Body: body, ETag: tag(body)} }
