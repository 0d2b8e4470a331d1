package meetings

import (
	"strconv"
	"strings"
)

// lines reads what was written one a line, with | between the parts. Empty lines
// are none.
func lines(text string) [][]string {
	var all [][]string
	for _, line := range strings.Split(plain(text), "\n") {
		if strings.TrimSpace(line) == "" {
			continue
		}
		parts := strings.Split(line, "|")
		for i := range parts {
			parts[i] = strings.TrimSpace(parts[i])
		}
		all = append(all, parts)
	}
	return all
}

// part is a part of a line, empty where the line ends before it.
func part(parts []string, i int) string {
	if i < len(parts) {
		return parts[i]
	}
	return ""
}

func or(a, b string) string {
	if a != "" {
		return a
	}
	return b
}

// count reads a number of people; nothing is an unknown one.
func count(word string) (int64, error) {
	if word == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(word, 10, 31)
	return int64(n), err
}
