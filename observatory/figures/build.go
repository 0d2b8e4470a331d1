package figures

// The dimensions of a return.
const (
	all         = "Total"
	citizenship = "by citizenship"
	form        = "by form of exploitation"
)

var (
	threeForms = []string{"Sexual exploitation", "Forced labour", "Other forms of exploitation"}
	everySex   = []string{"Total", "Female", "Male", "Other", "Unknown"}
	everyAge   = []string{"Total", "0 to 17 years", "18 years or over", "Unknown"}
)

// build lays out the cells of a country's year, and the sums that hold in one of
// two readings; see Validate.
func build(rows []Return, usual bool) *system {
	s := &system{index: map[at]int{}}
	categories := map[[2]string]bool{}
	var order [][2]string
	for _, r := range rows {
		c := s.cells[s.cellAt(at{r.Dimension, r.Category, r.Sex, r.Age})]
		c.rows = append(c.rows, r)
		if k := [2]string{r.Dimension, r.Category}; !categories[k] {
			categories[k] = true
			order = append(order, k)
		}
	}
	for _, c := range s.cells {
		c.bounds = c.between(usual)
	}
	for _, k := range order {
		for _, sex := range []string{"Female", "Male", "Other", "Total"} {
			s.along(Ages, usual, everyAge, func(age string) at { return at{k[0], k[1], sex, age} })
		}
		for _, age := range []string{"0 to 17 years", "18 years or over", "Total"} {
			s.along(Sexes, usual, everySex, func(sex string) at { return at{k[0], k[1], sex, age} })
		}
	}
	for _, sex := range everySex {
		for _, age := range everyAge {
			s.across(Forms, form, usual, order, sex, age)
			s.across(Citizenships, citizenship, usual, order, sex, age)
		}
	}
	return s
}

// between is what the rows under the same words can mean: one of them or, if they
// are finer forms printed under one name, all of them together.
func (c *cell) between(usual bool) bounds {
	b := bounds{endless, 0}
	sum := 0
	for _, r := range c.rows {
		b.low, b.high = min(b.low, r.Low), b.high+r.High
		sum += r.Low
	}
	if usual && c.dimension == form {
		b.low = sum
	}
	return b
}

// along adds the sum of sexes or ages at one place of the table, if any part of it
// is stated or is itself the sum of what is. People of unknown sex and age are in one cell of their own.
func (s *system) along(axis Axis, usual bool, names []string, cell func(string) at) {
	whole, last := cell(names[0]), cell(names[len(names)-1])
	one := sum{axis: axis}
	used := false
	for _, name := range names[1 : len(names)-1] {
		_, there := s.index[cell(name)]
		used = used || there
	}
	if !used {
		return
	}
	complete := s.stated(cell(names[1])) && s.stated(cell(names[2]))
	for _, name := range names[1 : len(names)-1] {
		if s.stated(cell(name)) || !usual || !complete {
			one.parts = append(one.parts, part{cell: s.cellAt(cell(name))})
		}
	}
	both := at{whole.dimension, whole.category, "Unknown", "Unknown"}
	switch {
	case s.stated(last):
		one.parts = append(one.parts, part{cell: s.cellAt(last), optional: !usual})
	case usual && whole.sex == "Total" && whole.age == "Total" && s.stated(both):
		one.parts = append(one.parts, part{cell: s.cellAt(both)})
	default:
		one.open = !usual || !complete
	}
	one.whole = s.cellAt(whole)
	s.sums = append(s.sums, one)
}

// across adds that the categories of a dimension are parts of the total: each one
// surely; together, if nobody is in two. The three forms are everybody.
func (s *system) across(axis Axis, dimension string, usual bool, order [][2]string, sex, age string) {
	whole := at{all, all, sex, age}
	if !s.stated(whole) {
		return
	}
	together := sum{axis: axis, whole: s.cellAt(whole), open: true}
	forms := 0
	for _, k := range order {
		a := at{k[0], k[1], sex, age}
		if k[0] != dimension || !s.stated(a) {
			continue
		}
		p := part{cell: s.cellAt(a)}
		together.parts = append(together.parts, p)
		if dimension == form && (k[1] == threeForms[0] || k[1] == threeForms[1] || k[1] == threeForms[2]) {
			forms++
		}
		if !usual {
			s.sums = append(s.sums, sum{axis: axis, whole: together.whole, parts: []part{p}, open: true})
		}
	}
	if usual && len(together.parts) > 0 {
		together.open = forms < len(threeForms)
		s.sums = append(s.sums, together)
	}
}
