package yamlfile

import "strings"

// maxWord is longer than any word that is known; it bounds what comparing costs.
const maxWord = 64

// Advice helps with a word that is none of those known: the nearest one if it
// is near enough, else all of them.
func Advice(word string, known []string) string {
	if near := nearest(word, known); near != "" {
		return "did you mean " + near + "?"
	}
	if len(known) == 0 {
		return "none belongs here"
	}
	return "known: " + strings.Join(known, ", ")
}

// nearest is the known word that typing errors may have turned into word, ""
// when none is near: one change for short words, one in three letters for long.
func nearest(word string, known []string) string {
	if len(word) > maxWord {
		return ""
	}
	best, least := "", 1+max(1, len(word)/3)
	for _, k := range known {
		if n := changes(strings.ToLower(word), strings.ToLower(k)); n < least {
			best, least = k, n
		}
	}
	return best
}

// changes counts the letters to insert, drop, replace or swap with their
// neighbour to make b of a.
func changes(a, b string) int {
	from, to := []rune(a), []rune(b)
	table := make([][]int, len(from)+1)
	for i := range table {
		table[i] = make([]int, len(to)+1)
		table[i][0] = i
	}
	for j := range to {
		table[0][j+1] = j + 1
		for i := range from {
			replaced := table[i][j]
			if from[i] != to[j] {
				replaced++
			}
			least := min(replaced, table[i][j+1]+1, table[i+1][j]+1)
			if i > 0 && j > 0 && from[i] == to[j-1] && from[i-1] == to[j] {
				least = min(least, table[i-1][j-1]+1)
			}
			table[i+1][j+1] = least
		}
	}
	return table[len(from)][len(to)]
}
