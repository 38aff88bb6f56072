package dates

import (
	"strconv"
	"strings"
	"time"
)

func isOffset(word string) bool {
	return len(word) >= 2 && (word[0] == '+' || word[0] == '-')
}

// parseZone reads a zone as feeds and pages write it. Only names that mean one
// offset, in RFC 822 or in the time zone database, are known: IST, for one, is
// Indian, Irish and Israeli time.
func parseZone(word string) (*time.Location, bool) {
	word = strings.Trim(word, "()[]")
	if before, _, found := strings.Cut(word, "["); found { // Java: +01:00[Europe/Paris]
		word = before
	}
	if rest, ok := strings.CutPrefix(word, "GMT"); ok && isOffset(rest) {
		word = rest
	}
	if rest, ok := strings.CutPrefix(word, "UTC"); ok && isOffset(rest) {
		word = rest
	}
	if isOffset(word) {
		return parseOffset(word)
	}
	if minutes, ok := zoneMinutes(strings.ToUpper(word)); ok {
		return time.FixedZone("", minutes*60), true
	}
	name := word
	switch word {
	case "ET":
		name = "America/New_York"
	case "CT":
		name = "America/Chicago"
	case "MT":
		name = "America/Denver"
	case "PT":
		name = "America/Los_Angeles"
	}
	if !hasArea(name) {
		return nil, false
	}
	zone, err := time.LoadLocation(name)
	return zone, err == nil
}

// hasArea reports whether a zone's name begins with one of the time zone
// database's areas. Looking an unknown one up is costly.
func hasArea(name string) bool {
	area, _, found := strings.Cut(name, "/")
	switch area {
	case "Africa", "America", "Antarctica", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific", "Etc", "US", "Canada":
		return found && len(name) <= len("America/North_Dakota/New_Salem")
	}
	return false
}

func parseOffset(word string) (*time.Location, bool) {
	digits := strings.ReplaceAll(word[1:], ":", "")
	if len(digits) <= 2 {
		digits += "00"
	}
	n, err := strconv.ParseUint(digits, 10, 16)
	if err != nil || len(digits) > 4 || n > 1500 || n%100 > 59 {
		return nil, false
	}
	seconds := int(n/100*3600 + n%100*60)
	if word[0] == '-' {
		seconds = -seconds
	}
	return time.FixedZone("", seconds), true
}

// zoneMinutes are the minutes by which a zone's clock is ahead of UTC's.
func zoneMinutes(name string) (int, bool) {
	switch name {
	case "Z", "UT", "UTC", "GMT", "WET", "ETC/GMT", "ETC/UTC":
		return 0, true
	case "NST":
		return -210, true
	case "NDT":
		return -150, true
	case "ACST":
		return 570, true
	case "ACDT":
		return 630, true
	}
	hours, known := zoneHours(name)
	return hours * 60, known
}

func zoneHours(name string) (int, bool) {
	hours := 0
	switch name {
	case "HST":
		hours = -10
	case "AKST":
		hours = -9
	case "PST", "AKDT":
		hours = -8
	case "MST", "PDT":
		hours = -7
	case "CST", "MDT":
		hours = -6
	case "EST", "CDT":
		hours = -5
	case "AST", "EDT":
		hours = -4
	case "ADT", "BRT", "ART":
		hours = -3
	case "BST", "WEST", "CET", "MET", "MEZ", "WAT":
		hours = 1
	case "CEST", "MEST", "MESZ", "EET", "CAT", "SAST":
		hours = 2
	case "EEST", "MSK", "EAT":
		hours = 3
	case "PKT":
		hours = 5
	case "WIB":
		hours = 7
	case "WITA", "HKT", "SGT", "AWST":
		hours = 8
	case "WIT", "JST", "KST":
		hours = 9
	case "AEST":
		hours = 10
	case "AEDT":
		hours = 11
	case "NZST":
		hours = 12
	case "NZDT":
		hours = 13
	}
	return hours, hours != 0
}
