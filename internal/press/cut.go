package press

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"fmt"
	"hash/crc32"

	"github.com/klauspost/compress/flate"
)

// Cut is a private document in pieces: a patron's own token goes between each
// two, which costs a copy of nothing but the token. All patrons of an audience
// share the pieces, compressed ones too.
type Cut struct {
	plain, gzip, zstd form
	sums              []sum // of the plain pieces
	size              int   // of a whole copy
}

// form is a cut document in one content coding.
type form struct {
	pieces [][]byte
	etag   string // of the copies: at one patron's address, copies are the same exactly when their pieces are
}

// sum is a piece's checksum.
type sum struct{ crc, over uint32 }

// cut cuts a document at every slot. The document of a slot that does not occur
// is one piece.
func (p *Press) cut(body []byte, slot string) (*Cut, error) {
	c := &Cut{plain: form{pieces: bytes.Split(body, []byte(slot))}, size: len(body)}
	for _, piece := range c.plain.pieces {
		c.sums = append(c.sums, sum{crc32.ChecksumIEEE(piece), crcOver(len(piece))})
	}
	if len(body) >= compressFrom {
		var err error
		if c.gzip.pieces, err = deflated(c.plain.pieces); err != nil {
			return nil, err
		}
		for _, piece := range c.plain.pieces {
			c.zstd.pieces = append(c.zstd.pieces, p.zstd.EncodeAll(piece, nil))
		}
	}
	for coding, f := range map[string]*form{"": &c.plain, "gzip": &c.gzip, "zstd": &c.zstd} {
		f.etag = tag(c.join(coding, slot)...)
	}
	return c, nil
}

// Compressed reports whether the document can be had compressed.
func (c *Cut) Compressed() bool { return c.gzip.pieces != nil }

// Stamp is a patron's copy in a coding, "" for none, "gzip" or "zstd": what is to
// be written one after the other, and its tag.
func (c *Cut) Stamp(coding, token string) (pieces [][]byte, etag string) {
	switch coding {
	case "gzip":
		etag = c.gzip.etag
	case "zstd":
		etag = c.zstd.etag
	default:
		etag = c.plain.etag
	}
	return c.join(coding, token), etag
}

func (c *Cut) join(coding, token string) [][]byte {
	switch coding {
	case "gzip":
		return c.joinGzip([]byte(token))
	case "zstd":
		return between(c.zstd.pieces, frame([]byte(token)))
	}
	return between(c.plain.pieces, []byte(token))
}

// between puts a filling between each two pieces.
func between(pieces [][]byte, filling []byte) [][]byte {
	joined := make([][]byte, 0, 2*len(pieces))
	for i, piece := range pieces {
		if i > 0 {
			joined = append(joined, filling)
		}
		joined = append(joined, piece)
	}
	return joined
}

// joinGzip puts the token between the pieces as a block that is not compressed,
// and the checksum and length of the whole behind them (RFC 1952 §2.3.1).
func (c *Cut) joinGzip(token []byte) [][]byte {
	if len(c.gzip.pieces) == 0 {
		return nil
	}
	crc := c.sums[0].crc
	for _, s := range c.sums[1:] {
		crc = crcJoin(crc32.Update(crc, crc32.IEEETable, token), s.crc, s.over)
	}
	trailer := binary.LittleEndian.AppendUint32(nil, crc)
	trailer = binary.LittleEndian.AppendUint32(trailer, uint32(c.size)) //nolint:gosec // modulo 2^32, as the format has it
	return append(between(c.gzip.pieces, stored(token)), trailer)
}

// stored is a block of deflated data that is not compressed (RFC 1951 §3.2.4). It
// begins at a byte's boundary, where each piece but the last ends.
func stored(data []byte) []byte {
	n := uint16(len(data)) //nolint:gosec // a token
	block := binary.LittleEndian.AppendUint16([]byte{0}, n)
	return append(binary.LittleEndian.AppendUint16(block, ^n), data...)
}

// frame is a frame of zstd's of one block that is not compressed (RFC 8878
// §3.1.1): its length is in the header, in one byte. A document may consist of
// any number of frames.
func frame(data []byte) []byte {
	const singleSegment, last = 1 << 5, 1
	head := []byte{0x28, 0xb5, 0x2f, 0xfd, singleSegment, byte(len(data))}     //nolint:gosec // a token
	block := binary.LittleEndian.AppendUint32(head, uint32(len(data)<<3|last)) //nolint:gosec // a token
	return append(block[:len(head)+3], data...)
}

// gzipHead begins a gzip member that tells neither its name nor when it was made
// (RFC 1952 §2.3).
const gzipHead = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"

// deflated compresses each piece without a look at those before it. All but the
// last end at a byte's boundary, and only the last ends the data.
func deflated(pieces [][]byte) ([][]byte, error) {
	packed := make([][]byte, len(pieces))
	for i, piece := range pieces {
		var b bytes.Buffer
		if i == 0 {
			b.WriteString(gzipHead)
		}
		w, err := flate.NewWriter(&b, flate.BestCompression)
		if err != nil {
			return nil, fmt.Errorf("prepare deflate: %w", err)
		}
		end := w.Flush
		if i == len(pieces)-1 {
			end = w.Close
		}
		if _, err = w.Write(piece); err == nil {
			err = end()
		}
		if err != nil {
			return nil, fmt.Errorf("deflate: %w", err)
		}
		packed[i] = b.Bytes()
	}
	return packed, nil
}

// tag is the strong entity tag of some bytes, quoted.
func tag(pieces ...[]byte) string {
	h := sha256.New()
	for _, piece := range pieces {
		h.Write(piece)
	}
	return `"` + base64.RawURLEncoding.EncodeToString(h.Sum(nil)) + `"`
}
