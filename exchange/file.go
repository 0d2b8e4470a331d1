package exchange

import (
	"context"
	"crypto/hpke"
	"errors"
	"io"

	"istmo/fault"
	"istmo/store"
)

// A file for a partner carries one bundle, sealed to it as a whole: who finds
// the stick learns which two nodes it is between, and the size.
const fileMagic = "istmo/file/v1"

// What one file carries at most. A link by file is slow to come round, so it
// takes much more than a request does.
const (
	fileCount = 5_000
	fileBytes = 64 << 20
)

func fileHeader(from, to string) []byte {
	w := &writer{}
	w.text(fileMagic)
	w.text(from)
	w.text(to)
	return w.b
}

// Export writes a file with what a partner has not heard yet. Until it is heard
// to have arrived, the next file, or the net, carries the same again; links by
// file and by net may be mixed. It reports whether more remains for another
// file, after the answer to this one.
func (b *Border) Export(ctx context.Context, node string, w io.Writer) (more bool, err error) {
	out, _, err := b.exchange(ctx, node, nil, load{fileCount, fileBytes})
	if err != nil {
		return false, err
	}
	return out.Heard.More, b.writeFile(ctx, out, w)
}

// writeFile seals a signed bundle to its receiver.
func (b *Border) writeFile(ctx context.Context, out *Bundle, w io.Writer) error {
	var to Card
	if err := b.db.Read(ctx, func(tx *store.Tx) error {
		p, err := active(tx, out.To)
		if err == nil {
			to = p.card
		}
		return err
	}); err != nil {
		return err
	}
	header := fileHeader(out.From, out.To)
	sealed, err := hpke.Seal(to.Seal, kdf, aead, header, out.encode())
	if err != nil {
		return fault.Internal("exchange: seal a file", err)
	}
	if _, err := w.Write(append(header, sealed...)); err != nil {
		return fault.Internal("exchange: write a file", err)
	}
	return nil
}

// Imported is what a file brought.
type Imported struct {
	From string
	Gain
}

// Import takes in a file from a partner and, if answer is not nil, writes the
// file that answers it. What comes before its turn is kept, and Missing says
// which envelope it waits for. Faults on the field "file" say that it is
// damaged, from no partner, for another node, or written by somebody else; a
// Conflict, that all it holds was taken in before.
func (b *Border) Import(ctx context.Context, r io.Reader, answer io.Writer) (Imported, error) {
	in, err := b.readFile(ctx, r)
	if err != nil {
		return Imported{}, err
	}
	out, g, err := b.exchange(ctx, in.From, in, load{fileCount, fileBytes})
	if err != nil {
		return Imported{}, err
	}
	done := Imported{in.From, g}
	if answer != nil {
		if err := b.writeFile(ctx, out, answer); err != nil {
			return done, err
		}
	}
	b.poke(in.From)
	if !g.any() && len(in.Envelopes)+len(in.Receipts) > 0 && g.trouble == "" {
		return done, fault.Conflict("exchange.file-nothing-new")
	}
	if g.trouble == troubleLater {
		return done, fault.Unavailable(troubleLater)
	}
	return done, nil
}

// readFile opens a file and checks that an active partner signed it for us.
func (b *Border) readFile(ctx context.Context, r io.Reader) (*arrival, error) {
	all, err := io.ReadAll(io.LimitReader(r, wireFile+1))
	if err != nil {
		return nil, fault.Internal("exchange: read a file", err)
	}
	if len(all) > wireFile {
		return nil, fault.Invalid("file", "exchange.file-too-large")
	}
	from, to, sealed, err := decodeFile(all)
	if err != nil {
		return nil, fault.Invalid("file", "exchange.file-damaged")
	}
	if to != b.self.Node {
		return nil, fault.Invalid("file", "exchange.file-for-another")
	}
	plain, err := hpke.Open(b.keys.Seal, kdf, aead, fileHeader(from, to), sealed)
	if err != nil {
		return nil, fault.Invalid("file", "exchange.file-does-not-open")
	}
	return b.receiveFile(ctx, from, plain)
}

func decodeFile(all []byte) (from, to string, sealed []byte, err error) {
	r := &reader{b: all}
	r.magic(fileMagic)
	from, to = r.code(2), r.code(2)
	return from, to, r.b, r.err
}

// receiveFile says of a bundle by file what receive says of one by net.
func (b *Border) receiveFile(ctx context.Context, from string, plain []byte) (*arrival, error) {
	in, err := b.receive(ctx, from, plain, true)
	if fault.Is(err, fault.KindNotFound) {
		return nil, fault.Invalid("file", "exchange.file-no-partner")
	}
	var f *fault.Fault
	if errors.As(err, &f) && f.Field == "bundle" {
		return nil, fault.Invalid("file", f.Key)
	}
	return in, err
}
