package referrals

import (
	"cmp"
	"slices"

	"istmo/act"
	"istmo/cases"
	"istmo/cooperation"
	"istmo/observatory/counting"
	"istmo/store"
)

// CountedThere says that the receiver counts the person, as nobody did before.
const CountedThere = "receiver"

// Counter is the node in whose figures a person is who was referred across the
// border. Both sides know it from the moment that the full package has come, so that
// they neither both count nor both leave out.
func Counter(from, to, countedBy string) string {
	switch countedBy {
	case "":
		return from
	case CountedThere:
		return to
	}
	return countedBy
}

// countedBy is who counts a person whose package leaves now: whoever does already;
// this country, if an authority of its own has presumed or identified them; and if
// nobody does, the receiver. It does not tell whether somebody was refused or not
// looked at yet.
func countedBy(tx *store.Tx, person string) (string, error) {
	here := act.Here(tx)
	files, err := filesOf(tx, person)
	if err != nil {
		return "", err
	}
	var decided []cases.Status
	for _, file := range files {
		by, err := promised(tx, file)
		if err != nil {
			return "", err
		}
		if by == here {
			return "", nil
		}
		if by != "" {
			return by, nil
		}
		more, err := cases.StatusesOf(tx, file)
		if err != nil {
			return "", err
		}
		decided = append(decided, more...)
	}
	rules, err := counting.Shipped()
	if err != nil {
		return "", err
	}
	if country := cooperation.Country(here); rules.Judge(country, inOrder(country, decided)).Standing == "" {
		return CountedThere, nil
	}
	return "", nil
}

// filesOf are all files of a person here: those linked, and those that a referral
// between agencies of this node began.
func filesOf(tx *store.Tx, person string) ([]string, error) {
	all := []string{person}
	for i := 0; i < len(all); i++ {
		same, err := cases.SameAs(tx, all[i])
		if err != nil {
			return nil, err
		}
		within, err := store.All(tx, store.Value[string], `SELECT r.person FROM person p JOIN referral r ON r.id = p.origin_id WHERE p.id = $1 AND p.origin = 'referral' AND r.home = $2
			UNION SELECT p.id FROM referral r JOIN person p ON p.agency = r.to_agency AND p.origin = 'referral' AND p.origin_id = r.id WHERE r.person = $1 AND r.home = $2`, all[i], act.Here(tx))
		if err != nil {
			return nil, err
		}
		for _, other := range slices.Concat(same, within) {
			if !slices.Contains(all, other) {
				all = append(all, other)
			}
		}
	}
	return all, nil
}

// promised is who counts a file by an earlier referral across the border, if any.
func promised(tx *store.Tx, file string) (string, error) {
	type earlier struct{ from, to, by string }
	list, err := store.All(tx, func(e *earlier) []any { return []any{&e.from, &e.to, &e.by} },
		`SELECT from_node, to_node, counted_by FROM referral WHERE person = $1 AND from_node <> to_node AND packed_at <> '' ORDER BY packed_at, id`, file)
	if err != nil || len(list) == 0 {
		return "", err
	}
	return Counter(list[0].from, list[0].to, list[0].by), nil
}

// inOrder are a country's decisions in the order in which they were made.
func inOrder(country string, all []cases.Status) (out []counting.Decision) {
	slices.SortFunc(all, func(a, b cases.Status) int { return cmp.Or(a.DecidedOn.Compare(b.DecidedOn), cmp.Compare(a.ID, b.ID)) })
	for _, s := range all {
		if s.Country == country {
			out = append(out, counting.Decision{Status: s.Code})
		}
	}
	return out
}
