package webfeed

import (
	"strconv"
	"strings"
	"time"
)

// month is the number of a month's name in the languages of the feeds we have
// met, in full or cut to three letters or more; 0 is no month.
func month(lower string) int {
	for i, names := range [12]string{
		"january janvier januar enero gennaio janeiro januari", "february février fevrier februar febrero febbraio fevereiro februari",
		"march mars märz marzo março maart", "april avril abril aprile", "may mai mayo maggio maio mei",
		"june juin juni junio giugno junho", "july juillet juli julio luglio julho", "august août aout agosto augustus",
		"september septembre septiembre settembre setembro", "october octobre oktober octubre ottobre outubro",
		"november novembre noviembre novembro", "december décembre decembre dezember diciembre dicembre dezembro",
	} {
		for name := range strings.FieldsSeq(names) {
			if lower == name || len(lower) >= 3 && strings.HasPrefix(name, lower) && lower != "jui" {
				return i + 1
			}
		}
	}
	return 0
}

func isOffset(word string) bool {
	return len(word) >= 3 && (word[0] == '+' || word[0] == '-')
}

// parseZone reads a zone as feeds write it. Only names that mean one offset are
// known: IST, for one, is Indian, Irish and Israeli time.
func parseZone(word string) (*time.Location, bool) {
	word = strings.Trim(word, "()")
	if rest, ok := strings.CutPrefix(word, "GMT"); ok && isOffset(rest) {
		word = rest
	}
	if rest, ok := strings.CutPrefix(word, "UTC"); ok && isOffset(rest) {
		word = rest
	}
	if isOffset(word) {
		return parseOffset(word)
	}
	if hours, ok := zoneHours(strings.ToUpper(word)); ok {
		return time.FixedZone("", int(hours*3600)), true
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
	if !strings.Contains(name, "/") {
		return nil, false
	}
	zone, err := time.LoadLocation(name)
	return zone, err == nil
}

func parseOffset(word string) (*time.Location, bool) {
	digits := strings.ReplaceAll(word[1:], ":", "")
	if len(digits) == 2 {
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

func zoneHours(name string) (float64, bool) {
	hours, ok := map[string]float64{
		"Z": 0, "UT": 0, "UTC": 0, "GMT": 0, "WET": 0,
		"EST": -5, "EDT": -4, "CST": -6, "CDT": -5, "MST": -7, "MDT": -6, "PST": -8, "PDT": -7,
		"AKST": -9, "AKDT": -8, "HST": -10, "NST": -3.5, "NDT": -2.5,
		"WEST": 1, "BST": 1, "CET": 1, "MET": 1, "MEZ": 1, "CEST": 2, "MEST": 2, "MESZ": 2, "EET": 2, "EEST": 3, "MSK": 3,
		"JST": 9, "KST": 9, "AWST": 8, "ACST": 9.5, "ACDT": 10.5, "AEST": 10, "AEDT": 11, "NZST": 12, "NZDT": 13,
	}[name]
	return hours, ok
}
