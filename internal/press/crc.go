package press

// crcPolynomial is gzip's (RFC 1952 §8), lowest power in the highest bit.
const crcPolynomial = 0xedb88320

// crcOver is what following by n bytes does to a checksum: crcJoin with it is
// the checksum of two texts of which only the checksums are at hand, and the
// second's length.
func crcOver(n int) uint32 {
	factor, power := uint32(1<<31), uint32(1<<23) // 1 and x^8
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			factor = crcTimes(power, factor)
		}
		power = crcTimes(power, power)
	}
	return factor
}

// crcJoin is the checksum of one text followed by another, over is of the
// second's length.
func crcJoin(first, second, over uint32) uint32 { return crcTimes(over, first) ^ second }

// crcTimes multiplies two polynomials over GF(2) modulo the checksum's.
func crcTimes(a, b uint32) uint32 {
	var product uint32
	for bit := uint32(1 << 31); bit != 0; bit >>= 1 {
		if a&bit != 0 {
			product ^= b
		}
		odd := b & 1
		b >>= 1
		if odd == 1 {
			b ^= crcPolynomial
		}
	}
	return product
}
