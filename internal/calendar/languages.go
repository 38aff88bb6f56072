package calendar

import (
	"github.com/go-playground/locales"
	"github.com/go-playground/locales/ar"
	"github.com/go-playground/locales/bg"
	"github.com/go-playground/locales/ca"
	"github.com/go-playground/locales/cs"
	"github.com/go-playground/locales/da"
	"github.com/go-playground/locales/de"
	"github.com/go-playground/locales/el"
	"github.com/go-playground/locales/en"
	"github.com/go-playground/locales/en_GB"
	"github.com/go-playground/locales/es"
	"github.com/go-playground/locales/et"
	"github.com/go-playground/locales/fi"
	"github.com/go-playground/locales/fr"
	"github.com/go-playground/locales/gl"
	"github.com/go-playground/locales/he"
	"github.com/go-playground/locales/hi"
	"github.com/go-playground/locales/hr"
	"github.com/go-playground/locales/hu"
	"github.com/go-playground/locales/id"
	"github.com/go-playground/locales/is"
	"github.com/go-playground/locales/it"
	"github.com/go-playground/locales/ja"
	"github.com/go-playground/locales/ko"
	"github.com/go-playground/locales/lt"
	"github.com/go-playground/locales/lv"
	"github.com/go-playground/locales/nb"
	"github.com/go-playground/locales/nl"
	"github.com/go-playground/locales/pl"
	"github.com/go-playground/locales/pt"
	"github.com/go-playground/locales/ro"
	"github.com/go-playground/locales/ru"
	"github.com/go-playground/locales/sk"
	"github.com/go-playground/locales/sl"
	"github.com/go-playground/locales/sr"
	"github.com/go-playground/locales/sv"
	"github.com/go-playground/locales/tr"
	"github.com/go-playground/locales/uk"
	"github.com/go-playground/locales/vi"
	"github.com/go-playground/locales/zh"
	"github.com/go-playground/locales/zh_Hant"
)

// English is the language of dates where nothing better is known.
const English = "en"

// language is how dates are written in one language.
type language struct {
	tag   string // BCP 47
	name  string // its own
	names func() locales.Translator
	short string // the form of a day without its year
	glue  string // between a date and a time
	full  string // the form of a day in full, where the library's is wrong
}

// languages are all there are. Persian and Thai are none of them: who reads them
// counts years and months by calendars that the library does not know.
func languages() []language {
	return []language{
		{tag: "en", name: "English (US)", names: en.New, short: "%b %d", glue: ", "},
		{tag: "en-GB", name: "English (UK)", names: en_GB.New, short: "%d %b", glue: ", "},
		{tag: "ar", name: "العربية", names: ar.New, short: "%d %b", glue: "، "},
		{tag: "bg", name: "български", names: bg.New, short: "%d.%mm", glue: ", "},
		{tag: "ca", name: "català", names: ca.New, short: "%d %b", glue: ", "},
		{tag: "cs", name: "čeština", names: cs.New, short: "%d. %m.", glue: ", "},
		{tag: "da", name: "dansk", names: da.New, short: "%d. %b", glue: ", "},
		{tag: "de", name: "Deutsch", names: de.New, short: "%d. %b", glue: ", "},
		{tag: "el", name: "Ελληνικά", names: el.New, short: "%d %b", glue: ", "},
		{tag: "es", name: "español", names: es.New, short: "%d %b", glue: ", "},
		{tag: "et", name: "eesti", names: et.New, short: "%d. %b", glue: ", "},
		{tag: "fi", name: "suomi", names: fi.New, short: "%d.%m.", glue: ", ", full: "%A %d. %B %Y"}, // the library leaves letters of its pattern in it
		{tag: "fr", name: "français", names: fr.New, short: "%d %b", glue: ", "},
		{tag: "gl", name: "galego", names: gl.New, short: "%d de %b", glue: ", "},
		{tag: "he", name: "עברית", names: he.New, short: "%d ב%b", glue: ", "},
		{tag: "hi", name: "हिन्दी", names: hi.New, short: "%d %b", glue: ", "},
		{tag: "hr", name: "hrvatski", names: hr.New, short: "%d. %b", glue: " "},
		{tag: "hu", name: "magyar", names: hu.New, short: "%b %d.", glue: " "},
		{tag: "id", name: "Indonesia", names: id.New, short: "%d %b", glue: ", "},
		{tag: "is", name: "íslenska", names: is.New, short: "%d. %b", glue: ", "},
		{tag: "it", name: "italiano", names: it.New, short: "%d %b", glue: ", "},
		{tag: "ja", name: "日本語", names: ja.New, short: "%m月%d日", glue: " "},
		{tag: "ko", name: "한국어", names: ko.New, short: "%m월 %d일", glue: " "},
		{tag: "lt", name: "lietuvių", names: lt.New, short: "%mm-%dd", glue: " "},
		{tag: "lv", name: "latviešu", names: lv.New, short: "%d. %b", glue: " "},
		{tag: "nb", name: "norsk", names: nb.New, short: "%d. %b", glue: ", "},
		{tag: "nl", name: "Nederlands", names: nl.New, short: "%d %b", glue: ", "},
		{tag: "pl", name: "polski", names: pl.New, short: "%d %b", glue: ", "},
		{tag: "pt", name: "português", names: pt.New, short: "%d de %b", glue: ", "},
		{tag: "ro", name: "română", names: ro.New, short: "%d %b", glue: ", "},
		{tag: "ru", name: "русский", names: ru.New, short: "%d %b", glue: ", "},
		{tag: "sk", name: "slovenčina", names: sk.New, short: "%d. %m.", glue: ", "},
		{tag: "sl", name: "slovenščina", names: sl.New, short: "%d. %b", glue: ", "},
		{tag: "sr", name: "српски", names: sr.New, short: "%d. %b", glue: " "},
		{tag: "sv", name: "svenska", names: sv.New, short: "%d %b", glue: ", "},
		{tag: "tr", name: "Türkçe", names: tr.New, short: "%d %b", glue: " "},
		{tag: "uk", name: "українська", names: uk.New, short: "%d %b", glue: ", "},
		{tag: "vi", name: "Tiếng Việt", names: vi.New, short: "%d %b", glue: ", "},
		{tag: "zh", name: "简体中文", names: zh.New, short: "%m月%d日", glue: " "},
		{tag: "zh-Hant", name: "繁體中文", names: zh_Hant.New, short: "%m月%d日", glue: " "},
	}
}

// nearest are languages whose dates are written as another's, where that is not
// the one that their tag begins with.
func nearest() map[string]string {
	return map[string]string{
		"en-au": "en-GB", "en-ie": "en-GB", "en-in": "en-GB", "en-nz": "en-GB", "en-za": "en-GB",
		"iw": "he", "in": "id", "nn": "nb", "no": "nb", "zh-hk": "zh-Hant", "zh-mo": "zh-Hant", "zh-tw": "zh-Hant",
	}
}
