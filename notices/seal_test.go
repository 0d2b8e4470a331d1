package notices

import (
	"bytes"
	"crypto/ecdh"
	"encoding/base64"
	"net/netip"
	"testing"
	"time"
)

func raw(t *testing.T, s string) []byte {
	t.Helper()
	b, err := base64URL(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// The example of RFC 8291, section 5 and appendix A.
func TestSealedAsTheStandardSays(t *testing.T) {
	own, err := ecdh.P256().NewPrivateKey(raw(t, "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"))
	if err != nil {
		t.Fatal(err)
	}
	text := []byte("When I grow up, I want to be a watermelon")
	got, err := sealPushWith(own, raw(t, "DGv6ra1nlYgDCS1FRnbzlw"), text,
		raw(t, "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"), raw(t, "BTBZMqHH6r4Tts7J_aSIgg"), len(text)+1)
	want := "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
	if err != nil || base64.RawURLEncoding.EncodeToString(got) != want {
		t.Errorf("sealed as %s, %v", base64.RawURLEncoding.EncodeToString(got), err)
	}
}

func TestEverySealedMessageIsAsLongAsAnyOther(t *testing.T) {
	device, _ := ecdh.P256().GenerateKey(nil)
	short, err := sealPush([]byte("a"), device.PublicKey().Bytes(), make([]byte, 16))
	long, err2 := sealPush(bytes.Repeat([]byte("ñ"), 200), device.PublicKey().Bytes(), make([]byte, 16))
	if err != nil || err2 != nil || len(short) != len(long) {
		t.Errorf("%d and %d bytes, %v, %v", len(short), len(long), err, err2)
	}
	if _, err := sealPush(make([]byte, padded), device.PublicKey().Bytes(), make([]byte, 16)); err == nil {
		t.Error("one that does not fit was sealed")
	}
}

// The key by which push services know the node must never change: every
// subscription is bound to it.
func TestTheKeyOfTheNodeIsAlwaysTheSame(t *testing.T) {
	const kept = "BJYnpiBHEcLWv-yz1LdqgN91CLTNSSTpmPvEf389n6WQkIfldID1Wr9eXnzBef7kM0vNxONnKbXzmpbo4464aHU"
	if key := publicKey(vapidKey(bytes.Repeat([]byte{7}, 48))); key != kept {
		t.Errorf("it is %s now", key)
	}
	vapidKey(bytes.Repeat([]byte{0xff}, 48)) // beyond the order
	vapidKey(make([]byte, 48))
}

func TestQuietHours(t *testing.T) {
	panama := time.FixedZone("-05", -5*3600)
	at := func(h, m int) time.Time { return time.Date(2026, 11, 9, h, m, 30, 0, panama) }
	for _, c := range []struct {
		hours hours
		now   time.Time
		want  time.Time
	}{
		{hours{}, at(3, 0), at(3, 0)},
		{hours{"22:00", "06:00"}, at(21, 59), at(21, 59)},
		{hours{"22:00", "06:00"}, at(22, 0), time.Date(2026, 11, 10, 6, 0, 0, 0, panama)},
		{hours{"22:00", "06:00"}, at(2, 0), time.Date(2026, 11, 9, 6, 0, 0, 0, panama)},
		{hours{"22:00", "06:00"}, at(6, 0), at(6, 0)},
		{hours{"12:30", "14:00"}, at(13, 0), time.Date(2026, 11, 9, 14, 0, 0, 0, panama)},
		{hours{"12:30", "14:00"}, at(12, 29), at(12, 29)},
		{hours{"12:30", "14:00"}, at(14, 0), at(14, 0)},
	} {
		if got := c.hours.after(c.now); !got.Equal(c.want) {
			t.Errorf("%v at %s: until %s, not %s", c.hours, c.now, got, c.want)
		}
	}
}

func TestOnlyTheInternetIsPublic(t *testing.T) {
	for address, want := range map[string]bool{
		"142.250.78.10": true, "2a00:1450:4003:80c::200a": true,
		"127.0.0.1": false, "::1": false, "10.1.2.3": false, "172.20.0.1": false, "192.168.1.1": false, "169.254.169.254": false,
		"100.64.0.1": false, "0.0.0.0": false, "fd00::1": false, "fe80::1": false, "224.0.0.1": false, "255.255.255.255": false,
		"64:ff9b::a00:1": false, "2002:a00:1::1": false, "198.18.0.1": false,
	} {
		if got := public(netip.MustParseAddr(address)); got != want {
			t.Errorf("%s: public is %t", address, got)
		}
		if err := onlyPublic("tcp", netip.AddrPortFrom(netip.MustParseAddr(address), 443).String(), nil); (err == nil) != want {
			t.Errorf("%s: %v", address, err)
		}
	}
	if onlyPublic("tcp6", "[::ffff:10.0.0.1]:443", nil) == nil {
		t.Error("a private address was let through in the dress of IPv6")
	}
}

func TestAddresses(t *testing.T) {
	for address, want := range map[string]bool{
		"turno@snm.example": true, "a.b+c@sub.institucion.example": true,
		"": false, "turno": false, "Ana <ana@x.example>": false, "a@x.example,b@x.example": false, "a@x.example\r\nBcc: b@x.example": false,
		"ana solis@x.example": false, "josé@x.example": false, "\"a b\"@x.example": false,
	} {
		if isAddress(address) != want {
			t.Errorf("%q: %t", address, !want)
		}
	}
}
