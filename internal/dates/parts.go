package dates

import (
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// parts is a date in words, as in RFC 822 and its many misreadings:
// "Fri, 20 Nov 2026 15:36:36 +0000", "November 20, 2026 3:36 pm EST".
type parts struct {
	zone             *time.Location
	year, month, day int
	ordinal          bool // day counts from the beginning of the year
	hour, minute     int
	second, nano     int
	clock, zoned     bool
	afternoon        int // 1 am, 2 pm
}

func (d *parts) addAll(s string) bool {
	for word := range strings.FieldsFuncSeq(s, func(r rune) bool { return r == ' ' || r == ',' || r == '、' || r == '·' || r == '|' }) {
		if !d.add(word) {
			return false
		}
	}
	return true
}

// add takes one word; false says that it cannot be understood.
func (d *parts) add(word string) bool {
	word = strings.Trim(word, ".")
	lower := strings.ToLower(word)
	if d.skip(lower) || d.addHalf(lower) {
		return true
	}
	digits, rest := leadingDigits(word)
	mark, _ := utf8.DecodeRuneInString(rest)
	switch {
	case digits == "":
		return d.addName(word, lower)
	case rest == "":
		return d.addNumber(number(digits), len(digits))
	case rest[0] == ':' || rest[0] == 'h' && len(rest) == 3:
		return d.addClock(strings.Replace(lower, "h", ":", 1))
	case unicode.IsLetter(mark) && !ordinals(lower[len(digits):]):
		return d.addMarked(digits, rest)
	case len(digits) == 4 && d.year == 0: // Fri, 2026/11/20 15:36:36
		d.year = number(digits)
		rest, ok := d.isoDay(rest)
		return ok && rest == ""
	case strings.ContainsRune("-/.", rune(rest[0])):
		return d.addNumeric(word, rest[:1])
	case ordinals(lower[len(digits):]):
		return d.addNumber(number(digits), len(digits))
	}
	return false
}

// skip recognises the little words between the others.
func (d *parts) skip(lower string) bool {
	switch lower {
	case "", "de", "del", "di", "of", "at", "um", "kl", "à", "às", "alle", "ore", "den", "the", "on", "le", "uhr", "h", "в", "г", "р", "-", "–", "@":
		return true
	}
	return false
}

// ordinals are the endings of a day's number.
func ordinals(s string) bool {
	switch s {
	case "st", "nd", "rd", "th", "er", "º", "°", "ª", "e":
		return true
	}
	return false
}

// addName takes a word that begins with no digit: a month, a zone, or a weekday,
// which says nothing that the date does not say.
func (d *parts) addName(word, lower string) bool {
	if m := month(lower); m != 0 && d.month == 0 {
		d.month = m
		return true
	}
	if strings.Count(word, "-") == 2 && d.month == 0 { // Nov-20-2026
		return d.addNumeric(word, "-")
	}
	if zone, ok := parseZone(word); ok && (d.year != 0 || d.month != 0) {
		if !d.zoned {
			d.zone, d.zoned = zone, true
		}
		return true
	}
	if d.day == 0 && d.month == 0 {
		return !strings.ContainsAny(word, "0123456789:")
	}
	return weekday(strings.Trim(lower, "()"))
}

func (d *parts) addNumber(n, digits int) bool {
	switch {
	case d.day == 0 && digits <= 2:
		d.day = n
	case d.year == 0 && digits == 4:
		d.year = n
	case d.year == 0 && digits == 2: // RFC 2822 §4.3
		d.year = n + 1900
		if n < 50 {
			d.year = n + 2000
		}
		return true
	default:
		return false
	}
	return n > 0
}

// addNumeric takes "20-Nov-26" (RFC 850 §2.1.4), "20.11.2026" and those of
// "11/20/2026" that can be read in one way only.
func (d *parts) addNumeric(word, separator string) bool {
	all := strings.Split(word, separator)
	if len(all) != 3 || d.year != 0 || d.month != 0 || d.day != 0 {
		return false
	}
	a, b := number(all[0]), number(all[1])
	if a < 0 || b < 0 { // a name is among them
		return d.add(all[0]) && d.add(all[1]) && d.add(all[2])
	}
	if len(all[2]) != 4 || len(all[0]) > 2 || len(all[1]) > 2 {
		return false
	}
	d.year, d.day, d.month = number(all[2]), a, b
	switch {
	case separator == "." || a > 12 || a == b:
	case b > 12:
		d.day, d.month = b, a
	default:
		return false
	}
	return d.year > 0
}

// addMarked takes numbers that say what they count: 2026年11月20日, 2026년.
func (d *parts) addMarked(digits, rest string) bool {
	for digits != "" {
		mark, size := utf8.DecodeRuneInString(rest)
		n := number(digits)
		switch mark {
		case '年', '년':
			d.year = n
		case '月', '월':
			d.month = n
		case '日', '일', '号':
			d.day = n
		case '時', '时', '點', '点', '시':
			d.hour, d.clock = n, true
		case '分', '분':
			d.minute = n
		case '秒', '초':
			d.second = n
		default:
			return false
		}
		if unicode.Is(unicode.Hangul, mark) {
			d.korean()
		}
		digits, rest = leadingDigits(rest[size:])
	}
	return rest == "" || d.add(rest)
}

// korean makes Korea's time the default: all of Korea has one.
func (d *parts) korean() {
	if !d.zoned {
		d.zone = time.FixedZone("", 9*3600)
	}
}

// addHalf takes the half of the day; the clock may come before or after it.
func (d *parts) addHalf(lower string) bool {
	switch lower {
	case "am", "a.m", "오전", "午前", "上午":
		d.afternoon = 1
	case "pm", "p.m", "오후", "午後", "下午":
		d.afternoon = 2
	default:
		return false
	}
	if strings.HasPrefix(lower, "오") {
		d.korean()
	}
	return true
}

// addClock takes "15:36:36.123", and what is glued to it: "3:36pm", "15:36Z",
// "15:36:36+0100".
func (d *parts) addClock(word string) bool {
	end := strings.IndexFunc(word, func(r rune) bool { return (r < '0' || r > '9') && r != ':' && r != '.' && r != ',' })
	if end < 0 {
		end = len(word)
	}
	word, glued := strings.TrimRight(word[:end], ".,"), word[end:]
	fields := strings.SplitN(word, ":", 4)
	if d.clock || len(fields) > 3 {
		return false
	}
	d.clock = true
	last := len(fields) - 1
	whole, fraction, _ := strings.Cut(strings.ReplaceAll(fields[last], ",", "."), ".")
	fields[last] = whole
	for i, field := range []*int{&d.hour, &d.minute, &d.second}[:len(fields)] {
		if *field = number(fields[i]); *field < 0 || *field > 60 || len(fields[i]) > 2 {
			return false
		}
	}
	if fraction != "" {
		d.nano = number((fraction + "000000000")[:9])
	}
	return d.nano >= 0 && (glued == "" || d.addHalf(glued) || d.addGlued(glued))
}

func (d *parts) addGlued(zone string) bool {
	z, ok := parseZone(strings.ToUpper(zone))
	if ok {
		d.zone, d.zoned = z, true
	}
	return ok
}

// time is the zero time when the parts make no date.
func (d *parts) time() time.Time {
	switch {
	case d.year == 0 || d.month == 0 || d.month > 12 || d.day == 0 || d.minute > 59 || d.hour > 24 || d.hour == 24 && d.minute+d.second > 0:
		return time.Time{}
	case d.afternoon > 0 && (!d.clock || d.hour < 1 || d.hour > 12):
		return time.Time{}
	case d.afternoon > 0:
		d.hour = d.hour%12 + 12*(d.afternoon-1)
	}
	day := time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC)
	if !d.ordinal && day.Day() != d.day || day.Year() != d.year {
		return time.Time{} // 31 June
	}
	return time.Date(d.year, day.Month(), day.Day(), d.hour, d.minute, d.second, d.nano, d.zone)
}
