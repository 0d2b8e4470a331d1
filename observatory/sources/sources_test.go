package sources_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"istmo/access"
	"istmo/act"
	"istmo/fault"
	"istmo/observatory/figures"
	"istmo/observatory/sources"
	"istmo/store"
	"istmo/testkit"
	"istmo/testkit/published"
)

// open is Panama with two analysts, a focal point, and some who have no business
// here.
func open(t testing.TB, postgres bool) (w *testkit.World, pa *testkit.Country) {
	w = testkit.NewWorld(t)
	w.Postgres = postgres
	pa = w.Start("PA")
	pa.Agency("snm", "migration", "Servicio de Migración (ficticio)")
	pa.User("sol", "snm", "analyst")
	pa.User("mar", "snm", "analyst")
	pa.User("luz", "snm", "focal-point")
	pa.User("ana", "snm", "case-worker")
	return w, pa
}

var (
	flows  = sources.Origin{Kind: sources.Entries, Source: "Servicio Nacional de Migración de Panamá, reunido por la OIM", Edition: "2025-03"}
	glotip = sources.Origin{Kind: sources.GLOTIP, Source: "UNODC, exportación GLOTIP", Edition: "2025-04-14"}
)

func of(o sources.Origin, edition string) sources.Origin {
	o.Edition = edition
	return o
}

func bring(t testing.TB, pa *testkit.Country, o sources.Origin, in io.ReadSeeker) sources.Came {
	t.Helper()
	_, came, err := sources.ImportFile(t.Context(), pa.Engine, pa.Who("sol"), o, in, nil)
	if err != nil {
		t.Fatal(err)
	}
	return came
}

func bringText(t testing.TB, pa *testkit.Country, o sources.Origin, text string) sources.Came {
	t.Helper()
	return bring(t, pa, o, strings.NewReader(text))
}

// in runs f on a snapshot.
func in[T any](t testing.TB, pa *testkit.Country, f func(*store.Tx) (T, error)) (v T) {
	t.Helper()
	err := pa.DB.Read(context.Background(), func(tx *store.Tx) (err error) {
		v, err = f(tx)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// counts are the rows of every table that an import writes.
func counts(t testing.TB, pa *testkit.Country) string {
	t.Helper()
	return in(t, pa, func(tx *store.Tx) (string, error) {
		var all []string
		for _, table := range []string{"sources_file", "sources_upload", "sources_flow", "sources_return", "sources_population", "sources_area", "sources_finding"} {
			n, err := tx.Count(table)
			if err != nil {
				return "", err
			}
			all = append(all, fmt.Sprint(table, " ", n))
		}
		return strings.Join(all, ", "), nil
	})
}

func yearly(t testing.TB, pa *testkit.Country) map[int]int {
	t.Helper()
	all := map[int]int{}
	for _, m := range in(t, pa, sources.Flow) {
		all[m.Month.Year] += m.People
	}
	return all
}

// TestTheRealFiles takes in what Panama and UNODC publish, on both databases.
func TestTheRealFiles(t *testing.T) {
	for name, postgres := range map[string]bool{"SQLite": false, "PostgreSQL": true} {
		t.Run(name, func(t *testing.T) {
			_, pa := open(t, postgres)
			came := bring(t, pa, flows, published.Open(t, "panama_irregular_entries_monthly.csv"))
			if came.Same || came.Rows != 1886 || came.Taken != 1886 || came.New != 1886 || came.Changed+came.Unchanged+came.Older != 0 {
				t.Errorf("entries: %+v", came)
			}
			want := map[int]int{2021: 133_726, 2022: 246_133, 2023: 519_774, 2024: 302_290, 2025: 2_831}
			if got := yearly(t, pa); !maps.Equal(got, want) {
				t.Errorf("by year %v", got)
			}
			tally := sources.Tally(in(t, pa, sources.Flow))
			if p := tally.Sum(figures.Month{Year: 2023, Month: 1}, figures.Month{Year: 2023, Month: 8}); p.People != 333_659 || !p.Whole {
				t.Errorf("January to August 2023: %+v", p)
			}

			back := bring(t, pa, glotip, published.Open(t, "glotip_col_pan_cri.csv"))
			if back.New != 1504 || back.Taken != 1504 {
				t.Errorf("returns: %+v", back)
			}
			direct := returns(t)
			slices.SortStableFunc(direct, func(a, b figures.Return) int {
				return strings.Compare(fmt.Sprint(a.Country, a.Indicator, a.Year), fmt.Sprint(b.Country, b.Indicator, b.Year))
			})
			if got := in(t, pa, sources.Returns); !slices.Equal(got, direct) {
				t.Errorf("%d returns kept and %d read, or not the same", len(got), len(direct))
			}

			before := counts(t, pa)
			for o, file := range map[sources.Origin]string{flows: "panama_irregular_entries_monthly.csv", glotip: "glotip_col_pan_cri.csv"} {
				if again := bring(t, pa, o, published.Open(t, file)); !again.Same || again.ID != came.ID && again.ID != back.ID {
					t.Errorf("%s twice: %+v", file, again)
				}
			}
			if after := counts(t, pa); after != before {
				t.Errorf("the same files twice: %s, then %s", before, after)
			}
			if files := in(t, pa, sources.Files); len(files) != 2 || files[0].Source != glotip.Source || files[1].Edition != "2025-03" {
				t.Errorf("files %+v", files)
			}
		})
	}
}

func returns(t testing.TB) (all []figures.Return) {
	t.Helper()
	_, err := figures.ReadReturns(t.Context(), published.Open(t, "glotip_col_pan_cri.csv"), nil, func(r figures.Return) error {
		all = append(all, r)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

// TestFindingsAreKept says of the imported returns what package figures says of the
// file, by kind, country and year, and finds Panama's contradiction of 2017.
func TestFindingsAreKept(t *testing.T) {
	_, pa := open(t, false)
	bring(t, pa, flows, published.Open(t, "panama_irregular_entries_monthly.csv"))
	bring(t, pa, glotip, published.Open(t, "glotip_col_pan_cri.csv"))
	want := map[string]int{}
	total := 0
	for _, f := range figures.Validate(returns(t)) {
		want[string(f.Kind)+" "+string(f.Certainty)]++
		total++
	}
	got := map[string]int{}
	all := testkit.Ask(t, pa, pa.Who("luz"), sources.Findings{})
	for _, c := range all.Counts {
		got[string(c.Kind)+" "+string(c.Certainty)] = c.Count
	}
	if !maps.Equal(got, want) || all.Total != total || all.Returns != 1504 || len(all.Findings) != sources.PageOfFindings {
		t.Errorf("%v of %d, not %v of %d", got, all.Total, want, total)
	}
	if !slices.Equal(all.Countries, []string{"COL", "CRI", "PAN"}) {
		t.Errorf("countries %v", all.Countries)
	}
	one := testkit.Ask(t, pa, pa.Who("luz"), sources.Findings{Country: "PAN", Year: "2017", Kind: string(figures.PartExceeds)})
	if one.Total == 0 || len(one.Findings) != one.Total || !strings.Contains(fmt.Sprint(one.Findings), "34 > 20") {
		t.Errorf("Panama 2017: %+v", one.Findings)
	}
	for _, f := range one.Findings {
		if f.Country != "PAN" || !slices.Contains(f.Years, 2017) || f.Kind != figures.PartExceeds {
			t.Errorf("not asked for: %+v", f)
		}
	}
	if late := testkit.Ask(t, pa, pa.Who("luz"), sources.Findings{From: int64(total) - 1}); len(late.Findings) != 1 {
		t.Errorf("the last page has %d", len(late.Findings))
	}
	if len(all.Beside) == 0 || all.Beside[0].Counted.People != 333_659 || all.Beside[0].Stated.Low != 333_704 {
		t.Errorf("stated beside: %+v", all.Beside)
	}
	gone := map[string]bool{}
	for _, g := range all.Gaps {
		gone[g.Month.String()+" "+g.Of] = true
	}
	for _, g := range []string{"2022-01 VEN", "2022-01 HTI", "2022-01 ECU"} {
		if !gone[g] {
			t.Errorf("no gap %s in %v", g, gone)
		}
	}
	file := all.Findings // withdrawn, nothing is wrong any more
	testkit.Must(t, pa, pa.Who("luz"), sources.Withdraw{File: in(t, pa, sources.Files)[0].ID, Reason: "No era la exportación"})
	if left := testkit.Ask(t, pa, pa.Who("luz"), sources.Findings{}); left.Total != 0 || left.Returns != 0 || len(file) == 0 {
		t.Errorf("left: %+v", left)
	}
}

// TestAPageAsksWhatIsKept: findings are worked out when the returns change, and no
// reader waits for that.
func TestAPageAsksWhatIsKept(t *testing.T) {
	_, pa := open(t, false)
	bring(t, pa, glotip, published.Open(t, "glotip_col_pan_cri.csv"))
	err := pa.DB.Write(t.Context(), func(tx *store.Tx) error {
		_, err := tx.Exec(`DELETE FROM sources_finding WHERE country <> 'PAN'`)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if got := testkit.Ask(t, pa, pa.Who("luz"), sources.Findings{}); !slices.Equal(got.Countries, []string{"PAN"}) || got.Total == 0 {
		t.Errorf("worked out again: %d of %v", got.Total, got.Countries)
	}
}

const head = "date,geo,nat,n\n"

// TestEditions: a newer edition replaces what it states otherwise and keeps what was
// there; an older one that comes late replaces nothing; a withdrawn one gives back.
func TestEditions(t *testing.T) {
	for name, postgres := range map[string]bool{"SQLite": false, "PostgreSQL": true} {
		t.Run(name, func(t *testing.T) { editions(t, postgres) })
	}
}

func editions(t *testing.T, postgres bool) {
	w, pa := open(t, postgres)
	first := bringText(t, pa, of(flows, "2024-01"), head+"2023-01,PAN,VEN,100\n2023-01,PAN,HTI,50\n2023-02,PAN,VEN,NA\n")
	w.Leap(24 * time.Hour)
	second := bringText(t, pa, of(flows, "2024-06"), head+"2023-01,PAN,VEN,120\n2023-01,PAN,HTI,50\n2023-02,PAN,VEN,70\n2023-03,PAN,VEN,9\n")
	if second.New != 1 || second.Changed != 2 || second.Unchanged != 1 || second.Older != 0 {
		t.Errorf("the newer: %+v", second)
	}
	series := func() string {
		var all []string
		for _, m := range in(t, pa, sources.Flow) {
			n := fmt.Sprint(m.People)
			if m.Missing {
				n = "NA"
			}
			all = append(all, m.Month.String()+" "+m.Of+" "+n)
		}
		return strings.Join(all, ", ")
	}
	newer := "2023-01 HTI 50, 2023-01 VEN 120, 2023-02 VEN 70, 2023-03 VEN 9"
	if got := series(); got != newer {
		t.Errorf("now %s", got)
	}
	late := bringText(t, pa, of(flows, "2023-12"), head+"2023-01,PAN,VEN,1\n2022-12,PAN,VEN,3\n")
	if late.New != 1 || late.Older != 1 || late.Changed != 0 {
		t.Errorf("the older that came late: %+v", late)
	}
	if got := series(); got != "2022-12 VEN 3, "+newer {
		t.Errorf("after an older one: %s", got)
	}

	shown := testkit.Ask(t, pa, pa.Who("luz"), sources.Show{File: second.ID})
	if len(shown.Replaced) != 2 || shown.Replaced[0].Before != "100" || shown.Replaced[0].After != "120" || shown.Replaced[0].Other != first.ID ||
		!slices.Equal(shown.Replaced[0].About, []string{"2023-01", "VEN", ""}) || shown.Replaced[1].Before != "NA" || shown.InUse != 4 || shown.Only != 1 {
		t.Errorf("its history: %+v", shown)
	}
	if old := testkit.Ask(t, pa, pa.Who("luz"), sources.Show{File: first.ID}); len(old.Since) != 2 || old.SinceAll != 2 || old.InUse != 0 || old.Since[0].Other != second.ID || old.Since[0].At.IsZero() {
		t.Errorf("the first's: %+v", old)
	}

	testkit.Must(t, pa, pa.Who("mar"), sources.Withdraw{File: second.ID, Reason: "Cifras provisionales"})
	if got, want := series(), "2022-12 VEN 3, 2023-01 HTI 50, 2023-01 VEN 100, 2023-02 VEN NA"; got != want {
		t.Errorf("withdrawn: %s", got)
	}
	gone := testkit.Ask(t, pa, pa.Who("luz"), sources.Show{File: second.ID})
	if gone.State != sources.Withdrawn || gone.EndedBy != pa.Who("mar").ID || gone.Reason == "" || gone.InUse != 0 {
		t.Errorf("the withdrawn: %+v", gone)
	}
	if _, err := act.Do(t.Context(), pa.Engine, pa.Who("mar"), sources.Withdraw{File: second.ID, Reason: "Otra vez"}); !fault.Is(err, fault.KindConflict) {
		t.Errorf("twice: %v", err)
	}
	again := bringText(t, pa, of(flows, "2024-06"), head+"2023-01,PAN,VEN,120\n2023-01,PAN,HTI,50\n2023-02,PAN,VEN,70\n2023-03,PAN,VEN,9\n")
	if again.Same || again.ID == second.ID || again.New != 1 || again.Changed != 2 {
		t.Errorf("brought again after it was withdrawn: %+v", again)
	}
	if got := series(); got != "2022-12 VEN 3, "+newer {
		t.Errorf("and in use again: %s", got)
	}
}

// TestAWholeTableStandsAlone: where a file gives a month as a table whose sums hold,
// nothing older is mixed into it, and a later row by row correction is.
func TestAWholeTableStandsAlone(t *testing.T) {
	_, pa := open(t, false)
	bringText(t, pa, of(flows, "2025-03"), head+"2025-01,PAN,VEN,100\n2025-01,PAN,CHL,7\n2025-01,PAN,PER,5\n2024-12,PAN,PER,4\n")
	table := "Tránsito irregular, año 2025\nPaís,Total,Ene.,Feb.,Mar.,Abr.,May.,Jun.,Jul.,Ago.,Sep.,Oct.,Nov.,Dic.\n" +
		"Venezuela,130,90,40,-,-,-,-,-,-,-,-,-,-\nChile (1),13,8,5,-,-,-,-,-,-,-,-,-,-\nTotal,143,98,45,-,-,-,-,-,-,-,-,-,-\n"
	came := bringText(t, pa, of(flows, "2025-10"), table)
	if came.Shape != figures.YearlyFlows {
		t.Errorf("shape %q", came.Shape)
	}
	sums := func() map[string]int {
		all := map[string]int{}
		for _, m := range in(t, pa, sources.Flow) {
			all[m.Month.String()+" "+m.Of] = m.People
		}
		return all
	}
	want := map[string]int{"2024-12 PER": 4, "2025-01 VEN": 90, "2025-01 CHL": 8, "2025-02 VEN": 40, "2025-02 CHL": 5}
	if got := sums(); !maps.Equal(got, want) {
		t.Errorf("%v", got)
	}
	bringText(t, pa, of(flows, "2025-11"), head+"2025-01,PAN,PER,6\n")
	want["2025-01 PER"] = 6
	if got := sums(); !maps.Equal(got, want) {
		t.Errorf("with a correction: %v", got)
	}
	regions := "Tránsito irregular, año 2020\nRegión,Total,Ene.,Feb.,Mar.,Abr.,May.,Jun.,Jul.,Ago.,Sep.,Oct.,Nov.,Dic.\n" +
		"América del Sur,30,30,-,-,-,-,-,-,-,-,-,-,-\nAsia,4,4,-,-,-,-,-,-,-,-,-,-,-\nTotal,34,34,-,-,-,-,-,-,-,-,-,-,-\n"
	bringText(t, pa, of(flows, "2025-11-02"), regions)
	want["2020-01 OOO"] = 34
	if got := sums(); !maps.Equal(got, want) {
		t.Errorf("by region alone: %v", got)
	}
}

// TestWhatCannotBeTaken: each is refused by the preview with its row or its field,
// and nothing of it is kept.
func TestWhatCannotBeTaken(t *testing.T) {
	_, pa := open(t, false)
	before := counts(t, pa)
	long := head + "2023-01,PAN,\"" + strings.Repeat("x", 2<<20) + "\",1\n"
	for name, bad := range map[string]struct {
		origin sources.Origin
		text   string
		key    string
	}{
		"one row":     {flows, head + "2023-01,PAN,VEN,100\n2023-02,PAN,VEN,cien\n", "figures.bad-number"},
		"long line":   {flows, long, "figures.row-too-long"},
		"UTF-16":      {flows, "\xff\xfed\x00a\x00", "figures.utf-16"},
		"both":        {flows, head + "2023-01,PAN,México,1\n2023-01,PAN,Panam\xe1,1\n", "figures.mixed-encoding"},
		"zip":         {flows, "PK\x03\x04\x14\x00\x00\x00\x08\x00", "figures.not-text"},
		"formula":     {flows, head + "=cmd|'/c calc'!A1,PAN,VEN,1\n", "figures.bad-month"},
		"path":        {flows, head + "2023-01,../../etc/passwd,VEN,1\n", "figures.bad-country"},
		"twice":       {flows, head + "2023-01,PAN,VEN,1\n2023-01,PAN,VEN,2\n", "figures.stated-otherwise"},
		"empty":       {flows, "", "figures.empty-file"},
		"other kind":  {glotip, head + "2023-01,PAN,VEN,1\n", "figures.column-missing"},
		"no boundary": {sources.Origin{Kind: sources.Boundaries, Level: "province", Source: "HDX", Edition: "2024"}, `{"type":"FeatureCollection","features":[`, "figures.not-geojson"},
	} {
		p, _, err := sources.ImportFile(t.Context(), pa.Engine, pa.Who("sol"), bad.origin, strings.NewReader(bad.text), nil)
		if faults := fault.All(err); len(faults) != 1 || faults[0].Key != "figures.not-clean" || p.Clean() || p.Counts[bad.key] == 0 || len(p.Problems) == 0 {
			t.Errorf("%s: %v, %+v", name, err, p)
		}
	}
	for field, o := range map[string]sources.Origin{
		"kind": {Kind: "secrets", Source: "x", Edition: "2024"}, "source": of(sources.Origin{Kind: sources.Entries}, "2024"), "edition": of(flows, "marzo"),
		"level": {Kind: sources.Boundaries, Source: "x", Edition: "2024"},
	} {
		_, _, err := sources.ImportFile(t.Context(), pa.Engine, pa.Who("sol"), o, strings.NewReader(head), nil)
		if faults := fault.All(err); len(faults) != 1 || faults[0].Field != field {
			t.Errorf("%s: %v", field, err)
		}
	}
	_, _, err := sources.ImportFile(t.Context(), pa.Engine, pa.Who("sol"), of(flows, "2031"), strings.NewReader(head), nil)
	if faults := fault.All(err); len(faults) != 1 || faults[0].Key != "fault.in-the-future" {
		t.Errorf("of the future: %v", err)
	}
	if after := counts(t, pa); after != before {
		t.Errorf("%s, then %s", before, after)
	}
}

// TestHostileTextIsText: a cell that a spreadsheet would run is kept to the letter.
func TestHostileTextIsText(t *testing.T) {
	_, pa := open(t, false)
	const evil = `=cmd|'/c calc'!A1<script>alert(1)</script>`
	text := "Iso3_code,Country,Indicator,Dimension,Category,Sex,Age,Year,Unit of measurement,txtVALUE\n" +
		`PAN,../../etc/passwd,Detected trafficking victims,by citizenship,"` + evil + `",Total,Total,2017,Counts,3` + "\n"
	bringText(t, pa, glotip, text)
	if got := in(t, pa, sources.Returns); len(got) != 1 || got[0].Category != evil {
		t.Errorf("kept %+v", got)
	}
	w := testkit.Ask(t, pa, pa.Who("luz"), sources.Spellings{})
	if len(w.Spellings) != 1 || w.Spellings[0].Written != evil || w.Spellings[0].Way != figures.ForAPerson || strings.ContainsAny(w.Spellings[0].ID, "=<|") {
		t.Errorf("spellings %+v", w.Spellings)
	}
}

// changing gives other bytes the second time it is read.
type changing struct {
	*strings.Reader
	again string
}

func (c *changing) Seek(int64, int) (int64, error) {
	c.Reader = strings.NewReader(c.again)
	return 0, nil
}

// cancelling ends the context once it has been read so far in the second reading.
type cancelling struct {
	*bytes.Reader
	cancel context.CancelFunc
	after  int
}

func (c *cancelling) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p[:min(len(p), 1<<10)])
	if c.after -= n; c.after < 0 {
		c.cancel()
	}
	return n, err
}

// TestNothingIsLeftOfHalf: a file that changes between the two readings, and one
// that is interrupted in the second, leave nothing.
func TestNothingIsLeftOfHalf(t *testing.T) {
	_, pa := open(t, false)
	before := counts(t, pa)
	swapped := &changing{strings.NewReader(head + "2023-01,PAN,VEN,1\n"), head + "2023-01,PAN,VEN,2\n"}
	if _, _, err := sources.ImportFile(t.Context(), pa.Engine, pa.Who("sol"), flows, swapped, nil); fault.All(err) == nil || fault.All(err)[0].Key != "sources.file-changed" {
		t.Errorf("swapped: %v", err)
	}
	content, err := os.ReadFile(published.Path(t, "panama_irregular_entries_monthly.csv"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	half := &cancelling{bytes.NewReader(content), cancel, len(content) + len(content)/2}
	if _, _, err := sources.ImportFile(ctx, pa.Engine, pa.Who("sol"), flows, half, nil); !errors.Is(err, context.Canceled) {
		t.Errorf("interrupted: %v", err)
	}
	if after := counts(t, pa); after != before {
		t.Errorf("%s, then %s", before, after)
	}
}

// TestTwoAtOnce: of two who bring the same file at once one waits, and finds it there.
func TestTwoAtOnce(t *testing.T) {
	_, pa := open(t, false)
	content, err := os.ReadFile(published.Path(t, "panama_irregular_entries_monthly.csv"))
	if err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	var mu sync.Mutex
	same := 0
	for _, name := range []string{"sol", "mar", "sol", "mar"} {
		who := pa.Who(name)
		all.Go(func() {
			_, came, err := sources.ImportFile(t.Context(), pa.Engine, who, flows, bytes.NewReader(content), nil)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			if came.Same {
				same++
			}
		})
	}
	all.Wait()
	if files := in(t, pa, sources.Files); len(files) != 1 || same != 3 || yearly(t, pa)[2023] != 519_774 {
		t.Errorf("%d files, %d times the same", len(files), same)
	}
}

// TestWhoMay lets each try everything. Denied looks like absent.
func TestWhoMay(t *testing.T) {
	_, pa := open(t, false)
	file := bringText(t, pa, glotip, odd)
	spelling := sources.SpellingID("Congo")
	staged, err := sources.StageFile(t.Context(), pa.Engine, pa.Who("sol"), of(glotip, "2025-05"), []byte(odd))
	if err != nil {
		t.Fatal(err)
	}
	partner := access.Who{Kind: access.Partner, ID: "CO", Node: "CO"}
	may := func(name string, who access.Who, allowed bool, try func(access.Who) error) {
		t.Helper()
		err := try(who)
		denied := fault.Is(err, fault.KindDenied) || fault.Is(err, fault.KindNotFound)
		if allowed == denied {
			t.Errorf("%s: %v", name, err)
		}
	}
	imports := func(who access.Who) error {
		_, _, err := sources.ImportFile(t.Context(), pa.Engine, who, of(flows, "2024"), strings.NewReader(head+"2023-01,PAN,VEN,1\n"), nil)
		return err
	}
	stages := func(who access.Who) error {
		_, err := sources.StageFile(t.Context(), pa.Engine, who, flows, []byte(head+"2023-01,PAN,VEN,1\n"))
		return err
	}
	reads := func(who access.Who) error {
		_, err := act.Ask(t.Context(), pa.Engine, who, sources.List{})
		_, err2 := act.Ask(t.Context(), pa.Engine, who, sources.Findings{})
		_, err3 := act.Ask(t.Context(), pa.Engine, who, sources.ShowSpelling{Spelling: spelling})
		_, err4 := act.Ask(t.Context(), pa.Engine, who, sources.Show{File: file.ID})
		_, err5 := act.Ask(t.Context(), pa.Engine, who, sources.Spellings{})
		return errors.Join(err, err2, err3, err4, err5)
	}
	proposes := func(who access.Who) error {
		_, err := act.Do(t.Context(), pa.Engine, who, sources.Propose{Spelling: spelling, Code: "COD", Reason: "Por el informe"})
		return err
	}
	opens := func(who access.Who) error {
		_, err := act.Look(t.Context(), pa.Engine, who, sources.Open{Upload: staged.Object})
		return err
	}
	for _, row := range []struct {
		who                                     access.Who
		imports, stages, reads, proposes, opens bool
	}{
		{pa.Who("sol"), true, true, true, true, true},
		{pa.Who("mar"), true, true, true, true, false}, // not somebody else's upload
		{pa.Who("luz"), false, false, true, true, false},
		{pa.Who("ana"), false, false, false, false, false},
		{partner, false, false, false, false, false},
	} {
		may(row.who.ID+" imports", row.who, row.imports, imports)
		may(row.who.ID+" stages", row.who, row.stages, stages)
		may(row.who.ID+" reads", row.who, row.reads, reads)
		may(row.who.ID+" proposes", row.who, row.proposes, proposes)
		may(row.who.ID+" opens", row.who, row.opens, opens)
	}
	for _, who := range []access.Who{pa.Who("ana"), partner} {
		may("withdraws", who, false, func(who access.Who) error {
			_, err := act.Do(t.Context(), pa.Engine, who, sources.Withdraw{File: file.ID, Reason: "Porque sí"})
			return err
		})
	}
}

const returnHead = "Iso3_code,Country,Indicator,Dimension,Category,Sex,Age,Year,Unit of measurement,txtVALUE\n"

// odd is a return with a spelling that fits two countries, a misspelling and names.
const odd = returnHead +
	"PAN,Panama,Detected trafficking victims,by citizenship,Congo,Total,Total,2017,Counts,3\n" +
	"COL,Colombia,Detected trafficking victims,by citizenship,Congo,Total,Total,2018,Counts,6\n" +
	"PAN,Panama,Detected trafficking victims,by citizenship,BARSIL,Total,Total,2017,Counts,7\n" +
	"PAN,Panama,Detected trafficking victims,by citizenship,Nationals,Total,Total,2017,Counts,9\n" +
	"PAN,Panama,Detected trafficking victims,by citizenship,Colombia,Total,Total,2017,Counts,8\n"

// TestAReadingTakesTwo: one proposes, another decides, and what was written stays.
func TestAReadingTakesTwo(t *testing.T) {
	for name, postgres := range map[string]bool{"SQLite": false, "PostgreSQL": true} {
		t.Run(name, func(t *testing.T) { readings(t, postgres) })
	}
}

func readings(t *testing.T, postgres bool) {
	_, pa := open(t, postgres)
	bringText(t, pa, glotip, odd)
	sol, mar, luz := pa.Who("sol"), pa.Who("mar"), pa.Who("luz")
	w := testkit.Ask(t, pa, luz, sources.Spellings{})
	var order []string
	for _, s := range w.Spellings {
		order = append(order, s.Written)
	}
	if !slices.Equal(order, []string{"Congo", "BARSIL", "Nationals"}) || w.All != 4 || w.Ways["name"] != 1 {
		t.Errorf("spellings %v of %d, %v", order, w.All, w.Ways)
	}
	congo := w.Spellings[0]
	if !slices.Equal(congo.Candidates, []string{"COD", "COG"}) || congo.Reading != "" || !slices.Equal(congo.Reporters, []string{"COL", "PAN"}) || congo.Figures != 2 {
		t.Errorf("Congo: %+v", congo)
	}
	refused := func(field, key string, cmd sources.Propose) {
		t.Helper()
		_, err := act.Do(t.Context(), pa.Engine, sol, cmd)
		if faults := fault.All(err); len(faults) != 1 || faults[0].Field != field || faults[0].Key != key {
			t.Errorf("%+v: %v", cmd, err)
		}
	}
	refused("other", "sources.which-code", sources.Propose{Spelling: congo.ID, Code: "other", Other: "Zaire", Reason: "Por el informe"})
	refused("code", "sources.which-code", sources.Propose{Spelling: congo.ID, Code: "ZZZ", Reason: "Por el informe"})
	refused("reason", "sources.give-reason", sources.Propose{Spelling: congo.ID, Code: "COD"})
	refused("reporter", "sources.which-reporter", sources.Propose{Spelling: congo.ID, Code: "COD", Reporter: "CRI", Reason: "Por el informe"})

	before := in(t, pa, sources.Returns)
	everywhere := testkit.Must(t, pa, sol, sources.Propose{Spelling: congo.ID, Code: "COD", Reason: "El informe nacional habla de Kinshasa"}).Object
	refused("", "sources.proposed-already", sources.Propose{Spelling: congo.ID, Code: "COD", Reason: "Por el informe"})
	country := func(written, reporter string) string {
		return in(t, pa, func(tx *store.Tx) (string, error) {
			r, err := sources.Readings(tx)
			code, by := r.Country(written, reporter)
			return strings.TrimSpace(code + " " + by), err
		})
	}
	if got := country("Congo", "PAN"); got != "" {
		t.Errorf("only proposed, and read as %q", got)
	}
	accept := func(who access.Who, id string) error {
		_, err := act.Do(t.Context(), pa.Engine, who, sources.Accept{Proposal: id, Answer: "Comprobado en el informe"})
		return err
	}
	if err := accept(sol, everywhere); !fault.Is(err, fault.KindDenied) {
		t.Errorf("their own: %v", err)
	}
	if _, err := act.Do(t.Context(), pa.Engine, mar, sources.Accept{Proposal: everywhere}); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("without a reason: %v", err)
	}
	if err := accept(mar, everywhere); err != nil {
		t.Fatal(err)
	}
	here := testkit.Must(t, pa, mar, sources.Propose{Spelling: congo.ID, Code: "COG", Reporter: "COL", Reason: "En Colombia era Brazzaville"}).Object
	if err := accept(luz, here); err != nil {
		t.Fatal(err)
	}
	if p, c := country("Congo", "PAN"), country("Congo", "COL"); p != "COD "+everywhere || c != "COG "+here {
		t.Errorf("read as %q and %q", p, c)
	}
	if p, c := country("BARSIL", "PAN"), country("Nationals", "COL"); p != "BRA" || c != "COL" {
		t.Errorf("without a proposal: %q and %q", p, c)
	}
	if after := in(t, pa, sources.Returns); !slices.Equal(before, after) {
		t.Error("a figure was changed")
	}
	if err := accept(luz, here); !fault.Is(err, fault.KindConflict) {
		t.Errorf("accepted twice: %v", err)
	}

	other := testkit.Must(t, pa, luz, sources.Propose{Spelling: congo.ID, Code: "COG", Reason: "Nueva información"}).Object
	testkit.Must(t, pa, sol, sources.Decline{Proposal: other, Answer: "No hay documento"})
	instead := testkit.Must(t, pa, luz, sources.Propose{Spelling: congo.ID, Code: "COG", Reason: "Aquí está el documento"}).Object
	if err := accept(sol, instead); err != nil {
		t.Fatal(err)
	}
	states := map[string]string{}
	for _, p := range testkit.Ask(t, pa, luz, sources.ShowSpelling{Spelling: congo.ID}).Proposals {
		states[p.ID] = string(p.State)
	}
	if want := map[string]string{everywhere: "replaced", here: "accepted", other: "declined", instead: "accepted"}; !maps.Equal(states, want) {
		t.Errorf("states %v", states)
	}
	if got := country("Congo", "PAN"); got != "COG "+instead {
		t.Errorf("replaced, and read as %q", got)
	}
}

// TestUploadsWaitAnHour: what is in a file is looked at before anything comes of it,
// and what nobody confirms is destroyed.
func TestUploadsWaitAnHour(t *testing.T) {
	w, pa := open(t, false)
	sol := pa.Who("sol")
	stage := func(text string) string {
		t.Helper()
		d, err := sources.StageFile(t.Context(), pa.Engine, sol, flows, []byte(text))
		if err != nil {
			t.Fatal(err)
		}
		return d.Object
	}
	bad := stage(head + "2023-01,PAN,VEN,cien\n")
	u, err := act.Look(t.Context(), pa.Engine, sol, sources.Open{Upload: bad})
	if err != nil || u.Preview.Clean() || u.Preview.Blocked != 1 || u.Preview.Problems[0].Row != 2 || u.Origin.Source != flows.Source {
		t.Errorf("%+v %v", u, err)
	}
	if _, err := sources.ImportUpload(t.Context(), pa.Engine, sol, bad); fault.All(err) == nil || fault.All(err)[0].Key != "sources.not-clean" {
		t.Errorf("with a problem: %v", err)
	}
	good := stage(head + "2023-01,PAN,VEN,100\n")
	came, err := sources.ImportUpload(t.Context(), pa.Engine, sol, good)
	if err != nil || came.New != 1 {
		t.Errorf("%+v %v", came, err)
	}
	if _, err := sources.ImportUpload(t.Context(), pa.Engine, sol, good); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("confirmed twice: %v", err)
	}
	if same, err := sources.ImportUpload(t.Context(), pa.Engine, sol, stage(head+"2023-01,PAN,VEN,100\n")); err != nil || !same.Same || same.ID != came.ID {
		t.Errorf("the same again: %+v %v", same, err)
	}
	testkit.Must(t, pa, sol, sources.Discard{Upload: bad})
	if _, err := act.Look(t.Context(), pa.Engine, sol, sources.Open{Upload: bad}); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("discarded: %v", err)
	}
	old := stage(head + "2023-01,PAN,HTI,100\n")
	w.Leap(59 * time.Minute)
	if err := sources.ForgetUploads(t.Context(), pa.DB); err != nil {
		t.Fatal(err)
	}
	if _, err := act.Look(t.Context(), pa.Engine, sol, sources.Open{Upload: old}); err != nil {
		t.Errorf("within the hour: %v", err)
	}
	w.Leap(2 * time.Minute)
	if _, err := act.Look(t.Context(), pa.Engine, sol, sources.Open{Upload: old}); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("after the hour: %v", err)
	}
	w.Tick(time.Hour)
	if got := counts(t, pa); !strings.Contains(got, "sources_upload 0") {
		t.Errorf("after the tick: %s", got)
	}
}

// TestPopulationAndBoundaries: the other two kinds, as other rooms read them.
func TestPopulationAndBoundaries(t *testing.T) {
	_, pa := open(t, false)
	people := sources.Origin{Kind: sources.Inhabitants, Source: "Naciones Unidas, World Population Prospects", Edition: "2024"}
	bringText(t, pa, people, "iso3;year;sex;age;people\nPAN;2022;total;total;4.408.581\nPAN;2022;female;0-17;700000\nPAN;2021;total;total;4351267\nCOL;2022;total;total;51874024\n")
	got := in(t, pa, func(tx *store.Tx) ([]figures.Population, error) { return sources.Population(tx, "PAN", 2022) })
	if len(got) != 2 || got[0].People != 4_408_581 || got[0].To != figures.Oldest || got[1].Sex != "Female" || got[1].From != 0 || got[1].To != 17 {
		t.Errorf("population %+v", got)
	}
	borders := sources.Origin{Kind: sources.Boundaries, Level: "province", Source: "HDX COD-AB", Edition: "2023"}
	square := `{"type":"Feature","properties":{"ADM1_PCODE":"%s","ADM1_ES":"%s"},"geometry":{"type":"Polygon","coordinates":[[[-78,8],[-77,8],[-77,9],[-78,8]]]}}`
	file := `{"type":"FeatureCollection","features":[` + fmt.Sprintf(square, "PA05", "Darién") + `,` + fmt.Sprintf(square, "PA04", "Colón") + `]}`
	bringText(t, pa, borders, file)
	newer := bringText(t, pa, of(borders, "2024"), strings.ReplaceAll(file, "Darién", "Provincia de Darién"))
	if newer.Changed != 1 || newer.Unchanged != 1 {
		t.Errorf("the newer: %+v", newer)
	}
	areas := in(t, pa, sources.Areas)
	if len(areas) != 2 || areas[0].Code != "PA04" || areas[1].Name != "Provincia de Darién" || areas[1].Level != "province" || areas[1].File != newer.ID || len(areas[1].Polygons[0][0]) != 4 {
		t.Errorf("areas %+v", areas)
	}
	cited := in(t, pa, func(tx *store.Tx) ([]sources.File, error) { return sources.Cited(tx, sources.Boundaries) })
	if len(cited) != 1 || cited[0].Edition != "2024" {
		t.Errorf("cited %+v", cited)
	}
}
