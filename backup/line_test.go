package backup

import (
	"fmt"
	"math"
	"testing"

	"pgregory.net/rapid"
)

// Every row comes back as it went, kinds and all.
func TestRowThereAndBack(t *testing.T) {
	value := rapid.OneOf(
		rapid.Just[any](nil), rapid.Bool().AsAny(), rapid.Int64().AsAny(), rapid.Float64().AsAny(), rapid.String().AsAny(),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) string { return string(b) }).AsAny(),
		rapid.Map(rapid.SliceOf(rapid.Byte()), func(b []byte) []byte { return append([]byte{}, b...) }).AsAny())
	rapid.Check(t, func(t *rapid.T) {
		row := rapid.SliceOf(value).Draw(t, "row")
		line, err := encodeRow(row)
		if err != nil {
			t.Fatal(err)
		}
		got, err := decodeRow(line)
		if err != nil || len(got) != len(row) {
			t.Fatalf("%s: %v, %v", line, got, err)
		}
		for i := range row {
			if a, b := fmt.Sprintf("%T %#v", got[i], got[i]), fmt.Sprintf("%T %#v", row[i], row[i]); a != b {
				t.Fatalf("%s: got %s, want %s", line, a, b)
			}
		}
	})
}

func TestOddFloats(t *testing.T) {
	for _, f := range []float64{math.Inf(1), math.Inf(-1), math.NaN(), math.Copysign(0, -1), math.SmallestNonzeroFloat64} {
		line, err := encodeRow([]any{f})
		if err != nil {
			t.Fatal(err)
		}
		got, err := decodeRow(line)
		if err != nil || fmt.Sprint(got[0]) != fmt.Sprint(f) {
			t.Errorf("%v came back as %v, %v", f, got, err)
		}
	}
	if _, err := encodeRow([]any{int(1)}); err == nil {
		t.Error("a kind that no database gives was taken")
	}
}

// Whatever the line, decoding ends in a row that encodes again or in an error.
func FuzzDecodeRow(f *testing.F) {
	for _, line := range []string{
		`[]`, `[null,true,false,1,-9223372036854775808,"x",{"b":"AA=="},{"t":"/w=="},{"f":"0.5"}]`,
		`[1.5]`, `[{}]`, `[{"b":"","t":""}]`, `[[1]]`, `[1,]`, `{"b":""}`, `null`, ``, `[9223372036854775808]`, `[{"b":1}]`, `[{"f":"x"}]`, ` [ 1 ] `,
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		row, err := decodeRow(line)
		if err != nil {
			return
		}
		again, err := encodeRow(row)
		if err != nil {
			t.Fatal(err)
		}
		back, err := decodeRow(again)
		if err != nil || fmt.Sprintf("%#v", back) != fmt.Sprintf("%#v", row) {
			t.Fatalf("%#v came back as %#v, %v", row, back, err)
		}
	})
}
