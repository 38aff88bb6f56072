package dates

import (
	"strings"
	"unicode/utf8"
)

// months are the names of the months in the languages of the feeds we have met,
// one month a line. Of languages that inflect them, both forms are here.
const months = `january janvier januar jänner enero gennaio janeiro januari leden ledna január januára ianuarie ocak styczeń stycznia января январь січня януари tammikuu tammikuuta janúar jaanuar siječanj siječnja ιανουαρίου ιανουάριος
february février fevrier februar feber febrero febbraio fevereiro februari únor února február februára februári februarie şubat luty lutego февраля февраль лютого февруари helmikuu helmikuuta febrúar veljača veljače φεβρουαρίου φεβρουάριος
march mars märz maerz marzo março maart marts březen března marec március martie mart marzec marca марта март березня maaliskuu maaliskuuta märts ožujak ožujka μαρτίου μάρτιος μαώ
april avril abril aprile apríl duben dubna április aprilie nisan kwiecień kwietnia апреля апрель квітня април huhtikuu huhtikuuta aprill travanj travnja απριλίου απρίλιος
may mai mayo maggio maio mei maj květen května máj mája május máujus mayıs maja мая май травня toukokuu toukokuuta maí svibanj svibnja μαΐου μάιος μάι μαϊ μαι
june juin juni junio giugno junho červen června jún júna június iunie haziran czerwiec czerwca июня июнь червня юни kesäkuu kesäkuuta júní juuni lipanj lipnja ιουνίου ιούνιος ιούν ιον
july juillet juli julio luglio julho červenec července júl júla július iulie temmuz lipiec lipca июля июль липня юли heinäkuu heinäkuuta júlí juuli srpanj srpnja ιουλίου ιούλιος ιούλ ιολ
august août aout agosto augustus srpen srpna augusztus ağustos sierpień sierpnia августа август серпня elokuu elokuuta ágúst kolovoz kolovoza αυγούστου αύγουστος αύγ αυγ
september septembre septiembre setiembre settembre setembro září zář szeptember septembrie eylül wrzesień września сентября сентябрь вересня септември syyskuu syyskuuta rujan rujna σεπτεμβρίου σεπτέμβριος
october octobre oktober octubre ottobre outubro říjen října október octombrie ekim październik października октября октябрь жовтня октомври lokakuu lokakuuta oktoober listopad listopada οκτωβρίου οκτώβριος
november novembre noviembre novembro listopad listopadu listopada noiembrie kasım ноября ноябрь листопада ноември marraskuu marraskuuta nóvember studeni studenoga νοεμβρίου νοέμβριος νοέ
december décembre decembre dezember dezembro diciembre dicembre prosinec prosince decembrie aralık grudzień grudnia декабря декабрь грудня декември joulukuu joulukuuta desember prosinac prosinca δεκεμβρίου δεκέμβριος`

// month is the number of a month's name, in full or cut to three letters or
// more; 0 is no month, or one that is another month in another language: a
// listopad is an October in Zagreb and a November in Prague.
func month(lower string) int {
	if len(lower) < 3 {
		return 0
	}
	const english = "jan feb mar apr may jun jul aug sep oct nov dec"
	if i := strings.Index(english, lower); len(lower) == 3 && i >= 0 && i%4 == 0 {
		return i/4 + 1
	}
	if lower == "sept" {
		return 9
	}
	full, begun, line := 0, 0, 0
	isCut := utf8.RuneCountInString(lower) >= 3
	for names := range strings.SplitSeq(months, "\n") {
		line++
		for name := range strings.SplitSeq(names, " ") {
			switch {
			case !strings.HasPrefix(name, lower):
			case name == lower:
				full = only(full, line)
			case isCut:
				begun = only(begun, line)
			}
		}
	}
	if full == 0 {
		full = begun
	}
	return max(full, 0)
}

// only is the one month found so far; -1 says that there are two.
func only(found, line int) int {
	if found == 0 || found == line {
		return line
	}
	return -1
}

// weekday reports whether a word is a weekday's name, for dates that have it in
// the middle.
func weekday(lower string) bool {
	switch lower {
	case "mon", "tue", "tues", "wed", "thu", "thur", "thurs", "fri", "sat", "sun",
		"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday",
		"月", "火", "水", "木", "金", "土", "日", "월", "화", "수", "목", "금", "토", "일":
		return true
	}
	return false
}
