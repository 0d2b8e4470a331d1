package notices_test

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"

	"istmo/node"
	"istmo/store"
)

// The kill test runs this test binary again as a process of the node's own, so that
// it can be killed as a power cut kills it.
const childEnv = "ISTMO_NOTICES_TEST_NODE"

func TestMain(m *testing.M) {
	if args := os.Getenv(childEnv); args != "" {
		child(strings.Split(args, "|"))
	}
	os.Exit(m.Run())
}

// child opens the node in a folder at a time, and sends what is due.
func child(args []string) {
	ms, _ := strconv.ParseInt(args[1], 10, 64)
	now := time.UnixMilli(ms).UTC()
	c, err := node.Load(args[0])
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(3)
	}
	n, err := node.Open(context.Background(), c, node.Options{Clock: func() time.Time { now = now.Add(time.Millisecond); return now }})
	if err == nil {
		err = n.Notices.Round(context.Background())
	}
	fmt.Fprintln(os.Stderr, "the process was not killed:", err)
	os.Exit(4)
}

// Killed after the server has the whole message, before it has answered or after,
// and before the message is marked: it is sent again, under the same id.
func TestKilledBetweenSendingAndMarking(t *testing.T) {
	for _, answered := range []bool{false, true} {
		t.Run(fmt.Sprint("answered ", answered), func(t *testing.T) {
			p := open(t)
			p.mailed("ana@institucion.example")
			p.tell("referral-arrived", ref(2))
			p.Leap(2 * time.Minute)
			p.tell("referral-alert", ref(1))
			var ids []string
			p.post.mu.Lock()
			p.post.seen = &ids
			p.post.mu.Unlock()
			came, killed, kept := make(chan bool), make(chan bool), make(chan bool)
			p.post.refuse(nil, func() error {
				if answered { // the node hears of it, and cannot write it down
					held := make(chan bool)
					go func() {
						_ = p.write(func(*store.Tx) error { close(held); <-killed; return nil })
						close(kept)
					}()
					<-held
					time.AfterFunc(200*time.Millisecond, func() { close(came) })
					return nil
				}
				close(came)
				close(kept)
				<-killed
				return nil
			})

			process := exec.CommandContext(t.Context(), os.Args[0])
			process.Env = append(os.Environ(), childEnv+"="+p.pa.Config.Data+"|"+strconv.FormatInt(p.Now().UnixMilli(), 10))
			if err := process.Start(); err != nil {
				t.Fatal(err)
			}
			select {
			case <-came:
			case <-time.After(time.Minute):
				t.Fatal("nothing came")
			}
			_ = process.Process.Kill()
			_ = process.Wait()
			if process.ProcessState.Exited() {
				t.Fatal("the process ended by itself: it was not killed in between")
			}
			close(killed)
			<-kept

			p.post.refuse(nil, nil)
			p.Leap(time.Minute)
			p.round() // it is the other's still, for all that anybody knows
			if len(ids) != 1 {
				t.Errorf("what may be on its way was sent by another: %v", ids)
			}
			p.Leap(3 * time.Minute)
			p.round()
			if len(ids) != 2 || ids[0] != ids[1] {
				t.Errorf("the ids are %v", ids)
			}
			all := p.post.all()
			if last := all[len(all)-1]; !strings.Contains(last.text, "una alerta en una referencia") || !strings.Contains(last.text, "una referencia que llegó") {
				t.Errorf("something was lost: %s", last.text)
			}
			p.round()
			if len(ids) != 2 {
				t.Error("it was sent once more than needed")
			}
		})
	}
}
