package cli_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"istmo/cli"
	"istmo/ledger"
	"istmo/store"
	"istmo/testkit"
)

// TestCheckAProof checks a proof with nothing but the node's card, as a person's
// counsel would, and refuses it once a letter is changed.
func TestCheckAProof(t *testing.T) {
	pa := testkit.NewWorld(t).Start("PA")
	pa.Agency("UIA", "response-team", "Unidad ficticia")
	var proof ledger.Inclusion
	err := pa.DB.Write(t.Context(), func(tx *store.Tx) (err error) {
		proof, err = ledger.ProveInclusion(tx, 1)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	text, err := json.Marshal(proof)
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name string, text []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, text, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	card := write("card", []byte(pa.Border.Card().Text()))
	if status := cli.Run([]string{"ledger", "check", write("proof.json", text), card}); status != 0 {
		t.Errorf("a good proof: %d", status)
	}
	proof.Record = strings.Replace(proof.Record, "add-agency", "add-agents", 1)
	changed, err := json.Marshal(proof)
	if err != nil || bytes.Equal(changed, text) {
		t.Fatal("nothing was changed", err)
	}
	for name, wrong := range map[string][]byte{"changed": changed, "not a proof": []byte("{"), "empty": nil} {
		if status := cli.Run([]string{"ledger", "check", write("wrong.json", wrong), card}); status != 1 {
			t.Errorf("%s: %d", name, status)
		}
	}
	if status := cli.Run([]string{"ledger", "check", filepath.Join(dir, "proof.json"), write("other", []byte("no card"))}); status != 1 {
		t.Error("without a card")
	}
}
