package node

import (
	"io"

	"istmo/indicators"
	"istmo/observatory/publishing"
)

// ListVerdict is what checking a list of indicators found.
type ListVerdict = indicators.Verdict

// VerifyIndicators checks the file of a version by itself: it needs no node. cards
// are the texts of nodes' cards, whose keys then vouch for the signature.
func VerifyIndicators(file io.Reader, cards []string) (ListVerdict, error) {
	keys, err := keysOf(cards)
	if err != nil {
		return ListVerdict{}, err
	}
	f, err := indicators.ReadFile(file)
	if err != nil {
		return ListVerdict{}, err
	}
	return f.Verify(keys)
}

// ReleaseVerdict is what checking a file of figures found.
type ReleaseVerdict = publishing.Verdict

// VerifyRelease checks the file of a release by itself, as VerifyIndicators does.
func VerifyRelease(file io.Reader, cards []string) (ReleaseVerdict, error) {
	keys, err := keysOf(cards)
	if err != nil {
		return ReleaseVerdict{}, err
	}
	f, err := publishing.ReadFile(file)
	if err != nil {
		return ReleaseVerdict{}, err
	}
	return f.Verify(keys)
}
